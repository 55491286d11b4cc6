"""What was learnt from the intents' own phrases: which one a new sentence means, and whether it means any.

One kernel compares two sentences: exp(2 (cosine - 1)) of their vectors, plus the cosines of their word and letter
n-grams. Regularised least squares on it has a closed form, and so have the scores that each phrase would get were it
not there, or were its whole intent not: at no further fit they tell how sure is sure enough, and how often that will
be wrong. The near misses of an intent enter the regression of that intent alone.

Many phrases are dealt into blocks by a hash of their words. Each is solved exactly, their scores are averaged (Zhang,
Duchi, Wainwright 2013), and a block whose phrases are the same as before is not solved again.

Fitting needs scipy; asking does with numpy.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import math
import os
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.index import Kind, Row

if TYPE_CHECKING:
    import scipy.sparse

Array: TypeAlias = NDArray[np.float32]
Whole: TypeAlias = NDArray[np.intp]

VERSION = "3"
"""Raised when the same phrases would be learnt otherwise."""

KINDS: tuple[Kind, ...] = ("intent", "not", "talk")
"""Rows that are learnt from."""

_WORDING = 0.1
"""Weight of each of the two n-gram cosines beside the vectors' 1."""
_COMMON = (100, 0.1)
"""An n-gram in more phrases than these, and than this share of them, tells nothing."""
_RIDGE = 0.1
_FAMILIAR = 0.5
"""Weight, beside the score, of the mean cosine to the nearest phrases of all."""
_NEAR = 5
_REFUSED = (0.25, 0.005, 0.08)
"""Share of new sentences that may be refused though right: so much of the share mistaken, at least and at most."""
_USUAL, _DOUBT = 0.55, 10
"""Threshold where there are no phrases to fit it on, and how many phrases weigh as much."""
_STRICTEST = 0.6
"""Threshold at most: one author's phrases are nearer to one another than what others say."""
_SLOPES = (4.0, 20.0)
"""Of the logistic curve through the threshold, least and most."""
_BLOCK = 5000
"""Phrases solved at once, at most: time grows with the cube, memory with the square (100 MB)."""
_SAMPLED = 24
"""At most so many sentences of an intent's templates are learnt from; written examples all are."""
_JUDGED = 600
"""Phrases of a block on which the threshold is fitted; whole intents, so a few more."""
_CHUNK = 512

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
    """Return the n-grams of texts that tell something, with the rarity of each."""
    known, seen = np.unique(np.concatenate([grams(text)[kind][0] for text in texts]), return_counts=True)
    telling = seen <= max(_COMMON[0], _COMMON[1] * len(texts))
    rarity = np.log((1 + len(texts)) / (1 + seen[telling])) + 1
    return Wording(kind, known[telling], rarity.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Judged:
    """How sure the head would be of phrases that it had not seen; each is a score plus what familiarity adds."""

    right: Array
    """Of phrases left out one by one whose intent it would know."""
    wrong: Array
    """Of those that it would take for another."""
    stray: Array
    """Of phrases whose whole intent is left out: they mean nothing that is known."""
    talk: Array
    """Of everyday talk, left out one by one."""


@dataclass(frozen=True, slots=True)
class Block:
    """What was learnt from some of the phrases."""

    key: str
    """Hash of all that it was learnt from."""
    owners: tuple[str, ...]
    counts: Whole
    """How many own phrases each has here."""
    vectors: Array
    """Shape (phrases, d): own phrases, then everyday talk and near misses."""
    alpha: Array
    """Weight of each phrase for each owner, shape (phrases, owners)."""
    wordings: tuple[Wording, ...]
    by_gram: tuple[Array, ...]
    """Weight of each n-gram for each owner, shape (n-grams, owners), one array for each wording."""
    judged: Judged

    def scores(self, vector: Array, text: str) -> tuple[Array, Array]:
        """Return a score for each owner, about 1 for what is meant and 0 for the rest, and the cosines."""
        cosines = self.vectors @ vector
        scores = np.exp(2 * (cosines - 1)) @ self.alpha
        for known, learnt in zip(self.wordings, self.by_gram, strict=True):
            at, weights = known.weights(text)
            scores = scores + weights @ learnt[at]
        return scores, cosines[: int(self.counts.sum())]


@dataclass(frozen=True, slots=True)
class Rates:
    """How often the threshold will be wrong, by phrases left out; shares from 0 to 1."""

    phrases: int
    """How many there were to judge by."""
    refused: float
    """Of what is meant and would be understood, the share that is refused."""
    mistaken: float
    """Of what is meant, the share that is taken for something else."""
    accepted: float
    """Of commands that are not known, but near to those that are, the share that is accepted."""
    overheard: float
    """Of everyday talk, the share that is accepted."""


@dataclass(frozen=True, slots=True)
class Head:
    """What was learnt."""

    blocks: tuple[Block, ...] = ()
    source: str = ""
    """Names what it was learnt from."""
    owners: tuple[str, ...] = field(init=False)
    threshold: float = field(init=False)
    slope: float = field(init=False)
    _share: tuple[tuple[Whole, Array], ...] = field(init=False)
    """For each block where its owners stand in `owners`, and what share of each one's phrases it has."""

    def __post_init__(self) -> None:
        owners = sorted({owner for block in self.blocks for owner in block.owners})
        places = [np.array([owners.index(owner) for owner in block.owners], np.intp) for block in self.blocks]
        total = np.zeros(len(owners))
        for block, at in zip(self.blocks, places, strict=True):
            total[at] += block.counts
        shares = [
            (at, (block.counts / total[at]).astype(np.float32)) for block, at in zip(self.blocks, places, strict=True)
        ]
        object.__setattr__(self, "owners", tuple(owners))
        object.__setattr__(self, "_share", tuple(shares))
        threshold, slope = _fitted(self._all("right"), self._all("wrong"), self._all("stray"))
        object.__setattr__(self, "threshold", threshold)
        object.__setattr__(self, "slope", slope)

    def _all(self, name: str) -> Array:
        return np.concatenate([np.zeros(0, np.float32), *(getattr(each.judged, name) for each in self.blocks)])

    def rates(self, odds: float = 0.0) -> Rates:
        """Return how often it will be wrong, where log odds of this much are enough."""
        right, wrong, stray, talk = (self._all(each.name) for each in fields(Judged))
        bound, judged = self.threshold + odds / self.slope, max(1, len(right) + len(wrong))
        return Rates(
            len(right) + len(wrong),
            float((right < bound).sum()) / judged,
            float((wrong >= bound).sum()) / judged,
            float((stray >= bound).mean()) if len(stray) else 0.0,
            float((talk >= bound).mean()) if len(talk) else 0.0,
        )

    def odds(self, vector: Array, text: str) -> dict[str, float]:
        """Return how sure it is that each intent is meant, in log odds: from 0 on as sure as it need be."""
        if not self.owners:
            return {}
        scores, cosines = np.zeros(len(self.owners), np.float32), list[Array]()
        for block, (at, share) in zip(self.blocks, self._share, strict=True):
            found, near = block.scores(vector, text)
            scores[at] += found * share
            cosines.append(near)
        familiar = float(_familiar(np.concatenate(cosines)[None])[0])
        sure = self.slope * (scores + _FAMILIAR * familiar - self.threshold)
        return dict(zip(self.owners, sure.tolist(), strict=True))

    def save(self, file: Path) -> None:
        """Write it; a file that cannot be written is no error, but learnt anew."""
        parts: dict[str, Any] = {"source": np.array(self.source)}
        parts["blocks"] = np.array([block.key for block in self.blocks], np.str_)
        for number, block in enumerate(self.blocks):
            parts |= {f"{number} {name}": each for name, each in _written(block)}
        new = file.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            with new.open("wb") as target:
                np.savez(target, **parts)
            new.replace(file)


def _written(block: Block) -> Iterator[tuple[str, Any]]:
    yield "owners", np.array(block.owners, np.str_)
    yield "counts", block.counts
    yield "vectors", block.vectors.astype(np.float16)
    yield "alpha", block.alpha
    for known, learnt in zip(block.wordings, block.by_gram, strict=True):
        yield f"known {known.kind}", known.known
        yield f"rarity {known.kind}", known.rarity
        yield f"by_gram {known.kind}", learnt.astype(np.float16)
    for each in fields(Judged):
        yield each.name, getattr(block.judged, each.name)


def _read(parts: Mapping[str, Any], number: int, key: str) -> Block:
    def part(name: str) -> Any:
        return parts[f"{number} {name}"]

    return Block(
        key,
        tuple(part("owners").tolist()),
        part("counts"),
        part("vectors").astype(np.float32),
        part("alpha"),
        tuple(Wording(kind, part(f"known {kind}"), part(f"rarity {kind}")) for kind in (0, 1)),
        tuple(part(f"by_gram {kind}").astype(np.float32) for kind in (0, 1)),
        Judged(*(part(each.name) for each in fields(Judged))),
    )


def load(file: Path) -> Head:
    """Return what was saved; nothing where there is no file, or a damaged one."""
    try:
        with file.open("rb") as source, np.load(source, allow_pickle=False) as read:
            blocks = tuple(_read(read, number, key) for number, key in enumerate(read["blocks"].tolist()))
            return Head(blocks, str(read["source"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return Head()


def fit(
    rows: Sequence[Row],
    vectors: Array,
    written: Mapping[tuple[str, str], str] | None = None,
    before: Head | None = None,
    source: str = "",
) -> Head:
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
        key = _key([rows[at] for at in dealt + beside], [by_hand.get(at, "") for at in dealt], vectors[dealt])
        blocks.append(known.get(key) or _learnt(rows, vectors, dealt, beside, by_hand, key))
    return Head(tuple(blocks), source)


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


def _key(rows: Sequence[Row], examples: Sequence[str], vectors: Array) -> str:
    parts = [VERSION, *examples, *(f"{row.kind}\0{row.owner}\0{row.text}" for row in rows)]
    return hashlib.sha256("\n".join(parts).encode() + vectors[:1].astype(np.float16).tobytes()).hexdigest()


def _learnt(
    rows: Sequence[Row],
    vectors: Array,
    own: Sequence[int],
    beside: Sequence[int],
    by_hand: Mapping[int, str],
    key: str,
) -> Block:
    """Return what a block's own phrases teach, beside everyday talk and near misses."""
    owners, member = np.unique([rows[at].owner for at in own], return_inverse=True)
    names = {str(name): number for number, name in enumerate(owners)}
    talk = [at for at in beside if rows[at].kind == "talk"]
    misses = [at for at in beside if rows[at].owner in names]
    used = [*own, *talk, *misses]
    texts = [rows[at].text for at in used]
    wordings = tuple(wording(texts, kind) for kind in (0, 1))
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
    return Block(key, tuple(names), np.bincount(member), problem.vectors, alpha, wordings, learnt, judged)


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
            return scores, _FAMILIAR * _familiar(apart)

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


def _fitted(right: Array, wrong: Array, stray: Array) -> tuple[float, float]:
    """Return what is sure enough and the slope of the confidence, by how sure phrases were when new.

    Few of them say little.
    """
    count = len(right) + len(wrong)
    usual = 2 * _SLOPES[0]
    if not len(right):
        return _USUAL, usual
    part, least, most = _REFUSED
    threshold = min(_STRICTEST, float(np.quantile(right, np.clip(part * len(wrong) / count, least, most))))
    threshold = (count * threshold + _DOUBT * _USUAL) / (count + _DOUBT)
    slopes = np.geomspace(*_SLOPES, 17)
    loss = [
        np.logaddexp(0, -slope * (right - threshold)).sum() / count
        + np.logaddexp(0, slope * (wrong - threshold)).sum() / count
        + (0.5 * np.logaddexp(0, slope * (stray - threshold)).mean() if len(stray) else 0.0)
        for slope in slopes
    ]
    slope = float(slopes[int(np.argmin(loss))])
    return threshold, (count * slope + 3 * _DOUBT * usual) / (count + 3 * _DOUBT)


def _familiar(cosines: Array) -> Array:
    """Return the mean cosine to the nearest phrases, shape (n,) for (n, phrases)."""
    count = min(_NEAR, cosines.shape[1])
    return np.asarray(np.partition(cosines, -count, axis=1)[:, -count:].mean(1), np.float32)
