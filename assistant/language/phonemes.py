"""Words as phonemes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

_MARKS = str.maketrans("", "", "ˈˌːˑ‍͡ ")

_LONGEST_WORD = 60
"""Letters of the longest word that is pronounced and not spelt: the longest in use have 45."""

_UNSPOKEN = re.compile(r"[^\w\s'.,:;%&$£€+@°/*=<>!?-]+")
"""Signs that nobody reads aloud: the pronouncer takes milliseconds for each of them."""


class Phonemes(NamedTuple):
    """A sentence in phonemes."""

    symbols: str
    """One character each."""
    bounds: tuple[int, ...]
    """Position before each word, and the end."""


@lru_cache(maxsize=20_000)
def pronounce(word: str, language: str = "en") -> str:
    """Return the phonemes of a word, one character each; in other languages than English its letters.

    >>> pronounce("20") == pronounce("twenty")
    True
    """
    if not language.startswith("en") or len(word) > _LONGEST_WORD:
        return word.casefold()
    try:
        spoken = _pronouncer()(_UNSPOKEN.sub(" ", word.casefold())).translate(_MARKS)
    except (ValueError, IndexError):  # digits of other kinds, numbers beyond all names
        spoken = word.casefold()
    return "".join(filter(str.isalpha, spoken))


def transcribe(words: Sequence[str], language: str = "en") -> Phonemes:
    """Return the phonemes of a sentence's words."""
    spoken = [pronounce(word, language) for word in words]
    return Phonemes("".join(spoken), (0, *itertools.accumulate(map(len, spoken))))


@cache
def _pronouncer() -> Any:
    """Load the pronunciations that the assistant's own voice speaks by, which takes half a second."""
    from hibari.g2p import G2P

    return G2P()


@lru_cache(maxsize=4096)
def metaphone(text: str) -> str:
    """Return a key that words share when they sound alike in English (Metaphone); digits are kept.

    >>> metaphone("night") == metaphone("knight")
    True
    """
    import jellyfish

    parts = re.findall(r"\d+|[^\W\d_]+", text)
    return "".join(jellyfish.metaphone(part) if part.isalpha() else part for part in parts)
