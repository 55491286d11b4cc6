"""The domain of a slot: the values it takes, put together from its declaration and every `{list:slot}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from assistant.authoring.definitions import Intent, Slot, WordList
from assistant.authoring.template_syntax import PLACEHOLDER
from assistant.language import entities
from assistant.language.spoken import Limits, fault
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.nlu.query import Query
from assistant.nlu.slots.limits import kind_found, number_of, range_limits, slot_kinds, slot_limits
from assistant.nlu.slots.names import PartialNames
from assistant.nlu.templates.sampler import Sampler
from assistant.values import Share, SlotValue

TYPED = ("datetime", "date", "time", "duration", "percent", "sum", "number")
"""Typed kinds, the most telling first: `7` is an hour before it is a number."""

SAMPLES = {
    "sum": ("2 plus 3", "twelve times four", "15% of 80", "100 divided by 7", "the square root of 81", "20 minus 8"),
    "number": ("five", "twelve", "20", "twenty one", "3", "fifty", "21.5", "a hundred"),
    "percent": ("fifty percent", "30 percent", "half", "eighty", "25"),
    "duration": ("ten minutes", "an hour and a half", "30 seconds", "2 hours", "five minutes", "an hour"),
    "time": ("seven am", "half past six", "18:30", "9 pm", "noon", "ten o'clock"),
    "date": ("tomorrow", "next friday", "the third of may", "today", "on monday", "in two weeks"),
    "datetime": ("tomorrow at seven", "at six pm", "in two hours", "tonight", "on friday at noon", "tomorrow"),
}
"""Values of each type to train with: English, as the types themselves are."""


class SlotSearch(NamedTuple):
    """A sentence in which values are looked for."""

    query: Query
    used: list[bool]
    """True of words that are a value already."""

    def take(self, span: entities.Span) -> None:
        """Mark the words of a value."""
        self.used[span.start : span.end] = [True] * (span.end - span.start)

    def is_taken(self, span: entities.Span) -> bool:
        """Return True where a word of the span is another value's."""
        return any(self.used[span.start : span.end])


@dataclass(frozen=True, slots=True)
class SlotDomain:
    """The values that a slot takes."""

    slot: Slot
    kind: str = ""
    """A typed kind, if any."""
    listed: entities.Vocabulary | None = None
    free: bool = False
    """True where any words are a value."""
    names: PartialNames | None = None
    """The listed values by their parts."""
    samples: entities.Vocabulary | None = None
    """Some of the values, where any words are one."""
    several: bool = False
    """True of free text of which an example joins two: `eggs and flour`."""
    limits: tuple[Limits, ...] = ()
    """One of these a number must keep."""
    found_as: str = ""
    """The kind by which typed values are found."""
    small: frozenset[str] = frozenset()
    """Words that were meant as they are: `down` is no `den`."""
    known: frozenset[str] = frozenset()
    """Words of all lists, none of which is another one misspelt: the `garage door` is no `garden door`."""
    own: Mapping[SlotValue, frozenset[str]] = field(default_factory=dict)
    """Listed value -> the words of its phrases."""

    @property
    def has_numbers(self) -> bool:
        """True of a list with numbers in its values."""
        return self.listed is not None and any(map(str.isdigit, "".join(self.listed.phrases)))

    @property
    def has_two_signs(self) -> bool:
        """The same number is two values, up and down: only a template tells which."""
        return len({limits.factor > 0 for limits in self.limits}) > 1

    def scaled(self, span: entities.Span) -> entities.Span:
        """Return a number as the range of the slot wants it."""
        if isinstance(span.value, Share):
            return span._replace(value=number_of(span.value, self.limits))
        number, factor = span.value, self.limits[-1].factor if self.limits else 1.0
        if factor == 1 or isinstance(number, bool) or not isinstance(number, int | float):
            return span
        return span._replace(value=number * factor)

    def fits(self, span: entities.Span) -> bool:
        """True of a value that the slot can have."""
        return not fault(self.slot.name, span.value, self.limits)

    def stood_for(self, words: Sequence[str]) -> entities.Span | None:
        """Return the only listed value that words which are free text can mean: `the coffee thing`."""
        return self.names.stood_for(words) if self.names and self.free else None

    def repaired(self, words: Sequence[str]) -> entities.Span | None:
        """Return the listed value that words are, or are most like; none where all are small words."""
        span = self.listed.repair(words) if self.listed else None
        part = self.names.find(words) if self.names and span and span.confidence < 1 else None
        if span and part and part.only is None:
            beside = {*range(span.start, span.end)} - {*range(part.start, part.end)}
            if self.small.issuperset(words[place].casefold() for place in beside):
                return None  # `the gate`, of several
        if span and span.confidence < 1 and (self._is_small(span) or self._is_other(span)):
            return None
        return span

    def _is_small(self, span: entities.Span) -> bool:
        return self.small.issuperset(span.text.casefold().split())

    def _is_other(self, span: entities.Span) -> bool:
        """True of words of which one stands in another list, and in no phrase of the value."""
        own = self.own.get(span.value, frozenset())
        return any(word in self.known and word not in own for word in span.text.casefold().split())

    def phrases(self, language: str) -> tuple[str, ...]:
        """Return values to train with."""
        if self.listed:
            return self.listed.phrases
        typed = SAMPLES.get(self.kind, ()) if language.startswith("en") else ()
        return typed or self.slot.examples


def domains(
    intent: Intent, lists: Mapping[str, WordList], sampler: Sampler, patterns: Iterable[str], language: str
) -> dict[str, SlotDomain]:
    """Return the domain of each slot that an intent declares or its patterns name."""
    kinds = slot_kinds(intent, patterns)
    return {name: _domain(name, kinds[name], intent, lists, sampler, language) for name in kinds}


def _domain(
    name: str, kinds: Sequence[str], intent: Intent, lists: Mapping[str, WordList], sampler: Sampler, language: str
) -> SlotDomain:
    """Return the domain of a slot that is read from several lists or types."""
    slot = intent.slots.get(name) or Slot(name, kinds[0])
    phrases: list[tuple[str, SlotValue]] = []
    domain = SlotDomain(slot, limits=slot_limits(slot, kinds, lists))
    for kind in kinds:
        words = lists.get(kind)
        if listed := sampler.slot_phrases(intent, kind):
            phrases += listed
        elif range_limits(words, kind):
            of_percent = words and words.range and words.range.kind == "percentage"
            domain = replace(domain, kind="percent" if of_percent else "number")
            is_warm = words is not None and words.range is not None and words.range.kind == "temperature"
            domain = replace(domain, found_as="number") if is_warm else domain
        elif kind in TYPED:
            domain = replace(domain, kind=kind)
        else:
            domain = replace(domain, free=True)
    vocabulary = entities.Vocabulary(phrases, language) if phrases else None
    samples = [(text, text) for text in slot.examples]
    found_as = domain.found_as or kind_found(intent, name, domain.kind, domain.limits)
    return replace(
        domain,
        found_as=found_as,
        listed=vocabulary,
        names=PartialNames(phrases, language) if phrases else None,
        samples=entities.Vocabulary(samples, language) if samples else None,
        several=domain.free and any(table_of(language).conjunction in text.split() for text in slot.examples),
        small=_small_words(language),
        known=sampler.listed_words,
        own=_words_by_value(phrases),
    )


def _words_by_value(phrases: Iterable[tuple[str, SlotValue]]) -> Mapping[SlotValue, frozenset[str]]:
    words = dict[SlotValue, frozenset[str]]()
    for phrase, value in phrases:
        words[value] = words.get(value, frozenset()) | {*phrase.casefold().split()}
    return words


@cache
def _small_words(language: str) -> frozenset[str]:
    """Words of direction, degree and grammar."""
    table, phrases = table_of(language), phrases_of(language)
    return table.stop_words | table.particles | (phrases.directions | phrases.asides if phrases else frozenset())


def named_slots(patterns: Iterable[str]) -> frozenset[frozenset[str]]:
    """Return the sets of slots that patterns name."""
    return frozenset(frozenset(name or listed for listed, name in PLACEHOLDER.findall(pattern)) for pattern in patterns)


def count_unlisted(slot_domains: Mapping[str, SlotDomain], texts: Mapping[str, str]) -> int:
    """Count the texts that are none of the listed values of their slots, where any words are one: `crumbs`."""
    pairs = ((slot_domains[name], text) for name, text in texts.items() if name in slot_domains)
    return sum(domain.free and not domain.listed.find(tuple(text.split())) for domain, text in pairs if domain.listed)


def widest(spans: Sequence[entities.Span]) -> list[entities.Span]:
    """Return the spans, given longest first, that lie in no longer one."""
    outer: list[entities.Span] = []
    for span in spans:
        if not any(wider.start <= span.start and span.end <= wider.end for wider in outer):
            outer.append(span)
    return outer
