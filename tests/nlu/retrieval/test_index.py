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
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexStoreError
from assistant.events import Progress
from assistant.nlu.retrieval import index as module
from assistant.nlu.retrieval.snapshot import Row
from fakes.embedder import WordHashes
from paths import TESTS

Index = partial(module.Index, exact=0)
"""Every search asks the store."""

ROWS = [Row("intent", f"intent{n % 7}", f"say phrase number {n} of word{n % 11}") for n in range(300)]


def quiet(_: Progress) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def synced(folder: Path | None, rows=ROWS, source="") -> tuple[module.Index, WordHashes]:
    embedder = WordHashes()
    index = Index(folder, embedder)
    index.sync(lambda: rows, quiet, source)
    return index, embedder


@pytest.mark.parametrize("on_disk", [True, False])
def test_the_nearest_row_to_a_phrase_is_itself(folder, on_disk):
    index, embedder = synced(folder if on_disk else None)
    for row in ROWS[::50]:
        hit = index.nearest(embedder.embed([row.text])[0], 5)[0]
        assert hit.row == row
        assert hit.score == pytest.approx(1, abs=1e-4)


def test_hits_come_nearest_first_and_never_more_than_there_are(folder):
    index, embedder = synced(folder, ROWS[:3])
    hits = index.nearest(embedder.embed(["phrase number"])[0], 50)
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_an_empty_index_answers_nothing(folder):
    index, embedder = synced(folder, [])
    assert index.nearest(embedder.embed(["x"])[0], 5) == ()


def test_only_what_changed_is_embedded(folder):
    synced(folder)
    index, embedder = Index(folder, again := WordHashes()), again
    changed = [*ROWS[1:], Row("not", "intent0", "something new")]
    report = index.sync(lambda: changed, quiet)
    assert (report.added, report.removed, report.kept, embedder.embedded) == (1, 1, 299, 1)
    assert index.status().rows == 300
    assert not any(hit.row == ROWS[0] for hit in index.nearest(embedder.embed([ROWS[0].text])[0], 300))


def test_with_nothing_changed_the_rows_are_not_even_made(folder):
    synced(folder, source="files v1")
    index = Index(folder, WordHashes())
    report = index.sync(lambda: pytest.fail("rows were made"), quiet, "files v1")
    assert report.kept == 300


def test_another_embedder_means_other_vectors(folder):
    synced(folder, source="s")
    index = Index(folder, other := WordHashes("hashes-2"))
    assert index.sync(lambda: ROWS, quiet, "s").added == 300
    assert other.embedded == 300
    assert index.status().rows == 300


def test_a_row_said_twice_is_one(folder):
    index, _ = synced(folder, [ROWS[0], ROWS[0]])
    assert index.status().rows == 1


def test_progress_is_told_up_to_the_end(folder):
    told: list[Progress] = []
    Index(folder, WordHashes()).sync(lambda: ROWS, told.append)
    assert [each.total for each in told] == [300] * len(told)
    assert told[-1].done == 300


def test_vectors_come_back_as_they_were_put(folder):
    index, embedder = synced(folder)
    rows, vectors = index.vectors(("intent", "not", "question"))
    assert vectors.shape == (300, 96)
    assert np.allclose(vectors, embedder.embed([row.text for row in rows]), atol=1e-5)


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


def lose_stamp(folder: Path) -> None:
    (folder / "stamp.json").unlink()


def garble_stamp(folder: Path) -> None:
    (folder / "stamp.json").write_bytes(b"\xff{")


def wrong_count(folder: Path) -> None:
    stamp = json.loads((folder / "stamp.json").read_text())
    (folder / "stamp.json").write_text(json.dumps(stamp | {"rows": 7}))


def lose_vectors(folder: Path) -> None:
    next(folder.glob("vectors-*.npy")).unlink()


def cut_vectors(folder: Path) -> None:
    file = next(folder.glob("vectors-*.npy"))
    os.truncate(file, file.stat().st_size // 2)


def lose_segment(folder: Path) -> None:
    for segment in (folder / "chroma").glob("*-*"):
        shutil.rmtree(segment)


def cut_sqlite(folder: Path) -> None:
    file = folder / "chroma" / "chroma.sqlite3"
    os.truncate(file, file.stat().st_size // 2)


@pytest.mark.parametrize(
    "damage",
    [
        damage_sqlite,
        damage_sqlite_header_only,
        empty_sqlite,
        lose_store,
        lose_stamp,
        garble_stamp,
        wrong_count,
        lose_vectors,
        cut_vectors,
        lose_segment,
        cut_sqlite,
    ],
)
def test_whatever_happened_to_the_folder_the_next_start_heals_it(folder, damage):
    run(folder)
    damage(folder)
    assert run(folder)[-1] == WHOLE


@pytest.mark.parametrize("damage", [damage_sqlite, lose_segment, cut_sqlite])
def test_a_damaged_store_loses_no_vector_and_nobody_waits_for_it_to_be_mended(folder, damage):
    run(folder)
    damage(folder)
    reader, embedder, told = Index(folder, WordHashes()), WordHashes(), list[Progress]()
    vector = embedder.embed([ROWS[42].text])[0]
    exactly = reader._snapshot().nearest(vector, 300)
    assert [hit.row for hit in reader.nearest(vector, 300)] == [hit.row for hit in exactly]
    assert exactly[0].row == ROWS[42]
    report = reader.sync(lambda: ROWS, told.append, "edited")
    assert (report.added, report.kept) == (0, 300)
    assert reader.nearest(vector, 1)[0].row == ROWS[42]


def test_a_full_disk_is_one_clear_error_and_costs_neither_the_old_index_nor_more_room(folder, monkeypatch):
    index, embedder = synced(folder)
    before = {file.name for file in folder.glob("*.*")}

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(IndexStoreError, match="No space left"):
            index.sync(lambda: ROWS[1:], quiet)
    assert {file.name for file in folder.glob("*.*")} == before
    assert index.nearest(embedder.embed([ROWS[0].text])[0], 1)[0].row == ROWS[0]
    assert index.sync(lambda: ROWS[1:], quiet).kept == 299


def test_what_fails_beside_the_store_is_not_taken_for_its_fault(folder):
    index, _ = synced(folder)

    def broken(_: Progress) -> None:
        raise BrokenPipeError("nobody listens")

    with pytest.raises(BrokenPipeError):
        index.sync(lambda: [*ROWS, Row("intent", "new", "quite new")], broken)
    assert index.sync(lambda: ROWS, quiet).rebuilt == ""


CHILD = """
import sys, time
sys.path.insert(0, {tests!r})
from pathlib import Path
from fakes.embedder import WordHashes
from assistant.nlu.retrieval.index import Index
from assistant.nlu.retrieval.snapshot import Row
class Slow(WordHashes):
    def embed(self, texts):
        if {slow}: time.sleep(0.6)
        return super().embed(texts)
rows = [Row("intent", f"intent{{n % 7}}", f"say phrase number {{n}} of word{{n % 11}}") for n in range(300)]
def tell(progress):
    print(progress.task, progress.done, flush=True)
embedder = Slow()
index = Index(Path({folder!r}), embedder, exact=0)
index.sync(lambda: rows, tell, "files")
hit = index.nearest(WordHashes().embed([rows[42].text])[0], 1)[0]
print(index.status().rows, "rows, nearest is", "itself" if hit.row == rows[42] else hit, flush=True)
"""


def child(folder: Path, pace: str) -> subprocess.Popen[str]:
    code = CHILD.format(tests=str(TESTS), slow=pace == "slow", folder=str(folder))
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def run(folder: Path) -> list[str]:
    """Sync in a process of its own and return what it said, since Chroma keeps what it has opened."""
    with child(folder, "fast") as process:
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        return said.strip().splitlines()


WHOLE = "300 rows, nearest is itself"


def test_killed_half_way_it_is_completed_not_begun_again(folder):
    with child(folder, "slow") as first:
        assert first.stdout.readline() == "index 0\n"
        assert first.stdout.readline() == "index 128\n"
        first.send_signal(signal.SIGKILL)
    lines = run(folder)
    assert lines[-1] == WHOLE
    assert lines[-2] != "index 300", "rows that were safe are embedded again"


def test_two_processes_that_start_at_once_make_one_index(folder):
    with child(folder, "slow") as one, child(folder, "slow") as other:
        said = [each.communicate(timeout=120)[0] for each in (one, other)]
    assert all(each.strip().splitlines()[-1] == WHOLE for each in said)
    assert min(each.count("index ") for each in said) == 0


def test_what_had_to_be_built_anew_is_said_in_one_line(folder):
    run(folder)
    damage_sqlite(folder)
    said = [line for line in run(folder) if "built anew" in line]
    assert len(said) == 1
    assert str(folder) in said[0]


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such modes")
def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(IndexStoreError, match="cannot be written") as raised:
        Index(blocked / "index", WordHashes()).sync(lambda: ROWS, quiet)
    assert "\n" not in str(raised.value)


def test_opening_is_quick_when_nothing_changed(folder):
    run(folder)
    began = time.perf_counter()
    index = Index(folder, WordHashes())
    index.sync(lambda: pytest.fail("rows were made"), quiet, "files")
    assert time.perf_counter() - began < 5


def test_the_store_cannot_tell_what_the_rows_of_a_kind_are_but_the_index_can(folder):
    index, embedder = synced(folder, [*ROWS[:5], Row("question", "why", "why is that"), Row("not", "intent1", "no")])
    rows, vectors = index.vectors(("intent", "not"))
    assert {row.kind for row in rows} == {"intent", "not"}
    assert vectors.shape == (6, 96)
    assert np.allclose(vectors, embedder.embed([row.text for row in rows]), atol=1e-5)


def test_whoever_reads_has_the_old_index_until_the_new_one_is_whole(folder):
    index, embedder = synced(folder)
    reader = Index(folder, WordHashes())
    reader.status()
    changed = [*ROWS[150:], *(Row("intent", "new", f"a new phrase {n}") for n in range(300))]
    old = set(ROWS)

    def look(_: Progress) -> None:
        for each in (index, reader, Index(folder, WordHashes())):
            each.status()
            hits = each.nearest(embedder.embed(["say a new phrase number 7"])[0], 300)
            assert {hit.row for hit in hits} == old

    index.sync(lambda: changed, look)
    assert {hit.row for hit in reader.nearest(embedder.embed(["phrase"])[0], 300)} == old
    assert len(index.nearest(embedder.embed(["phrase"])[0], 500)) == 450


def test_there_and_back_again_between_embedders_is_whole_each_time(folder):
    for name, added in (("a", 300), ("b", 300), ("a", 0), ("b", 0)):
        index = Index(folder, WordHashes(name))
        assert index.sync(lambda: ROWS, quiet, "s").added == added
        assert index.status() == index.status()
        assert (index.status().rows, index.status().in_step) == (300, True)
        assert index.nearest(WordHashes().embed([ROWS[9].text])[0], 1)[0].row == ROWS[9]


def test_among_few_rows_all_are_compared_and_the_store_is_kept_in_step_for_when_there_are_many(folder):
    few, embedder = module.Index(folder, WordHashes()), WordHashes()
    few.sync(lambda: ROWS, quiet)
    few.sync(lambda: [*ROWS[100:], Row("intent", "new", "say quite another phrase")], quiet)
    vector = embedder.embed(["say another phrase number 7"])[0]
    hits, asked = few.nearest(vector, 20), Index(folder, WordHashes()).nearest(vector, 20)
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in asked], abs=1e-4)
    every = {row.text: float(vector @ embedder.embed([row.text])[0]) for row in ROWS[100:]}
    assert hits[1].score == pytest.approx(max(every.values()), abs=1e-5)
    assert "new" in {hit.row.owner for hit in hits}


def test_a_start_among_few_rows_in_step_does_not_import_the_store(folder):
    module.Index(folder, WordHashes()).sync(lambda: ROWS, quiet, "files")
    code = CHILD.format(tests=str(TESTS), slow=False, folder=str(folder)).replace(", exact=0", "")
    done = subprocess.run(
        [sys.executable, "-c", code + "\nprint('chromadb' in sys.modules)"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [WHOLE, "False"]


CHANGING = """
import sys, time
sys.path.insert(0, {tests!r})
from pathlib import Path
from fakes.embedder import WordHashes
from assistant.nlu.retrieval.index import Index
from assistant.nlu.retrieval.snapshot import Row
class Slow(WordHashes):
    def embed(self, texts):
        time.sleep(0.1)
        return super().embed(texts)
index = Index(Path({folder!r}), Slow(), exact=0)
index.status()
seen = {{hit.row.owner for hit in index.nearest(WordHashes().embed(["phrase"])[0], 900)}}
print(len(seen), len(index.vectors(("intent", "not", "question"))[0]), flush=True)
rows = [Row("intent", "version {version}", f"phrase {{n}} of {version}") for n in range(500)]
index.sync(lambda: rows, print, "{version}")
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
