"""A file in an editor: what was not edited keeps its bytes, whatever they are."""

from __future__ import annotations

import random

import pytest

from assistant.checks.editing.lines import rewriting, shown_lines

TEXTS = [
    "",
    "one",
    "one\ntwo\n",
    "one\r\ntwo\nthree\rfour\r\n",
    "\ufeffone\n\n\n  two  \n",
    "a\x1b[2Jb\nc\x85d\u2028e\n\ttab\x0b\x1c\n",
    "# é 日本 👩\u200d👩\u200d👧\n- a\u202eb\n",
]


def written(text, lines):
    piece = rewriting(text, lines)
    return piece.applied(text) if piece else text


@pytest.mark.parametrize("text", TEXTS)
def test_lines_are_what_an_editor_splits_at_and_obey_nothing(text):
    lines = shown_lines(text)
    assert "\n".join(lines).splitlines() == (lines if lines[-1] else lines[:-1])
    assert not any(char in "\x1b\x85\u2028\u202e\ufeff" for line in lines for char in line)


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_edited_is_nothing_written(text):
    assert rewriting(text, shown_lines(text)) is None


def test_a_line_put_in_ends_as_the_file_does_and_the_others_keep_their_bytes():
    text = "one\r\ntwo\x07\nthree\r\nfour"
    assert (
        written(text, ["one", "new", *shown_lines(text)[1:], "five"]) == "one\r\nnew\r\ntwo\x07\nthree\r\nfour\r\nfive"
    )
    assert written("a\nb\n", ["a", "b"]) == "a\nb"
    assert written("", ["a", ""]) == "a\n"
    assert written("\ufeffa\n", ["b", ""]) == "\ufeffb\n"


def test_a_piece_can_always_be_found_again():
    piece = rewriting("a\nb\nc\n", ["a", "c", ""])
    assert piece.text.strip()
    assert piece.applied("a\nb\nc\n") == "a\nc\n"
    assert rewriting("a\n", [""]).applied("a\n") == ""


def test_edits_at_random_say_what_was_typed_and_touch_no_other_line():
    dice = random.Random(7)
    for _ in range(600):
        old = ["".join(dice.choice("ab\x07é ") for _ in range(dice.randint(0, 3))) for _ in range(dice.randint(1, 8))]
        text = "".join(line + dice.choice(["\n", "\r\n", "\r"]) for line in old[:-1]) + old[-1]
        lines = shown_lines(text)
        place, count = dice.randint(0, len(lines)), dice.randint(0, 2)
        typed = ["new"] * dice.randint(0, 2)
        now = [*lines[:place], *typed, *lines[place + count :]] or [""]
        after = written(text, now)
        assert shown_lines(after) == now
        piece = rewriting(text, now)
        if piece:
            assert text[piece.at :].startswith(piece.replaced)
            back = after[: piece.at] + piece.replaced + after[piece.at + len(piece.text) :]
            assert back == text
