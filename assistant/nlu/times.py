"""Durations, clock times and dates in English words, found in a sentence whose numbers are digits.

Each `find_*` returns the spans of one kind as `Found(start, end, value)` in characters; a span begins and ends
at a word. What is relative is relative to the `now` that is passed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeAlias

TimeValue: TypeAlias = timedelta | time | date | datetime


class Found(NamedTuple):
    """A value and where it stands."""

    start: int
    end: int
    value: TimeValue


_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "fortnight": 1209600}
_SECONDS |= {"month": 2592000, "year": 31536000}
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
    r"|(?P<number>\d+(?:\.\d+)?)(?: and (?:a )?(?:(?P<plushalf>half)|(?P<plusquarter>quarter)))?(?: an?)?"
    r"|(?P<couple>a couple(?: of)?)|(?P<one>an?(?: whole| full)?))? ?"
    + _UNIT
    + r"(?: and (?:a )?(?:(?P<tailhalf>half)|(?P<tailquarter>quarter)))?"
)
_JOIN = re.compile(r" ?,?(?: ?and)? ?")
_DENSE = re.compile(r"(?<!\S)(?P<h>\d+) ?h ?(?P<m>\d{1,2})(?: ?m(?:in)?)?(?!\S)")


def find_durations(text: str) -> Iterator[Found]:
    """Yield `an hour and a half`, `90 seconds`, `1 hour 30 minutes` as timedelta, longest at each place."""
    for dense in _DENSE.finditer(text):
        yield Found(*dense.span(), timedelta(hours=int(dense["h"]), minutes=int(dense["m"])))
    position = 0
    while start := _AMOUNT.search(text, position):
        total, end = _seconds(start), start.end()
        while start.start() == 0 or text[start.start() - 1] == " ":
            join = _JOIN.match(text, end)
            more = _AMOUNT.match(text, join.end()) if join else None
            if not more or more["number"] is None and not more["half"] and not more["one"]:
                break
            total, end = total + _seconds(more), more.end()
        position = end
        quantified = start.group().strip() != start["unit"] or start["tailhalf"] or start["tailquarter"]
        if quantified and _is_whole(text, start.start(), end):
            yield Found(start.start(), end, timedelta(seconds=total))


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
    if amount["one"] or count == 0 and not amount["number"]:
        count += 1
    count += 0.5 if amount["tailhalf"] else 0.25 if amount["tailquarter"] else 0
    word = amount["unit"]
    return count * _SECONDS[_UNITS[word if word in _UNITS else word[:-1]]]


def _is_whole(text: str, start: int, end: int) -> bool:
    return (start == 0 or text[start - 1] == " ") and (end == len(text) or text[end] == " ")


# -- clock times ------------------------------------------------------------------------------

_PART = {"morning": 9, "afternoon": 15, "evening": 19, "night": 21}
_HALF_DAY = r"(?: ?(?P<ampm>am|pm|a m|p m)(?!\w)|(?: o'?clock)?(?: (?:in the|this|tomorrow)? ?(?P<part>morning|afternoon|evening)| at (?P<night>night)))"
_HOUR = r"(?P<hour>[01]?\d|2[0-4])"
_CLOCKS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"(?<!\S){pattern}(?!\S)")
    for pattern in (
        rf"(?P<named>noon|midday|midnight)",
        rf"(?:(?P<half>half)|(?P<quarter>(?:a )?quarter)|(?P<minutes>[1-5]?\d)(?: minutes?)?) (?P<way>past|after|to|before|till) {_HOUR}(?: o'?clock)?{_HALF_DAY}?",
        rf"{_HOUR} ?[:.h] ?(?P<minute>[0-5]\d)(?::[0-5]\d)?{_HALF_DAY}?",
        rf"{_HOUR} (?P<minute>[1-5]\d){_HALF_DAY}?",
        rf"{_HOUR} (?:oh|o|0) ?(?P<minute>\d){_HALF_DAY}?",
        rf"{_HOUR}(?: o'?clock){_HALF_DAY}?",
        rf"{_HOUR}{_HALF_DAY}",
    )
)
_BARE_HOUR = re.compile(
    rf"(?:(?<=^)|(?<=\bat )|(?<=\bby )|(?<=\btil )|(?<=\bto )|(?<=\btill )|(?<=\buntil )|(?<=\baround )|(?<=\bfor )|(?<=\bfrom )|(?<=\bbefore )){_HOUR}(?!\S)"
)


class Clock(NamedTuple):
    """A time of day, and whether its half of the day was said."""

    start: int
    end: int
    value: time
    certain: bool


def find_clocks(text: str, bare: bool = True) -> Iterator[Clock]:
    """Yield `7 am`, `half past 6`, `18:30`, `noon`; with `bare` also the 7 of `at 7`."""
    taken: list[tuple[int, int]] = []
    for pattern in (*_CLOCKS, _BARE_HOUR) if bare else _CLOCKS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < right and left < end for left, right in taken):
                continue
            if (clock := _clock(match)) is not None:
                taken.append((start, end))
                yield Clock(start, end, *clock)


def _clock(match: re.Match[str]) -> tuple[time, bool] | None:
    given = match.groupdict()
    if named := given.get("named"):
        return time(0 if named == "midnight" else 12), True
    hour, minute = int(given["hour"]), int(given.get("minute") or 0)
    if way := given.get("way"):
        offset = 30 if given["half"] else 15 if given["quarter"] else int(given["minutes"])
        minute = offset if way in ("past", "after") else 60 - offset
        hour = hour if way in ("past", "after") else hour - 1
        if offset == 0 or given["half"] and way != "past":
            return None
    ampm, part = (given.get("ampm") or "").replace(" ", ""), given.get("part")
    if (ampm or part) and not 0 <= hour <= 12 and not hour < 24:
        return None
    certain = bool(ampm or part or given.get("night")) or hour > 12 or hour == 0 or match.group().startswith("0")
    if (ampm == "pm" or part in ("afternoon", "evening")) and hour < 12:
        hour += 12
    elif given.get("night") and 5 <= hour < 12:
        hour += 12
    elif (ampm == "am" or part == "morning") and hour == 12:
        hour = 0
    return time(hour % 24, minute % 60), certain


# -- dates ------------------------------------------------------------------------------------

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june")
_MONTHS += ("july", "august", "september", "october", "november", "december")
_DAY = r"(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)"
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_YEAR = r"(?:,? (?P<year>(?:19|20)\d\d|(?:19|20) \d\d))?"
_FEASTS = {"christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25)}
_FEASTS |= {"new year's eve": (12, 31), "new year's day": (1, 1), "halloween": (10, 31), "valentine's day": (2, 14)}


def _in_month(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int, day: int) -> date | None:
    """Return the next day of this name, today included."""
    this = _in_month(today.year, month, day)
    return (
        this
        if this and this >= today
        else _in_month(today.year + 1, month, day) or _in_month(today.year + 2, month, day)
    )


def _weekday(match: re.Match[str], today: date) -> date:
    day = next(at for at, name in enumerate(_DAYS) if name.startswith(match["weekday"][:3]))
    which, ahead = (match["which"] or "").strip(), (day - today.weekday()) % 7
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + day)
    if which == "last":
        return today - timedelta(days=(today.weekday() - day) % 7 or 7)
    return today + timedelta(days=(ahead or 7) + (7 if match["week"] else 0))


def _shift(match: re.Match[str], today: date) -> date | None:
    """Return `in 2 weeks`, `3 days ago`, `a month from now`."""
    count = 2 if match["count"] == "a couple of" else 1 if match["count"] in ("a", "an", "1") else int(match["count"])
    unit = match["unit"].rstrip("s")
    sign = -1 if match["after"] == "ago" else 1
    if unit in ("month", "year"):
        months = today.month - 1 + sign * count * (12 if unit == "year" else 1)
        year, month = today.year + months // 12, months % 12 + 1
        return next(filter(None, (_in_month(year, month, day) for day in (today.day, 30, 29, 28))), None)
    return today + timedelta(seconds=sign * count * _SECONDS[unit])


def _calendar(match: re.Match[str], today: date) -> date | None:
    day, year = int(match["day"] or match["day2"]), match["year"]
    month = next(at for at, name in enumerate(_MONTHS, 1) if name.startswith(match["month"][:3]))
    return _in_month(int(year.replace(" ", "")), month, day) if year else _coming(today, month, day)


def _ordinal(match: re.Match[str], today: date) -> date | None:
    day = int(match["day"])
    for month in range(today.month, today.month + 13):
        found = _in_month(today.year + (month - 1) // 12, (month - 1) % 12 + 1, day)
        if found and found >= today:
            return found
    return None


def _period(match: re.Match[str], today: date) -> date | None:
    which, unit = match["which"].strip(), match["unit"]
    step = {"this": 0, "next": 1, "last": -1}[which]
    if unit == "weekend":
        return today + timedelta(days=5 - today.weekday() + 7 * step)
    if unit == "week":
        return today + timedelta(days=7 * step)
    months = today.month - 1 + step * (12 if unit == "year" else 1)
    return _in_month(today.year + months // 12, 1 if unit == "year" else months % 12 + 1, 1)


_Reader: TypeAlias = Callable[[re.Match[str], date], "date | None"]
_DATES: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(rf"(?<!\S){pattern}(?!\S)"), reader)
    for pattern, reader in (
        (
            r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)",
            lambda m, _: _in_month(int(m["year"]), int(m["month"]), int(m["day"])),
        ),
        (rf"(?:the )?(?P<day>\d\d?)(?:st|nd|rd|th)?(?: day)? (?:of )?{_MONTH}{_YEAR}(?P<day2>(?!))?", _calendar),
        (rf"{_MONTH} (?:the )?(?P<day2>\d\d?)(?:st|nd|rd|th)?{_YEAR}(?P<day>(?!))?", _calendar),
        (r"(?:the )?day after tomorrow", lambda _, today: today + timedelta(days=2)),
        (r"(?:the )?day before yesterday", lambda _, today: today - timedelta(days=2)),
        (rf"(?P<which>this |next |last |coming |this coming )?{_DAY}(?P<week> week)?", _weekday),
        (
            r"in (?P<count>\d+|an?|a couple of) (?P<unit>days?|weeks?|fortnights?|months?|years?)(?P<after>(?!))?(?:'s? time)?",
            _shift,
        ),
        (
            r"(?P<count>\d+|an?|a couple of) (?P<unit>days?|weeks?|fortnights?|months?|years?) (?P<after>ago|from now|from today)",
            _shift,
        ),
        (r"today|tonight", lambda _, today: today),
        (r"tomorrow", lambda _, today: today + timedelta(days=1)),
        (r"yesterday", lambda _, today: today - timedelta(days=1)),
        (r"(?P<which>this |next |last )(?P<unit>weekend|week|month|year)", _period),
        (rf"(?P<feast>{'|'.join(_FEASTS)})", lambda m, today: _coming(today, *_FEASTS[m["feast"]])),
        (r"the (?P<day>\d\d?)(?:st|nd|rd|th)", _ordinal),
    )
)


def find_dates(text: str, today: date) -> Iterator[Found]:
    """Yield `tomorrow`, `next friday`, `the 3rd of may`, `in 2 weeks` as date."""
    taken: list[tuple[int, int]] = []
    for pattern, reader in _DATES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < right and left < end for left, right in taken):
                continue
            if (found := reader(match, today)) is not None:
                taken.append((start, end))
                yield Found(start, end, found)


# -- both -------------------------------------------------------------------------------------

_DAY_PART = re.compile(
    r"(?<!\S)(?:(?:in the|this) )?(?P<part>morning|afternoon|evening|night)(?!\S)|(?<!\S)(?P<tonight>tonight)(?!\S)"
)
_GLUE = re.compile(r" (?:(?:at|on|by|around|,) )?|")
_LATER = re.compile(r"(?<!\S)in $")
_FROM_NOW = re.compile(r" from now(?!\S)")


def find_datetimes(text: str, now: datetime) -> Iterator[Found]:
    """Yield moments: a date and a clock time in either order, either alone, `in 10 minutes`, `tomorrow evening`."""
    yield from _from_now(text, now)
    parts = [(m.start(), m.end(), "night" if m["tonight"] else m["part"]) for m in _DAY_PART.finditer(text)]
    days = list(_days(text, now.date(), parts))
    clocks = list(find_clocks(text))
    for day in days:
        for clock in clocks:
            if span := _touching(text, day[:2], clock[:2]):
                yield Found(*span, datetime.combine(day.value, _likely(clock, day.part)))
        if text[day.start : day.end] != "tonight":
            yield Found(day.start, day.end, datetime.combine(day.value, time(_PART.get(day.part, 9))))
    for clock in clocks:
        yield Found(clock.start, clock.end, _next(clock, now))
    for start, end, part in parts:
        moment = datetime.combine(now.date(), time(_PART[part]))
        yield Found(start, end, moment if moment > now else moment + timedelta(days=1))


class _Day(NamedTuple):
    start: int
    end: int
    value: date
    part: str


def _days(text: str, today: date, parts: list[tuple[int, int, str]]) -> Iterator[_Day]:
    """Yield each date, and each date together with the part of the day beside it."""
    for found in find_dates(text, today):
        assert isinstance(found.value, date)
        yield _Day(*found, "")
        for start, end, part in parts:
            if span := _touching(text, found[:2], (start, end)):
                yield _Day(*span, found.value, part)


def _from_now(text: str, now: datetime) -> Iterator[Found]:
    for span in find_durations(text):
        before, after = _LATER.search(text[: span.start]), _FROM_NOW.match(text, span.end)
        if (before or after) and isinstance(span.value, timedelta):
            moment = (now + span.value).replace(microsecond=0)
            yield Found(before.start() if before else span.start, after.end() if after else span.end, moment)


def _touching(text: str, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int] | None:
    """Return the span of both where nothing but glue stands between them, or where they overlap."""
    first, second = sorted((left, right))
    if first[1] >= second[0]:
        return first[0], max(first[1], second[1])
    return (first[0], second[1]) if _GLUE.fullmatch(text[first[1] : second[0]]) else None


def _likely(clock: Clock, part: str) -> time:
    """Return the time of day most people mean by `tomorrow at 5`: 7 to 12 as said, 1 to 6 in the afternoon."""
    value = clock.value
    late = part in ("afternoon", "evening", "night") or value.hour < 7 and part != "morning"
    return value.replace(hour=value.hour + 12) if not clock.certain and value.hour < 12 and late else value


def _next(clock: Clock, now: datetime) -> datetime:
    """Return the next moment at which a clock shows that; either half of the day where none was said."""
    moment = datetime.combine(now.date(), clock.value)
    step = timedelta(hours=24 if clock.certain else 12)
    while moment <= now:
        moment += step
    return moment
