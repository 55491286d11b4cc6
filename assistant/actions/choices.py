"""Several things of which a command may be about one: what a person's words pick out of them.

`the egg one`, `20 minutes`, `the last`, `the longer one`, `the evening one`, `both`. Every word is accounted for:
it belongs to a label, a length, a time, a place in the row or a comparison, or it is a function word. Else nothing is
picked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TypeAlias

from assistant.language import entities
from assistant.language.tables import table_of
from assistant.language.text import normalise
from assistant.values import SlotValue


@dataclass(frozen=True, slots=True)
class Option:
    """One of several things that a command may be about."""

    label: str
    """Name that tells it from the others: `pasta timer`."""
    slots: Mapping[str, SlotValue]
    """Values with which the command is carried out on this one alone."""
    facts: Mapping[str, SlotValue] = field(default_factory=dict)
    """What it may be told by beside its label: the durations `length` and `left`, the moment `due`, `number` of age."""


Options: TypeAlias = Sequence[Option]

_LEFT = re.compile(r"\b(?:left|remaining|to go)\b")
_SLACK = timedelta(seconds=30)
"""Time by which a person may be wrong about the time that is left."""


def picked(options: Options, text: str, now: datetime, language: str = "en", said: str = "") -> Options:
    """Return the options that words pick, in their order; none where a word picks none of them.

    Several are picked by a plural or by `and`; where the words of one thing fit several, those are returned.

    Args:
        options: in the order in which they were told.
        text: the words.
        now: what `tomorrow` is relative to.
        language: of the words.
        said: an earlier sentence whose words tell nothing more: `cancel` in `cancel the egg one`.
    """
    table = table_of(language)
    if table.exception and (exception := table.exception.search(text)) and exception.start():
        whole = picked(options, text[: exception.start()], now, language, said)
        out = picked(options, text[exception.end() :], now, language, said)
        return [option for option in whole if option not in out] if out else ()
    words = _Words(text, now, language, said)
    if (chosen := words.named(options)) or not table.joints:
        return chosen
    pieces = re.split(rf"\s*(?:[,;]|\b(?:{table.joints})\b)\s*", text)
    parts = [_Words(piece, now, language, said).named(options) for piece in pieces if piece.strip()]
    return [option for option in options if any(option in part for part in parts)] if all(parts) else ()


def names_half_day(text: str, language: str = "en") -> bool:
    """Tell if words say which half of the day is meant: `7 pm`, `in the morning`, `at noon`, `19:00`."""
    table = table_of(language)
    return any(
        pattern is not None and pattern.search(text) is not None for pattern in (table.half_day, table.whole_clock)
    )


def names_several(text: str, language: str = "en") -> bool:
    """True if words mean more than one thing: `both`, `the first two`, `the egg and the tea`."""
    table = table_of(language)
    words = set(normalise(text, language).split())
    return bool(words & (table.universal | {"ones", "two", "three"})) or bool(table.joint and table.joint.search(text))


class _Words:
    """Words that may name some of several options, as far as they have not been accounted for."""

    def __init__(self, text: str, now: datetime, language: str, said: str) -> None:
        self._now, self._language, self._table = now, language, table_of(language)
        plain = re.sub(r"'s\b", "", normalise(text, language))
        self._said = frozenset(normalise(said, language).split())
        self._text, self._words = plain, self._without_pointers(plain.split())

    def _without_pointers(self, words: list[str]) -> list[str]:
        """Return the words without those that only point: `the 10 minute one`, not `one minute`."""
        pairs = zip(words, [*words, ""][1:], strict=True)
        return [word for word, following in pairs if word not in self._table.pointers or following in self._table.units]

    def named(self, options: Options) -> Options:
        """Return the options that all of the words fit."""
        every = self._take(lambda word: word in self._table.universal)
        if every:
            self._take(lambda word: self._count(word) == len(options))
        steps: tuple[Callable[[Options], Options], ...] = (
            self._by_length, self._by_part_of_day, self._by_time, self._by_number, self._by_label,
        )  # fmt: skip
        for step in steps:
            options = step(options)
        options = self._by_order(options)
        return () if any(not self._is_idle(word) for word in self._words) else options if every or self._told else ()

    _told = False
    """True once some words have told one option from another."""

    def _is_idle(self, word: str) -> bool:
        return word in self._table.stop_words or word in self._said

    def _take(self, belongs: Callable[[str], bool]) -> list[str]:
        """Take the words that belong to something from those that are left."""
        taken = [word for word in self._words if belongs(word)]
        self._words = [word for word in self._words if word not in taken]
        return taken

    def _spans(self, kind: str) -> Sequence[entities.Span]:
        """Return the values of a type, none inside another."""
        spans = entities.find(kind, tuple(self._words), self._now, self._language)
        return [span for span in spans if not any(_is_inside(span, other) for other in spans)]

    def _keep(
        self, options: Options, spans: Sequence[entities.Span], fits: Callable[[Option, SlotValue], bool]
    ) -> Options:
        """Keep the options that fit the values, and take the words of these; a value that fits none is left."""
        for span in sorted(spans, key=lambda span: -span.start):
            fitting = [option for option in options if fits(option, span.value)]
            if fitting:
                options, self._told = fitting, True
                del self._words[span.start : span.end]
        return options

    def _by_length(self, options: Options) -> Options:
        """Keep those of a length, else with so much time left."""
        by_left = bool(_LEFT.search(self._text))
        if by_left:
            self._take(lambda word: bool(_LEFT.fullmatch(word)) or word == "go")
        for measure in ("left",) if by_left else ("length", "left"):
            slack = _SLACK if measure == "left" else timedelta(seconds=0.5)
            fits = partial(_is_near, measure=measure, slack=slack)
            options = self._keep(options, self._spans("duration"), fits)
        return options

    def _by_part_of_day(self, options: Options) -> Options:
        """Keep those that are due in a part of the day, where it is said without a clock time."""
        clocks = [word for span in self._spans("time") for word in span.text.split()]
        for word in [word for word in self._words if word in self._table.parts_of_day]:
            if any(part.isdigit() or part in self._table.counts for part in clocks):
                continue
            first, end = self._table.parts_of_day[word]
            fitting = [o for o in options if (due := _due(o)) and (first <= due.hour < end or due.hour + 24 < end)]
            if fitting:
                options, self._told = fitting, True
                self._words.remove(word)
        return options

    def _by_time(self, options: Options) -> Options:
        """Keep those that are due on a day, and at a time of day; `the first one` is a place, on any day of a month."""
        halves = names_half_day(self._text, self._language)
        clocks = {(span.start, span.end) for span in self._spans("time")}
        moments = [span for span in self._spans("datetime") if (span.start, span.end) not in clocks]
        moments = [span for span in moments if not self._is_place(span, options)]
        options = self._keep(options, moments, partial(_is_at, halves=halves))
        for kind in ("time", "date"):
            spans = [span for span in self._spans(kind) if not self._is_place(span, options)]
            options = self._keep(options, spans, partial(_is_at, halves=halves))
        return options

    def _is_place(self, span: entities.Span, options: Options) -> bool:
        """True of `the second` where there are two, unless `on the second` says that it is a day."""
        *leads, word = self._words[span.start : span.end]
        place = self._table.ordinals.get(word)
        return (
            place is not None
            and place < len(options)
            and set(leads) <= {*self._table.follow_ups.determiners.split("|")}
        )

    def _by_number(self, options: Options) -> Options:
        """Keep those of a bare number of minutes, or at a bare hour."""
        for span in self._spans("number"):
            if not isinstance(span.value, int | float):
                continue
            length, slack = timedelta(minutes=min(span.value, 1e6)), timedelta(seconds=0.5)
            hour = time(int(span.value) % 24) if 0 < span.value <= 24 and span.value == int(span.value) else None
            lengths = [option for option in options if _is_near(option, length, measure="length", slack=slack)]
            fitting = lengths or [option for option in options if hour and _is_at(option, hour, halves=False)]
            if fitting and not self._is_order(span.text):
                options, self._told = fitting, True
                del self._words[span.start : span.end]
                break
        return options

    def _is_order(self, word: str) -> bool:
        return word in self._table.ordinals or f"number {word}" in self._text or f"option {word}" in self._text

    def _by_label(self, options: Options) -> Options:
        """Keep those whose label has the words that tell something."""
        labels = {id(option): normalise(option.label, self._language).split() for option in options}
        for word in list(self._words):
            if self._is_idle(word) or word in self._table.ordinals or word in self._table.comparisons:
                continue
            fitting = [option for option in options if _is_in(word, labels[id(option)])]
            if fitting:
                self._told = self._told or len(fitting) < len(options)
                options = fitting
                self._words.remove(word)
        return options

    def _by_order(self, options: Options) -> Options:
        """Keep the one of a place in the row, or the longest, the earliest of all."""
        places = [word for word in self._words if word in self._table.ordinals]
        counts = [count for count in map(self._count, self._words) if count > 0]
        if len(places) == 1:
            place = self._table.ordinals[places[0]]
            options = _at(options, place, max(map(self._count, self._words)) or 1)
            self._take(lambda word: word in places or bool(self._count(word)))
            self._told = True
        elif len(counts) == 1 and 0 < counts[0] <= len(options):
            options = _at(options, counts[0] - 1, 1)
            self._take(lambda word: bool(self._count(word)) or word in ("number", "option"))
            self._told = True
        for word in [word for word in self._words if word in self._table.comparisons]:
            measure, sign = self._table.comparisons[word]
            if best := _most(options, measure, sign):
                options, self._told = best, True
                self._words.remove(word)
        return options

    def _count(self, word: str) -> int:
        """Return the number that a word is, 0 where it is none: `the first two`."""
        (span, *_) = entities.find("number", (word,), self._now, self._language) or (None,)
        return int(span.value) if span and isinstance(span.value, int | float) else 0


def _is_inside(span: entities.Span, other: entities.Span) -> bool:
    is_longer = other.end - other.start > span.end - span.start
    return is_longer and other.start < span.end and span.start < other.end


def _due(option: Option) -> datetime | None:
    due = option.facts.get("due")
    return due if isinstance(due, datetime) else None


def _is_near(option: Option, value: SlotValue, *, measure: str, slack: timedelta) -> bool:
    """True if an option has a duration, but for the slack."""
    fact = option.facts.get(measure)
    return isinstance(fact, timedelta) and isinstance(value, timedelta) and abs(fact - value) <= slack


def _is_at(option: Option, value: SlotValue, halves: bool) -> bool:
    """True if an option is due at a time or on a day; without `halves` 7 o'clock is either of two."""
    if (due := _due(option)) is None:
        return False
    if isinstance(value, time):
        hours = (due.hour, value.hour) if halves else (due.hour % 12, value.hour % 12)
        return hours[0] == hours[1] and due.minute == value.minute
    if isinstance(value, datetime):
        return due.date() == value.date() and _is_at(option, value.time(), halves)
    return isinstance(value, date) and due.date() == value


def _is_in(word: str, label: Collection[str]) -> bool:
    """True if a label has a word, a plural or a misspelling of it."""
    if word in label or word.removesuffix("s") in label:
        return True
    if len(word) < 4:
        return False
    from rapidfuzz import fuzz  # late: only an answer needs it

    return any(len(other) > 3 and fuzz.ratio(word, other) >= 80 for other in label)


def _at(options: Options, place: int, count: int) -> Options:
    """Return so many options from a place on, which is counted from the end where it is negative."""
    if place < 0:
        return options[-count:]
    return options[place : place + count]


def _most(options: Options, measure: str, sign: int) -> Options:
    """Return the options with the most of a measure, or the least; none where one has none of it."""
    measures = (measure, "left") if measure == "length" else (measure,)
    for name in measures:
        facts = [option.facts.get(name) for option in options]
        if not all(isinstance(fact, timedelta | datetime | int) for fact in facts):
            continue
        best = max(facts, key=lambda fact: sign * _size(fact))
        chosen = [option for option, fact in zip(options, facts, strict=True) if fact == best]
        if len(chosen) < len(options):
            return chosen
    return ()


def _size(fact: SlotValue | None) -> float:
    match fact:
        case timedelta():
            return fact.total_seconds()
        case datetime():
            return fact.timestamp()
        case int() | float():
            return float(fact)
    return 0.0
