"""From an understanding to a reply: a command carried out, a question answered, or something asked back."""

from __future__ import annotations

import dataclasses
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Generator as Steps
from functools import partial

from assistant.actions.drawing.at_length import at_length, takes_long
from assistant.actions.drawing.wish import Tell
from assistant.actions.outcome import Outcome
from assistant.actions.run import Actions
from assistant.dialogue.aloud import quote_reply
from assistant.dialogue.generation.grounded import UNKNOWN, Generator, free_answer, grounded_answer
from assistant.dialogue.generation.grounding import CitedPassage
from assistant.errors import ModelError
from assistant.events import Noticed, PicturesShown, Progress, ReplyChunk, ReplyEnded
from assistant.language.spoken import fill
from assistant.llm.chat_prompt import LOOKING, REMEMBERING, WRITING, History, Prompt
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


class Responder:
    """Carries out and answers each kind of understanding.

    Args:
        actions: carries out commands.
        references: passages above the fitted score for a question and its understanding, best first.
        generator: the language model, or None: without one the reply is an honest `I don't know`. It is asked only
            for what stands in passages, and with `is_free` for an utterance that is out of scope.
        earlier: turns of before this conversation, which the language model is told too.
    """

    def __init__(
        self,
        actions: Actions,
        references: Callable[[str, Understanding], Sequence[CitedPassage]] = lambda *_: (),
        generator: Generator | None = None,
        earlier: Callable[[], History] = tuple,
        is_free: bool = False,
    ) -> None:
        self._actions = actions
        self._references = references
        self._generator = generator
        self._earlier = earlier
        self._is_free = is_free
        self._written = ""
        """Text that the language model was asked to write last."""
        self._told = Counter[str]()
        """Intent -> how often one of several responses was told."""

    def respond(
        self,
        understanding: Understanding,
        utterance: Utterance,
        history: History,
        cancelled: threading.Event,
    ) -> Steps[ReplyChunk | Noticed | PicturesShown | Progress, None, tuple[ReplyEnded, Outcome]]:
        """Yield the pieces of a generated reply, progress and pictures, and return the reply with the outcome.

        One with `control` gets its reply from the conversation.

        Raises:
            ActionError: the command could not be carried out.
            ModelError: the weights of the generator are missing or corrupt.
        """
        match understanding:
            case IntentMatch(confirm=str(question)):
                reply = ReplyEnded(question, expects_answer=True)
            case IntentMatch():
                if takes_long(understanding.action):
                    text, outcome = yield from at_length(partial(self.carry_out, understanding, cancelled), cancelled)
                else:
                    text, outcome = self.carry_out(understanding, cancelled)
                if outcome.pictures:
                    yield PicturesShown(outcome.pictures)
                if outcome.control == "look":
                    return (yield from self._look(utterance, outcome.values["picture"], cancelled)), Outcome("")
                if outcome.control == "write":
                    return (yield from self._write(utterance, cancelled)), Outcome("")
                asks = bool(outcome.options or outcome.missing)
                return ReplyEnded(text, ok=outcome.ok or asks, expects_answer=asks), outcome
            case AnswerMatch():
                self._actions.answered(utterance.text, understanding)
                reply = yield from self._answered(understanding, utterance, history, cancelled)
            case SlotMissing():
                reply = ReplyEnded(fill(understanding.ask, understanding.slots, {}), expects_answer=True)
            case Ambiguous():
                reply = ReplyEnded(_choice_question(understanding.labels), expects_answer=True)
            case OutOfScope(reason=reason) if reason:
                reply = ReplyEnded(reason, ok=False, expects_answer=bool(understanding.begun))
            case OutOfScope():
                reply = yield from self._fall_back(understanding, utterance, history, cancelled)
        return reply, Outcome("")

    def carry_out(
        self, match: IntentMatch, cancelled: threading.Event, progress: Tell | None = None
    ) -> tuple[str, Outcome]:
        """Carry a command out now and return the reply with the outcome.

        Raises:
            ActionError: it could not be carried out.
        """
        outcome = self._actions.run(match, cancelled, *([progress] if progress else []))
        if outcome.control == "save":
            written = dataclasses.replace(match, slots={"text": self._written})
            outcome = dataclasses.replace(self._actions.run(written, cancelled), control="")
        return self._spoken(match, outcome), outcome

    def _spoken(self, match: IntentMatch, outcome: Outcome) -> str:
        """Put the outcome into words: those of the intent's response, or the next of several, else its own."""
        if match.response is None or not outcome.ok:
            return outcome.text
        responses = (match.response,) if isinstance(match.response, str) else match.response
        response = responses[self._told[match.intent] % len(responses)]
        self._told[match.intent] += len(responses) > 1
        return fill(response, match.slots, {"output": outcome.text, **outcome.values})

    def _write(self, utterance: Utterance, cancelled: threading.Event) -> Steps[ReplyChunk, None, ReplyEnded]:
        """Let the language model write what was asked for, and keep it for who wants to save it."""
        if self._generator is None:
            return ReplyEnded(UNKNOWN, ok=False)
        prompt = Prompt(utterance.text, rules=WRITING)
        reply = yield from free_answer(self._generator, prompt, cancelled)
        self._written = reply.text if reply.ok else self._written
        return reply

    def _look(
        self, utterance: Utterance, picture: str, cancelled: threading.Event
    ) -> Steps[ReplyChunk, None, ReplyEnded]:
        """Let a model that sees answer a question about a picture, a JPEG in base64."""
        if self._generator is None:
            return ReplyEnded(UNKNOWN, ok=False)
        prompt = Prompt(utterance.text, rules=LOOKING, picture=picture)
        return (yield from free_answer(self._generator, prompt, cancelled))

    def _answered(
        self, match: AnswerMatch, utterance: Utterance, history: History, cancelled: threading.Event
    ) -> Steps[ReplyChunk | Noticed, None, ReplyEnded]:
        """Return a stored answer as it stands; of what stands in documents the language model makes an answer."""
        stored = quote_reply(match.quote) if match.quote else ReplyEnded(match.answer, source=match.source)
        text = utterance.text
        if self._generator and (references := self._references(text, match)):
            answering = grounded_answer(self._generator, text, references, history[-2:], cancelled, stored)
            try:
                return (yield from answering)
            except ModelError as error:  # the document answers without it
                yield Noticed(str(error))
        return stored

    def _fall_back(
        self, understanding: OutOfScope, utterance: Utterance, history: History, cancelled: threading.Event
    ) -> Steps[ReplyChunk, None, ReplyEnded]:
        """Answer from passages or, where that is allowed, from memory; else name the nearest that is known."""
        if self._generator and (references := self._references(utterance.text, understanding)):
            return (yield from grounded_answer(self._generator, utterance.text, references, history[-2:], cancelled))
        if self._generator and self._is_free:
            prompt = Prompt(utterance.text, (*self._earlier(), *history)[-12:], rules=REMEMBERING)
            return (yield from free_answer(self._generator, prompt, cancelled))
        return ReplyEnded(_not_understood(understanding.n_best), ok=False)


def _choice_question(labels: Sequence[str]) -> str:
    quoted = [f"“{label}”" for label in labels]
    if len(quoted) == 1:
        return f"I can't do that myself. Shall I answer {quoted[0]}"
    return f"Did you mean {', '.join(quoted[:-1])} or {quoted[-1]}?"


def _not_understood(n_best: Sequence[Candidate], least: float = 0.5) -> str:
    """Name up to three of the candidates with a similarity of `least`; a lower one would puzzle the user."""
    examples = dict.fromkeys(c.example for c in n_best if c.example and c.score >= least)
    nearest = ", ".join(f"“{example}”" for example in list(examples)[:3])
    return f"{UNKNOWN} The nearest I know: {nearest}." if nearest else UNKNOWN
