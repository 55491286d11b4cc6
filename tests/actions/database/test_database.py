"""The database: what is kept survives a restart, a fault costs one line, several processes share one file."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import subprocess
import sys
import threading

import pytest

from assistant.actions.database import Database
from assistant.actions.database.connection import connect
from assistant.actions.database.tables import VERSION
from assistant.errors import ActionError


def test_what_is_kept_is_there_after_a_restart(database):
    database.add_note("The car is on level three", 100.0)
    database.add_items("shopping", ["milk", "eggs"])
    database.add_timer("alarm", "", 5000.0, 60.0)
    again = Database(database.file.parent)
    assert [note.text for note in again.notes()] == ["The car is on level three"]
    assert [item.text for item in again.items("shopping")] == ["milk", "eggs"]
    assert [timer.due for timer in again.timers("waiting")] == [5000.0]


def test_the_latest_note_comes_first_and_a_removed_one_can_be_put_back(database):
    first, second = database.add_note("first", 1.0), database.add_note("second", 2.0)
    assert database.notes() == (second, first)
    assert database.remove_note(second)
    assert not database.remove_note(second)
    database.put_note(second)
    assert database.notes() == (second, first)


def test_a_thing_is_on_a_list_once_whatever_its_case(database):
    database.add_items("shopping", ["Milk"])
    assert database.add_items("shopping", ["milk", "bread"]) == database.items("shopping")[1:]
    assert [item.text for item in database.items("shopping")] == ["Milk", "bread"]


def test_a_ticked_thing_is_off_the_list_and_adding_it_again_brings_it_back(database):
    (milk,) = database.add_items("shopping", ["milk"])
    database.put_items([dataclasses.replace(milk, done=True)])
    assert database.items("shopping") == ()
    assert database.list_names() == ()
    assert [item.text for item in database.items("shopping", done=True)] == ["milk"]
    assert [item.text for item in database.add_items("shopping", ["milk"])] == ["milk"]


def test_lists_are_apart(database):
    database.add_items("shopping", ["milk"])
    database.add_items("to-do", ["milk the cow"])
    database.remove_items(database.items("shopping"))
    assert database.list_names() == ("to-do",)


def test_a_timer_is_claimed_by_exactly_one(database):
    timer = database.add_timer("timer", "", 10.0, 5.0)
    claims, threads = [], []
    for _ in range(8):
        other = Database(database.file.parent)
        threads.append(threading.Thread(target=lambda s=other: claims.append(s.claim_timer(timer, 11.0))))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claims) == [False] * 7 + [True]


def test_a_timer_that_was_moved_meanwhile_is_not_claimed(database):
    timer = database.add_timer("timer", "", 10.0, 5.0)
    database.put_timer(dataclasses.replace(timer, due=20.0))
    assert not database.claim_timer(timer, 11.0)


def test_several_processes_write_at_once_and_nothing_is_lost(database):
    code = (
        "import sys; from pathlib import Path; from assistant.actions.database import Database\n"
        "database = Database(Path(sys.argv[1]))\n"
        "for number in range(25): database.add_note(f'{sys.argv[2]} {number}', 1.0)"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(database.file.parent), str(number)]) for number in range(3)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert len(database.notes()) == 75


def test_a_damaged_file_is_kept_and_said_and_the_rest_works(database):
    database.add_note("lost", 1.0)
    database.file.write_bytes(b"this is no database, " * 400)
    again = Database(database.file.parent)
    assert "damaged" in again.check()
    assert "\n" not in again.check()
    (kept,) = database.file.parent.glob("assistant.db.damaged-*")
    assert kept.name in again.check()
    assert kept.read_bytes().startswith(b"this is no database")
    assert again.notes() == ()
    again.add_note("new", 2.0)
    assert Database(database.file.parent).check() == ""


def test_a_page_that_is_damaged_is_found_at_the_start(database):
    database.check()
    with contextlib.closing(connect(database.file)) as db:
        db.execute("BEGIN")
        notes = ((f"note number {number} " * 5,) for number in range(2000))
        db.executemany("INSERT INTO notes (text, at) VALUES (?, 1)", notes)
        db.execute("COMMIT")
    content = bytearray(database.file.read_bytes())
    content[8192:16384] = b"\xff" * 8192
    database.file.write_bytes(content)
    again = Database(database.file.parent)
    assert "damaged" in again.check()
    assert len(again.notes()) > 1900, "those of other pages"


def test_a_file_that_is_damaged_while_in_use_costs_one_line_and_then_heals(database):
    database.add_note("here", 1.0)
    database.file.write_bytes(b"garbage " * 2000)
    with pytest.raises(ActionError, match="damaged"):
        database.notes()
    assert database.notes() == ()
    assert "kept as" in database.check()


def test_a_file_that_vanishes_is_made_again(database):
    database.add_note("gone", 1.0)
    for path in database.file.parent.iterdir():
        path.unlink()
    assert database.notes() == ()
    assert database.add_note("new", 2.0).id == 1


def test_a_file_of_a_newer_assistant_is_left_alone(database):
    database.check()
    with contextlib.closing(connect(database.file)) as db:
        db.execute("ALTER TABLE notes ADD COLUMN colour TEXT")
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(ActionError, match="newer Assistant"):
        Database(database.file.parent).notes()


def test_a_folder_that_cannot_be_made_costs_one_line(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ActionError) as caught:
        Database(tmp_path / "file" / "data").notes()
    assert "--data-dir" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="rights are given up in a child process")
def test_a_folder_that_cannot_be_written_costs_one_line(tmp_path):
    """As another user where this is root, since root may write everywhere."""
    folder = tmp_path / "data"
    Database(folder).add_note("kept", 1.0)
    folder.chmod(0o555)
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            Database(folder).add_note("new", 2.0)
        except ActionError as error:
            os.write(write, str(error).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    said = os.read(read, 1000).decode()
    os.close(read)
    folder.chmod(0o755)
    assert "cannot be written" in said
    assert [note.text for note in Database(folder).notes()] == ["kept"]


def test_a_pipe_in_the_place_of_the_file_is_one_line(tmp_path):
    os.mkfifo(tmp_path / "assistant.db")
    with pytest.raises(ActionError, match="cannot be written, so there are no notes"):
        Database(tmp_path).check()
