"""Hours of the day at which something has been, in English words: `yesterday evening`, `last night`, `after 6 pm`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from assistant.language.moments.periods import find_periods
from assistant.language.numbers import in_digits
from assistant.language.times import Clock, find_clocks

_PARTS = {
    "morning": (time(5), time(12)),
    "forenoon": (time(8), time(12)),
    "noon": (time(11), time(14)),
    "midday": (time(11), time(14)),
    "lunchtime": (time(11), time(14)),
    "afternoon": (time(12), time(18)),
    "evening": (time(17), time(0)),
    "midnight": (time(23), time(1)),
    "night": (time(20), time(5)),
}
"""Part of the day -> its first moment and the one after its last, which may be on the next day."""

_EARLY = {"early morning": (time(4), time(8)), "late evening": (time(21), time(0)), "late night": (time(23), time(5))}
_PART = rf"(?P<part>(?:(?:early|late) )?(?:{'|'.join(_PARTS)}))s?\b"
_OF_A_DAY = (
    (re.compile(r"\b(?:the )?night before last\b"), "2 days ago", "night"),
    (re.compile(r"\blast night\b"), "yesterday", "night"),
    (re.compile(r"\btonight\b"), "today", "evening"),
    (re.compile(rf"\bthis {_PART}"), "today", ""),
)
"""Wording -> the day, and the part of it where that is not said."""

_END = r"(?=$|[ ,]+(?:of|in|at|on|by|with|from|near|last|this|yesterday|today|when|where|before|after|and)\b)"
_LEAD = r"(?:\b(?P<side>early|late) )?(?:\b(?:in|during) the|\bat|\bby|\baround)"
_TAKEN = re.compile(
    rf"\b(?:(?:taken|made|shot|(?P<verb>took|snapped|photographed)) {_LEAD}|(?:taken|made|shot|from)(?: the)?)"
    rf" {_PART}{_END}"
)
_AT = re.compile(rf"{_LEAD} {_PART}{_END}")
_BEHIND = re.compile(rf"(?: in the| at|'s)? {_PART}")
_AHEAD = re.compile(rf"(?:\b(?:in|from|on|at) )?(?:\bthe )?\b{_PART} (?:of|on|in)(?: the)? $")
_SIDE = (
    r"(?:\b(?:taken|made|shot|from) )?\b(?P<side>at|around|about|after|past|since|before|until|between|from)"
    r"(?: about)? $"
)
_CLOCK_SIGN = re.compile(r":|o'?clock|[ap] ?m\b|noon|midnight|midday|morning|afternoon|evening|night")
_BOTH = re.compile(r"(?P<hour>\d{1,2})(?: ?[ap]m)? (?:and|to|until|till|-) $")


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of every day, as a sentence names it."""

    stretches: tuple[tuple[time, time], ...]
    """First moment and the one after the last of each; a last that is not later is on the next day."""
    name: str = ""
    """The word for it, `evening`; empty where a clock tells it."""
    is_certain: bool = True
    """False where it may be what is to be seen: `the castle at night`."""

    def holds(self, moment: time) -> bool:
        """True for a moment in one of its stretches."""
        return any(
            first <= moment < last if first < last else moment >= first or moment < last
            for first, last in self.stretches
        )

    def day_of(self, moment: datetime) -> date:
        """Return the day as people name it: an hour after midnight belongs to the night of the day before."""
        is_over = any(last <= first and moment.time() < last for first, last in self.stretches)
        return moment.date() - timedelta(days=is_over)


def find_hours(text: str, today: date) -> tuple[Hours | None, str]:
    """Find hours of the day in a sentence; return them and the sentence without them, its day put as a date.

    >>> hours, rest = find_hours("the dog at the beach yesterday evening", date(2026, 11, 29))
    >>> hours.name, rest
    ('evening', 'the dog at the beach yesterday')
    >>> find_hours("the night train", date(2026, 11, 29))
    (None, 'the night train')
    """
    lower = in_digits(text.casefold(), "en")
    for pattern, day, part in _OF_A_DAY:
        if match := pattern.search(lower):
            return _hours(part or match["part"]), _without(lower, match.start(), match.end(), day)
    for period in find_periods(lower, today)[0]:
        if match := _BEHIND.match(lower, period.end):
            return _hours(match["part"]), _without(lower, match.start(), match.end())
        if match := _AHEAD.search(lower[: period.start]):
            return _hours(match["part"]), _without(lower, match.start(), period.start, "from ")
    if found := next(_by_clock(lower), None):
        return found
    if match := _TAKEN.search(lower):
        return _hours(match["part"], match["side"]), _without(lower, match.start(), match.end(), match["verb"] or "")
    if match := _AT.search(lower):
        hours = _hours(match["part"], match["side"])
        return replace(hours, is_certain=False), _without(lower, match.start(), match.end())
    return None, text


def _hours(part: str, side: str | None = None) -> Hours:
    """Return the hours of `late evening`, or of `late` and `evening`."""
    name = part.split()[-1]
    return Hours((_EARLY.get(f"{side} {part}" if side else part, _PARTS[name]),), name)


def _without(text: str, start: int, end: int, instead: str = "") -> str:
    return " ".join(f"{text[:start]} {instead} {text[end:]}".split())


def _by_clock(text: str) -> Iterator[tuple[Hours, str]]:
    """Yield the hours that clock times tell: `after 6 pm`, `between 8 and 10 in the evening`, `at 3 o'clock`."""
    for clock in find_clocks(text):
        end = clock.end
        if not _CLOCK_SIGN.search(text[clock.start : end]):
            continue
        begun = _BOTH.search(text[: clock.start])
        lead = re.search(_SIDE, text[: begun.start() if begun else clock.start])
        if lead is None:
            continue
        if begun and int(begun["hour"]) <= 24:
            stretches = tuple((_begun(int(begun["hour"]), last), last) for last in _readings(clock))
        elif begun or lead["side"] in ("between", "from"):
            continue
        else:
            stretches = tuple(_beside(lead["side"], moment) for moment in _readings(clock))
        yield Hours(stretches), _without(text, lead.start(), end)


def _readings(clock: Clock) -> Iterator[time]:
    """Yield the moments that a clock time may mean: `3 o'clock` is twice a day."""
    yield clock.value
    if not clock.certain and 1 <= clock.value.hour <= 12:
        yield _moved(clock.value, timedelta(hours=12))


def _begun(hour: int, last: time) -> time:
    """Return the latest moment before another that shows an hour: the 8 of `between 8 and 10 pm`."""
    twice = [time(hour % 24), time((hour + 12) % 24)] if hour <= 12 else [time(hour % 24)]
    return max((moment for moment in twice if moment < last), default=twice[0])


def _beside(side: str, moment: time) -> tuple[time, time]:
    if side in ("after", "past", "since"):
        return moment, time(0) if moment.hour else time(5)
    if side in ("before", "until"):
        return time(0), moment
    if side in ("around", "about"):
        return _moved(moment, -timedelta(minutes=45)), _moved(moment, timedelta(minutes=45))
    return moment, _moved(moment, timedelta(minutes=15 if moment.minute else 60))


def _moved(moment: time, by: timedelta) -> time:
    return (datetime.combine(date(2000, 1, 2), moment) + by).time()
