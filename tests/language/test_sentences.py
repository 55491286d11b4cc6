"""The sentences of a reply, whole or in pieces."""

from __future__ import annotations

import itertools

import pytest

from assistant.language.sentences import split_sentences, stream_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is late. The sun has set!", ["It is late.", "The sun has set!"]),
        ("Dr. Smith met J. K. Rowling. Good.", ["Dr. Smith met J. K. Rowling.", "Good."]),
        ("It is 3.5 km, e.g. to the inn. Go…  Now", ["It is 3.5 km, e.g. to the inn.", "Go…", "Now"]),
        ("One line\nand another\n\nand a third", ["One line", "and another", "and a third"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_text_falls_into_its_sentences(text, sentences):
    assert list(split_sentences(text)) == sentences


def test_sentences_are_given_as_soon_as_they_are_whole():
    pieces = iter(["It is ", "late. The", " sun has set", ". Good", " night"])
    assert list(stream_sentences(pieces)) == ["It is late.", "The sun has set.", "Good night"]


def test_a_sentence_does_not_wait_for_the_end_of_the_stream():
    endless = itertools.chain(["It is late. ", "The"], itertools.repeat("."))
    assert next(stream_sentences(endless)) == "It is late."


def test_pieces_make_no_difference():
    text = 'Dr. Smith is in. He will see you at 3.5 past! Well? "Yes." No.'
    whole = list(stream_sentences([text]))
    assert list(stream_sentences(text)) == whole
