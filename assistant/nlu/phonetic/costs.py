"""What it costs a listener to take one phoneme for another, miss one or hear one too many.

The costs are those of a weighted edit distance (Wagner and Fischer, "The string-to-string correction problem",
J. ACM 21(1), 1974): phonemes of one place or manner of articulation are confused more readily than others.
"""

# ruff: noqa: RUF001 (phonemes are written in the phonetic alphabet)

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_VOWELS = "aeiouæɑɐəɚɛɜɪɔʊʌᵊᵻAIOWYQɒᴧ"
_WEAK = "əɐᵊᵻɪhj"
"""Phonemes that are swallowed easily."""

_ALIKE = ("pb", "tdɾTʔ", "kɡ", "fv", "θð", "sz", "ʃʒ", "ʧʤ", "mnŋ", "lɹ", "ɪieɛA", "əɐʌᵊᵻɜɚ", "ɑɔɒæaO", "uʊ")
"""Families whose members are most often taken for each other."""

_KIN = ("pbtdɾTʔkɡ", "fvθðszʃʒʧʤh", "mnŋlɹ", "wuʊɹ")

_SAME_FAMILY, _SAME_KIND, _OTHER = 0.35, 0.6, 1.0
"""Cost of a substitution within a family, within a kind (stops, fricatives, vowels, ...) and across kinds."""

_LOST, _LOST_WEAK = 0.7, 0.35
"""Cost of a phoneme too many or too few."""


def substitution(one: str, other: str) -> float:
    """Return the cost of one phoneme heard for the other: 0 for the same, 1 for two that are nothing alike."""
    if one == other:
        return 0.0
    if any(one in family and other in family for family in _ALIKE):
        return _SAME_FAMILY
    if any(one in kin and other in kin for kin in _KIN) or (one in _VOWELS and other in _VOWELS):
        return _SAME_KIND
    return _OTHER


def indel(phoneme: str) -> float:
    """Return the cost of a phoneme inserted or deleted."""
    return _LOST_WEAK if phoneme in _WEAK else _LOST


# -- the same for arrays

_ALPHABET = "".join(dict.fromkeys("".join((_VOWELS, _WEAK, *_ALIKE, *_KIN))))
_CODES = {phoneme: code for code, phoneme in enumerate(_ALPHABET)}
_SUBSTITUTIONS = np.full((len(_ALPHABET) + 1, len(_ALPHABET) + 1), _OTHER)
_SUBSTITUTIONS[:-1, :-1] = [[substitution(row, column) for column in _ALPHABET] for row in _ALPHABET]
_INDELS = np.array([*map(indel, _ALPHABET), _LOST])
"""Both end in a row for symbols outside the alphabet, such as letters of other languages."""


def encode(symbols: str) -> NDArray[np.int32]:
    """Return the codes of phonemes, shape (n,); those of symbols outside the alphabet lie beyond its size."""
    beyond = len(_ALPHABET)
    return np.array([_CODES.get(symbol, beyond + ord(symbol)) for symbol in symbols], np.int32)


def substitutions(ones: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the cost of each phoneme heard for each other one, shape (n, m), of two arrays of codes."""
    last = len(_ALPHABET)
    costs = _SUBSTITUTIONS[np.minimum(ones, last)[:, None], np.minimum(others, last)[None, :]]
    costs[ones[:, None] == others[None, :]] = 0.0
    return costs


def indels(codes: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the cost of each phoneme inserted or deleted, shape (n,)."""
    costs: NDArray[np.float64] = _INDELS[np.minimum(codes, len(_ALPHABET))]
    return costs
