"""The index of words: found by BM25, kept on disk, in step with the documents by content."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.authoring.documents.passage import DocumentSet, Passage
from assistant.nlu.documents.words import WordIndex, split


def passage(text: str, *headings: str, name: str = "manual.md") -> Passage:
    return Passage(text, Path(name), name, headings, 1)


LAMP = passage("Press the button twice to dim the lamps.", "Dimming")
DOOR = passage("The door locks itself after ten minutes.", "Locking")
PUMP = passage("Clean it twice a year.", "The pump")


def documents(*passages: Passage, digest: str) -> DocumentSet:
    return DocumentSet(passages, (), digest)


def test_inflected_words_are_found_and_headings_count_more():
    """`lock` finds `locks`; the passage below `Locking` comes before one that only mentions it."""
    mention = passage("Nothing locks here.", "Windows")
    index, manual = WordIndex(None), documents(LAMP, mention, DOOR, digest="1")
    assert list(index.search(manual, ["lock"], 5)) == [DOOR.key, mention.key]
    assert index.holding(manual, "lock", [LAMP.key, DOOR.key, mention.key], "headings") == {DOOR.key}


def test_a_word_that_no_passage_holds_is_the_rarest():
    """Rarity falls with each passage that holds a word."""
    index, manual = WordIndex(None), documents(LAMP, DOOR, PUMP, digest="1")
    assert index.rarity(manual, "zebra") == pytest.approx(index.rarest)
    assert index.rarity(manual, "zebra") > index.rarity(manual, "lamp") > index.rarity(manual, "twice")


@pytest.mark.parametrize("word", ['"', 'a"b', "near", "or", "not", "*", "headings:x", "ünïcode"])
def test_no_word_is_taken_for_an_operator(word):
    """Whatever is typed is a word, or nothing."""
    index = WordIndex(None)
    assert isinstance(index.search(documents(LAMP, digest="1"), [word], 5), dict)
    assert all(part.isalnum() for part in split(word))


def test_it_follows_the_documents_on_disk(tmp_path):
    """What is gone is not found any more, what is new is; another process finds the same."""
    first = WordIndex(tmp_path)
    assert first.search(documents(LAMP, DOOR, digest="1"), ["lamp"], 5)
    first.close()
    second, changed = WordIndex(tmp_path), documents(DOOR, PUMP, digest="2")
    assert not second.search(changed, ["lamp"], 5)
    assert list(second.search(changed, ["pump"], 5)) == [PUMP.key]
    assert list(WordIndex(tmp_path).search(changed, ["door"], 5)) == [DOOR.key]


def test_a_damaged_file_is_made_anew(tmp_path):
    """A file that is no index costs nothing but the time to make it."""
    (tmp_path / "words.db").write_bytes(b"no database at all" * 100)
    assert list(WordIndex(tmp_path).search(documents(LAMP, digest="1"), ["lamp"], 5)) == [LAMP.key]
