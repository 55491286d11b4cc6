"""Timers, alarms and reminders in words, and as things that can be spoken of again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from assistant.actions.builtins.timing.choice import time_left
from assistant.actions.database import TimerKind
from assistant.actions.outcome import ActionError, Context, Limits, Outcome, Slots, Thing, fitting
from assistant.actions.schedule import recurrence
from assistant.actions.timer_service import Timer
from assistant.language import spoken

LONGEST = timedelta(days=366)
"""Time for which a timer, an alarm or a reminder may be set: a year, leap or not."""


LEADS = re.compile("^(?:to|not to|about|that) ")
"""The first word of a reminder's label, before what it is for."""


def things(timers: Sequence[Timer]) -> tuple[Thing, ...]:
    """Name the timers as they are spoken of later; their ids tell them from others of the same name.

    A recurrence is left out: in a sentence it would be that of the order.
    """
    return tuple(
        Thing(
            f"the {replace(timer, rule='').name}",
            {"id": timer.id},
            full=f"the {timer.label} reminder" if timer.kind == "reminder" else "",
        )
        for timer in timers
    )


def kind_of(arguments: Mapping[str, str]) -> TimerKind:
    """Read the kind that an intent is about: `with: {kind}`."""
    kind = arguments.get("kind", "timer")
    return "alarm" if kind == "alarm" else "reminder" if kind == "reminder" else "timer"


def remark(context: Context) -> str:
    """Say that nothing rings by now, where that is so."""
    return "" if context.timers.is_anyone_ringing() else " It rings once Assistant is open."


def values_of(timer: Timer) -> Mapping[str, str]:
    """Put a timer into the values of a response."""
    left = spoken.duration(max(0.0, timer.left.total_seconds()), parts=2)
    return {
        "name": timer.name,
        "label": timer.label,
        "left": left,
        "due": spoken.moment(timer.due, datetime.now()),
    }


def named(timers: Sequence[Timer]) -> str:
    """Return the subject and the verb of a sentence about timers: `The egg timer and the tea timer are`."""
    names = spoken.joined([f"the {timer.name}" for timer in timers])
    return f"{spoken.sentence(names)} {'is' if len(timers) == 1 else 'are'}"


def summary(timer: Timer, context: Context) -> str:
    """Tell of a timer in a list: `pasta, 4 minutes left`, `7:00 AM tomorrow, work`."""
    if timer.kind == "timer":
        return f"{timer.label or timer.name}, {'paused with ' if timer.paused else ''}{time_left(timer)} left"
    label = LEADS.sub("", timer.label)
    moment = recurrence.in_words(timer.rule, timer.due) if timer.rule else spoken.moment(timer.due, context.now())
    return f"{moment}{f', {label}' if label else ''}"


def cancellation(context: Context, timer: Timer) -> Callable[[], str]:
    """Return the way back from setting a timer."""

    def undo() -> str:
        context.timers.cancel([timer])
        return f"The {timer.name} is cancelled."

    return undo


def cancelled(timers: Sequence[Timer], text: str, context: Context) -> Outcome:
    """Cancel timers, and reply with a text."""
    restore = context.timers.cancel(timers)

    def undo() -> str:
        restore()
        return f"The {timers[0].name} is back." if len(timers) == 1 else f"All {len(timers)} are back."

    return Outcome(
        text, values_of(timers[0]), undo=undo, focus=tuple(replace(thing, is_gone=True) for thing in things(timers))
    )


def length_of(slots: Slots, name: str) -> timedelta:
    """Read the duration of something that lasts a second to a year."""
    length = slots.get("duration")
    if not isinstance(length, timedelta):
        raise ActionError(f"How long shall the {name} be?")
    fitting(name, length, Limits(1, LONGEST.total_seconds()))
    return length
