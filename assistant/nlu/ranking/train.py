"""Training of a `Classifier` on the intents' own phrases: kernel ridge regression with closed-form leave-one-out.

The kernel of two sentences is exp(2 (cosine - 1)) of their vectors, plus the weighed cosines of their word and letter
n-grams. Held-out scores of each phrase, without the phrase or without its whole class, follow from the inverse of the
regularised kernel at no further fit (Rifkin, Lippert 2007); threshold and error rates are estimated on them. Everyday
talk is trained on as out of scope, 0 for every class; near misses of a class enter the regression of that class alone.

Many phrases are divided into partitions by a hash of their words, each is solved exactly and their scores are averaged
(Zhang, Duchi, Wainwright 2013). A partition whose phrases are the same as before is not solved again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.ranking import cholesky
from assistant.nlu.ranking.classifier import N_GRAM_KINDS, Classifier, HeldOutScores, Partition, familiarity
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.ranking.n_grams import Array, Indices, NGramTable, n_gram_table
from assistant.nlu.retrieval.snapshot import Row, RowKind

VERSION = "5"
"""Raised when the same phrases would give another classifier, also by other weights."""
KINDS: tuple[RowKind, ...] = ("intent", "not", "talk")
"""Rows that are trained on."""


def fit(
    rows: Sequence[Row],
    vectors: Array,
    written: Mapping[tuple[str, str], str] | None = None,
    before: Classifier | None = None,
    source: str = "",
    partition_size: int = 7000,
) -> Classifier:
    """Train on the rows of intents, their near misses and everyday talk; questions are passed over.

    Args:
        rows: in any order.
        vectors: their unit vectors, shape (rows, d).
        written: owner and text of the rows that an author wrote -> the example that they are made from. Of the others,
            samples of templates, some are trained on and none is held out. None: all were written.
        before: the classifier before, on vectors of the same embedder; unchanged partitions are taken from it.
        source: names the whole content.
        partition_size: phrases solved at once, at most: time grows with the cube, memory with the square (200 MB).
    """
    unchanged = {partition.key: partition for partition in before.partitions} if before else {}
    partitions = []
    parts, negatives, examples = prepared_phrases(rows, vectors, written, partition_size)
    for part in parts:
        key = _key([rows[row] for row in part + negatives], [examples.get(row, "") for row in part], vectors[part[:1]])
        partitions.append(unchanged.get(key) or _trained(rows, vectors, part, negatives, examples, key))
    return Classifier(tuple(partitions), source)


def prepared_phrases(
    rows: Sequence[Row], vectors: Array, written: Mapping[tuple[str, str], str] | None, partition_size: int = 7000
) -> tuple[list[list[int]], list[int], dict[int, str]]:
    """Return the phrases of each partition, the negatives of all, and row -> the example that it is made from."""
    phrases = [row for row, content in enumerate(rows) if content.kind == "intent"]
    keys = {row: (rows[row].owner, rows[row].text) for row in phrases}
    examples = {
        row: key[1] if written is None else written[key]
        for row, key in keys.items()
        if written is None or key in written
    }
    phrases = _thinned(rows, phrases, examples)
    classes = {rows[row].owner for row in phrases}
    negatives = [
        row
        for row, content in enumerate(rows)
        if content.kind == "talk" or (content.kind == "not" and content.owner in classes)
    ]
    negatives = _without_own(rows, vectors, phrases, negatives)
    negatives.sort(key=lambda row: (rows[row].kind != "talk", rows[row].owner, rows[row].text))
    return _divided(rows, phrases, partition_size), negatives, examples


def _without_own(rows: Sequence[Row], vectors: Array, phrases: Sequence[int], negatives: Sequence[int]) -> list[int]:
    """Negatives less the requests near to a phrase: these files have a command for them."""
    others = [row for row in negatives if rows[row].kind == "talk" and rows[row].owner]
    if not others or not phrases:
        return list(negatives)
    nearest = (vectors[others].astype(np.float32) @ vectors[phrases].astype(np.float32).T).max(1)
    most = ranking_weights().classifier["elsewhere_most"]
    own = {row for row, cosine in zip(others, nearest, strict=True) if cosine > most}
    return [row for row in negatives if row not in own]


def _thinned(rows: Sequence[Row], phrases: Sequence[int], examples: Mapping[int, str], samples: int = 24) -> list[int]:
    """Return all rows of examples, and of the samples of templates as many of each intent that has examples.

    Whatever the order of the rows, they are the same.
    """
    sampled: dict[str, int] = {}
    exemplified = {rows[row].owner for row in examples}
    kept = []
    for row in sorted(
        phrases, key=lambda row: (row not in examples, _hash(rows[row]), rows[row].owner, rows[row].text)
    ):
        if row not in examples:
            sampled[rows[row].owner] = sampled.get(rows[row].owner, 0) + 1
        if rows[row].owner not in exemplified or sampled.get(rows[row].owner, 0) <= samples:
            kept.append(row)
    return kept


def _hash(row: Row) -> int:
    return crc32(row.text.encode())


def _divided(rows: Sequence[Row], phrases: Sequence[int], size: int) -> list[list[int]]:
    """Return the rows of each partition."""
    count = -(-len(phrases) // size)
    parts: list[list[int]] = [[] for _ in range(count)]
    for row in phrases:
        parts[_hash(rows[row]) // 7 % count].append(row)
    return [part for part in parts if part]


def _key(rows: Sequence[Row], examples: Sequence[str], first: Array) -> str:
    parts = [VERSION, *examples, *(f"{row.kind}\0{row.owner}\0{row.text}" for row in rows)]
    return hashlib.sha256("\n".join(parts).encode() + first.astype(np.float16).tobytes()).hexdigest()


def _trained(
    rows: Sequence[Row],
    vectors: Array,
    phrases: Sequence[int],
    negatives: Sequence[int],
    examples: Mapping[int, str],
    key: str,
) -> Partition:
    """Train a partition on its own phrases, all everyday talk and the near misses of its classes."""
    import threadpoolctl

    regression, names, used, tables = regression_of(rows, vectors, phrases, negatives, examples)
    # threads of BLAS wait for one another on a busy machine, three times as long as a small kernel takes alone
    with threadpoolctl.threadpool_limits(1) if len(used) < 3000 else contextlib.nullcontext():
        alpha, held_out = regression.solved()
    share = ranking_weights().classifier["n_grams"]
    n_gram_weights = tuple(np.asarray(share * (matrix.T @ alpha), np.float32) for matrix in regression.n_grams)
    written = len({examples[row] for row in phrases if row in examples})
    arrays = regression.vectors, np.asfortranarray(alpha), tables, n_gram_weights
    return Partition(key, tuple(map(str, names)), np.bincount(regression.labels), *arrays, held_out, written)


def regression_of(
    rows: Sequence[Row],
    vectors: Array,
    phrases: Sequence[int],
    negatives: Sequence[int],
    examples: Mapping[int, str],
) -> tuple[_Regression, Any, list[int], tuple[NGramTable, ...]]:
    """Return the regression of a partition, the names of its classes, its rows and the tables of their n-grams."""
    names, labels = np.unique([rows[row].owner for row in phrases], return_inverse=True)
    classes = {str(name): number for number, name in enumerate(names)}
    talk = [row for row in negatives if rows[row].kind == "talk"]
    near_misses = [row for row in negatives if rows[row].owner in classes]
    used = [*phrases, *talk, *near_misses]
    texts = [rows[row].text for row in used]
    tables = tuple(n_gram_table(texts, kind) for kind in N_GRAM_KINDS)
    regression = _Regression(
        vectors[used].astype(np.float32),
        [table.matrix(texts) for table in tables],
        labels,
        np.array([bool(rows[row].owner) for row in talk]),
        np.array([classes[rows[row].owner] for row in near_misses], np.intp),
        _numbered([examples.get(row, "") for row in phrases]),
    )
    return regression, names, used, tables


def _numbered(examples: Sequence[str]) -> Indices:
    numbers = {example: number for number, example in enumerate(dict.fromkeys(examples))}
    return np.array([numbers[example] if example else -1 for example in examples], np.intp)


def _nobody(*_: object) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Regression:
    """Kernel ridge regression on phrases of classes, then everyday talk, then near misses."""

    vectors: Array
    n_grams: Sequence[Any]
    """Sparse matrices, shape (phrases, n-grams), one for each kind."""
    labels: Indices
    """Class of each phrase."""
    requests: NDArray[np.bool_]
    """True of each sentence out of scope that is a request, False of everyday talk."""
    missed: Indices
    """Class of which each near miss is one."""
    example: Indices
    """Number of the example that each phrase is made from; -1 for samples of templates, which are not held out."""

    @property
    def _ridge(self) -> float:
        return ranking_weights().classifier["ridge"]

    def solved(self) -> tuple[Array, HeldOutScores]:
        """Return the dual coefficients, shape (phrases, classes), and the held-out scores."""
        factor, alpha = self._fitted()
        held_out = self._held_out(factor, alpha, self._sampled_classes())
        return np.concatenate([alpha, self._corrected(factor, alpha)]), held_out

    def left_out(self, classes: Indices) -> list[tuple[int, int, float]]:
        """Return place, class with the best score and that score of the examples of some classes and of all strays."""
        told: list[tuple[int, int, float]] = []
        self._held_out(*self._fitted(), classes, lambda *row: told.append(row))
        return told

    def _fitted(self) -> tuple[Array, Array]:
        """Return the Cholesky factor of the regularised kernel, and the coefficients before near misses."""
        positives = np.arange(len(self.labels) + len(self.requests))
        kernel = self.kernel(positives, positives, lower=True)
        kernel[np.diag_indices(len(positives))] += self._ridge
        factor = cholesky.factorise(kernel)
        target = np.zeros((len(positives), int(self.labels.max()) + 1), np.float32)
        target[np.arange(len(self.labels)), self.labels] = 1
        return factor, cholesky.solve(factor, target)

    def kernel(self, rows: Indices, columns: Indices, lower: bool = False, chunk: int = 512) -> Array:
        """Return the kernel of phrases, shape (rows, columns); with `lower`, of equal ones, the lower triangle.

        Computed in chunks of so many rows, in parallel.
        """
        import threadpoolctl

        transposed = [matrix[columns].T.tocsr() for matrix in self.n_grams]
        kernel = np.zeros((len(rows), len(columns)), np.float32)
        share = ranking_weights().classifier["n_grams"]

        def compute(start: int) -> None:
            some = rows[start : start + chunk]
            end = start + chunk if lower else len(columns)
            block = self.vectors[some] @ self.vectors[columns[:end]].T
            block -= 1
            block *= 2
            np.exp(block, out=block)
            for matrix, other in zip(self.n_grams, transposed, strict=True):
                block += share * (matrix[some] @ other).toarray()[:, :end]
            kernel[start : start + chunk, :end] = block

        with threadpoolctl.threadpool_limits(1), ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            list(pool.map(compute, range(0, len(rows), chunk)))
        return kernel

    def _corrected(self, factor: Array, alpha: Array) -> Array:
        """Return the coefficients of near misses that bring their scores to 0 in their classes; adjust `alpha`."""
        correction = np.zeros((len(self.missed), alpha.shape[1]), np.float32)
        if not len(correction):
            return correction
        positives = np.arange(len(alpha))
        misses = len(positives) + np.arange(len(correction))
        between = self.kernel(positives, misses)
        projected = cholesky.solve(factor, between)
        schur = self.kernel(misses, misses) - between.T @ projected
        excess = between.T @ alpha
        for label in np.unique(self.missed):
            own = np.flatnonzero(self.missed == label)
            corner = schur[np.ix_(own, own)] + self._ridge * np.eye(len(own), dtype=np.float32)
            correction[own, label] = np.linalg.solve(corner, -excess[own, label])
            alpha[:, label] -= projected[:, own] @ correction[own, label]
        return correction

    def _held_out(
        self, factor: Array, alpha: Array, sampled: Indices, tell: Callable[[int, int, float], None] = _nobody
    ) -> HeldOutScores:
        """Return the leave-one-out and leave-one-class-out scores of examples, all forms of one left out together.

        `tell` is called with the place of each, the class with the best score and that score.
        """
        phrases = len(self.labels)
        rows = np.concatenate(
            [*(np.flatnonzero(self.labels == label) for label in sampled), np.arange(phrases, len(alpha))]
        )
        units = np.zeros((len(alpha), len(rows)), np.float32)
        units[rows, np.arange(len(rows))] = 1
        root = cholesky.solve_lower(factor, units)
        inverse, cosines = root.T @ root, self.vectors[rows] @ self.vectors[:phrases].T
        labels = np.append(self.labels, np.full(len(self.requests), -1))[rows]
        example = np.append(self.example, np.arange(phrases, phrases + len(self.requests)))[rows]

        def without(group: Indices) -> tuple[Array, Array]:
            """Return scores and familiarity of the sampled rows of a group as if none of them had been trained on."""
            scores = -np.linalg.solve(inverse[np.ix_(group, group)], alpha[rows[group]])
            labelled = labels[group] >= 0
            scores[labelled, labels[group][labelled]] += 1
            to_others = cosines[group]
            to_others[:, rows[group][labelled]] = -1
            return scores, familiarity(to_others)

        right, wrong, unknown = list[Array](), list[Array](), list[Array]()
        strays: tuple[list[Array], list[Array]] = [], []
        for label in sampled if phrases > 1 else ():
            members = np.flatnonzero(labels == label)
            written = members[example[members] >= 0]
            for number in np.unique(example[written]):
                scores, familiar = without(written[example[written] == number])
                correct = scores.argmax(1) == label
                best = scores.max(1) + familiar
                for row, label_of, score in zip(
                    rows[written[example[written] == number]], scores.argmax(1), best, strict=True
                ):
                    tell(int(row), int(label_of), float(score))
                right.append(best[correct])
                wrong.append(best[~correct])
            if len(written) and alpha.shape[1] > 1:
                scores, familiar = without(members)
                scores[:, label] = -np.inf
                unknown.append((scores.max(1) + familiar)[example[members] >= 0])
        for row, is_request in zip(np.flatnonzero(labels < 0), self.requests.tolist(), strict=True):
            scores, familiar = without(np.array([row]))
            tell(int(rows[row]), int(scores.argmax()), float(scores.max() + familiar[0]))
            strays[is_request].append(scores.max(1) + familiar)
        nothing = np.zeros(0, np.float32)
        return HeldOutScores(*(np.concatenate([nothing, *scores]) for scores in (right, wrong, unknown, *strays)))

    def _sampled_classes(self, phrases: int = 600) -> Indices:
        """Return random classes whose examples are held out: whole ones, until they have so many phrases."""
        order = np.random.default_rng(0).permutation(int(self.labels.max()) + 1)
        written = np.bincount(self.labels, self.example >= 0)[order].cumsum()
        total = np.bincount(self.labels)[order].cumsum()
        return order[: int(((written < phrases) & (total < 3 * phrases)).sum()) + 1]
