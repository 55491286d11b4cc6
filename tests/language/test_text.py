"""Words: what is said and what is written come out the same."""

from __future__ import annotations

import doctest

import pytest

from assistant.language import text


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(text).failed == 0


@pytest.mark.parametrize(
    ("said", "tidied"),
    [
        ("Hello,  world!", "Hello world"),
        ("What’s “on”?", "What's on"),
        ("at 18:30.", "at 18:30"),
        ("3.5 + 4", "3.5 + 4"),
        ("1,000 and 2,500,000", "1000 and 2500000"),
        ("7 a.m. in the U.S.", "7 am in the US"),
        ("50% at 21°C", "50% at 21°C"),
        ("'quoted' dog's", "quoted dog's"),
        ("...", ""),
    ],
)
def test_punctuation_goes_and_what_is_part_of_a_word_stays(said, tidied):
    assert text.tidy(said) == tidied


@pytest.mark.parametrize("said", ["What's the time?", "what is the time", "WHAT IS THE TIME!", "whats the time"])
def test_one_sentence_has_one_normal_form(said):
    assert text.normalise(said) == "what is the time"


def test_normalising_twice_changes_nothing():
    for said in ("I'd like 3.5% of it, please!", "Don't — can't; won't.", "U.K. time: 18:30"):
        once = text.normalise(said)
        assert text.normalise(once) == once


@pytest.mark.parametrize(
    "said",
    [
        "turn it off",
        "please turn it off",
        "could you turn it off",
        "hey um could you please turn it off for me thanks",
        "would you turn it off now",
        "i'd like you to turn it off",
    ],
)
def test_filler_makes_no_difference(said):
    assert text.strip_filler(said) == "turn it off"


@pytest.mark.parametrize("said", ["please", "um", "thank you", "can you please"])
def test_filler_alone_is_kept(said):
    assert text.strip_filler(said)


def test_other_languages_are_left_alone():
    assert text.strip_filler("please mach das Licht an", "de") == "please mach das Licht an"
    assert text.normalise("Whats?", "de") == "whats"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("ten minutes", "10 minutes"),
        ("twenty-one point five degrees", "21.5 degrees"),
        ("one hundred and five", "105"),
        ("the third of may", "the 3rd of may"),
        ("nothing to count", "nothing to count"),
        ("2026-12-24", "2026-12-24"),
    ],
)
def test_number_words_become_digits(said, written):
    assert text.in_digits(said) == written


def test_every_digit_word_knows_the_words_it_was_read_from():
    words = ("set", "it", "to", "twenty", "one", "point", "five", "now")
    found = {each.text: words[each.start : each.end] for each in text.digits(words)}
    assert found["21.5"] == ("twenty", "one", "point", "five")
    assert found["now"] == ("now",)


def test_number_words_of_an_unknown_language_stay():
    assert text.in_digits("kaksi minuuttia", "fi") == "kaksi minuuttia"


@pytest.mark.parametrize(("one", "other"), [("night", "knight"), ("living", "leaving"), ("write", "right")])
def test_words_that_sound_alike_share_a_key(one, other):
    assert text.sound(one) == text.sound(other) != text.sound("table")


def test_function_words_carry_no_content():
    assert text.content_words("what is on my shopping list") == ("shopping", "list")
