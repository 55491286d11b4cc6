"""The words of a passage that are quoted: as they stand there, and no more than answers."""

from __future__ import annotations

from pathlib import Path

from assistant.authoring.documents.passage import Passage
from assistant.nlu.documents.quoting import is_whole, quote, split_blocks, window, without_quoted

PARAGRAPH = " ".join(f"This is sentence {number} of a long paragraph about nothing much." for number in range(12))
CODE = "```\nbackup --keep 7\n\nbackup --prune\n```"
TEXT = f"{PARAGRAPH}\n\nTo keep the last snapshots, run:\n\n{CODE}\n\n- first point\n- second point"


def passage(text: str) -> Passage:
    return Passage(text, Path("m.md"), "m.md", ("Backup",), 1)


def test_blocks_are_told_apart_and_code_stays_whole():
    """An empty line inside a fence ends nothing."""
    blocks = split_blocks(TEXT)
    assert [block.split("\n", 1)[0][:6] for block in blocks] == ["This i", "To kee", "```", "- firs"]
    assert [is_whole(block) for block in blocks] == [False, False, True, True]


def test_a_short_passage_is_quoted_whole():
    """Nothing is cut that can be read at a glance."""
    assert quote(passage("It is 12.\n\n- really"), ["twelve"]) == "It is 12.\n\n- really"


def test_code_comes_with_the_line_that_introduces_it():
    """The block that holds the words, and what stands before it."""
    assert quote(passage(TEXT), ["prune", "backup"]) == f"To keep the last snapshots, run:\n\n{CODE}"
    assert quote(passage(TEXT), ["keep", "last", "snapshots"]) == f"To keep the last snapshots, run:\n\n{CODE}"


def test_of_a_long_paragraph_the_sentences_that_answer_are_quoted():
    """Verbatim, from the likeliest sentence on."""
    text = PARAGRAPH.replace("sentence 7 of a long paragraph", "the reset: hold the button")
    answer = quote(passage(text), ["reset", "button"], most=40)
    assert answer.startswith("This is the reset: hold the button")
    assert answer in text


def test_what_is_left_of_a_passage_follows_the_quote():
    """`tell me more` goes on behind the quoted words."""
    answer = quote(passage(TEXT), ["prune", "backup"])
    assert without_quoted(TEXT, answer) == "- first point\n- second point"
    assert without_quoted("all of it", "all of it") == ""


def test_a_window_holds_the_words_that_are_asked():
    """What the reranker reads."""
    assert "sentence 9" in window(passage(PARAGRAPH.replace("9 of a", "9 zebra of a")), ["zebra"], most=20)
