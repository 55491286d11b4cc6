"""The documents that a question names: those of its words that are a document's own, and what is left without them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from assistant.authoring.documents.passage import DocumentSet, Passage
from assistant.nlu.documents.naming import DocumentNames
from assistant.nlu.documents.words import WordIndex
from assistant.nlu.query import Query
from fakes.embedder import WordHashes


def passage(name: str, text: str) -> Passage:
    return Passage(text, Path(name), name, ("Use",), 1)


PASSAGES = (
    passage("manuals/kestrel/create.txt", "Create an archive with the first command."),
    passage("manuals/kestrel/prune.txt", "Kestrel keeps seven days of archives."),
    passage("manuals/heron.txt", "Create a table, then create an index."),
    passage("manuals/lamp-300.txt", "Hold the button to dim it."),
    passage("manuals/lamp-500.txt", "Turn the ring to dim it."),
)


def named(text: str):
    query = Query(text, "en", datetime(2026, 11, 30), WordHashes().embed)
    found = DocumentNames(DocumentSet(PASSAGES, (), "1"), WordIndex(None)).named(query)
    return query, found


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("how long does kestrel keep an archive", [0, 1]),
        ("how do I create a table with heron", [2]),
        ("how do I dim the lamp 500", [4]),
        ("how do I dim the lamp", [3, 4]),
    ],
)
def test_the_passages_of_the_named_documents_are_searched(text, places):
    assert named(text)[1].keys == {PASSAGES[place].key for place in places}


@pytest.mark.parametrize("text", ["how do I create a table", "what costs 300", "which manuals are there", "dim it"])
def test_a_word_that_others_use_a_number_and_the_folder_of_all_are_no_name(text):
    assert named(text)[1] is None


def test_the_name_counts_half_for_the_vector():
    query, found = named("how long does kestrel keep an archive")
    without = WordHashes().embed(["how long does keep an archive"])[0]
    assert found.vector @ without > query.vector @ without
    assert np.linalg.norm(found.vector) == pytest.approx(1)
