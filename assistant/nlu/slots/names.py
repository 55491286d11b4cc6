"""Listed names said in part: by the head word, in another order, or with a word that stands for the head.

`the lamp` is the reading lamp where no other lamp is listed, `the lamp in the bedroom` the bedroom lamp, `the coffee
thing` the coffee machine. A word beside it that is neither in the name nor in the intent's own sentences says that
something else is meant: `the garden lamp`, `lamp 3`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from assistant.language.entities import Span
from assistant.language.numbers import digits
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.language.text import fold, normalise
from assistant.values import SlotValue

_PLURAL = re.compile(r"(?:(?<=[cs]h)|(?<=[xz]))es$|(?<=\w{3})s$")


class NamePart(NamedTuple):
    """A stretch of words that is a part of a name, or of several."""

    start: int
    """Index of the first word."""
    end: int
    """Index after the last."""
    text: str
    values: tuple[SlotValue, ...]
    """All that may be meant."""
    has_stand_in: bool
    """True where a word stands for the head: `the coffee thing`."""
    words: int
    """Number of words of the name."""

    @property
    def only(self) -> Span | None:
        """The value, where no other may be meant."""
        return Span(self.start, self.end, self.values[0], self.text, 0.9) if len(self.values) == 1 else None


class _Name(NamedTuple):
    words: frozenset[str]
    head: str
    value: SlotValue


class _Piece(NamedTuple):
    stem: str
    start: int
    end: int


def stem(word: str) -> str:
    """Fold a word and take the ending of a plural or an owner off.

    >>> stem("Lamps"), stem("Anna's"), stem("switches"), stem("TV")
    ('lamp', 'anna', 'switch', 'tv')
    """
    return _PLURAL.sub("", fold(word))


class PartialNames:
    """The names of a list, looked for by their parts, in languages that have words which stand for a head.

    Args:
        phrases: every way of saying a value, with the value.
        language: of the names; in its names the head comes last.
    """

    def __init__(self, phrases: Sequence[tuple[str, SlotValue]], language: str = "en") -> None:
        self._phrases, self._language, self._table = phrases, language, table_of(language)

    @cached_property
    def _names(self) -> tuple[_Name, ...]:
        names = []
        for text, value in self._phrases:
            stems = [piece.stem for piece in self._pieces(tuple(normalise(text, self._language).split()))]
            words = [word for word in stems if word and word not in self._table.stop_words]
            if head := self._head(stems):
                names.append(_Name(frozenset(words), head, value))
        return tuple(names)

    def _head(self, stems: Sequence[str]) -> str:
        """Return the last word of a name that is no number, before `of the valley` behind it."""
        phrases = phrases_of(self._language)
        locatives = phrases.locatives if phrases else frozenset[str]()
        head = ""
        for word in stems:
            if head and word in locatives:
                return head
            head = head if not word or word.isdigit() or word in self._table.stop_words else word
        return head

    @cached_property
    def _by_word(self) -> Mapping[str, frozenset[int]]:
        """Stem -> the places of the names that hold it."""
        places: dict[str, set[int]] = {}
        for place, name in enumerate(self._names):
            for word in name.words:
                places.setdefault(word, set()).add(place)
        return {word: frozenset(names) for word, names in places.items()}

    @cached_property
    def _numbers(self) -> Mapping[str, frozenset[str]]:
        """Stem -> the numbers that stand behind it in names: `cat`, 2 and 12."""
        behind: dict[str, set[str]] = {}
        for text, _ in self._phrases:
            for word, number in pairwise(self._pieces(tuple(normalise(text, self._language).split()))):
                if number.stem.isdigit() and not word.stem.isdigit():
                    behind.setdefault(word.stem, set()).add(number.stem)
        return {word: frozenset(numbers) for word, numbers in behind.items()}

    def numbered(self, words: Sequence[str], own_words: Collection[str] = ()) -> Iterator[tuple[Span, bool]]:
        """Yield each word of a name with the number behind it, and whether there is such a name: `cat 12`, not `cat 3`.

        Nothing where one of the intent's own words is behind a number that is in no name: `cat 20 grams`.
        """
        if not self._numbers:
            return
        pieces = self._pieces(tuple(words))
        for place, (word, number) in enumerate(pairwise(pieces)):
            if word.stem not in self._numbers or not number.stem.isdigit():
                continue
            is_listed = number.stem in self._numbers[word.stem]
            if is_listed or place + 2 == len(pieces) or pieces[place + 2].stem not in own_words:
                text = " ".join(words[word.start : number.end])
                yield Span(word.start, number.end, text, text), is_listed

    def _pieces(self, words: tuple[str, ...]) -> list[_Piece]:
        """Return the words with numbers in digits; a `one` that stands for a head is none."""
        pieces = []
        for word in digits(words, self._language):
            said = " ".join(words[word.start : word.end]).casefold()
            pieces.append(_Piece(said if said in self._table.stand_ins else stem(word.text), word.start, word.end))
        return pieces

    def find(
        self,
        words: Sequence[str],
        own_words: Collection[str] = (),
        is_taken: Callable[[int], bool] = lambda _: False,
    ) -> NamePart | None:
        """Return the part of a name among tidied words that says most; None where there is none.

        Args:
            words: of the sentence.
            own_words: stems of the words of the intent's sentences, which are no part of a name.
            is_taken: True of the index of a word that is another value's.
        """
        if not self._table.stand_ins:
            return None
        pieces = self._pieces(tuple(words))

        def is_open(place: int) -> bool:
            """True of a word that tells something and that nothing accounts for."""
            if not 0 <= place < len(pieces):
                return False
            word = pieces[place]
            return not (word.stem in self._table.stop_words or word.stem in own_words or is_taken(word.start))

        parts = (self._part(words, pieces, first, is_open) for first in range(len(pieces)) if not is_open(first - 1))
        return max(filter(None, parts), key=lambda part: (part.words, -len(part.values)), default=None)

    def stood_for(self, words: Sequence[str]) -> Span | None:
        """Return the only value that words can mean, if the last of them stands for the head of a name."""
        part = self.find(words)
        return part.only if part and part.has_stand_in and part.end == len(words) else None

    def _part(
        self, words: Sequence[str], pieces: Sequence[_Piece], first: int, is_open: Callable[[int], bool]
    ) -> NamePart | None:
        """Return the longest part of a name that begins with a word, unless a word behind it is of something else."""
        fitting: frozenset[int] = frozenset(range(len(self._names)))
        end, stems = first, set[str]()
        for place in range(first, len(pieces)):
            holding = self._by_word.get(pieces[place].stem, frozenset()) & fitting
            if is_open(place) and holding:
                fitting, end = holding, place + 1
                stems.add(pieces[place].stem)
            elif place == first or is_open(place):
                break
        has_stand_in = pieces[end].stem in self._table.stand_ins if end < len(pieces) else False
        end += has_stand_in
        beyond = end
        while beyond < len(pieces) and pieces[beyond].stem in self._table.stop_words:
            beyond += 1  # the lamp of the garden
        if not any(len(word) > 2 for word in stems) or is_open(beyond):
            return None
        names = [self._names[place] for place in sorted(fitting)]
        names = [name for name in names if has_stand_in or name.head in stems]
        names = [name for name in names if name.words == stems] or names
        values = tuple(dict.fromkeys(name.value for name in names))
        start, last = pieces[first].start, pieces[end - 1].end
        text = " ".join(words[start:last])
        return NamePart(start, last, text, values, has_stand_in, len(stems)) if values else None


def undetermined(name: str, language: str) -> str:
    """The name of a thing without the words before it that only point to it.

    >>> undetermined("that old fan", "en"), undetermined("all lamps", "en")
    ('old fan', 'all lamps')
    """
    phrases, words = phrases_of(language), name.split()
    pointing = phrases.determiners - table_of(language).universal - phrases.nameless if phrases else frozenset[str]()
    while len(words) > 1 and words[0].casefold() in pointing:
        words = words[1:]
    return " ".join(words)
