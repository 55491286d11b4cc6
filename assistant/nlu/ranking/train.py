"""From the intents' own phrases to a `Classifier`.

One kernel compares two sentences: exp(2 (cosine - 1)) of their vectors, plus the cosines of their word and letter
n-grams. Regularised least squares on it has a closed form, and so have the scores that each phrase would get were it
not there, or were its whole intent not: at no further fit they tell how sure is sure enough, and how often that will
be wrong. Everyday talk is learnt as what no intent means; the near misses of an intent enter the regression of that
intent alone.

Many phrases are dealt into blocks by a hash of their words. Each is solved exactly, their scores are averaged (Zhang,
Duchi, Wainwright 2013), and a block whose phrases are the same as before is not solved again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from assistant.nlu.ranking.classifier import FAMILIAR, Classifier, Judged, Partition, familiarity
from assistant.nlu.ranking.n_grams import Array, Whole, n_gram_table
from assistant.nlu.retrieval.snapshot import Row, RowKind

VERSION = "3"
"""Raised when the same phrases would be learnt otherwise."""
KINDS: tuple[RowKind, ...] = ("intent", "not", "talk")
"""Rows that are learnt from."""
_WORDING = 0.1
"""Weight of each of the two n-gram cosines beside the vectors' 1."""
_RIDGE = 0.1
_BLOCK = 5000
"""Phrases solved at once, at most: time grows with the cube, memory with the square (100 MB)."""
_SAMPLED = 24
"""At most so many sentences of an intent's templates are learnt from; written examples all are."""
_JUDGED = 600
"""Phrases of a block on which the threshold is fitted; whole intents, so a few more."""
_CHUNK = 512


def fit(
    rows: Sequence[Row],
    vectors: Array,
    written: Mapping[tuple[str, str], str] | None = None,
    before: Classifier | None = None,
    source: str = "",
) -> Classifier:
    """Learn from the rows of intents, their near misses and everyday talk; questions are passed over.

    `written` holds, for owner and text of the rows that somebody wrote, the example they are made from: of the others,
    samples of templates, some are enough, and how sure is sure enough is judged on what was written. None: all were.
    `before` is what was learnt from the same embedder's vectors the last time: what has not changed is taken from it.
    `source` names the whole.
    """
    own = [at for at, row in enumerate(rows) if row.kind == "intent"]
    texts = {at: (rows[at].owner, rows[at].text) for at in own}
    by_hand = {at: written[key] if written else key[1] for at, key in texts.items() if not written or key in written}
    own = _thinned(rows, own, by_hand)
    owners = {rows[at].owner for at in own}
    beside = [at for at, row in enumerate(rows) if row.kind == "talk" or (row.kind == "not" and row.owner in owners)]
    beside.sort(key=lambda at: (rows[at].kind != "talk", rows[at].owner, rows[at].text))
    known = {block.key: block for block in before.blocks} if before else {}
    blocks = []
    for dealt in _dealt(rows, own):
        key = _key([rows[at] for at in dealt + beside], [by_hand.get(at, "") for at in dealt], vectors[dealt[:1]])
        blocks.append(known.get(key) or _learnt(rows, vectors, dealt, beside, by_hand, key))
    return Classifier(tuple(blocks), source)


def _thinned(rows: Sequence[Row], own: Sequence[int], by_hand: Mapping[int, str]) -> list[int]:
    """Return those of the rows to learn from, in an order that does not hang on that of the store."""
    taken: dict[str, int] = {}
    kept = []
    for at in sorted(own, key=lambda at: (at not in by_hand, _hash(rows[at]), rows[at].owner, rows[at].text)):
        if at not in by_hand:
            taken[rows[at].owner] = taken.get(rows[at].owner, 0) + 1
        if taken.get(rows[at].owner, 0) <= _SAMPLED:
            kept.append(at)
    return kept


def _hash(row: Row) -> int:
    return crc32(row.text.encode())


def _dealt(rows: Sequence[Row], own: Sequence[int]) -> list[list[int]]:
    """Return the rows of each block."""
    count = -(-len(own) // _BLOCK)
    blocks: list[list[int]] = [[] for _ in range(count)]
    for at in own:
        blocks[_hash(rows[at]) // 7 % count].append(at)
    return [block for block in blocks if block]


def _key(rows: Sequence[Row], examples: Sequence[str], first: Array) -> str:
    parts = [VERSION, *examples, *(f"{row.kind}\0{row.owner}\0{row.text}" for row in rows)]
    return hashlib.sha256("\n".join(parts).encode() + first.astype(np.float16).tobytes()).hexdigest()


def _learnt(
    rows: Sequence[Row],
    vectors: Array,
    own: Sequence[int],
    beside: Sequence[int],
    by_hand: Mapping[int, str],
    key: str,
) -> Partition:
    """Return what a block's own phrases teach, beside everyday talk and near misses."""
    owners, member = np.unique([rows[at].owner for at in own], return_inverse=True)
    names = {str(name): number for number, name in enumerate(owners)}
    talk = [at for at in beside if rows[at].kind == "talk"]
    misses = [at for at in beside if rows[at].owner in names]
    used = [*own, *talk, *misses]
    texts = [rows[at].text for at in used]
    wordings = tuple(n_gram_table(texts, kind) for kind in (0, 1))
    problem = _Problem(
        vectors[used].astype(np.float32),
        [each.matrix(texts) for each in wordings],
        member,
        len(talk),
        np.array([names[rows[at].owner] for at in misses], np.intp),
        _numbered([by_hand.get(at, "") for at in own]),
    )
    alpha, judged = problem.solved()
    learnt = tuple(np.asarray(_WORDING * (each.T @ alpha), np.float32) for each in problem.words)
    return Partition(key, tuple(names), np.bincount(member), problem.vectors, alpha, wordings, learnt, judged)


def _numbered(examples: Sequence[str]) -> Whole:
    numbers = {each: number for number, each in enumerate(dict.fromkeys(examples))}
    return np.array([numbers[each] if each else -1 for each in examples], np.intp)


@dataclass(frozen=True, slots=True)
class _Problem:
    """The phrases to learn from: own ones first, then everyday talk, then near misses."""

    vectors: Array
    words: Sequence[Any]
    """Their n-grams, a sparse matrix for each wording."""
    member: Whole
    """Owner of each own phrase."""
    talk: int
    """How many are talk."""
    against: Whole
    """Owner of each near miss."""
    example: Whole
    """Number of the example that each own phrase was written from; -1 for samples of templates: they are not judged."""

    def solved(self) -> tuple[Array, Judged]:
        """Return the weights of phrases for owners, and how it would judge them were they new."""
        import scipy.linalg

        own = np.arange(len(self.member) + self.talk)
        kernel = self.kernel(own, own, lower=True)
        kernel[np.diag_indices(len(own))] += _RIDGE
        factor = scipy.linalg.cholesky(kernel.T, overwrite_a=True, check_finite=False)  # upper, of the same matrix
        target = np.zeros((len(own), int(self.member.max()) + 1), np.float32)
        target[np.arange(len(self.member)), self.member] = 1
        weights = scipy.linalg.cho_solve((factor, False), target, check_finite=False)
        judged = self._judged(factor, weights)
        return np.concatenate([weights, self._corrected(factor, weights)]), judged

    def kernel(self, some: Whole, others: Whole, lower: bool = False) -> Array:
        """Return how alike phrases are, shape (some, others); of the same ones, the lower triangle is enough."""
        import threadpoolctl

        turned = [each[others].T.tocsr() for each in self.words]
        kernel = np.zeros((len(some), len(others)), np.float32)

        def part(start: int) -> None:
            rows = some[start : start + _CHUNK]
            end = start + _CHUNK if lower else len(others)
            piece = self.vectors[rows] @ self.vectors[others[:end]].T
            piece -= 1
            piece *= 2
            np.exp(piece, out=piece)
            for each, other in zip(self.words, turned, strict=True):
                piece += _WORDING * (each[rows] @ other).toarray()[:, :end]
            kernel[start : start + _CHUNK, :end] = piece

        with threadpoolctl.threadpool_limits(1), ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            list(pool.map(part, range(0, len(some), _CHUNK)))
        return kernel

    def _corrected(self, factor: Array, weights: Array) -> Array:
        """Return the weights of near misses that make their scores 0 for their owners; change the owners' to match."""
        import scipy.linalg

        less = np.zeros((len(self.against), weights.shape[1]), np.float32)
        if not len(less):
            return less
        own = np.arange(len(weights))
        misses = len(own) + np.arange(len(less))
        beside = self.kernel(own, misses)
        through = scipy.linalg.cho_solve((factor, False), beside, check_finite=False)
        among = self.kernel(misses, misses) - beside.T @ through
        excess = beside.T @ weights
        for owner in np.unique(self.against):
            at = np.flatnonzero(self.against == owner)
            corner = among[np.ix_(at, at)] + _RIDGE * np.eye(len(at), dtype=np.float32)
            less[at, owner] = np.linalg.solve(corner, -excess[at, owner])
            weights[:, owner] -= through[:, at] @ less[at, owner]
        return less

    def _judged(self, factor: Array, weights: Array) -> Judged:
        """Return how sure it would be of phrases that were written, were each of them or its intent not there."""
        import scipy.linalg

        own, sampled = len(self.member), self._sampled()
        rows = np.concatenate([*(np.flatnonzero(self.member == at) for at in sampled), np.arange(own, len(weights))])
        ones = np.zeros((len(weights), len(rows)), np.float32)
        ones[rows, np.arange(len(rows))] = 1
        root = scipy.linalg.solve_triangular(factor, ones, trans="T", overwrite_b=True, check_finite=False)
        inverse, cosines = root.T @ root, self.vectors[rows] @ self.vectors[:own].T
        member = np.append(self.member, np.full(self.talk, -1))[rows]
        example = np.append(self.example, np.arange(own, own + self.talk))[rows]

        def without(at: Whole) -> tuple[Array, Array]:
            """Return what the scores of judged rows would be were none of them there, and how familiar they would."""
            scores = -np.linalg.solve(inverse[np.ix_(at, at)], weights[rows[at]])
            scores[member[at] >= 0, member[at][member[at] >= 0]] += 1
            apart = cosines[at]
            apart[:, rows[at][member[at] >= 0]] = -1
            return scores, FAMILIAR * familiarity(apart)

        right, wrong, stray, talk = list[Array](), list[Array](), list[Array](), list[Array]()
        for owner in sampled if own > 1 else ():
            inside = np.flatnonzero(member == owner)
            by_hand = inside[example[inside] >= 0]
            for each in np.unique(example[by_hand]):
                at = by_hand[example[by_hand] == each]
                scores, familiar = without(at)
                same = scores.argmax(1) == owner
                sure = scores.max(1) + familiar
                right.append(sure[same])
                wrong.append(sure[~same])
            if len(by_hand) and weights.shape[1] > 1:
                scores, familiar = without(inside)
                scores[:, owner] = -np.inf
                stray.append((scores.max(1) + familiar)[example[inside] >= 0])
        for at in np.flatnonzero(member < 0):
            scores, familiar = without(np.array([at]))
            talk.append(scores.max(1) + familiar)
        nothing = np.zeros(0, np.float32)
        return Judged(*(np.concatenate([nothing, *each]) for each in (right, wrong, stray, talk)))

    def _sampled(self) -> Whole:
        """Return the owners whose phrases are judged: some, in no order."""
        order = np.random.default_rng(0).permutation(int(self.member.max()) + 1)
        written = np.bincount(self.member, self.example >= 0)[order].cumsum()
        total = np.bincount(self.member)[order].cumsum()
        return order[: int(((written < _JUDGED) & (total < 3 * _JUDGED)).sum()) + 1]
