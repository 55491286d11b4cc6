"""One conversation: its history, the question that is open, the last undo.

`Session.turn` is the walk of one utterance through understanding and reply. One thread at a time takes the turns; what
is asked while somebody speaks (`expects_answer`, `expected`, `ending`, `guess`) may be asked by others meanwhile, since
it reads the matcher and the open question once and changes nothing.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from assistant.actions.outcome import Outcome
from assistant.dialogue.open_questions import (
    CANCEL,
    OpenQuestion,
    WhichOne,
    answers_to,
    ending_of_answer,
    is_late,
    plain_words,
    question_of,
)
from assistant.dialogue.planner import Planner
from assistant.dialogue.policy import Policy
from assistant.dialogue.replies import as_one
from assistant.dialogue.respond import Responder
from assistant.errors import ActionError
from assistant.events import Event, Quit, ReplyEnded, TurnEnded, Understood
from assistant.language.spoken import joined
from assistant.nlu.budget import Budget, Cancelled
from assistant.values import (
    Ambiguous,
    BuiltInAction,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
    When,
)

if TYPE_CHECKING:
    from assistant.actions.schedule import Planned
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.speech_hints import Ending

_QUIT = frozenset({"quit", "exit", "close"})
"""Words of a spoken command that close the assistant; a mere `goodbye` may have been said to somebody else."""

_HISTORY_TURNS = 12
"""Turns that a language model is told, the last ones."""

_NOTHING = OutOfScope(0.0, ())

_LAPSED = ReplyEnded(
    "I have done nothing: that came too late or too early to answer my question. Please say again what I should do.",
    ok=False,
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    """A question of the assistant's that waits for its answer."""

    question: OpenQuestion
    time: float
    """By the clock of the session."""
    rest: tuple[Utterance, ...] = ()
    """Commands of the same utterance that wait for the answer as well."""


class Session:
    """A conversation over the matcher that `matcher` returns: each turn reads it once, at its beginning.

    `policy` says which commands are asked about first, and when a question lapses by `clock`, in seconds; `planner`
    takes those for later.
    """

    def __init__(
        self,
        matcher: Callable[[], Matcher],
        responder: Responder,
        policy: Policy = Policy(),  # noqa: B008
        clock: Callable[[], float] = time.monotonic,
        planner: Planner | None = None,
    ) -> None:
        self._current = matcher
        self._planner = planner
        self._responder = responder
        self._policy, self._clock = policy, clock
        self._asked: _Asked | None = None
        self._undo: Callable[[], str] | None = None
        self._history: deque[tuple[str, str]] = deque(maxlen=_HISTORY_TURNS)

    @property
    def matcher(self) -> Matcher:
        """Return the matcher in use now."""
        return self._current()

    # -- while somebody speaks ----------------------------------------------------------------

    @property
    def expects_answer(self) -> bool:
        """True while a question of the assistant is open."""
        return self._question is not None

    @property
    def _question(self) -> OpenQuestion | None:
        """The question that can be answered now."""
        asked = self._asked
        return asked.question if asked and self._clock() - asked.time <= self._policy.lapse else None

    def expected(self, text: str = "") -> tuple[str, ...]:
        """Return likely words: those of an answer to the open question, then those that may follow `text`.

        Args:
            text: the beginning of the utterance, as far as it has been transcribed.
        """
        hints = self._current().hints
        match self._question:
            case SlotMissing(intent=intent, missing=missing):
                answer = hints.values(intent, missing)
            case Ambiguous(labels=labels):
                answer = labels
            case WhichOne(options=options):
                answer = tuple(option.label for option in options)
            case _:
                answer = ()
        return (*answer, *hints.likely(text))

    def ending(self, text: str) -> Ending | Literal["awaited"]:
        """Tell at which point of a sentence somebody stopped who may go on.

        `awaited`: the text does not answer the open question yet.
        """
        matcher, question = self._current(), self._question
        return ending_of_answer(question, text, matcher) if question else matcher.hints.ending(text)

    def guess(self, utterance: Utterance) -> Understanding:
        """Understand an utterance that is still being spoken, by itself."""
        return self._match(utterance, self._current())

    # -- turns --------------------------------------------------------------------------------

    def turn(self, utterance: Utterance, cancelled: threading.Event, taken: float | None = None) -> Iterator[Event]:
        """Understand one utterance and reply to it, telling each step; `cancelled` ends either early.

        `taken` is when it was said, by the clock of the session, where that is not now.
        """
        start = time.perf_counter()
        matcher = self._current()
        lapsed = self._forget_lapsed(utterance, matcher, taken)
        try:
            budget = Budget(cancelled.is_set)
            parts = deque([(utterance, _NOTHING)] if lapsed else self._parts(utterance, matcher, budget))
        except Cancelled:
            yield TurnEnded({})
            return
        replies, undos = list[ReplyEnded](), list[Callable[[], str]]()
        understood = time.perf_counter()
        quits = False
        while parts and not (replies and cancelled.is_set()):
            part, understanding = parts.popleft()
            yield _understood(utterance, part, understanding)
            previous_undo = self._undo
            steps = iter([_LAPSED]) if lapsed else self._reply(part, understanding, matcher, cancelled)
            for event in steps:
                match event:
                    case ReplyEnded():
                        replies.append(event)
                    case Quit():
                        quits = True
                    case _:
                        yield event
            if self._undo is not None and self._undo is not previous_undo:
                undos.append(self._undo)
            if self._asked is not None:
                replies[-1:] = self._waiting(self._asked, [waiting for waiting, _ in parts], replies[-1:])
                break
        if len(undos) > 1:
            self._undo = lambda: " ".join(undo() for undo in reversed(undos))
        if replies:
            yield (reply := as_one(replies))
            if not _is_repeat(understanding):
                self._history.append((utterance.text, reply.text))
        yield TurnEnded({"understand": understood - start, "respond": time.perf_counter() - understood})
        if quits:
            yield Quit()

    def _waiting(
        self, asked: _Asked, parts: Sequence[Utterance], replies: Sequence[ReplyEnded]
    ) -> Sequence[ReplyEnded]:
        """Keep the commands that wait for the answer to a question, and return the question with them."""
        self._asked = dataclasses.replace(asked, rest=tuple(parts) or asked.rest)
        lead = f"Before I go on with {_quoted(parts)}: " if parts else ""
        return [dataclasses.replace(reply, text=f"{lead}{reply.text}") for reply in replies]

    def due(self, planned: Planned, cancelled: threading.Event) -> str:
        """Carry out what was planned for now, beside the open question, and return what came of it in words."""
        text = self._planner.carry_out(planned, self._current(), cancelled) if self._planner else ""
        if text:
            self._history.append((planned.text, text))
        return text

    def preview(self, utterance: Utterance) -> Iterator[Event]:
        """Tell the meaning of an utterance and do nothing."""
        matcher = self._current()
        answers = self._answers(utterance, matcher)
        parts = [(utterance, answer) for answer in answers] or self._commands(utterance, matcher)
        for part, understanding in parts:
            yield _understood(utterance, part, understanding)

    def understands(self, utterance: Utterance) -> bool:
        """True where a part of the utterance, or all of it, is understood; nothing is done."""
        steps = (event.understanding for event in self.preview(utterance) if isinstance(event, Understood))
        return any(not isinstance(understanding, OutOfScope) for understanding in steps)

    def understand(self, utterance: Utterance) -> Understanding:
        """Return the meaning of an utterance here: as an answer to the open question, else by itself."""
        matcher = self._current()
        return next(iter(self._answers(utterance, matcher)), None) or self._match(utterance, matcher)

    def _addressed(self, utterance: Utterance) -> Utterance:
        """Return the utterance as meant for the assistant where a question of its is open."""
        if utterance.overheard and self._question is not None:
            return dataclasses.replace(utterance, overheard=False)
        return utterance

    def _forget_lapsed(self, utterance: Utterance, matcher: Matcher, taken: float | None) -> bool:
        """Drop a question that has lapsed, or was not asked yet; True where the utterance means only an answer."""
        if (asked := self._asked) is None:
            return False
        is_early = isinstance(asked.question, IntentMatch) and taken is not None and taken < asked.time
        if self._question is not None and not is_early:
            return False
        self._asked = None
        return is_late(asked.question, utterance, matcher)

    def _parts(
        self, utterance: Utterance, matcher: Matcher, budget: Budget
    ) -> Sequence[tuple[Utterance, Understanding]]:
        """Return the commands of an utterance; after an answer, also those that waited for it."""
        if not (answers := self._answers(utterance, matcher)):
            return self._commands(utterance, matcher, budget)
        is_cancelled = any(isinstance(answer, IntentMatch) and answer.action == CANCEL for answer in answers)
        rest = self._asked.rest if self._asked and not is_cancelled else ()
        waiting = [part for utterance in rest for part in self._commands(utterance, matcher, budget)]
        return [*((utterance, answer) for answer in answers), *waiting]

    def _match(self, utterance: Utterance, matcher: Matcher, budget: Budget | None = None) -> Understanding:
        return self._checked(matcher.match(self._addressed(utterance), budget), matcher)

    def _checked(self, understanding: Understanding, matcher: Matcher) -> Understanding:
        """Return the understanding with the question that comes first, or the reason against what is for later."""
        checked = self._policy.checked(understanding, matcher)
        return self._planner.checked(checked, matcher) if self._planner else checked

    def _commands(
        self, utterance: Utterance, matcher: Matcher, budget: Budget | None = None
    ) -> Sequence[tuple[Utterance, Understanding]]:
        """Return the commands of an utterance by itself, each with the question that comes first, if any does."""
        parts = matcher.match_all(self._addressed(utterance), budget)
        return [(part, self._checked(understanding, matcher)) for part, understanding in parts]

    def _answers(self, utterance: Utterance, matcher: Matcher) -> Sequence[Understanding]:
        """Understand an utterance as an answer: only here a command loses its question, by a person's own yes."""
        if (question := self._question) is None:
            return ()
        answers = answers_to(question, utterance, matcher)
        return answers if isinstance(question, IntentMatch) else [self._checked(a, matcher) for a in answers]

    def _reply(
        self, utterance: Utterance, understanding: Understanding, matcher: Matcher, cancelled: threading.Event
    ) -> Iterator[Event]:
        answered, question = self._asked, question_of(understanding)
        self._asked = _Asked(question, self._clock()) if question else None
        history = tuple(self._history)
        try:
            if isinstance(understanding, IntentMatch) and understanding.when and not understanding.confirm:
                outcome = self._planned(understanding, understanding.when, matcher, cancelled)
                yield ReplyEnded(outcome.text, ok=outcome.ok)
            else:
                outcome = yield from self._responder.respond(
                    understanding, utterance, history, matcher.knowledge, cancelled
                )
        except ActionError as error:
            yield ReplyEnded(str(error), ok=False)
            return
        if outcome.options and isinstance(understanding, IntentMatch):
            self._asked = _Asked(WhichOne(understanding, outcome.options, utterance.text), self._clock())
        if outcome.control:
            yield self._control(outcome, answered)
            if outcome.control == "quit" and _closes(utterance):
                yield Quit()
        elif outcome.ok and isinstance(understanding, IntentMatch) and not understanding.confirm:
            self._undo = outcome.undo or self._undo

    def _planned(self, match: IntentMatch, when: When, matcher: Matcher, cancelled: threading.Event) -> Outcome:
        """Plan a command for another moment; without a planner it is refused."""
        if self._planner is None:
            return Outcome(f"I can't do that {when.text}: nothing is done.", ok=False)
        return self._planner.plan(match, when, matcher, cancelled)

    def _control(self, outcome: Outcome, answered: _Asked | None) -> ReplyEnded:
        """Carry out a command that is about the conversation itself."""
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
                self._asked = dataclasses.replace(answered, time=self._clock()) if answered else None
                return ReplyEnded(self._history[-1][1], expects_answer=answered is not None)
            case "repeat":
                return ReplyEnded("I have not said anything yet.", ok=False)
            case "cancel" if answered is not None:
                also = f" I have not gone on with {_quoted(answered.rest)} either." if answered.rest else ""
                return ReplyEnded(f"Cancelled.{also}")
        return ReplyEnded(outcome.text or "OK.")


def _understood(utterance: Utterance, part: Utterance, understanding: Understanding) -> Understood:
    return Understood(utterance, understanding, part=part.text if part.text != utterance.text else "")


def _closes(utterance: Utterance) -> bool:
    """Return True where a farewell is a command to close: typed, or spoken with the word for it."""
    return utterance.source == "typed" or not _QUIT.isdisjoint(plain_words(utterance.text).split())


def _is_repeat(understanding: Understanding) -> bool:
    return isinstance(understanding, IntentMatch) and understanding.action == BuiltInAction("dialogue.repeat")


def _quoted(parts: Sequence[Utterance]) -> str:
    return joined([f"“{part.text}”" for part in parts])
