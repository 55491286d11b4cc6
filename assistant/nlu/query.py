"""One sentence, prepared once: everything that reads it is handed the same `Query`."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from assistant.language import entities, phonemes
from assistant.language.mood import Sense, as_order, sense
from assistant.language.text import (
    as_written,
    expand_contractions,
    quoted,
    strip_filler,
    tidy,
    units_apart,
    without_stop_words,
)
from assistant.nlu.budget import Budget
from assistant.nlu.retrieval.snapshot import Hit

Value = TypeVar("Value")

_SEARCHES = ThreadPoolExecutor(thread_name_prefix="assistant-search")

_TOKEN = re.compile(r"[a-z]+|[^a-z\s]")
"""About what tokenizers take for one: a word, and each sign or letter of another script."""


def no_vector(texts: Sequence[str]) -> NDArray[np.float32]:
    """Refuse: the query was made for readers that need no vector."""
    raise LookupError(f"no embedder was given to the query {texts[0]!r}")


def no_neighbours(_: NDArray[np.float32]) -> tuple[Hit, ...]:
    """Return no rows."""
    return ()


def plain_text(text: str) -> str:
    """Return a sentence as it is embedded and compared: tidied, in lower case, otherwise as it was said.

    Taking away filler or writing contractions out costs 0.3 to 0.7 % of public test sentences.
    """
    return tidy(text).casefold()


@dataclass(frozen=True)
class Query:
    """A sentence and what is read from it, each worked out when it is first asked for."""

    text: str
    """As it was said or typed, misspelt words put right."""
    language: str
    now: datetime
    """What `tomorrow` is relative to."""
    embed: Callable[[Sequence[str]], NDArray[np.float32]] = field(default=no_vector, compare=False, repr=False)
    """Sentences to unit vectors, shape (n, d)."""
    nearest: Callable[[NDArray[np.float32]], tuple[Hit, ...]] = field(default=no_neighbours, compare=False, repr=False)
    """A vector to the rows nearest to it, nearest first."""
    typed: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Word of the sentence that was put right -> as it was typed."""
    budget: Budget = field(default_factory=Budget, compare=False, repr=False)
    """The work that is left to the utterance of which this is a reading."""
    readings: dict[str, Query] = field(default_factory=dict, compare=False, repr=False)
    """Other sentences of the utterance -> their queries."""

    def with_text(self, text: str) -> Query:
        """Return the query of another sentence of the utterance, in the same language at the same moment."""
        if text == self.text:
            return self
        return self.readings.setdefault(text, replace(self, text=text))

    def as_written(self, words: str) -> str:
        """Return the stretch of the sentence that became those words when it was tidied, spelt as it was typed."""
        stretch = as_written(words, self.text)
        return re.sub(r"\w+", lambda word: self.typed.get(word[0].lower(), word[0]), stretch) if self.typed else stretch

    @cached_property
    def tidied(self) -> str:
        """The sentence with one space between words and without sentence punctuation; case is kept."""
        return tidy(self.text)

    @cached_property
    def plain(self) -> str:
        """The sentence as it is embedded and compared."""
        return self.tidied.casefold()

    @cached_property
    def bare(self) -> str:
        """The tidied sentence without the words of politeness around a request."""
        return strip_filler(self.tidied, self.language, self._quoted)

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """The forms in which templates are compared: with and without filler, contractions, and signs apart.

        One that wants something brought into a state is also the order that does so.
        """
        orders = (as_order(text, self.language) for text in dict.fromkeys((self.bare, self.tidied)))
        written = (self.tidied, self.bare, *filter(None, orders))
        spelt = dict.fromkeys(form for text in written for form in (text, expand_contractions(text, self.language)))
        return tuple(dict.fromkeys((*spelt, *(units_apart(form, self.language) for form in spelt))))

    @cached_property
    def spelt_out(self) -> str:
        """The tidied sentence with contractions written out and units apart."""
        return expand_contractions(units_apart(self.tidied, self.language), self.language)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words in which slots are looked for: without filler, contractions written out, units apart."""
        kept = (expand_contractions(units_apart(text, self.language), self.language) for text in self._quoted)
        return tuple(strip_filler(self.spelt_out, self.language, kept).split())

    @cached_property
    def _quoted(self) -> tuple[str, ...]:
        return quoted(self.text)

    @cached_property
    def sense(self) -> Sense:
        """The mood of the sentence."""
        return sense(self.text, self.language)

    @cached_property
    def is_value(self) -> bool:
        """True of a sentence that is nothing but a number or a time: half a command."""
        kinds, whole = ("duration", "datetime", "time", "date", "number"), (0, len(self.words))
        return len(self.words) < 8 and any(span[:2] == whole for kind in kinds for span in self.spans(kind))

    @cached_property
    def phonemes(self) -> phonemes.Phonemes:
        """The phonemes of the words of the tidied sentence."""
        return phonemes.transcribe(self.tidied.split(), self.language)

    @cached_property
    def content_words(self) -> tuple[str, ...]:
        """The words that carry meaning."""
        normalised = expand_contractions(self.tidied, self.language).casefold()
        return without_stop_words(normalised.split(), self.language)

    def spend(self, of_a_word: float, more: int = 0) -> None:
        """Take the work of a stage from the budget of the utterance: so much for each word, and so much more.

        Raises:
            TooLong: so much is not left.
            Cancelled: nobody waits for the meaning any more.
        """
        self.budget.spend(round(of_a_word * len(self.words)) + more)

    @cached_property
    def _results(self) -> dict[Hashable, Any]:
        return {}

    def once(self, key: Hashable, work: Callable[[], Value]) -> Value:
        """Return what a stage works out of the sentence, done the first time; `key` names the stage and the work."""
        if key not in self._results:
            self._results[key] = work()
        return cast(Value, self._results[key])

    def spans(self, kind: str, words: tuple[str, ...] | None = None) -> tuple[entities.Span, ...]:
        """Return the values of a typed kind among `words`, or those of another form of the sentence, longest first."""
        among = self.words if words is None else words
        return self.once(("spans", kind, among), lambda: self._find(kind, among))

    def _find(self, kind: str, among: tuple[str, ...]) -> tuple[entities.Span, ...]:
        self.budget.spend(len(among) // 8)
        return entities.find(kind, among, self.now, self.language)

    @cached_property
    def vector(self) -> NDArray[np.float32]:
        """The unit vector of the sentence, shape (d,)."""
        # twice the tokens that most models make of it; the search and the classifier come with it
        self.budget.spend(130 + 2 * len(_TOKEN.findall(self.plain)))
        (vector,) = self.embed([self.plain])
        return np.asarray(vector, np.float32)

    def look_around(self) -> None:
        """Begin to look for the neighbours in another thread, beside work that needs the vector alone."""
        if "neighbours" not in self.__dict__:
            self.once("search", lambda: _SEARCHES.submit(self.nearest, self.vector))

    @cached_property
    def neighbours(self) -> tuple[Hit, ...]:
        """The rows nearest to the sentence, nearest first."""
        search: Future[tuple[Hit, ...]] | None = self._results.get("search")
        return search.result() if search else self.nearest(self.vector)
