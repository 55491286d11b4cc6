"""The index: only what changed is embedded, and nothing that happens to the folder loses more than time."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexStoreError
from assistant.events import Noticed, Progress
from assistant.nlu.retrieval.chroma import same_scores
from assistant.nlu.retrieval.index import Index, SyncReport
from assistant.nlu.retrieval.retriever import Retriever
from assistant.nlu.retrieval.snapshot import Row, Snapshot
from fakes.apart import printed
from fakes.embedder import WordHashes
from fakes.indexing import ROWS, print_start
from paths import TESTS


def quiet(_: Progress) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The folder of an index that a process has made and left."""
    folder = tmp_path_factory.mktemp("made") / "index"
    assert run(folder)[-1] == WHOLE
    return folder


@pytest.fixture
def whole(folder, made) -> Path:
    """A copy of it, to be damaged."""
    shutil.copytree(made, folder)
    return folder


def synced(folder: Path | None, rows=ROWS, source="") -> tuple[Index, Retriever, WordHashes]:
    """An index with Chroma in step, what searches it, and its embedder."""
    embedder = WordHashes()
    index = Index(folder, embedder)
    retriever, _ = index.sync(lambda: rows, quiet, source)
    index.follow(retriever, quiet)
    return index, retriever, embedder


def test_an_edit_is_searched_at_once_and_written_by_follow(whole):
    index = Index(whole, WordHashes())
    new = replace(ROWS[0], text="knock on wood")
    retriever, _ = index.sync(lambda: [*ROWS, new], quiet, "edit", write=False)
    assert new in retriever.snapshot.rows.values()
    assert Index(whole, WordHashes()).retriever().snapshot.rows == {
        key: row for key, row in retriever.snapshot.rows.items() if row != new
    }
    again, report = index.sync(lambda: pytest.fail("its content is known"), quiet, "edit")
    assert (again.snapshot, report.added) == (retriever.snapshot, 0)
    index.follow(retriever, quiet)
    written = Index(whole, WordHashes())
    assert written.retriever().snapshot.rows == retriever.snapshot.rows
    assert written.sync(lambda: pytest.fail("its content is known"), quiet, "edit")[1].added == 0
    assert written.status().in_step


def report(index: Index, rows, source="") -> SyncReport:
    return index.sync(lambda: rows, quiet, source)[1]


def asked_of_chroma(retriever: Retriever, monkeypatch) -> list[int]:
    """Counts the searches that Chroma answers."""
    asked: list[int] = []
    search = retriever._store.nearest
    monkeypatch.setattr(retriever._store, "nearest", lambda vector, n: asked.append(n) or search(vector, n))
    return asked


@pytest.mark.parametrize("on_disk", [True, False])
def test_the_nearest_row_to_a_phrase_is_itself_and_chroma_is_asked_at_every_size(folder, on_disk, monkeypatch):
    _, retriever, embedder = synced(folder if on_disk else None)
    asked = asked_of_chroma(retriever, monkeypatch)
    for row in ROWS[::50]:
        hit = retriever.nearest(embedder.embed([row.text])[0], 5)[0]
        assert hit.row == row
        assert hit.score == pytest.approx(1, abs=1e-4)
    assert len(asked) == 6


def test_hits_come_nearest_first_and_never_more_than_there_are(folder):
    _, retriever, embedder = synced(folder, ROWS[:3])
    hits = retriever.nearest(embedder.embed(["phrase number"])[0], 50)
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_chroma_and_the_comparison_with_all_give_the_same_hits(folder):
    _, retriever, embedder = synced(folder)
    for row in ROWS[::10]:
        vector = embedder.embed([f"another {row.text}"])[0]
        assert same_scores(retriever.nearest(vector, 5), retriever.snapshot.nearest(vector, 5))


def test_an_empty_index_answers_nothing(folder):
    _, retriever, embedder = synced(folder, [])
    assert retriever.nearest(embedder.embed(["x"])[0], 5) == ()


def test_only_what_changed_is_embedded(folder):
    synced(folder)
    index, embedder = Index(folder, again := WordHashes()), again
    changed = [*ROWS[1:], Row("not", "intent0", "something new")]
    retriever, made = index.sync(lambda: changed, quiet)
    assert (made.added, made.removed, made.kept, embedder.embedded) == (1, 1, 299, 1)
    assert index.status().rows == 300
    assert not any(hit.row == ROWS[0] for hit in retriever.nearest(embedder.embed([ROWS[0].text])[0], 300))


def test_a_retriever_goes_on_answering_from_its_own_rows_while_the_index_changes(folder):
    index, old, embedder = synced(folder)
    changed = [*ROWS[150:], *(Row("intent", "new", f"a new phrase {n}") for n in range(150))]
    vector = embedder.embed(["say a new phrase number 7"])[0]
    new, _ = index.sync(lambda: changed, quiet)
    for step in ("before Chroma follows", "after"):
        assert {hit.row for hit in old.nearest(vector, 300)} == set(ROWS), step
        assert {hit.row for hit in new.nearest(vector, 300)} == set(changed), step
        index.follow(new, quiet)


def test_until_chroma_has_followed_and_while_it_fails_the_snapshot_answers(folder, monkeypatch):
    index, retriever, embedder = synced(folder)
    vector = embedder.embed([ROWS[42].text])[0]
    exactly = retriever.snapshot.nearest(vector, 20)
    reader = Index(folder, WordHashes()).retriever()
    asked = asked_of_chroma(reader, monkeypatch)
    assert reader.nearest(vector, 20) == exactly
    assert asked == [], "it is not opened by a search"
    index._store.close()
    assert retriever.nearest(vector, 20) == exactly


def test_every_row_carries_its_metadata_into_chroma(folder):
    row = Row("question", "When?", "when is it open", "de", "library.yaml")
    index, _, _ = synced(folder, [row, *ROWS[:5]])
    found = index._store._collection.get(where={"kind": "question"}, include=["metadatas", "documents"])
    assert found["documents"] == ["when is it open"]
    assert found["metadatas"] == [
        {"kind": "question", "owner": "When?", "language": "de", "source": "library.yaml", "modality": "text"}
    ]


def test_a_graph_from_which_many_rows_were_deleted_is_built_anew(folder):
    index, retriever, _ = synced(folder)
    for start in range(1, 5):
        retriever, _ = index.sync(lambda start=start: ROWS[5 * start :], quiet)
        index.follow(retriever, quiet)
    assert index._store._read_mark().deleted < 0.05 * len(ROWS)
    assert index.status().in_step


def test_with_nothing_changed_the_rows_are_not_even_made(folder):
    synced(folder, source="files v1")
    index = Index(folder, WordHashes())
    assert index.sync(lambda: pytest.fail("rows were made"), quiet, "files v1")[1].kept == 300


def test_a_snapshot_is_read_once_and_again_when_another_process_has_replaced_it(folder, monkeypatch):
    first, _, embedder = synced(folder)
    other, reads = Index(folder, embedder), list[str]()
    read = Snapshot.read
    monkeypatch.setattr(Snapshot, "read", lambda folder, name: reads.append(name) or read(folder, name))
    assert first.retriever().snapshot is first.retriever().snapshot
    assert not [name for name in reads if name.startswith("snapshot")]
    other.sync(lambda: ROWS[:10], quiet)
    assert [row.text for row in first.retriever().snapshot.rows.values()] == [row.text for row in ROWS[:10]]
    assert report(first, ROWS) == SyncReport(290, 0, 10)


def test_another_embedder_means_other_vectors(folder):
    synced(folder, source="s")
    index = Index(folder, other := WordHashes("hashes-2"))
    assert report(index, ROWS, "s").added == 300
    assert other.embedded == 300
    assert index.status().rows == 300


def test_a_row_said_twice_is_one(folder):
    index, _, _ = synced(folder, [ROWS[0], ROWS[0]])
    assert index.status().rows == 1


def test_progress_is_told_up_to_the_end(folder):
    steps: list[Progress] = []
    Index(folder, WordHashes()).sync(lambda: ROWS, steps.append)
    assert [step.total for step in steps] == [300] * len(steps)
    assert steps[-1].done == 300


def test_vectors_come_back_as_they_were_put(folder):
    _, retriever, embedder = synced(folder)
    rows, vectors = retriever.vectors(("intent", "not", "question"))
    assert vectors.shape == (300, 96)
    assert np.allclose(vectors, embedder.embed([row.text for row in rows]), atol=1e-5)


def snapshot_file(folder: Path) -> Path:
    (file,) = folder.glob("snapshot-*.json")
    return file


def damage_sqlite(folder: Path) -> None:
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"this is no database" * 1000)


def damage_sqlite_header_only(folder: Path) -> None:
    with (folder / "chroma" / "chroma.sqlite3").open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(40_000))


def empty_sqlite(folder: Path) -> None:
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"")


def lose_store(folder: Path) -> None:
    shutil.rmtree(folder / "chroma")


def lose_snapshot(folder: Path) -> None:
    snapshot_file(folder).unlink()


def garble_snapshot(folder: Path) -> None:
    snapshot_file(folder).write_bytes(b"\xff{")


def wrong_count(folder: Path) -> None:
    stamp = json.loads(snapshot_file(folder).read_text().partition("\n")[2])
    snapshot_file(folder).write_text(json.dumps(stamp | {"rows": 7}))


def lose_vectors(folder: Path) -> None:
    next(folder.glob("snapshot-*.npy")).unlink()


def cut_vectors(folder: Path) -> None:
    file = next(folder.glob("snapshot-*.npy"))
    os.truncate(file, file.stat().st_size // 2)


def lose_segment(folder: Path) -> None:
    for segment in (folder / "chroma").glob("*-*"):
        shutil.rmtree(segment)


def cut_sqlite(folder: Path) -> None:
    file = folder / "chroma" / "chroma.sqlite3"
    os.truncate(file, file.stat().st_size // 2)


def header_of(shape: str):
    """Damage that leaves another shape in the header of the vectors."""

    def damage(folder: Path) -> None:
        with next(folder.glob("snapshot-*.npy")).open("r+b") as file:
            file.seek(10)
            file.write(f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}".ljust(117).encode())

    damage.__name__ = f"header_of_{shape}"
    return damage


def content_of(pattern: str, content: bytes):
    """Damage that leaves other content in a file."""

    def damage(folder: Path) -> None:
        next(folder.glob(pattern)).write_bytes(content)

    damage.__name__ = f"{content[:6]!r}_in_{pattern}"
    return damage


@pytest.mark.parametrize(
    "damage",
    [
        content_of("snapshot-*.json", b"[" * 200_000),
        content_of("snapshot-*.npy", b""),
        content_of("snapshot-*.npy", b"PK\x03\x04" + bytes(100)),
        content_of("chroma.json", b"[" * 200_000),
        content_of("chroma.json", b'{"revision": "", "deleted": Infinity, "change": ""}'),
        header_of("(300, 1)"),
        header_of("(-1, 96)"),
        header_of("(((("),
        damage_sqlite,
        damage_sqlite_header_only,
        empty_sqlite,
        lose_store,
        lose_snapshot,
        garble_snapshot,
        wrong_count,
        lose_vectors,
        cut_vectors,
        lose_segment,
        cut_sqlite,
    ],
)
def test_whatever_happened_to_the_folder_the_next_start_heals_it(whole, damage):
    damage(whole)
    assert run(whole)[-1] == WHOLE


@pytest.mark.parametrize(
    "pattern", ["snapshot-*.json", "snapshot-*.npy", "chroma.json", "lock", "chroma.lock", "chroma"]
)
def test_what_is_no_file_or_no_folder_any_more_is_moved_aside_and_made_anew(whole, pattern):
    path = next(whole.glob(pattern))
    if path.is_dir():
        shutil.rmtree(path)
        path.write_text("a file")
    else:
        path.unlink()
        path.mkdir()
        (path / "mine").write_text("not to be deleted")
    assert run(whole)[-1] == WHOLE
    assert run(whole) == [WHOLE], "the second start has nothing to mend"


def test_a_turned_bit_in_a_vector_costs_that_vector_alone_and_is_told(whole):
    file = next(whole.glob("snapshot-*.npy"))
    content = bytearray(file.read_bytes())
    content[128 + 42 * 96 * 4 + 3] ^= 128  # the sign of a component: the vector's length is what it was
    file.write_bytes(content)
    assert Index(whole, WordHashes()).status().fault == f"{file}: 1 of 300 vectors are damaged"
    events = []
    retriever, made = Index(whole, WordHashes()).sync(lambda: ROWS, events.append, "files")
    assert (made.added, made.kept) == (1, 299)
    assert [event.message for event in events if isinstance(event, Noticed)] == [
        f"index: {file}: 1 of 300 vectors are damaged; made anew"
    ]
    assert retriever.nearest(WordHashes().embed([ROWS[42].text])[0], 1)[0].row == ROWS[42]


@pytest.mark.parametrize("seed", range(3))
def test_no_turned_bit_goes_unnoticed(folder, seed):
    """In the rows and in the vectors: what is used is what was written, or it is made anew."""
    rng = np.random.default_rng(seed)
    synced(folder, source="files")
    for pattern in ["snapshot-*.json", "snapshot-*.npy"] * 4:
        file = next(folder.glob(pattern))
        content = bytearray(file.read_bytes())
        content[int(rng.integers(128, len(content)))] ^= 1 << int(rng.integers(8))
        file.write_bytes(content)
        retriever, made = Index(folder, WordHashes()).sync(lambda: ROWS, quiet, "files")
        assert made.added in (1, 300)
        assert set(retriever.snapshot.rows.values()) == set(ROWS)


@pytest.mark.parametrize("damage", [damage_sqlite, lose_segment, cut_sqlite])
def test_a_damaged_store_loses_no_vector_and_nobody_waits_for_it_to_be_mended(whole, damage):
    damage(whole)
    embedder = WordHashes()
    index = Index(whole, embedder)
    retriever, made = index.sync(lambda: ROWS, quiet, "edited")
    assert (made.added, made.kept) == (0, 300)
    assert retriever.nearest(embedder.embed([ROWS[42].text])[0], 1)[0].row == ROWS[42]


def test_a_full_disk_is_one_clear_error_and_costs_neither_the_old_index_nor_more_room(folder, monkeypatch):
    index, retriever, embedder = synced(folder)
    before = {file.name for file in folder.glob("*.*")}

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(IndexStoreError, match="No space left"):
            index.sync(lambda: ROWS[1:], quiet)
    assert {file.name for file in folder.glob("*.*")} == before
    assert retriever.nearest(embedder.embed([ROWS[0].text])[0], 1)[0].row == ROWS[0]
    assert report(index, ROWS[1:]).kept == 299


def test_what_fails_beside_the_index_is_not_taken_for_its_fault(folder):
    index, _, _ = synced(folder)

    def broken(_: Progress) -> None:
        raise BrokenPipeError("nobody listens")

    with pytest.raises(BrokenPipeError):
        index.sync(lambda: [*ROWS, Row("intent", "new", "quite new")], broken)
    assert report(index, ROWS).kept == 300


CHILD = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from fakes.indexing import print_start
print_start(Path({folder!r}), {seconds}, {follow})
"""


def child(folder: Path) -> subprocess.Popen[str]:
    code = CHILD.format(tests=str(TESTS), seconds=0.6, folder=str(folder), follow=True)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def run(folder: Path) -> list[str]:
    """Sync in a process of its own and return what it said, since Chroma keeps what it has opened."""
    return printed(print_start, folder).strip().splitlines()


WHOLE = "300 rows, nearest is itself"


def test_killed_half_way_it_is_completed_not_begun_again(folder):
    with child(folder) as first:
        for done in (0, 128, 256):
            assert first.stdout.readline() == f"index {done}\n"
        first.send_signal(signal.SIGKILL)
    lines = run(folder)
    assert lines[-1] == WHOLE
    assert "index 300" not in lines, "rows that were safe are embedded again"


def test_two_processes_that_start_at_once_make_one_index(folder):
    with child(folder) as one, child(folder) as other:
        said = [each.communicate(timeout=120)[0] for each in (one, other)]
    assert all(each.strip().splitlines()[-1] == WHOLE for each in said)
    assert min(each.count("index 128") for each in said) == 0


def test_what_had_to_be_built_anew_is_said_in_one_line(whole):
    damage_sqlite(whole)
    said = [line for line in run(whole) if "built anew" in line]
    assert len(said) == 1
    assert str(whole) in said[0]


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such modes")
def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(IndexStoreError, match="cannot be written") as raised:
        Index(blocked / "index", WordHashes()).sync(lambda: ROWS, quiet)
    assert "\n" not in str(raised.value)


def test_opening_is_quick_when_nothing_changed(whole):
    began = time.perf_counter()
    index = Index(whole, WordHashes())
    index.sync(lambda: pytest.fail("rows were made"), quiet, "files")
    assert time.perf_counter() - began < 5


def test_the_rows_of_some_kinds_come_with_their_vectors(folder):
    rows = [*ROWS[:5], Row("question", "why", "why is that"), Row("not", "intent1", "no")]
    _, retriever, embedder = synced(folder, rows)
    kept, vectors = retriever.vectors(("intent", "not"))
    assert {row.kind for row in kept} == {"intent", "not"}
    assert vectors.shape == (6, 96)
    assert np.allclose(vectors, embedder.embed([row.text for row in kept]), atol=1e-5)


def test_there_and_back_again_between_embedders_is_whole_each_time(folder):
    for name, added in (("a", 300), ("b", 300), ("a", 0), ("b", 0)):
        index = Index(folder, WordHashes(name))
        retriever, made = index.sync(lambda: ROWS, quiet, "s")
        index.follow(retriever, quiet)
        assert made.added == added
        assert (index.status().rows, index.status().in_step) == (300, True)
        assert retriever.nearest(WordHashes().embed([ROWS[9].text])[0], 1)[0].row == ROWS[9]


def test_a_start_does_not_import_chroma(folder):
    code = CHILD.format(tests=str(TESTS), seconds=0.0, folder=str(folder), follow=False)
    done = subprocess.run(
        [sys.executable, "-c", code + "\nprint('chromadb' in sys.modules)"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-2:] == [WHOLE, "False"]


def test_what_another_process_added_is_found_once_it_is_followed(folder, monkeypatch):
    before = [row for row in ROWS if row.owner != "intent3"]
    index, _, embedder = synced(folder, before)
    index.retriever().nearest(embedder.embed([ROWS[0].text])[0], 1)  # Chroma reads its graph
    run(folder)
    retriever, made = index.sync(lambda: pytest.fail("rows were made"), quiet, "files")
    added = next(row for row in ROWS if row.owner == "intent3")
    vector = embedder.embed([added.text])[0]
    assert made.added == 0
    assert retriever.nearest(vector, 1)[0].row == added
    index.follow(retriever, quiet)
    asked = asked_of_chroma(retriever, monkeypatch)
    assert retriever.nearest(vector, 1)[0].row == added
    assert asked == [1]


CHANGING = """
import sys, time
sys.path.insert(0, {tests!r})
from pathlib import Path
from fakes.embedder import WordHashes
from assistant.nlu.retrieval.index import Index
from assistant.nlu.retrieval.snapshot import Row, Snapshot
class Slow(WordHashes):
    def embed(self, texts):
        time.sleep(0.1)
        return super().embed(texts)
index = Index(Path({folder!r}), Slow())
retriever = index.retriever()
seen = {{hit.row.owner for hit in retriever.nearest(WordHashes().embed(["phrase"])[0], 900)}}
print(len(seen), len(retriever.vectors(("intent", "not", "question"))[0]), flush=True)
rows = [Row("intent", "version {version}", f"phrase {{n}} of {version}") for n in range(500)]
retriever, _ = index.sync(lambda: rows, print, "{version}")
index.follow(retriever, print)
print("whole", index.status().in_step, index.status().rows, flush=True)
"""


def test_killed_at_any_moment_it_is_old_or_new_and_heals(folder):
    rng = np.random.default_rng(0)
    for version in range(13):
        code = CHANGING.format(tests=str(TESTS), folder=str(folder), version=version)
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
            seen = process.stdout.readline().split()
            assert seen in (["0", "0"], ["1", "500"]), "the rows of one version, all of them, or none before the first"
            if version in (0, 12):
                assert process.communicate(timeout=60)[0].strip().splitlines()[-1] == "whole True 500"
            else:
                time.sleep(float(rng.uniform(0, 0.8)))
                process.kill()
