"""A sentence that asks for pictures is read into days, a kind, and words for what is to be seen."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.nlu.pictures.asking import read_question


@pytest.mark.parametrize(
    ("text", "about", "periods", "screenshot"),
    [
        ("show me pictures of the dog on the beach", "the dog on the beach", 0, False),
        ("Could you find me the photos of Anna from last summer?", "anna", 1, False),
        ("the receipt from the hardware store", "the receipt from the hardware store", 0, False),
        ("photos from last summer in Lisbon", "lisbon", 1, False),
        ("screenshots of yesterday", "", 1, True),
        ("the screenshot with the error", "the with the error", 0, True),
        ("all my photos from 2023", "", 1, False),
        ("the photos I took on Friday", "", 1, False),
        ("picture of a picture frame", "a picture frame", 0, False),
        ("image", "", 0, False),
    ],
)
def test_a_question_for_pictures_is_read(text, about, periods, screenshot):
    question = read_question(text, date(2026, 11, 29))
    assert (question.about, len(question.periods), question.wants_screenshot) == (about, periods, screenshot)
