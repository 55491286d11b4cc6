"""The slots of a sentence that no template covers: typed values, listed values and free text.

A tagger that has learnt from the intent's own phrases says which words are whose. What it leaves open is looked for by
value, and a listed value that must be there also by what words sound and look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import NamedTuple

from assistant.authoring.definitions import Intent, IntentSet, Slot, WordList
from assistant.authoring.template_syntax import INLINE_RANGE, MARK, PLACEHOLDER, PLACEHOLDER_OR_MARK
from assistant.language import entities
from assistant.language.text import as_written, content_words, expand_contractions, strip_filler, tidy, units_apart
from assistant.nlu.retrieval.corpus import ANYTHING
from assistant.nlu.slots import tagger
from assistant.nlu.templates.matcher import Templates
from assistant.values import SlotValue

_ORDER = ("datetime", "date", "time", "duration", "percent", "sum", "number")
"""Typed kinds, the most telling first: `7` is an hour before it is a number."""

_MOMENTS = frozenset({"datetime", "date", "time", "duration"})

_MORE_SAMPLES = {
    "sum": ("2 plus 3", "twelve times four", "15% of 80", "100 divided by 7", "the square root of 81", "20 minus 8"),
    "number": ("five", "twelve", "20", "twenty one", "3", "fifty", "21.5", "a hundred"),
    "percent": ("fifty percent", "30 percent", "half", "eighty", "25"),
    "duration": ("ten minutes", "an hour and a half", "30 seconds", "2 hours", "five minutes", "an hour"),
    "time": ("seven am", "half past six", "18:30", "9 pm", "noon", "ten o'clock"),
    "date": ("tomorrow", "next friday", "the third of may", "today", "on monday", "in two weeks"),
    "datetime": ("tomorrow at seven", "at six pm", "in two hours", "tonight", "on friday at noon", "tomorrow"),
}
"""What is said for a typed value, to learn from: English, as the types themselves are."""

_SURE = 0.25
"""Least probability of free text that need not be there."""

_SURELY = 0.5
"""Least probability of every value of a sentence that is told plainly."""

_OWNER = re.compile(r"['’]s\b")
_PERCENT = ("percent", "%", "pct", "per")
_OF_PERCENT = re.compile(r"\} ?(?:%|percent|per cent|pct)")


class Filled(NamedTuple):
    """The slots found in a sentence."""

    slots: dict[str, SlotValue]
    texts: dict[str, str]
    confidence: float
    """Of the least certain repair; 1 where all stand there as listed."""


@dataclass(frozen=True, slots=True)
class _Taker:
    """What a slot takes, put together from its declaration and from every `{list:slot}`."""

    slot: Slot
    kind: str = ""
    """A typed kind, if any."""
    listed: entities.Vocabulary | None = None
    free: bool = False
    samples: entities.Vocabulary | None = None
    """Some of what is said, where any words may be."""
    factor: float | None = None

    def value(self, span: entities.Span) -> entities.Span:
        """Return a number as the range of it wants it."""
        number = span.value
        if self.factor is None or isinstance(number, bool) or not isinstance(number, int | float):
            return span
        return span._replace(value=number * self.factor)


class SlotFiller:
    """Finds the slots of one intent in sentences; what is learnt for that is kept in the folder."""

    def __init__(self, intent: Intent, intents: IntentSet, templates: Templates, folder: Path | None = None) -> None:
        self._intent, self._language, self._folder = intent, intents.language, folder
        self._templates = templates
        self._patterns = (*templates.patterns(intent), *intent.examples)
        self._lists = {name: words for block in intent.blocks for name, words in block.lists.items()}
        self._lists = {**intents.lists, **self._lists}
        named = [(name or listed, listed) for each in self._patterns for listed, name in PLACEHOLDER.findall(each)]
        declared = {name: slot.type or name for name, slot in intent.slots.items()}
        kinds: dict[str, dict[str, None]] = {name: {kind: None} for name, kind in declared.items()}
        for name, listed in named:
            kinds.setdefault(name, {})[declared.get(listed, listed)] = None
        self._takers = {name: self._taker(name, tuple(each)) for name, each in kinds.items()}
        self._kinds = [kind for kind in _ORDER if any(each.free or each.kind == kind for each in self._takers.values())]
        self._of_percent = any(_OF_PERCENT.search(pattern) for pattern in self._patterns)

    # -- what there is to fill

    def _taker(self, name: str, kinds: Sequence[str]) -> _Taker:
        """Return what a slot takes that is read from several lists or types."""
        slot = self._intent.slots.get(name) or Slot(name, kinds[0])
        phrases: list[tuple[str, SlotValue]] = []
        taker = _Taker(slot)
        for kind in kinds:
            words = self._lists.get(kind)
            if listed := self._templates.listed(self._intent, kind):
                phrases += listed
            elif bounds := _bounds(words, kind):
                taker = replace(taker, slot=replace(slot, low=bounds[1], high=bounds[2]), kind=bounds[0])
                taker = replace(taker, factor=words.range.multiplier if words and words.range else None)
            elif kind in _ORDER:
                taker = replace(taker, kind=kind)
            else:
                taker = replace(taker, free=True)
        known_ways = entities.Vocabulary(phrases, self._language) if phrases else None
        samples = [(text, text) for text in slot.examples]
        known = entities.Vocabulary(samples, self._language) if samples else None
        return replace(taker, listed=known_ways, samples=known)

    def _words(self, text: str) -> tuple[str, ...]:
        """Return the words of a part of a pattern or of a sentence, as both are compared."""
        return tuple(expand_contractions(units_apart(tidy(text), self._language), self._language).split())

    @cached_property
    def _together(self) -> frozenset[frozenset[str]]:
        """The sets of slots that sentences name."""
        return _named(self._patterns)

    def known(self, said: Mapping[str, str]) -> int:
        """Return how many of the values found are listed or typed; none where no sentence names these slots."""
        sure = [name for name in said if (taker := self._takers.get(name)) and (taker.listed or taker.kind)]
        return len(sure) if frozenset(said) in self._together else 0

    # -- what goes without saying

    @cached_property
    def _frames(self) -> tuple[tuple[Mapping[str, SlotValue], frozenset[frozenset[str]], frozenset[str]], ...]:
        """What holds in each block that says so, the sets of slots that its sentences name, and their words."""
        frames = []
        for block, patterns in self._templates.by_block(self._intent):
            words = content_words(" ".join(PLACEHOLDER.sub(" ", each) for each in patterns), self._language)
            frames.append((block.slots, _named(patterns), frozenset(words)))
        return tuple(frames)

    def implied(self, text: str, slots: Mapping[str, SlotValue]) -> Mapping[str, SlotValue]:
        """Return what goes without saying: `domain: light` where a sentence of lights names a room and no more.

        That is what the block says whose sentences name the same slots and have the most words in common.
        """
        if not any(block.slots for block in self._intent.blocks):
            return {}
        said = set(content_words(text, self._language))
        fitting = [(len(said & words), given) for given, named, words in self._frames if frozenset(slots) in named]
        most = max((common for common, _ in fitting), default=0)
        nearest = [given for common, given in fitting if common == most > 0]
        agreed = nearest and all(each == nearest[0] for each in nearest)
        return {name: value for name, value in nearest[0].items() if name not in slots} if agreed else {}

    # -- what is learnt

    @cached_property
    def _tagger(self) -> tagger.Tagger | None:
        values = {name: self._said(name, taker) for name, taker in self._takers.items()}
        with_values = {MARK.sub(r"{\2}", text) for text in self._intent.marked}
        patterns = [each for each in self._patterns if each not in with_values]
        return tagger.learnt((*patterns, *self._intent.marked), values, self._split, self._hints, self._folder)

    def _said(self, name: str, taker: _Taker) -> tuple[str, ...]:
        """Return what may be said for a slot."""
        if taker.listed:
            return taker.listed.phrases
        typed = _MORE_SAMPLES.get(taker.kind, ()) if self._language.startswith("en") else ()
        tested = tuple(test.slots[name] for test in self._intent.tests if isinstance(test.slots.get(name), str))
        return typed or taker.slot.examples or tested

    def _split(self, pattern: str) -> tagger.Phrase:
        pieces, end = [], 0
        pattern = strip_filler(pattern, self._language)
        for found in PLACEHOLDER_OR_MARK.finditer(pattern):
            owner = _OWNER.match(pattern, found.end())
            value, slot = self._words(found["value"] or ""), found["marked"] or found["slot"] or found["list"]
            pieces += [(self._words(pattern[end : found.start()]), None), (value, slot)]
            pieces += [(("'s",), None)] if owner else []
            end = owner.end() if owner else found.end()
        return tagger.Phrase((*pieces, (self._words(pattern[end:]), None)))

    def _hints(self, words: tuple[str, ...]) -> Iterator[tagger.Hint]:
        for name, taker in self._takers.items():
            for vocabulary in filter(None, (taker.listed, taker.samples)):
                yield from (tagger.Hint(span.start, span.end, name) for span in _widest(vocabulary.find(words)))
        moment = datetime(2000, 1, 1)
        for kind in self._kinds:
            spans = entities.find(kind, words, moment, self._language)
            yield from (tagger.Hint(span.start, span.end, kind) for span in _widest(spans))

    @property
    def kept(self) -> str | None:
        """Learn, where that has not been done, and return the name of the file that holds it, if there is one."""
        return self._tagger.name if self._tagger else None

    # -- filling

    def fill(self, text: str, given: Mapping[str, SlotValue], now: datetime) -> Filled:
        """Return the values of the slots that are not given yet, read from the sentence."""
        bare = strip_filler(expand_contractions(tidy(text), self._language), self._language)
        words = self._words(bare)
        wanted = {name: taker for name, taker in self._takers.items() if name not in given}
        found = self._tagged(words, wanted, now)
        taken = [any(span.start <= at < span.end for span in found.values()) for at in range(len(words))]
        left = sorted(wanted.keys() - found.keys(), key=self._turn)
        searches = [(name, self._exact) for name in left] + [(name, self._repaired) for name in left]
        for name, search in searches:
            if name not in found and (span := search(wanted[name], words, taken, now)):
                found[name] = span
                taken[span.start : span.end] = [True] * (span.end - span.start)
        certainty = min((span.confidence for span in found.values()), default=1.0)
        texts = {name: span.text for name, span in found.items()}
        values = {
            name: as_written(span.text, text) if span.value is span.text else span.value for name, span in found.items()
        }
        return Filled(values, texts, certainty)

    def plainly(self, text: str) -> str | None:
        """Return a sentence with `something` for what is said in slots with `examples`: its words do not matter.

        None where nothing of the kind is said for sure, or nothing else that tells anything.
        """
        if not self._language.startswith("en") or not any(taker.samples for taker in self._takers.values()):
            return None
        whole, words = self._told(text)
        tags = self._tagger.tag(words, self._hints) if self._tagger else ()
        open_tags = [tag for tag in tags if self._takers[tag.slot].samples]
        if not open_tags or min(tag.probability for tag in tags) < _SURELY:
            return None
        said = list(words)
        for tag in open_tags:
            said[tag.start : tag.end] = [ANYTHING + "'s" * tag.owner, *[""] * (tag.end - tag.start - 1)]
        rest = " ".join(word for word in said if word and not word.startswith(ANYTHING))
        told = whole.replace(" ".join(words), " ".join(filter(None, said)))
        return told if content_words(rest, self._language) else None

    def accounted(self, text: str) -> float:
        """Return how well the slots account for a sentence: the log probability of their likeliest places in it."""
        words = self._told(text)[1]
        return self._tagger.sure(words, self._hints) if self._tagger and words else 0.0

    def _told(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Return a sentence as it is compared, and its words without those of politeness."""
        whole = " ".join(self._words(text))
        return whole, tuple(strip_filler(whole, self._language).split())

    def _tagged(self, words: tuple[str, ...], wanted: Mapping[str, _Taker], now: datetime) -> dict[str, entities.Span]:
        """Return the values where the tagger sees them, as far as they are values of their slots."""
        found: dict[str, entities.Span] = {}
        if self._tagger:
            for tag in sorted(self._tagger.tag(words, self._hints), key=lambda tag: -tag.probability):
                taker = wanted.get(tag.slot)
                if taker and tag.slot not in found and (span := self._within(tag, taker, words, now)):
                    found[tag.slot] = span
        return found

    def _within(self, tag: tagger.Tagged, taker: _Taker, words: tuple[str, ...], now: datetime) -> entities.Span | None:
        """Return the value that a stretch of words holds."""
        stretch = words[tag.start : tag.end]
        if tag.owner:
            stretch = (*stretch[:-1], stretch[-1][:-2])
        if taker.listed and (span := taker.listed.repair(stretch)):
            return span._replace(start=span.start + tag.start, end=span.end + tag.start)
        if taker.kind:
            near = [s for s in self._typed(taker, words, now) if s.start < tag.end and tag.start < s.end]
            if near:
                return max(near, key=lambda s: min(s.end, tag.end) - max(s.start, tag.start))
        said, sure = " ".join(stretch), taker.slot.required or tag.probability >= _SURE
        return entities.Span(tag.start, tag.end, said, said) if taker.free and sure else None

    def _typed(self, taker: _Taker, words: tuple[str, ...], now: datetime) -> list[entities.Span]:
        """Return the typed values, the longest first; a number of per cent only where a pattern has such a number."""
        found = []
        for span in entities.find(taker.kind, words, now, self._language):
            of_percent = taker.kind == "number" and " ".join(words[span.end : span.end + 1]).casefold() in _PERCENT
            if (not of_percent or self._of_percent) and entities.within(span.value, taker.slot.low, taker.slot.high):
                found.append(taker.value(span))
        return found

    def _turn(self, name: str) -> tuple[int, bool]:
        """Return when a slot has its turn: listed values, then typed ones, then what is left."""
        taker = self._takers[name]
        if taker.listed:
            return 0, not taker.slot.required
        return (1 + _ORDER.index(taker.kind) if taker.kind else 99), not taker.slot.required

    def _exact(self, taker: _Taker, words: tuple[str, ...], taken: list[bool], now: datetime) -> entities.Span | None:
        """Return the first listed or typed value, as written."""
        listed = taker.listed.find(words) if taker.listed else ()
        spans = listed or (self._typed(taker, words, now) if taker.kind else ())
        widest = _widest([span for span in spans if not any(taken[span.start : span.end])])
        return min(widest, key=lambda span: span.start, default=None)

    def _repaired(self, taker: _Taker, words: tuple[str, ...], taken: list[bool], _: datetime) -> entities.Span | None:
        """Return the listed value that some words are like; only for a slot that must be filled."""
        if not taker.listed or not taker.slot.required or taker.listed.find(words):
            return None
        span = taker.listed.repair(words)
        return span if span and not any(taken[span.start : span.end]) else None

    def completed(self, slots: dict[str, SlotValue], texts: dict[str, str], now: datetime) -> None:
        """Give typed slots that a template left empty what its free text ends in: `lights in 5 minutes`."""
        empty = [each for name, each in self._takers.items() if name not in slots and each.kind in _MOMENTS]
        free = [name for name in texts if name in self._takers and self._takers[name].free]
        for taker, name in product(empty, free):
            words = tuple(texts[name].split())
            at_end = (s for s in self._typed(taker, words, now) if s.start > 0 and s.end == len(words))
            if (span := next(at_end, None)) and taker.slot.name not in slots and tidy(str(slots[name])) == texts[name]:
                texts[name] = " ".join(words[: span.start])
                slots[name] = as_written(texts[name], str(slots[name]))
                slots[taker.slot.name], texts[taker.slot.name] = span.value, span.text

    def read(self, slot: Slot, text: str, now: datetime) -> tuple[SlotValue, str] | None:
        """Return the value that an answer to the slot's question gives, and its words."""
        bare = strip_filler(tidy(text), self._language)
        words = self._words(bare)
        if not words:
            return None
        taker = self._takers[slot.name]
        if taker.listed and (span := taker.listed.repair(words)):
            return span.value, span.text
        if taker.kind:
            value = entities.parse_tidied(taker.kind, bare, now, self._language)
            if value is None and taker.kind == "duration" and re.fullmatch(r"[\w -]+", bare):
                value = entities.parse_tidied("duration", f"{bare} minutes", now, self._language)
            if value is not None and entities.within(value, taker.slot.low, taker.slot.high):
                return taker.value(entities.Span(0, 0, value, bare))[2:4]
            spans = self._typed(taker, words, now) if value is None else ()
            return next(((span.value, span.text) for span in spans), None)
        return (as_written(bare, text), bare) if taker.free else None


def _bounds(words: WordList | None, kind: str) -> tuple[str, float, float] | None:
    """Return kind, lowest and highest of a list of numbers, or of `0..100` written in place."""
    if words and (span := words.range):
        return ("percent" if span.kind == "percentage" else "number"), span.low, span.high
    found = INLINE_RANGE.fullmatch(kind)
    return ("number", float(found[1]), float(found[2])) if found else None


def _widest(spans: Sequence[entities.Span]) -> list[entities.Span]:
    """Return those of the spans, longest first, that lie in no longer one."""
    widest: list[entities.Span] = []
    for span in spans:
        if not any(each.start <= span.start and span.end <= each.end for each in widest):
            widest.append(span)
    return widest


def _named(patterns: Iterable[str]) -> frozenset[frozenset[str]]:
    """Return the sets of slots that patterns name."""
    return frozenset(frozenset(name or at for at, name in PLACEHOLDER.findall(each)) for each in patterns)
