"""A passage cites its place, stands in the index without its marks, and is known by what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.authoring.documents.passage import Passage, without_marks

PASSAGE = Passage(
    "Copy the **folder** to a [safe place](https://example.org/safe).",
    Path("manuals/backup.md"),
    "manuals/backup.md",
    ("Jellyfin", "Backup"),
    12,
)


def test_it_cites_document_heading_and_line_or_page():
    assert PASSAGE.source == "manuals/backup.md › Backup › line 12"
    assert replace(PASSAGE, line=0, page=3).source == "manuals/backup.md › Backup › page 3"
    assert replace(PASSAGE, headings=()).source == "manuals/backup.md › line 12"


def test_the_index_gets_headings_and_words():
    assert PASSAGE.embedded_text == "Jellyfin › Backup\nCopy the folder to a safe place."


def test_it_is_the_same_passage_wherever_it_stands():
    assert PASSAGE.key == replace(PASSAGE, line=40, name="elsewhere.md", file=Path("elsewhere.md")).key
    assert PASSAGE.key != replace(PASSAGE, headings=("Jellyfin", "Restore")).key
    assert PASSAGE.key != replace(PASSAGE, text="Copy nothing.").key


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("1. one\n2. `two`\n   - [ ] three", "one\ntwo\nthree"),
        ("| port | use |\n| --- | :-: |\n| 80 | the web |", "port, use\n80, the web"),
        ("```sh\nmake -j 2 # quickly\n```", "make -j 2 # quickly"),
        ("> **Warning:** 5 - 3 | 2 is -3", "Warning: 5 - 3 | 2 is -3"),
        ("a_b__c and snake_case", "a_b__c and snake_case"),
    ],
)
def test_marks_go_and_words_stay(marked, plain):
    assert without_marks(marked) == plain
