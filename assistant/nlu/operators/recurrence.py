"""Recurrences in words, `every other day`, `on weekends`, as rules of RFC 5545, and the first moment of a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple

from assistant.language.dates import find_dates
from assistant.language.durations import find_durations
from assistant.language.numbers import any_of
from assistant.language.tables.operators import operators_of
from assistant.language.tables.operators.words import OperatorWords

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""The days of the week from Monday on, as BYDAY has them."""

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_LENGTHS = {"SECONDLY": "seconds", "MINUTELY": "minutes", "HOURLY": "hours"}


class Recurrence(NamedTuple):
    """A recurrence, and its place in a text with numbers in digits."""

    start: int
    """Index of the first character."""
    end: int
    """Index after the last."""
    rule: str
    """RRULE of RFC 5545."""
    part: str = ""
    """Part of the day, if one was said."""
    is_adverb: bool = False
    """True of one word that may also describe a thing: `the daily news`."""
    first: date | None = None
    """The day from which it runs, if one was said."""


class _Grammar(NamedTuple):
    """The grammar of recurrences in a language."""

    words: OperatorWords
    patterns: tuple[re.Pattern[str], ...]
    day: re.Pattern[str]
    """A day of the week, or several in one word."""
    every: re.Pattern[str]
    adverb: re.Pattern[str]


@cache
def _grammar(language: str) -> _Grammar:
    words = operators_of(language)
    names = "|".join((*words.day_groups, *words.days))
    plural, parts = words.plural, "|".join(words.parts_of_day) or "(?!)"
    days = rf"(?:{names})(?:{plural})?(?:(?: (?:{words.connective}))? (?:{names})(?:{plural})?)*"
    several = rf"(?:{'|'.join(words.days)}){plural}(?:(?: (?:{words.connective}))? (?:{'|'.join(words.days)}){plural})*"
    through = rf"(?P<first>{names}) (?:{words.through or '(?!)'}) (?P<final>{names})(?:{plural})?"
    nth = rf"(?P<nth>\d{{1,2}}(?:st|nd|rd|th)|{any_of(_ORDINALS)}|{words.last or '(?!)'})"
    part = rf"(?: (?P<part>{parts})(?:{plural})?)?"
    count = rf"(?: (?P<count>{words.other or '(?!)'}|\d{{1,3}}(?:st|nd|rd|th)?|second|third))?"
    period = any_of(words.periods)
    lead = rf"(?:(?:{words.on}) )?"
    patterns = (
        rf"{lead}(?:the |(?:{words.every}) )?{nth} (?:(?P<days>{names})|day)?(?: ?)(?:{words.of_month or '(?!)'})",
        rf"{lead}(?:{words.every}) (?P<period>month) on the {nth}(?: day)?",
        rf"{lead}(?:(?:{words.every}) )?{through}{part}",
        rf"{lead}(?:{words.every}){count} (?P<period>{period})(?:{plural}|en|e)?(?: {lead}(?P<days>{days}))?{part}",
        rf"{lead}(?:{words.every}){count} (?P<days>{days}){part}",
        rf"{lead}(?:{words.every}){count} (?P<part>{parts})",
        rf"{lead}(?:the )?(?P<days>{words.plural_groups or '(?!)'}|{several}){part}",
        rf"{lead}(?:the )?(?P<days>{names}) (?P<part>{parts}){plural}",
        rf"(?:{words.on}) (?:the )?(?P<part>{parts}){plural}",
    )
    adverb = "|".join(f"(?P<a{place}>{pattern})" for place, pattern in enumerate(words.adverbs)) or "(?!)"
    return _Grammar(
        words,
        tuple(_whole_words(pattern) for pattern in patterns),
        re.compile("|".join(f"(?P<d{place}>(?<!\\S)(?:{name})(?:{plural})?(?!\\S))" for place, name in
                            enumerate((*words.day_groups, *words.days))) or "(?!)"),
        _whole_words(rf"{lead}(?:{words.every}) "),
        _whole_words(rf"(?:{adverb})(?: {lead}(?P<days>{days}))?"),
    )  # fmt: skip


def _whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){pattern}(?!\S)") if not pattern.endswith(" ") else re.compile(rf"(?<!\S){pattern}")


def find_recurrences(text: str, language: str, today: date) -> Iterator[Recurrence]:
    """Yield `every other day`, `on mondays and fridays`, `each weekday evening`, `on the first of every month`.

    Each comes once, in the reading that takes most of its words; the text is tidied, with numbers in digits.
    """
    if not (grammar := _grammar(language[:2])).words.every:
        return
    candidates = [*_by_pattern(text, grammar), *_by_value(text, language, today, grammar)]
    spans: list[tuple[int, int]] = []
    for item in sorted(candidates, key=lambda item: (item.start - item.end, item.start)):
        if not any(item.start < end and start < item.end for start, end in spans):
            spans.append((item.start, item.end))
            yield item


def _by_pattern(text: str, grammar: _Grammar) -> Iterator[Recurrence]:
    for pattern in grammar.patterns:
        for match in pattern.finditer(text):
            if rule := _rule(match.groupdict(), grammar):
                part = grammar.words.parts_of_day.get(match.groupdict().get("part") or "", "")
                yield Recurrence(*match.span(), rule, part)
    for match in grammar.adverb.finditer(text):
        frequency = next(rule for place, rule in enumerate(grammar.words.adverbs.values()) if match[f"a{place}"])
        days = _days(match["days"] or "", grammar)
        part = "night" if match.group() == "nightly" else ""
        yield Recurrence(*match.span(), f"FREQ={frequency}{f';BYDAY={days}' if days else ''}", part, True)


def _by_value(text: str, language: str, today: date, grammar: _Grammar) -> Iterator[Recurrence]:
    """Yield `every half hour`, `every 90 minutes`, `every christmas`, `every 3rd of may`."""
    for match in grammar.every.finditer(text):
        rest = text[match.end() :]
        for span in find_durations(rest, language):
            seconds = span.value.total_seconds() if isinstance(span.value, timedelta) else 0
            if span.start == 0 and 60 <= seconds < 86_400 and not seconds % 60:
                yield Recurrence(match.start(), match.end() + span.end, f"FREQ=MINUTELY;INTERVAL={seconds / 60:.0f}")
        for day in find_dates(rest, today) if language.startswith("en") else ():
            if day.start == 0 and isinstance(day.value, date) and not grammar.day.match(rest):
                rule = f"FREQ=YEARLY;BYMONTH={day.value.month};BYMONTHDAY={day.value.day}"
                yield Recurrence(match.start(), match.end() + day.end, rule)


def _rule(groups: Mapping[str, str | None], grammar: _Grammar) -> str:
    """Return the rule of a match; nothing where it is none."""
    days, count = _days(groups.get("days") or "", grammar), groups.get("count") or ""
    interval = (
        2 if count and count == grammar.words.other else _ORDINALS.get(count) or int(re.sub(r"\D", "", count) or 1)
    )
    every = f";INTERVAL={interval}" if interval > 1 else ""
    if nth := groups.get("nth"):
        place = -1 if nth == grammar.words.last else _ORDINALS.get(nth) or int(nth[:-2])
        if days:
            return "FREQ=MONTHLY;BYDAY=" + ",".join(f"{place}{day}" for day in days.split(","))
        return f"FREQ=MONTHLY;BYMONTHDAY={place}" if place <= 31 else ""
    if (first := groups.get("first")) and (final := groups.get("final")):
        start, end = (DAYS.index(_days(name, grammar).split(",")[0]) for name in (first, final))
        return "FREQ=WEEKLY;BYDAY=" + ",".join(DAYS[(start + n) % 7] for n in range((end - start) % 7 + 1))
    if not interval:
        return ""
    if period := groups.get("period"):
        frequency = grammar.words.periods[period]
        return f"FREQ={frequency}{every}{f';BYDAY={days}' if days else ''}"
    return f"FREQ=WEEKLY{every};BYDAY={days}" if days else f"FREQ=DAILY{every}"


def _days(text: str, grammar: _Grammar) -> str:
    """Return the days of the week in a text as BYDAY, in their order."""
    groups = [*grammar.words.day_groups.values(), *DAYS]
    named = {day for match in grammar.day.finditer(text) for day in groups[_place(match)].split(",")}
    return ",".join(day for day in DAYS if day in named)


def days_named(text: str, language: str) -> tuple[frozenset[str], str]:
    """Return the days of the week in a text in lower case, and the rest of it.

    >>> sorted(days_named("on fridays and saturdays", "en")[0]), days_named("on fridays", "en")[1]
    (['FR', 'SA'], 'on')
    """
    grammar = _grammar(language[:2])
    if not grammar.words.every:
        return frozenset(), text
    rest = " ".join(grammar.day.sub(" ", text).split())
    return frozenset(filter(None, _days(text, grammar).split(","))), rest


def _place(match: re.Match[str]) -> int:
    return next(int(name[1:]) for name, value in match.groupdict().items() if value)


# -- the first moment ----------------------------------------------------------------------------


def parts_of(rule: str) -> Mapping[str, str]:
    """Return the parts of a rule: `FREQ`, `INTERVAL`, `BYDAY` and so on."""
    return dict(part.split("=", 1) for part in rule.split(";"))


def interval(rule: str) -> timedelta | None:
    """Return the time from one moment of a rule to the next, where it is shorter than a day."""
    parts = parts_of(rule)
    unit = _LENGTHS.get(parts["FREQ"])
    return timedelta(**{unit: int(parts.get("INTERVAL", "1"))}) if unit else None


def first_moment(rule: str, clock: time, now: datetime, day: date | None = None) -> datetime | None:
    """Return the first moment of a rule after now, from a day on if one is given; None within five years."""
    if length := interval(rule):
        begin = datetime.combine(day, clock) if day else now
        return begin if begin > now else datetime.fromtimestamp(now.timestamp() + length.total_seconds())
    parts, first = parts_of(rule), day or now.date()
    days = (first + timedelta(days=ahead) for ahead in range(5 * 366))
    moments = (datetime.combine(day, clock) for day in days if _falls_on(parts, day))
    return next((moment for moment in moments if moment > now), None)


def _falls_on(parts: Mapping[str, str], day: date) -> bool:
    """True if a rule that begins on a day has that day."""
    if "BYMONTH" in parts and day.month != int(parts["BYMONTH"]):
        return False
    if "BYMONTHDAY" in parts:
        wanted = int(parts["BYMONTHDAY"])
        return (day + timedelta(days=1)).day == 1 if wanted < 0 else day.day == wanted
    return "BYDAY" not in parts or any(_is_day(name, day) for name in parts["BYDAY"].split(","))


def _is_day(name: str, day: date) -> bool:
    """True if a day is `MO`, the first Monday of its month, `1MO`, or the last, `-1MO`."""
    if DAYS[day.weekday()] != name[-2:]:
        return False
    place = int(name[:-2] or 0)
    last = (day + timedelta(days=7)).month != day.month
    return not place or (last if place < 0 else (day.day - 1) // 7 + 1 == place)
