"""Durations and clock times in English words, found in a sentence whose numbers are digits.

Each `find_*` yields the spans of one kind, in characters; a span begins and ends at a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeAlias

TimeValue: TypeAlias = timedelta | time | date | datetime


class TimeSpan(NamedTuple):
    """A value and its place in a text."""

    start: int
    """Index of the first character."""
    end: int
    """Index after the last."""
    value: TimeValue


SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "fortnight": 1209600}
SECONDS |= {"month": 2592000, "year": 31536000}
"""Unit -> seconds; a month counts as 30 days."""

_FIGURE_OF_SPEECH = 1000 * SECONDS["year"]
"""Seconds beyond which no duration is meant, and which a timedelta still holds."""

_UNITS = {
    "second": "second",
    "sec": "second",
    "s": "second",
    "minute": "minute",
    "min": "minute",
    "hour": "hour",
    "hr": "hour",
    "h": "hour",
    "day": "day",
    "week": "week",
    "fortnight": "fortnight",
    "month": "month",
    "year": "year",
    "yr": "year",
}
_UNIT = r"(?P<unit>seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|weeks?|fortnights?|months?|years?|yrs?)(?!\w)"
_FRACTION = r"(?:a |1 )?(?:(?P<half>half)|(?P<three>3 quarters)|(?P<quarter>quarter))"
_AMOUNT = re.compile(
    rf"(?:{_FRACTION}(?: of)?(?: an?)?"
    r"|(?P<number>\d{1,9}(?:\.\d{1,9})?)(?: and (?:a )?(?:(?P<plushalf>half)|(?P<plusquarter>quarter)))?(?: an?)?"
    r"|(?P<couple>a couple(?: of)?)|(?P<one>an?(?: whole| full)?))? ?"
    + _UNIT
    + r"(?: and (?:a )?(?:(?P<tailhalf>half)|(?P<tailquarter>quarter)))?"
)
_JOIN = re.compile(r" ?,?(?: ?and)? ?")
_DENSE = re.compile(r"(?<!\S)(?P<h>\d{1,4}) ?h ?(?P<m>\d{1,2})(?: ?m(?:in)?)?(?!\S)")


def find_durations(text: str) -> Iterator[TimeSpan]:
    """Yield `an hour and a half`, `90 seconds`, `1 hour 30 minutes` as timedelta, longest at each place."""
    for dense in _DENSE.finditer(text):
        yield TimeSpan(*dense.span(), timedelta(hours=int(dense["h"]), minutes=int(dense["m"])))
    position = 0
    while start := _AMOUNT.search(text, position):
        total, end = _seconds(start), start.end()
        while start.start() == 0 or text[start.start() - 1] == " ":
            join = _JOIN.match(text, end)
            more = _AMOUNT.match(text, join.end()) if join else None
            if not more or (more["number"] is None and not more["half"] and not more["one"]):
                break
            total, end = total + _seconds(more), more.end()
        position = end
        quantified = start.group().strip() != start["unit"] or start["tailhalf"] or start["tailquarter"]
        if quantified and total <= _FIGURE_OF_SPEECH and _is_whole(text, start.start(), end):
            yield TimeSpan(start.start(), end, timedelta(seconds=total))


def _seconds(amount: re.Match[str]) -> float:
    count = float(amount["number"] or 0)
    if amount["half"] or amount["plushalf"]:
        count += 0.5
    if amount["quarter"] or amount["plusquarter"]:
        count += 0.25
    if amount["three"]:
        count += 0.75
    if amount["couple"]:
        count += 2
    if amount["one"] or (count == 0 and not amount["number"]):
        count += 1
    count += 0.5 if amount["tailhalf"] else 0.25 if amount["tailquarter"] else 0
    word = amount["unit"]
    return count * SECONDS[_UNITS[word if word in _UNITS else word[:-1]]]


def _is_whole(text: str, start: int, end: int) -> bool:
    return (start == 0 or text[start - 1] == " ") and (end == len(text) or text[end] == " ")


# -- clock times ------------------------------------------------------------------------------

PART_OF_DAY = {"morning": 9, "afternoon": 15, "evening": 19, "night": 21}
_HALF_DAY = (
    r"(?: ?(?P<ampm>am|pm|a m|p m)(?!\w)|(?: o'?clock)?"
    r"(?: (?:in the|this|tomorrow)? ?(?P<part>morning|afternoon|evening)| at (?P<night>night)))"
)
_HOUR = r"(?P<hour>[01]?\d|2[0-4])"
_CLOCKS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"(?<!\S){pattern}(?!\S)")
    for pattern in (
        r"(?P<named>noon|midday|midnight)",
        r"(?:(?P<half>half)|(?P<quarter>(?:a )?quarter)|(?P<minutes>[1-5]?\d)(?: minutes?)?)"
        rf" (?P<way>past|after|to|before|till) {_HOUR}(?: o'?clock)?{_HALF_DAY}?",
        rf"{_HOUR} ?[:.h] ?(?P<minute>[0-5]\d)(?::[0-5]\d)?{_HALF_DAY}?",
        rf"{_HOUR} (?P<minute>[1-5]\d){_HALF_DAY}?",
        rf"{_HOUR} (?:oh|o|0) ?(?P<minute>\d){_HALF_DAY}?",
        rf"{_HOUR}(?: o'?clock){_HALF_DAY}?",
        rf"{_HOUR}{_HALF_DAY}",
    )
)
_BEFORE_HOUR = ("^", *(rf"\b{word} " for word in "at by til till until to around for from before".split()))
_BARE_HOUR = re.compile(f"(?:{'|'.join(f'(?<={word})' for word in _BEFORE_HOUR)}){_HOUR}(?!\\S)")


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
    """Yield `7 am`, `half past 6`, `18:30`, `noon`, and the 7 of `at 7`."""
    spans: list[tuple[int, int]] = []
    for pattern in (*_CLOCKS, _BARE_HOUR):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < right and left < end for left, right in spans):
                continue
            if (clock := _clock(match)) is not None:
                spans.append((start, end))
                yield Clock(start, end, *clock)


def _clock(match: re.Match[str]) -> tuple[time, bool] | None:
    groups = match.groupdict()
    if named := groups.get("named"):
        return time(0 if named == "midnight" else 12), True
    hour, minute = int(groups["hour"]), int(groups.get("minute") or 0)
    if direction := groups.get("way"):
        offset = 30 if groups["half"] else 15 if groups["quarter"] else int(groups["minutes"])
        minute = offset if direction in ("past", "after") else 60 - offset
        hour = hour if direction in ("past", "after") else hour - 1
        if offset == 0 or (groups["half"] and direction != "past"):
            return None
    ampm, part = (groups.get("ampm") or "").replace(" ", ""), groups.get("part")
    if (ampm or part) and not 0 <= hour <= 12 and not hour < 24:
        return None
    certain = bool(ampm or part or groups.get("night")) or hour > 12 or hour == 0 or match.group().startswith("0")
    if ((ampm == "pm" or part in ("afternoon", "evening")) and hour < 12) or (groups.get("night") and 5 <= hour < 12):
        hour += 12
    elif (ampm == "am" or part == "morning") and hour == 12:
        hour = 0
    return time(hour % 24, minute % 60), certain
