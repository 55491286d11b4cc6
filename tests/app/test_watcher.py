"""Files on disk are followed, however an editor saves them and wherever the folder comes from."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.app import watcher
from assistant.app.watcher import changes
from assistant.authoring.source.folders import source_files

QUIET = 0.8
"""Seconds after which nothing more is told of a change."""


class Following:
    """Counts how often changes are told."""

    def __init__(self, *folders):
        self.count, self._told, self._closed = 0, threading.Condition(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=[folders], daemon=True)
        self._thread.start()
        self.until(1)
        time.sleep(0.3)  # until the folders are watched

    def _run(self, folders):
        for _ in changes(lambda: folders, self._closed):
            with self._told:
                self.count += 1
                self._told.notify_all()

    def until(self, count, seconds=1.0):
        with self._told:
            assert self._told.wait_for(lambda: self.count >= count, seconds), self.count

    def close(self):
        self._closed.set()
        self._thread.join(5)
        assert not self._thread.is_alive()


@pytest.fixture
def follow():
    with contextlib.ExitStack() as stack:

        def follow(*folders):
            following = Following(*folders)
            stack.callback(following.close)
            return following

        yield follow


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "intents"
    folder.mkdir()
    (folder / "one.yaml").write_text("intents: {}\n")
    return folder


def save_in_place(file):
    file.write_text("intents: {A: {}}\n")


def save_by_rename(file):
    draft = file.with_name(f".{file.name}.new")
    draft.write_text("intents: {A: {}}\n")
    draft.replace(file)


def save_with_backup(file):
    file.rename(file.with_name(f"{file.name}~"))
    file.write_text("intents: {A: {}}\n")


def remove(file):
    file.unlink()


def add_below(file):
    (file.parent / "more").mkdir()
    (file.parent / "more" / "two.yaml").write_text("intents: {}\n")


@pytest.mark.parametrize("change", [save_in_place, save_by_rename, save_with_backup, remove, add_below])
def test_a_change_is_told_within_a_second(follow, folder, change):
    following = follow(folder)
    change(folder / "one.yaml")
    following.until(2)


def test_a_burst_of_changes_is_told_as_few(follow, folder):
    following = follow(folder)
    for number in range(50):
        (folder / f"{number}.yaml").write_text("intents: {}\n")
    following.until(2)
    time.sleep(QUIET)
    assert following.count <= 4


def test_nothing_is_told_where_nothing_that_counts_has_changed(follow, folder):
    following = follow(folder)
    (folder / ".one.yaml.swp").write_text("half a")
    (folder / "one.yaml~").write_text("old")
    (folder / "one.yaml").read_text()
    time.sleep(QUIET)
    assert following.count == 1


def test_a_folder_that_is_made_later_is_followed(follow, folder, tmp_path):
    later = tmp_path / "config" / "intents"
    following = follow(folder, later)
    later.mkdir(parents=True)
    following.until(2)
    time.sleep(QUIET)
    count = following.count
    (later / "mine.yaml").write_text("intents: {}\n")
    following.until(count + 1)


def test_the_only_folder_may_be_made_later(follow, tmp_path):
    following = follow(tmp_path / "intents")
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "mine.yaml").write_text("intents: {}\n")
    following.until(2)


def test_a_folder_that_is_exchanged_is_followed(follow, folder, tmp_path):
    following = follow(folder)
    folder.rename(tmp_path / "old")
    following.until(2)
    folder.mkdir()
    time.sleep(QUIET)
    count = following.count
    (folder / "one.yaml").write_text("intents: {}\n")
    following.until(count + 1)


def test_a_file_behind_a_link_is_followed(follow, folder, tmp_path):
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text("intents: {}\n")
    (folder / "link.yaml").symlink_to(elsewhere)
    following = follow(folder)
    elsewhere.write_text("intents: {A: {}}\n")
    following.until(2)


def test_following_costs_next_to_nothing(follow, folder):
    for number in range(200):
        (folder / f"{number}.yaml").write_text("intents: {}\n")
    follow(folder)
    start = time.process_time()
    time.sleep(2)
    assert time.process_time() - start < 0.1


def test_folders_that_vanish_while_they_are_read_end_nothing(folder):
    over = threading.Event()

    def churn() -> None:
        while not over.is_set():
            for number in range(30):
                (folder / f"{number}" / "below" / "that").mkdir(parents=True)
            for number in range(30):
                shutil.rmtree(folder / f"{number}")

    with ThreadPoolExecutor() as pool:
        churning = pool.submit(churn)
        try:
            for _ in range(300):
                watcher._watched([folder])
                assert source_files(folder, (".yaml",), []) == [folder / "one.yaml"]
        finally:
            over.set()
        churning.result()


def test_a_file_alone_is_told_of_once_and_again_when_it_changes(follow, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("")
    following = follow(file)
    time.sleep(QUIET)
    assert following.count == 1
    file.write_text("[ui]\n")
    following.until(2)
