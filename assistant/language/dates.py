"""Dates in English words, found in a sentence whose numbers are digits, relative to a given day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeAlias

from assistant.language.spoken import ordinal
from assistant.language.tables.units import SECONDS
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
_DAY_WORD = re.compile(
    rf"\d|day|tonight|tomorrow|week|fortnight|month|year"
    rf"|{'|'.join((*(name[:3] for name in (*_DAYS, *_MONTHS)), *_FEASTS))}"
)
"""Something that every date holds."""

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


def _weekday_after(match: re.Match[str], today: date) -> date:
    """Return `friday after this one`, a week after the coming one, and `friday after next`."""
    day = _day_number(match)
    ahead = (day - today.weekday()) % 7 if match["which"] == "this" else 7 - today.weekday() + day
    return today + timedelta(days=ahead + 7)


def _weekday_of_week(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=_day_number(match) - today.weekday() + 7 * _STEPS.get(match["which"], 0))


def _weeks_on(match: re.Match[str], today: date) -> date:
    """Return the day so many weeks after another: `a week on tuesday`, `tomorrow in 2 weeks`."""
    days = _count(match["count"] or "1") * (14 if match["unit"].startswith("fortnight") else 7)
    near = {"today": 0, "tomorrow": 1}.get(match["day"] or "")
    return today + timedelta(
        days=days + (near if near is not None else (_day_number(match) - today.weekday()) % 7 or 7)
    )


def _count(words: str) -> int:
    return 2 if words == "a couple of" else int(words) if words.isdigit() else 1


def _shift(match: re.Match[str], today: date) -> date | None:
    """Return the date of `in 2 weeks`, `3 days ago`, `a month from now`."""
    count, unit = _count(match["count"]), match["unit"].rstrip("s")
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


_STEPS = {"next": 1, "last": -1, "after next": 2}
"""Word beside a week, a month or a year -> how many of them it is from this."""


def _period(match: re.Match[str], today: date) -> date:
    step, unit = _STEPS.get(match["which"].strip(), 0), match["unit"]
    if unit == "weekend":
        ahead = 5 - today.weekday() + 7 * step
        return today + timedelta(days=ahead if step else max(ahead, 0))
    return today + timedelta(days=7 * step) if unit == "week" else _first_day(today, unit, step)


def _first_day(today: date, unit: str, step: int) -> date:
    """Return the first day of the month or the year so many after this."""
    months = today.month - 1 + step * (12 if unit == "year" else 1)
    return date(today.year + months // 12, 1 if unit == "year" else months % 12 + 1, 1)


def _of_period(match: re.Match[str], today: date) -> date | None:
    """Return a day of a month or a year: `the end of next month`, `the 15th of the month`."""

    def day_of(step: int) -> date | None:
        first = _first_day(today, match["unit"], step)
        if match["day"]:
            return _in_month(first.year, first.month, int(match["day"]))
        return _first_day(first, match["unit"], 1) - timedelta(days=1) if match["end"] else first

    step = _STEPS.get(match["which"], 0)
    day = day_of(step)
    return day_of(1) if day and day < today and match["which"] == "the" else day


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
        (r"(?:the )?(?:(?P<end>end|last day)|beginning|start|(?:1st|first) day) of (?P<which>the|this|next|last)"
         r" (?P<unit>month|year)(?P<day>(?!))?", _of_period),
        (r"(?:the )?(?P<day>\d\d?)(?:st|nd|rd|th) of (?P<which>the|this|next|last) (?P<unit>month)(?P<end>(?!))?",
         _of_period),
        (rf"(?P<count>an?|\d\d?) (?P<unit>weeks?|fortnights?) (?:on |from |this )?(?:(?P<day>today|tomorrow)|{_DAY})",
         _weeks_on),
        (rf"(?:(?P<day>today|tomorrow)|{_DAY}) in (?P<count>an?|\d\d?) (?P<unit>weeks?|fortnights?)", _weeks_on),
        (r"(?P<day>today|tomorrow) (?P<unit>week)(?P<count>(?!))?", _weeks_on),
        (rf"(?:the )?{_DAY} after (?P<which>this|next)(?: (?:one|1))?", _weekday_after),
        (rf"{_DAY} (?:of )?(?P<which>this|next|last) week", _weekday_of_week),
        (rf"(?P<which>this|next|last) week (?:on )?{_DAY}", _weekday_of_week),
        (rf"{_DAY} the (?P<day>\d\d?)(?:st|nd|rd|th)", _ordinal),
        (rf"(?P<which>this |next |last |coming |this coming )?{_DAY}(?P<week> week)?", _weekday),
        (rf"in {_COUNT}(?P<after>(?!))?(?:(?:'s?)? time)?", _shift),
        (rf"{_COUNT} (?P<after>ago|from now|from today)", _shift),
        (r"today|tonight", lambda _, today: today),
        (r"tomorrow", lambda _, today: today + timedelta(days=1)),
        (r"yesterday", lambda _, today: today - timedelta(days=1)),
        (r"(?P<which>this |next |last )(?P<unit>weekend|week|month|year)", _period),
        (r"(?P<which>coming |this coming |(?:(?:at|on|over) )?the )(?P<unit>weekend)", _period),
        (r"(?:the )?(?P<unit>weekend|week|month|year) (?P<which>after next)", _period),
        (rf"(?P<feast>{'|'.join(_FEASTS)})", lambda m, today: _coming(today, *_FEASTS[m["feast"]])),
        (r"the (?P<day>\d\d?)(?:st|nd|rd|th)(?P<weekday>(?!))?(?! of (?:every|each|any)(?!\S)| (?:alarm|timer|reminder"
         r"|one|item|entry|note|thing|picture|photo|song|list)s?(?!\S))", _ordinal),
    )
)  # fmt: skip


def find_dates(text: str, today: date) -> Iterator[TimeSpan]:
    """Yield `tomorrow`, `the 3rd of may`, `a week before christmas` as date; a day that there is not as impossible.

    A day behind `since` or `was` is the last of that name, any other the next.
    """
    spans: list[tuple[int, int]] = []
    if not _DAY_WORD.search(text):
        return
    for pattern, reader in _DATES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < right and left < end for left, right in spans):
                continue
            spans.append((start, end))
            day = reader(match, today)
            if isinstance(day, date) and day > today and _PAST.search(text[:start]):
                day = _last(match, reader, today) or day
            if isinstance(day, date) and (beside := _BESIDE.search(text, 0, start)):
                start, day = beside.start(), _beside(beside, day)
            named = _NAMES.sub(lambda name: name[0].capitalize(), match.group()).removeprefix("the ")
            no_such_day = f"There is no {named}."
            yield TimeSpan(start, end, Impossible(no_such_day) if day is None else day)


_BESIDE = re.compile(r"(?<!\S)(?:(?P<count>an?|\d\d?) (?P<unit>day|week|fortnight)s?|the day) (?P<side>before|after) $")
"""Words for a day so long before or after the one behind them."""


def _beside(match: re.Match[str], day: date) -> date:
    count = int(match["count"]) if (match["count"] or "a").isdigit() else 1
    length = timedelta(days=count * {"week": 7, "fortnight": 14}.get(match["unit"], 1))
    return day - length if match["side"] == "before" else day + length


def _last(
    match: re.Match[str], reader: _Reader, today: date, back: tuple[int, ...] = (8, 31, 366, 1461)
) -> date | None:
    """Return the last day of a name, found by asking for the next one some days ago; None of a day with its year."""
    days = (reader(match, today - timedelta(days=count)) for count in back)
    return next((day for day in days if isinstance(day, date) and day <= today), None)
