"""The confidence: nearer, clearer and more literal is surer; a near miss the author named is no candidate."""

from __future__ import annotations

import itertools

import pytest

from assistant.nlu import decide
from assistant.nlu.index import Hit, Row
from assistant.nlu.template import TemplateMatch


def hit(score: float, owner: str = "A", kind: str = "intent", text: str = "turn on the lamp") -> Hit:
    return Hit(Row(kind, owner, text), score)


def evidence(best: float, margin: float, kind: str = "intent", overlap: float = 0.5) -> decide.Evidence:
    return decide.Evidence(kind, "A", "x", best, best - 0.05, margin, overlap)


@pytest.mark.parametrize("kind", ["intent", "question"])
def test_confidence_rises_with_nearness_and_with_margin(kind):
    steps = [n / 20 for n in range(-4, 21)]
    for lower, upper in itertools.pairwise(steps):
        assert evidence(lower, 0.1, kind).confidence < evidence(upper, 0.1, kind).confidence
        assert evidence(0.6, lower, kind).confidence <= evidence(0.6, upper, kind).confidence
    # A wide margin is as good as a wider one: the confidence levels off.
    assert evidence(0.6, 0.0, kind).confidence < evidence(0.6, 0.1, kind).confidence


@pytest.mark.parametrize("kind", ["intent", "question"])
def test_near_and_clear_is_accepted_and_far_is_not(kind):
    assert evidence(0.85, 0.2, kind).confidence > 0.5
    assert evidence(0.35, 0.02, kind).confidence < 0.2


def test_confidence_is_a_probability_whatever_the_evidence():
    for best, margin in itertools.product((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0)):
        assert 0 <= evidence(best, margin).confidence <= 1


def test_nothing_near_is_no_candidate():
    assert decide.weigh("anything", (), {}) == ()


def test_candidates_come_most_likely_first_each_once():
    found = decide.weigh("turn on the lamp", [hit(0.9), hit(0.8), hit(0.7, "B"), hit(0.6), hit(0.5, "B")], {})
    assert [each.owner for each in found] == ["A", "B"]
    assert found[0].best == 0.9
    assert found[0].margin > 0 > found[1].margin


def test_an_intent_is_scored_by_several_rows_a_question_by_its_best():
    one = decide.weigh("x", [hit(0.9), *(hit(0.2, "B") for _ in range(9))], {})
    many = decide.weigh("x", [*(hit(0.9) for _ in range(5)), *(hit(0.2, "B") for _ in range(9))], {})
    assert one[0].mean < many[0].mean == pytest.approx(0.9)
    asked = decide.weigh("x", [hit(0.9, kind="question"), hit(0.3, kind="question"), hit(0.2, "B")], {})
    assert asked[0].mean == 0.9


def against(near_miss: float) -> dict[str, decide.Evidence]:
    hits = sorted([hit(0.9), hit(near_miss, kind="not"), hit(0.4, "B")], key=lambda each: -each.score)
    return {each.owner: each for each in decide.weigh("turn on the lamp", hits, {"A": 1.0, "B": -2.0})}


def test_the_nearer_a_near_miss_is_the_less_sure_is_its_intent_and_only_it():
    without, slightly, clearly = against(0.85), against(0.92), against(1.0)
    assert without["A"].confidence > slightly["A"].confidence > clearly["A"].confidence
    assert slightly["A"].confidence > 0.5  # slightly nearer is no proof
    assert without["B"] == slightly["B"] == clearly["B"]


def test_what_was_learnt_decides_between_intents_that_are_equally_near():
    hits = [hit(0.8), hit(0.8, "B"), hit(0.3, "C")]
    found = decide.weigh("x", hits, {"A": -1.0, "B": 1.5, "C": -3.0})
    assert [each.owner for each in found] == ["B", "A", "C"]


def test_words_in_common_count():
    said = decide.weigh("turn on the lamp", [hit(0.7), hit(0.3, "B")], {})[0]
    other = decide.weigh("let there be light", [hit(0.7), hit(0.3, "B")], {})[0]
    assert said.overlap > other.overlap


def match(literal: str, free: int) -> TemplateMatch:
    return TemplateMatch("A", {}, {}, "", literal, free, False, "")


def test_a_template_without_free_words_is_certain():
    assert decide.of_template(match("turn on the lamp", 0), 0.0) == 1.0


def test_free_text_after_telling_words_is_accepted_and_after_empty_ones_is_not():
    assert decide.of_template(match("remind me to", 3), 0.6) > 0.5
    assert decide.of_template(match("what is", 6), 0.2) < 0.3


def test_the_more_a_placeholder_swallows_the_less_sure():
    sure = [decide.of_template(match("open the", free), 0.4) for free in (1, 5, 10, 20, 40)]
    assert sure == sorted(sure, reverse=True)
    assert sure[-1] < 0.1
