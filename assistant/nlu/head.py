"""What was learnt from the intents' own phrases: which one a new sentence means, and whether it means any.

One kernel compares two sentences: exp(2 (cosine - 1)) of their vectors, plus the cosines of their word and letter
n-grams. Least squares on it has a closed form, and so have the scores that each phrase would get were it not there,
which tell at no further fit how sure is sure enough. The near misses of an intent enter the regression of that
intent alone. Many phrases are dealt into blocks, each solved exactly, whose scores are averaged.

Fitting needs scipy; asking does with numpy.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import re
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.index import Row

if TYPE_CHECKING:
    import scipy.sparse

Array: TypeAlias = NDArray[np.float32]
Whole: TypeAlias = NDArray[np.intp]

VERSION = "1"
"""Raised when the same phrases would be learnt otherwise."""

_WORDING = (0.1, 0.2)
"""Weight of each of the two n-gram cosines beside the vectors' 1: with few phrases an intent, and from `_MANY` on."""
_MANY = 20
_RIDGE = 0.1
_FAMILIAR = 0.5
"""Weight, beside the score, of the mean cosine to the nearest phrases of all."""
_NEAR = 5
_REFUSED = (0.5, 0.015, 0.08)
"""Share of new sentences that may be refused though right: so much of the share mistaken, at least and at most."""
_USUAL, _DOUBT = 0.55, 10
"""Threshold where there are no phrases to fit it on, and how many phrases weigh as much."""
_STRICTEST = 0.58
"""Threshold at most: one author's phrases are nearer to one another than what others say."""
_SLOPE = 4.5
"""Of the logistic curve through the threshold: what keeps right from wrong best, on public sets and the shipped one."""
_BLOCK = 5000
"""Phrases solved at once: time grows with the cube, memory with the square (100 MB)."""
_SAMPLED = 24
"""At most so many sentences of an intent's templates are learnt from; written examples all are."""
_JUDGED = 1000
"""Phrases at most on which the threshold is fitted."""

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
class Wording:
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


def wording(texts: Sequence[str], kind: int) -> Wording:
    """Return the n-grams of texts that have any, with the rarity of each."""
    known, seen = np.unique(np.concatenate([grams(text)[kind][0] for text in texts]), return_counts=True)
    return Wording(kind, known, (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Head:
    """What was learnt."""

    owners: tuple[str, ...]
    own: int
    """How many of the phrases are the intents' own; those that follow are near misses."""
    vectors: Array
    """Shape (phrases, d)."""
    alpha: Array
    """Weight of each phrase for each owner, shape (phrases, owners)."""
    wordings: tuple[Wording, ...]
    by_gram: tuple[Array, ...]
    """Weight of each n-gram for each owner, shape (n-grams, owners), one array for each wording."""
    threshold: float

    def odds(self, vector: Array, text: str) -> dict[str, float]:
        """Return how sure it is that each intent is meant, in log odds: from 0 on as sure as it need be."""
        if not self.owners:
            return {}
        scores, familiar = self.raw(vector, text)
        sure = _SLOPE * (scores + _FAMILIAR * familiar - self.threshold)
        return dict(zip(self.owners, sure.tolist(), strict=True))

    def raw(self, vector: Array, text: str) -> tuple[Array, float]:
        """Return a score for each owner, about 1 for what is meant and 0 for the rest, and how familiar it all is."""
        cosines = self.vectors @ vector
        scores = np.exp(2 * (cosines - 1)) @ self.alpha
        for known, learnt in zip(self.wordings, self.by_gram, strict=True):
            at, weights = known.weights(text)
            scores = scores + weights @ learnt[at]
        return scores, float(_familiar(cosines[None, : self.own])[0])

    def save(self, file: Path, key: str) -> None:
        """Write it under a key that `load` asks for; a file that cannot be written is no error, but fitted anew."""
        parts: dict[str, Any] = {f"known{w.kind}": w.known for w in self.wordings}
        parts |= {f"rarity{w.kind}": w.rarity for w in self.wordings}
        parts |= {f"by_gram{w.kind}": each for w, each in zip(self.wordings, self.by_gram, strict=True)}
        new = file.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            with new.open("wb") as target:
                np.savez(
                    target,
                    key=np.array(key),
                    owners=np.array(self.owners, np.str_),
                    numbers=np.array([self.own, self.threshold]),
                    vectors=self.vectors.astype(np.float16),
                    alpha=self.alpha,
                    **parts,
                )
            new.replace(file)


def load(file: Path, key: str) -> Head | None:
    """Return what was saved under the key; None where there is nothing, or another key, or a damaged file."""
    try:
        with np.load(file, allow_pickle=False) as read:
            if str(read["key"]) != key:
                return None
            own, threshold = read["numbers"].tolist()
            wordings = tuple(Wording(kind, read[f"known{kind}"], read[f"rarity{kind}"]) for kind in (0, 1))
            return Head(
                tuple(read["owners"].tolist()),
                int(own),
                read["vectors"].astype(np.float32),
                read["alpha"],
                wordings,
                tuple(read[f"by_gram{kind}"] for kind in (0, 1)),
                threshold,
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


NOTHING = Head((), 0, np.zeros((0, 1), np.float32), np.zeros((0, 0), np.float32), (), (), _USUAL)
"""What is learnt from nothing."""


def fit(rows: Sequence[Row], vectors: Array, written: frozenset[tuple[str, str]] | None = None) -> Head:
    """Learn from the rows of intents and their near misses; rows of other kinds are passed over.

    `written` holds owner and text of the rows that somebody wrote: of the others, samples of templates, some are
    enough, and how sure is sure enough is judged on what was written. None: all were.
    """
    own = [at for at, row in enumerate(rows) if row.kind == "intent"]
    by_hand = {at for at in own if written is None or (rows[at].owner, rows[at].text) in written}
    own = _thinned(rows, own, by_hand)
    if not own:
        return NOTHING
    owners, member = np.unique([rows[at].owner for at in own], return_inverse=True)
    names = {str(name): number for number, name in enumerate(owners)}
    against = [at for at, row in enumerate(rows) if row.kind == "not" and row.owner in names]
    texts = [rows[at].text for at in own + against]
    wordings = tuple(wording(texts, kind) for kind in (0, 1))
    weight = _WORDING[len(own) >= _MANY * len(owners)]
    problem = _Problem(
        vectors[own + against].astype(np.float32),
        [each.matrix(texts) for each in wordings],
        weight,
        member,
        np.array([names[rows[at].owner] for at in against], np.intp),
        np.array([at in by_hand for at in own]),
    )
    alpha, threshold = problem.solved()
    learnt = tuple(np.asarray(weight * (each.T @ alpha), np.float32) for each in problem.words)
    return Head(tuple(names), len(own), problem.vectors, alpha, wordings, learnt, threshold)


def _thinned(rows: Sequence[Row], own: Sequence[int], by_hand: set[int]) -> list[int]:
    """Return those of the rows to learn from, in an order that does not hang on that of the store."""
    taken: dict[str, int] = {}
    kept = []
    for at in sorted(own, key=lambda at: (at not in by_hand, crc32(rows[at].text.encode()), rows[at].owner)):
        if at not in by_hand:
            taken[rows[at].owner] = taken.get(rows[at].owner, 0) + 1
        if taken.get(rows[at].owner, 0) <= _SAMPLED:
            kept.append(at)
    return kept


@dataclass(frozen=True, slots=True)
class _Problem:
    """The phrases to learn from, own ones first, then near misses."""

    vectors: Array
    words: Sequence[Any]
    """Their n-grams, a sparse matrix for each wording."""
    weight: float
    """Of a wording's cosine."""
    member: Whole
    """Owner of each own phrase."""
    against: Whole
    """Owner of each near miss."""
    written: NDArray[np.bool_]
    """Which own phrases are no samples: the threshold is fitted on these."""

    def solved(self) -> tuple[Array, float]:
        """Return the weights of phrases for owners, and the threshold."""
        import threadpoolctl

        block = _deal(self.member, max(1, round(len(self.member) / _BLOCK + 0.3)))
        blocks = [np.flatnonzero(block == number) for number in range(int(block.max()) + 1)]
        with threadpoolctl.threadpool_limits(1), ThreadPoolExecutor(min(len(blocks), os.cpu_count() or 1)) as pool:
            solved = list(pool.map(self._solve, blocks, [True] + [False] * (len(blocks) - 1)))
        alpha = np.zeros((len(self.vectors), int(self.member.max()) + 1), np.float32)
        misses = len(self.member) + np.arange(len(self.against))
        for rows, (weights, less, _) in zip(blocks, solved, strict=True):
            alpha[rows] += weights
            alpha[misses, self.against] += less
        return alpha / np.float32(len(blocks)), solved[0][2]

    def _solve(self, rows: Whole, judge: bool) -> tuple[Array, Array, float]:
        """Return the weights of own phrases for owners, those of near misses, and where asked the threshold."""
        import scipy.linalg

        kernel = self.kernel(rows, rows)
        kernel[np.diag_indices(len(rows))] += _RIDGE
        factor = scipy.linalg.cholesky(kernel, lower=True, overwrite_a=True, check_finite=False)
        target = np.eye(int(self.member.max()) + 1, dtype=np.float32)[self.member[rows]]
        weights = scipy.linalg.cho_solve((factor, True), target, check_finite=False)
        threshold = self._bound(rows, factor, weights) if judge else _USUAL
        return weights, self._corrected(rows, factor, weights), threshold

    def kernel(self, some: Whole, others: Whole) -> Array:
        """Return how alike phrases are, shape (some, others)."""
        kernel: Array = np.exp(2 * (self.vectors[some] @ self.vectors[others].T - 1))
        for each in self.words:
            kernel += self.weight * (each[some] @ each[others].T).toarray()
        return kernel

    def _corrected(self, rows: Whole, factor: Array, weights: Array) -> Array:
        """Return the weights of near misses that make their scores 0 for their owners; change the owners' to match."""
        import scipy.linalg

        less = np.zeros(len(self.against), np.float32)
        if not len(less):
            return less
        misses = len(self.member) + np.arange(len(less))
        beside = self.kernel(rows, misses)
        through = scipy.linalg.cho_solve((factor, True), beside, check_finite=False)
        among = self.kernel(misses, misses) - beside.T @ through
        excess = beside.T @ weights
        for owner in np.unique(self.against):
            at = np.flatnonzero(self.against == owner)
            corner = among[np.ix_(at, at)] + _RIDGE * np.eye(len(at), dtype=np.float32)
            less[at] = np.linalg.solve(corner, -excess[at, owner])
            weights[:, owner] -= through[:, at] @ less[at]
        return less

    def _bound(self, rows: Whole, factor: Array, weights: Array) -> float:
        """Return the threshold, by how sure phrases that were written would be were each of them not there."""
        import scipy.linalg

        written = np.flatnonzero(self.written[rows])[:_JUDGED]
        if not len(written) or len(rows) < 2:
            return _USUAL
        ones = np.zeros((len(rows), len(written)), np.float32)
        ones[written, np.arange(len(written))] = 1
        root = scipy.linalg.solve_triangular(factor, ones, lower=True, overwrite_b=True, check_finite=False)
        member = self.member[rows[written]]
        alone = np.eye(weights.shape[1], dtype=np.float32)[member] - weights[written] / (root**2).sum(0)[:, None]
        cosines = self.vectors[rows[written]] @ self.vectors[rows].T
        cosines[np.arange(len(written)), written] = -1
        return _threshold(alone.max(1) + _FAMILIAR * _familiar(cosines), alone.argmax(1) == member)


def _threshold(sure: Array, right: NDArray[np.bool_]) -> float:
    """Return what is sure enough, by how sure phrases were when new; few of them say little."""
    if not right.any():
        return _USUAL
    part, least, most = _REFUSED
    fitted = min(_STRICTEST, float(np.quantile(sure[right], np.clip(part * np.mean(~right), least, most))))
    return (len(sure) * fitted + _DOUBT * _USUAL) / (len(sure) + _DOUBT)


def _familiar(cosines: Array) -> Array:
    """Return the mean cosine to the nearest phrases, shape (n,) for (n, phrases)."""
    count = min(_NEAR, cosines.shape[1])
    return np.asarray(np.partition(cosines, -count, axis=1)[:, -count:].mean(1), np.float32)


def _deal(member: Whole, count: int) -> Whole:
    """Return a block number for each row, the rows of each owner spread evenly."""
    rng, block = np.random.default_rng(0), np.zeros(len(member), np.intp)
    for owner in range(int(member.max()) + 1):
        rows = rng.permutation(np.flatnonzero(member == owner))
        block[rows] = (np.arange(len(rows)) + rng.integers(count)) % count
    return block
