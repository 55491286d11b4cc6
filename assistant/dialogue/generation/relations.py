"""Who does what to whom: a claim stands on a sentence that has its words in the same order and bound in the same way.

No grammar is parsed. What a claim leaves out of the sentence may be a whole part of it, never its condition, the noun
that a preposition belongs to, or half of a list; what it puts in may be an article or an auxiliary. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from assistant.language.numbers import in_digits
from assistant.language.tables import table_of
from assistant.language.tables.table import RelationWords
from assistant.language.text import normalise, tidy

_BREAK = re.compile(r"[,;:|()\[\]{}](?=\s|$)|(?<!\S)[|()\[\]{}]|\s[-–—]+\s")


class _Part(NamedTuple):
    """A word of a sentence, or a sign that ends a part of it, which has no letters."""

    word: str
    is_predicate: bool = False
    """True behind a form of `be`: `the lid is closed` says another thing than `the lid closed`."""


_END = _Part("")


def agrees(claim: str, sentence: str, before: str, stem: Callable[[str], str], language: str = "en") -> bool:
    """True if a sentence says what a claim does of the same things.

    Args:
        claim: the words to check.
        sentence: those that they are to rest on.
        before: what the sentence takes up, its heading for instance: the claim may begin with words of it.
        stem: takes the ending off a word.
        language: the language of all three.

    >>> agrees("The pump cleans the filter.", "The filter cleans the pump.", "", str)
    False
    """
    words = table_of(language).relations
    asserted = [part for part in _parts(claim, language) if part.word and part.word not in words.light]
    held = _parts(sentence, language)
    taken_up = {stem(part.word) for part in _parts(before, language)}

    @cache
    def fits(place: int, last: int) -> bool:
        """True if the claim from a place on stands behind the word of the sentence that was matched last, or -1."""
        if place == len(asserted):
            return last >= 0 and words.conditions.isdisjoint(part.word for part in held[last + 1 :])
        part, word = asserted[place], stem(asserted[place].word)
        for at in range(last + 1, len(held)):
            is_same = stem(held[at].word) == word and held[at].is_predicate == part.is_predicate
            if is_same and _is_whole(held[last + 1 : at], words) and fits(place + 1, at):
                return True
        return last < 0 and word in taken_up and fits(place + 1, last)

    return fits(0, -1)


def _is_whole(skipped: Sequence[_Part], words: RelationWords) -> bool:
    """True if words between two of a claim can be left out: none binds what follows, none begins another clause."""
    heavy = [word for word, _ in skipped if word in words.joining or word not in words.light]
    return (
        words.conditions.isdisjoint(heavy)
        and words.binding.isdisjoint(heavy[-1:])
        and not any(not word or word in words.joining for word in heavy[:-1])
    )


def _parts(text: str, language: str) -> list[_Part]:
    """Return the words of a sentence with the signs between its parts, but for those before a conjunction."""
    words, parts, is_predicate = table_of(language).relations, list[_Part](), False
    for stretch in _BREAK.split(text):
        counted = normalise(in_digits(tidy(stretch), language), language).split()
        if parts and counted and counted[0] not in words.joining:
            parts.append(_END)
        for word in counted:
            if any(map(str.isalnum, word)):
                parts.append(_Part(word, is_predicate))
                is_predicate = word in words.being or (is_predicate and word in words.light)
    return parts
