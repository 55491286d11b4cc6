"""How sure: the evidence for each candidate, and one confidence from it.

An intent's is what was learnt from all phrases (`head`), and beside it what the nearest ones show; a question's is the
latter alone. Its coefficients were fitted by `python -m benchmarks.fit_confidence` on public sentences; 0.5 is a
sensible threshold.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.nlu.index import Hit
from assistant.nlu.template import TemplateMatch
from assistant.text import content_words

NEIGHBOURS = 64
"""Rows looked at for one sentence."""

_CLEAR = 0.15
"""A margin above this says nothing more: among few phrases, anything is far ahead of something."""

Kind = Literal["intent", "question"]

_DEPTH = 5
"""An intent is scored by its best row and the mean of this many."""

_WEIGHTS = {
    "intent": (-6.25, 9.00, 15.38, 0.94),
    "question": (-7.47, 9.31, 21.02, 1.28),
}
"""Kind -> bias, and weights of nearness, margin and overlap."""

_BESIDE = 0.6
"""Weight of these log odds beside those learnt of an intent."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate."""

    kind: Kind
    owner: str
    example: str
    """Its nearest phrase."""
    best: float
    """Cosine to that phrase."""
    mean: float
    """Mean cosine to its nearest phrases."""
    margin: float
    """Nearness minus that of the best other candidate, and minus what a near miss of its own is nearer by."""
    overlap: float
    """Share of content words in common with the phrase (Dice)."""
    learnt: float | None = None
    """How sure the head is of an intent, in log odds."""

    @property
    def features(self) -> tuple[float, float, float]:
        """Return what the confidence is computed from: nearness, margin, overlap."""
        return (self.best + self.mean) / 2, min(self.margin, _CLEAR), self.overlap

    @property
    def confidence(self) -> float:
        """Return how likely this is what was meant, 0 to 1."""
        bias, *weights = _WEIGHTS[self.kind]
        shown = bias + sum(w * x for w, x in zip(weights, self.features, strict=True))
        return sigmoid(shown if self.learnt is None else self.learnt + _BESIDE * shown)


def weigh(text: str, hits: Sequence[Hit], learnt: Mapping[str, float], language: str = "en") -> tuple[Evidence, ...]:
    """Return the evidence for each candidate among the nearest rows, the most likely first.

    `learnt` says how sure the head is of each intent, in log odds.
    """
    own: dict[tuple[str, str], list[Hit]] = {}
    against: dict[str, float] = {}
    for hit in hits:
        if hit.row.kind == "not":
            against[hit.row.owner] = max(against.get(hit.row.owner, -1.0), hit.score)
        else:
            own.setdefault((hit.row.kind, hit.row.owner), []).append(hit)
    floor, words = (hits[-1].score if hits else 0.0), _telling(text, language)
    means = {key: _mean([hit.score for hit in near], key[0], floor) for key, near in own.items()}
    nearness = {key: (near[0].score + means[key]) / 2 for key, near in own.items()}
    ranked = [*sorted(nearness.values(), reverse=True), floor]
    found = []
    for key, near in own.items():
        kind: Kind = "question" if key[0] == "question" else "intent"
        phrase, best = near[0].row.text, near[0].score
        margin = nearness[key] - (ranked[1] if nearness[key] == ranked[0] else ranked[0])
        sure: float | None = None
        if kind == "intent":
            margin += min(0.0, best - against.get(key[1], -1.0))
            sure = learnt.get(key[1])
        overlap = _dice(words, _telling(phrase, language))
        found.append(Evidence(kind, key[1], phrase, best, means[key], margin, overlap, sure))
    return tuple(sorted(found, key=lambda each: -each.confidence))


def _mean(scores: Sequence[float], kind: str, floor: float) -> float:
    """Return the mean of the best few rows of an intent, those not among the hits counted as the last hit.

    A question's rows are alternatives, not a sample: the best one stands for it.
    """
    if kind == "question":
        return scores[0]
    nearest = [*scores[:_DEPTH], *[floor] * (_DEPTH - len(scores))]
    return sum(nearest) / len(nearest)


def of_template(match: TemplateMatch, best: float, language: str = "en") -> float:
    """Return the confidence of a template match: certain without free text, else by what stands around it.

    `best` is the cosine of the whole sentence to the intent's nearest phrase.
    """
    if not match.free:
        return 1.0
    telling = min(3, len(content_words(match.literal, language)))
    return sigmoid(-1.0 + 1.6 * telling - 0.12 * max(0, match.free - 4) + 4.0 * (best - 0.45))


def of_sound(unlikeness: float) -> float:
    """Return the confidence that a sentence was misheard for one that sounds like it.

    Of 184 sentences from public recordings of people reading none is nearer than 0.3 to any shipped command; of
    orders in kitchen noise at 6 dB, misheard by Whisper base, nine in ten are nearer than 0.2.
    """
    return sigmoid(25.0 * (0.25 - unlikeness))


def of_hearing(confidence: float) -> float:
    """Return how far a meaning can be trusted that no template confirms, by the recogniser's confidence, 0 to 1.

    Of speech that is not meant for the assistant, bits and ends are heard, in unsure words.
    """
    return sigmoid(10.0 * (confidence - 0.55))


def sigmoid(x: float) -> float:
    """Return the logistic function."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, x))))


def _dice(first: set[str], second: set[str]) -> float:
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 0.0


def _telling(text: str, language: str) -> set[str]:
    """Return the content words, or all words of a sentence that has none."""
    return set(content_words(text, language)) or set(text.split())
