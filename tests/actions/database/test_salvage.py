"""What can be read in a damaged file is kept: bits turned, pages lost, files cut off, processes killed."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from assistant.actions.database import Database
from assistant.actions.database.connection import connect, unfinished
from assistant.actions.database.repair import backups
from assistant.actions.database.salvage import salvage
from assistant.errors import ActionError

LISTS = ("shopping", "to-do")


def filled(folder, notes=60):
    """A data folder with notes, lists and timers over several pages, closed."""
    database = Database(folder)
    database.check()
    rng = random.Random(1)
    words = "car milk level three call Anna buy bread the über Zürich café parking code is 4711 dentist".split()
    with contextlib.closing(connect(database.file)) as db:
        db.execute("BEGIN")
        texts = [(" ".join(rng.choices(words, k=rng.randint(2, 14))), 100.0 + number) for number in range(notes)]
        db.executemany("INSERT INTO notes (text, at) VALUES (?, ?)", texts)
        db.execute("COMMIT")
    for name in LISTS:
        database.add_items(name, [f"{rng.choice(words)} {number}" for number in range(12)])
    for number in range(4):
        database.add_timer("alarm", "work", time.time() + 9e5 + number, 60.0)
    return database


def everything(database):
    """All rows; a reading that finds damage mends the file and is repeated."""
    for _ in range(3):
        with contextlib.suppress(ActionError):
            items = [item for name in LISTS for done in (False, True) for item in database.items(name, done)]
            return {*database.notes(), *items, *database.timers()}
    raise AssertionError("not mended")


@pytest.mark.parametrize("seed", range(4))
def test_a_single_turned_bit_loses_nothing(tmp_path, seed):
    """Anywhere: in the header, the schema, the tree, an index, a length, a text."""
    rng = random.Random(seed)
    original = filled(tmp_path / "data", notes=30)
    expected, content = everything(original), original.file.read_bytes()
    for number in range(12):
        place = rng.randrange(len(content)) if number % 3 else rng.randrange(0, len(content), 4096) + number
        damaged = bytearray(content)
        damaged[place] ^= 1 << rng.randrange(8)
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "assistant.db").write_bytes(damaged)
        assert everything(Database(folder)) == expected, f"bit in byte {place}"


def test_a_turned_bit_in_a_text_is_noticed_where_it_is_read_and_turned_back(tmp_path):
    database = filled(tmp_path)
    expected = everything(database)
    content = bytearray(database.file.read_bytes())
    content[content.index("Zürich".encode())] ^= 4
    database.file.write_bytes(content)
    with pytest.raises(ActionError, match=r"damaged; 60 notes, 24 list items and 4 timers were saved; .* say it again"):
        database.notes()
    assert everything(database) == expected


def test_a_letter_of_another_case_in_an_index_is_noticed_and_the_index_made_anew(tmp_path):
    """SQLite reads a column from the index where it can, and takes both cases of a letter for the same."""
    database = filled(tmp_path)
    database.add_items("shopping", ["salmon"])
    expected, content = everything(database), bytearray(database.file.read_bytes())
    places = [place for place in range(len(content)) if content[place : place + 6] == b"salmon"]
    assert len(places) == 2
    for place in places:
        folder = tmp_path / str(place)
        folder.mkdir()
        damaged = bytearray(content)
        damaged[place + 5] ^= 32
        (folder / "assistant.db").write_bytes(damaged)
        assert everything(Database(folder)) == expected


def test_bytes_that_are_no_text_do_not_hide_the_other_rows(tmp_path):
    """Several bytes of a row are lost: it comes as it can be read, and that is told."""
    database = filled(tmp_path)
    note = database.add_note("Half of this is lost", 5.0)
    content = bytearray(database.file.read_bytes())
    place = content.rindex(b"this is lost")
    content[place : place + 4] = b"\xff\xfe\xfd\x07"
    database.file.write_bytes(content)
    again = Database(tmp_path)
    with pytest.raises(ActionError, match=r"not as they were written: “Half of .*is lost”"):
        again.notes()
    assert [kept.text[-8:] for kept in again.notes() if kept.id == note.id] == [" is lost"]
    assert len(again.notes()) == 61


def test_what_is_not_in_the_damaged_file_comes_from_the_backup(tmp_path):
    database = filled(tmp_path, notes=150)
    expected = everything(database)
    database.check()
    late = database.add_note("After the backup", 900.0)
    content = bytearray(database.file.read_bytes())
    pages = range(0, len(content), 4096)
    late_page = content.index(b"After the backup") // 4096 * 4096
    first = next(start for start in pages if b"parking" in content[start : start + 4096] and start != late_page)
    content[first : first + 4096] = os.urandom(4096)
    database.file.write_bytes(content)
    again = Database(tmp_path)
    assert "of them from the backup of" in again.check()
    assert everything(again) == expected | {late}


@pytest.mark.parametrize("damage", ["nothing in it", "cut off", "other bytes", "a folder", "gone"])
def test_a_file_that_is_no_database_any_more_is_told_and_replaced_by_the_backup(tmp_path, damage):
    database = filled(tmp_path)
    expected = everything(database)
    database.check()
    content = database.file.read_bytes()
    database.file.unlink()
    match damage:
        case "nothing in it":
            database.file.touch()
        case "cut off":
            database.file.write_bytes(content[:5000])
        case "other bytes":
            database.file.write_bytes(random.Random(0).randbytes(20_000))
        case "a folder":
            database.file.mkdir()
    again = Database(tmp_path)
    assert "from the backup of" in (line := again.check())
    assert "\n" not in line
    assert everything(again) == expected
    assert Database(tmp_path).check() == ""


@pytest.mark.parametrize("name", ["assistant.db-wal", "assistant.db-shm"])
@pytest.mark.parametrize("kind", ["folder", "garbage", "empty"])
def test_what_lies_beside_the_file_does_not_hide_it(tmp_path, name, kind):
    database = filled(tmp_path)
    expected = everything(database)
    if kind == "folder":
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_bytes(b"garbage" * 900 if kind == "garbage" else b"")
    assert everything(Database(tmp_path)) == expected


def test_three_backups_are_kept_one_a_day(tmp_path):
    database = filled(tmp_path)
    for day in range(1, 6):
        database.add_note(f"day {day}", 1e6 + day)
        assert database.check() == database.check() == ""
        for number, backup in enumerate(backups(database.file)):
            if backup.exists():
                os.utime(backup, (time.time() - 86400 * (number + 1),) * 2)
    counts = [len(salvage(backup).rows["notes"]) for backup in backups(database.file)]
    assert counts == [65, 64, 63]
    assert sorted(path.name for path in tmp_path.glob("*.backup*")) == [
        "assistant.db.backup-1", "assistant.db.backup-2", "assistant.db.backup-3"
    ]  # fmt: skip


def test_one_that_was_killed_while_mending_is_finished_by_the_next(tmp_path):
    database = filled(tmp_path)
    expected = everything(database)
    shutil.copy(database.file, unfinished(database.file))
    database.file.write_bytes(b"half")
    assert everything(Database(tmp_path)) == expected
    assert not unfinished(database.file).exists()


def test_what_was_deleted_is_not_in_the_file_any_more(tmp_path):
    database = Database(tmp_path)
    database.remove_note(database.add_note("The secret is 4711", 1.0))
    assert not [path for path in tmp_path.iterdir() if b"4711" in path.read_bytes()]


def test_the_log_of_a_killed_process_is_read_too(tmp_path):
    """What was acknowledged is only in the log yet, and the file is damaged."""
    filled(tmp_path).check()
    code = (
        "import os, signal, sys; from pathlib import Path; from assistant.actions.database import Database\n"
        "from assistant.actions.database.connection import connect\n"
        "folder = Path(sys.argv[1]); keeps_the_log = connect(folder / 'assistant.db')\n"
        "keeps_the_log.execute('SELECT * FROM notes').fetchone()\n"
        "Database(folder).add_note('only in the log', 900.0); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    file = tmp_path / "assistant.db"
    assert file.with_name("assistant.db-wal").stat().st_size > 0
    content = bytearray(file.read_bytes())
    content[20] ^= 1
    file.write_bytes(content)
    assert "only in the log" in {note.text for note in Database(tmp_path).notes()}


FIRST_VERSION = """
CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, text TEXT NOT NULL COLLATE NOCASE,
    done INTEGER NOT NULL DEFAULT 0, UNIQUE (list, text)
);
CREATE TABLE timers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, label TEXT NOT NULL, due REAL NOT NULL,
    seconds REAL NOT NULL, state TEXT NOT NULL, remaining REAL NOT NULL DEFAULT 0, rung REAL NOT NULL DEFAULT 0
);
CREATE INDEX timers_due ON timers (state, due);
PRAGMA user_version = 1;
INSERT INTO notes VALUES (3, 'The car is on level three', 100);
INSERT INTO notes VALUES (4, 'Zürich is far', 101);
INSERT INTO items VALUES (1, 'shopping', 'milk', 0), (2, 'shopping', 'eggs', 1);
INSERT INTO timers VALUES (7, 'alarm', 'work', 9999999999, 60, 'waiting', 0, 0);
"""


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_file_of_the_first_version_is_taken_over(tmp_path, is_damaged):
    file = tmp_path / "assistant.db"
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.executescript(FIRST_VERSION)
    if is_damaged:
        content = bytearray(file.read_bytes())
        content[content.index("ü".encode())] ^= 64
        content[22] ^= 1
        file.write_bytes(content)
    database = Database(tmp_path)
    assert ("damaged" in database.check()) == is_damaged
    assert [(note.id, note.text[-6:]) for note in database.notes()] == [(4, "is far"), (3, " three")]
    assert [item.text for item in database.items("shopping")] == ["milk"]
    assert [item.text for item in database.items("shopping", done=True)] == ["eggs"]
    assert [(timer.id, timer.label, timer.boot) for timer in database.timers("waiting")] == [(7, "work", "")]


FULL = """
import sys, time
from datetime import datetime, timedelta
from pathlib import Path
from assistant.actions.database import Database
from assistant.actions.timer_service import TimerService
from assistant.errors import ActionError
folder = Path(sys.argv[1]) / "data"
database = Database(folder)
database.add_note("kept", 1.0)
rung = []
timers = TimerService(database, rung.append)
timers.start()
timers.set("alarm", datetime.now() + timedelta(seconds=2.5), "work")
time.sleep(1.2)
with open(folder.parent / "filler", "wb", buffering=0) as filler:
    try:
        while filler.write(b"x" * 4096): pass
    except OSError: pass
try: Database(folder).add_note("lost", 2.0)
except ActionError as error: print(error)
print([note.text for note in Database(folder).notes()])
time.sleep(2.5)
print([timer.label for timer in rung])
(folder.parent / "filler").unlink()
time.sleep(1.5)
print([timer.label for timer in rung], [timer.label for timer in database.timers("waiting")])
Database(folder).add_note("new", 3.0)
print([note.text for note in Database(folder).notes()])
timers.close()
"""


def test_on_a_full_disk_an_alarm_rings_and_notes_are_read(tmp_path):
    mounted = [
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        'mount -t tmpfs -o size=400k tmpfs "$1" && exec "$@"',
    ]
    run = [*mounted[:-1], 'mount -t tmpfs -o size=400k tmpfs "$2" && exec "$0" -c "$1" "$2"', sys.executable, FULL]
    try:
        done = subprocess.run([*run, str(tmp_path)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip(f"no small disk here: {done.stderr}")
    assert done.stderr == ""
    full, kept, rung, after, new = done.stdout.splitlines()
    assert full.endswith("the disk is full, so nothing can be changed in notes, lists and timers: make room")
    assert kept == "['kept']"
    assert rung == "['work']"
    assert after == "['work'] []", "it rings once, and the file says so once it can"
    assert new == "['new', 'kept']"
