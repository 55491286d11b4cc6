"""Stored questions, ranked by meaning, by the meaning of their answers, and by the words that tell them apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from types import MappingProxyType

from assistant.authoring.knowledge import QuestionAnswer
from assistant.language.text import expand_contractions, stems
from assistant.nlu.query import Query
from assistant.nlu.ranking.confidence import CERTAIN
from assistant.nlu.ranking.contrast import contrasts
from assistant.nlu.ranking.evidence import Evidence, RankingWeights
from assistant.nlu.retrieval.retriever import Retriever
from assistant.nlu.retrieval.snapshot import Hit, Row


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """How near a stored question is."""

    owner: str
    example: str
    """Its nearest wording."""
    similarity: float
    """Cosine to that wording."""
    answer_similarity: float
    """Cosine to the question with its answer."""
    overlap: float
    """Likeness of the words, 0 to 1; rare ones count more."""
    covered: float
    """Share of the content words of the query that question or answer hold."""
    score: float
    """The order of questions: nearness and words in common, less what speaks against them."""
    contrast: float = 0.0
    """How much of what is asked is another matter."""


class QuestionRanker:
    """Evidence for the stored questions near a query."""

    def __init__(
        self,
        retriever: Retriever,
        entries: Mapping[str, QuestionAnswer],
        answers: Mapping[str, Row],
        weights: RankingWeights,
        names: Callable[[Query], frozenset[str]],
    ) -> None:
        """Take the rows to search and, for each question, its entry and the row of it together with its answer.

        `names` collects the words of a query that no file and no dictionary holds.
        """
        self._retriever, self._entries, self._answers, self._weights = retriever, entries, answers, weights
        self._names = names

    def rank(self, query: Query) -> Iterator[Evidence]:
        """Yield the questions among the neighbours, the likeliest first; one asked in its own words is certain.

        What is asked of a thing that nothing here knows the name of is another matter than every one of them.
        """
        weights, asked = self._weights.question, _spelt_out(query.plain, query.language)
        is_unknown = float(bool(self._names(query)))
        for question, features in question_features(query, self._hits(query), weights, self._entries):
            nearness, margin, words = features
            strength = weights["nearness"] * nearness + weights["margin"] * margin + weights["words"] * words
            strength += weights["bias"] + weights["contrast"] * max(question.contrast, is_unknown)
            if asked == _spelt_out(question.example, query.language):
                strength = CERTAIN
            yield Evidence("question", question.owner, "question", strength, question.example, question.similarity)

    def warm(self, query: Query, most: int = 1000) -> None:
        """Read the wordings of the stored questions, of very many the first ones, now and not with the first query."""
        self.has(query)
        contrasts(query, [*islice(self._entries.values(), most)], self._weights.question)

    def has(self, query: Query) -> bool:
        """True of a stored question in its own words."""
        return expand_contractions(query.plain, query.language) in self._wordings

    @cached_property
    def _wordings(self) -> frozenset[str]:
        """All stored questions, contractions written out."""
        rows = self._retriever.snapshot.rows.values()
        return frozenset(expand_contractions(row.text, row.language) for row in rows if row.kind == "question")

    def _hits(self, query: Query, most: int = 8, near: float = 0.4) -> tuple[Hit, ...]:
        """Return the neighbours, and the rows with answers of the nearest questions that are not among them."""
        hits = query.neighbours
        asked = dict.fromkeys(hit.row.owner for hit in hits if hit.row.kind == "question" and hit.score > near)
        known = {hit.row.owner for hit in hits if hit.row.kind == "answer"}
        missing = [self._answers[owner] for owner in [*asked][:most] if owner not in known]
        return (*hits, *self._retriever.among(query.vector, missing)) if missing else hits


def question_features(
    query: Query,
    hits: Sequence[Hit],
    weights: Mapping[str, float],
    entries: Mapping[str, QuestionAnswer] = MappingProxyType({}),
) -> list[tuple[QuestionScore, tuple[float, float, float]]]:
    """Return the questions, best first, each with nearness, margin and share of words: the features of its confidence.

    A question that is ranked below another is no surer than that one.
    """
    scores = question_scores(query, hits, weights, entries)
    features = []
    for score in scores:
        ahead = score.score - max((other.score for other in scores[:2] if other is not score), default=-1.0)
        first = scores[0]
        answer = min(score.answer_similarity, first.similarity + first.answer_similarity - score.similarity)
        nearness = (score.similarity + answer) / 2
        features.append((score, (nearness, min(ahead, weights["clear"]), min(score.covered, first.covered))))
    return features


def question_scores(
    query: Query,
    hits: Sequence[Hit],
    weights: Mapping[str, float],
    entries: Mapping[str, QuestionAnswer] = MappingProxyType({}),
    rivals: int = 24,
    near: float = 0.4,
) -> list[QuestionScore]:
    """Return the questions among the nearest rows, best first; words are weighed among the nearest `rivals`.

    What speaks against one is looked for where its cosine is above `near`: the others are no answer anyway.
    A question whose row with the answer is not among the hits is taken to be as near by it as the last hit.
    """
    questions: dict[str, Hit] = {}
    answers: dict[str, Hit] = {}
    for hit in hits:
        if hit.row.kind in ("question", "answer"):
            (questions if hit.row.kind == "question" else answers).setdefault(hit.row.owner, hit)
    owners = list(dict.fromkeys([*questions, *answers]))[:rivals]
    if not owners:
        return []
    floor, words = hits[-1].score, _words(query.plain)
    asked = [_words(questions[owner].row.text if owner in questions else "") for owner in owners]
    both = [
        _words(answers[owner].row.text) if owner in answers else question
        for owner, question in zip(owners, asked, strict=True)
    ]
    stored = [owner for owner in owners if owner in entries and owner in questions and questions[owner].score > near]
    by_question, by_answer = _likeness(words, asked), _likeness(words, both)
    telling, scores = frozenset(query.content_words) or words, []
    against = dict(zip(stored, contrasts(query, [entries[owner] for owner in stored], weights), strict=True))
    for number, owner in enumerate(owners):
        nearest = questions.get(owner) or answers[owner]
        similarity = questions[owner].score if owner in questions else floor
        answer = answers[owner].score if owner in answers else min(similarity, floor) if answers else similarity
        overlap = (1 - weights["overlap_answer"]) * by_question[number] + weights["overlap_answer"] * by_answer[number]
        contrast = against.get(owner, 0.0)
        score = (similarity + answer) / 2 + weights["overlap"] * overlap - weights["contrast_order"] * contrast
        covered = len(telling & (asked[number] | both[number])) / max(1, len(telling))
        scores.append(QuestionScore(owner, nearest.row.text, similarity, answer, overlap, covered, score, contrast))
    return sorted(scores, key=lambda score: -score.score)


_spelt_out = lru_cache(maxsize=4096)(expand_contractions)
_stems = lru_cache(maxsize=4096)(stems)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _likeness(words: frozenset[str], others: Sequence[frozenset[str]]) -> list[float]:
    """Return the cosine of the words to each of the others, each word weighed by how few of these hold it."""
    beginnings, rivals = _stems(words), [_stems(other) for other in others]
    held = Counter(stem for rival in rivals for stem in rival)
    weights = {stem: (math.log((1 + len(rivals)) / (1 + held[stem])) + 1) ** 2 for stem in held.keys() | beginnings}
    own = sum(weights[stem] for stem in beginnings)
    lengths = [sum(weights[stem] for stem in rival) for rival in rivals]
    return [
        sum(weights[stem] for stem in beginnings & rival) / math.sqrt(own * length) if own and length else 0.0
        for rival, length in zip(rivals, lengths, strict=True)
    ]
