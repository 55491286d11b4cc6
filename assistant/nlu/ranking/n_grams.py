"""Word and letter n-grams: what a sentence says by its wording, beside its vector."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import scipy.sparse

Array: TypeAlias = NDArray[np.float32]
Whole: TypeAlias = NDArray[np.intp]

_COMMON = (100, 0.1)
"""An n-gram in more phrases than these, and than this share of them, tells nothing."""

Grams: TypeAlias = tuple[NDArray[np.uint32], Array]
"""Names of n-grams in rising order, and how often each is in a text, damped."""


@lru_cache(maxsize=50_000)
def grams(text: str) -> tuple[Grams, Grams]:
    """Return the words and pairs of words, and the 2 to 5 letters in a row inside words; each named by a hash."""
    words = re.findall(r"\w+|[^\w\s]", text.lower())
    fenced = [f"<{word}>" for word in words]
    runs = [word[i : i + n] for word in fenced for n in (2, 3, 4, 5) for i in range(len(word) - n + 1)]
    return _counted([*words, *(f"{a} {b}" for a, b in itertools.pairwise(words))]), _counted(runs)


def _counted(found: Sequence[str]) -> Grams:
    names, counts = np.unique(np.array([crc32(each.encode()) for each in found], np.uint32), return_counts=True)
    return names, (1 + np.log(counts)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class NGramTable:
    """The n-grams of one kind that are known, and how rare each is."""

    kind: int
    """Index into `grams`."""
    known: NDArray[np.uint32]
    """Their names, in rising order."""
    rarity: Array

    def weights(self, text: str) -> tuple[Whole, Array]:
        """Return a text's known n-grams and their weights, a unit vector; others are left out."""
        names, counts = grams(text)[self.kind]
        if not len(self.known):
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        at = np.minimum(np.searchsorted(self.known, names), len(self.known) - 1)
        there = self.known[at] == names
        at, weights = at[there], counts[there] * self.rarity[at[there]]
        return at, weights / max(math.sqrt(float(weights @ weights)), 1e-9)

    def matrix(self, texts: Sequence[str]) -> scipy.sparse.csr_matrix:
        """Return the weights of many texts, one row each."""
        import scipy.sparse

        rows = [self.weights(text) for text in texts]
        ends = np.cumsum([0, *(len(at) for at, _ in rows)])
        at, weights = np.concatenate([at for at, _ in rows]), np.concatenate([w for _, w in rows])
        return scipy.sparse.csr_matrix((weights, at, ends), shape=(len(texts), len(self.known)))


def n_gram_table(texts: Sequence[str], kind: int) -> NGramTable:
    """Return the n-grams of texts that tell something, with the rarity of each."""
    known, seen = np.unique(np.concatenate([grams(text)[kind][0] for text in texts]), return_counts=True)
    telling = seen <= max(_COMMON[0], _COMMON[1] * len(texts))
    rarity = np.log((1 + len(texts)) / (1 + seen[telling])) + 1
    return NGramTable(kind, known[telling], rarity.astype(np.float32))
