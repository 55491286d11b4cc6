"""A stored question is not the answer to one that names another day, number, place or measure, or the contrary."""

from __future__ import annotations

from datetime import datetime

import pytest

from assistant.authoring.knowledge import QuestionAnswer
from assistant.nlu.query import Query
from assistant.nlu.ranking.contrast import contrasts
from assistant.nlu.ranking.evidence import ranking_weights

ENTRIES = [
    QuestionAnswer("When are you open on Sundays?", "Closed.", ("opening hours on sunday",)),
    QuestionAnswer("How long is the warranty of the X100?", "Two years."),
    QuestionAnswer("How long does delivery to France take?", "Four days.", ("how many days until it is in France",)),
    QuestionAnswer("How do I install the app on Windows?", "Run setup."),
    QuestionAnswer("How do I install the app on a Mac?", "Drag it.", ("setup on macOS",)),
    QuestionAnswer("Can I not pay by card?", "In cash."),
    QuestionAnswer("Is there parking?", "Behind the house."),
    QuestionAnswer("Rice for five?", "For five people take 375 grams."),
    QuestionAnswer("How do I open an account?", "Click Join.", ("sign up",)),
]


def against(text: str, stored: str) -> float:
    query = Query(text, "en", datetime(2026, 11, 23))
    points = contrasts(query, ENTRIES, ranking_weights().question)
    return next(point for entry, point in zip(ENTRIES, points, strict=True) if stored in entry.question)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("opening hours on monday", "Sundays"),
        ("how much rice for nine people", "Rice"),
        ("warranty for the X400", "X100"),
        ("how long is the warranty of the Z7", "X100"),
        ("how long does delivery to norway take", "France"),
        ("how much is delivery to france", "France"),
        ("how do I install the app on linux", "Windows"),
        ("how do I install the app on a mac", "Windows"),
        ("can I pay by card", "not pay"),
        ("how do I close my account", "account"),
        ("how to uninstall the app on windows", "Windows"),
    ],
)
def test_another_matter_speaks_against_a_stored_question(text, stored):
    assert against(text, stored) > 0


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("are you open on a sunday", "Sundays"),
        ("how much rice for 5 people", "Rice"),
        ("when do you open", "Sundays"),
        ("guarantee on the X100", "X100"),
        ("how many days does a parcel to france need", "France"),
        ("when will my order be in France", "France"),
        ("install it on macOS", "Mac"),
        ("is there parking on monday", "parking"),
        ("what if I can't pay by card", "not pay"),
        ("when do you close", "Sundays"),
        ("how do I stop you from installing the app on windows", "Windows"),
        ("how can I reopen an account", "account"),
    ],
)
def test_other_words_for_the_same_matter_do_not(text, stored):
    assert against(text, stored) == 0


def test_the_subject_of_most_questions_tells_none_of_them_apart():
    entries = [QuestionAnswer(f"{start} Covid-19?", "A.") for start in ("What is", "Who has", "Where is", "How old is")]
    points = contrasts(Query("what is corona", "en", datetime(2026, 11, 23)), entries, ranking_weights().question)
    assert points == [0.0] * 4
