"""Moments in English words, found in a sentence whose numbers are digits, relative to a given now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from assistant.language.dates import TimeSpan, find_dates
from assistant.language.durations import find_durations
from assistant.language.times import (
    PART_OF_DAY,
    Clock,
    find_clocks,
    find_impossible_clocks,
    find_minutes_of_hour,
    next_moment,
    on_a_day,
)
from assistant.values import Impossible

_DAY_PART = re.compile(
    r"(?<!\S)(?<!last )(?:(?P<first>(?:first|1st) thing)(?: (?:in the |this )?morning)?"
    r"|(?:(?:in the|this) )?(?P<part>morning|afternoon|evening|night)|(?P<tonight>tonight))(?!\S)"
)
_SAME_TIME = re.compile(r"(?<!\S)(?:at )?(?:this|the same|same) time(?!\S)")
_GLUE = re.compile(
    r" (?:(?:at|on|by|around|,) )?|"
    r"| (?:early|late|(?:right |just |shortly )?(?:after|before) (?:(?:the|my|our) )?"
    r"(?!(?:next|tomorrow|that|noon|midday|midnight|the|my|our)\b)[a-z]+) (?:at|by|around) "
)
"""Words that may stand between a day and a clock time: `tomorrow | after work at | six`."""
_LATER = re.compile(
    r"(?<!\S)in (?:(?:about|around|exactly|nearly|almost|roughly|approximately|just (?:under|over)|another) )?$"
)
_FROM_NOW = re.compile(r" (?:from now|(?P<ago>ago)|(?P<time>time))(?!\S)")
_DAY_UNIT = re.compile(r"day|week|fortnight|month|year|yr")


def find_datetimes(text: str, now: datetime, to_wake: bool = False) -> Iterator[TimeSpan]:
    """Yield moments: a date and a clock time in either order, either alone, `in 10 minutes`, `tomorrow evening`.

    Where no half of the day was said, `to_wake` is what decides: people are woken in the morning.
    """
    yield from _from_now(text, now)
    parts = [
        (m.start(), m.end(), "first thing" if m["first"] else m["part"] or "night") for m in _DAY_PART.finditer(text)
    ]
    clocks, dates = list(find_clocks(text)), list(find_dates(text, now.date()))
    same_time = [Clock(*match.span(), now.time(), True) for match in _SAME_TIME.finditer(text)]
    yield from (span for span in dates if isinstance(span.value, Impossible))
    yield from (TimeSpan(*span) for span in find_impossible_clocks(text))
    for day in _days(text, dates, parts):
        for clock in (*clocks, *same_time):
            if span := _touching(text, day[:2], clock[:2]):
                yield TimeSpan(*span, _together(day, clock, now, to_wake))
        yield TimeSpan(day.start, day.end, datetime.combine(day.value, time(PART_OF_DAY.get(day.part, 9))))
    for clock in clocks:
        yield TimeSpan(clock.start, clock.end, next_moment(clock, now, to_wake))
    yield from (TimeSpan(*span) for span in find_minutes_of_hour(text, now))
    for part in parts:
        yield from _in_part(text, part, clocks, now, to_wake)


def _in_part(
    text: str, part: tuple[int, int, str], clocks: list[Clock], now: datetime, to_wake: bool
) -> Iterator[TimeSpan]:
    """Yield the next such part of a day, alone and with each time beside it: `this evening at 8`."""
    start, end, name = part
    today, is_this_one = now.date(), text.startswith("this ", start)
    moments = [(start, end, datetime.combine(today, time(PART_OF_DAY[name])))]
    beside = ((span, clock) for clock in clocks if (span := _touching(text, part[:2], clock[:2])))
    moments += [(*span, _together(_Day(*span, today, name), clock, now, to_wake)) for span, clock in beside]
    for left, right, moment in moments:
        is_over = moment <= now and not (is_this_one and right > end)
        yield TimeSpan(left, right, moment + timedelta(days=1) if is_over else moment)


class _Day(NamedTuple):
    """A date and its place in a text."""

    start: int
    end: int
    value: date
    part: str
    """Part of the day beside it, or nothing."""


def _days(text: str, dates: list[TimeSpan], parts: list[tuple[int, int, str]]) -> Iterator[_Day]:
    """Yield each date, and each date together with the parts of the day beside it."""
    for day in dates:
        if isinstance(day.value, date):
            tonight = text[day.start : day.end] == "tonight"
            yield from _with_parts(text, _Day(day.start, day.end, day.value, "night" if tonight else ""), parts)


def _with_parts(text: str, day: _Day, parts: list[tuple[int, int, str]]) -> Iterator[_Day]:
    yield day
    for start, end, part in parts:
        span = _touching(text, day[:2], (start, end))
        if span and span != day[:2]:
            is_early = "first thing" in (part, day.part)
            yield from _with_parts(text, _Day(*span, day.value, "first thing" if is_early else part), parts)


def _from_now(text: str, now: datetime) -> Iterator[TimeSpan]:
    for span in find_durations(text):
        before, after = _LATER.search(text[: span.start]), _FROM_NOW.match(text, span.end)
        if after and after["time"] and not before:
            continue
        if not before and not after:
            continue
        start, end = before.start() if before else span.start, after.end() if after else span.end
        ago = after is not None and after["ago"] is not None
        if isinstance(span.value, Impossible):
            yield TimeSpan(start, end, span.value)
        elif span.value < timedelta(0):
            yield TimeSpan(start, end, Impossible("That has passed already."))
        else:
            moment = _later(now, -span.value if ago else span.value, text[span.start : span.end])
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


def _together(day: _Day, clock: Clock, now: datetime, to_wake: bool) -> datetime:
    """Return the moment of a day and a time; `tonight at 12` and `tonight at 1` are past midnight."""
    small_hour = clock.value.hour < 5 or (clock.value.hour == 12 and not clock.certain)
    if day.part == "night" and small_hour:
        return datetime.combine(day.value + timedelta(days=1), clock.value.replace(hour=clock.value.hour % 12))
    moment = datetime.combine(day.value, on_a_day(clock, day.part, to_wake))
    is_later = day.value == now.date() and moment <= now and not clock.certain and not day.part and moment.hour < 12
    return moment + timedelta(hours=12) if is_later else moment
