"""Slot values in a sentence: typed ones (numbers, durations, times, dates) and the values of a list.

Spans count words of the tidied sentence. Typed values are read in English; a list works in any language and is
repaired by spelling and sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from assistant.language import dates, times
from assistant.language.text import digits, normalise, sound, tidy, units_apart
from assistant.values import SlotValue

TYPES = ("text", "number", "percent", "duration", "time", "date", "datetime", "place", "sum")
"""The built-in slot types."""

FREE = frozenset({"text", "place"})
"""Types that any words are a value of."""

_NUMBER = re.compile(
    r"(?<![\w.])(?P<minus>minus |negative |-)?"
    r"(?:(?P<part>(?:a |1 )quarter|3 quarters|a half|half|[½¼¾])|(?P<couple>a couple(?: of)?)|(?P<one>(?:a )?dozen)"
    r"|(?P<digits>\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})(?P<dozen> dozen)?(?: and (?:a |1 )?(?P<plus>half|quarter))?)"
    r"(?![\w:/%]|\.\d)"
)
_PARTS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "3 quarters": 0.75, "half": 0.5, "a half": 0.5}
"""A quarter where it is none of these."""

_PERCENT = re.compile(
    r"(?<![\w.])(?:(?P<digits>\d{1,15}(?:\.\d{1,9})?) ?(?:%|percent|per cent|pct)"
    r"|(?P<half>half(?: way)?|halfway))(?!\S)"
)
_OPERAND = (
    r"(?:the )?(?:(?:(?:square |cube )?root|factorial|half|a third|a quarter|sum|product) of )*"
    r"\(?(?:minus |negative |-)?(?:\d+(?:\.\d+)?|pi)(?: ?(?:%|percent|per cent|squared|cubed|factorial|!))*\)?"
)
_OPERATOR = (
    r"(?: ?[-+*/^×÷−x] ?| (?:plus|minus|times|multiplied by|divided by|over|less|take away|added to|and|mod|modulo"
    r"|of|off|to the power of|raised to(?: the power of)?|to the) )"
)
_SUM = re.compile(rf"(?<!\S)({_OPERAND}(?:{_OPERATOR}{_OPERAND})*)(?!\S)")
_WORKED = re.compile(r"[+*/^×÷−!%]|\d ?[-x] ?\d|[a-wyz]")
"""A number alone is no sum."""
_PREPOSITION = re.compile(r"(?<!\S)(?:at|on|in|for|by|until|till|around|about|from|before|after|to|of) $")
_LEAD = re.compile(
    r"^(?:the|a|an|my|our|some|at|on|in|for|by|to|about|around|exactly|it is|make it|until|till|say|maybe|with|called"
    r"|named|um|uh)\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?<=\w) degrees?(?: celsius| centigrade| fahrenheit)?$", re.IGNORECASE)
_ACCEPT = 0.8
"""Least likeness at which a word is taken for a listed value."""


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


def find(kind: str, words: tuple[str, ...], now: datetime, language: str = "en") -> tuple[Span, ...]:
    """Return every value of a typed kind among the words of a tidied sentence, the longest first.

    A moment also counts with the preposition before it: `friday` and `on friday` are both spans.
    """
    if kind in FREE:
        return ()
    written = digits(words, language)
    pieces = [each.text.casefold() for each in written]
    text = " ".join(pieces)
    starts, position = {}, 0
    ends = {}
    for at, piece in enumerate(pieces):
        starts[position] = at
        position += len(piece)
        ends[position] = at
        position += 1
    spans = []
    for left, right, value in _values(kind, text, now):
        lead = _PREPOSITION.search(text[:left]) if kind not in ("number", "percent", "sum") else None
        for start in (left, lead.start()) if lead else (left,):
            if start in starts and right in ends:
                first, last = written[starts[start]].start, written[ends[right]].end
                spans.append(Span(first, last, value, " ".join(words[first:last])))
    return tuple(sorted(dict.fromkeys(spans), key=lambda span: (span.start - span.end, span.start)))


def _values(kind: str, text: str, now: datetime) -> Iterator[tuple[int, int, SlotValue]]:
    match kind:
        case "number":
            yield from _numbers(_NUMBER, text)
        case "percent":
            yield from _numbers(_PERCENT, text)
            yield from (each for each in _numbers(_NUMBER, text) if 1 <= each[2] <= 100 or each[2] == 0)
        case "sum":
            sums = _SUM.finditer(text)
            yield from ((each.start(), each.end(), each[1]) for each in sums if _WORKED.search(each[1]))
        case "duration":
            yield from times.find_durations(text)
        case "time":
            yield from ((clock.start, clock.end, clock.value) for clock in times.find_clocks(text))
        case "date":
            yield from dates.find_dates(text, now.date())
        case "datetime":
            yield from dates.find_datetimes(text, now)


def _numbers(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, int | float]]:
    for match in pattern.finditer(text):
        given = match.groupdict()
        value = _amount(given) * (-1 if given.get("minus") else 1)
        value = int(value) if value == int(value) else value
        yield match.start(), match.end(), value
        if (sign := given.get("minus")) and sign != "-":  # `20 minus 8` holds an 8
            yield match.end("minus"), match.end(), -value


def _amount(given: Mapping[str, str | None]) -> float:
    if part := given.get("part"):
        return _PARTS.get(part, 0.25)
    if given.get("half"):
        return 50  # per cent
    if given.get("couple"):
        return 2
    value = float(given["digits"] or 1) * (12 if given.get("dozen") or given.get("one") else 1)
    return value + {"half": 0.5, "quarter": 0.25}.get(given.get("plus") or "", 0)


def parse(kind: str, text: str, now: datetime | None = None, language: str = "en") -> SlotValue | None:
    """Return the value that the whole text stands for, or None; small words around it do not matter.

    >>> parse("duration", "for an hour and a half")
    datetime.timedelta(seconds=5400)
    """
    bare = tidy(text)
    if kind in FREE:
        return bare or None
    words = tuple(_TAIL.sub("", units_apart(bare, language)).split() if kind == "number" else bare.split())
    while words:
        for span in find(kind, words, now or datetime.now(), language):
            if (span.start, span.end) == (0, len(words)):
                return span.value
        shorter = _LEAD.sub("", " ".join(words))
        if len(shorter) == len(" ".join(words)):
            break
        words = tuple(shorter.split())
    return None


def extract(kind: str, text: str, now: datetime | None = None, language: str = "en") -> Span | None:
    """Return the longest value of the kind inside the text, or None. Free kinds have none: any words would do."""
    spans = find(kind, tuple(tidy(text).split()), now or datetime.now(), language)
    return spans[0] if spans else None


def within(value: Any, low: float | None, high: float | None) -> bool:
    """Return whether a number (or a duration in seconds) lies between two limits; other values always do."""
    number = value.total_seconds() if hasattr(value, "total_seconds") else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return True
    return (low is None or number >= low) and (high is None or number <= high)


class Vocabulary:
    """The values of a list, found in a sentence as written, misspelt or misheard."""

    def __init__(self, phrases: Sequence[tuple[str, SlotValue]], language: str = "en") -> None:
        self._language = language
        self._values: Mapping[str, SlotValue] = {normalise(text, language): value for text, value in reversed(phrases)}
        self._values.pop("", None)
        self._longest = max((len(text.split()) for text in self._values), default=0)
        self._sounds = {text: sound(text) for text in self._values} if language.startswith("en") else {}

    def __len__(self) -> int:
        return len(self._values)

    @property
    def phrases(self) -> tuple[str, ...]:
        """Return what can be said."""
        return tuple(self._values)

    def find(self, words: Sequence[str]) -> tuple[Span, ...]:
        """Return the listed values among the words as they are written, the longest first."""
        spans = []
        for start, end, text in self._stretches(words, 0):
            if text in self._values:
                spans.append(Span(start, end, self._values[text], " ".join(words[start:end])))
        return tuple(sorted(spans, key=lambda span: (span.start - span.end, span.start)))

    def repair(self, words: Sequence[str]) -> Span | None:
        """Return the stretch of words most like a listed value, with how sure that is, or None."""
        exact = self.find(words)
        if exact:
            return exact[0]
        best: Span | None = None
        for start, end, text in self._stretches(words, 1):
            like = self.nearest(text)
            if like and (best is None or like[1] > best.confidence):
                best = Span(start, end, like[0], " ".join(words[start:end]), like[1])
        return best

    def nearest(self, text: str) -> tuple[SlotValue, float] | None:
        """Return the value whose phrase is most like the text, and its likeness in 0..1, or None below 0.8.

        Where two values are about as like, the likeness is lowered, and with it the confidence of the match.
        """
        from rapidfuzz import fuzz

        text = normalise(text, self._language)
        if text in self._values:
            return self._values[text], 1.0
        if len(text) < 3:
            return None
        key = sound(text) if self._sounds else ""
        ranked: dict[SlotValue, float] = {}
        for phrase, value in self._values.items():
            likeness = fuzz.ratio(text, phrase) / 100
            if key and likeness > 0.5 and (heard := self._sounds[phrase]):
                likeness = max(likeness, 0.35 + 0.6 * fuzz.ratio(key, heard) / 100 * (0.5 + likeness / 2))
            if likeness > ranked.get(value, 0.0):
                ranked[value] = likeness
        order = sorted(ranked.items(), key=lambda item: -item[1])[:2]
        if not order or order[0][1] < _ACCEPT or self._is_part_of_several(text):
            return None
        close = len(order) == 2 and order[0][1] - order[1][1] < 0.05
        return order[0][0], order[0][1] * (0.8 if close else 1.0)

    def _is_part_of_several(self, text: str) -> bool:
        """Return whether all the words are in several values, so that none of them was meant: `floor`."""
        said = set(text.split())
        return len({value for phrase, value in self._values.items() if said < set(phrase.split())}) > 1

    def _stretches(self, words: Sequence[str], slack: int) -> Iterator[tuple[int, int, str]]:
        lowered = [_plain(word) for word in words]
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest + slack) + 1):
                yield start, end, " ".join(lowered[start:end])


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    return normalise(word, "")
