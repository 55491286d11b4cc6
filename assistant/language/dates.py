"""Dates and moments in English words, found in a sentence whose numbers are digits, relative to a given now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeAlias

from assistant.language.durations import find_durations
from assistant.language.spoken import ordinal
from assistant.language.tables.units import SECONDS
from assistant.language.times import PART_OF_DAY, Clock, find_clocks, find_impossible_clocks
from assistant.values import Impossible


class TimeSpan(NamedTuple):
    """A day or a moment and its place in a text."""

    start: int
    """Index of the first character."""
    end: int
    """Index after the last."""
    value: date | datetime | Impossible


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: tuple[str, ...] = ("january", "february", "march", "april", "may", "june")
_MONTHS += ("july", "august", "september", "october", "november", "december")
_NAMES = re.compile(rf"\b(?:{'|'.join((*_DAYS, *_MONTHS))})\b")
_DAY = r"(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)"
_NAMED_DAY = rf"(?:{_DAY} )?(?:the )?"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:,? (?P<year>(?:19|20)\d\d|(?:19|20) \d\d))?"
_COUNT = r"(?P<count>\d{1,4}|an?|a couple of) (?P<unit>days?|weeks?|fortnights?|months?|years?)"
_FEASTS = {"christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25)}
_FEASTS |= {"new year's eve": (12, 31), "new year's day": (1, 1), "halloween": (10, 31), "valentine's day": (2, 14)}
_PAST = re.compile(r"(?<!\S)(?:since|ago (?:was|is)|was|were|did) (?:on )?(?:the )?$")
"""Words before a day that has passed."""


def _in_month(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int, day: int) -> date | None:
    """Return the next day of this name, today included."""
    years = range(today.year, today.year + 9)
    days = (_in_month(year, month, day) for year in years)
    return next((coming for coming in days if coming and coming >= today), None)


def _day_number(match: re.Match[str]) -> int:
    """Return 0 for a Monday, 6 for a Sunday."""
    return next(number for number, name in enumerate(_DAYS) if name.startswith(match["weekday"][:3]))


def _weekday(match: re.Match[str], today: date) -> date:
    day = _day_number(match)
    which, ahead = (match["which"] or "").strip(), (day - today.weekday()) % 7
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + day)
    if which == "last":
        return today - timedelta(days=(today.weekday() - day) % 7 or 7)
    return today + timedelta(days=(ahead or 7) + (7 if match["week"] else 0))


def _shift(match: re.Match[str], today: date) -> date | None:
    """Return the date of `in 2 weeks`, `3 days ago`, `a month from now`."""
    count = 2 if match["count"] == "a couple of" else 1 if match["count"] in ("a", "an", "1") else int(match["count"])
    unit = match["unit"].rstrip("s")
    sign = -1 if match["after"] == "ago" else 1
    if unit in ("month", "year"):
        months = today.month - 1 + sign * count * (12 if unit == "year" else 1)
        year, month = today.year + months // 12, months % 12 + 1
        return next(filter(None, (_in_month(year, month, day) for day in (today.day, 30, 29, 28))), None)
    return today + timedelta(seconds=sign * count * SECONDS[unit])


def _calendar(match: re.Match[str], today: date) -> date | None:
    day, year = int(match["day"] or match["day2"]), match["year"]
    month = next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(match["month"][:3]))
    named = _in_month(int(year.replace(" ", "")), month, day) if year else _coming(today, month, day)
    return named if named and (not match["weekday"] or named.weekday() == _day_number(match)) else None


def _ordinal(match: re.Match[str], today: date) -> date | None:
    day = int(match["day"])
    for month in range(today.month, today.month + 13):
        coming = _in_month(today.year + (month - 1) // 12, (month - 1) % 12 + 1, day)
        if coming and coming >= today and (not match["weekday"] or coming.weekday() == _day_number(match)):
            return coming
    return None


def _slashed(match: re.Match[str], today: date) -> date | Impossible | None:
    """Return the day of `24/12/2026`, whichever of the two is the month; both may be only where they are the same."""
    first, second = int(match["first"]), int(match["second"])
    year = int(match["year"]) if match["year"] else None

    def day_of(month: int, day: int) -> date | None:
        return _in_month(year + 2000 * (year < 100), month, day) if year is not None else _coming(today, month, day)

    if first > 12 or first == second:
        return day_of(second, first)
    if second > 12:
        return day_of(first, second)
    months = [f"{_MONTHS[month - 1].capitalize()} {ordinal(day)}" for month, day in ((first, second), (second, first))
              if 1 <= month <= 12]  # fmt: skip
    return Impossible(f"{match.group()} may be {' or '.join(months)}.")


def _period(match: re.Match[str], today: date) -> date | None:
    which, unit = match["which"].strip(), match["unit"]
    step = {"this": 0, "next": 1, "last": -1}[which]
    if unit == "weekend":
        return today + timedelta(days=5 - today.weekday() + 7 * step)
    if unit == "week":
        return today + timedelta(days=7 * step)
    months = today.month - 1 + step * (12 if unit == "year" else 1)
    return _in_month(today.year + months // 12, 1 if unit == "year" else months % 12 + 1, 1)


_Reader: TypeAlias = Callable[[re.Match[str], date], "date | Impossible | None"]
_DATES: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(rf"(?<!\S){pattern}(?!\S)"), reader)
    for pattern, reader in (
        (
            r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)",
            lambda m, _: _in_month(int(m["year"]), int(m["month"]), int(m["day"])),
        ),
        (
            r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})",
            lambda m, _: _in_month(int(m["year"]), int(m["month"]), int(m["day"])),
        ),
        (r"(?P<first>\d\d?)/(?P<second>\d\d?)/(?P<year>(?:19|20)?\d\d)", _slashed),
        (r"(?:(?<=on )|(?<=by )|(?<=until )|(?<=till )|(?<=since ))(?P<first>\d\d?)/(?P<second>\d\d?)(?P<year>(?!))?"
         r"(?! (?:of|an?|hours?|minutes?|seconds?|cups?)(?!\S))", _slashed),
        (rf"{_NAMED_DAY}(?P<day>\d\d?)(?:st|nd|rd|th)?(?: day)? (?:of )?{_MONTH}{_YEAR}(?P<day2>(?!))?", _calendar),
        (rf"(?:{_DAY} )?{_MONTH} (?:the )?(?P<day2>\d\d?)(?:st|nd|rd|th)?{_YEAR}(?P<day>(?!))?", _calendar),
        (r"(?:the )?day after tomorrow", lambda _, today: today + timedelta(days=2)),
        (r"(?:the )?day before yesterday", lambda _, today: today - timedelta(days=2)),
        (rf"{_DAY} the (?P<day>\d\d?)(?:st|nd|rd|th)", _ordinal),
        (rf"(?P<which>this |next |last |coming |this coming )?{_DAY}(?P<week> week)?", _weekday),
        (rf"in {_COUNT}(?P<after>(?!))?(?:'s? time)?", _shift),
        (rf"{_COUNT} (?P<after>ago|from now|from today)", _shift),
        (r"today|tonight", lambda _, today: today),
        (r"tomorrow", lambda _, today: today + timedelta(days=1)),
        (r"yesterday", lambda _, today: today - timedelta(days=1)),
        (r"(?P<which>this |next |last )(?P<unit>weekend|week|month|year)", _period),
        (rf"(?P<feast>{'|'.join(_FEASTS)})", lambda m, today: _coming(today, *_FEASTS[m["feast"]])),
        (r"the (?P<day>\d\d?)(?:st|nd|rd|th)(?P<weekday>(?!))?", _ordinal),
    )
)  # fmt: skip


def find_dates(text: str, today: date) -> Iterator[TimeSpan]:
    """Yield `tomorrow`, `next friday`, `the 3rd of may`, `in 2 weeks` as date; a day that there is not as impossible.

    A day behind `since` or `was` is the last of that name, any other the next.
    """
    spans: list[tuple[int, int]] = []
    for pattern, reader in _DATES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < right and left < end for left, right in spans):
                continue
            spans.append((start, end))
            day = reader(match, today)
            if isinstance(day, date) and day > today and _PAST.search(text[:start]):
                day = _last(match, reader, today) or day
            no_such_day = f"There is no {_NAMES.sub(lambda name: name[0].capitalize(), match.group())}."
            yield TimeSpan(start, end, Impossible(no_such_day) if day is None else day)


def _last(
    match: re.Match[str], reader: _Reader, today: date, back: tuple[int, ...] = (8, 31, 366, 1461)
) -> date | None:
    """Return the last day of a name, found by asking for the next one some days ago; None of a day with its year."""
    days = (reader(match, today - timedelta(days=count)) for count in back)
    return next((day for day in days if isinstance(day, date) and day <= today), None)


# -- moments -------------------------------------------------------------------------------------

_DAY_PART = re.compile(
    r"(?<!\S)(?:(?:in the|this) )?(?P<part>morning|afternoon|evening|night)(?!\S)|(?<!\S)(?P<tonight>tonight)(?!\S)"
)
_GLUE = re.compile(r" (?:(?:at|on|by|around|,) )?|")
_LATER = re.compile(r"(?<!\S)in $")
_FROM_NOW = re.compile(r" from now(?!\S)")
_DAY_UNIT = re.compile(r"day|week|fortnight|month|year|yr")


def find_datetimes(text: str, now: datetime) -> Iterator[TimeSpan]:
    """Yield moments: a date and a clock time in either order, either alone, `in 10 minutes`, `tomorrow evening`."""
    yield from _from_now(text, now)
    parts = [(m.start(), m.end(), "night" if m["tonight"] else m["part"]) for m in _DAY_PART.finditer(text)]
    clocks, dates = list(find_clocks(text)), list(find_dates(text, now.date()))
    yield from (span for span in dates if isinstance(span.value, Impossible))
    yield from (TimeSpan(*span) for span in find_impossible_clocks(text))
    for day in _days(text, dates, parts):
        for clock in clocks:
            if span := _touching(text, day[:2], clock[:2]):
                yield TimeSpan(*span, _together(day, clock))
        yield TimeSpan(day.start, day.end, datetime.combine(day.value, time(PART_OF_DAY.get(day.part, 9))))
    for clock in clocks:
        yield TimeSpan(clock.start, clock.end, _next(clock, now))
    for start, end, part in parts:
        moment = datetime.combine(now.date(), time(PART_OF_DAY[part]))
        yield TimeSpan(start, end, moment if moment > now else moment + timedelta(days=1))


class _Day(NamedTuple):
    """A date and its place in a text."""

    start: int
    end: int
    value: date
    part: str
    """Part of the day beside it, or nothing."""


def _days(text: str, dates: list[TimeSpan], parts: list[tuple[int, int, str]]) -> Iterator[_Day]:
    """Yield each date, and each date together with the part of the day beside it."""
    for day in dates:
        if not isinstance(day.value, date):
            continue
        tonight = text[day.start : day.end] == "tonight"
        yield _Day(day.start, day.end, day.value, "night" if tonight else "")
        for start, end, part in parts:
            if span := _touching(text, day[:2], (start, end)):
                yield _Day(*span, day.value, part)


def _from_now(text: str, now: datetime) -> Iterator[TimeSpan]:
    for span in find_durations(text):
        before, after = _LATER.search(text[: span.start]), _FROM_NOW.match(text, span.end)
        if not before and not after:
            continue
        start, end = before.start() if before else span.start, after.end() if after else span.end
        if isinstance(span.value, Impossible):
            yield TimeSpan(start, end, span.value)
        elif span.value < timedelta(0):
            yield TimeSpan(start, end, Impossible("That has passed already."))
        else:
            moment = _later(now, span.value, text[span.start : span.end])
            yield TimeSpan(start, end, moment.replace(microsecond=0))


def _later(now: datetime, length: timedelta, words: str) -> datetime:
    """Return the wall clock after a time: the same hour on a later day, but real hours where no day was named.

    Real, because a night in which the clocks change is an hour shorter or longer.
    """
    if _DAY_UNIT.search(words):
        return now + length
    return datetime.fromtimestamp(now.timestamp() + length.total_seconds())


def _touching(text: str, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int] | None:
    """Return the span of both where nothing but glue stands between them, or where they overlap."""
    first, second = sorted((left, right))
    if first[1] >= second[0]:
        return first[0], max(first[1], second[1])
    return (first[0], second[1]) if _GLUE.fullmatch(text[first[1] : second[0]]) else None


def joined_with(span: tuple[int, int], others: list[tuple[int, int]], text: str) -> tuple[int, int]:
    """Return a span together with all others that touch it: `february 30 at 8 am`."""
    for other in others:
        wider = _touching(text, span, other)
        if wider and wider != span:
            return joined_with(wider, others, text)
    return span


def _together(day: _Day, clock: Clock) -> datetime:
    """Return the moment of a day and a time; `tonight at 12` and `tonight at 1` are past midnight."""
    small_hour = clock.value.hour < 5 or (clock.value.hour == 12 and not clock.certain)
    if day.part == "night" and small_hour:
        return datetime.combine(day.value + timedelta(days=1), clock.value.replace(hour=clock.value.hour % 12))
    return datetime.combine(day.value, _likely(clock, day.part))


def _likely(clock: Clock, part: str) -> time:
    """Return the time of day most people mean by `tomorrow at 5`: 7 to 12 as said, 1 to 6 in the afternoon."""
    value = clock.value
    late = part in ("afternoon", "evening", "night") or (value.hour < 7 and part != "morning")
    return value.replace(hour=value.hour + 12) if not clock.certain and value.hour < 12 and late else value


def _next(clock: Clock, now: datetime) -> datetime:
    """Return the next moment at which a clock shows that time; either half of the day where none was said."""
    moment = datetime.combine(now.date(), clock.value)
    step = timedelta(hours=24 if clock.certain else 12)
    while moment <= now:
        moment += step
    return moment
