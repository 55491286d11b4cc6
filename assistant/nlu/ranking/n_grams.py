"""Word and letter n-grams weighed by their rarity: a sentence's wording, beside its vector."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import scipy.sparse

Array: TypeAlias = NDArray[np.float32]
Indices: TypeAlias = NDArray[np.intp]

NGramKind: TypeAlias = Literal[0, 1]
"""Index into `n_grams`: of words, of letters."""

Counts: TypeAlias = tuple[NDArray[np.uint32], Array]
"""Hashes of n-grams in rising order, and the damped count of each, 1 + log(count)."""


@lru_cache(maxsize=50_000)
def n_grams(text: str) -> tuple[Counts, Counts]:
    """Return the words and pairs of words of a text, and the 2 to 5 letters in a row inside its words."""
    words = re.findall(r"\w+|[^\w\s]", text.lower())
    fenced = [f"<{word}>" for word in words]
    runs = [word[i : i + n] for word in fenced for n in (2, 3, 4, 5) for i in range(len(word) - n + 1)]
    return _counted([*words, *(f"{first} {second}" for first, second in itertools.pairwise(words))]), _counted(runs)


def _counted(grams: Sequence[str]) -> Counts:
    hashes, counts = np.unique(np.array([crc32(gram.encode()) for gram in grams], np.uint32), return_counts=True)
    return hashes, (1 + np.log(counts)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class NGramTable:
    """The n-grams of one kind in the training phrases."""

    kind: NGramKind
    hashes: NDArray[np.uint32]
    """In rising order."""
    rarity: Array
    """Inverse document frequency of each."""

    def weights(self, text: str) -> tuple[Indices, Array]:
        """Return the places in the table of a text's n-grams and their tf-idf weights, a unit vector.

        N-grams that are not in the table are left out.
        """
        hashes, counts = n_grams(text)[self.kind]
        if not len(self.hashes):
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        places = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        listed = self.hashes[places] == hashes
        places, weights = places[listed], counts[listed] * self.rarity[places[listed]]
        return places, weights / max(math.sqrt(float(weights @ weights)), 1e-9)

    def matrix(self, texts: Sequence[str]) -> scipy.sparse.csr_matrix:
        """Return the weights of many texts, shape (texts, n-grams)."""
        import scipy.sparse

        rows = [self.weights(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in rows)])
        places, weights = np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])
        return scipy.sparse.csr_matrix((weights, places, ends), shape=(len(texts), len(self.hashes)))


def n_gram_table(texts: Sequence[str], kind: NGramKind, common: int = 100, share: float = 0.1) -> NGramTable:
    """Return the n-grams of texts without those in more than `common` and more than this share of them."""
    hashes, frequencies = np.unique(np.concatenate([n_grams(text)[kind][0] for text in texts]), return_counts=True)
    telling = frequencies <= max(common, share * len(texts))
    rarity = np.log((1 + len(texts)) / (1 + frequencies[telling])) + 1
    return NGramTable(kind, hashes[telling], rarity.astype(np.float32))
