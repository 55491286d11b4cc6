"""Time and date, here and elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

from assistant.actions.builtins.places import Place, find_place
from assistant.actions.outcome import Context, Outcome, Slots, Thing, text_of
from assistant.language import spoken
from assistant.language.numbers import in_digits
from assistant.language.times import find_clocks


def time(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Tell the time."""
    now = spoken.clock(context.now())
    return Outcome(f"It's {now}.", {"time": now})


def today(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Tell the date."""
    now = context.now()
    return Outcome(
        f"It's {spoken.day(now.date(), now.date())}, {now.year}.",
        {"date": spoken.day(now.date(), now.date())},
    )


def weekday(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Tell the day of the week."""
    return Outcome(f"It's {context.now():%A}.", {"day": f"{context.now():%A}"})


def week(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Tell the number of the week, as ISO 8601 counts."""
    number = context.now().isocalendar().week
    return Outcome(f"It's week {number}.", {"week": str(number)})


def time_in(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Tell the time elsewhere: `place`."""
    place = _place(slots)
    if isinstance(place, Outcome):
        return place
    remote = _remote_time(place, context)
    days = (remote.date() - context.now().date()).days
    day = {-1: " yesterday", 1: " tomorrow"}.get(days, "")
    remark = f" {spoken.sentence(place.country)} has several time zones." if place.country else ""
    clock = spoken.clock(remote)
    return Outcome(
        f"It's {clock}{day} in {place.name}.{remark}", {"time": clock, "place": place.name}, focus=_things(place)
    )


def difference(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Tell the difference between the clocks of a place and ours: `place`."""
    place = _place(slots)
    if isinstance(place, Outcome):
        return place
    ahead = _remote_time(place, context) - context.now()
    seconds = round(ahead.total_seconds() / 60) * 60
    if seconds == 0:
        return Outcome(f"{spoken.sentence(place.name)} has the same time as you.", focus=_things(place))
    side = "ahead of" if seconds > 0 else "behind"
    text = f"{spoken.sentence(place.name)} is {spoken.duration(abs(seconds))} {side} you."
    return Outcome(text, {"place": place.name}, focus=_things(place))


def days_until(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Count the days until, or since, a date: `date`; the hours and minutes until a time of day: `at`."""
    if isinstance(clock := slots.get("at"), time_of_day):
        now = context.now().replace(microsecond=0)
        due = datetime.combine(now.date(), clock)
        said = next(find_clocks(in_digits(context.texts.get("at", "").casefold())), None)
        half = timedelta(hours=24 if said is None or said.certain else 12)
        due = min(later for count in range(-1, 3) if (later := due + count * half) > now)
        left = spoken.duration((due - now).total_seconds(), parts=2)
        return Outcome(f"It's {left} until {spoken.moment(due, now)}.", {"left": left})
    day = _date(slots)
    if day is None:
        return Outcome("I did not get the date.", ok=False)
    today = context.now().date()
    days = (day - today).days
    name = spoken.day(day, today)
    if days == 0:
        return Outcome(f"That's today, {name}.", {"days": "0"})
    if days < 0:
        return Outcome(f"{name} was {spoken.count(-days, 'day')} ago.", {"days": str(days)})
    verb = "is" if days == 1 else "are"
    return Outcome(f"There {verb} {spoken.count(days, 'day')} until {name}.", {"days": str(days)})


def date_of(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Tell the date and weekday of a day: `date`."""
    day = _date(slots)
    if day is None:
        return Outcome("I did not get the day.", ok=False)
    today = context.now().date()
    verb = "was" if day < today else "is"
    name = spoken.day(day, today)
    return Outcome(f"That {verb} {name}.", {"date": name})


def _date(slots: Slots) -> date | None:
    day = slots.get("date")
    return day.date() if isinstance(day, datetime) else day if isinstance(day, date) else None


def _place(slots: Slots) -> Place | Outcome:
    name = text_of(slots, "place")
    return find_place(name) or Outcome(f"I don't know what time zone {name or 'that'} is in.", ok=False)


def _things(place: Place) -> tuple[Thing, ...]:
    return (Thing(place.name, {"place": place.name}),)


def _remote_time(place: Place, context: Context) -> datetime:
    """Return the wall clock of a place, in whole seconds and without a zone, at the moment of the clock here."""
    moment = context.now().astimezone(UTC)
    return moment.astimezone(place.zone).replace(tzinfo=None, microsecond=0)
