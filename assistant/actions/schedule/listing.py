"""Commands that are planned for later: listed, cancelled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from assistant.actions.outcome import Context, Option, Outcome, Slots, Thing, text_of
from assistant.actions.schedule import Planned, Schedule
from assistant.language import spoken
from assistant.values import SlotValue


def show(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """List what is planned: all, or `label`, at `at`, on `day`."""
    planned = _matching(Schedule(context.database).waiting(), slots)
    if not planned:
        return Outcome(_none(slots, context))
    names = [item.name(context.now()) for item in planned]
    more = f"; and {len(names) - 8} more" if len(names) > 8 else ""
    text = f"{spoken.sentence(spoken.count(len(names), 'command'))} planned: {'; '.join(names[:8])}{more}."
    return Outcome(text, focus=_things(planned[:8]))


def cancel(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Cancel what is planned: `label`, at `at`, on `day`; of several one is asked for, unless `with: {all: "yes"}`."""
    schedule, now = Schedule(context.database), context.now()
    planned = _matching(schedule.waiting(), slots)
    if not planned:
        return Outcome(_none(slots, context), ok=False)
    if len(planned) > 1 and "all" not in arguments:
        options = tuple(Option(item.name(now), {"id": item.stored.id}, _facts(item)) for item in planned)
        names = spoken.joined([option.label for option in options[:5]], "or")
        return Outcome(f"Which one: {names}?", ok=False, options=options)
    skipped = [item for item in planned if item.stored.rule and "day" in slots]
    if later := [item for item in skipped if item.due.date() != _day(slots)]:
        names = spoken.joined([item.name(now) for item in later])
        return Outcome(f"I can leave out only its next time: {names}. Nothing is cancelled.", ok=False)
    gone = [item for item in planned if item not in skipped]
    restores = [schedule.cancel(gone)] if gone else []
    restores += [schedule.skip(item) for item in skipped]
    names = spoken.joined([item.name(now) for item in gone] + [f"{item.text}, this time only" for item in skipped])

    def undo() -> str:
        for restore in restores:
            restore()
        return f"Planned again: {spoken.joined([item.name(now) for item in planned])}."

    return Outcome(f"Cancelled: {names}.", {"name": names}, undo=undo, focus=_things(planned))


def _facts(item: Planned) -> dict[str, SlotValue]:
    return {"due": item.due, "left": item.left, "number": item.stored.id}


def _things(planned: Sequence[Planned]) -> tuple[Thing, ...]:
    """Name planned commands as they are spoken of later."""
    return tuple(Thing(f"the scheduled {item.text}", {"id": item.stored.id}) for item in planned)


def _none(slots: Slots, context: Context) -> str:
    """Say that nothing is planned, or nothing of that kind."""
    planned = Schedule(context.database).waiting() if slots else ()
    if not planned:
        return "Nothing is planned."
    names = spoken.joined([item.name(context.now()) for item in planned[:5]])
    return f"No such thing is planned. There is: {names}."


def _matching(planned: Sequence[Planned], slots: Slots, least: float = 80) -> Sequence[Planned]:
    """Choose the command of an `id`, else those with those words, at that time, on that day.

    Words may be as similar as `least` of 100.
    """
    from rapidfuzz import fuzz

    if "id" in slots:
        return [item for item in planned if item.stored.id == slots["id"]]
    moment, day = slots.get("at"), _day(slots)
    if isinstance(moment, datetime | time):
        clock = moment if isinstance(moment, time) else moment.time()
        planned = [item for item in planned if (item.due.hour, item.due.minute) in _shown_as(clock)]
    if day is not None:
        planned = [item for item in planned if item.is_on(day)]
    if label := re.sub(r"^(?:to|the|my)\s+|\s+(?:on|off|open|closed|shut)$", "", text_of(slots, "label").casefold()):
        texts = [item.text.casefold() for item in planned]
        whole = [{*label.split()} <= {*text.split()} for text in texts]
        likeness = [fuzz.token_set_ratio(label, text) >= least for text in texts]
        wanted = whole if any(whole) else likeness
        planned = [item for item, is_wanted in zip(planned, wanted, strict=True) if is_wanted]
    return planned


def _day(slots: Slots) -> date | None:
    day = slots.get("day")
    return day.date() if isinstance(day, datetime) else day if isinstance(day, date) else None


def _shown_as(clock: time) -> set[tuple[int, int]]:
    """Return the times of day that a clock shows in that way."""
    return {(clock.hour % 12, clock.minute), (clock.hour % 12 + 12, clock.minute)}
