"""Alarms and reminders: set for a moment, moved to another, snoozed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from assistant.actions.builtins.timing.choice import chosen, label_of
from assistant.actions.builtins.timing.telling import (
    LEADS,
    LONGEST,
    cancellation,
    kind_of,
    length_of,
    remark,
    things,
    values_of,
)
from assistant.actions.choices import names_half_day
from assistant.actions.database import TimerKind
from assistant.actions.outcome import ActionError, Context, Outcome, Slots, text_of
from assistant.actions.schedule import recurrence
from assistant.actions.timer_service import SNOOZE, Timer
from assistant.language import entities, spoken
from assistant.values import SlotValue

_COUNTED = re.compile(r"\bin (?!the\b)|\bfrom now\b", re.IGNORECASE)
"""Words of a moment that is so long from now."""


def set_alarm(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Set an alarm: `at`, `label`."""
    if context.when and context.when.rule:
        return _set_again("alarm", "Alarm set for", label_of(slots, "alarm"), slots, context)
    due = _due(slots.get("at"), context.now())
    alarms = context.timers.waiting("alarm")
    if any(alarm.due == due for alarm in alarms):
        text = f"There is already an alarm for {spoken.moment(due, context.now())}."
        return Outcome(text, ok=False, focus=things([alarm for alarm in alarms if alarm.due == due]))
    alarm = _set("alarm", due, label_of(slots, "alarm"), context)
    text = f"Alarm set for {spoken.moment(due, context.now())}.{_gap(slots.get('at'), due)}{remark(context)}"
    return Outcome(text, values_of(alarm), undo=cancellation(context, alarm), focus=things([alarm]))


def snooze(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Let the timer that rang last ring again: in `duration`, nine minutes by default, or at `at`.

    Where none has rung, an alarm or a reminder that is still to come is put off; `with: {kind}`.
    """
    length, now = length_of(slots, "snooze") if "duration" in slots else SNOOZE, context.now()
    if "at" in slots:
        due = _due(_until(slots["at"], now, context.texts.get("at", "")), now)
        length = timedelta(seconds=_as_said(due.timestamp() - now.timestamp()))
    timer = context.timers.snooze(length)
    if timer is None:
        if "kind" in arguments and slots.keys() & {"at", "duration"} and context.timers.waiting(kind_of(arguments)):
            which = {name: value for name, value in slots.items() if name in ("id", "label")}
            later: dict[str, SlotValue] = {"to": slots["at"]} if "at" in slots else {"by": length}
            texts = {"to": context.texts.get("at", "")}
            return move({**which, **later}, arguments, replace(context, texts=texts))
        return Outcome("Nothing has rung in the last hour.", ok=False)

    def undo() -> str:
        context.timers.silence(timer)
        return f"The {timer.name} does not ring again."

    moment = f"at {spoken.moment(timer.due, now)}" if "at" in slots else f"in {spoken.spoken(length)}"
    return Outcome(f"I'll ring again {moment}.", undo=undo, control="stop", focus=things([timer]))


def move(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Move an alarm or a reminder to `to`, or `by` a time, earlier where `way` says so.

    Of several, `label` or `at` says which; `with: {kind}`.
    """
    kind, now = kind_of(arguments), context.now()
    if slots.keys() >= {"to", "by"} and "at" not in slots:  # `make my Saturday alarm an hour later` goes to no moment
        slots = {"at" if name == "to" else name: value for name, value in slots.items()}
        context = replace(context, texts={"at" if name == "to" else name: text for name, text in context.texts.items()})
    timers = chosen({name: value for name, value in slots.items() if name not in ("to", "by", "way")}, context, kind)
    if isinstance(timers, Outcome):
        return timers
    if not slots.keys() & {"to", "by"}:
        return Outcome("To what time?", ok=False, missing="to", focus=things(timers))
    dues = [_moved(timer, slots, context) for timer in timers]
    if dues == [timer.due for timer in timers]:
        return Outcome(f"{_setting(timers[0], now)} already.", ok=False, focus=things(timers))
    pairs = [context.timers.move(timer, due) for timer, due in zip(timers, dues, strict=True)]

    def undo() -> str:
        for _, restore in pairs:
            restore()
        return " ".join(f"{_setting(timer, now)} again." for timer in timers)

    moved = [timer for timer, _ in pairs]
    text = " ".join(f"{_setting(timer, now)} now." for timer in moved)
    return Outcome(f"{text}{remark(context)}", values_of(moved[0]), undo=undo, focus=things(moved))


def _setting(timer: Timer, now: datetime) -> str:
    """Return the sentence that tells for when an alarm or a reminder is set, without its full stop."""
    before = f" {timer.label}" if timer.label and timer.kind == "alarm" else ""
    behind = f" {timer.label}" if timer.label and timer.kind == "reminder" else ""
    moment = recurrence.in_words(timer.rule, timer.due) if timer.rule else spoken.moment(timer.due, now)
    return f"The{before} {timer.kind}{behind} is set for {moment}"


def _moved(timer: Timer, slots: Slots, context: Context) -> datetime:
    """Return the moment to which a timer is to be moved: a day keeps its time of day, a time of day its day."""
    now, to, by = context.now(), slots.get("to"), slots.get("by")
    if isinstance(by, timedelta):
        return _due(timer.due + (-by if slots.get("way") == "earlier" else by), now)
    words = context.texts.get("to", "")
    has_day, has_clock = (bool(entities.find(kind, tuple(words.split()), now)) for kind in ("date", "time"))
    if isinstance(to, date) and has_day and not has_clock:
        return _due(datetime.combine(to, timer.due.time()), now)
    if isinstance(to, datetime) and has_clock and not has_day:
        to = to.time()
    if not isinstance(to, time):
        return _due(to, now)
    if not names_half_day(words):
        to = min((to, time((to.hour + 12) % 24, to.minute)), key=lambda clock: _apart(clock, timer.due.time()))
    due = datetime.combine(timer.due.date(), to)
    return _due(due if due > now else to, now)


def _apart(clock: time, other: time) -> float:
    """Return the hours between two times of day, the shorter way round."""
    hours = abs(clock.hour + clock.minute / 60 - other.hour - other.minute / 60)
    return min(hours, 24 - hours)


def _until(value: SlotValue, now: datetime, words: str) -> SlotValue:
    """Return the moment until which something is snoozed; a day alone means this time on that day."""
    if isinstance(value, date) and not entities.find("time", tuple(words.split()), now):
        return datetime.combine(value, now.time().replace(second=0, microsecond=0))
    return value


def remind(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Set a reminder: `task` (to call Anna), `omission` (not to be late), `topic`, or `fact` (that he comes), `at`."""
    leads = {"to": "task", "not to": "omission", "about": "topic", "that": "fact"}
    words = (_purpose(lead, text) for lead, name in leads.items() if (text := text_of(slots, name)))
    purpose = next(words, "")
    if not purpose:
        return Outcome("What shall I remind you of?", ok=False, missing="task")
    if context.when and context.when.rule:
        return _set_again("reminder", f"I'll remind you {purpose}".strip(), purpose, slots, context)
    due = _due(slots.get("at"), context.now())
    reminder = _set("reminder", due, purpose, context)
    moment = f"in {spoken.duration(_as_said(due.timestamp() - context.now().timestamp()))}"
    if due - context.now() > timedelta(hours=2) or not re.search(r"\bin\b", context.texts.get("at", "")):
        moment = f"at {spoken.moment(due, context.now())}"
    text = f"I'll remind you {purpose} {moment}.{_gap(slots.get('at'), due)}{remark(context)}"
    return Outcome(text, values_of(reminder), undo=cancellation(context, reminder), focus=things([reminder]))


def _purpose(lead: str, text: str) -> str:
    """Return the purpose of a reminder behind its first word; an answer may bring a word of its own: `about the rent`.

    >>> _purpose("to", "water the plants"), _purpose("to", "about the rent"), _purpose("to", "the rent")
    ('to water the plants', 'about the rent', 'about the rent')
    """
    if LEADS.match(text):
        return text
    text = text.removeprefix("of ")
    is_thing = lead == "to" and re.match(r"(?:the|a|an|my|our|his|her|their) |\w*[aeiouy]\w*ing\b", text)
    return f"{'about' if is_thing else lead} {text}"


# -- parts ------------------------------------------------------------------------------------


def _as_said(seconds: float) -> int:
    """The whole seconds, up to the next five where they are many: a moment has gone by since they were said."""
    step = 5 if seconds > 60 else 1
    return math.ceil(seconds / step) * step


def _due(value: SlotValue | None, now: datetime) -> datetime:
    """Read a slot as a moment within a year; a time of day without a day is the next.

    Raises:
        ActionError: it has passed, or is too far away.
    """
    match value:
        case datetime():
            due = value.replace(tzinfo=None)
        case timedelta():
            due = datetime.fromtimestamp(now.timestamp() + value.total_seconds())
        case time():
            due = datetime.combine(now.date(), value.replace(tzinfo=None))
            due += timedelta(days=_on_the_wall(due, now).timestamp() <= now.timestamp())
        case date():
            due = datetime.combine(value, time(9))
        case _:
            raise ActionError("I did not get the time.")
    due = _on_the_wall(due, now)
    if due.timestamp() <= now.timestamp():
        raise ActionError(f"{spoken.sentence(spoken.moment(due, now))} has passed already.")
    if due - now > LONGEST:
        raise ActionError(f"{spoken.sentence(spoken.moment(due, now))} is more than a year away.")
    return due


def _on_the_wall(due: datetime, now: datetime) -> datetime:
    """Return a moment as clocks will show it on a night in which they change.

    A time that is left out is an hour later; of one that comes twice, the next is meant.
    """
    moment = due.timestamp()
    return datetime.fromtimestamp(moment if moment > now.timestamp() else due.replace(fold=1).timestamp())


def _gap(said: SlotValue | None, due: datetime) -> str:
    """Say that a time was left out by the change to summer time."""
    clock = said.time() if isinstance(said, datetime) else said
    if not isinstance(clock, time) or (clock.hour % 12, clock.minute) == (due.hour % 12, due.minute):
        return ""
    return f" The clocks leave out {spoken.clock(clock)} that night."


def _set(kind: TimerKind, due: datetime, label: str, context: Context) -> Timer:
    """Set an alarm or a reminder: `in 8 hours` counts the hours, a time of day is that of the clock on the wall."""
    length = timedelta(seconds=due.timestamp() - context.now().timestamp())
    if length < timedelta(days=1) and _COUNTED.search(context.texts.get("at", "")):
        return context.timers.set_in(kind, length, label)
    return context.timers.set(kind, due, label)


def _set_again(kind: TimerKind, reply: str, label: str, slots: Slots, context: Context) -> Outcome:
    """Set an alarm or a reminder that comes again by a rule; `reply` stands before the rule in words."""
    now, begin = context.now(), slots.get("at")
    when = context.when
    if when is None or not isinstance(begin := when.start or begin, datetime | time):
        raise ActionError("I did not get the time.")
    begin = datetime.combine(now.date(), begin) if isinstance(begin, time) else begin
    begin = begin.replace(tzinfo=None)
    rule = recurrence.at_clock(when.rule, begin)
    if (first := recurrence.following(rule, begin, now)) is None:
        raise ActionError(f"There is no such day to come: {when.text}.")
    same = [t for t in context.timers.waiting(kind) if (t.due, t.rule, t.label) == (first, rule, label)]
    if same:
        text = f"There is already such {'an' if kind == 'alarm' else 'a'} {kind}."
        return Outcome(text, ok=False, focus=things(same))
    timer = context.timers.set(kind, first, label, rule)
    text = f"{reply} {recurrence.in_words_from(rule, first, now)}.{remark(context)}"
    return Outcome(text, values_of(timer), undo=cancellation(context, timer), focus=things([timer]))
