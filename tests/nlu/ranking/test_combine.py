"""One decision on all evidence: nearer and clearer is surer, near misses and templates of others speak against."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pytest

from assistant.nlu.query import Query
from assistant.nlu.ranking.combine import Ranked, combine
from assistant.nlu.ranking.confidence import CERTAIN, log_odds, sigmoid
from assistant.nlu.ranking.evidence import WEIGHTS_FILE, Evidence, ranking_weights
from assistant.nlu.ranking.questions import QuestionRanker
from assistant.nlu.ranking.rankers import MeaningRanker, TemplateRanker
from assistant.nlu.retrieval.snapshot import Hit, Row
from assistant.nlu.templates.matcher import TemplateMatch

WEIGHTS = ranking_weights()
ANSWERS = {owner: Row("answer", owner, "") for owner in "AQR"}


def hit(score: float, owner: str = "A", kind: str = "intent", text: str = "turn on the lamp") -> Hit:
    return Hit(Row(kind, owner, text), score)


def asked(text: str, hits: Sequence[Hit]) -> Query:
    """A query with these neighbours."""
    nearest = tuple(sorted(hits, key=lambda near: -near.score))
    return Query(text, "en", datetime(2026, 11, 23), lambda texts: np.ones((len(texts), 2)), lambda _: nearest)


class Rows:
    """A retriever in which nothing else is indexed."""

    def among(self, _, rows):
        return ()


class Learnt:
    """A classifier that is as sure as it is told."""

    def __init__(self, odds: dict[str, float]) -> None:
        self.odds = lambda vector, text: odds


def by_meaning(text: str, hits: Sequence[Hit], odds: dict[str, float]) -> tuple[Ranked, ...]:
    query = asked(text, hits)
    evidence = [
        *MeaningRanker(Learnt(odds), odds, frozenset(), WEIGHTS).rank(query),
        *QuestionRanker(Rows(), {}, ANSWERS, WEIGHTS, lambda _: frozenset()).rank(query),
    ]
    return combine(evidence, WEIGHTS)


def question(score: float, other: float, text: str = "turn on the lamp") -> float:
    """The confidence of a question at that nearness, another one at its own."""
    ranked = by_meaning(
        text, [hit(score, "Q", "question", "turn the lamp on"), hit(other, "R", "question", "turn the lamp on")], {}
    )
    return next(candidate.confidence for candidate in ranked if candidate.owner == "Q")


def test_a_question_is_surer_the_nearer_it_is_and_the_farther_the_next():
    for lower, upper in itertools.pairwise(n / 20 for n in range(21)):
        assert question(lower, 0.0) < question(upper, 0.0)
        assert question(0.6, lower) >= question(0.6, upper)
    assert question(0.85, 0.6) > 0.5 > 0.2 > question(0.35, 0.33)


def test_words_in_common_with_a_question_count():
    assert question(0.7, 0.3) > question(0.7, 0.3, "let there be light")


def test_a_wide_margin_is_as_good_as_a_wider_one():
    assert question(0.6, 0.5) < question(0.6, 0.3) == question(0.6, 0.1)


def test_nothing_near_and_nothing_learnt_is_no_candidate():
    assert by_meaning("anything", (), {}) == ()


def test_the_classifier_decides_between_intents_however_near_they_are():
    hits = [hit(0.9), hit(0.8), hit(0.8, "B"), hit(0.3, "C")]
    ranked = by_meaning("x", hits, {"A": -1.0, "B": 1.5, "C": -3.0})
    assert [candidate.owner for candidate in ranked] == ["B", "A", "C"]
    assert [candidate.similarity for candidate in ranked] == [0.8, 0.9, 0.3]
    assert ranked[0].confidence > 0.5 > ranked[1].confidence


def test_an_intent_none_of_whose_phrases_is_near_can_still_be_the_likeliest():
    ranked = by_meaning("x", [hit(0.9, kind="question")], {"B": 1.5, "C": -3.0})
    assert {candidate.owner: candidate.phrase for candidate in ranked}["B"] == ""


def test_an_intent_that_was_edited_counts_by_nearness_until_it_is_trained():
    def sure(similarity: float) -> dict[str, float]:
        ranker = MeaningRanker(Learnt({"A": 1.0, "GONE": 9.0}), {"A", "B"}, {"B"}, WEIGHTS)
        return {item.owner: item.strength for item in ranker.rank(asked("x", [hit(similarity, "B"), hit(0.2)]))}

    assert sure(0.95)["B"] > 2 > 0 > sure(0.6)["B"]
    assert "GONE" not in sure(0.95)


def test_an_intent_that_nothing_was_learnt_of_is_no_candidate():
    assert by_meaning("x", [hit(0.9), hit(0.5, "", "talk")], {}) == ()


def against(near_miss: float) -> dict[str, Ranked]:
    ranked = by_meaning(
        "turn on the lamp", [hit(0.9), hit(near_miss, kind="not"), hit(0.4, "B")], {"A": 1.0, "B": -2.0}
    )
    return {candidate.owner: candidate for candidate in ranked}


def test_the_nearer_a_near_miss_is_the_less_sure_is_its_intent_and_only_it():
    without, slightly, clearly = against(0.85), against(0.92), against(1.0)
    assert without["A"].confidence > slightly["A"].confidence > clearly["A"].confidence
    assert slightly["A"].confidence > 0.5  # slightly nearer is no proof
    assert without["B"] == slightly["B"] == clearly["B"]


def match(literal: str, free: int) -> TemplateMatch:
    return TemplateMatch("A", {}, {}, "", literal, free, False, "")


class Covering:
    """Templates that cover anything."""

    def match(self, *_):
        return ()


def by_template(literal: str, free: int, similarity: float) -> float:
    return sigmoid(TemplateRanker(Covering(), WEIGHTS).strength(match(literal, free), similarity, "en"))


def test_a_template_without_free_words_is_certain():
    (only,) = combine([Evidence("intent", "A", "template", CERTAIN, "", 1.0, match("turn on the lamp", 0))], WEIGHTS)
    assert only.confidence == 1.0


def test_free_text_after_telling_words_is_accepted_and_after_empty_ones_is_not():
    assert by_template("remind me to", 3, 0.6) > 0.5
    assert by_template("what is", 6, 0.2) < 0.3


def test_the_more_a_placeholder_swallows_the_less_sure():
    sure = [by_template("open the", free, 0.4) for free in (1, 5, 10, 20, 40)]
    assert sure == sorted(sure, reverse=True)
    assert sure[-1] < 0.1


MEANT = Evidence("intent", "A", "meaning", 1.0)
OTHER = Evidence("intent", "B", "meaning", 1.5)


def confidences(*evidence: Evidence, penalty: float = 0.0) -> dict[str, float]:
    return {candidate.owner: candidate.confidence for candidate in combine(evidence, WEIGHTS, penalty)}


def test_evidence_of_one_candidate_adds_up_in_log_odds():
    both = confidences(MEANT, Evidence("intent", "A", "slots", -0.25))
    assert log_odds(both["A"]) == pytest.approx(0.75)


def test_a_template_speaks_for_its_intent_and_against_every_other():
    covered = Evidence("intent", "A", "template", CERTAIN, "", 1.0, match("turn on the lamp", 0))
    assert confidences(MEANT, OTHER)["B"] > confidences(MEANT, OTHER, covered)["B"]
    assert confidences(MEANT, OTHER, covered)["A"] == 1.0


def test_one_free_word_and_the_meaning_are_surer_together_and_many_are_not():
    few, many = (Evidence("intent", "A", "template", 0.5, "", 0.6, match("is home", free)) for free in (1, 4))
    assert confidences(MEANT, few)["A"] > max(sigmoid(1.0), sigmoid(0.5))
    assert confidences(MEANT, many)["A"] == pytest.approx(sigmoid(1.0))


def test_words_that_were_hardly_heard_cost_every_candidate_but_templates():
    covered = Evidence("intent", "A", "template", CERTAIN, "", 1.0, match("turn on the lamp", 0))
    assert confidences(OTHER, penalty=-1.0)["B"] == pytest.approx(sigmoid(0.5))
    assert confidences(covered, penalty=-1.0)["A"] == 1.0


def test_every_weight_says_what_it_was_fitted_on():
    text = WEIGHTS_FILE.read_text()
    assert text.count("[") == text.count("fitted_on = ")
