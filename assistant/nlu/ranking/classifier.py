"""`Classifier`: a sentence to the log odds of each intent, by kernel ridge regression on the intents' own phrases.

`train.fit` makes one; prediction takes a fraction of a millisecond, with numpy alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.ranking.n_grams import Array, Indices, NGramKind, NGramTable
from assistant.private_file import replacing

N_GRAM_KINDS: tuple[NGramKind, ...] = (0, 1)


@dataclass(frozen=True, slots=True)
class HeldOutScores:
    """Scores, familiarity included, of training phrases as if they had not been trained on."""

    right: Array
    """Of phrases left out one by one that are classified right."""
    wrong: Array
    """Of phrases left out one by one that are classified wrong."""
    unknown: Array
    """Of phrases left out with their whole class: they mean no class that is left."""
    talk: Array
    """Of everyday talk, left out one by one."""
    requests: Array
    """Of requests and questions that no file has a command for, left out one by one."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A regression on one part of the phrases."""

    key: str
    """Hash of all that it was trained on."""
    classes: tuple[str, ...]
    """Names of intents."""
    counts: Indices
    """Number of phrases of each class in this part."""
    vectors: Array
    """Shape (phrases, d): phrases of the classes, then everyday talk and near misses."""
    alpha: Array
    """Dual coefficients, shape (phrases, classes), those of a class side by side in memory."""
    tables: tuple[NGramTable, ...]
    """One for each kind of n-grams."""
    n_gram_weights: tuple[Array, ...]
    """Primal weights, shape (n-grams, classes), one array for each table."""
    held_out: HeldOutScores
    written: int
    """Number of phrases that an author wrote."""

    def scores(self, vector: Array, text: str) -> tuple[Array, Array]:
        """Return the score of each class, about 1 for the right one and 0 for others, and the cosines to phrases."""
        # not `@`: BLAS divides this little work among threads, and reads memory that is not cached three times slower
        cosines = np.vecdot(self.vectors, vector)
        scores = np.vecdot(self.alpha.T, np.exp(2 * (cosines - 1)))
        for table, n_gram_weights in zip(self.tables, self.n_gram_weights, strict=True):
            places, weights = table.weights(text)
            scores = scores + weights @ n_gram_weights[places]
        return scores, cosines[: int(self.counts.sum())]


@dataclass(frozen=True, slots=True)
class Rates:
    """Error rates at the threshold, estimated on held-out phrases; shares from 0 to 1."""

    phrases: int
    """Number of held-out phrases."""
    refused: float
    """Of the phrases, the share that nothing accepts."""
    mistaken: float
    """Of the phrases, the share that is accepted for another class."""
    accepted: float
    """Of requests and questions that no file has a command for, the share that is accepted."""
    overheard: float
    """Of everyday talk, the share that is accepted."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """The mean of the regressions on all parts, with a threshold fitted on held-out phrases."""

    partitions: tuple[Partition, ...] = ()
    source: str = ""
    """Names the content that it was trained on."""
    classes: tuple[str, ...] = field(init=False)
    threshold: float = field(init=False)
    """Score at which log odds are 0."""
    slope: float = field(init=False)
    """Log odds for each unit of score."""
    _shares: tuple[tuple[Indices, Array], ...] = field(init=False)
    """For each part the places of its classes in `classes`, and its share of each one's phrases."""

    def __post_init__(self) -> None:
        classes = sorted({name for partition in self.partitions for name in partition.classes})
        places = [np.array([classes.index(name) for name in part.classes], np.intp) for part in self.partitions]
        total = np.zeros(len(classes))
        for partition, place in zip(self.partitions, places, strict=True):
            total[place] += partition.counts
        shares = [
            (place, (partition.counts / total[place]).astype(np.float32))
            for partition, place in zip(self.partitions, places, strict=True)
        ]
        object.__setattr__(self, "classes", tuple(classes))
        object.__setattr__(self, "_shares", tuple(shares))
        right, wrong, unknown = map(self._held_out, ("right", "wrong", "unknown"))
        threshold, slope = _calibrated(right, wrong, unknown, sum(part.written for part in self.partitions))
        object.__setattr__(self, "threshold", threshold)
        object.__setattr__(self, "slope", slope)

    def _held_out(self, name: str) -> Array:
        scores = (getattr(partition.held_out, name) for partition in self.partitions)
        return np.concatenate([np.zeros(0, np.float32), *scores])

    def rates(self, odds: float = 0.0) -> Rates:
        """Return the error rates where log odds of this much are accepted."""
        right, wrong, talk, requests = map(self._held_out, ("right", "wrong", "talk", "requests"))
        bound, phrases = self.threshold + odds / self.slope, max(1, len(right) + len(wrong))
        return Rates(
            len(right) + len(wrong),
            float((right < bound).sum() + (wrong < bound).sum()) / phrases,
            float((wrong >= bound).sum()) / phrases,
            float((requests >= bound).mean()) if len(requests) else 0.0,
            float((talk >= bound).mean()) if len(talk) else 0.0,
        )

    def odds(self, vector: Array, text: str) -> dict[str, float]:
        """Return the log odds of each class; from 0 on it is accepted.

        Args:
            vector: the sentence's unit vector, shape (d,).
            text: the sentence as it was embedded.
        """
        if not self.classes:
            return {}
        scores, cosines = np.zeros(len(self.classes), np.float32), list[Array]()
        for partition, (places, share) in zip(self.partitions, self._shares, strict=True):
            part, to_phrases = partition.scores(vector, text)
            scores[places] += part * share
            cosines.append(to_phrases)
        familiar = float(familiarity(np.concatenate(cosines)[None])[0])
        odds = self.slope * (scores + familiar - self.threshold)
        return dict(zip(self.classes, odds.tolist(), strict=True))

    def save(self, file: Path) -> None:
        """Write the file; one that cannot be written is no error: the next start trains again."""
        arrays: dict[str, Any] = {"source": np.array(self.source)}
        arrays["partitions"] = np.array([partition.key for partition in self.partitions], np.str_)
        for number, partition in enumerate(self.partitions):
            arrays |= {f"{number} {name}": array for name, array in _arrays(partition)}
        with contextlib.suppress(OSError), replacing(file) as target:
            np.savez(target, **arrays)


def _arrays(partition: Partition) -> Iterator[tuple[str, Any]]:
    yield "classes", np.array(partition.classes, np.str_)
    yield "counts", partition.counts
    yield "vectors", partition.vectors.astype(np.float16)
    yield "alpha", partition.alpha
    for table, n_gram_weights in zip(partition.tables, partition.n_gram_weights, strict=True):
        yield f"hashes {table.kind}", table.hashes
        yield f"rarity {table.kind}", table.rarity
        yield f"n_gram_weights {table.kind}", n_gram_weights.astype(np.float16)
    for scores in fields(HeldOutScores):
        yield scores.name, getattr(partition.held_out, scores.name)
    yield "written", np.array(partition.written)


def _partition(arrays: Mapping[str, Any], number: int, key: str) -> Partition:
    def array(name: str) -> Any:
        return arrays[f"{number} {name}"]

    return Partition(
        key,
        tuple(array("classes").tolist()),
        array("counts"),
        array("vectors").astype(np.float32),
        np.asfortranarray(array("alpha")),
        tuple(NGramTable(kind, array(f"hashes {kind}"), array(f"rarity {kind}")) for kind in N_GRAM_KINDS),
        tuple(array(f"n_gram_weights {kind}").astype(np.float32) for kind in N_GRAM_KINDS),
        HeldOutScores(*(array(scores.name) for scores in fields(HeldOutScores))),
        int(array("written")),
    )


def load(file: Path) -> Classifier:
    """Read a saved classifier; one without classes where there is no file, or a damaged one."""
    try:
        with file.open("rb") as source, np.load(source, allow_pickle=False) as arrays:
            keys = enumerate(arrays["partitions"].tolist())
            return Classifier(tuple(_partition(arrays, number, key) for number, key in keys), str(arrays["source"]))
    except Exception:  # a damaged file raises anything: BadZipFile, NotImplementedError, TokenError
        return Classifier()


def _calibrated(right: Array, wrong: Array, unknown: Array, written: int) -> tuple[float, float]:
    """Fit threshold and slope of the log odds on held-out scores, drawn to the usual ones where little was written.

    The threshold is a quantile of the right ones' scores: the more phrases are classified wrong, the more of the right
    may be refused. The slope is the one of least log loss.
    """
    weights, phrases = ranking_weights().classifier, len(right) + len(wrong)
    least, most, prior = weights["slope_least"], weights["slope_most"], weights["usual_phrases"]
    if not len(right):
        return weights["usual_threshold"], least
    refused = np.clip(weights["refused"] * len(wrong) / phrases, weights["refused_least"], weights["refused_most"])
    threshold = min(weights["threshold_most"], float(np.quantile(right, refused)))
    threshold = (written * threshold + prior * weights["usual_threshold"]) / (written + prior)
    slopes = np.geomspace(least, most, 17)
    losses = [
        np.logaddexp(0, -slope * (right - threshold)).sum() / phrases
        + np.logaddexp(0, slope * (wrong - threshold)).sum() / phrases
        + (0.5 * np.logaddexp(0, slope * (unknown - threshold)).mean() if len(unknown) else 0.0)
        for slope in slopes
    ]
    slope = float(slopes[int(np.argmin(losses))])
    return threshold, (written * slope + prior * 2 * least) / (written + prior)


def familiarity(cosines: Array) -> Array:
    """Return the share of a score that says how familiar sentences are, shape (n,) for cosines (n, phrases).

    It is the mean cosine to the nearest phrases of any class, weighed.
    """
    weights = ranking_weights().classifier
    count = min(int(weights["familiar_phrases"]), cosines.shape[1])
    nearest = np.asarray(np.partition(cosines, -count, axis=1)[:, -count:].mean(1), np.float32)
    return np.asarray(weights["familiarity"] * nearest, np.float32)
