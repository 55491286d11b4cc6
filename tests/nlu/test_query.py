"""One prepared sentence: its forms are what each stage would have made of it on its own."""

from __future__ import annotations

from datetime import datetime

import pytest

from assistant.language.text import expand_contractions, strip_filler, tidy, units_apart
from assistant.nlu.query import Query

NOW = datetime(2026, 11, 23, 14, 10)


def query(text: str) -> Query:
    return Query(text, "en", NOW)


@pytest.mark.parametrize(
    "text",
    [
        "Um, could you please set the lamp to 50%, if possible?",
        "what's 20°C in the u.s.?",
        "I'd like you to play Anna's song for me, thanks",
        "5km at 7:30 o'clock",
        "please",
        "",
    ],
)
def test_words_are_the_same_whichever_way_they_are_prepared(text):
    bare = strip_filler(expand_contractions(tidy(text)))
    assert query(text).words == tuple(expand_contractions(units_apart(tidy(bare))).split())
    assert query(text).spelt_out == expand_contractions(units_apart(tidy(text)))


def test_variants_come_as_written_first():
    assert query("Could you please switch on what's off?").variants == (
        "Could you please switch on what's off",
        "Could you please switch on what is off",
        "switch on what's off",
        "switch on what is off",
    )


def test_typed_values_are_looked_for_among_the_words_of_any_form():
    text = query("could you wake me at seven and at eight")
    assert [span.text for span in text.spans("time")] == ["at seven", "at eight", "seven", "eight"]
    (span,) = text.spans("number", ("at", "seven"))
    assert (span.start, span.end, span.value) == (1, 2, 7)


def test_each_work_is_done_once():
    text, done = query("hello"), list[int]()
    assert text.once("greet", lambda: done.append(1) or 5) == 5
    assert text.once("greet", lambda: done.append(1) or 6) == 5
    assert text.once("part", lambda: 7) == 7
    assert done == [1]


def test_phonemes_are_those_of_the_words_as_said():
    text = query("Twenty, 20!")
    symbols, bounds = text.phonemes
    assert len(bounds) == 3
    assert symbols[: bounds[1]] == symbols[bounds[1] :]
