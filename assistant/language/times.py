"""Clock times in English words, found in a sentence whose numbers are digits, and the half of the day they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from assistant.language.numbers import digits
from assistant.language.tables import table_of
from assistant.values import Impossible

PART_OF_DAY = {"first thing": 8, "morning": 9, "afternoon": 15, "evening": 19, "night": 21}
"""Part of the day -> the hour that is meant by it alone."""

_HALF_DAY = (
    r"(?: ?(?P<ampm>am|pm|a m|p m)(?!\w)|(?: o'?clock)?"
    r"(?: (?:in the|this|tomorrow)? ?(?P<part>morning|afternoon|evening)| at (?P<night>night)))"
)
_HOUR = r"(?P<hour>[01]?\d|2[0-4])"
_O_CLOCK = r"(?: o'?clock)?"
_NAMED_HOURS = {"noon": 12, "midday": 12, "lunchtime": 12, "lunch time": 12, "midnight": 0}
_NAMED = "|".join(_NAMED_HOURS)
_CLOCKS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"(?<!\S){pattern}(?!\S)")
    for pattern in (
        rf"(?P<shift>[1-5]?\d) (?P<side>past|after|to|before) half before {_HOUR}{_O_CLOCK}{_HALF_DAY}?",
        r"(?!(?:(?<=from )|(?<=between ))\d+ (?:to|till|until) )"
        r"(?:(?P<half>half)|(?P<quarter>(?:an? )?quarter)|(?P<minutes>[1-5]?\d)(?: minutes?)?)"
        r" (?P<way>past|after|to|before|till|until|of)"
        rf" (?:{_HOUR}{_O_CLOCK}{_HALF_DAY}?|(?P<named>{_NAMED}))(?! (?:seconds?|minutes?|hours?|days?|percent))",
        rf"(?:12 (?:o'?clock )?)?(?:at )?(?P<named>{_NAMED})",
        rf"(?P<half>half) {_HOUR}{_O_CLOCK}{_HALF_DAY}?",
        rf"{_HOUR} ?[:.h] ?(?P<minute>[0-5]\d)(?::[0-5]\d)?{_O_CLOCK}{_HALF_DAY}?",
        rf"{_HOUR} (?P<minute>[1-5]\d){_HALF_DAY}?",
        rf"{_HOUR} (?:oh|o|0) ?(?P<minute>\d){_HALF_DAY}?",
        rf"{_HOUR} o'?clock (?P<minute>[0-5]\d|5){_HALF_DAY}?",
        r"(?P<hour>1[0-2]|0?[1-9])(?P<minute>[0-5]\d)(?: ?(?P<ampm>am|pm|a m|p m))",
        r"(?:(?:0|oh|o) )?(?P<hour>[01]?\d|2[0-3])(?P<minute>[0-5]\d)(?P<military> (?:hours|hrs))",
        r"(?P<military>0|oh|o) (?P<hour>\d)(?P<minute>00)",
        r"(?P<hour>0\d)(?P<minute>[0-5]\d)",
        rf"{_HOUR}(?: o'?clock){_HALF_DAY}?",
        rf"{_HOUR}{_HALF_DAY}",
    )
)
_PREPOSITIONS = "at by til till until to around for from before".split()
_ARRIVED = [f"{word} {is_it}" for word in ("when", "once") for is_it in ("it is", "it's")]
_NEARLY = "about exactly nearly almost roughly approximately".split()
_BEFORE_HOUR = ("^", *(rf"\b{word} " for word in (*_PREPOSITIONS, *_ARRIVED, *(f"at {word}" for word in _NEARLY))))
_AFTER_WORD = f"(?:{'|'.join(f'(?<={word})' for word in _BEFORE_HOUR)})"
_CLOCK_WORD = re.compile(rf"\d|{_NAMED}")
"""Something that every clock time holds."""

_BARE_HOUR = re.compile(rf"{_AFTER_WORD}(?:{_HOUR}(?: ?h)?)(?!\S)")
_SPOKEN_CLOCK = re.compile(
    r"(?:(?<=\bat )|(?<=\buntil )|(?<=\btill )|(?<=\bfor )|(?<=\bto )|^(?=\d+$))"
    r"(?P<hour>[1-9]|1[0-2])(?P<minute>[0-5][1-9]|[1-5]0)"
    r"(?! ?(?:degrees?|percent|kelvin|watts?|hertz|euros?|dollars?|pounds?|times|items|people|seconds?|minutes?|hours?"
    r"|days?|grams?|kilos?|meters?|metres?|miles?)\b)(?!\S)"
)
"""A clock time as recognisers write it without its sign: `at 620`; not `at 100`."""

_BARE_CLOCK = re.compile(rf"{_AFTER_WORD}(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?!\S)")
_CLOCK_LIKE = re.compile(r"(?<!\S)(?:\d{1,3} ?: ?\d\d(?: ?[ap] ?m)?|\d{1,3} o'?clock|\d{1,3} ?[ap] ?m)(?!\S)")
"""Looks like a time of day, and is none where nothing else reads it."""
_OF_THIS_HOUR = re.compile(
    r"(?:^|(?<=\bat )|(?<=\bfor )|(?<=\bby ))(?P<half>half)?(?P<quarter>(?:an? )?quarter)?(?P<minutes>[1-5]?\d)?"
    r"(?: minutes?)? (?:(?P<way>past|after)(?: the hour|$|(?= to [a-z]))|(?P<way_to>to|before)(?: the hour|$))"
)


class Clock(NamedTuple):
    """A time of day and its place in a text."""

    start: int
    """Index of the first character."""
    end: int
    """Index after the last."""
    value: time
    certain: bool
    """True where its half of the day was said."""


def find_clocks(text: str) -> Iterator[Clock]:
    """Yield `7 am`, `half past 6`, `18:30`, `1600 hours`, `noon`, and the 7 of `at 7`."""
    spans: list[tuple[int, int]] = []
    if not _CLOCK_WORD.search(text):
        return
    for pattern in (*_CLOCKS, _BARE_HOUR, _BARE_CLOCK, _SPOKEN_CLOCK):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < right and left < end for left, right in spans):
                continue
            if (clock := _clock(match)) is not None:
                spans.append((start, end))
                yield Clock(start, end, *clock)


def find_impossible_clocks(text: str) -> Iterator[tuple[int, int, Impossible]]:
    """Yield times that no clock shows: `25 o'clock`, `8:75`, `13 am`."""
    clocks = list(find_clocks(text))
    for match in _CLOCK_LIKE.finditer(text):
        if not any(clock.start < match.end() and match.start() < clock.end for clock in clocks):
            yield *match.span(), Impossible(f"No clock shows {match.group()}.")


def find_minutes_of_hour(text: str, now: datetime) -> Iterator[tuple[int, int, datetime]]:
    """Yield the next moment of `at 10 past` and `quarter to the hour`, where no hour was said."""
    for match in _OF_THIS_HOUR.finditer(text):
        groups = match.groupdict()
        groups["way"] = groups["way"] or groups["way_to"]
        if sum(groups[name] is not None for name in ("half", "quarter", "minutes")) == 1 and (past := _past(groups)):
            moment = now.replace(minute=past % 60, second=0, microsecond=0)
            yield *match.span(), moment if moment > now else moment + timedelta(hours=1)


def minutes_of_hour(text: str, language: str) -> int | None:
    """Return the minutes of an hour that is not said, negative before it, whatever small words lead to them.

    >>> minutes_of_hour("one for a quarter past", "en"), minutes_of_hour("at six", "en")
    (15, None)
    """
    table, words = table_of(language), text.split()
    idle = (table.stop_words | table.pointers | table.stand_ins | {"again"}) - {"a", "an"}
    while words and words[0].casefold() in idle:
        words = words[1:]
    return past_hour(" ".join(word.text.casefold() for word in digits(tuple(words), language)))


def past_hour(text: str) -> int | None:
    """Return the minutes of `half past`, negative of `10 to`, where that is all of a text; None of any other.

    >>> past_hour("quarter to"), past_hour("quarter to 7")
    (-15, None)
    """
    match = _OF_THIS_HOUR.fullmatch(text)
    groups = match.groupdict() if match else {}
    groups["way"] = groups.get("way") or groups.get("way_to")
    return _past(groups) if sum(groups.get(name) is not None for name in ("half", "quarter", "minutes")) == 1 else None


def _clock(match: re.Match[str]) -> tuple[time, bool] | None:
    """Return the time of day, and whether its half of the day was said; None where no clock shows it."""
    groups = match.groupdict()
    named = groups.get("named")
    if named and not groups.get("way"):
        return time(_NAMED_HOURS[named]), True
    hour = _NAMED_HOURS[named] if named else int(groups["hour"])
    minute = int(groups.get("minute") or 0)
    is_of_24 = hour > 12 or hour == 0 or str(groups.get("hour")).startswith("0")
    certain = bool(named) or is_of_24 or groups.get("military") is not None
    if groups.get("shift"):
        shift = int(groups["shift"])
        minute = -30 + (shift if groups["side"] in ("past", "after") else -shift)
    elif groups.get("way"):
        if (past := _past(groups)) is None:
            return None
        minute = past
    elif groups.get("half"):
        minute = 30
    if minute < 0:
        hour, minute = (hour - 1 if hour != 1 or certain else 12), 60 + minute
    if hour == 24 and minute:
        return None
    if (
        half_day := (groups.get("ampm") or "").replace(" ", "")
        or groups.get("part")
        or "night" * bool(groups.get("night"))
    ):
        if hour > 12 and half_day in ("am", "morning"):
            return None
        certain, hour = True, _in_half(hour, half_day)
    return time(hour % 24, minute), certain


def _past(groups: dict[str, str]) -> int | None:
    """Return the minutes after the hour, negative before it; None of what nobody says: `half to 6`, `7 of 6`."""
    offset = 30 if groups["half"] else 15 if groups["quarter"] else int(groups["minutes"])
    after = groups["way"] in ("past", "after")
    odd = groups["half"] and not after and groups["way"] != "before"
    odd = odd or (groups["way"] == "of" and offset not in (5, 10, 15, 20, 25))
    return None if odd or not offset else offset if after else -offset


def _in_half(hour: int, half_day: str) -> int:
    """Return an hour of the twelve-hour clock as one of 24."""
    if half_day in ("am", "morning"):
        return 0 if hour == 12 else hour
    if half_day == "night":
        return hour + 12 if 5 <= hour <= 12 else hour
    return hour + 12 if hour < 12 else hour


# -- the half of the day that was meant ----------------------------------------------------------


def on_a_day(clock: Clock, part: str, to_wake: bool) -> time:
    """Return the time of day most people mean by `tomorrow at 5`: 6 to 12 as said, 1 to 5 in the afternoon.

    `part` is the part of the day that was said, if any. Who is to be woken means the morning from 3 on.
    """
    value = clock.value
    early = 3 if to_wake else 6
    late = part in ("afternoon", "evening", "night") or (value.hour < early and part not in ("morning", "first thing"))
    return value.replace(hour=value.hour + 12) if not clock.certain and value.hour < 12 and late else value


def next_moment(clock: Clock, now: datetime, to_wake: bool) -> datetime:
    """Return the next moment at which a clock shows that time; where no half of the day was said, the likelier one.

    At night only where that is near: at noon, `at 2` is 14:00. Who is to be woken means a morning from 4 on.
    """
    moment = datetime.combine(now.date(), clock.value)
    is_settled = clock.certain or (to_wake and 4 <= clock.value.hour < 12)
    while moment <= now:
        moment += timedelta(hours=24 if is_settled else 12)
    awake = timedelta(hours=10 if to_wake else 4)
    is_asleep = moment.hour < 6 and moment - now > awake
    return moment + timedelta(hours=12) if is_asleep and not is_settled else moment
