"""Documents are read once: what is kept is as what was read, whatever happens to the files and to the store."""

from __future__ import annotations

import subprocess
import sys

import pytest

from assistant.authoring.documents import loading
from assistant.authoring.documents.apart import ReaderProcess
from assistant.authoring.documents.loading import load_documents, stored_documents
from assistant.events import Progress


@pytest.fixture
def manuals(tmp_path):
    folder = tmp_path / "manuals"
    (folder / "pump").mkdir(parents=True)
    (folder / "pump" / "faq.md").write_text("# Pump\n\nQuiet.\n\n## Filters\n\nEvery 90 days.\n")
    (folder / "fan.txt").write_text("The fan has three speeds.\n")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


@pytest.fixture
def reads(monkeypatch):
    """Names of the documents that are read from now on."""
    names, read = [], ReaderProcess.read

    def noting(self, path, name):
        names.append(name)
        return read(self, path, name)

    monkeypatch.setattr(ReaderProcess, "read", noting)
    return names


def texts(documents):
    return [passage.text for passage in documents.passages]


def test_names_hold_the_folder(manuals, tmp_path):
    loaded = load_documents([manuals], tmp_path / "store")
    assert [passage.source for passage in loaded.passages] == [
        "manuals/fan.txt › line 1",
        "manuals/pump/faq.md › Pump › line 3",
        "manuals/pump/faq.md › Filters › line 7",
    ]
    assert loaded.passages[-1].headings == ("Pump", "Filters")
    assert [passage.key for passage in loaded.passages] == list(loaded.keys)
    assert loaded.passage(loaded.keys[1]) == loaded.passages[1]
    assert [passage.name for passage in load_documents([manuals / "pump" / "faq.md"]).passages] == ["pump/faq.md"] * 2


def test_only_what_changed_is_read(manuals, tmp_path, reads):
    store = tmp_path / "store"
    first = load_documents([manuals], store)
    assert reads == ["manuals/fan.txt", "manuals/pump/faq.md"]
    del reads[:]
    again = load_documents([manuals], store)
    assert (reads, again, texts(again)) == ([], first, texts(first))
    (manuals / "fan.txt").write_text("The fan has four speeds.\n")
    edited = load_documents([manuals], store)
    assert reads == ["manuals/fan.txt"]
    assert texts(edited) == ["The fan has four speeds.", "Quiet.", "Every 90 days."]
    assert edited != first
    assert texts(stored_documents(store)) == texts(edited)
    assert texts(first) == ["The fan has three speeds.", "Quiet.", "Every 90 days."], "who has the old ones keeps them"


def test_what_is_moved_is_not_read_again(manuals, tmp_path, reads):
    load_documents([manuals], tmp_path / "store")
    del reads[:]
    (manuals / "pump").rename(manuals / "water")
    moved = load_documents([manuals], tmp_path / "store")
    assert reads == []
    assert moved.passages[-1].name == "manuals/water/faq.md"


def test_what_is_deleted_is_forgotten(manuals, tmp_path):
    load_documents([manuals], tmp_path / "store")
    (manuals / "fan.txt").unlink()
    assert texts(load_documents([manuals], tmp_path / "store")) == ["Quiet.", "Every 90 days."]
    (manuals / "pump" / "faq.md").unlink()
    assert texts(load_documents([manuals], tmp_path / "store")) == []
    assert texts(stored_documents(tmp_path / "store")) == []


@pytest.mark.parametrize("part", ["documents.json", "*.records", "*.ends"])
@pytest.mark.parametrize("damage", [b"", b"\0\xff{", None])
def test_a_damaged_store_is_made_anew(manuals, tmp_path, part, damage):
    store = tmp_path / "store"
    first = load_documents([manuals], store)
    (file,) = store.glob(part)
    file.unlink() if damage is None else file.write_bytes(damage)
    assert texts(load_documents([manuals], store)) == texts(first)
    assert texts(stored_documents(store)) == texts(first)


def test_faults_are_told_again_though_the_file_is_not_read_again(manuals, tmp_path, reads):
    (manuals / "bad.json").write_text("{")
    for _ in range(2):
        (problem,) = load_documents([manuals], tmp_path / "store").problems
        assert problem.file.name == "bad.json"
    assert len(reads) == 3


def test_progress_is_told_and_it_can_be_ended_early(manuals, tmp_path):
    events = []
    load_documents([manuals], tmp_path / "store", events.append)
    assert [(event.done, event.total) for event in events if isinstance(event, Progress)] == [(0, 2), (1, 2), (2, 2)]
    assert texts(load_documents([manuals], tmp_path / "other", stop=lambda: True)) == []


def test_without_documents_nothing_is_written(tmp_path):
    assert load_documents([tmp_path], tmp_path / "store") == loading.DocumentSet()
    assert not (tmp_path / "store").exists()


def test_no_library_of_a_format_is_imported_until_there_is_such_a_file(manuals, tmp_path):
    code = (
        "import sys; from pathlib import Path\n"
        "from assistant.authoring.documents.loading import load_documents\n"
        f"load_documents([Path({str(manuals)!r})], Path({str(tmp_path / 'store')!r}))\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "print({'lxml', 'docutils', 'pypdfium2', 'markdown_it'} & loaded)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
