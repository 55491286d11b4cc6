"""How sure: the candidates for a sentence, each with one confidence between 0 and 1.

An intent's is what was learnt from all phrases (`head`). A question's is what its nearest phrase shows, weighted as
`python -m benchmarks.fit_confidence` fitted it on public sentences. At 0.5 both are sure enough.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.language.text import content_words
from assistant.nlu.ranking import questions
from assistant.nlu.retrieval.snapshot import Hit
from assistant.nlu.templates.matcher import TemplateMatch

NEIGHBOURS = 64
"""Rows looked at for one sentence."""

_LEARNT = 5
"""Intents, the likeliest by what was learnt, that are candidates though none of their phrases is near."""

_NEARER = 10.0
"""Log odds that an intent loses for each unit of cosine that one of its near misses is nearer than its own phrases."""

_CLEAR = 0.15
"""A margin above this says nothing more: among few phrases, anything is far ahead of something."""

_WEIGHTS = (-4.98, 6.53, 14.77, 0.44)
"""Of a question: bias, and weights of nearness, margin and words held."""

_VALUES, _UNTAKEN = 0.8, 0.5
"""Log odds that a command gains by finding several values, and loses by each that another finds. One may be chance."""

NO_DOUBT = 0.95
"""Confidence from which on even a sentence was misheard that a template with free text covers."""

CandidateKind = Literal["intent", "question"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate."""

    kind: CandidateKind
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
    bias, *weights = _WEIGHTS
    found = []
    for each, shown in features(text, hits, language):
        sure = sigmoid(bias + sum(weight * x for weight, x in zip(weights, shown, strict=True)))
        found.append(Evidence("question", each.owner, each.example, each.best, sure))
    return found


def features(
    text: str, hits: Sequence[Hit], language: str = "en"
) -> list[tuple[questions.RankedQuestion, tuple[float, float, float]]]:
    """Return the questions, the likeliest first, each with what its confidence is computed from.

    That is how near it and its answer are, how far ahead of the next, and what share of the words
    it holds.
    """
    found: list[tuple[questions.RankedQuestion, tuple[float, float, float]]] = []
    asked = questions.rank(text, hits, language)
    for each in asked:
        ahead = each.score - max((other.score for other in asked[:2] if other is not each), default=-1.0)
        margin = min(ahead, _CLEAR)
        told = min(each.told, asked[0].best + asked[0].told - each.best)  # what is ranked below is no surer
        found.append((each, ((each.best + told) / 2, margin, min(each.covered, asked[0].covered))))
    return found


def of_template(match: TemplateMatch, best: float, language: str = "en") -> float:
    """Return the confidence of a template match: certain without free text, else by what stands around it.

    `best` is the cosine of the whole sentence to the intent's nearest phrase.
    """
    if not match.free:
        return 1.0
    telling = min(3, len(content_words(match.literal, language)))
    return sigmoid(-1.0 + 1.6 * telling - 0.12 * max(0, match.free - 4) + 4.0 * (best - 0.45))


def of_values(found: int, most: int) -> float:
    """Return the log odds that a command gains by the values it finds in a sentence: listed ones and numbers.

    `most` is what another command finds there: what this one cannot take speaks against it.
    """
    return _VALUES * (found > 1) - _UNTAKEN * (most - found)


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
