"""Clock times in English words, found in a sentence whose numbers are digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import NamedTuple

from assistant.values import Impossible

PART_OF_DAY = {"morning": 9, "afternoon": 15, "evening": 19, "night": 21}
"""Part of the day -> the hour that is meant by it alone."""

_HALF_DAY = (
    r"(?: ?(?P<ampm>am|pm|a m|p m)(?!\w)|(?: o'?clock)?"
    r"(?: (?:in the|this|tomorrow)? ?(?P<part>morning|afternoon|evening)| at (?P<night>night)))"
)
_HOUR = r"(?P<hour>[01]?\d|2[0-4])"
_NAMED = "noon|midday|midnight"
_CLOCKS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"(?<!\S){pattern}(?!\S)")
    for pattern in (
        r"(?:(?P<half>half)|(?P<quarter>(?:an? )?quarter)|(?P<minutes>[1-5]?\d)(?: minutes?)?)"
        r" (?P<way>past|after|to|before|till|until|of)"
        rf" (?:{_HOUR}(?: o'?clock)?{_HALF_DAY}?|(?P<named>{_NAMED}))(?! (?:seconds?|minutes?|hours?|days?|percent))",
        rf"(?:12 (?:o'?clock )?)?(?:at )?(?P<named>{_NAMED})",
        rf"(?P<half>half) {_HOUR}(?: o'?clock)?{_HALF_DAY}?",
        rf"{_HOUR} ?[:.h] ?(?P<minute>[0-5]\d)(?::[0-5]\d)?{_HALF_DAY}?",
        rf"{_HOUR} (?P<minute>[1-5]\d){_HALF_DAY}?",
        rf"{_HOUR} (?:oh|o|0) ?(?P<minute>\d){_HALF_DAY}?",
        r"(?P<hour>1[0-2]|0?[1-9])(?P<minute>[0-5]\d)(?: ?(?P<ampm>am|pm|a m|p m))",
        r"(?:(?:0|oh|o) )?(?P<hour>[01]?\d|2[0-3])(?P<minute>[0-5]\d)(?: (?:hours|hrs))",
        r"(?P<hour>0\d)(?P<minute>[0-5]\d)",
        rf"{_HOUR}(?: o'?clock){_HALF_DAY}?",
        rf"{_HOUR}{_HALF_DAY}",
    )
)
_BEFORE_HOUR = ("^", *(rf"\b{word} " for word in "at by til till until to around for from before".split()))
_AFTER_WORD = f"(?:{'|'.join(f'(?<={word})' for word in _BEFORE_HOUR)})"
_BARE_HOUR = re.compile(rf"{_AFTER_WORD}(?:{_HOUR}(?: ?h)?)(?!\S)")
_BARE_CLOCK = re.compile(rf"{_AFTER_WORD}(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?!\S)")
_CLOCK_LIKE = re.compile(r"(?<!\S)(?:\d{1,3} ?: ?\d\d(?: ?[ap] ?m)?|\d{1,3} o'?clock|\d{1,3} ?[ap] ?m)(?!\S)")
"""Looks like a time of day, and is none where nothing else reads it."""


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
    for pattern in (*_CLOCKS, _BARE_HOUR, _BARE_CLOCK):
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


def _clock(match: re.Match[str]) -> tuple[time, bool] | None:
    """Return the time of day, and whether its half of the day was said; None where no clock shows it."""
    groups = match.groupdict()
    named = groups.get("named")
    if named and not groups.get("way"):
        return time(0 if named == "midnight" else 12), True
    hour = int(groups["hour"]) if not named else 0 if named == "midnight" else 12
    minute, certain = int(groups.get("minute") or 0), bool(named) or hour > 12 or hour == 0
    certain = certain or bool(groups.get("hour") and groups["hour"].startswith("0"))
    if groups.get("way"):
        if (past := _minutes_past(groups)) is None:
            return None
        hour, minute = (hour, past) if past >= 0 else ((hour - 1 if hour != 1 or certain else 12), 60 + past)
    elif groups.get("half"):
        minute = 30
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


def _minutes_past(groups: dict[str, str]) -> int | None:
    """Return the minutes after the hour, negative before it; None of what nobody says: `half to 6`, `7 of 6`."""
    offset = 30 if groups["half"] else 15 if groups["quarter"] else int(groups["minutes"])
    after = groups["way"] in ("past", "after")
    odd = groups["half"] and not after
    odd = odd or (groups["way"] == "of" and offset not in (5, 10, 15, 20, 25))
    return None if odd or not offset else offset if after else -offset


def _in_half(hour: int, half_day: str) -> int:
    """Return an hour of the twelve-hour clock as one of 24."""
    if half_day in ("am", "morning"):
        return 0 if hour == 12 else hour
    if half_day == "night":
        return hour + 12 if 5 <= hour <= 12 else hour
    return hour + 12 if hour < 12 else hour
