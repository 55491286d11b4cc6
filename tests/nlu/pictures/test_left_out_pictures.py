"""What a question for pictures denies is left out; a denial that is not understood is told, and nothing is found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.authoring.pictures.picture import Picture, PictureFacts
from assistant.nlu.pictures.asking import read_question

TODAY = date(2026, 11, 29)
VIENNA = ("Marta and Tomas eating cake", "Vienna, Austria", "2025-06-15T15:20:00", "")
WEDDING = ("Marta and Tomas cut the wedding cake", "Prague, Czech Republic", "2022-09-03T17:00:00", "")
SCHOOL = ("Nina's first day at school", "", "2024-09-02T08:00:00", "")
RECEIPT = ("SCREWFIX drill bits", "", "", "receipt")
ALL = (VIENNA, WEDDING, SCHOOL, RECEIPT)


def picture(caption, place, taken, kind):
    facts = PictureFacts("0", 4, 3, taken, "camera", place, caption=caption, kind=kind)
    return Picture(caption, Path("a.jpg"), "album/a.jpg", (), 0, 0, "picture", facts)


@pytest.mark.parametrize(
    ("text", "about", "admitted"),
    [
        ("photos of neither Marta nor Tomas", "", (SCHOOL, RECEIPT)),
        ("neither Marta nor Nina", "", (RECEIPT,)),
        ("show me photos that are not from Vienna", "", (WEDDING, SCHOOL, RECEIPT)),
        ("how many photos aren't from Austria", "", (WEDDING, SCHOOL, RECEIPT)),
        ("photos of Marta outside of Vienna", "marta", (WEDDING, SCHOOL, RECEIPT)),
        ("photos of Marta that were not taken in Vienna", "marta", (WEDDING, SCHOOL, RECEIPT)),
        ("photos neither from Vienna nor from Prague", "", (SCHOOL, RECEIPT)),
        ("pictures of Nina but not at school", "nina", (VIENNA, WEDDING, RECEIPT)),
        ("photos that don't show Nina", "", (VIENNA, WEDDING, RECEIPT)),
        ("receipts that are not from Screwfix", "", ()),
        ("pictures that are not receipts", "", (VIENNA, WEDDING, SCHOOL)),
        ("photos not from 2024", "", (VIENNA, WEDDING, RECEIPT)),
        ("the people outside the church", "the people outside the church", ALL),
        ("the sign that says do not enter", "the sign do not enter", ALL),
        ("the forget-me-not", "the forget-me-not", ALL),
    ],
)
def test_what_is_denied_is_left_out(text, about, admitted):
    question = read_question(text, TODAY)
    assert (question.about, question.unread) == (about, "")
    assert tuple(facts for facts in ALL if question.admits(picture(*facts))) == admitted


@pytest.mark.parametrize(
    ("text", "unread"), [("photos where Nina is not", "not"), ("photos that I did not take", "not take")]
)
def test_a_denial_that_is_not_understood_is_told(text, unread):
    assert read_question(text, TODAY).unread == unread
