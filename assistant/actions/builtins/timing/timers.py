"""Timers, alarms and reminders."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from assistant.actions.builtins.timing.choice import chosen, label_of, left_in, none_set, time_left
from assistant.actions.database import TimerKind
from assistant.actions.outcome import ActionError, Context, Limits, Outcome, Slots, fitting, text_of
from assistant.actions.schedule import recurrence
from assistant.actions.timer_service import SNOOZE, Timer
from assistant.language import spoken
from assistant.values import SlotValue

_LONGEST = timedelta(days=366)
_COUNTED = re.compile(r"\bin (?!the\b)|\bfrom now\b", re.IGNORECASE)
"""Words of a moment that is so long from now."""


def start(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Start a timer: `duration`, `label`."""
    length = _length(slots, "timer")
    timer = context.timers.set_in("timer", length, label_of(slots, "timer"))
    name = f"{spoken.sentence(timer.label)} timer" if timer.label else "Timer"
    text = f"{name} set for {spoken.duration(length.total_seconds())}.{_remark(context)}"
    return Outcome(text, _values(timer), undo=_cancellation(context, timer))


def cancel(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Cancel one: `label`, `duration` or `at` where there are several; `with: {kind}`."""
    timers = chosen(slots, context, _kind(arguments))
    return timers if isinstance(timers, Outcome) else _cancelled(timers, f"{_named(timers)} cancelled.", context)


def cancel_all(_: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Cancel all of a kind, but for what is excepted; `with: {kind}`."""
    kind = _kind(arguments)
    every = context.timers.waiting(kind)
    if not every:
        return none_set(kind)
    timers = left_in(every, context)
    if isinstance(timers, Outcome):
        return timers
    if not timers:
        return Outcome(f"There is no other {kind}, so I have cancelled none.", ok=False)
    if kept := [timer for timer in every if timer not in timers]:
        stays = "stays" if len(kept) == 1 else "stay"
        text = f"{_named(timers)} cancelled, {spoken.joined([f'the {timer.name}' for timer in kept])} {stays}."
    else:
        text = f"{_named(timers)} cancelled." if len(timers) == 1 else f"All {len(timers)} {kind}s are cancelled."
    return _cancelled(timers, text, context)


def show(_: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """List all of a kind; `with: {kind}`."""
    kind = _kind(arguments)
    timers = context.timers.waiting(kind)
    if not timers:
        return Outcome(none_set(kind).text)
    if len(timers) == 1:
        return Outcome(f"You have one {kind}: {_summary(timers[0], context)}.", _values(timers[0]))
    lines = "; ".join(_summary(timer, context) for timer in timers[:8])
    return Outcome(f"You have {len(timers)} {kind}s: {lines}.")


def left(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Tell the time that a timer has left: `label`, `duration`."""
    running = context.timers.waiting("timer")
    if not slots and len(running) > 1:
        return show(slots, {}, context)
    timers = chosen(slots, context, "timer")
    if isinstance(timers, Outcome):
        return timers
    lines = []
    for timer in timers:
        name = f" on the {timer.label} timer" if timer.label else ""
        lines.append(f"{spoken.sentence(time_left(timer))} left{name}{', paused' if timer.paused else ''}.")
    return Outcome(" ".join(lines), _values(timers[0]))


def extend(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Add `duration` to a timer, or take it off with `with: {sign: "-"}`; `label` where there are several."""
    length = _length(slots, "time")
    by = -length if arguments.get("sign") == "-" else length
    return _with_left(slots, context, lambda timer: timer.left + by, length)


def change(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Let a timer have `duration` left from now on; `label` where there are several."""
    length = _length(slots, "timer")
    return _with_left(slots, context, lambda _: length, length)


def _with_left(slots: Slots, context: Context, left_of: Callable[[Timer], timedelta], length: timedelta) -> Outcome:
    """Give timers another time that is left; `length` is what was said."""
    timers = chosen({name: value for name, value in slots.items() if name != "duration"}, context, "timer")
    if isinstance(timers, Outcome):
        return timers
    for timer in timers:
        if not timedelta(0) < left_of(timer) <= _LONGEST:
            by = spoken.duration(length.total_seconds())
            raise ActionError(f"The {timer.name} has {time_left(timer)} left: {by} is too much.")
    changed = [context.timers.extend(timer, left_of(timer) - timer.left) for timer in timers]

    def undo() -> str:
        restored = [context.timers.extend(new, old.left - new.left) for new, old in zip(changed, timers, strict=True)]
        return " ".join(f"The {timer.name} has {time_left(timer)} left again." for timer in restored)

    lines = [f"{f'{timer.label}: ' if timer.label else ''}{time_left(timer)} left.".capitalize() for timer in changed]
    return Outcome(" ".join(lines), _values(changed[0]), undo=undo)


def pause(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Pause a timer: `label`, `duration`."""
    timers = chosen(slots, context, "timer", paused=False)
    if isinstance(timers, Outcome):
        return timers
    for timer in timers:
        context.timers.pause(timer)
    lines = (f"The {timer.name} is paused with {time_left(timer)} left." for timer in timers)
    return Outcome(" ".join(lines), _values(timers[0]))


def resume(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Let a paused timer go on: `label`, `duration`."""
    timers = chosen(slots, context, "timer", paused=True)
    if isinstance(timers, Outcome):
        return timers
    for timer in timers:
        context.timers.resume(timer)
    lines = (f"The {timer.name} goes on with {time_left(timer)} left." for timer in timers)
    return Outcome(" ".join(lines), _values(timers[0]))


def set_alarm(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Set an alarm: `at`, `label`."""
    if context.when and context.when.rule:
        return _set_again("alarm", "Alarm set for", label_of(slots, "alarm"), slots, context)
    due = _due(slots.get("at"), context.now())
    if any(alarm.due == due for alarm in context.timers.waiting("alarm")):
        return Outcome(f"There is already an alarm for {spoken.moment(due, context.now())}.")
    alarm = _set("alarm", due, label_of(slots, "alarm"), context)
    text = f"Alarm set for {spoken.moment(due, context.now())}.{_gap(slots.get('at'), due)}{_remark(context)}"
    return Outcome(text, _values(alarm), undo=_cancellation(context, alarm))


def snooze(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Let the timer that rang last ring again: `duration`, nine minutes by default."""
    length = _length(slots, "snooze") if "duration" in slots else SNOOZE
    timer = context.timers.snooze(length)
    if timer is None:
        return Outcome("Nothing has rung in the last hour.", ok=False)
    return Outcome(f"I'll ring again in {spoken.duration(length.total_seconds())}.", control="stop")


def remind(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Set a reminder: `task` (to call Anna), `topic` (about the meeting) or `fact` (that he comes), `at`."""
    leads = {"to": "task", "about": "topic", "that": "fact"}
    words = (
        f"{lead} {text.removeprefix(f'{lead} ')}" for lead, name in leads.items() if (text := text_of(slots, name))
    )
    purpose = next(words, "")
    if context.when and context.when.rule:
        return _set_again("reminder", f"I'll remind you {purpose}".strip(), purpose, slots, context)
    due = _due(slots.get("at"), context.now())
    reminder = _set("reminder", due, purpose, context)
    moment = f"in {spoken.duration(_as_said(due.timestamp() - context.now().timestamp()))}"
    if due - context.now() > timedelta(hours=2) or not re.search(r"\bin\b", context.texts.get("at", "")):
        moment = f"at {spoken.moment(due, context.now())}"
    text = f"I'll remind you {f'{purpose} ' if purpose else ''}{moment}.{_gap(slots.get('at'), due)}{_remark(context)}"
    return Outcome(text, _values(reminder), undo=_cancellation(context, reminder))


# -- parts ------------------------------------------------------------------------------------


def _kind(arguments: Mapping[str, str]) -> TimerKind:
    kind = arguments.get("kind", "timer")
    return "alarm" if kind == "alarm" else "reminder" if kind == "reminder" else "timer"


def _remark(context: Context) -> str:
    return "" if context.timers.is_anyone_ringing() else " It rings once Assistant is open."


def _values(timer: Timer) -> Mapping[str, str]:
    left = spoken.duration(max(0.0, timer.left.total_seconds()), parts=2)
    return {
        "name": timer.name,
        "label": timer.label,
        "left": left,
        "due": spoken.moment(timer.due, datetime.now()),
    }


def _as_said(seconds: float) -> int:
    """The whole seconds, up to the next five where they are many: a moment has gone by since they were said."""
    step = 5 if seconds > 60 else 1
    return math.ceil(seconds / step) * step


def _named(timers: Sequence[Timer]) -> str:
    """Return the subject and the verb of a sentence about timers: `The egg timer and the tea timer are`."""
    names = spoken.joined([f"the {timer.name}" for timer in timers])
    return f"{spoken.sentence(names)} {'is' if len(timers) == 1 else 'are'}"


def _summary(timer: Timer, context: Context) -> str:
    if timer.kind == "timer":
        return f"{timer.label or timer.name}, {'paused with ' if timer.paused else ''}{time_left(timer)} left"
    label = re.sub("^(?:to|about|that) ", "", timer.label)
    moment = recurrence.in_words(timer.rule, timer.due) if timer.rule else spoken.moment(timer.due, context.now())
    return f"{moment}{f', {label}' if label else ''}"


def _cancellation(context: Context, timer: Timer) -> Callable[[], str]:
    def undo() -> str:
        context.timers.cancel([timer])
        return f"The {timer.name} is cancelled."

    return undo


def _cancelled(timers: Sequence[Timer], text: str, context: Context) -> Outcome:
    restore = context.timers.cancel(timers)

    def undo() -> str:
        restore()
        return f"The {timers[0].name} is back." if len(timers) == 1 else f"All {len(timers)} are back."

    return Outcome(text, _values(timers[0]), undo=undo)


def _length(slots: Slots, name: str) -> timedelta:
    """Read the duration of something that lasts a second to a year."""
    length = slots.get("duration")
    if not isinstance(length, timedelta):
        raise ActionError(f"How long shall the {name} be?")
    fitting(name, length, Limits(1, _LONGEST.total_seconds()))
    return length


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
    if due - now > _LONGEST:
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
    if any((timer.due, timer.rule) == (first, rule) for timer in context.timers.waiting(kind) if timer.label == label):
        return Outcome(f"There is already such {'an' if kind == 'alarm' else 'a'} {kind}.")
    timer = context.timers.set(kind, first, label, rule)
    text = f"{reply} {recurrence.in_words_from(rule, first, now)}.{_remark(context)}"
    return Outcome(text, _values(timer), undo=_cancellation(context, timer))
