"""Slot values in a sentence: typed ones (numbers, durations, times, dates) and the values of a list.

Spans count words of the sentence. Typed values are read in English; a list works in any language and is repaired by
spelling and sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from assistant.language import dates, numbers, times
from assistant.language.text import normalise, tidy, units_apart
from assistant.values import SlotValue

TYPES = ("text", "number", "percent", "duration", "time", "date", "datetime", "place", "sum")
"""The built-in slot types."""

FREE = frozenset({"text", "place"})
"""Types that any words are a value of."""

_PREPOSITION = re.compile(r"(?<!\S)(?:at|on|in|for|by|until|till|around|about|from|before|after|to|of) $")
_LEAD = re.compile(
    r"^(?:the|a|an|my|our|some|at|on|in|for|by|to|about|around|exactly|it is|make it|until|till|say|maybe|with|called"
    r"|named|um|uh)\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?<=\w) degrees?(?: celsius| centigrade| fahrenheit)?$", re.IGNORECASE)


class Span(NamedTuple):
    """A value in a sentence."""

    start: int
    """Index of the first word."""
    end: int
    """Index after the last."""
    value: SlotValue
    text: str
    """The words as said."""
    confidence: float = 1.0


class _DigitText(NamedTuple):
    """A sentence with its numbers in digits, in lower case, and where its words stand in it."""

    text: str
    first_words: Mapping[int, int]
    """Character at which a word begins -> index of the source word it was read from."""
    last_words: Mapping[int, int]
    """Character after a word -> index after the last source word it was read from."""


@lru_cache(maxsize=512)
def _in_digits(words: tuple[str, ...], language: str) -> _DigitText:
    written = numbers.digits(words, language)
    pieces = [word.text.casefold() for word in written]
    first_words, last_words, position = {}, {}, 0
    for word, piece in zip(written, pieces, strict=True):
        first_words[position] = word.start
        last_words[position + len(piece)] = word.end
        position += len(piece) + 1
    return _DigitText(" ".join(pieces), first_words, last_words)


def find(kind: str, words: tuple[str, ...], now: datetime, language: str = "en") -> tuple[Span, ...]:
    """Return every value of a typed kind among the words of a tidied sentence, the longest first.

    A moment also counts with the preposition before it: `friday` and `on friday` are both spans.
    """
    if kind in FREE:
        return ()
    text, first_words, last_words = _in_digits(words, language)
    spans = []
    for left, right, value in _values(kind, text, now):
        lead = _PREPOSITION.search(text[:left]) if kind not in ("number", "percent", "sum") else None
        for start in (left, lead.start()) if lead else (left,):
            if start in first_words and right in last_words:
                first, last = first_words[start], last_words[right]
                spans.append(Span(first, last, value, " ".join(words[first:last])))
    return tuple(sorted(dict.fromkeys(spans), key=lambda span: (span.start - span.end, span.start)))


def _values(kind: str, text: str, now: datetime) -> Iterator[tuple[int, int, SlotValue]]:
    """Yield first character, character after the last, and value."""
    match kind:
        case "number":
            yield from numbers.find_numbers(text)
        case "percent":
            yield from numbers.find_percentages(text)
        case "sum":
            yield from numbers.find_sums(text)
        case "duration":
            yield from times.find_durations(text)
        case "time":
            for clock in times.find_clocks(text):
                yield clock.start, clock.end, clock.value
        case "date":
            yield from dates.find_dates(text, now.date())
        case "datetime":
            yield from dates.find_datetimes(text, now)


def parse(kind: str, text: str, now: datetime | None = None, language: str = "en") -> SlotValue | None:
    """Return the value that a whole text stands for, as written by an author; None where it is no such value.

    >>> parse("duration", "for an hour and a half")
    datetime.timedelta(seconds=5400)
    """
    return parse_tidied(kind, tidy(text), now or datetime.now(), language)


def parse_tidied(kind: str, text: str, now: datetime, language: str = "en") -> SlotValue | None:
    """Return the value that a whole tidied text stands for, or None; small words around it do not matter."""
    if kind in FREE:
        return text or None
    words = tuple(_TAIL.sub("", units_apart(text, language)).split() if kind == "number" else text.split())
    while words:
        for span in find(kind, words, now, language):
            if (span.start, span.end) == (0, len(words)):
                return span.value
        shorter = _LEAD.sub("", " ".join(words))
        if len(shorter) == len(" ".join(words)):
            break
        words = tuple(shorter.split())
    return None


def within(value: Any, low: float | None, high: float | None) -> bool:
    """Return True where a number, or a duration in seconds, lies between two limits; other values always do."""
    number = value.total_seconds() if hasattr(value, "total_seconds") else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return True
    return (low is None or number >= low) and (high is None or number <= high)


@lru_cache(maxsize=4096)
def metaphone(text: str) -> str:
    """Return a key that words share when they sound alike in English (Metaphone); digits are kept.

    >>> metaphone("night") == metaphone("knight")
    True
    """
    import jellyfish

    parts = re.findall(r"\d+|[^\W\d_]+", text)
    return "".join(jellyfish.metaphone(part) if part.isalpha() else part for part in parts)


class Vocabulary:
    """The values of a list, found in a sentence as written, misspelt or misheard.

    The words of a sentence are tidied and have their contractions written out; their case does not matter.
    """

    def __init__(self, phrases: Sequence[tuple[str, SlotValue]], language: str = "en") -> None:
        self._values: Mapping[str, SlotValue] = {normalise(text, language): value for text, value in reversed(phrases)}
        self._values.pop("", None)
        self._longest = max((len(text.split()) for text in self._values), default=0)
        self._sounds = {text: metaphone(text) for text in self._values} if language.startswith("en") else {}

    def __len__(self) -> int:
        return len(self._values)

    @property
    def phrases(self) -> tuple[str, ...]:
        """All phrases, normalised."""
        return tuple(self._values)

    def find(self, words: Sequence[str]) -> tuple[Span, ...]:
        """Return the listed values among the words as they are written, the longest first."""
        spans = []
        for start, end, text in self._stretches(words, 0):
            if text in self._values:
                spans.append(Span(start, end, self._values[text], " ".join(words[start:end])))
        return tuple(sorted(spans, key=lambda span: (span.start - span.end, span.start)))

    def repair(self, words: Sequence[str]) -> Span | None:
        """Return the stretch of words most like a listed value, with its likeness as confidence, or None."""
        exact = self.find(words)
        if exact:
            return exact[0]
        best: Span | None = None
        for start, end, text in self._stretches(words, 1):
            nearest = self._nearest(text)
            if nearest and (best is None or nearest[1] > best.confidence):
                best = Span(start, end, nearest[0], " ".join(words[start:end]), nearest[1])
        return best

    def _nearest(self, text: str, accept: float = 0.8) -> tuple[SlotValue, float] | None:
        """Return the value whose phrase is most like the text, and its likeness in 0..1; None below `accept`.

        Where two values are about as like, the likeness is lowered, and with it the confidence of the match.
        """
        from rapidfuzz import fuzz

        if text in self._values:
            return self._values[text], 1.0
        if len(text) < 3:
            return None
        key = metaphone(text) if self._sounds else ""
        likeness: dict[SlotValue, float] = {}
        for phrase, value in self._values.items():
            ratio = fuzz.ratio(text, phrase) / 100
            if key and ratio > 0.5 and (phrase_key := self._sounds[phrase]):
                ratio = max(ratio, 0.35 + 0.6 * fuzz.ratio(key, phrase_key) / 100 * (0.5 + ratio / 2))
            if ratio > likeness.get(value, 0.0):
                likeness[value] = ratio
        best = sorted(likeness.items(), key=lambda item: -item[1])[:2]
        if not best or best[0][1] < accept or self._is_part_of_several(text):
            return None
        close = len(best) == 2 and best[0][1] - best[1][1] < 0.05
        return best[0][0], best[0][1] * (0.8 if close else 1.0)

    def _is_part_of_several(self, text: str) -> bool:
        """Return True where all the words are in several values, so that none of them was meant: `floor`."""
        words = set(text.split())
        return len({value for phrase, value in self._values.items() if words < set(phrase.split())}) > 1

    def _stretches(self, words: Sequence[str], slack: int) -> Iterator[tuple[int, int, str]]:
        """Yield every stretch of words up to the longest phrase and `slack` words more, in lower case."""
        lowered = [word.casefold() for word in words]
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest + slack) + 1):
                yield start, end, " ".join(lowered[start:end])
