"""The sound of words: phones, the distance between two of them to a listener, and Metaphone keys."""

# ruff: noqa: RUF001 (phones are written in the phonetic alphabet)

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_VOWELS = "aeiouæɑɐəɚɛɜɪɔʊʌᵊᵻAIOWYQɒᴧ"
_WEAK = "əɐᵊᵻɪhj"
"""Phones that are swallowed easily."""

_ALIKE = ("pb", "tdɾTʔ", "kɡ", "fv", "θð", "sz", "ʃʒ", "ʧʤ", "mnŋ", "lɹ", "ɪieɛA", "əɐʌᵊᵻɜɚ", "ɑɔɒæaO", "uʊ")
"""Groups whose members are most often taken for each other."""

_KIN = ("pbtdɾTʔkɡ", "fvθðszʃʒʧʤh", "mnŋlɹ", "wuʊɹ")
"""Groups of one manner of articulation; two vowels are kin as well."""

_MARKS = str.maketrans("", "", "ˈˌːˑ‍͡ ")


def phones(word: str, language: str = "en") -> str:
    """Return the phones of a word, one character each; the letters themselves in other languages than English.

    >>> phones("20") == phones("twenty")
    True
    """
    return _english(word.casefold()) if language.startswith("en") else word.casefold()


@lru_cache(maxsize=20_000)
def _english(word: str) -> str:
    return "".join(phone for phone in _pronouncer()(word).translate(_MARKS) if phone.isalpha())


@cache
def _pronouncer() -> Any:
    """Load the pronunciations by which the assistant's own voice speaks: half a second, once."""
    from hibari.g2p import G2P

    return G2P()


@cache
def exchange(phone: str, other: str) -> float:
    """Return the cost of hearing one phone for the other: 0 for the same, 1 for two that are nothing alike."""
    if phone == other:
        return 0.0
    if any(phone in group and other in group for group in _ALIKE):
        return 0.35
    if any(phone in group and other in group for group in _KIN) or (phone in _VOWELS and other in _VOWELS):
        return 0.6
    return 1.0


@cache
def loss(phone: str) -> float:
    """Return the cost of hearing a phone that is not there, or of missing one that is."""
    return 0.35 if phone in _WEAK else 0.7


def losses(spoken: str) -> NDArray[np.float32]:
    """Return the loss of each phone, shape (len(spoken),)."""
    return np.array([loss(phone) for phone in spoken], np.float32)


def exchanges(phone: str, spoken: str) -> NDArray[np.float32]:
    """Return the cost of each spoken phone for that one, shape (len(spoken),)."""
    return np.array([exchange(phone, other) for other in spoken], np.float32)


@lru_cache(maxsize=4096)
def metaphone(text: str) -> str:
    """Return a key that words share when they sound alike in English (Metaphone); digits are kept.

    >>> metaphone("night") == metaphone("knight")
    True
    """
    import jellyfish

    parts = re.findall(r"\d+|[^\W\d_]+", text)
    return "".join(jellyfish.metaphone(part) if part.isalpha() else part for part in parts)
