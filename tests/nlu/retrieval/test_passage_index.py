"""Passages are found by their vectors, which are kept by what the passages say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.authoring.documents.passage import DocumentSet, Passage
from assistant.nlu.retrieval import chroma
from assistant.nlu.retrieval.passages import PassageIndex
from fakes.embedder import WordHashes


def passage(text, number=1):
    return Passage(text, Path("pump.md"), "manuals/pump.md", ("Pump",), number)


def documents(*texts):
    read = tuple(passage(text, number) for number, text in enumerate(texts, start=1))
    return DocumentSet(read, (), " ".join(texts))


PUMP = documents("the filter is changed every ninety days", "the tap is closed first", "quiet at night")


@pytest.fixture(params=[True, False], ids=["on disk", "in memory"])
def index(request, tmp_path):
    made = PassageIndex(tmp_path / "documents" if request.param else None, WordHashes())
    yield made
    made.close()


def nearest(search, text, n=3):
    return [hit.passage.text for hit in search.nearest(WordHashes().embed([f"Pump {text}"])[0], n)]


def quiet(_):
    pass


def test_the_nearest_come_first_with_their_place(index):
    search = index.embed(PUMP, quiet)
    assert nearest(search, "the tap is closed first")[0] == "the tap is closed first"
    (hit, *_) = search.nearest(WordHashes().embed(["Pump quiet at night"])[0], 2)
    assert hit.passage.source == "manuals/pump.md › Pump › line 3"
    assert hit.score == pytest.approx(1, abs=1e-5)
    assert len(search.nearest(WordHashes().embed(["Pump"])[0], 10)) == 3
    assert [near.passage.text for near in search.among(WordHashes().embed(["Pump"])[0], [PUMP.keys[1], "no key"])] == [
        "the tap is closed first"
    ]


def test_only_what_changed_is_embedded_and_what_is_gone_is_forgotten(index):
    index.embed(PUMP, quiet)
    assert index._embedder.embedded == 3
    edited = documents("quiet at night", "the filter is changed every ninety days", "the lid is opened")
    search = index.embed(edited, quiet)
    assert index._embedder.embedded == 4
    assert sorted(nearest(search, "the lid is opened")) == sorted(part.text for part in edited.passages)
    assert index.missing(PUMP) == [PUMP.keys[1]]
    assert nearest(index.embed(documents(), quiet), "quiet at night") == []


def test_an_old_search_goes_on_answering(index):
    before = index.embed(PUMP, quiet)
    index.embed(documents("nothing of that"), quiet)
    assert nearest(before, "the tap is closed first")[0] == "the tap is closed first"


def test_the_same_passage_in_two_documents_is_one_row(index):
    twice = DocumentSet((*PUMP.passages, replace(PUMP.passages[0], name="copy.md")), (), "twice")
    assert index.embed(twice, quiet).embedded == 3


def test_what_is_stopped_is_taken_up_where_it_was(index):
    many = documents(*(f"text number {n}" for n in range(200)))
    calls = iter([False, False, True])
    search = index.embed(many, quiet, lambda: next(calls), batch=10)
    assert search.embedded == 20
    assert index.embed(many, quiet).embedded == 200
    assert index._embedder.embedded == 200


def test_chroma_holds_the_passages_with_their_place_and_gives_the_same(tmp_path, monkeypatch):
    index = PassageIndex(tmp_path, WordHashes())
    many = documents(*(f"text number {n} of the valve" for n in range(300)))
    search = index.embed(many, quiet)
    vectors = WordHashes().embed([f"Pump number {n} of" for n in range(20)])
    by_comparison = [search.nearest(vector, 5) for vector in vectors]
    index.follow(search, quiet)
    monkeypatch.setattr("assistant.nlu.retrieval.snapshot.Snapshot.nearest", None)
    by_chroma = [search.nearest(vector, 5) for vector in vectors]
    scores = [[hit.score for hits in answers for hit in hits] for answers in (by_chroma, by_comparison)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-5)
    stored = index._store._collection.get(ids=[many.keys[7]], include=["metadatas", "documents"])
    assert stored["documents"] == ["Pump\ntext number 7 of the valve"]
    assert stored["metadatas"][0] == {
        "kind": "passage",
        "owner": many.keys[7],
        "source": "manuals/pump.md",
        "form": "text",
        "line": "8",
        "page": "0",
        "headings": "Pump",
    }
    index.close()


def test_without_chroma_the_vectors_answer(tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.nlu.retrieval.passages.is_installed", lambda: False)
    index = PassageIndex(tmp_path, WordHashes())
    search = index.embed(PUMP, quiet)
    index.follow(search, quiet)
    assert nearest(search, "quiet at night")[0] == "quiet at night"
    assert chroma.is_installed()


@pytest.mark.parametrize("cut", [1, 100, 389, 5])
def test_a_record_that_was_cut_off_is_made_again(tmp_path, cut):
    PassageIndex(tmp_path, WordHashes()).embed(PUMP, quiet)
    (file,) = tmp_path.glob("*.vectors")
    os.truncate(file, file.stat().st_size - cut)
    index = PassageIndex(tmp_path, WordHashes())
    assert len(index.missing(PUMP)) == 1
    assert nearest(index.embed(PUMP, quiet), "quiet at night")[0] == "quiet at night"
    assert index._embedder.embedded == 1


@pytest.mark.parametrize("damage", [b"", b"vectors x", b"\0" * 500])
def test_what_is_no_file_of_vectors_is_made_anew(tmp_path, damage):
    PassageIndex(tmp_path, WordHashes()).embed(PUMP, quiet)
    (file,) = tmp_path.glob("*.vectors")
    file.write_bytes(damage)
    assert nearest(PassageIndex(tmp_path, WordHashes()).embed(PUMP, quiet), "quiet at night")[0] == "quiet at night"


def test_a_turned_bit_costs_that_vector_alone(tmp_path):
    PassageIndex(tmp_path, WordHashes()).embed(PUMP, quiet)
    (file,) = tmp_path.glob("*.vectors")
    content = bytearray(file.read_bytes())
    content[-100] ^= 4
    file.write_bytes(content)
    index = PassageIndex(tmp_path, WordHashes())
    search = index.embed(PUMP, quiet)
    assert index._embedder.embedded == 1
    assert search.nearest(WordHashes().embed(["Pump quiet at night"])[0], 1)[0].score == pytest.approx(1, abs=1e-5)


CHILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_passage_index import documents, quiet
from assistant.nlu.retrieval.passages import PassageIndex
from fakes.embedder import WordHashes
class Slow(WordHashes):
    def embed(self, texts):
        print(len(texts), flush=True)
        time.sleep(0.05)
        return super().embed(texts)
many = documents(*(f"text number {n}" for n in range(400)))
PassageIndex(Path(sys.argv[1]), Slow()).embed(many, quiet, batch=10)
"""


def test_killed_half_way_nothing_that_was_embedded_is_embedded_again(tmp_path):
    command = [sys.executable, "-c", CHILD, str(tmp_path / "x"), str(Path(__file__).parent)]
    path = os.pathsep.join(filter(None, sys.path))
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": path}) as child:
        for _ in range(8):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    time.sleep(0.1)
    many = documents(*(f"text number {n}" for n in range(400)))
    index = PassageIndex(tmp_path / "x", WordHashes())
    left = len(index.missing(many))
    assert 300 <= left <= 330
    assert index.embed(many, quiet).embedded == 400
    assert index._embedder.embedded == left


def test_another_embedder_has_vectors_of_its_own(tmp_path):
    PassageIndex(tmp_path, WordHashes()).embed(PUMP, quiet)
    other = PassageIndex(tmp_path, WordHashes("hashes-2"))
    assert len(other.missing(PUMP)) == 3
    other.embed(PUMP, quiet)
    assert PassageIndex(tmp_path, WordHashes()).missing(PUMP) == []


def test_vectors_are_mapped_not_copied(tmp_path):
    index = PassageIndex(tmp_path, WordHashes())
    search = index.embed(documents(*(f"text number {n}" for n in range(50))), quiet)
    vectors = search.retriever.snapshot.vectors
    while vectors.base is not None and not isinstance(vectors, np.memmap):
        vectors = vectors.base
    assert not vectors.flags.writeable
