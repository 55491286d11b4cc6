"""The features of words by which slots are tagged: the word, its neighbours, its form, and the values it may be in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple, TypeAlias

UNKNOWN = "\0"
"""Begins a word that is hidden while a tagger is trained."""


class Hint(NamedTuple):
    """A stretch of words that is a listed or typed value, of whichever slot."""

    start: int
    end: int
    kind: str


Hints: TypeAlias = Callable[[tuple[str, ...]], Iterable[Hint]]
"""Words to the values among them."""


def tokens(words: Sequence[str]) -> list[tuple[str, int]]:
    """Return the words, each with its place, and the `'s` of an owner as a token of its own."""
    parts = []
    for place, word in enumerate(words):
        owner = len(word) > 2 and word[-2:].lower() == "'s"
        parts += [(word[:-2], place), ("'s", place)] if owner else [(word, place)]
    return parts


def token_hints(parts: Sequence[tuple[str, int]], words: Sequence[str], hints: Hints) -> Iterator[Hint]:
    """Yield the hints of a sentence by its tokens, those to words with an `'s` and to words without it."""
    yield from hints(tuple(part for part, _ in parts))
    if len(parts) > len(words):
        first = {word: place for place, (_, word) in reversed(list(enumerate(parts)))}
        for hint in hints(tuple(words)):
            yield hint._replace(start=first[hint.start], end=first.get(hint.end, len(parts)))


def features(words: Sequence[str], hints: Iterable[Hint]) -> list[list[str]]:
    """Return the features of each token, as conditional random fields want them: one string a feature."""
    marks: list[dict[str, None]] = [{} for _ in words]
    for hint in hints:
        for place in range(hint.start, hint.end):
            marks[place][f"{'B' if place == hint.start else 'I'}{hint.kind}"] = None
            if place == hint.end - 1:
                marks[place][f"E{hint.kind}"] = None
    sequence = [list(names) for names in _of_words(tuple(words))]
    for place, step in product(range(len(words)), (-1, 0, 1)):
        if marks[place] and 0 <= place - step < len(words):
            sequence[place - step] += [f"{step}~{mark}" for mark in marks[place]]
    return sequence


@lru_cache(maxsize=64)
def _of_words(words: tuple[str, ...]) -> list[list[str]]:
    """Return the features of tokens that say nothing of values: those of a sentence for the tagger of any intent."""
    lowered = [UNKNOWN if UNKNOWN in word else "#" if word.isdigit() else word.lower() for word in words]
    return [_of_word(place, words, lowered) for place in range(len(words))]


def _of_word(place: int, words: Sequence[str], lowered: Sequence[str]) -> list[str]:
    names = ["bias"]
    for step in (-2, -1, 0, 1, 2):
        beside = place + step
        if not 0 <= beside < len(words):
            names.append(f"{step}|")
        elif lowered[beside] != UNKNOWN:
            names.append(f"{step}|{lowered[beside]}")
    for step in (-2, -1, 0, 1):
        pair = [lowered[beside] if 0 <= beside < len(words) else "" for beside in (place + step, place + step + 1)]
        if UNKNOWN not in pair:
            names.append(f"{step}&{pair[0]} {pair[1]}")
    if lowered[place] != UNKNOWN:
        names += [f"^{lowered[place][:3]}", f"${lowered[place][-3:]}", f"${lowered[place][-2:]}"]
    neighbours = [step for step in (-1, 0, 1) if 0 <= place + step < len(words)]
    return [*names, *(f"s{step}{shape(words[place + step])}" for step in neighbours)]


@lru_cache(maxsize=4096)
def shape(word: str) -> str:
    """Return `Xx` for London, `dd` for 20, `d:d` for 7:30."""
    kinds = ("X" if c.isupper() else "x" if c.isalpha() else "d" if c.isdigit() else c for c in word.strip(UNKNOWN))
    out = ""
    for kind in kinds:
        out += kind if out[-1:] != kind else ""
    return out
