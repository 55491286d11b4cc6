"""The slots of a sentence that no template covers: typed values, listed values, and free text by its neighbours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from assistant.events import SlotValue
from assistant.nlu import entities
from assistant.nlu.definitions import Intent, IntentSet, Slot
from assistant.nlu.phrases import PLACEHOLDER
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

    def __init__(self, intent: Intent, intents: IntentSet, templates: Templates) -> None:
        self._intent, self._language = intent, intents.language
        self._vocabularies: dict[str, entities.Vocabulary] = {}
        self._slots = dict(intent.slots)
        patterns = (*templates.patterns(intent), *intent.examples)
        for listed, name in (found for pattern in patterns for found in PLACEHOLDER.findall(pattern)):
            self._slots.setdefault(name or listed, Slot(name or listed, listed))
        for name, slot in self._slots.items():
            if slot.type in intents.lists and intents.lists[slot.type].values:
                self._vocabularies[name] = entities.Vocabulary(templates.phrases(slot.type), intents.language)
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

    def fill(self, text: str, given: Mapping[str, SlotValue], now: datetime) -> Filled:
        """Return the values of the slots that are not given yet, read from the sentence."""
        words = tuple(strip_filler(expand_contractions(tidy(text), self._language), self._language).split())
        taken = [False] * len(words)
        out = Filled({}, {}, 1.0)
        certainty = 1.0
        wanted = {name: slot for name, slot in self._slots.items() if name not in given}
        for name in sorted(wanted, key=self._turn):
            span = self._find(wanted[name], words, taken, now)
            if span is None:
                continue
            out.slots[name], out.texts[name] = span.value, span.text
            certainty = min(certainty, span.confidence)
            taken[span.start : span.end] = [True] * (span.end - span.start)
        return out._replace(confidence=certainty)

    def _turn(self, name: str) -> tuple[int, bool]:
        """Return when a slot has its turn: listed values, then typed ones, then what is left."""
        slot = self._slots[name]
        if name in self._vocabularies:
            return 0, not slot.required
        return (1 + _ORDER.index(slot.type) if slot.type in _ORDER else 99), not slot.required

    def _find(self, slot: Slot, words: tuple[str, ...], taken: list[bool], now: datetime) -> entities.Span | None:
        vocabulary = self._vocabularies.get(slot.name)
        if vocabulary is None and slot.type not in _ORDER:
            return self._free(slot.name, words, taken)
        spans = vocabulary.find(words) if vocabulary else entities.find(slot.type, words, now, self._language)
        open_spans = [span for span in spans if not any(taken[span.start : span.end])]
        widest: list[entities.Span] = []
        for span in open_spans:
            inside = any(each.start <= span.start and span.end <= each.end for each in widest)
            if not inside and entities.within(span.value, slot.low, slot.high):
                widest.append(span)
        if widest:
            return max(widest, key=lambda span: (self._company(slot.name, words, span), -span.start))
        repaired = vocabulary.repair(words) if vocabulary and not spans else None
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
