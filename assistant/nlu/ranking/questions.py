"""Which stored question is meant: by its meaning, that of its answer, and the words that tell it from the others."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.language.text import content_words
from assistant.nlu.retrieval.snapshot import Hit

_RIVALS = 24
"""Nearest questions among which words are weighed: what most of them hold tells none of them apart."""

_WORDING = 0.25
"""What the words in common are worth beside nearness in meaning."""

_IN_ANSWER = 0.4
"""Share of words found in question and answer, beside those found in the question alone."""


_STEM = 5
"""First letters by which words are compared: what is inflected is the same word."""


@dataclass(frozen=True, slots=True)
class RankedQuestion:
    """How near a stored question is."""

    owner: str
    example: str
    """Its nearest wording."""
    best: float
    """Cosine to that wording."""
    told: float
    """Cosine to the question with its answer."""
    overlap: float
    """Likeness of the words, 0 to 1; rare ones count more."""
    covered: float
    """Share of the content words of what was asked that question or answer hold."""

    @property
    def score(self) -> float:
        """Return what questions are ranked by."""
        return (self.best + self.told) / 2 + _WORDING * self.overlap


def rank(text: str, hits: Sequence[Hit], language: str = "en") -> list[RankedQuestion]:
    """Return the questions among the nearest rows, the likeliest first.

    A question whose row with the answer is not among the hits is taken to be as near by it as the last hit.
    """
    questions: dict[str, Hit] = {}
    answers: dict[str, Hit] = {}
    for hit in hits:
        if hit.row.kind in ("question", "answer"):
            (questions if hit.row.kind == "question" else answers).setdefault(hit.row.owner, hit)
    floor = hits[-1].score if hits else 0.0
    owners = list(dict.fromkeys([*questions, *answers]))[:_RIVALS]
    asked = [set(questions[owner].row.text.split()) if owner in questions else set[str]() for owner in owners]
    told = [
        set(answers[owner].row.text.split()) if owner in answers else words
        for owner, words in zip(owners, asked, strict=True)
    ]
    by_question, by_answer = _likeness(set(text.split()), asked), _likeness(set(text.split()), told)
    telling, found = set(content_words(text, language)) or set(text.split()), []
    for number, owner in enumerate(owners):
        nearest = questions.get(owner) or answers[owner]
        best = questions[owner].score if owner in questions else floor
        near = answers[owner].score if owner in answers else min(best, floor) if answers else best
        overlap = (1 - _IN_ANSWER) * by_question[number] + _IN_ANSWER * by_answer[number]
        covered = len(telling & (asked[number] | told[number])) / max(1, len(telling))
        found.append(RankedQuestion(owner, nearest.row.text, best, near, overlap, covered))
    return sorted(found, key=lambda each: -each.score)


def _likeness(words: set[str], others: Sequence[set[str]]) -> list[float]:
    """Return the cosine of the words to each of the others, each word weighed by how few of these hold it."""
    words, others = _stems(words), [_stems(each) for each in others]
    held = Counter(word for each in others for word in each)

    def square(word: str) -> float:
        return (math.log((1 + len(others)) / (1 + held[word])) + 1) ** 2

    weights = {word: square(word) for word in held.keys() | words}
    own = sum(weights[word] for word in words)
    lengths = [sum(weights[word] for word in each) for each in others]
    return [
        sum(weights[word] for word in words & each) / math.sqrt(own * length) if own and length else 0.0
        for each, length in zip(others, lengths, strict=True)
    ]


def _stems(words: set[str]) -> set[str]:
    return {word[:_STEM] for word in words}
