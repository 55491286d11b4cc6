"""The confidence: what was learnt, nearer and clearer is surer; a near miss that the author named takes it away."""

from __future__ import annotations

import itertools

from assistant.nlu.ranking import confidence as decide
from assistant.nlu.retrieval.snapshot import Hit, Row
from assistant.nlu.templates.matcher import TemplateMatch


def hit(score: float, owner: str = "A", kind: str = "intent", text: str = "turn on the lamp") -> Hit:
    return Hit(Row(kind, owner, text), score)


def sure(score: float, other: float, text: str = "turn on the lamp") -> float:
    """Return the confidence of a question at that distance, another one being nearest to it."""
    found = decide.weigh(text, sorted([hit(score, "Q", "question"), hit(other, "R", "question")], key=_far), {})
    return next(each.confidence for each in found if each.owner == "Q")


def _far(each: Hit) -> float:
    return -each.score


def test_a_question_is_surer_the_nearer_it_is_and_the_farther_the_next():
    for lower, upper in itertools.pairwise(n / 20 for n in range(21)):
        assert sure(lower, 0.0) < sure(upper, 0.0)
        assert sure(0.6, lower) >= sure(0.6, upper)
    assert sure(0.85, 0.6) > 0.5 > 0.2 > sure(0.35, 0.33)


def test_words_in_common_with_a_question_count():
    assert sure(0.7, 0.3) > sure(0.7, 0.3, "let there be light")


def test_a_wide_margin_is_as_good_as_a_wider_one():
    assert sure(0.6, 0.5) < sure(0.6, 0.3) == sure(0.6, 0.1)


def test_nothing_near_and_nothing_learnt_is_no_candidate():
    assert decide.weigh("anything", (), {}) == ()


def test_what_was_learnt_decides_between_intents_however_near_they_are():
    found = decide.weigh("x", [hit(0.9), hit(0.8), hit(0.8, "B"), hit(0.3, "C")], {"A": -1.0, "B": 1.5, "C": -3.0})
    assert [each.owner for each in found] == ["B", "A", "C"]
    assert [each.best for each in found] == [0.8, 0.9, 0.3]
    assert found[0].confidence > 0.5 > found[1].confidence


def test_an_intent_none_of_whose_phrases_is_near_can_still_be_the_likeliest():
    found = decide.weigh("x", [hit(0.9, kind="question")], {"B": 1.5, "C": -3.0})
    assert "B" in [each.owner for each in found]
    assert next(each for each in found if each.owner == "B").example == ""


def test_an_intent_that_nothing_was_learnt_of_is_no_candidate():
    assert decide.weigh("x", [hit(0.9), hit(0.5, "", "talk")], {}) == ()


def against(near_miss: float) -> dict[str, decide.Evidence]:
    hits = sorted([hit(0.9), hit(near_miss, kind="not"), hit(0.4, "B")], key=_far)
    return {each.owner: each for each in decide.weigh("turn on the lamp", hits, {"A": 1.0, "B": -2.0})}


def test_the_nearer_a_near_miss_is_the_less_sure_is_its_intent_and_only_it():
    without, slightly, clearly = against(0.85), against(0.92), against(1.0)
    assert without["A"].confidence > slightly["A"].confidence > clearly["A"].confidence
    assert slightly["A"].confidence > 0.5  # slightly nearer is no proof
    assert without["B"] == slightly["B"] == clearly["B"]


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
