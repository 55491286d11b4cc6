"""Words: what is said and what is written come out the same."""

from __future__ import annotations

import pytest

from assistant.language import text


@pytest.mark.parametrize(
    ("sentence", "tidied"),
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
def test_punctuation_goes_and_what_is_part_of_a_word_stays(sentence, tidied):
    assert text.tidy(sentence) == tidied


@pytest.mark.parametrize("sentence", ["What's the time?", "what is the time", "WHAT IS THE TIME!", "whats the time"])
def test_one_sentence_has_one_normal_form(sentence):
    assert text.normalise(sentence) == "what is the time"


def test_normalising_twice_changes_nothing():
    for sentence in ("I'd like 3.5% of it, please!", "Don't — can't; won't.", "U.K. time: 18:30"):
        once = text.normalise(sentence)
        assert text.normalise(once) == once


@pytest.mark.parametrize(
    "sentence",
    [
        "turn it off",
        "please turn it off",
        "could you turn it off",
        "hey um could you please turn it off for me thanks",
        "would you turn it off now",
        "turn it off for a moment",
        "turn it off for now please",
        "i'd like you to turn it off",
    ],
)
def test_filler_makes_no_difference(sentence):
    assert text.strip_filler(sentence) == "turn it off"


@pytest.mark.parametrize("sentence", ["please", "um", "thank you", "can you please"])
def test_filler_alone_is_kept(sentence):
    assert text.strip_filler(sentence)


def test_other_languages_are_left_alone():
    assert text.strip_filler("please mach das Licht an", "de") == "please mach das Licht an"
    assert text.normalise("Whats?", "de") == "whats"


def test_function_words_carry_no_content():
    assert text.content_words("what is on my shopping list") == ("shopping", "list")


def test_words_that_are_normalised_already_are_not_normalised_again():
    words = text.tokens("What's on my shopping list?")
    assert text.without_stop_words(words) == text.content_words("What's on my shopping list?") == ("shopping", "list")


def test_tidied_text_and_each_of_its_words_stay_as_they_are():
    for sentence in ("What’s “on” at 18:30?", "7 a.m. in the U.S. — 1,000.5 km", "it's 'quoted'. .5 x: 3:2!"):
        once = text.tidy(sentence)
        assert text.tidy(once) == once
        assert [text.tidy(word) for word in once.split()] == once.split()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "lights off and then music"),
        ("en-GB", "lights off plus music"),
        ("de", "Licht aus und dann Musik"),
        ("fr", "la lampe et ensuite la radio"),
        ("es", "la luz y la radio"),
        ("it", "la luce e poi la radio"),
        ("nl", "licht uit en daarna muziek"),
        ("pt", "a luz e depois o rádio"),
    ],
)
def test_commands_are_joined_in_the_words_of_a_language(language, sentence):
    assert text.joins(sentence, language)
    assert not text.joins(sentence, "fi")
    assert language[:2] in text.JOINTS


def test_a_sentence_breaks_off_only_on_words_of_its_language():
    assert text.breaks_off("turn off the", "en")
    assert not text.breaks_off("schalte the", "de")
