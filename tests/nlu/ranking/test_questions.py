"""Questions told apart: by meaning, by their answers, and by words that few of the nearest hold."""

from __future__ import annotations

from assistant.nlu.ranking import confidence as decide
from assistant.nlu.ranking import questions
from assistant.nlu.retrieval.snapshot import Hit, Row


def hit(score: float, owner: str, kind: str = "question", text: str = "") -> Hit:
    return Hit(Row(kind, owner, text or owner), score)


def owners(text: str, *hits: Hit) -> list[str]:
    return [each.owner for each in questions.rank(text, sorted(hits, key=lambda each: -each.score))]


def test_nothing_near_is_no_question():
    assert questions.rank("anything", ()) == []
    assert questions.rank("turn it on", [hit(0.9, "A", "intent")]) == []


def test_a_word_that_all_hold_tells_nothing_apart_and_one_that_few_hold_does():
    near = [hit(0.62, "what is the virus"), hit(0.6, "where did the virus start"), hit(0.5, "is the virus old")]
    assert owners("where the virus comes from", *near)[0] == "where did the virus start"


def test_of_two_questions_as_near_the_one_whose_answer_is_near_comes_first():
    near = [hit(0.6, "A"), hit(0.6, "B"), hit(0.7, "B", "answer"), hit(0.4, "A", "answer")]
    assert owners("x", *near) == ["B", "A"]


def test_a_question_found_by_its_answer_alone_is_a_candidate():
    found = questions.rank("hydrogen", [hit(0.7, "A", "answer", "what is water hydrogen and oxygen"), hit(0.3, "B")])
    assert [each.owner for each in found] == ["A", "B"]
    assert found[0].best == 0.3


def test_an_answer_says_nothing_about_commands():
    without = decide.weigh("x", [hit(0.9, "A", "intent"), hit(0.5, "Q")], {"A": 1.0})
    beside = decide.weigh("x", [hit(0.9, "A", "intent"), hit(0.5, "Q"), hit(0.5, "Q", "answer")], {"A": 1.0})
    assert without[0] == beside[0]


def test_the_question_that_ranks_first_is_the_surest():
    near = [hit(0.7, "A", text="odd one"), hit(0.69, "B", text="the lamp"), hit(0.6, "A", "answer")]
    found = decide.weigh("the lamp", near, {})
    assert [each.owner for each in found] == owners("the lamp", *near)
