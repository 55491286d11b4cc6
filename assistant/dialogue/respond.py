"""From an understanding to a reply: a command carried out, a question answered, or something asked back."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Protocol

from assistant.actions.outcome import Outcome
from assistant.actions.run import Actions
from assistant.dialogue.aloud import quote_reply
from assistant.events import ReplyChunk, ReplyEnded
from assistant.language.spoken import fill
from assistant.llm.chat_prompt import History, Prompt
from assistant.quote import Quote
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

if TYPE_CHECKING:
    from assistant.authoring.knowledge import KnowledgeSet


class Generator(Protocol):
    """A language model, on this machine or called by it."""

    def stream(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        """Yield an answer piece by piece; the pieces joined are its text, and `cancelled` ends it early.

        The weights may be loaded first.

        Raises:
            ModelError: the model cannot be had, or failed.
        """


class Responder:
    """Carries out and answers each kind of understanding.

    Args:
        actions: carries out commands.
        passages: the knowledge texts nearest to an utterance, from its n-best candidates and the knowledge in use.
        generator: the language model, or None: without one the reply is an honest `I don't know`. It is asked only
            for an utterance that is out of scope.
        earlier: turns of before this conversation, which the language model is told too.
    """

    def __init__(
        self,
        actions: Actions,
        passages: Callable[[Sequence[Candidate], KnowledgeSet], Sequence[str]],
        generator: Generator | None = None,
        earlier: Callable[[], History] = tuple,
    ) -> None:
        self._actions = actions
        self._passages = passages
        self._generator = generator
        self._earlier = earlier
        self._told = Counter[str]()
        """Intent -> how often one of several responses was told."""

    def respond(
        self,
        understanding: Understanding,
        utterance: Utterance,
        history: History,
        knowledge: KnowledgeSet,
        cancelled: threading.Event,
    ) -> Steps[ReplyChunk, None, tuple[ReplyEnded, Outcome]]:
        """Yield the pieces of a generated reply, and return the reply with the outcome.

        One with `control` gets its reply from the conversation.

        Raises:
            ActionError: the command could not be carried out.
            ModelError: the weights of the generator are missing or corrupt.
        """
        match understanding:
            case IntentMatch(confirm=str(question)):
                reply = ReplyEnded(question, expects_answer=True)
            case IntentMatch():
                text, outcome = self.carry_out(understanding, cancelled)
                asks = bool(outcome.options or outcome.missing)
                return ReplyEnded(text, ok=outcome.ok or asks, expects_answer=asks), outcome
            case AnswerMatch(quote=Quote() as quote):
                reply = quote_reply(quote)
            case AnswerMatch():
                reply = ReplyEnded(understanding.answer, source=understanding.source)
            case SlotMissing():
                reply = ReplyEnded(fill(understanding.ask, understanding.slots, {}), expects_answer=True)
            case Ambiguous():
                reply = ReplyEnded(_choice_question(understanding.labels), expects_answer=True)
            case OutOfScope(reason=reason) if reason:
                reply = ReplyEnded(reason, ok=False)
            case OutOfScope():
                reply = yield from self._fall_back(understanding, utterance, history, knowledge, cancelled)
        return reply, Outcome("")

    def carry_out(self, match: IntentMatch, cancelled: threading.Event) -> tuple[str, Outcome]:
        """Carry a command out now and return the reply with the outcome.

        Raises:
            ActionError: it could not be carried out.
        """
        outcome = self._actions.run(match, cancelled)
        return self._spoken(match, outcome), outcome

    def _spoken(self, match: IntentMatch, outcome: Outcome) -> str:
        """Put the outcome into words: those of the intent's response, or the next of several, else its own."""
        if match.response is None or not outcome.ok:
            return outcome.text
        responses = (match.response,) if isinstance(match.response, str) else match.response
        response = responses[self._told[match.intent] % len(responses)]
        self._told[match.intent] += len(responses) > 1
        return fill(response, match.slots, {"output": outcome.text, **outcome.values})

    def _fall_back(
        self,
        understanding: OutOfScope,
        utterance: Utterance,
        history: History,
        knowledge: KnowledgeSet,
        cancelled: threading.Event,
        most: int = 12,
    ) -> Steps[ReplyChunk, None, ReplyEnded]:
        """Generate an answer after `most` turns, or without a generator name the nearest commands and questions."""
        if (generator := self._generator) is None:
            return ReplyEnded(_not_understood(understanding.n_best), ok=False)
        passages = self._passages(understanding.n_best, knowledge)
        pieces: list[str] = []
        history = (*self._earlier(), *history)[-most:]
        for piece in generator.stream(Prompt(utterance.text, history, passages), cancelled):
            pieces.append(piece)
            yield ReplyChunk(piece)
        return ReplyEnded("".join(pieces).strip(), generated=True)


def _choice_question(labels: Sequence[str]) -> str:
    quoted = [f"“{label}”" for label in labels]
    return f"Did you mean {', '.join(quoted[:-1])} or {quoted[-1]}?"


def _not_understood(n_best: Sequence[Candidate], least: float = 0.5) -> str:
    """Name up to three of the candidates with a similarity of `least`; a lower one would puzzle the user."""
    examples = dict.fromkeys(c.example for c in n_best if c.example and c.score >= least)
    nearest = ", ".join(f"“{example}”" for example in list(examples)[:3])
    return f"I don't know that. The nearest I know: {nearest}." if nearest else "I don't know that."
