"""Without Chroma, as in the light installation, the snapshot answers, and nothing says that something is wrong."""

from __future__ import annotations

import sys

import pytest

from assistant.errors import IndexStoreError
from assistant.nlu.retrieval.index import Index
from assistant.nlu.retrieval.snapshot import Row
from fakes.embedder import WordHashes

ROWS = [Row("question", f"question {n}", f"how do I do thing number {n}") for n in range(50)]


@pytest.fixture(autouse=True)
def without_chroma(monkeypatch):
    monkeypatch.setitem(sys.modules, "chromadb", None)


@pytest.mark.parametrize("kept", [True, False])
def test_the_nearest_row_is_found(tmp_path, kept):
    index = Index(tmp_path / "index" if kept else None, WordHashes())
    retriever, _ = index.sync(lambda: ROWS, lambda _: None)
    told = []
    index.follow(retriever, told.append)
    assert told == []
    (vector,) = WordHashes().embed(["how do I do thing number 7"])
    first, *others = retriever.nearest(vector, 3)
    assert first.row == ROWS[7]
    assert first.score == pytest.approx(1)
    assert len(others) == 2
    assert index.status().in_step
    assert not list(tmp_path.rglob("chroma*"))


def test_a_server_needs_chroma(tmp_path):
    index = Index(tmp_path, WordHashes(), "http://127.0.0.1:1")
    retriever, _ = index.sync(lambda: ROWS, lambda _: None)
    with pytest.raises(IndexStoreError, match=r"\[match\] server needs chromadb: pip install chromadb; searched"):
        index.follow(retriever, lambda _: None)
