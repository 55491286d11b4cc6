"""Commands that are wanted at other moments: planned, taken back in time, carried out when they are due.

Whatever cannot be planned is refused by name before anything is done, and whatever is asked about first is asked about
now: at its moment a command has nobody to ask. The sentence is kept and understood anew then, so that a file that was
edited meanwhile counts; a yes counts only for the same question.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.actions.database import StoredCommand
from assistant.actions.outcome import Outcome
from assistant.actions.schedule import Planned, Schedule, recurrence, said_by_me
from assistant.dialogue.consent.policy import Policy
from assistant.dialogue.planning import plan as plans
from assistant.dialogue.planning.plan import Plan
from assistant.dialogue.respond import Responder
from assistant.errors import ActionError
from assistant.language import spoken
from assistant.language.text import strip_filler
from assistant.values import Action, IntentMatch, OutOfScope, SlotMissing, Source, Understanding, Utterance, When

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


SOURCES: tuple[Source, ...] = ("typed", "spoken")
"""Ways in which a sentence may have been understood when it was planned, in the order of trial."""


class Planner:
    """Plans the commands of a conversation.

    Args:
        schedule: keeps them.
        responder: carries them out.
        policy: tells which are asked about first.
        is_open: True where an assistant runs that will carry them out.
        now: the local wall clock.
        lack: says why an action cannot work on this machine; nothing where it may.
    """

    def __init__(
        self,
        schedule: Schedule,
        responder: Responder,
        policy: Policy,
        is_open: Callable[[], bool],
        now: Callable[[], datetime] = datetime.now,
        lack: Callable[[Action | None], str] = lambda _: "",
    ) -> None:
        self._lack = lack
        self._schedule = schedule
        self._responder = responder
        self._policy = policy
        self._is_open = is_open
        self._now = now

    # -- before it is planned -----------------------------------------------------------------

    def checked(self, understanding: Understanding, matcher: Matcher) -> Understanding:
        """Return a command for later with the question that is to be answered now, or the reason against it.

        No value is asked for of a command that cannot work on this machine.
        """
        if isinstance(understanding, SlotMissing):
            intent = matcher.intents.intents.get(understanding.intent)
            if reason := self._lack(intent.action if intent else None):
                return OutOfScope(understanding.confidence, understanding.n_best, reason)
        if isinstance(understanding, IntentMatch):
            understanding = plans.as_scene(understanding)
        if not isinstance(understanding, IntentMatch | SlotMissing) or (when := understanding.when) is None:
            return understanding
        try:
            plans.first_moment(when, self._now())
            if isinstance(understanding, SlotMissing) or plans.repeats_itself(understanding, when):
                return understanding
            return replace(understanding, confirm=self._plan(understanding, when, matcher).question(self._now()))
        except ActionError as error:
            return OutOfScope(understanding.confidence, understanding.n_best, str(error))

    def _plan(self, match: IntentMatch, when: When, matcher: Matcher) -> Plan:
        """Make the plan.

        Raises:
            ActionError: it cannot be planned; the message says why.
        """
        now, language = self._now(), matcher.intents.language
        start = plans.first_moment(when, now)
        if reason := plans.reason_against(match, when) or self._lack(match.action):
            raise ActionError(reason)
        text = self._in_full(strip_filler(when.command, language), match, matcher)
        plain = self._meaning(text, match.intent, matcher)
        if not isinstance(plain, IntentMatch) or not plans.is_same(plain, match):
            raise ActionError(f"I can plan only what is said in full, not “{when.command}”: please say all of it.")
        rule = recurrence.at_clock(when.rule, start) if when.rule else ""
        row = StoredCommand(0, text, match.intent, plans.seconds_of(start, now), rule, consent=plain.confirm or "")
        if when.end is None:
            return Plan(plain, when, row, language)
        sentence, back = self._way_back(text, when, plain, matcher)
        consent = "\n".join(filter(None, (plain.confirm, back.confirm)))
        length = (when.end - start).total_seconds()
        return Plan(plain, when, replace(row, back=sentence, seconds=length, consent=consent), language, back)

    def _in_full(self, sentence: str, match: IntentMatch, matcher: Matcher) -> str:
        """Return a sentence with the answers to what it had left open, one a line."""
        text, meaning = sentence, self._meaning(sentence, match.intent, matcher)
        while isinstance(meaning, SlotMissing) and (answer := match.slot_texts.get(meaning.missing)):
            text = f"{text}\n{answer}"
            meaning = matcher.fill(meaning, Utterance(answer)) or OutOfScope(0.0, ())
        return text

    def _meaning(self, text: str, intent: str, matcher: Matcher) -> Understanding:
        """Understand a sentence with its answers by itself, as typed or else as spoken, whichever means that intent."""
        sentence, *answers = text.split("\n")
        meanings = (matcher.match(Utterance(sentence, source)) for source in SOURCES)
        first = next(meanings)
        wanted = (item for item in (first, *meanings) if getattr(item, "intent", "") == intent)
        meaning = next(wanted, first) if intent else first
        for answer in answers:
            if isinstance(meaning, SlotMissing):
                meaning = matcher.fill(meaning, Utterance(answer)) or OutOfScope(0.0, ())
        return self._policy.checked(meaning, matcher)

    def _way_back(
        self, text: str, when: When, match: IntentMatch, matcher: Matcher, sure: float = 0.8
    ) -> tuple[str, IntentMatch]:
        """Return the sentence that takes a command back, and its meaning, of a confidence of `sure` at least.

        Raises:
            ActionError: there is none.
        """
        before = [] if when.start or when.rule else self._state(match)
        for sentence in (*before, *plans.opposites(text, matcher.intents.language)):
            meaning = self._meaning(sentence, "", matcher)
            if not isinstance(meaning, IntentMatch) or meaning.confidence < sure:
                continue
            if plans.undoes(meaning, match) or (sentence in before and plans.restores(meaning)):
                return sentence, meaning
        raise ActionError(f"I can {said_by_me(text)}, but not only {when.text}: I know no way back. Nothing is done.")

    def _state(self, match: IntentMatch) -> list[str]:
        """Return the sentence that would bring about the state of now; none where nothing tells that state.

        Raises:
            ActionError: the state cannot be told.
        """
        if not (state := plans.state_changed(match)):
            return []
        question, template = state
        outcome = self._responder.carry_out(question, threading.Event())[1]
        return [spoken.fill(template, {}, outcome.values)] if outcome.ok else []

    # -- planning -----------------------------------------------------------------------------

    def plan(self, match: IntentMatch, when: When, matcher: Matcher, cancelled: threading.Event) -> Outcome:
        """Plan a command that has been checked, and answered where it was asked about.

        Raises:
            ActionError: it can be planned no more, or could not be carried out.
        """
        if plans.repeats_itself(match, when):
            text, outcome = self._responder.carry_out(match, cancelled)
            return replace(outcome, text=text)
        plan, verbs = self._plan(match, when, matcher), _verbs(matcher)
        if plan.is_for_now:
            return self._begin(plan, verbs, cancelled)
        now = self._now()
        planned = self._schedule.add(plan.row, plan.starts_counted(now))

        def undo() -> str:
            self._schedule.cancel([planned])
            return f"I won't {planned.name(self._now())}."

        return Outcome(f"{plan.promise(now, verbs)}{self._remark()}", undo=undo)

    def _begin(self, plan: Plan, verbs: frozenset[str], cancelled: threading.Event) -> Outcome:
        """Carry a command out now, and plan what takes it back."""
        text, outcome, planned = self._done(plan.match, plan.row, plan.ends_counted, cancelled)
        if planned is None:
            return replace(outcome, text=text)

        def undo() -> str:
            self._schedule.cancel([planned])
            return self._responder.carry_out(replace(plan.back or plan.match, confirm=None), cancelled)[0]

        return Outcome(f"{text} {plan.promise_back(self._now(), verbs)}{self._remark()}", undo=undo)

    def _done(
        self, match: IntentMatch, row: StoredCommand, is_counted: bool, cancelled: threading.Event
    ) -> tuple[str, Outcome, Planned | None]:
        """Carry a command out; what takes it back is planned first, and no more where it could not be done.

        What is so already is taken back all the same: a light that is on is to be on for ten minutes.
        """
        planned = None
        if row.back:
            due = self._now().timestamp() + row.seconds
            planned = self._schedule.add(StoredCommand(0, row.back, "", due, consent=row.consent), is_counted)
        try:
            text, outcome = self._responder.carry_out(replace(match, confirm=None), cancelled)
        except ActionError:
            if planned:
                self._schedule.cancel([planned])
            raise
        if planned and not (outcome.ok or outcome.holds):
            self._schedule.cancel([planned])
            planned = None
        return text, outcome, planned

    def _remark(self) -> str:
        return "" if self._is_open() else " It happens only while Assistant is open."

    # -- when it is due -----------------------------------------------------------------------

    def carry_out(self, planned: Planned, matcher: Matcher, cancelled: threading.Event) -> str:
        """Carry out what is due now and return what came of it in words; nothing where another process has done it.

        What was missed or broken off is told and not done.
        """
        head = f"Planned for {spoken.moment(planned.due, self._now())}: {planned.text}."
        try:
            if (row := self._schedule.claim(planned)) is None:
                return ""
        except ActionError as error:
            return f"{head} It could not be done: {error}"
        try:
            return f"{head} {self._result(planned, row, matcher, cancelled)}"
        finally:
            self._schedule.forget(row)

    def _result(self, planned: Planned, row: StoredCommand, matcher: Matcher, cancelled: threading.Event) -> str:
        if planned.condition == "missed":
            late = spoken.duration(max(0.0, -planned.left.total_seconds()), parts=1)
            return f"That was {late} ago, while I was off, so it has not been done."
        if planned.condition == "broken off":
            return "It was begun, and I was ended meanwhile: I don't know whether it was done."
        match = self._meaning(row.text, row.intent, matcher)
        if not isinstance(match, IntentMatch) or match.when is not None:
            return "I don't understand that any more, so nothing was done."
        if match.confirm and match.confirm not in row.consent.split("\n"):
            return f"It needs a yes by now, so nothing was done: {match.confirm}"
        is_counted = row.seconds < timedelta(days=1).total_seconds()
        try:
            text, _, back = self._done(match, row, is_counted, cancelled)
        except ActionError as error:
            return f"It could not be done: {error}"
        return f"{text} I'll {back.name(self._now())}." if back else text


def _verbs(matcher: Matcher) -> frozenset[str]:
    """Return the words with which orders begin: those of the titles of all intents, and of any deed."""
    titles = (intent.title.split() for intent in matcher.intents.intents.values())
    return frozenset({"set", "switch", "turn", *(words[0].lower() for words in titles if words)})
