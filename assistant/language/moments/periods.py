"""Stretches of time that have been, in English words: `last summer`, `in May 2023`, `since 2020`, `yesterday`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from assistant.language.dates import find_dates
from assistant.language.numbers import in_digits

_MONTHS = tuple(name.casefold() for name in calendar.month_name[1:])
_MONTH = (
    r"(?P<month>" + "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS) + r"|sept)"
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""First month of a season; it lasts three."""

_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_WHICH = r"(?:(?P<which>last|this|past|previous) )"
_LEAD = re.compile(
    r"(?:\b(?:taken|made|shot|dated|back|all|right|just|those|ones?)\s+)*"
    r"(?:\b(?:from|in|of|on|at|during|over|within|around|about)\s+)?(?:\bthe\s+)?$"
)
"""Words before a stretch of time that belong to it."""

_BOUND = re.compile(r"\b(?P<word>since|after|before|until|till|up to)\s+(?:the\s+)?$")
_JOINT = re.compile(r"\s*(?:and|to|until|till|-|–)\s*(?:the\s+)?")
_BETWEEN = re.compile(r"\b(?:between|from)\s+(?:the\s+)?$")


@dataclass(frozen=True, slots=True)
class Period:
    """Days that a sentence names, and where it does."""

    start: int
    """Index of the first character."""
    end: int
    """Index after the last."""
    stretches: tuple[tuple[date, date], ...]
    """First and last day of each: `in May` is a month of every year."""

    @property
    def in_words(self) -> str:
        """The first and the last day: `2026-11-01 to 2026-11-30`, `11-01 to 11-30 of every year`."""
        first, last = (day.isoformat() for day in self.stretches[-1])
        return f"{first} to {last}" if len(self.stretches) == 1 else f"{first[5:]} to {last[5:]} of every year"

    def holds(self, day: date) -> bool:
        """True for a day in one of its stretches."""
        return any(first <= day <= last for first, last in self.stretches)


def find_periods(text: str, today: date) -> tuple[tuple[Period, ...], str]:
    """Find the stretches of time in a sentence; return them and the sentence without them.

    >>> periods, rest = find_periods("the dog at the beach last summer", date(2026, 11, 29))
    >>> [f"{first} to {last}" for first, last in periods[0].stretches], rest
    (['2026-06-01 to 2026-08-31'], 'the dog at the beach')
    """
    lower = in_digits(text.casefold(), "en")
    periods = _bounded(lower, sorted(_named(lower, today), key=lambda period: period.start), today)
    kept, end = list[str](), 0
    for period in periods:
        before = _LEAD.sub("", lower[end : period.start])
        kept.append(before)
        end = period.end
    return tuple(periods), " ".join(" ".join((*kept, lower[end:])).split())


def _named(text: str, today: date) -> Iterator[Period]:
    """Yield the stretches that stand by themselves: days, then longer stretches, the longest wordings first."""
    taken = list[tuple[int, int]]()
    for span in find_dates(text, today):
        is_day = not _COUNTED.search(text[span.start : span.end])
        if is_day and (day := _past_day(text, span.start, span.end, today)):
            taken.append((span.start, span.end))
            yield Period(span.start, span.end, ((day, day),))
    for pattern, reader in _PERIODS:
        for match in pattern.finditer(text):
            is_free = all(match.end() <= start or end <= match.start() for start, end in taken)
            if is_free and (stretches := tuple(reader(match, today))):
                taken.append(match.span())
                yield Period(*match.span(), stretches)


def _bounded(text: str, periods: list[Period], today: date) -> list[Period]:
    """Read `since`, `before` and `between` into the stretches behind them."""
    read = list[Period]()
    for period in periods:
        before = text[: period.start]
        if read and _JOINT.fullmatch(text[read[-1].end : period.start]):
            opening = _BETWEEN.search(text[: read[-1].start])
            if opening or text[read[-1].end : period.start].strip() != "and":
                first = read.pop()
                start = opening.start() if opening else first.start
                last = period.stretches[-1][1]
                begun = [stretch[0] for stretch in first.stretches if stretch[0] <= last]
                read.append(Period(start, period.end, ((begun[-1], last),)) if begun else period)
                continue
        if match := _BOUND.search(before):
            begin, end = period.stretches[-1]
            stretch = {
                "since": (begin, today),
                "after": (end + timedelta(days=1), today),
                "before": (date(1830, 1, 1), begin - timedelta(days=1)),
            }.get(match["word"], (date(1830, 1, 1), end))
            period = Period(match.start(), period.end, (stretch,))
        read.append(period)
    return read


def _past_day(text: str, start: int, end: int, today: date) -> date | None:
    """Return the day of some words that is today or has been: `on Friday` is the last one."""
    if "tomorrow" in text[start:end]:
        return None
    for back in (0, 8, 31, 366, 1461):
        for span in find_dates(text, today - timedelta(days=back)):
            if (span.start, span.end) == (start, end) and isinstance(span.value, date) and span.value <= today:
                return span.value
    return None


def _months(year: int, month: int, count: int = 1) -> tuple[date, date]:
    """Return the first and the last day of months that begin with one."""
    last = month - 1 + count - 1
    end = date(year + last // 12, last % 12 + 1, 1)
    return date(year, month, 1), end.replace(day=calendar.monthrange(end.year, end.month)[1])


def _month_number(match: re.Match[str]) -> int:
    return next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(match["month"][:3]))


_Stretch: TypeAlias = tuple[date, date]


def _recurring(first: int, count: int, year: str | None, which: str | None, today: date) -> Iterator[_Stretch]:
    """Yield some months: of a year, of the last time or this, or of every year that has been."""
    if year:
        yield _months(int(year), first, count)
        return
    begun = [_months(number, first, count) for number in range(1900, today.year + 1)]
    begun = [stretch for stretch in begun if stretch[0] <= today]
    if which in ("last", "past", "previous"):
        yield [stretch for stretch in begun if stretch[1] < today][-1]
    elif which == "this":
        yield begun[-1]
    else:
        yield from begun


def _month(match: re.Match[str], today: date) -> Iterator[_Stretch]:
    groups = match.groupdict()
    year = groups.get("year")
    if groups.get("relative"):
        year = str(today.year - (groups["relative"] == "last"))
    yield from _recurring(_month_number(match), 1, year, groups.get("which"), today)


def _season(match: re.Match[str], today: date) -> Iterator[_Stretch]:
    groups = match.groupdict()
    year = groups.get("year")
    if groups.get("relative"):
        year = str(today.year - (groups["relative"] == "last"))
    yield from _recurring(_SEASONS[match["season"]], 3, year, groups.get("which"), today)


def _year(match: re.Match[str], _: date) -> Iterator[_Stretch]:
    yield date(int(match["year"]), 1, 1), date(int(match["year"]), 12, 31)


def _decade(match: re.Match[str], _: date) -> Iterator[_Stretch]:
    words = {"nineties": 90, "eighties": 80, "seventies": 70, "sixties": 60, "fifties": 50}
    tens = words[match["word"]] if match["word"] else int(match["tens"])
    first = int(f"{match['century'] or (19 if tens > 20 else 20)}{tens:02}")
    yield date(first, 1, 1), date(first + 9, 12, 31)


def _unit(match: re.Match[str], today: date) -> Iterator[_Stretch]:
    """Yield `last week`, `this year`, `the past 3 months`, `2 years ago`."""
    unit, groups = match["unit"].rstrip("s"), match.groupdict()
    count = {"a": 1, "an": 1, "couple of": 2, "few": 3}.get(groups.get("count") or "", 0) or int(
        groups.get("count") or 0
    )
    if groups.get("which") and count:
        days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit] * count
        yield today - timedelta(days=days), today
        return
    back = count or (0 if groups.get("which") == "this" else 1) + bool(groups.get("before"))
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        yield monday, monday + timedelta(days=6)
    elif unit == "weekend":
        saturday = today - timedelta(days=(today.weekday() - 5) % 7)
        if groups.get("which") != "this" and today.weekday() >= 5:
            saturday -= timedelta(days=7)
        yield saturday, saturday + timedelta(days=1)
    elif unit == "month":
        months = today.year * 12 + today.month - 1 - back
        yield _months(months // 12, months % 12 + 1)
    else:
        yield date(today.year - back, 1, 1), date(today.year - back, 12, 31)


_FEASTS = {
    "christmas eve": (12, 24, 1),
    "christmas": (12, 20, 14),
    "new year's eve": (12, 31, 2),
    "halloween": (10, 31, 1),
}
_FEASTS |= {"new year": (12, 31, 2), "valentine's day": (2, 14, 1)}
"""Feast -> month, day, days."""

_FEAST = f"(?P<feast>{'|'.join(name.replace(chr(39), '[’' + chr(39) + ']') for name in _FEASTS)})"
"""Alone it is no time but what is to be seen: `a christmas tree`."""


def _feast(match: re.Match[str], today: date) -> Iterator[_Stretch]:
    name = next(filter(None, (match[group] for group in ("feast", "dated", "at", "from_it", "on"))))
    month, day, days = _FEASTS[name.replace("’", "'")]
    years = [int(match["year"])] if match["year"] else range(1900, today.year + 1)
    begun = [date(year, month, day) for year in years if date(year, month, day) <= today]
    begun = begun[-1:] if match["which"] else begun
    yield from ((first, first + timedelta(days=days - 1)) for first in begun)


_LEADING = "in from since before after during until till between to and year".split()
_AFTER = f"(?:{'|'.join(f'(?<={word} )' for word in _LEADING)})"
"""Words without which a month or a year alone is none: `may` may be anything."""

_COUNTED = re.compile(rf"week|month|year|{'|'.join(name.split()[0] for name in _FEASTS)}")
"""Dates that mean more than one day."""

_Reader: TypeAlias = Callable[[re.Match[str], date], Iterator[_Stretch]]
_PERIODS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(rf"(?<![\w-]){pattern}(?![\w-])"), reader)
    for pattern, reader in (
        (rf"{_WHICH}?{_SEASON}(?: of| in)?,? {_YEAR}", _season),
        (rf"{_SEASON} (?:of )?(?P<relative>last|this) year", _season),
        (rf"{_WHICH}{_SEASON}", _season),
        (rf"(?:(?<=in )|(?<=in the )|(?<=during )|(?<=during the )){_SEASON}", _season),
        (rf"{_MONTH}(?: of| in)?,? {_YEAR}", _month),
        (rf"{_MONTH} (?:of )?(?P<relative>last|this) year", _month),
        (rf"{_WHICH}{_MONTH}(?! \d)", _month),
        (rf"{_AFTER}{_MONTH}(?! \d)", _month),
        (rf"{_WHICH}(?P<count>\d{{1,3}}|couple of|few) (?P<unit>days?|weeks?|months?|years?)", _unit),
        (r"(?P<unit>week|month|year) (?P<before>before) last", _unit),
        (rf"{_WHICH}(?P<unit>weekend|week|month|year)", _unit),
        (r"(?P<unit>weekend)", _unit),
        (r"(?P<count>\d{1,3}|an?|couple of|few) (?P<unit>weeks?|months?|years?) ago", _unit),
        (rf"(?:{_WHICH}{_FEAST}|{_FEAST.replace('feast', 'dated')} (?:of |in )?{_YEAR}|(?<=at )"
         rf"{_FEAST.replace('feast', 'at')}|(?<=from ){_FEAST.replace('feast', 'from_it')}$"
         rf"|(?<=on ){_FEAST.replace('feast', 'on')})", _feast),
        (r"(?:(?P<century>19|20)?(?P<tens>\d0)'?s|(?P<word>nineties|eighties|seventies|sixties|fifties))", _decade),
        (rf"{_AFTER}{_YEAR}", _year),
        (rf"{_YEAR}$", _year),
    )
)  # fmt: skip
"""Wording -> its days, the longest first."""
