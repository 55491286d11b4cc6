"""What was learnt from the intents' own phrases: which one a new sentence means, and whether it means any.

`learn` makes it; asking takes a fraction of a millisecond, with numpy alone.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from assistant.nlu.ranking.n_grams import Array, NGramTable, Whole

FAMILIAR = 0.5
"""Weight, beside the score, of how familiar a sentence is."""

_NEAR = 5
_REFUSED = (0.25, 0.005, 0.08)
"""Share of new sentences that may be refused though right: so much of the share mistaken, at least and at most."""
_USUAL, _DOUBT = 0.55, 30
"""Threshold where there are no phrases to fit it on, and how many phrases weigh as much."""
_STRICTEST = 0.6
"""Threshold at most: one author's phrases are nearer to one another than what others say."""
_SLOPES = (4.0, 20.0)
"""Of the logistic curve through the threshold, least and most."""


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
class Partition:
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
    wordings: tuple[NGramTable, ...]
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
class Classifier:
    """What was learnt."""

    blocks: tuple[Partition, ...] = ()
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
        familiar = float(familiarity(np.concatenate(cosines)[None])[0])
        sure = self.slope * (scores + FAMILIAR * familiar - self.threshold)
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


def _written(block: Partition) -> Iterator[tuple[str, Any]]:
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


def _read(parts: Mapping[str, Any], number: int, key: str) -> Partition:
    def part(name: str) -> Any:
        return parts[f"{number} {name}"]

    return Partition(
        key,
        tuple(part("owners").tolist()),
        part("counts"),
        part("vectors").astype(np.float32),
        part("alpha"),
        tuple(NGramTable(kind, part(f"known {kind}"), part(f"rarity {kind}")) for kind in (0, 1)),
        tuple(part(f"by_gram {kind}").astype(np.float32) for kind in (0, 1)),
        Judged(*(part(each.name) for each in fields(Judged))),
    )


def load(file: Path) -> Classifier:
    """Return what was saved; nothing where there is no file, or a damaged one."""
    try:
        with file.open("rb") as source, np.load(source, allow_pickle=False) as read:
            blocks = tuple(_read(read, number, key) for number, key in enumerate(read["blocks"].tolist()))
            return Classifier(blocks, str(read["source"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return Classifier()


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
    return threshold, (count * slope + _DOUBT * usual) / (count + _DOUBT)


def familiarity(cosines: Array) -> Array:
    """Return the mean cosine to the nearest phrases, shape (n,) for (n, phrases)."""
    count = min(_NEAR, cosines.shape[1])
    return np.asarray(np.partition(cosines, -count, axis=1)[:, -count:].mean(1), np.float32)
