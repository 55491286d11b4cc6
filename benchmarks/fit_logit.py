"""Conditional logits (McFadden 1974): weights that make what is right likely, and no change without a clear gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


class Fit(NamedTuple):
    """Weights of a section of weights.toml."""

    weights: dict[str, float]
    fitted: tuple[str, ...]
    """Keys of the weights that were fitted; the others are as they were."""
    rows: str
    """The sentences of the fit, counted and named."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Sentences with their candidates, one of them right."""

    offsets: Vector
    """Log odds without the features, shape (sentences, candidates)."""
    features: Vector
    """Shape (sentences, candidates, features)."""
    right: NDArray[np.intp]
    """Place of the right candidate."""
    shares: Vector
    """Weight of each sentence, 1 on average."""

    def take(self, rows: NDArray[np.bool_]) -> Choices:
        """Return some of the sentences."""
        return Choices(self.offsets[rows], self.features[rows], self.right[rows], self.shares[rows])

    def losses(self, weights: Vector) -> Vector:
        """Return the negative log likelihood of the right candidate for each sentence."""
        strengths = self.offsets + self.features @ weights
        chosen = np.take_along_axis(strengths, self.right[:, None], 1)[:, 0]
        return np.asarray(self.shares * (np.logaddexp.reduce(strengths, axis=1) - chosen))


def yes_or_no(rows: Sequence[Sequence[float]], labels: Sequence[bool], shares: Sequence[float]) -> Choices:
    """Return sentences that are accepted or refused as choices: a logistic regression, its bias last."""
    features = np.zeros((len(rows), 2, len(rows[0]) + 1))
    features[:, 1, :-1], features[:, 1, -1] = rows, 1
    return Choices(np.zeros((len(rows), 2)), features, np.array(labels, np.intp), np.array(shares, np.float64))


def fit(choices: Choices, present: Mapping[str, float], keys: Sequence[str], rows: str) -> Fit:
    """Fit the weights of these keys, in the order of the features; keep those without a clear gain."""
    start = np.array([present[key] for key in keys])
    weights = fit_choices(choices, start)
    fitted = tuple(key for key, new, old in zip(keys, weights, start, strict=True) if new != old)
    return Fit({**present, **dict(zip(keys, weights.tolist(), strict=True))}, fitted, rows)


def fit_choices(choices: Choices, start: Vector) -> Vector:
    """Fit the weights, less each that a fit does not make clearly better than its start, by cross-validation.

    Clearly: by more than two standard errors of the mean difference of a sentence's loss, and by a hundredth of it.
    """
    free = list(range(len(start)))
    losses = _held_out_losses(choices, start, free)
    while free:
        without = {key: _held_out_losses(choices, start, [other for other in free if other != key]) for key in free}
        gains = {key: _clear_gain(other, losses) for key, other in without.items()}
        least = min(gains, key=gains.__getitem__)
        if gains[least] > 0:
            break
        free.remove(least)
        losses = without[least]
    return _maximised(choices, start, free)


def _clear_gain(before: Vector, after: Vector) -> float:
    """Return the least gain of mean loss that is likely, less a hundredth of the loss."""
    gain = before - after
    return float(gain.mean() - 2 * gain.std() / np.sqrt(len(gain)) - before.mean() / 100)


def _held_out_losses(choices: Choices, start: Vector, free: Sequence[int], folds: int = 5) -> Vector:
    """Return the loss of each sentence by the weights that are fitted on the other folds."""
    fold = np.arange(len(choices.right)) % folds
    losses = np.zeros(len(fold))
    for number in range(folds):
        weights = _maximised(choices.take(fold != number), start, free)
        losses[fold == number] = choices.take(fold == number).losses(weights)
    return losses


def _maximised(choices: Choices, start: Vector, free: Sequence[int]) -> Vector:
    """Return the weights that make the right intents likeliest, where only those of `free` may move."""
    from scipy.optimize import minimize

    def whole(some: Vector) -> Vector:
        weights = start.copy()
        weights[list(free)] = some
        return weights

    if not free:
        return start
    # a weak prior around the present values keeps a weight that hardly any sentence tells of where it is
    result = minimize(
        lambda some: choices.losses(whole(some)).sum() + 0.5 * ((some - start[list(free)]) ** 2).sum(),
        start[list(free)],
        method="L-BFGS-B",
    )
    return whole(result.x)
