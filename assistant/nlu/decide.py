"""How sure: the evidence for each candidate, and a fitted confidence from it.

The coefficients were fitted by `python -m benchmarks.fit_confidence` on public sentences, so that the confidence
is near the share of acceptances that are right and 0.5 is a sensible threshold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.nlu import answers
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
    "question": (-6.68, 8.63, 11.17, 0.76),
}
"""Kind -> bias, and weights of nearness, margin and overlap."""


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
    """Mean cosine to its nearest phrases; for a question, cosine to it together with its answer."""
    margin: float
    """Nearness minus that of the best other candidate; negative for all but the first."""
    overlap: float
    """Share of content words in common with the phrase (Dice); for a question, the share that it holds."""

    @property
    def features(self) -> tuple[float, float, float]:
        """Return what the confidence is computed from: nearness, margin, overlap."""
        return (self.best + self.mean) / 2, min(self.margin, _CLEAR), self.overlap

    @property
    def confidence(self) -> float:
        """Return how likely this is what was meant, 0 to 1."""
        bias, *weights = _WEIGHTS[self.kind]
        return sigmoid(bias + sum(w * x for w, x in zip(weights, self.features, strict=True)))


def weigh(text: str, hits: Sequence[Hit], language: str = "en") -> tuple[Evidence, ...]:
    """Return the evidence for each candidate among the nearest rows, the most likely first.

    A candidate whose nearest `not:` phrase is at least as near as its own nearest phrase is left out.
    """
    scores: dict[str, list[Hit]] = {}
    against: dict[str, float] = {}
    for hit in hits:
        if hit.row.kind == "not":
            against[hit.row.owner] = max(against.get(hit.row.owner, -1.0), hit.score)
        elif hit.row.kind == "intent":
            scores.setdefault(hit.row.owner, []).append(hit)
    own = {name: near for name, near in scores.items() if near[0].score > against.get(name, -1.0)}
    floor, words = (hits[-1].score if hits else 0.0), _telling(text, language)
    means = {name: _mean([hit.score for hit in near], floor) for name, near in own.items()}
    nearness = {name: (near[0].score + means[name]) / 2 for name, near in own.items()}
    asked = answers.rank(text, hits, language)
    ranked = [*sorted([*nearness.values(), *(each.best for each in asked)], reverse=True), floor]
    found = []
    for name, near in own.items():
        rival = ranked[1] if nearness[name] == ranked[0] else ranked[0]
        overlap = _dice(words, _telling(near[0].row.text, language))
        phrase, best = near[0].row.text, near[0].score
        found.append(Evidence("intent", name, phrase, best, means[name], nearness[name] - rival, overlap))
    found += _questions(asked, max(nearness.values(), default=floor))
    return tuple(sorted(found, key=lambda each: -each.confidence))


def _questions(asked: Sequence[answers.Answer], command: float) -> list[Evidence]:
    """Return the evidence for each question, beside the best other question and the nearness of the best command."""
    found = []
    for each in asked:
        ahead = each.score - max((other.score for other in asked[:2] if other is not each), default=-1.0)
        margin = min(ahead, each.best - command)
        told = min(each.told, asked[0].best + asked[0].told - each.best)  # what is ranked below is no surer
        covered = min(each.covered, asked[0].covered)
        found.append(Evidence("question", each.owner, each.example, each.best, told, margin, covered))
    return found


def _mean(scores: Sequence[float], floor: float) -> float:
    """Return the mean of the best few rows of an intent, those not among the hits counted as the last hit."""
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
