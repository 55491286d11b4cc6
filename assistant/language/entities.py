"""Slot values in a sentence: typed ones (numbers, durations, times, dates) and the values of a list.

Spans count words of the sentence. Clock times and dates are read in English, numbers and durations in the languages of
`tables`; a list works in any language and is repaired by spelling and sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from assistant.language import dates, durations, numbers, times
from assistant.language.moments.english import in_english
from assistant.language.moments.find import find_datetimes, joined_with
from assistant.language.phonemes import metaphone
from assistant.language.tables import table_of
from assistant.language.text import fold, normalise, tidy, units_apart, without_owner
from assistant.values import Impossible, SlotValue

TYPES = ("text", "number", "percent", "duration", "time", "date", "datetime", "place", "sum")
"""The built-in slot types."""

FREE = frozenset({"text", "place"})
"""Types that any words are a value of."""

_UNPREPOSED = frozenset({"number", "percent", "scale", "sum"})
"""Types whose values take no preposition along."""

_PREPOSITION = re.compile(
    r"(?<!\S)(?:at|on|in|for|by|until|till|around|about|exactly|nearly|almost|roughly|approximately|just (?:under|over)"
    r"|at least|at most|no later than|from|before|after|to|of|since|ago (?:was|is)|(?:when|once) (?:it is|it's)) $"
)

_ABOUT = re.compile(r" (?:or so|or thereabouts|sharp|on the dot|exactly|at the latest)(?!\S)")
"""Words behind a value that hardly change it."""

_DATED = frozenset({"date", "datetime", "morning"})
"""Types whose values depend on the moment in which they are said."""

_MOMENTS = _DATED | {"time"}

_TAIL = re.compile(r"(?<=\w) (?:degrees?(?: celsius| centigrade| fahrenheit)?|dollars?|euros?|pounds?)$", re.IGNORECASE)


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
def _in_digits(words: tuple[str, ...], language: str, of_moments: bool) -> _DigitText:
    written: Sequence[numbers.DigitWord] = numbers.digits(words, language)
    written = in_english(written, language) if of_moments else written
    pieces = [word.text.casefold() for word in written]
    first_words, last_words, position = {}, {}, 0
    for word, piece in zip(written, pieces, strict=True):
        first_words[position] = word.start
        last_words[position + len(piece)] = word.end
        position += len(piece) + 1
    return _DigitText(" ".join(pieces), first_words, last_words)


def find(kind: str, words: tuple[str, ...], now: datetime, language: str = "en") -> tuple[Span, ...]:
    """Return every value of a typed kind among the words of a tidied sentence, the longest first.

    A moment also counts with the preposition before it: `friday` and `on friday` are both spans. The value of words
    that were meant for one and cannot be, `february 30`, is an `Impossible`.
    """
    return () if kind in FREE else _found(kind, words, now if kind in _DATED else datetime.min, language)


@lru_cache(maxsize=512)
def _found(kind: str, words: tuple[str, ...], now: datetime, language: str) -> tuple[Span, ...]:
    """Return the values of a kind; many readers of a sentence ask for the same ones."""
    text, first_words, last_words = _in_digits(words, language, kind in _MOMENTS)
    spans = []
    for left, right, value in _holding(kind, text, now, language):
        tail = None if kind in _UNPREPOSED else _ABOUT.match(text, right)
        starts = (left,) if kind in _UNPREPOSED else tuple(_starts(text, left))
        for start, end in product(starts, (right, tail.end()) if tail else (right,)):
            if start in first_words and end in last_words:
                first, last = first_words[start], last_words[end]
                spans.append(Span(first, last, value, " ".join(words[first:last])))
    return tuple(sorted(dict.fromkeys(spans), key=lambda span: (span.start - span.end, span.start)))


def _starts(text: str, left: int) -> Iterator[int]:
    """Yield the places at which a value starts: with none, one and two of the small words before it, `at about 7`."""
    yield left
    for _ in range(2):
        if not (lead := _PREPOSITION.search(text[:left])):
            return
        yield (left := lead.start())


def _holding(kind: str, text: str, now: datetime, language: str) -> list[tuple[int, int, SlotValue]]:
    """Return the values that hold: none that was corrected, and none that is a part of an impossible one."""
    values = list(_values(kind, text, now, language))
    if kind in _MOMENTS or kind == "percent":
        values += numbers.either(values, text, language)
    places = [value[:2] for value in values]
    for start, end, value in [value for value in values if isinstance(value[2], Impossible)]:
        left, right = joined_with((start, end), places, text) if kind in _MOMENTS else (start, end)
        values = [other for other in values if other[1] <= left or right <= other[0]]
        values.append((left, right, value))
    correction = table_of(language).correction
    if not correction or kind == "sum" or not re.search(rf"(?<!\S)(?:{correction})(?!\S)", text):
        return values
    first = [*values, *(numbers.find_numbers(text, language) if kind != "number" else ())]
    between = re.compile(rf"(?: (?:{correction}))+ ")
    pairs = [(a, b) for a in first for b in values if a[1] < b[0] and between.fullmatch(text[a[1] : b[0]])]
    revoked = [value for pair in pairs for value in pair]
    return [*(value for value in values if value not in revoked), *((a[0], b[1], b[2]) for a, b in pairs)]


def _values(kind: str, text: str, now: datetime, language: str) -> Iterator[tuple[int, int, SlotValue]]:
    """Yield first character, character after the last, and value."""
    match kind:
        case "number":
            yield from numbers.find_numbers(text, language)
        case "scale":
            yield from numbers.find_on_scale(text, language)
        case "percent":
            yield from numbers.find_percentages(text, language)
        case "sum":
            yield from numbers.find_sums(text)
        case "duration":
            yield from durations.find_durations(text, language)
        case "time":
            yield from ((clock.start, clock.end, clock.value) for clock in times.find_clocks(text))
            yield from times.find_impossible_clocks(text)
        case "date":
            yield from dates.find_dates(text, now.date())
        case "datetime" | "morning":
            yield from find_datetimes(text, now, to_wake=kind == "morning")


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
    span = whole(kind, text, now, language)
    return None if span is None or isinstance(span.value, Impossible) else span.value


def whole(kind: str, text: str, now: datetime, language: str = "en") -> Span | None:
    """Read a tidied text whole as a value, an impossible one too, less the small words around it."""
    lead, text = table_of(language).lead, without_owner(text, language)
    words = tuple(_TAIL.sub("", units_apart(text, language)).split() if kind == "number" else text.split())
    while words:
        for span in find(kind, words, now, language):
            if (span.start, span.end) == (0, len(words)):
                return span
        shorter = lead.sub("", " ".join(words)) if lead else " ".join(words)
        if len(shorter) == len(" ".join(words)):
            break
        words = tuple(shorter.split())
    return None


_LOOSE_SPACE = re.compile(r"(?<!\d) | (?!\d)")
_SPELT_DIGITS = re.compile(r"(?<=\d)(?: |oh?)(?=\d)")


class _Pieces(NamedTuple):
    """Words as names are compared: numbers in digits, without accents and signs."""

    texts: tuple[str, ...]
    starts: tuple[int, ...]
    """Index of the first source word of each."""
    ends: tuple[int, ...]
    whole: str
    """The key of all of them."""

    def key(self, start: int, end: int) -> str:
        """Return some of them as one text: a space stands only between digits, `3 d printer` is `3dprinter`."""
        return _joined(self.texts[start:end])


def _in_one_number(key: str) -> str:
    """Write the figures of a number that were said one by one together: `room 1 oh 1` is `room 101`."""
    return key if key.isalpha() else _SPELT_DIGITS.sub(lambda gap: "0" if "o" in gap[0] else "", key)


def _joined(texts: Sequence[str]) -> str:
    spaced = " ".join(filter(None, texts))
    return _LOOSE_SPACE.sub("", spaced) if " " in spaced else spaced


@lru_cache(maxsize=8192)
def _pieces(words: tuple[str, ...], language: str) -> _Pieces:
    table = table_of(language)
    written = numbers.digits(words, language)
    texts = [fold(word.text.replace("&", table.conjunction)) for word in written]
    signs = table.number_sign.split("|")
    for place, following in enumerate(texts[1:]):
        if texts[place] in signs and following[:1].isdigit():
            texts[place] = ""  # pump no. 7
    starts, ends = tuple(word.start for word in written), tuple(word.end for word in written)
    return _Pieces(tuple(texts), starts, ends, _joined(texts))


@lru_cache(maxsize=1024)
def _keyed_stretches(words: tuple[str, ...], language: str, count: int) -> Mapping[str, Sequence[int]]:
    """Map each key of so many pieces to the places where they begin; figures said one by one have two keys."""
    pieces, stretches = _pieces(words, language), dict[str, list[int]]()
    for start in range(len(pieces.texts) - count + 1):
        if pieces.texts[start] and pieces.texts[start + count - 1]:
            key = pieces.key(start, start + count)
            for form in {key, _in_one_number(key)}:
                stretches.setdefault(form, []).append(start)
    return stretches


class Vocabulary:
    """The values of a list, found in a sentence as written, in other spellings, misspelt or misheard.

    The words of a sentence are tidied and have their contractions written out; case, accents, signs and the spelling of
    numbers do not matter: `café 1` is found in `cafe one`.
    """

    def __init__(self, phrases: Sequence[tuple[str, SlotValue]], language: str = "en") -> None:
        self._language = language
        self._values: Mapping[str, SlotValue] = {normalise(text, language): value for text, value in reversed(phrases)}
        self._values.pop("", None)
        pieces = {text: _pieces(tuple(text.split()), language) for text in self._values}
        self._keys = {pieces[text].key(0, len(text)): value for text, value in self._values.items()}
        self._keys.pop("", None)
        self._spelt = {text: " ".join(filter(None, pieces[text].texts)) for text in self._values}
        self._numbers = {text: re.findall(r"\d+", spelt) for text, spelt in self._spelt.items()}
        self._longest = max((len(pieces[text].texts) for text in self._values), default=0)
        self._sounds = {text: metaphone(spelt) for text, spelt in self._spelt.items() if language.startswith("en")}

    def __len__(self) -> int:
        return len(self._values)

    @property
    def phrases(self) -> tuple[str, ...]:
        """All phrases, normalised."""
        return tuple(self._values)

    def has(self, text: str) -> bool:
        """True of a phrase of the list as it is written, but for case."""
        return text.casefold() in self._values

    def may_be_in(self, words: Sequence[str]) -> bool:
        """False where none of the values can be among the words: sooner known than `find` is done."""
        whole = _pieces(tuple(words), self._language).whole
        return any(key in form for form in {whole, _in_one_number(whole)} for key in self._keys)

    @property
    def values(self) -> tuple[SlotValue, ...]:
        """The values, in their order."""
        return tuple(self._values.values())[::-1]

    def find(self, words: Sequence[str]) -> tuple[Span, ...]:
        """Return the listed values among the words, in any spelling, the longest first."""
        pieces, places, spans = _pieces(tuple(words), self._language), list[tuple[int, int, str]](), list[Span]()
        for count in range(1, min(len(pieces.texts), self._longest + 2) + 1):
            stretches = _keyed_stretches(tuple(words), self._language, count)
            for key in self._keys.keys() & stretches.keys():
                places += [(start, start + count, key) for start in stretches[key]]
        for start, end, key in sorted(places):
            first, last = pieces.starts[start], pieces.ends[end - 1]
            spans.append(Span(first, last, self._keys[key], " ".join(words[first:last])))
        return tuple(sorted(spans, key=lambda span: (span.start - span.end, span.start)))

    def repair(self, words: Sequence[str]) -> Span | None:
        """Return the stretch of words most like a listed value, with its likeness as confidence, or None."""
        if exact := self.find(words):
            return exact[0]
        pieces = _pieces(tuple(words), self._language)
        best: Span | None = None
        for start, end in self._stretches(pieces, 1):
            nearest = self._nearest(" ".join(filter(None, pieces.texts[start:end])))
            if nearest and (best is None or nearest[1] > best.confidence):
                first, last = pieces.starts[start], pieces.ends[end - 1]
                best = Span(first, last, nearest[0], " ".join(words[first:last]), nearest[1])
        return best

    def _nearest(self, text: str, accept: float = 0.8) -> tuple[SlotValue, float] | None:
        """Return the value whose phrase is most like the text, and its likeness in 0..1; None below `accept`.

        Numbers are alike only where they are the same: `zone 3` is no `zone 2`. Where two values are about as like, the
        likeness is lowered, and with it the confidence of the match.
        """
        from rapidfuzz import fuzz

        if len(text) < 4:
            return None  # `all` is no `hall`
        key, digits = metaphone(text) if self._sounds else "", re.findall(r"\d+", text)
        likeness: dict[SlotValue, float] = {}
        for phrase, value in self._values.items():
            if self._numbers[phrase] != digits:
                continue
            spelt = self._spelt[phrase]
            ratio = fuzz.ratio(text, spelt) / 100
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
        return len({self._values[phrase] for phrase, spelt in self._spelt.items() if words < set(spelt.split())}) > 1

    def _stretches(self, pieces: _Pieces, slack: int) -> Iterator[tuple[int, int]]:
        """Yield every stretch up to the longest phrase and `slack` pieces more that begins and ends with letters."""
        count = len(pieces.texts)
        for start in range(count):
            if pieces.texts[start]:
                ends = range(start + 1, min(count, start + self._longest + slack) + 1)
                yield from ((start, end) for end in ends if pieces.texts[end - 1])
