"""How sure: the candidates for a sentence, each with one confidence between 0 and 1.

An intent's is what was learnt from all phrases (`head`). A question's is what its nearest phrase shows, weighted as
`python -m benchmarks.fit_confidence` fitted it on public sentences. At 0.5 both are sure enough.
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

_LEARNT = 5
"""Intents, the likeliest by what was learnt, that are candidates though none of their phrases is near."""

_NEARER = 10.0
"""Log odds that an intent loses for each unit of cosine that one of its near misses is nearer than its own phrases."""

_CLEAR = 0.15
"""A margin above this says nothing more: among few phrases, anything is far ahead of something."""

_WEIGHTS = (-7.47, 9.31, 21.02, 1.28)
"""Of a question: bias, and weights of nearness, margin and overlap."""

Kind = Literal["intent", "question"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate."""

    kind: Kind
    owner: str
    example: str
    """Its nearest phrase; empty where none is near."""
    best: float
    """Cosine to that phrase."""
    confidence: float
    """How likely this is what was meant, 0 to 1."""


def weigh(text: str, hits: Sequence[Hit], learnt: Mapping[str, float], language: str = "en") -> tuple[Evidence, ...]:
    """Return the candidates for a sentence, the most likely first, from the rows nearest to it, nearest first.

    `learnt` says how sure the head is of each intent, in log odds.
    """
    found = [*_commands(hits, learnt), *_answers(text, hits, language)]
    return tuple(sorted(found, key=lambda each: (-each.confidence, -each.best)))


def _commands(hits: Sequence[Hit], learnt: Mapping[str, float]) -> list[Evidence]:
    nearest = {hit.row.owner: hit for hit in reversed(hits) if hit.row.kind == "intent" and hit.row.owner in learnt}
    against = {hit.row.owner: hit.score for hit in reversed(hits) if hit.row.kind == "not"}
    likely = sorted(learnt, key=lambda owner: -learnt[owner])[:_LEARNT]
    found = []
    for owner in dict.fromkeys((*nearest, *likely)):
        example, best = (nearest[owner].row.text, nearest[owner].score) if owner in nearest else ("", 0.0)
        odds = learnt[owner] - _NEARER * max(0.0, against.get(owner, best) - best)
        found.append(Evidence("intent", owner, example, best, sigmoid(odds)))
    return found


def _answers(text: str, hits: Sequence[Hit], language: str) -> list[Evidence]:
    nearest = {hit.row.owner: hit for hit in reversed(hits) if hit.row.kind == "question"}
    bias, *weights = _WEIGHTS
    found = []
    for hit in nearest.values():
        shown = zip(weights, features(text, hit, hits, language), strict=True)
        sure = sigmoid(bias + sum(weight * x for weight, x in shown))
        found.append(Evidence("question", hit.row.owner, hit.row.text, hit.score, sure))
    return found


def features(text: str, hit: Hit, hits: Sequence[Hit], language: str = "en") -> tuple[float, float, float]:
    """Return what the confidence of a question is computed from: nearness, margin, words in common with it (Dice)."""
    others = [each.score for each in hits if each.row.owner != hit.row.owner and each.row.kind != "not"]
    margin = hit.score - max(others, default=min((each.score for each in hits), default=0.0))
    overlap = _dice(_telling(text, language), _telling(hit.row.text, language))
    return hit.score, min(margin, _CLEAR), overlap


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


def log_odds(confidence: float) -> float:
    """Return the inverse of `sigmoid`, for a confidence from 0 to 1."""
    inside = min(1 - 1e-9, max(1e-9, confidence))
    return math.log(inside / (1 - inside))


def _dice(first: set[str], second: set[str]) -> float:
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 0.0


def _telling(text: str, language: str) -> set[str]:
    """Return the content words, or all words of a sentence that has none."""
    return set(content_words(text, language)) or set(text.split())
