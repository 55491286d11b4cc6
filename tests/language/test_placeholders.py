"""Every form in which a slot is written."""

from __future__ import annotations

import pytest

from assistant.language.placeholders import (
    ARGUMENT_SLOT,
    INLINE_RANGE,
    JINJA_SLOT,
    MARK,
    PLACEHOLDER_OR_MARK,
    REPLY_SLOT,
    placeholders,
)


def test_a_placeholder_names_its_list_and_its_slot():
    text = "move {thing} from {room:old_room} to {0..100,5:place}"
    assert placeholders(text) == (("thing", "thing"), ("room", "old_room"), ("0..100,5", "place"))


@pytest.mark.parametrize("text", ["no slot", "{}", "{a", "{a:}", "{:b}", "x"])
def test_what_is_no_placeholder(text):
    assert placeholders(text) == ()


def test_a_value_in_an_example_is_marked_with_its_slot():
    pieces = [match.groupdict() for match in PLACEHOLDER_OR_MARK.finditer("play [hey jude](song) by {person:artist}")]
    assert [(piece["value"], piece["marked"]) for piece in pieces] == [("hey jude", "song"), (None, None)]
    assert [(piece["list"], piece["slot"]) for piece in pieces] == [(None, None), ("person", "artist")]
    assert MARK.sub(r"{\2}", "play [hey jude](song)") == "play {song}"


@pytest.mark.parametrize(("text", "is_range"), [("0..100", True), ("-5..5,1", True), ("room", False), ("1..", False)])
def test_a_range_is_two_numbers(text, is_range):
    assert bool(INLINE_RANGE.fullmatch(text)) is is_range


def test_replies_and_arguments_have_their_own_forms():
    assert REPLY_SLOT.sub("x", "{a} {a.b} {{ slots.a | trim }} {a b}") == "x x x {a b}"
    assert ARGUMENT_SLOT.sub("x", "{a} {a.b}") == "x {a.b}"
    assert JINJA_SLOT.sub("x", "{{ slots.a | trim }} {{ slots['a'] }} {{ states.a }}") == "x x {{ states.a }}"
