"""Whose each word of a sentence is where an intent explains it: a value's, the intent's own wording's, nobody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from assistant.authoring.definitions import Intent
from assistant.language.tables.phrases import PhraseWords
from assistant.language.tables.table import WordTable
from assistant.language.text import expand_contractions, units_apart
from assistant.nlu.query import Query
from assistant.nlu.ranking.polarity.deeds import words_of_intent

WORDING: Final = "wording"
"""Owner of a word of the intent's own sentences, or of a near relative of one."""

NOTHING: Final = "nothing"
"""Owner of a word that means nothing by itself."""

LEFT: Final = ""
"""Owner of a word that nothing explains; any other owner is the name of a slot."""


class OwnWords:
    """The words of an intent's sentences and title, with their relatives: inflections, and verbs of the same deed.

    Args:
        intent: the intent.
        rules: of the set that it is one of.
        table: the words of the language.
        phrases: the same.
    """

    def __init__(self, intent: Intent, rules: Mapping[str, str], table: WordTable, phrases: PhraseWords) -> None:
        self._intent, self._rules, self._table, self._phrases = intent, rules, table, phrases

    @cached_property
    def all(self) -> frozenset[str]:
        """The words as they are written, in lower case."""
        return words_of_intent(self._intent, self._rules)

    @cached_property
    def telling(self) -> tuple[str, ...]:
        """Those that carry meaning, in the order of the alphabet."""
        empty = {*self._table.stop_words, *self._phrases.asides, *self._phrases.verbs}
        return tuple(sorted(word for word in self.all - empty if len(word) > 2))

    @cached_property
    def _stems(self) -> frozenset[str]:
        deeds = {deed for word in self.all for deed in self._table.deeds_of_verb.get(word, ())}
        same = {verb for verb, of_verb in self._table.deeds_of_verb.items() if not deeds.isdisjoint(of_verb)}
        return frozenset(self._phrases.stem(word) for word in (*self.all, *same))

    def has(self, word: str) -> bool:
        """True of a word in lower case, or a relative of it."""
        return word in self.all or self._phrases.stem(word) in self._stems


@dataclass(frozen=True)
class OwnedWords:
    """A sentence, each of its words with its owner."""

    words: tuple[str, ...]
    owners: tuple[str, ...]
    table: WordTable
    phrases: PhraseWords

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(word.casefold() for word in self.words)

    @property
    def ranges(self) -> frozenset[str]:
        """Words between two numbers that are the ends of a range, among others."""
        return self.table.states | self.table.goals

    @cached_property
    def left(self) -> tuple[int, ...]:
        """The places of the words that nothing explains."""
        return tuple(place for place, owner in enumerate(self.owners) if owner == LEFT)

    def is_value(self, place: int) -> bool:
        """True of a word of a slot's value."""
        return self.owners[place] not in (WORDING, NOTHING, LEFT)

    def is_explained(self, place: int) -> bool:
        """True of a word with an owner and a meaning."""
        return self.owners[place] not in (NOTHING, LEFT)

    def is_empty(self, place: int) -> bool:
        """True of a function word or an aside, the intent's own included; not of one in a value."""
        return not self.is_value(place) and _is_empty(self.plain[place], self.table, self.phrases)

    def text(self, start: int, end: int) -> str:
        """Return some of the words as one text."""
        return " ".join(self.words[start:end])


def _is_empty(word: str, table: WordTable, phrases: PhraseWords) -> bool:
    groups = (table.stop_words, phrases.asides, phrases.locatives, phrases.determiners, phrases.auxiliaries)
    return any(word in group for group in (*groups, table.particles, phrases.subjects))


def owned(
    query: Query, texts: Mapping[str, str], own: OwnWords | None, table: WordTable, phrases: PhraseWords
) -> OwnedWords:
    """Return the words of a sentence with their owners.

    Args:
        query: the sentence.
        texts: slot name -> the words that its value was read from.
        own: the words of the intent; None where a template covers all that is no value.
        table: the words of the language.
        phrases: the same.
    """
    plain = [word.casefold() for word in query.words]
    owners = [LEFT] * len(plain)
    for name, text in sorted(texts.items(), key=lambda item: -len(item[1])):
        value = expand_contractions(units_apart(text, query.language), query.language).casefold().split()
        for place in _places(value, plain, owners):
            owners[place] = name
    for place, word in enumerate(plain):
        if owners[place] == LEFT:
            if own is None or own.has(word):
                owners[place] = WORDING
            elif phrases.is_verb(word) or _is_empty(word, table, phrases) or not any(map(str.isalnum, word)):
                owners[place] = NOTHING
    return OwnedWords(query.words, tuple(owners), table, phrases)


def _places(value: Sequence[str], plain: Sequence[str], owners: Sequence[str]) -> list[int]:
    """Return the places of a value's words: where they stand in one row, else each for itself."""
    bare = [word.removesuffix("'s") for word in plain]
    wanted = [word.removesuffix("'s") for word in value]
    for start in range(len(bare) - len(wanted) + 1):
        places = range(start, start + len(wanted))
        if bare[start : start + len(wanted)] == wanted and all(owners[place] == LEFT for place in places):
            return list(places)
    return [place for place, word in enumerate(bare) if word in wanted and owners[place] == LEFT]
