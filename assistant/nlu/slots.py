"""The slots of a sentence that no template covers: typed values, listed values, and free text by its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from assistant.events import SlotValue
from assistant.nlu import entities, tagger
from assistant.nlu.definitions import Intent, IntentSet, Slot
from assistant.nlu.phrases import PLACEHOLDER, Values
from assistant.nlu.template import Templates
from assistant.text import content_words, expand_contractions, strip_filler, tidy

_ORDER = ("datetime", "date", "time", "duration", "percent", "number")
"""Typed kinds, the most telling first: `7` is an hour before it is a number."""

_TRIM = re.compile(r"^(?:that|to|of|for|is|:|about|me|us)$", re.IGNORECASE)


class Filled(NamedTuple):
    """The slots found in a sentence."""

    slots: dict[str, SlotValue]
    texts: dict[str, str]
    confidence: float
    """Of the least certain repair; 1 where all stand there as listed."""


class _Anchor(NamedTuple):
    """The words around a placeholder in an example or a template."""

    slot: str
    left: tuple[str, ...]
    """Nearest last; empty at the start of a sentence."""
    right: tuple[str, ...]
    """Nearest first; empty at the end, or before another placeholder."""


class SlotFiller:
    """Finds the slots of one intent in sentences."""

    def __init__(self, intent: Intent, intents: IntentSet, templates: Templates, folder: Path | None = None) -> None:
        self._intent, self._language, self._folder = intent, intents.language, folder
        self._sample = Values(intent, intents, templates)
        self._vocabularies: dict[str, entities.Vocabulary] = {}
        self._known: dict[str, entities.Vocabulary] = {}
        self._slots = dict(intent.slots)
        self._patterns = patterns = (*templates.patterns(intent), *intent.examples)
        for listed, name in (found for pattern in patterns for found in PLACEHOLDER.findall(pattern)):
            self._slots.setdefault(name or listed, Slot(name or listed, listed))
        for name, slot in self._slots.items():
            if slot.type in intents.lists and intents.lists[slot.type].values:
                self._vocabularies[name] = entities.Vocabulary(templates.phrases(slot.type), intents.language)
            elif slot.examples:
                self._known[name] = entities.Vocabulary([(text, text) for text in slot.examples], intents.language)
        self._anchors = tuple(dict.fromkeys(anchor for pattern in patterns for anchor in self._around(pattern)))

    def _around(self, pattern: str) -> list[_Anchor]:
        pieces = PLACEHOLDER.sub(lambda found: f" \0{found[2] or found[1]} ", pattern)
        words = expand_contractions(tidy(pieces), self._language).split()
        found = []
        for at, word in enumerate(words):
            if word.startswith("\0"):
                before = words[max(0, at - 3) : at]
                while any(w.startswith("\0") for w in before):
                    before.pop(0)
                after = words[at + 1 : at + 4]
                cut = next((i for i, w in enumerate(after) if w.startswith("\0")), len(after))
                lowered = (tuple(map(str.casefold, before)), tuple(map(str.casefold, after[:cut])))
                found.append(_Anchor(word[1:], *lowered))
        return found

    @cached_property
    def _tagger(self) -> tagger.Tagger | None:
        values = {name: self._sample.of(slot.type, name) for name, slot in self._slots.items()}
        return tagger.learnt(self._patterns, values, self._split, self._hints, self._folder)

    def _split(self, pattern: str) -> tagger.Phrase:
        pieces, end = [], 0
        for found in PLACEHOLDER.finditer(pattern):
            pieces += [(self._words(pattern[end : found.start()]), None), ((), found[2] or found[1])]
            end = found.end()
        return tagger.Phrase((*pieces, (self._words(pattern[end:]), None)))

    def _words(self, text: str) -> tuple[str, ...]:
        return tuple(expand_contractions(tidy(text), self._language).split())

    def _hints(self, words: tuple[str, ...]) -> Iterator[tagger.Hint]:
        for name, vocabulary in (*self._vocabularies.items(), *self._known.items()):
            yield from (tagger.Hint(span.start, span.end, name) for span in _widest(vocabulary.find(words)))
        moment = datetime(2000, 1, 1)
        for kind in _ORDER:
            spans = entities.find(kind, words, moment, self._language)
            yield from (tagger.Hint(span.start, span.end, kind) for span in _widest(spans))

    def fill(self, text: str, given: Mapping[str, SlotValue], now: datetime) -> Filled:
        """Return the values of the slots that are not given yet, read from the sentence."""
        words = tuple(strip_filler(expand_contractions(tidy(text), self._language), self._language).split())
        wanted = {name: slot for name, slot in self._slots.items() if name not in given}
        found = self._tagged(words, wanted, now)
        taken = [any(span.start <= at < span.end for span in found.values()) for at in range(len(words))]
        for name in sorted(wanted.keys() - found.keys(), key=self._turn):
            if span := self._find(wanted[name], words, taken, now):
                found[name] = span
                taken[span.start : span.end] = [True] * (span.end - span.start)
        certainty = min((span.confidence for span in found.values()), default=1.0)
        values = {name: span.value for name, span in found.items()}
        return Filled(values, {name: span.text for name, span in found.items()}, certainty)

    def _tagged(self, words: tuple[str, ...], wanted: Mapping[str, Slot], now: datetime) -> dict[str, entities.Span]:
        """Return the values where the tagger sees them, as far as they are values of their slots."""
        found: dict[str, entities.Span] = {}
        if self._tagger:
            for tag in sorted(self._tagger.tag(words, self._hints(words)), key=lambda tag: -tag.probability):
                if tag.slot in wanted and tag.slot not in found and (span := self._read(tag, wanted[tag.slot], words, now)):
                    found[tag.slot] = span
        return found

    def _read(self, tag: tagger.Tagged, slot: Slot, words: tuple[str, ...], now: datetime) -> entities.Span | None:
        said = " ".join(words[tag.start : tag.end])
        if vocabulary := self._vocabularies.get(slot.name):
            span = vocabulary.repair(words[tag.start : tag.end])
            return span and span._replace(start=span.start + tag.start, end=span.end + tag.start)
        if slot.type not in _ORDER:
            return entities.Span(tag.start, tag.end, said, said)
        spans = entities.find(slot.type, words, now, self._language)
        near = [s for s in spans if s.start < tag.end and tag.start < s.end and entities.within(s.value, slot.low, slot.high)]
        return max(near, key=lambda s: min(s.end, tag.end) - max(s.start, tag.start), default=None)

    def _turn(self, name: str) -> tuple[int, bool]:
        """Return when a slot has its turn: listed values, then typed ones, then what is left."""
        slot = self._slots[name]
        if name in self._vocabularies:
            return 0, not slot.required
        return (1 + _ORDER.index(slot.type) if slot.type in _ORDER else 99), not slot.required

    def _find(self, slot: Slot, words: tuple[str, ...], taken: list[bool], now: datetime) -> entities.Span | None:
        vocabulary = self._vocabularies.get(slot.name)
        if vocabulary is None and slot.type not in _ORDER:
            return self._free(slot.name, words, taken) if slot.required or not self._tagger else None
        spans = vocabulary.find(words) if vocabulary else entities.find(slot.type, words, now, self._language)
        open_spans = [span for span in spans if not any(taken[span.start : span.end])]
        widest: list[entities.Span] = []
        for span in open_spans:
            inside = any(each.start <= span.start and span.end <= each.end for each in widest)
            if not inside and entities.within(span.value, slot.low, slot.high):
                widest.append(span)
        if widest:
            return max(widest, key=lambda span: (self._company(slot.name, words, span), -span.start))
        repaired = vocabulary.repair(words) if vocabulary and not spans and (slot.required or not self._tagger) else None
        return repaired if repaired and not any(taken[repaired.start : repaired.end]) else None

    def _company(self, name: str, words: tuple[str, ...], span: entities.Span) -> float:
        """Return how much of a slot's usual neighbours stand beside a span: `to pounds`, not `from pounds`."""
        lowered = [word.casefold() for word in words]
        best = 0.0
        for anchor in (each for each in self._anchors if each.slot == name):
            left = _common(anchor.left[::-1], lowered[: span.start][::-1])
            right = _common(anchor.right, lowered[span.end :])
            best = max(best, _weight(anchor.left[len(anchor.left) - left :]) + _weight(anchor.right[:right]))
        return best

    def _free(self, name: str, words: tuple[str, ...], taken: list[bool]) -> entities.Span | None:
        """Return the words between the neighbours that the slot has in examples and templates."""
        lowered = [word.casefold() for word in words]
        best: tuple[float, int] = (0.0, 0)
        span: entities.Span | None = None
        for anchor in self._anchors:
            if anchor.slot != name:
                continue
            for start, end, score in _between(anchor, lowered, taken):
                while start < end - 1 and _TRIM.match(words[start]):
                    start += 1
                said = " ".join(words[start:end])
                if (score, start - end) > best and content_words(said, self._language):
                    best, span = (score, start - end), entities.Span(start, end, said, said)
        return span

    def read(self, slot: Slot, text: str, now: datetime) -> tuple[SlotValue, str] | None:
        """Return the value that an answer to the slot's question gives, and its words."""
        bare = strip_filler(tidy(text), self._language)
        words = tuple(bare.split())
        if not words:
            return None
        if vocabulary := self._vocabularies.get(slot.name):
            span = vocabulary.repair(words)
        elif slot.type in _ORDER:
            value = entities.parse(slot.type, bare, now, self._language)
            if value is None and slot.type == "duration" and re.fullmatch(r"[\w -]+", bare):
                value = entities.parse("duration", f"{bare} minutes", now, self._language)
            spans = entities.find(slot.type, words, now, self._language)
            span = entities.Span(0, 0, value, bare) if value is not None else next(iter(spans), None)
        else:
            return bare, bare
        return (span.value, span.text) if span and entities.within(span.value, slot.low, slot.high) else None


def _widest(spans: tuple[entities.Span, ...]) -> list[entities.Span]:
    """Return the spans, longest first, that lie in no longer one."""
    widest: list[entities.Span] = []
    for span in spans:
        if not any(each.start <= span.start and span.end <= each.end for each in widest):
            widest.append(span)
    return widest


def _between(anchor: _Anchor, words: list[str], taken: list[bool]) -> list[tuple[int, int, float]]:
    """Return every stretch of free words between the anchor's neighbours: start, end, how much of them was there."""
    found = []
    for start, left in _starts(anchor.left, words, taken):
        stop = next((at for at in range(start, len(words)) if taken[at]), len(words))
        if not anchor.right and stop > start and left:
            found.append((start, stop, left + 0.5))
        for end in range(start + 1, stop + 1) if anchor.right else ():
            length = _common(anchor.right, words[end:])
            if length:
                found.append((start, end, left + _weight(anchor.right[:length])))
    return found


def _starts(left: tuple[str, ...], words: list[str], taken: list[bool]) -> list[tuple[int, float]]:
    if not left:
        return [(0, 0.3)] if words and not taken[0] else []
    found = [(1, 0.0)] if len(words) > 1 and not taken[1] else []  # after a verb that no template has
    for start in range(1, len(words)):
        length = _common(left[::-1], words[start - 1 :: -1])
        if length and not taken[start]:
            found.append((start, _weight(left[-length:])))
    return found


def _common(wanted: tuple[str, ...], words: list[str]) -> int:
    """Return how many words of the two agree from the front."""
    length = 0
    while length < min(len(wanted), len(words)) and wanted[length] == words[length]:
        length += 1
    return length


def _weight(words: tuple[str, ...]) -> float:
    """Return how telling the words are: a function word counts a third."""
    telling = len(content_words(" ".join(words)))
    return telling + (len(words) - telling) / 3
