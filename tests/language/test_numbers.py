"""Number words and what they become."""

from __future__ import annotations

import pytest

from assistant.language.numbers import digits, in_digits


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ten minutes", "10 minutes"),
        ("twenty-one point five degrees", "21.5 degrees"),
        ("one hundred and five", "105"),
        ("the third of may", "the 3rd of may"),
        ("nothing to count", "nothing to count"),
        ("2026-12-24", "2026-12-24"),
    ],
)
def test_number_words_become_digits(text, written):
    assert in_digits(text) == written


def test_every_digit_word_knows_the_words_it_was_read_from():
    words = ("set", "it", "to", "twenty", "one", "point", "five", "now")
    found = {word.text: words[word.start : word.end] for word in digits(words)}
    assert found["21.5"] == ("twenty", "one", "point", "five")
    assert found["now"] == ("now",)


def test_number_words_of_an_unknown_language_stay():
    assert in_digits("kaksi minuuttia", "fi") == "kaksi minuuttia"


def test_a_second_after_a_count_is_a_unit_of_time():
    assert in_digits("a ninety second timer") == "a 90 second timer"
    assert in_digits("the second of may") == "the 2nd of may"
