"""`When`: the moments that operators stand for, put on a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from assistant.authoring.definitions import Slot
from assistant.language import entities
from assistant.language.dates import find_dates
from assistant.language.moments.hours import find_hours
from assistant.language.moments.periods import find_periods
from assistant.language.numbers import in_digits
from assistant.language.spoken import duration, moment, sentence
from assistant.language.times import PART_OF_DAY, find_clocks
from assistant.nlu.operators.find import Days, Operator, later
from assistant.nlu.operators.recurrence import Recurrence, first_moment, interval
from assistant.nlu.query import Query
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    BuiltInAction,
    Impossible,
    IntentMatch,
    SlotMissing,
    SlotValue,
    Understanding,
    When,
)

Command: TypeAlias = IntentMatch | SlotMissing

_WAKING = BuiltInAction("alarm.set")
"""The action whose clock times are in the morning where nothing else is said."""

_SEARCHING = "pictures.find"
"""The action that finds or counts pictures of a time."""


def each(meaning: Understanding, change: Callable[[Command], Command]) -> Understanding:
    """Return a meaning with each command in it changed."""
    match meaning:
        case IntentMatch() | SlotMissing():
            return change(meaning)
        case Ambiguous():
            choices = (choice if isinstance(choice, AnswerMatch) else change(choice) for choice in meaning.choices)
            return replace(meaning, choices=tuple(choices))
    return meaning


# -- moments, lengths and ends -------------------------------------------------------------------


def when(operators: Sequence[Operator], said: Sequence[str], rest: Query, query: Query) -> When | str:
    """Return the moments of operators, or a sentence that says why there are none."""
    end: object = None
    start = _start(operators, said, query)
    for item, words in zip(operators, said, strict=True):
        begin = start if isinstance(start, datetime) else query.now
        if item.kind == "length":
            end = later(begin, item.value) if isinstance(item.value, timedelta) else item.value
        elif item.kind == "end":
            end = entities.parse("datetime", words, begin, query.language) or item.value
    for value in (start, end):
        if isinstance(value, Impossible):
            return str(value)
        if isinstance(value, datetime) and value <= query.now:
            return f"{sentence(moment(value, query.now))} has passed already."
    first, last = (value if isinstance(value, datetime) else None for value in (start, end))
    return When(rest.bare, " ".join(said), first, "", last)


def looked_back(meaning: Understanding, said: Sequence[str], query: Query) -> IntentMatch | None:
    """Return a search of pictures with a time that has been, which pictures are from; None of another command."""
    action = meaning.action if isinstance(meaning, IntentMatch) else None
    if not isinstance(meaning, IntentMatch) or not isinstance(action, BuiltInAction) or action.name != _SEARCHING:
        return None
    words, today = " ".join(said), query.now.date()
    if not find_periods(f"from {words}", today)[0] and find_hours(words, today)[0] is None:
        return None
    return replace(meaning, slots={**meaning.slots, "about": f"{meaning.slots.get('about', '')} {words}".strip()})


def _start(operators: Sequence[Operator], said: Sequence[str], query: Query) -> object:
    """Return the value of the moments, which may stand apart: `tomorrow ... at 8`."""
    starts = [(item.value, words) for item, words in zip(operators, said, strict=True) if item.kind == "moment"]
    if len(starts) < 2:
        return starts[0][0] if starts else None
    return entities.parse("datetime", " ".join(words for _, words in starts), query.now, query.language) or starts[0][0]


# -- conditions and recurrences ------------------------------------------------------------------


def on_condition(meaning: Understanding, said: str, rest: Query, query: Query) -> Understanding:
    """Return commands that are wanted under a condition."""

    def conditional(command: Command) -> Command:
        before = command.when or When(rest.bare, "")
        return replace(command, when=replace(before, text=_in_order(said, before.text, query), condition=said))

    return each(meaning, conditional)


def bounded(value: object, ends: Sequence[Operator]) -> Recurrence | None:
    """Return a recurrence with its last moment, the end of the last day where no time of day was said, or both ends."""
    if not isinstance(value, Recurrence):
        return None
    for end in ends:
        first, day = end.value if isinstance(end.value, Days) else (None, end.value)
        if isinstance(day, datetime | date):
            last = day if isinstance(day, datetime) else datetime.combine(day, time(23, 59))
            value = value._replace(first=first)
            value = value._replace(rule=f"{value.rule};UNTIL={last:%Y%m%dT%H%M%S}")
            break
    return value


def recurring(
    meaning: Understanding,
    said: str,
    rest: Query,
    recurrence: Recurrence,
    query: Query,
    slots: Callable[[str], Sequence[Slot]],
) -> Understanding:
    """Return commands that are wanted again and again; their slots for a moment, of `slots`, hold the first of them."""

    def repeated(command: Command) -> Command:
        before = command.when or When(rest.bare, "")
        held = next((slot for slot in slots(command.intent) if slot.name in command.slots), None)
        texts = command.slot_texts if isinstance(command, IntentMatch) else {}
        words, value = (texts.get(held.name, ""), command.slots[held.name]) if held else (before.text, before.start)
        is_waking = isinstance(command, IntentMatch) and command.action == _WAKING
        start = _first(recurrence, words, value, query, is_waking)
        rule, end = _bounded(recurrence.rule, start, before, query.now)
        text = _in_order(said, before.text, query)
        filled = {**command.slots, **_filled(held, start)}
        return replace(command, slots=filled, when=replace(before, text=text, start=start, rule=rule, end=end))

    return each(meaning, repeated)


def _filled(slot: Slot | None, start: datetime | None) -> Mapping[str, SlotValue]:
    """Return the value of a slot for a moment."""
    if slot is None or start is None:
        return {}
    values: Mapping[str, SlotValue] = {"time": start.time(), "date": start.date()}
    return {slot.name: values.get(slot.type, start)}


def _bounded(rule: str, start: datetime | None, before: When, now: datetime) -> tuple[str, datetime | None]:
    """Return a rule and the end of its first effect; a length of more than a day is that of the recurrence."""
    if start is None or before.end is None:
        return rule, before.end
    length = before.end - (before.start or now)
    if length < (interval(rule) or timedelta(days=1)):
        return rule, start + length
    return f"{rule};UNTIL={start + length:%Y%m%dT%H%M%S}", None


def _first(recurrence: Recurrence, words: str, value: object, query: Query, is_waking: bool) -> datetime | None:
    """Return the first moment of a recurrence; its time of day, and perhaps a day, stand in words of a value."""
    text = in_digits(words.casefold(), query.language)
    clock = next(iter(find_clocks(text)), None)
    if clock is None and interval(recurrence.rule):
        return first_moment(recurrence.rule, query.now.time(), query.now)
    if clock:
        hour = clock.value if clock.certain else _likely(clock.value, recurrence.part, is_waking)
    else:
        hour = next((usual(part) for part in PART_OF_DAY if part in text.split()), usual(recurrence.part))
    dates = [span.value for span in find_dates(text, query.now.date()) if isinstance(span.value, date)]
    day = value.date() if isinstance(value, datetime) and dates else recurrence.first
    return first_moment(recurrence.rule, hour, query.now, day)


def usual(part: str) -> time:
    """Return the time of day that a part of it stands for."""
    return time(PART_OF_DAY.get(part, 9))


def usual_words(recurrence: Recurrence) -> str:
    """Return words for the first moment of a recurrence that was said without a time."""
    length = interval(recurrence.rule)
    return f"in {duration(length.total_seconds())}" if length else f"at {usual(recurrence.part):%H:%M}"


def _likely(clock: time, part: str, is_waking: bool) -> time:
    """Return the time that is meant by `at 6` each day: people are woken in the morning."""
    is_late = part in ("afternoon", "evening") or (part == "night" and clock.hour >= 5)
    is_late = is_late or (not part and not is_waking and clock.hour < 7)
    return clock.replace(hour=clock.hour + 12) if is_late and clock.hour < 12 else clock


def _in_order(words: str, others: str, query: Query) -> str:
    """Return the words of two operators in the order in which they stand in a sentence."""
    text = query.text
    pair = sorted(filter(None, (words, others)), key=text.find)
    return " ".join(pair)
