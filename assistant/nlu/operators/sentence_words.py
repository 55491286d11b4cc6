"""`SentenceWords`: a sentence word by word, its numbers in digits, from which stretches of words can be taken out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from assistant.language import numbers
from assistant.language.text import expand_contractions, strip_filler, tidy, units_apart
from assistant.nlu.query import Query

_SIGNS = " ,;:.!?…"

Stretch = tuple[int, int]
"""Index of a word, and of the one after the last."""


class SentenceWords:
    """The words of a sentence as typed values are looked for in them, none left out."""

    def __init__(self, query: Query) -> None:
        self._language = query.language
        self._tokens = query.text.split()
        spelt = [self._spelt(token) for token in self._tokens]
        if [word for words in spelt for word in words] != query.spelt_out.split():  # a sign apart from its number
            self._tokens = query.spelt_out.split()
            spelt = [[word] for word in self._tokens]
        self.words = tuple(word for words in spelt for word in words)
        self._token_of = [place for place, words in enumerate(spelt) for _ in words]

    def _spelt(self, token: str) -> list[str]:
        return expand_contractions(units_apart(tidy(token), self._language), self._language).split()

    @cached_property
    def _digits(self) -> tuple[str, dict[int, int], dict[int, int]]:
        first_words, last_words, pieces, position = dict[int, int](), dict[int, int](), list[str](), 0
        for word in numbers.digits(self.words, self._language):
            pieces.append(word.text.casefold())
            first_words[position] = word.start
            position += len(pieces[-1])
            last_words[position] = word.end
            position += 1
        return " ".join(pieces), first_words, last_words

    @property
    def text(self) -> str:
        """The words in lower case, with numbers in digits."""
        return self._digits[0]

    def stretch(self, start: int, end: int) -> Stretch | None:
        """Return the words between two characters of `text`; None where a number is cut in two."""
        _, first_words, last_words = self._digits
        if start not in first_words or end not in last_words:
            return None
        return first_words[start], last_words[end]

    def text_of(self, stretch: Stretch) -> str:
        """Return some of the words in lower case, with numbers in digits."""
        return " ".join(word.text.casefold() for word in numbers.digits(self.words[slice(*stretch)], self._language))

    def ends_clause(self, word: int) -> bool:
        """True if a comma stands behind a word."""
        return self._tokens[self._token_of[word]].endswith((",", ";", ":"))

    def said(self, stretch: Stretch) -> str:
        """Return some of the words as they were said or typed."""
        places = dict.fromkeys(self._token_of[slice(*stretch)])
        return " ".join(self._tokens[place] for place in places).strip(_SIGNS)

    def without(self, stretches: Sequence[Stretch]) -> str:
        """Return the sentence without some of its words."""
        gone = {self._token_of[word] for stretch in stretches for word in range(*stretch)}
        rest = " ".join(token for place, token in enumerate(self._tokens) if place not in gone)
        return rest.strip(_SIGNS)

    def begins(self, place: int, others: Sequence[Stretch] = ()) -> bool:
        """True if nothing but filler and other stretches stands before a word."""
        return strip_filler(f"{self._left(range(place), others)} x".strip(), self._language) == "x"

    def ends(self, place: int, others: Sequence[Stretch] = ()) -> bool:
        """True if nothing but filler and other stretches stands from a word on."""
        return strip_filler(f"x {self._left(range(place, len(self.words)), others)}".strip(), self._language) == "x"

    def _left(self, places: Sequence[int], others: Sequence[Stretch]) -> str:
        taken = {word for other in others for word in range(*other)}
        return " ".join(self.words[place] for place in places if place not in taken)

    def places(self, text: str) -> list[Stretch]:
        """Return the places of a text in the sentence, word by word."""
        wanted, words = text.casefold().split(), [word.casefold() for word in self.words]
        size = len(wanted)
        starts = range(len(words) - size + 1) if size else ()
        return [(start, start + size) for start in starts if words[start : start + size] == wanted]
