"""One conversation: its exchanges, the questions that are open, what can be taken back.

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
from assistant.dialogue.consent.policy import Policy
from assistant.dialogue.consent.yes_no import names_all
from assistant.dialogue.context.interpreter import Interpretation, Interpreter
from assistant.dialogue.context.meanings import Before, Meaning
from assistant.dialogue.context.misheard import misheard
from assistant.dialogue.exchange import Exchange
from assistant.dialogue.meta import Recollection, is_repeat
from assistant.dialogue.open_questions import (
    Asked,
    asked_back,
    ending_of_answer,
    is_late,
    likely_answers,
    question_of,
)
from assistant.dialogue.planning.planner import Planner
from assistant.dialogue.replies import as_one
from assistant.dialogue.respond import Responder
from assistant.dialogue.turn import TurnState, closes, quoted, understood_part
from assistant.dialogue.undoing import Undoing
from assistant.errors import ActionError
from assistant.events import Event, Quit, ReplyEnded, TurnEnded
from assistant.nlu.budget import Budget, Cancelled
from assistant.outlet.terminal import printable
from assistant.values import (
    AnswerMatch,
    IntentMatch,
    OutOfScope,
    Understanding,
    Utterance,
    When,
)

if TYPE_CHECKING:
    from assistant.actions.schedule import Planned
    from assistant.dialogue.generation.last_resort import LastResort
    from assistant.dialogue.suggestions.suggester import Suggester
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.speech_hints import Ending

_HISTORY_TURNS = 12
"""Turns that a language model is told and that can be spoken of again, the last ones."""
_LAPSED = ReplyEnded(
    "I have done nothing: that came too late or too early to answer my question. Please say again what I should do.",
    ok=False,
)


class Session:
    """A conversation over the matcher that `matcher` returns: each turn reads it once, at its beginning.

    `policy` says which commands are asked about first, and when a question lapses by `clock`, in seconds; `planner`
    takes those for later; `suggester` knows what may be said next.
    """

    def __init__(
        self,
        matcher: Callable[[], Matcher],
        responder: Responder,
        policy: Policy = Policy(),  # noqa: B008
        clock: Callable[[], float] = time.monotonic,
        planner: Planner | None = None,
        suggester: Suggester | None = None,
        last_resort: LastResort | None = None,
    ) -> None:
        self._current = matcher
        self._planner, self._last_resort = planner, last_resort
        self.suggester = suggester
        self._responder = responder
        self._policy, self._clock = policy, clock
        self._interpreter = Interpreter(policy, planner)
        self._questions: tuple[Asked, ...] = ()
        self._undoing = Undoing()
        self._before = Before()
        """The outcome of the last turn."""
        self._recollection = Recollection()
        self._exchanges: deque[Exchange] = deque(maxlen=_HISTORY_TURNS)
        self._history: deque[tuple[str, str]] = deque(maxlen=_HISTORY_TURNS)

    @property
    def matcher(self) -> Matcher:
        """Return the matcher in use now."""
        return self._current()

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """Return the commands and answers of this conversation, the last ones, newest last."""
        return tuple(self._exchanges)

    # -- while somebody speaks ----------------------------------------------------------------

    @property
    def expects_answer(self) -> bool:
        """True while a question of the assistant is open."""
        return self._asked is not None

    @property
    def _asked(self) -> Asked | None:
        """The question that can be answered now: the last one."""
        asked = next(reversed(self._questions), None)
        return asked if asked and self._clock() - asked.time <= self._policy.lapse else None

    def expected(self, text: str = "") -> tuple[str, ...]:
        """Return likely words: those of an answer to the open question, then those that may follow `text`.

        Args:
            text: the beginning of the utterance, as far as it has been transcribed.
        """
        matcher, asked = self._current(), self._asked
        answer = likely_answers(asked.question, matcher) if asked else ()
        return (*answer, *matcher.hints.likely(text))

    def alternatives(self, text: str) -> tuple[tuple[str, float], ...]:
        """Return what makes sense now and may have been misheard as a text; see `misheard`."""
        return misheard(text, self._current(), self._interpreter, self._asked, self.exchanges)

    def ending(self, text: str) -> Ending | Literal["awaited"]:
        """Tell at which point of a sentence somebody stopped who may go on.

        `awaited`: the text does not answer the open question yet.
        """
        matcher, asked = self._current(), self._asked
        return ending_of_answer(asked.question, text, matcher) if asked else matcher.hints.ending(text)

    def guess(self, utterance: Utterance) -> Understanding:
        """Understand an utterance that is still being spoken, by itself."""
        is_overheard = utterance.overheard and self._asked is None
        return self._interpreter.match(dataclasses.replace(utterance, overheard=is_overheard), self._current())

    # -- turns --------------------------------------------------------------------------------

    def turn(self, utterance: Utterance, cancelled: threading.Event, taken: float | None = None) -> Iterator[Event]:
        """Understand one utterance and reply to it, telling each step; `cancelled` ends either early.

        `taken` is when it was said, by the clock of the session, where that is not now.
        """
        start = time.perf_counter()
        utterance = dataclasses.replace(utterance, text=printable(utterance.text))  # no word holds what is not shown
        matcher = self._current()
        lapsed = self._forget_lapsed(utterance, matcher, taken)
        try:
            budget = Budget(cancelled.is_set)
            reading = (
                Interpretation([(utterance, OutOfScope(0.0, ()))]) if lapsed else self._read(utterance, matcher, budget)
            )
        except Cancelled:
            yield TurnEnded({})
            return
        understood = time.perf_counter()
        answered = self._questions[-1] if reading.is_answer else None
        open_before = self._questions[:-1] if answered else self._questions
        turn, parts = TurnState(reading.other_than, reading.which), deque(reading.parts)
        before = (reading.after or self._exchanges[-1]) if reading.takes_back else None
        before = before if before in self._undoing.last else None
        if before and all(isinstance(meaning, IntentMatch) for _, meaning in parts):
            self._take_back(turn)
        while parts and not (turn.replies and cancelled.is_set()):
            part, understanding = parts.popleft()
            if self._last_resort and isinstance(understanding, OutOfScope) and not self._questions:
                part, understanding = self._last_resort.read(part, understanding, matcher, self._history, cancelled)
            turn.meanings.append(understanding)
            yield understood_part(utterance, part, understanding)
            if lapsed:
                turn.replies.append(_LAPSED)
                break
            yield from self._reply(part, understanding, matcher, cancelled, answered, turn)
            if turn.asked is not None:
                turn.wait([waiting for waiting, _ in parts] or (answered.rest if answered else ()), is_new=bool(parts))
                break
        if before:
            turn.tell_standing(before)
        self._keep(turn, open_before)
        if turn.replies:
            yield (reply := as_one(turn.replies))
            self._recollection.add(utterance.text, turn.meanings, turn.exchanges, reply)
            if reply.ok and not is_repeat(understanding):  # a refusal would be taken up as an answer
                self._history.append((utterance.text, reply.text))
        yield TurnEnded({"understand": understood - start, "respond": time.perf_counter() - understood})
        if turn.quits:
            yield Quit()

    def _take_back(self, turn: TurnState) -> None:
        """Take the last command back, if that can be done: it was not what was meant."""
        if all(exchange.outcome.undo for exchange in self._undoing.last):
            turn.takes_back = True
            turn.replies.append(self._undoing.undo())

    def _keep(self, turn: TurnState, open_before: Sequence[Asked]) -> None:
        """Keep what a turn has come to; where it asks nothing itself, a question that is still open is asked again."""
        matcher, is_undone = self._current(), (self._before.is_undone or turn.takes_back) and not turn.exchanges
        self._before = Before(is_undone, turn.declined, turn.is_lost)
        self._exchanges = deque([*self._undoing.standing(self._exchanges), *turn.exchanges], _HISTORY_TURNS)
        self._undoing.add(turn.exchanges, again=turn.is_again)
        is_generated = any(reply.generated for reply in turn.replies)
        questions = [asked for asked in open_before if not is_generated and asked.outlasts(turn.meanings, matcher)]
        if turn.asked:
            self._questions = (*questions, turn.asked)
            return
        if questions and not questions[-1].is_passed_over(turn.meanings, matcher):
            again, now = questions[-1], self._clock()
            is_named = bool(turn.replies) and turn.replies[-1].expects_answer
            questions[-1] = dataclasses.replace(again, time=now, repeats=again.repeats + (not is_named))
            if turn.replies and not is_named:
                turn.replies.append(ReplyEnded(again.text, expects_answer=True))
        self._questions = tuple(questions)

    def reopen(self, said: Sequence[str]) -> bool:
        """Open the question that sentences of before, oldest first, have left open; nothing is done or told.

        False where none is: it was answered, or an action had asked it.
        """
        for text in said:
            reading = self._read(Utterance(text), self._current())
            questions = [question_of(meaning) for _, meaning in reading.parts]
            asks = next((number for number, question in enumerate(questions) if question), -1)
            question = questions[asks]
            about = self._asked.said if self._asked and reading.is_answer else text
            rest = tuple(part for part, _ in reading.parts[asks + 1 :])
            self._questions = (Asked(question, "", about, self._clock(), rest),) if question else ()
        return self.expects_answer

    def due(self, planned: Planned, cancelled: threading.Event) -> str:
        """Carry out what was planned for now, beside the open question, and return what came of it in words."""
        text = self._planner.carry_out(planned, self._current(), cancelled) if self._planner else ""
        if text:
            self._history.append((planned.text, text))
        return text

    def preview(self, utterance: Utterance) -> Iterator[Event]:
        """Tell the meaning of an utterance and do nothing."""
        for part, understanding in self._meanings(utterance):
            yield understood_part(utterance, part, understanding)

    def understands(self, utterance: Utterance) -> bool:
        """True if a part of the utterance, or all of it, is understood; nothing is done."""
        return any(not isinstance(understanding, OutOfScope) for _, understanding in self._meanings(utterance))

    def understand(self, utterance: Utterance) -> Understanding:
        """Return the meaning of an utterance here, or of the first part of it."""
        return self._meanings(utterance)[0][1]

    def _meanings(self, utterance: Utterance) -> Sequence[Meaning]:
        return self._read(utterance, self._current()).parts

    def _read(self, utterance: Utterance, matcher: Matcher, budget: Budget | None = None) -> Interpretation:
        return self._interpreter.read(utterance, matcher, self._asked, self.exchanges, budget, self._before)

    def _forget_lapsed(self, utterance: Utterance, matcher: Matcher, taken: float | None) -> bool:
        """Drop the questions if the last has lapsed, or was not asked yet; True of what means only an answer to it."""
        if not self._questions:
            return False
        asked = self._questions[-1]
        is_early = isinstance(asked.question, IntentMatch) and taken is not None and taken < asked.time
        if self._asked is not None and not is_early:
            return False
        self._questions = ()
        return is_late(asked.question, utterance, matcher)

    def _reply(
        self,
        utterance: Utterance,
        understanding: Understanding,
        matcher: Matcher,
        cancelled: threading.Event,
        answered: Asked | None,
        turn: TurnState,
    ) -> Iterator[Event]:
        """Carry out or answer, add what came of it to the turn, and yield what is told meanwhile."""
        question, text = question_of(understanding), answered.said if answered else utterance.text
        history = tuple(self._history)
        try:
            if isinstance(understanding, IntentMatch) and understanding.when and not understanding.confirm:
                outcome = self._planned(understanding, understanding.when, matcher, cancelled)
                reply = ReplyEnded(outcome.text, ok=outcome.ok)
            else:
                steps = self._responder.respond(understanding, utterance, history, cancelled)
                reply, outcome = yield from steps
        except ActionError as error:
            turn.replies.append(ReplyEnded(str(error), ok=False))
            return
        question = question or asked_back(understanding, outcome, text)
        if other := turn.other(question, understanding, outcome, matcher):
            yield from self._reply(utterance, other, matcher, cancelled, answered, turn)
            return
        if turn.is_same(outcome) and outcome.undo:
            turn.replies.append(ReplyEnded(f"{outcome.undo()} There is no other.", ok=False))
            return
        if question:
            turn.asked = Asked(question, reply.text, text, self._clock())
        elif outcome.control == "redo":
            yield from self._redo(matcher, cancelled, turn)
            return
        elif outcome.control:
            reply = self._control(outcome, answered, utterance, matcher, turn)
            turn.quits = turn.quits or (outcome.control == "quit" and closes(utterance))
        is_over = question is None and (outcome.undo is not None or not outcome.control)
        if is_over and isinstance(understanding, IntentMatch | AnswerMatch):
            turn.exchanges.append(Exchange(text, understanding, outcome, reply.text))
        turn.replies.append(reply)

    def _redo(self, matcher: Matcher, cancelled: threading.Event, turn: TurnState) -> Iterator[Event]:
        """Do again what was taken back last, each command checked anew."""
        turn.is_again = True
        for exchange in (undone := self._undoing.take_undone()):
            understanding = self._interpreter.checked(exchange.understanding, matcher)
            yield from self._reply(Utterance(exchange.text), understanding, matcher, cancelled, None, turn)
        if not undone:
            turn.replies.append(ReplyEnded("There is nothing to do again.", ok=False))

    def _planned(self, match: IntentMatch, when: When, matcher: Matcher, cancelled: threading.Event) -> Outcome:
        """Plan a command for another moment; without a planner it is refused."""
        if self._planner is None:
            return Outcome(f"I can't do that {when.text}: nothing is done.", ok=False)
        return self._planner.plan(match, when, matcher, cancelled)

    def _control(
        self, outcome: Outcome, answered: Asked | None, utterance: Utterance, matcher: Matcher, turn: TurnState
    ) -> ReplyEnded:
        """Carry out a command that is about the conversation itself."""
        match outcome.control:
            case "undo":
                turn.takes_back = True
                count = int(float(outcome.values.get("count", "1")))
                is_of_turn = count == len(self._undoing.last) and names_all(utterance.text, matcher.intents.language)
                return self._undoing.undo(1 if is_of_turn else count)
            case "cancel" if answered is not None:
                turn.declined = answered
                also = f" I have not gone on with {quoted(answered.rest)} either." if answered.rest else ""
                return ReplyEnded(f"Cancelled.{also}")
            case "cancel" if not self._questions and self._exchanges and self._exchanges[-1] in self._undoing.last:
                turn.takes_back = True
                return self._undoing.undo()
        return self._recollection.reply(outcome, utterance, self._asked, matcher)
