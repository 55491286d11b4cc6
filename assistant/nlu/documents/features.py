"""What speaks for a passage as the answer to a question, in numbers: its order and confidence are fitted on them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from assistant.authoring.documents.passage import Passage
from assistant.language.numbers import in_digits
from assistant.language.text import content_words, normalise
from assistant.nlu.documents.naming import Named
from assistant.nlu.documents.particulars import is_sibling_asked, lacking_particulars
from assistant.nlu.documents.quoting import window
from assistant.nlu.documents.words import WordIndex, named, split
from assistant.nlu.query import Query
from assistant.nlu.retrieval.passages import PassageSearch

_HOW_MUCH = re.compile(
    r"\bhow (?:many|much|long|far|old|often|big|large|tall|high|wide|deep|heavy|fast)\b"
    r"|\b(?:which|what) (?:year|version)\b"
)
_DIGIT = re.compile(r"\d")

ORDER = ("cosine", "bm25", "covered", "covered_headings", "lacking", "rarest")
"""Features by which passages are put in order."""

CONFIDENCE = (*ORDER, "absent", "reranked", "read", "unknown", "numberless", "ahead", "read_ahead", "sibling")
"""Features by which it is told if the passage answers."""


class Scorer(Protocol):
    """A model that reads a question together with a text."""

    def scores(self, question: str, texts: Sequence[str], longest: int = 112) -> list[float]:
        """Return the log odds that each text answers; `longest` word pieces of both together are read."""


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage near a question."""

    passage: Passage
    features: Mapping[str, float]
    score: float
    """The order of passages."""
    key: str
    held: frozenset[str] = frozenset()
    """Words of the question that it holds."""


def candidates(
    query: Query,
    search: PassageSearch,
    index: WordIndex,
    weights: Mapping[str, float],
    most: int = 24,
    only: Collection[str] | None = None,
    named: Named | None = None,
) -> list[ScoredPassage]:
    """Return the passages nearest to a question by meaning and by words, of all or `only` of some, the likeliest first.

    With `named`, the passages of those documents alone.

    Of each: `cosine`; `bm25`; the share of the question's words that it holds (`covered`) and that its headings hold
    (`covered_headings`), rare words counting more; the rarest that it lacks (`rarest`); numbers, days and models for
    which it has another (`lacking`) or none (`absent`); and 1 where a number is asked and it has none (`numberless`).
    Of the question: the share of its words that no document holds (`unknown`).
    """
    words, vector = telling_words(query), named.vector if named else query.vector
    only = named.keys if named else only
    by_words = index.search(search.documents, words, most if only is None else len(search.documents.passages))
    if only is None:
        hits = search.nearest(vector, most)
    else:
        by_words = {key: score for key, score in by_words.items() if key in only}
        hits = search.among(vector, only, most)
    if named:
        by_words = dict(islice(by_words.items(), most))
    near = {hit.key: hit for hit in hits}
    near |= {hit.key: hit for hit in search.among(vector, [key for key in by_words if key not in near])}
    if not near:
        return []
    rarity = {word: index.rarity(search.documents, word) for word in words}
    whole, rarest = sum(rarity.values()) or 1.0, max(rarity.values(), default=1.0) or 1.0
    held = {word: index.holding(search.documents, word, near) for word in words}
    titled = {word: index.holding(search.documents, word, near, "headings") for word in words}
    unknown = sum(rarity[word] for word in words if math.isclose(rarity[word], index.rarest)) / whole
    is_number_asked, rows = _HOW_MUCH.search(query.plain) is not None, []
    for key, hit in near.items():
        lacking = [rarity[word] for word in words if key not in held[word]]
        replaced, absent = lacking_particulars(query.text, hit.passage, query.language)
        features = {
            "cosine": hit.score,
            "bm25": by_words.get(key, 0.0) / whole,
            "covered": 1 - sum(lacking) / whole,
            "covered_headings": sum(rarity[word] for word in words if key in titled[word]) / whole,
            "lacking": float(min(2, replaced)),
            "absent": float(min(2, absent)),
            "rarest": max(lacking, default=0.0) / rarest,
            "reranked": 0.0,
            "unknown": unknown,
            "numberless": float(is_number_asked and not _holds_number(hit.passage.text, query.language)),
        }
        own = frozenset(word for word in words if key in held[word])
        rows.append(ScoredPassage(hit.passage, features, 0.0, key, own))
    return ordered(rows, weights)


def reranked(
    query: Query, rows: Sequence[ScoredPassage], model: Scorer, weights: Mapping[str, float]
) -> list[ScoredPassage]:
    """Return passages in the order by a model that reads the likeliest words of each together with the question."""
    words = telling_words(query)
    scores = model.scores(query.text, [f"{named(row.passage)}. {window(row.passage, words)}" for row in rows])
    read = [
        replace(row, features={**row.features, "reranked": score / 10}) for row, score in zip(rows, scores, strict=True)
    ]
    return ordered(read, weights)


def ordered(rows: Sequence[ScoredPassage], weights: Mapping[str, float]) -> list[ScoredPassage]:
    """Return passages in the order of their weighed features."""
    names = [name for name in (*ORDER, "reranked") if f"order_{name}" in weights]
    scores = [sum(weights[f"order_{name}"] * row.features[name] for name in names) for row in rows]
    scored = [
        ScoredPassage(row.passage, row.features, score, row.key, row.held)
        for row, score in zip(rows, scores, strict=True)
    ]
    return sorted(scored, key=lambda row: (-row.score, row.key))


def confidence_features(query: Query, ranked: Sequence[ScoredPassage], place: int) -> dict[str, float]:
    """Return the features of one of the ranked passages that its confidence is fitted on.

    Beside its own, `ahead` and `read_ahead`: how far its score, and its reading, are ahead of the best passage of
    another section; `read`: how far its reading speaks for it; and `sibling`: 1 where sections like its own differ in a
    word for which the question has another.
    """
    own = ranked[place]
    others = [row for row in ranked if _section(row) != _section(own)]
    ahead = own.score - max((row.score for row in others), default=own.score)
    reading = own.features["reranked"]
    read_ahead = reading - max((row.features["reranked"] for row in others), default=reading)
    is_sibling = is_sibling_asked(split(query.text), own.passage, [row.passage for row in others], query.language)
    return {
        **own.features,
        "ahead": max(-3.0, min(3.0, ahead)),
        "read_ahead": max(-1.0, min(1.0, read_ahead)),
        "read": max(0.0, reading),
        "sibling": float(is_sibling),
    }


def telling_words(query: Query) -> list[str]:
    """Return the words of a question that carry meaning, as the index has them; all of them where none does."""
    words = [word for text in content_words(query.text, query.language) for word in split(text)]
    return list(dict.fromkeys(words)) or list(dict.fromkeys(split(normalise(query.text, query.language))))


def _holds_number(text: str, language: str) -> bool:
    return bool(_DIGIT.search(text) or _DIGIT.search(in_digits(text, language)))


def _section(row: ScoredPassage) -> tuple[str, tuple[str, ...]]:
    return row.passage.name, row.passage.headings
