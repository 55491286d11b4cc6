"""What words sound like: phones, and how far one is from another to a listener."""

# ruff: noqa: RUF001 (phones are written in the phonetic alphabet)

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_VOWELS = "aeiouæɑɐəɚɛɜɪɔʊʌᵊᵻAIOWYQɒᴧ"
_WEAK = "əɐᵊᵻɪhj"
"""Phones that are swallowed easily."""

_ALIKE = ("pb", "tdɾTʔ", "kɡ", "fv", "θð", "sz", "ʃʒ", "ʧʤ", "mnŋ", "lɹ", "ɪieɛA", "əɐʌᵊᵻɜɚ", "ɑɔɒæaO", "uʊ")
"""Those that are most often taken for each other."""

_KIN = ("pbtdɾTʔkɡ", "fvθðszʃʒʧʤh", "mnŋlɹ", "wuʊɹ")
_MARKS = str.maketrans("", "", "ˈˌːˑ‍͡ ")

_SAME_FAMILY, _SAME_KIND, _OTHER = 0.35, 0.6, 1.0
_LOST, _LOST_WEAK = 0.7, 0.35
"""Cost of a phone too many or too few."""


def phones(word: str, language: str = "en") -> str:
    """Return the phones of a word, one character each; the letters themselves in other languages than English.

    >>> phones("20") == phones("twenty")
    True
    """
    return _english(word.casefold()) if language.startswith("en") else word.casefold()


@lru_cache(maxsize=20_000)
def _english(word: str) -> str:
    said = _pronouncer()(word)
    return "".join(each for each in said.translate(_MARKS) if each.isalpha())


@cache
def _pronouncer() -> Any:
    """Return the pronunciations that the assistant's own voice speaks by; loading them takes half a second."""
    from hibari.g2p import G2P

    return G2P()


@cache
def exchange(one: str, other: str) -> float:
    """Return what it costs to have heard one phone for the other: 0 for the same, 1 for two that are nothing alike."""
    if one == other:
        return 0.0
    if any(one in family and other in family for family in _ALIKE):
        return _SAME_FAMILY
    if any(one in kin and other in kin for kin in _KIN) or (one in _VOWELS and other in _VOWELS):
        return _SAME_KIND
    return _OTHER


@cache
def loss(phone: str) -> float:
    """Return what it costs to have heard the phone where it was not, or not where it was."""
    return _LOST_WEAK if phone in _WEAK else _LOST


def losses(spoken: str) -> NDArray[np.float32]:
    """Return the loss of each phone, shape (len(spoken),)."""
    return np.array([loss(each) for each in spoken], np.float32)


def exchanges(phone: str, spoken: str) -> NDArray[np.float32]:
    """Return the cost of each spoken phone for that one, shape (len(spoken),)."""
    return np.array([exchange(phone, each) for each in spoken], np.float32)
