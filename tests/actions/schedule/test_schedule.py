"""Planned commands come to their moment once, in one process, and never late."""

from __future__ import annotations

import contextlib
import doctest
import queue
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from assistant.actions import schedule as module
from assistant.actions.database import Database, StoredCommand
from assistant.actions.database.connection import connect
from assistant.actions.schedule import Schedule
from assistant.actions.timer_clocks import Clocks
from assistant.errors import ActionError

HOUR = 3600.0


class Hands:
    """Two clocks that a test moves."""

    def __init__(self):
        self.wall, self.running = 1_800_000_000.0, 5_000.0

    def clocks(self, boot="first"):
        return Clocks(lambda: self.wall, lambda: self.running, boot)

    def pass_(self, seconds):
        self.wall += seconds
        self.running += seconds


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def due():
    return queue.Queue()


@pytest.fixture
def started(database, due, hands):
    made = []

    def start(boot="first"):
        made.append(Schedule(database, due.put, clocks=hands.clocks(boot)))
        made[-1].start()
        return made[-1]

    yield start
    for schedule in made:
        schedule.close()


def fan(when, **more):
    return StoredCommand(0, "turn off the fan", "DeviceOff", when, **more)


def nothing_comes(due):
    with pytest.raises(queue.Empty):
        due.get(timeout=1.3)


def test_the_example_in_the_docstring_is_true():
    assert doctest.testmod(module) == (0, 1)


def test_it_comes_to_its_moment_once_and_is_claimed_once(started, due, hands):
    schedule = started()
    schedule.add(fan(hands.wall + HOUR))
    nothing_comes(due)
    hands.pass_(HOUR + 1)
    planned = due.get(timeout=3)
    assert (planned.text, planned.condition) == ("turn off the fan", "ready")
    begun = schedule.claim(planned)
    assert begun.state == "begun"
    assert schedule.claim(planned) is None
    schedule.forget(begun)
    assert schedule.waiting() == ()
    nothing_comes(due)


def test_what_is_late_by_more_than_a_minute_is_missed(database, started, due, hands):
    database.add_command(fan(hands.wall - 59))
    database.add_command(fan(hands.wall - 61))
    started()
    assert [due.get(timeout=3).condition for _ in range(2)] == ["missed", "ready"]


def test_a_machine_that_slept_does_nothing_late(started, due, hands):
    started().add(fan(hands.wall + 60))
    hands.pass_(HOUR)
    assert due.get(timeout=3).condition == "missed"


def test_one_that_was_begun_by_a_process_that_ended_is_told(database, started, due, hands):
    begun = database.claim_command(database.add_command(fan(hands.wall - HOUR)), None)
    schedule = started()
    planned = due.get(timeout=3)
    assert (planned.condition, planned.stored) == ("broken off", begun)
    assert schedule.claim(planned) == begun
    assert schedule.claim(planned) is None
    assert database.commands("begun") == ()


def test_a_length_of_time_is_counted_whatever_is_done_to_the_wall_clock(started, due, hands):
    schedule = started()
    schedule.add(fan(hands.wall + HOUR), is_counted=True)
    hands.wall += 10 * HOUR
    nothing_comes(due)
    assert abs(schedule.waiting()[0].due.timestamp() - hands.wall - HOUR) < 2
    hands.pass_(HOUR)
    assert due.get(timeout=3).condition == "ready"


def test_a_time_of_day_follows_the_wall_clock(started, due, hands):
    started().add(fan(hands.wall + HOUR))
    hands.wall += HOUR
    assert due.get(timeout=3).condition == "ready"


def test_after_a_new_start_of_the_machine_the_wall_clock_must_do(started, due, hands):
    first = started()
    first.add(fan(hands.wall + HOUR), is_counted=True)
    first.close()
    hands.wall, hands.running = hands.wall + HOUR, 20.0
    started("second")
    assert due.get(timeout=3).condition == "ready"


def test_one_that_recurs_waits_for_its_next_time(started, due, hands):
    schedule = started()
    first = schedule.add(fan(hands.wall + 60, rule="FREQ=DAILY"))
    hands.pass_(61)
    begun = schedule.claim(due.get(timeout=3))
    assert (begun.rule, begun.state) == ("", "begun")
    schedule.forget(begun)
    (following,) = schedule.waiting()
    assert following.stored.id == first.stored.id
    assert following.stored.due - first.stored.due == 24 * HOUR
    hands.pass_(3 * 24 * HOUR)
    missed = due.get(timeout=3)
    assert missed.condition == "missed"
    schedule.claim(missed)
    assert schedule.waiting()[0].left.total_seconds() > 0, "the days between are told once"
    nothing_comes(due)


def test_a_cancelled_one_does_not_come_and_can_be_put_back(started, due, hands):
    schedule = started()
    planned = schedule.add(fan(hands.wall + 60))
    restore = schedule.cancel([planned])
    hands.pass_(61)
    nothing_comes(due)
    restore()
    assert due.get(timeout=3).text == "turn off the fan"
    schedule.claim(planned)
    schedule.forget(planned.stored)
    with pytest.raises(ActionError, match="just been done"):
        schedule.cancel([planned])


def test_one_that_is_cancelled_at_the_last_moment_is_not_claimed(started, due, hands):
    schedule = started()
    planned = schedule.add(fan(hands.wall + 60))
    hands.pass_(61)
    came = due.get(timeout=3)
    schedule.cancel([planned])
    assert schedule.claim(came) is None


def test_what_is_planned_is_told_whenever_it_changes(database, hands):
    told = queue.Queue()
    schedule = Schedule(database, changed=told.put, clocks=hands.clocks())
    schedule.start()
    planned = schedule.add(fan(hands.wall + HOUR))
    assert [item.text for item in told.get(timeout=3)] == ["turn off the fan"]
    Schedule(Database(database.file.parent)).cancel([planned])
    assert told.get(timeout=3) == []
    schedule.close()


def test_of_two_processes_one_claims(database, due):
    code = (
        "import sys, time; from pathlib import Path\n"
        "from assistant.actions.database import Database\nfrom assistant.actions.schedule import Schedule\n"
        "def due(planned):\n    if schedule.claim(planned): print(planned.text, flush=True)\n"
        "schedule = Schedule(Database(Path(sys.argv[1])), due)\n"
        "schedule.start(); print('ready', flush=True); time.sleep(4); schedule.close()"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(database.file.parent)], stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline() == "ready\n"
    here = []
    schedule = Schedule(database, lambda planned: here.append(planned.text) if schedule.claim(planned) else None)
    schedule.start()
    texts = [f"number {number}" for number in range(10)]
    for text in texts:
        schedule.add(replace(fan(time.time() + 1.5), text=text))
    there = other.communicate(timeout=30)[0].split("\n")[:-1]
    schedule.close()
    assert sorted(here + there) == sorted(texts)


# -- the file ---------------------------------------------------------------------------------

SECOND_VERSION = """
CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, at REAL NOT NULL,
    sum INTEGER AS (row_sum(id, text, at)) STORED
);
CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, text TEXT NOT NULL COLLATE NOCASE,
    done INTEGER NOT NULL DEFAULT 0, sum INTEGER AS (row_sum(id, list, text, done)) STORED, UNIQUE (list, text)
);
CREATE TABLE timers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, label TEXT NOT NULL, due REAL NOT NULL,
    seconds REAL NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', remaining REAL NOT NULL DEFAULT 0,
    rung REAL NOT NULL DEFAULT 0, deadline REAL NOT NULL DEFAULT 0, boot TEXT NOT NULL DEFAULT '',
    sum INTEGER AS (row_sum(id, kind, label, due, seconds, state, remaining, rung, deadline, boot)) STORED
);
PRAGMA user_version = 2;
INSERT INTO notes VALUES (3, 'The car is on level three', 100);
INSERT INTO items VALUES (1, 'shopping', 'milk', 0);
INSERT INTO timers VALUES (7, 'alarm', 'work', 9999999999, 60, 'waiting', 0, 0, 12.5, 'boot');
"""


def second_version(folder):
    folder.mkdir()
    file = folder / "assistant.db"
    file.touch()
    with contextlib.closing(connect(file)) as db:
        db.executescript(SECOND_VERSION)
    return file


@pytest.mark.parametrize("fault", ["none", "header", "row"])
def test_a_file_of_the_second_version_is_taken_over(tmp_path, fault):
    file = second_version(tmp_path / "data")
    content = bytearray(file.read_bytes())
    if fault == "header":
        content[22] ^= 1
    elif fault == "row":
        content[content.index(b"level three")] ^= 4
    file.write_bytes(content)
    database = Database(file.parent)
    assert ("damaged" in database.check()) == (fault != "none")
    assert [note.text for note in database.notes()] == ["The car is on level three"]
    assert [item.text for item in database.items("shopping")] == ["milk"]
    (alarm,) = database.timers()
    assert (alarm.label, alarm.deadline, alarm.boot, alarm.rule) == ("work", 12.5, "boot", "")
    assert database.add_command(fan(1.0)).id == 1
    assert Database(file.parent).commands() == (replace(fan(1.0), id=1),)


def test_planned_commands_come_back_from_a_damaged_file_and_from_the_backup(database):
    database.add_command(fan(9_999_999_999.0, rule="FREQ=DAILY"))
    database.add_command(fan(5.0))
    database.add_command(replace(fan(6.0), text="every hour", rule="FREQ=HOURLY"))
    database.check()
    content = bytearray(database.file.read_bytes())
    content[content.index(b"every hour")] ^= 2
    content[22] ^= 1
    database.file.write_bytes(content)
    again = Database(database.file.parent)
    assert "damaged" in again.check()
    assert [row.text for row in again.commands()] == ["turn off the fan", "every hour", "turn off the fan"]
    again.file.write_bytes(b"nothing of it is left " * 400)
    last = Database(database.file.parent)
    assert "2 planned commands were saved" in last.check(), "one that was due is not begun by a backup"
    assert "planned command" in last.examine()
