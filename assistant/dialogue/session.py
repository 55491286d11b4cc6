"""One conversation: what was asked back, what can be undone, what was said before.

`Session.turn` is the walk of one utterance through understanding and reply. A session is used by one
thread at a time.
"""

from __future__ import annotations

import dataclasses
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from assistant.actions.outcome import Outcome
from assistant.dialogue.respond import Responder
from assistant.errors import ActionError
from assistant.events import Event, ReplyEnded, TurnEnded, Understood
from assistant.values import Ambiguous, AnswerMatch, BuiltInAction, IntentMatch, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.speech_hints import Ending

_YES = frozenset(
    "yes|yeah|yep|yup|sure|ok|okay|please|please do|yes please|do it|go ahead|confirm|certainly|of course|"
    "absolutely|definitely|right|correct|affirmative|that one|yes do it".split("|")
)
_NO = frozenset(
    "no|nope|nah|no thanks|no thank you|don't|do not|cancel|cancel that|stop|never mind|nevermind|forget it|"
    "neither|none|none of them|none of those|not now|negative|leave it".split("|")
)
_ORDINALS = {"first": 0, "one": 0, "1": 0, "second": 1, "two": 1, "2": 1, "third": 2, "three": 2, "3": 2, "last": -1}
_HISTORY_TURNS = 12
_CANCEL = BuiltInAction("dialogue.cancel")

Pending: TypeAlias = IntentMatch | SlotMissing | Ambiguous
"""What the assistant has just asked about."""


class Session:
    """History, the pending question and the last undo of one conversation."""

    def __init__(self, matcher: Matcher, responder: Responder) -> None:
        self.matcher = matcher
        """Replaced when the files have changed on disk."""
        self.responder = responder
        self._pending: Pending | None = None
        self._rest: tuple[Utterance, ...] = ()
        """Commands said in one breath with the one that is asked about."""
        self._undo: Callable[[], str] | None = None
        self._history: deque[tuple[str, str]] = deque(maxlen=_HISTORY_TURNS)

    @property
    def expects_answer(self) -> bool:
        """Whether the assistant has asked something and waits."""
        return self._pending is not None

    def expected(self, said: str = "") -> tuple[str, ...]:
        """Return the words that are likely now: those of an answer to what was asked, and of how a sentence may go on.

        Args:
            said: its beginning, as far as it has been heard.
        """
        match self._pending:
            case SlotMissing() as asked:
                answer = self.matcher.hints.values(asked.intent, asked.missing)
            case Ambiguous() as asked:
                answer = asked.labels
            case _:
                answer = ()
        return (*answer, *self.matcher.hints.likely(said))

    def ending(self, said: str) -> Ending | Literal["awaited"]:
        """Return where in a sentence somebody stopped who may go on; `awaited`: no answer yet to what was asked."""
        answer = _words(said)
        match self._pending:
            case None:
                return self.matcher.hints.ending(said)
            case _ if answer in _NO or (answer in _YES and not isinstance(self._pending, SlotMissing)):
                return "complete"
            case Ambiguous() as asked if _choice(asked, answer) is not None:
                return "complete"
            case SlotMissing() as asked if isinstance(self.matcher.fill(asked, Utterance(said, "spoken")), IntentMatch):
                return "extendable"
        return "awaited"

    def turn(self, utterance: Utterance, cancelled: threading.Event) -> Iterator[Event]:
        """Understand one utterance and reply to it, telling each step; `cancelled` ends the reply early."""
        began = time.perf_counter()
        parts, replies, undo = deque(self._parts(utterance)), list[ReplyEnded](), list[Callable[[], str]]()
        understood = time.perf_counter()
        while parts and not (replies and cancelled.is_set()):
            part, understanding = parts.popleft()
            yield Understood(utterance, understanding, part=part.text if part.text != utterance.text else "")
            before = self._undo
            for event in self._reply(part, understanding, cancelled):
                if isinstance(event, ReplyEnded):
                    replies.append(event)
                else:
                    yield event
            if self._undo is not None and self._undo is not before:
                undo.append(self._undo)
            if self._pending is not None:  # what follows waits for the answer
                self._rest = tuple(each for each, _ in parts)
                break
        if len(undo) > 1:
            self._undo = lambda: " ".join(each() for each in reversed(undo))
        if replies:
            yield (reply := _joined(replies))
            if not _is_repeat(understanding):
                self._history.append((utterance.text, reply.text))
        yield TurnEnded({"understand": understood - began, "respond": time.perf_counter() - understood})

    def preview(self, utterance: Utterance) -> Iterator[Event]:
        """Tell what the utterance means, and do nothing."""
        answer = self._answer(utterance)
        for part, understanding in [(utterance, answer)] if answer else self.matcher.match_all(utterance):
            yield Understood(utterance, understanding, part=part.text if part.text != utterance.text else "")

    def understand(self, utterance: Utterance) -> Understanding:
        """Return what the utterance means here: an answer to the pending question, or by itself."""
        return self._answer(utterance) or self.matcher.match(utterance)

    def _parts(self, utterance: Utterance) -> Sequence[tuple[Utterance, Understanding]]:
        """Return the commands of an utterance; after an answer, also those that waited for it."""
        rest, self._rest = self._rest, ()
        if (answer := self._answer(utterance)) is None:
            return self.matcher.match_all(utterance)
        if isinstance(answer, IntentMatch) and answer.action == _CANCEL:
            rest = ()
        return (utterance, answer), *((each, self.matcher.match(each)) for each in rest)

    def _answer(self, utterance: Utterance) -> Understanding | None:
        """Return what the utterance means as an answer to the pending question; None where it is none."""
        pending, answer = self._pending, _words(utterance.text)
        match pending:
            case None:
                return None
            case _ if answer in _NO:
                return IntentMatch("Cancel", {}, 1.0, pending.n_best, _CANCEL)
            case IntentMatch() if answer in _YES:
                return dataclasses.replace(pending, confirm=None, confidence=1.0)
            case Ambiguous():
                return _choice(pending, answer)
            case SlotMissing():
                return self.matcher.fill(pending, utterance)
        return None

    def _reply(self, utterance: Utterance, understanding: Understanding, cancelled: threading.Event) -> Iterator[Event]:
        pending, self._pending = self._pending, None
        outcome = Outcome("")
        if isinstance(understanding, SlotMissing | Ambiguous) or getattr(understanding, "confirm", None):
            self._pending = understanding  # type: ignore[assignment]  # narrowed by the line above
        try:
            outcome = yield from self.responder.respond(understanding, utterance, tuple(self._history), cancelled)
        except ActionError as error:
            yield ReplyEnded(str(error), ok=False)
            return
        if outcome.control:
            yield self._control(outcome, pending)
        elif outcome.ok and isinstance(understanding, IntentMatch) and not understanding.confirm:
            self._undo = outcome.undo or self._undo

    def _control(self, outcome: Outcome, pending: Pending | None) -> ReplyEnded:
        """Carry out what only the conversation can do."""
        match outcome.control:
            case "undo" if self._undo is not None:
                undo, self._undo = self._undo, None
                try:
                    return ReplyEnded(undo())
                except ActionError as error:
                    return ReplyEnded(str(error), ok=False)
            case "undo":
                return ReplyEnded("There is nothing to undo.", ok=False)
            case "repeat" if self._history:
                return ReplyEnded(self._history[-1][1])
            case "repeat":
                return ReplyEnded("I have not said anything yet.", ok=False)
            case "cancel" if pending is not None:
                return ReplyEnded("Cancelled.")
        return ReplyEnded(outcome.text or "OK.")


def _words(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))


def _is_repeat(understanding: Understanding) -> bool:
    return isinstance(understanding, IntentMatch) and understanding.action == BuiltInAction("dialogue.repeat")


def _joined(replies: Sequence[ReplyEnded]) -> ReplyEnded:
    """Return the replies to several commands as one."""
    if len(replies) == 1:
        return replies[0]
    return ReplyEnded(
        " ".join(dict.fromkeys(each.text for each in replies if each.text)),
        source=next((each.source for each in replies if each.source), None),
        generated=any(each.generated for each in replies),
        ok=all(each.ok for each in replies),
        expects_answer=replies[-1].expects_answer,
    )


def _choice(pending: Ambiguous, answer: str) -> IntentMatch | AnswerMatch | SlotMissing | None:
    """Return the choice that the answer names: yes, `the second one`, or words of one label only."""
    if answer in _YES:
        return pending.choices[0]
    words = set(answer.split()) - {"the", "a", "an", "i", "mean", "meant", "please", "to"}
    ordinals = words & _ORDINALS.keys()
    if len(ordinals) > 1:
        ordinals.discard("one")  # `the second one`
    named = [_ORDINALS[word] for word in ordinals]
    if len(named) == 1 and -1 <= named[0] < len(pending.choices) and len(words) <= 3:
        return pending.choices[named[0]]
    overlap = [len(words & set(_words(label).split())) for label in pending.labels]
    best = max(overlap)
    if best and overlap.count(best) == 1 and best * 2 >= len(words):
        return pending.choices[overlap.index(best)]
    return None
