"""Evidence for what a sentence means, and the weights that it is given.

A ranker is `rank(query) -> Iterable[Evidence]`; `combine` makes one ranked list of all evidence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from assistant.nlu.query import Query
from assistant.nlu.templates.matcher import TemplateMatch

CandidateKind = Literal["intent", "question", "passage"]

Source = Literal["template", "sound", "meaning", "question", "slots", "polarity", "mood", "passage"]
"""Ground of the evidence: words of a template, the sound of one, nearness in meaning, values, contrary verbs, mood,
a document."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate, or against it."""

    kind: CandidateKind
    owner: str
    """The intent's name, the question as written, or the key of the passage."""
    source: Source
    strength: float
    """Log odds."""
    why: str = ""
    """The phrase or the template that it rests on; empty where there is none."""
    similarity: float = 0.0
    """Cosine to the nearest phrase."""
    match: TemplateMatch | None = None
    """The template's reading of the sentence."""


class Ranker(Protocol):
    """One source of knowledge about sentences."""

    def rank(self, query: Query) -> Iterable[Evidence]:
        """Yield the evidence for and against candidates."""


@dataclass(frozen=True, slots=True)
class RankingWeights:
    """The weights of weights.toml, section and key as there."""

    classifier: dict[str, float]
    meaning: dict[str, float]
    question: dict[str, float]
    passage: dict[str, float]
    passage_reranked: dict[str, float]
    picture: dict[str, float]
    picture_reranked: dict[str, float]
    sight: dict[str, float]
    template: dict[str, float]
    slots: dict[str, float]
    polarity: dict[str, float]
    mood: dict[str, float]
    account: dict[str, float]
    sound: dict[str, float]
    hearing: dict[str, float]
    spelling: dict[str, float]


WEIGHTS_FILE = Path(__file__).with_name("weights.toml")


@cache
def ranking_weights() -> RankingWeights:
    """Read the weights that the fitting script wrote."""
    sections = tomllib.loads(WEIGHTS_FILE.read_text("utf-8"))
    numbers = {
        name: {key: float(value) for key, value in section.items() if key != "fitted_on"}
        for name, section in sections.items()
    }
    return RankingWeights(**numbers)
