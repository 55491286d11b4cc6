"""The index on a Chroma server: a real one, in a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.authoring.documents.passage import DocumentSet, Passage
from assistant.errors import IndexStoreError
from assistant.events import Progress
from assistant.nlu.retrieval.index import Index
from assistant.nlu.retrieval.passages import PassageIndex
from assistant.nlu.retrieval.snapshot import Row
from fakes.chroma_server import free_port, start
from fakes.embedder import WordHashes

ROWS = [Row("question", f"question {n}", f"how do I do thing number {n}") for n in range(200)]


def quiet(_: Progress) -> None:
    pass


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(port, tmp_path) -> Iterator[subprocess.Popen[bytes]]:
    process = start(port, tmp_path / "served")
    yield process
    process.kill()
    process.wait()


def opened(folder: Path, address: str, rows=ROWS):
    embedder = WordHashes()
    index = Index(folder, embedder, address)
    retriever, made = index.sync(lambda: rows, quiet, "s")
    return index, retriever, made, embedder


def test_it_answers_is_kept_and_two_folders_do_not_meet(server, port, tmp_path):
    address = f"http://127.0.0.1:{port}"
    one, retriever, made, embedder = opened(tmp_path / "one", address)
    other, fewer, _, _ = opened(tmp_path / "other", address, ROWS[:5])
    one.follow(retriever, quiet)
    other.follow(fewer, quiet)
    assert made.added == 200
    assert retriever._store.answers_for(retriever.snapshot)
    assert retriever.nearest(embedder.embed([ROWS[7].text])[0], 1)[0].row == ROWS[7]
    again = Index(tmp_path / "one", embedder, address)
    assert again.sync(lambda: pytest.fail("rows were made"), quiet, "s")[1].kept == 200
    assert (again.status().rows, again.status().in_step) == (200, True)


def test_it_holds_the_passages_of_documents_and_is_not_called_before(server, port, tmp_path):
    address = f"http://127.0.0.1:{port}"
    pages = tuple(Passage(f"valve number {n}", Path("a.md"), "a.md", ("Pump",), n) for n in range(1, 50))
    documents = DocumentSet(pages, (), "pump")
    index = PassageIndex(tmp_path / "one", WordHashes(), address)
    search = index.embed(documents, quiet)
    assert index._store._client is None, "it is called by follow alone, in the background"
    index.follow(search, quiet)
    (collection,) = index._store._client.list_collections()
    assert collection.name.startswith("passages-")
    stored = collection.get(where={"line": "7"}, include=["documents"])
    assert stored["documents"] == ["Pump\nvalve number 7"]
    vector = WordHashes().embed(["Pump valve number 7"])[0]
    assert search.retriever._store.answers_for(search.retriever.snapshot)
    assert search.nearest(vector, 1)[0].passage == pages[6]
    server.kill()
    server.wait()
    assert search.nearest(vector, 1)[0].passage == pages[6], "the vectors kept here answer"
    with pytest.raises(IndexStoreError, match="searched without it"):
        PassageIndex(tmp_path / "one", WordHashes(), address).follow(search, quiet)


def test_while_one_is_dead_the_vectors_kept_here_answer_and_later_it_follows_again(server, port, tmp_path):
    address = f"http://127.0.0.1:{port}"
    index, retriever, _, embedder = opened(tmp_path / "one", address)
    index.follow(retriever, quiet)
    server.kill()
    server.wait()
    vector = embedder.embed([ROWS[7].text])[0]
    assert retriever.nearest(vector, 3) == retriever.snapshot.nearest(vector, 3)
    edited, made = index.sync(lambda: ROWS[1:], quiet, "t")
    assert made.kept == 199
    with pytest.raises(IndexStoreError, match="does not answer"):
        index.follow(edited, quiet)
    assert edited.nearest(vector, 1)[0].row == ROWS[7]
    back = start(port, tmp_path / "served")
    try:
        index.follow(edited, quiet)
        assert index.status().in_step
        assert edited.nearest(vector, 1)[0].row == ROWS[7]
    finally:
        back.kill()
        back.wait()


def test_one_that_hangs_holds_nobody_up(port, tmp_path):
    with socket.create_server(("127.0.0.1", port)):  # it takes the call and never answers
        index, retriever, _, _ = opened(tmp_path / "one", f"http://127.0.0.1:{port}")
        began = time.monotonic()
        with pytest.raises(IndexStoreError, match="does not answer"):
            index.follow(retriever, quiet)
        assert time.monotonic() - began < 30


def test_one_that_hangs_later_is_searched_without(server, port, tmp_path):
    index, retriever, _, embedder = opened(tmp_path / "one", f"http://127.0.0.1:{port}")
    index.follow(retriever, quiet)
    server.send_signal(signal.SIGSTOP)
    vector = embedder.embed([ROWS[7].text])[0]
    assert retriever.nearest(vector, 1)[0].row == retriever.nearest(vector, 1)[0].row == ROWS[7]


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}", "localhost", "http://127.0.0.1:port"])
def test_one_that_is_not_there_is_one_clear_line(port, address, tmp_path):
    index, retriever, _, _ = opened(tmp_path / "one", address.format(port=port))
    with pytest.raises(IndexStoreError) as raised:
        index.follow(retriever, quiet)
    assert "\n" not in str(raised.value)
    assert "server" in str(raised.value)
