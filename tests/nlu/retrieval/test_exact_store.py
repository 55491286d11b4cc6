"""Without Chroma an index answers the same, is brought in step by the same means, and lasts as long."""

from __future__ import annotations

import sys

import pytest

from assistant.errors import IndexStoreError
from assistant.nlu.retrieval.exact_store import ExactStore
from assistant.nlu.retrieval.index import Index
from assistant.nlu.retrieval.snapshot import Row
from fakes.embedder import WordHashes

ROWS = [Row("question", f"question {n}", f"how do I do thing number {n}") for n in range(50)]


@pytest.fixture(autouse=True)
def without_chroma(monkeypatch):
    monkeypatch.setitem(sys.modules, "chromadb", None)


def synced(folder, rows, embedder=None, source="") -> Index:
    index = Index(folder, embedder or WordHashes(), exact=0)  # every search asks the store
    index.sync(lambda: rows, lambda _: None, source)
    return index


@pytest.mark.parametrize("kept", [True, False])
def test_the_nearest_row_is_found(tmp_path, kept):
    index = synced(tmp_path / "index" if kept else None, ROWS)
    assert isinstance(index._store, ExactStore)
    (vector,) = WordHashes().embed(["how do I do thing number 7"])
    first, *others = index.nearest(vector, 3)
    assert first.row == ROWS[7]
    assert first.score == pytest.approx(1)
    assert len(others) == 2


def test_the_next_process_embeds_only_what_is_new(tmp_path):
    synced(tmp_path / "index", ROWS)
    embedder = WordHashes()
    index = synced(tmp_path / "index", [*ROWS[10:], Row("question", "new", "something else")], embedder)
    assert embedder.embedded == 1
    (vector,) = WordHashes().embed(["something else"])
    assert index.nearest(vector, 1)[0].row.owner == "new"
    assert len(index.nearest(vector, 100)) == 41
    assert not list((tmp_path / "index").glob("chroma"))
    assert synced(tmp_path / "index", ROWS).status().in_step


def test_a_server_needs_chroma(tmp_path):
    with pytest.raises(IndexStoreError, match=r"\[match\] server needs chromadb"):
        Index(tmp_path, WordHashes(), "http://127.0.0.1:1")
