"""Questions told apart: by meaning, by their answers, and by words that few of the nearest hold."""

from __future__ import annotations

from datetime import datetime

from assistant.nlu.query import Query
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.ranking.questions import QuestionScore, question_features, question_scores
from assistant.nlu.retrieval.snapshot import Hit, Row

WEIGHTS = ranking_weights().question


def hit(score: float, owner: str, kind: str = "question", text: str = "") -> Hit:
    return Hit(Row(kind, owner, text or owner), score)


def scores(text: str, *hits: Hit) -> list[QuestionScore]:
    nearest = sorted(hits, key=lambda near: -near.score)
    return question_scores(Query(text, "en", datetime(2026, 11, 23)), nearest, WEIGHTS)


def owners(text: str, *hits: Hit) -> list[str]:
    return [score.owner for score in scores(text, *hits)]


def test_nothing_near_is_no_question():
    assert scores("anything") == []
    assert scores("turn it on", hit(0.9, "A", "intent")) == []


def test_a_word_that_all_hold_tells_nothing_apart_and_one_that_few_hold_does():
    near = [hit(0.62, "what is the virus"), hit(0.6, "where did the virus start"), hit(0.5, "is the virus old")]
    assert owners("where the virus comes from", *near)[0] == "where did the virus start"


def test_of_two_questions_as_near_the_one_whose_answer_is_near_comes_first():
    near = [hit(0.6, "A"), hit(0.6, "B"), hit(0.7, "B", "answer"), hit(0.4, "A", "answer")]
    assert owners("x", *near) == ["B", "A"]


def test_a_question_found_by_its_answer_alone_is_a_candidate():
    found = scores("hydrogen", hit(0.7, "A", "answer", "what is water hydrogen and oxygen"), hit(0.3, "B"))
    assert [score.owner for score in found] == ["A", "B"]
    assert found[0].similarity == 0.3


def test_the_question_that_ranks_first_is_the_surest():
    near = [hit(0.7, "A", text="odd one"), hit(0.69, "B", text="the lamp"), hit(0.6, "A", "answer")]
    features = question_features(Query("the lamp", "en", datetime(2026, 11, 23)), near, WEIGHTS)
    assert [score.owner for score, _ in features] == owners("the lamp", *near)
    assert [nearness for _, (nearness, _, _) in features] == sorted(
        (nearness for _, (nearness, _, _) in features), reverse=True
    )
