"""A sentence that asks for pictures is read into days, a kind, and words for what is to be seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.authoring.pictures.picture import Picture, PictureFacts
from assistant.nlu.pictures.asking import read_question


@pytest.mark.parametrize(
    ("text", "about", "periods", "screenshot"),
    [
        ("show me pictures of the dog on the beach", "the dog on the beach", 0, False),
        ("Could you find me the photos of Anna from last summer?", "anna", 1, False),
        ("the receipt from the hardware store", "the receipt from the hardware store", 0, False),
        ("photos from last summer in Lisbon", "", 1, False),
        ("screenshots of yesterday", "", 1, True),
        ("the screenshot with the error", "the with the error", 0, True),
        ("all my photos from 2023", "", 1, False),
        ("the photos I took on Friday", "", 1, False),
        ("picture of a picture frame", "a picture frame", 0, False),
        ("image", "", 0, False),
        ("which photos did I take in Australia", "", 0, False),
        ("photos I took of the harbour", "the harbour", 0, False),
        ("the photos we have of Anna", "anna", 0, False),
        ("picture of Peter without Anna", "peter", 0, False),
        ("what did I photograph in October", "", 1, False),
        ("what have we taken pictures of this year", "", 1, False),
        ("the picture that says set a timer at seven", "set a timer at seven", 0, False),
        ("a photo of the sign that says do not enter", "the sign do not enter", 0, False),
        ("photo reading closed on Monday", "closed on monday", 0, False),
        ("the photo with the words not from Lisbon on it", "not from lisbon", 0, False),
        ("the screenshot where it says error", "error", 0, True),
        ("grandma reading a letter", "grandma reading a letter", 0, False),
    ],
)
def test_a_question_for_pictures_is_read(text, about, periods, screenshot):
    question = read_question(text, date(2026, 11, 29))
    assert (question.about, len(question.periods), question.wants_screenshot) == (about, periods, screenshot)


@pytest.mark.parametrize(
    ("text", "about", "place"),
    [
        ("photos of Lisbon", "", "lisbon"),
        ("what we ate in Portugal", "what we ate in portugal", "portugal"),
        ("anything photographed in Sydney", "", "sydney"),
        ("taken in Berlin", "", "berlin"),
        ("the sign that says Berlin", "the sign berlin", ""),
        ("the port of New York", "the port of new york", ""),
        ("the Lisbon tram", "the lisbon tram", ""),
    ],
)
def test_a_place_at_the_end_is_where_a_picture_was_taken(text, about, place):
    question = read_question(text, date(2026, 11, 29))
    assert (question.about, question.place) == (about, place)


@pytest.mark.parametrize(
    ("text", "about", "periods", "order", "most"),
    [
        ("the last three photos of the dog", "the dog", 0, "newest", 3),
        ("show me the oldest picture", "", 0, "oldest", 1),
        ("the first photo of Mia", "mia", 0, "oldest", 1),
        ("the latest pictures from May 2025", "", 1, "newest", 0),
        ("first day at school", "first day at school", 0, "", 0),
        ("March", "", 1, "", 0),
        ("photos from Christmas", "", 1, "", 0),
        ("photos from the Christmas market", "the christmas market", 0, "", 0),
        ("is there anything with a hedgehog in it", "a hedgehog", 0, "", 0),
        ("did I ever photograph a tram", "a tram", 0, "", 0),
        ("I'm looking for a shot of the sledge", "the sledge", 0, "", 0),
        ("the newest receipt from the pharmacy", "receipt from the pharmacy", 0, "newest", 1),
        ("what I photographed yesterday evening", "", 1, "", 0),
        ("photos of tomorrow", "tomorrow", 0, "", 0),
    ],
)
def test_an_order_a_number_and_a_bare_time_are_read(text, about, periods, order, most):
    question = read_question(text, date(2026, 11, 29))
    assert (question.about, len(question.periods), question.order, question.most) == (about, periods, order, most)


@pytest.mark.parametrize(
    ("text", "caption", "is_admitted"),
    [
        ("picture of Peter without Anna", "Anna and Peter at their wedding", False),
        ("picture of Peter without Anna", "Peter alone with the cake", True),
        ("the snowman without a hat", "Snowman in the garden, without a hat", True),
        ("the snowman without a hat", "Snowman with a red hat", False),
        ("the beach but no people in it", "People on the beach", False),
        ("the beach without the dogs", "Our dog on the beach", False),
        ("our dog but not in the snow", "Our dog in the snow", False),
        ("our dog but not the ones in the snow", "Our dog on the beach", True),
    ],
)
def test_what_is_left_out_counts_against_a_picture(text, caption, is_admitted):
    facts = PictureFacts("0", 4, 3, caption=caption)
    picture = Picture(caption, Path("a.jpg"), "album/a.jpg", (), 0, 0, "picture", facts)
    assert read_question(text, date(2026, 11, 29)).admits(picture) == is_admitted


@pytest.mark.parametrize(
    ("text", "is_admitted"),
    [("the lighthouse in winter", True), ("the lighthouse last winter", False), ("the lighthouse in March", False)],
)
def test_a_drawing_of_a_season_is_found_by_it(text, is_admitted):
    facts = PictureFacts("0", 4, 3, "2026-07-01T12:00:00", "metadata", caption="a lighthouse at night, in winter")
    picture = Picture(facts.caption, Path("a.png"), "created/a.png", (), 0, 0, "picture", facts)
    assert read_question(text, date(2026, 11, 29)).admits(picture) == is_admitted


@pytest.mark.parametrize(
    ("name", "has_words"), [("tmp/picture.png", False), ("a/IMG_1.jpg", False), ("a/oak.jpg", True)]
)
def test_a_picture_without_words_is_like_no_other_by_them(name, has_words):
    assert Picture("", Path(name), name, (), 0, 0, "picture").has_words == has_words


@pytest.mark.parametrize(
    ("text", "taken", "caption", "is_admitted"),
    [
        ("photos from yesterday evening", "2026-11-28T19:10:00", "", True),
        ("photos from yesterday evening", "2026-11-28T09:10:00", "", False),
        ("photos from yesterday evening", "2026-11-28T12:00:00", "", False),
        ("photos from last night", "2026-11-29T01:10:00", "", True),
        ("pictures taken in the morning in Lisbon", "2024-05-03T08:00:00", "", True),
        ("pictures taken in the morning in Lisbon", "2024-05-03T18:00:00", "the morning after", False),
        ("the castle at night", "2024-05-03T12:00:00", "Castle at night", True),
        ("the castle at night", "2024-05-03T14:20:00", "Castle in the sun", False),
    ],
)
def test_a_part_of_the_day_leaves_out_the_others(text, taken, caption, is_admitted):
    facts = PictureFacts("0", 4, 3, taken, "camera", "Lisbon, Portugal", caption=caption)
    picture = Picture(caption, Path("a.jpg"), "album/a.jpg", (), 0, 0, "picture", facts)
    assert read_question(text, date(2026, 11, 29)).admits(picture) == is_admitted
