"""Names of a list that are said in part: one that fits is meant, several are asked about, another thing is none."""

from __future__ import annotations

import pytest

from assistant.nlu.slots.names import PartialNames, stem

NAMES = PartialNames(
    [(name, name) for name in ("reading lamp", "hallway light", "bedroom 2 light", "coffee machine", "Anna's kettle")]
    + [("oven", "stove"), ("stove", "stove"), ("gas oven", "gas oven")],
    "en",
)


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("switch the lamp on", "reading lamp", "lamp"),
        ("switch my lamps on", "reading lamp", "lamps"),
        ("the coffee thing", "coffee machine", "coffee thing"),
        ("the reading one", "reading lamp", "reading one"),
        ("the light in the hallway", "hallway light", "light in the hallway"),
        ("the light in bedroom two", "bedroom 2 light", "light in bedroom two"),
        ("the kettle of Anna", "Anna's kettle", "kettle of Anna"),
    ],
)
def test_a_part_that_fits_one_name_is_that(text, name, words):
    part = NAMES.find(text.split(), {"switch"})
    assert (part.only.value, part.text) == (name, words)


@pytest.mark.parametrize(
    ("text", "names"), [("the light", ("hallway light", "bedroom 2 light")), ("the ovens", ("stove",))]
)
def test_of_several_all_are_told(text, names):
    part = NAMES.find(text.split())
    assert part.values == names
    assert (part.only is None) == (len(names) > 1)


@pytest.mark.parametrize(
    "text",
    [
        "the garden lamp",
        "the lamp of the garden",
        "lamp 3",
        "the coffee",
        "the coffee table",
        "the hallway",
        "the thing",
    ],
)
def test_another_thing_and_a_word_without_the_head_are_no_part(text):
    assert NAMES.find(text.split()) is None


def test_words_of_the_intent_and_of_other_values_are_no_part():
    assert NAMES.find("light the lamp".split(), {"light", "lamp"}) is None
    assert NAMES.find("the lamp now".split(), {"now"}, lambda place: place == 1) is None


def test_a_language_without_words_for_it_has_no_parts():
    assert PartialNames([("Stehlampe", "Stehlampe")], "sv").find(["Lampe"]) is None


@pytest.mark.parametrize(
    ("word", "plain"), [("Lamps", "lamp"), ("switches", "switch"), ("Zoë's", "zoe"), ("bus", "bus")]
)
def test_plurals_and_owners_are_the_same_word(word, plain):
    assert stem(word) == plain
