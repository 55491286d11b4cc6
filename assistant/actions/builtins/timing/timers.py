"""Countdowns, and what timers, alarms and reminders have in common: told, cancelled, renamed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from assistant.actions.builtins.timing.choice import chosen, label_of, left_in, matching, no_such, none_set, time_left
from assistant.actions.builtins.timing.telling import (
    LEADS,
    LONGEST,
    cancellation,
    cancelled,
    kind_of,
    length_of,
    named,
    remark,
    summary,
    things,
    values_of,
)
from assistant.actions.outcome import ActionError, Context, Outcome, Slots
from assistant.actions.timer_service import Timer
from assistant.language import spoken


def start(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Start a timer: `duration`, `label`."""
    length = length_of(slots, "timer")
    timer = context.timers.set_in("timer", length, label_of(slots, "timer"))
    name = f"{spoken.sentence(timer.label)} timer" if timer.label else "Timer"
    text = f"{name} set for {spoken.duration(length.total_seconds())}.{remark(context)}"
    return Outcome(text, values_of(timer), undo=cancellation(context, timer), focus=things([timer]))


def cancel(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Cancel one, or silence what has rung: `label`, `duration` or `at` where there are several; `with: {kind}`."""
    kind = kind_of(arguments)
    if not slots and not context.timers.waiting(kind) and context.timers.has_rung(kind):
        return Outcome("", control="stop")
    timers = chosen(slots, context, kind)
    return timers if isinstance(timers, Outcome) else cancelled(timers, f"{named(timers)} cancelled.", context)


def cancel_all(_: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Cancel all of a kind, but for what is excepted; `with: {kind}`."""
    kind = kind_of(arguments)
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
        text = f"{named(timers)} cancelled, {spoken.joined([f'the {timer.name}' for timer in kept])} {stays}."
    else:
        text = f"{named(timers)} cancelled." if len(timers) == 1 else f"All {len(timers)} {kind}s are cancelled."
    return cancelled(timers, text, context)


def show(slots: Slots, arguments: Mapping[str, str], context: Context, most: int = 8) -> Outcome:
    """List all of a kind, or those of `label`, of `at`; `with: {kind}`."""
    kind = kind_of(arguments)
    every = context.timers.waiting(kind)
    if not every:
        return Outcome(none_set(kind).text)
    timers = matching(every, slots, context)
    if not timers:
        return no_such(every, kind, context)
    if len(timers) == 1:
        number = "one" if len(every) == 1 else "such an" if kind == "alarm" else "such a"
        text = f"You have {number} {kind}: {summary(timers[0], context)}."
        return Outcome(text, values_of(timers[0]), focus=things(timers))
    lines = "; ".join(summary(timer, context) for timer in timers[:most])
    such = "" if len(timers) == len(every) else "such "
    rest = f"; and {len(timers) - most} more" if len(timers) > most else ""
    return Outcome(f"You have {len(timers)} {such}{kind}s: {lines}{rest}.", focus=things(timers[:most]))


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
    return Outcome(" ".join(lines), values_of(timers[0]), focus=things(timers))


def extend(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Add `duration` to a timer, or take it off with `with: {sign: "-"}`; of several, `label` or `length`."""
    length = length_of(slots, "time")
    by = -length if arguments.get("sign") == "-" else length
    return _with_left(slots, context, lambda timer: timer.left + by, length)


def change(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Let a timer have `duration` left from now on; of several, `label` or `length`."""
    length = length_of(slots, "timer")
    return _with_left(slots, context, lambda _: length, length)


def _with_left(slots: Slots, context: Context, left_of: Callable[[Timer], timedelta], length: timedelta) -> Outcome:
    """Give timers another time that is left; `length` is what was said."""
    which = {name: value for name, value in slots.items() if name != "duration"}
    which |= {"duration": slots["length"]} if "length" in slots else {}
    timers = chosen(which, context, "timer")
    if isinstance(timers, Outcome):
        return timers
    for timer in timers:
        if not timedelta(0) < left_of(timer) <= LONGEST:
            by = spoken.duration(length.total_seconds())
            raise ActionError(f"The {timer.name} has {time_left(timer)} left: {by} is too much.")
    changed = [context.timers.extend(timer, left_of(timer) - timer.left) for timer in timers]

    def undo() -> str:
        restored = [context.timers.extend(new, old.left - new.left) for new, old in zip(changed, timers, strict=True)]
        return " ".join(f"The {timer.name} has {time_left(timer)} left again." for timer in restored)

    lines = [f"{f'{timer.label}: ' if timer.label else ''}{time_left(timer)} left.".capitalize() for timer in changed]
    return Outcome(" ".join(lines), values_of(changed[0]), undo=undo, focus=things(changed))


def pause(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Pause a timer: `label`, `duration`."""
    timers = chosen(slots, context, "timer", paused=False)
    if isinstance(timers, Outcome):
        return timers
    changed = [context.timers.pause(timer) for timer in timers]
    return _halted(changed, undo=lambda: _halted([context.timers.resume(timer) for timer in changed]).text)


def resume(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Let a paused timer go on: `label`, `duration`."""
    timers = chosen(slots, context, "timer", paused=True)
    if isinstance(timers, Outcome):
        return timers
    changed = [context.timers.resume(timer) for timer in timers]
    return _halted(changed, undo=lambda: _halted([context.timers.pause(timer) for timer in changed]).text)


def _halted(timers: Sequence[Timer], undo: Callable[[], str] | None = None) -> Outcome:
    """Tell of timers that were paused or go on."""
    lines = (
        f"The {timer.name} {'is paused' if timer.paused else 'goes on'} with {time_left(timer)} left."
        for timer in timers
    )
    return Outcome(" ".join(lines), values_of(timers[0]), undo=undo, focus=things(timers))


def rename(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Call a timer, an alarm or a reminder `name`; of several, that of `label`, `duration` or `at`; `with: {kind}`."""
    kind = kind_of(arguments)
    timers = chosen(slots, context, kind)
    if isinstance(timers, Outcome):
        return timers
    name = label_of({"label": slots.get("name", "")}, kind)
    if not name:
        return Outcome("What shall I call it?", ok=False, missing="name")
    if kind == "reminder" and not LEADS.match(name):
        name = f"to {name}"
    if all(timer.label.casefold() == name.casefold() for timer in timers):
        return Outcome(f"The {timers[0].name} is called that already.", ok=False, focus=things(timers))
    changed = [context.timers.rename(timer, name) for timer in timers]

    def undo() -> str:
        restored = [context.timers.rename(new, old.label) for new, old in zip(changed, timers, strict=True)]
        return f"{spoken.sentence(spoken.joined([f'the {timer.name}' for timer in restored]))} again."

    olds = spoken.sentence(spoken.joined([f"the {timer.name}" for timer in timers]))
    text = f"{olds} {'is' if len(timers) == 1 else 'are'} the {changed[0].name} now."
    return Outcome(text, values_of(changed[0]), undo=undo, focus=things(changed))
