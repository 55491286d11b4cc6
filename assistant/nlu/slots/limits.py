"""The limits of a slot's values, from its declaration and the ranges of its lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from assistant.authoring.definitions import Intent, Slot, WordList
from assistant.authoring.template_syntax import INLINE_RANGE, PLACEHOLDER
from assistant.language import entities
from assistant.language.spoken import Limits
from assistant.nlu.query import Query
from assistant.values import Share, SlotValue

_GRAINS = {"halves": 0.5, "tenths": 0.1}


def slot_kinds(intent: Intent, patterns: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the lists and types from which each slot is read that an intent declares or its patterns name."""
    declared = {name: slot.type or name for name, slot in intent.slots.items()}
    kinds: dict[str, dict[str, None]] = {name: {kind: None} for name, kind in declared.items()}
    for pattern in patterns:
        for listed, name in PLACEHOLDER.findall(pattern):
            kinds.setdefault(name or listed, {})[declared.get(listed, listed)] = None
    return {name: tuple(named) for name, named in kinds.items()}


def slot_limits(slot: Slot | None, kinds: Iterable[str], lists: Mapping[str, WordList]) -> tuple[Limits, ...]:
    """Return the limits of a slot, one of which its numbers must keep; none where any number will do."""
    ranges = tuple(limits for kind in kinds if (limits := range_limits(lists.get(kind), kind)))
    if slot and (slot.low, slot.high, slot.step) != (None, None, None):
        return (Limits(slot.low, slot.high, slot.step), *ranges)
    return ranges


def range_limits(words: WordList | None, kind: str) -> Limits | None:
    """Return the limits of a list of numbers, or of `0..100` written in place; None of any other kind."""
    if words and (span := words.range):
        step = _GRAINS.get(span.fractions, span.step) if span.step == 1 else span.step
        return Limits(span.low, span.high, step, span.multiplier or 1.0)
    match = INLINE_RANGE.fullmatch(kind)
    return Limits(float(match["low"]), float(match["high"]), float(match["step"] or 1)) if match else None


def kind_found(intent: Intent, slot: str, kind: str, limits: tuple[Limits, ...]) -> str:
    """Return the kind by which the values of a slot are found.

    A moment that is meant in the morning is a `morning`, a number of which one can say the half is on a `scale`.
    """
    if kind == "datetime" and intent.preference(slot) == "morning":
        return "morning"
    return "scale" if kind == "number" and limits and limits[0].is_scale else kind


def number_of(share: Share, limits: tuple[Limits, ...]) -> int | float:
    """Return the number that a part of a slot's range is; the part itself where it has none: `down by half`."""
    closed = (bounds for bounds in limits if bounds.low is not None and bounds.high is not None)
    return bounds.share(share) if (bounds := next(closed, None)) else share


_READ = ("datetime", "date", "time", "duration", "percent", "number")
"""Types, one of whose values is no label where a value is missing."""


class MissingValue(NamedTuple):
    """A free text that reads as a value which is missing."""

    slot: str
    """The empty slot of that type; nothing where the value is of another type than the slots want."""
    value: SlotValue


_YEAR = re.compile(r"\b(?:from|in|since|of) (?:19|20)\d\d$")
"""A year, which counts nothing: `the letters from 2026`."""


def missing_value(label: str, empty: Iterable[Slot], query: Query) -> MissingValue | None:
    """Return the value that words for a free text are, where a slot of that type, or a required one, is empty.

    `set a timer for 5` sets no timer with the name `5`, and `tomorrow's alarm` is none with the name `tomorrow`.
    """
    if _YEAR.search(f"{query.plain.partition(f' {label.casefold()}')[0]} {label}"):
        return None
    slots = [slot for slot in empty if slot.type in _READ]
    for kind in dict.fromkeys((*(slot.type for slot in slots), *(_READ if any(s.required for s in slots) else ()))):
        if span := entities.whole(kind, label, query.now, query.language):
            return MissingValue(next((slot.name for slot in slots if slot.type == kind), ""), span.value)
    return None
