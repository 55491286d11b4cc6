"""An understanding becomes a reply: a command is carried out, a question answered, or something asked back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Steps
from typing import Protocol

from assistant.actions.run import Actions, Outcome, fill
from assistant.events import ReplyChunk, ReplyEnded
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    Candidate,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
)

__all__ = ["Outcome", "Responder"]

_NEAR = 0.3
"""Similarity from which a candidate is worth naming to somebody who was not understood."""

History = Sequence[tuple[str, str]]
"""Earlier turns, oldest first: what was said, what was replied."""


class Generator(Protocol):
    """A local language model."""

    def stream(
        self, question: str, history: History, passages: Sequence[str], cancelled: threading.Event
    ) -> Iterator[str]:
        """Yield the answer piece by piece, ending early once cancelled."""


class Responder:
    """Turns each kind of understanding into what is done and said."""

    def __init__(self, actions: Actions, passages: Callable[[Sequence[Candidate]], Sequence[str]]) -> None:
        self._actions = actions
        self._passages = passages
        self.generator: Generator | None = None
        """Set once its weights are loaded; until then the reply is an honest `I don't know`."""

    def respond(
        self,
        understanding: Understanding,
        utterance: Utterance,
        history: History,
        cancelled: threading.Event,
    ) -> Steps[ReplyChunk | ReplyEnded, None, Outcome]:
        """Yield the reply and return the outcome; an outcome with `control` has been said nothing about yet.

        Raises:
            ActionError: the command could not be carried out.
        """
        match understanding:
            case IntentMatch(confirm=str(question)):
                yield ReplyEnded(fill(question, understanding.slots, {}), expects_answer=True)
            case IntentMatch():
                outcome = self._actions.run(understanding, cancelled)
                if not outcome.control:
                    yield ReplyEnded(_spoken(understanding, outcome), ok=outcome.ok)
                return outcome
            case AnswerMatch():
                yield ReplyEnded(understanding.answer, source=understanding.source)
            case SlotMissing():
                yield ReplyEnded(fill(understanding.ask, understanding.slots, {}), expects_answer=True)
            case Ambiguous():
                yield ReplyEnded(_which(understanding.labels), expects_answer=True)
            case OutOfScope():
                yield from self._fall_back(understanding, utterance, history, cancelled)
        return Outcome("")

    def _fall_back(
        self, understanding: OutOfScope, utterance: Utterance, history: History, cancelled: threading.Event
    ) -> Iterator[ReplyChunk | ReplyEnded]:
        if self.generator is None:
            yield ReplyEnded(_not_understood(understanding.n_best), ok=False)
            return
        passages = self._passages(understanding.n_best)
        pieces: list[str] = []
        for piece in self.generator.stream(utterance.text, history, passages, cancelled):
            pieces.append(piece)
            yield ReplyChunk(piece)
        yield ReplyEnded("".join(pieces).strip(), generated=True)


def _spoken(match: IntentMatch, outcome: Outcome) -> str:
    if match.response is None or not outcome.ok:
        return outcome.text
    return fill(match.response, match.slots, {"output": outcome.text, **outcome.values})


def _which(labels: Sequence[str]) -> str:
    quoted = [f"“{label}”" for label in labels]
    return f"Did you mean {', '.join(quoted[:-1])} or {quoted[-1]}?"


def _not_understood(n_best: Sequence[Candidate]) -> str:
    near = list(dict.fromkeys(c.example for c in n_best if c.example and c.score >= _NEAR))[:3]
    if not near:
        return "I don't know that."
    return "I don't know that. The nearest I know: " + ", ".join(f"“{each}”" for each in near) + "."
