"""What is kept is for its owner alone, also what an older version left open."""

from __future__ import annotations

import os
import stat
import time

import pytest

from assistant.checks.stored import kept, tidy
from assistant.config import Config, ModelsConfig, PathsConfig


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """The home of somebody who used an older version."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for kind, name in (("CACHE", ".cache"), ("CONFIG", ".config"), ("DATA", ".local/share")):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / name))
    return tmp_path


def fill(folder, *names, permissions=0o644):
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
        file.chmod(permissions)
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


def open_to_others(folder):
    return sorted(
        path.relative_to(folder).as_posix()
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
    )


def test_existing_folders_and_files_are_closed(home):
    data, own = home / ".local/share/assistant", home / ".config/assistant"
    fill(data, "assistant.db", "assistant.db-wal", "assistant.db.damaged-1", "faults.log", "ringing.lock")
    fill(data, "index/lock", "index/chroma/chroma.sqlite3")
    fill(own, "config.toml", "intents/mine.yaml", "knowledge/mine.md")
    tidy(Config())
    assert open_to_others(data) == open_to_others(own) == []


def test_drafts_that_an_older_version_left_are_deleted_once_nobody_writes_them(home):
    index = home / ".local/share/assistant/index"
    fill(index, "lock", "snapshot-89d4e7633630.4711", "classifier.17", "snapshot-89d4e7633630.json", "classifier.npz")
    long_ago = time.time() - 7200
    os.utime(index / "snapshot-89d4e7633630.4711", (long_ago, long_ago))
    tidy(Config())
    assert {file.name for file in index.iterdir()} == {
        "lock", "classifier.17", "snapshot-89d4e7633630.json", "classifier.npz",
    }  # fmt: skip


def test_a_folder_with_other_things_in_it_stays_as_it_is_but_for_ours(home):
    shared = home / "shared"
    fill(shared, "assistant.db", "index/page.html", "photo.jpg", "index-on-server/lock")
    tidy(Config(paths=PathsConfig(data=str(shared))))
    assert open_to_others(shared) == [".", "index", "index/page.html", "photo.jpg"]


def test_a_named_folder_that_is_ours_alone_is_closed(home):
    fill(home / "mine", "assistant.db", "index/lock")
    tidy(Config(paths=PathsConfig(data=str(home / "mine"))))
    assert open_to_others(home / "mine") == []


def test_intents_and_weights_in_folders_that_a_person_named_are_left_alone(home):
    fill(home / "work", "intents/a.yaml", "models/base/model.bin")
    before = open_to_others(home / "work")
    config = Config(
        paths=PathsConfig(intents=(str(home / "work/intents"),)), models=ModelsConfig(folder=str(home / "work/models"))
    )
    tidy(config)
    assert open_to_others(home / "work") == before
    assert {entry.kind for entry in kept(config) if not entry.is_own} == {"intents", "weights"}


REPORTS = ".cache/Microsoft/DeveloperTools/.onnxruntime"


def test_reports_of_before_are_removed_once_and_nothing_beside_them(home):
    fill(home / REPORTS, "deviceid", "onnxruntime.db", "onnxruntime.db-wal")
    fill(home / ".cache/Microsoft/DeveloperTools", "deviceid")
    tidy(Config())
    assert not (home / REPORTS).exists()
    assert (home / ".cache/Microsoft/DeveloperTools/deviceid").exists()
    fill(home / REPORTS, "deviceid")
    tidy(Config())
    assert (home / REPORTS / "deviceid").exists()


def test_folders_of_reports_go_where_nothing_else_is_in_them_and_a_link_is_not_followed(home):
    fill(home / "elsewhere", "deviceid")
    (home / REPORTS).parent.mkdir(parents=True)
    (home / REPORTS).symlink_to(home / "elsewhere")
    tidy(Config())
    assert (home / "elsewhere/deviceid").exists()
    (home / ".cache/assistant/reports-forgotten").unlink()
    (home / REPORTS).unlink()
    fill(home / REPORTS, "onnxruntime.db")
    tidy(Config())
    assert not (home / ".cache/Microsoft").exists()


@pytest.mark.parametrize("name", ["a" * 300, "a/" * 3000, "file/below"])
def test_a_folder_that_cannot_be_reads_as_empty(home, name):
    (home / "file").write_text("")
    config = Config(paths=PathsConfig(data=str(home / name)), models=ModelsConfig(folder=str(home / name)))
    tidy(config)
    assert not any(entry.paths for entry in kept(config))


def test_a_home_that_cannot_be_written_stops_nothing(home):
    (home / ".cache").write_text("no folder")
    tidy(Config())
