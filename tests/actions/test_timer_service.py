"""Timers ring once, in time, after a restart too, and whoever else runs on the same file."""

from __future__ import annotations

import queue
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest

from assistant.actions.database import Database
from assistant.actions.timer_service import SNOOZE, TimerService


@pytest.fixture
def rung():
    return queue.Queue()


@pytest.fixture
def timers(database, rung):
    made = TimerService(database, rung.put)
    yield made
    made.close()


def seconds(count):
    return timedelta(seconds=count)


def test_one_rings_when_it_is_due_and_once(timers, rung):
    timers.start()
    began = time.monotonic()
    timers.set_in("timer", seconds(0.3), "pasta")
    timer = rung.get(timeout=3)
    assert 0.25 < time.monotonic() - began < 1.0
    assert timer.announcement == "Your pasta timer is done."
    assert timers.waiting() == ()
    with pytest.raises(queue.Empty):
        rung.get(timeout=1.2)


def test_the_next_rings_first(timers, rung):
    timers.start()
    timers.set_in("timer", seconds(0.6), "late")
    timers.set_in("timer", seconds(0.2), "early")
    assert [rung.get(timeout=3).label, rung.get(timeout=3).label] == ["early", "late"]


def test_what_was_missed_rings_at_the_start_and_says_how_long_ago(database, timers, rung):
    database.add_timer("timer", "pasta", time.time() - 7200, 60.0)
    database.add_timer("alarm", "", time.time() - 3600, 60.0)
    database.add_timer("reminder", "to call Anna", time.time() - 90, 60.0)
    timers.start()
    said = [rung.get(timeout=3).announcement for _ in range(3)]
    assert said[0] == "Your pasta timer ended 2 hours ago, while I was off."
    assert "was due 1 hour ago, while I was off" in said[1]
    assert said[2] == "Reminder, due 1 minute ago, while I was off: call Anna."


def test_one_that_is_set_by_another_process_rings_here(database, timers, rung):
    timers.start()
    time.sleep(0.1)
    TimerService(Database(database.file.parent), rung.put).set_in("timer", seconds(0.2))
    assert rung.get(timeout=3).kind == "timer"


def test_of_two_processes_one_rings(database, timers, rung):
    code = (
        "import sys, time; from pathlib import Path\n"
        "from assistant.actions.database import Database\nfrom assistant.actions.timer_service import TimerService\n"
        "timers = TimerService(Database(Path(sys.argv[1])), lambda timer: print(timer.label, flush=True))\n"
        "timers.start(); print('ready', flush=True); time.sleep(3.5); timers.close()"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(database.file.parent)], stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline() == "ready\n"
    timers.start()
    labels = [f"number {number}" for number in range(12)]
    for label in labels:
        timers.set_in("timer", seconds(1.2), label)
    there = other.communicate(timeout=20)[0].split("\n")[:-1]
    here = [rung.get_nowait().label for _ in range(rung.qsize())]
    assert sorted(here + there) == sorted(labels)


def test_whether_anyone_rings_is_known_across_processes(database, timers, rung):
    onlooker = TimerService(Database(database.file.parent), rung.put)
    assert not onlooker.is_anyone_ringing()
    timers.start()
    assert onlooker.is_anyone_ringing()
    timers.close()
    assert not onlooker.is_anyone_ringing()


def test_a_cancelled_one_does_not_ring_and_can_be_put_back(timers, rung):
    timers.start()
    timer = timers.set_in("timer", seconds(0.4))
    restore = timers.cancel([timer])
    assert timers.waiting() == ()
    with pytest.raises(queue.Empty):
        rung.get(timeout=0.8)
    restore()
    assert rung.get(timeout=3).id == timer.id


def test_time_can_be_added_and_taken_off(timers):
    timer = timers.set_in("timer", seconds(100))
    assert 159 < timers.extend(timer, seconds(60)).left.total_seconds() <= 160
    assert timers.extend(timer, -seconds(500)).left <= seconds(0)


def test_a_paused_one_waits(timers, rung):
    timers.start()
    paused = timers.pause(timers.set_in("timer", seconds(0.5)))
    assert paused.paused
    with pytest.raises(queue.Empty):
        rung.get(timeout=0.9)
    assert timers.resume(paused).left < seconds(0.5)
    assert rung.get(timeout=3).id == paused.id


def test_what_has_rung_can_be_snoozed_for_an_hour(database, timers, rung):
    assert timers.snooze() is None
    timers.start()
    timers.set_in("alarm", seconds(0.1), "work")
    rung.get(timeout=3)
    again = timers.snooze()
    assert again.label == "work"
    assert again.left <= SNOOZE
    assert [timer.id for timer in timers.waiting()] == [again.id]


def test_what_rang_long_ago_is_forgotten(database, timers, rung):
    timer = database.add_timer("timer", "", time.time() - 9000, 5.0)
    database.claim_timer(timer, time.time() - 8000)
    timers.start()
    time.sleep(0.2)
    assert database.timers() == ()
    assert timers.snooze() is None


def test_an_alarm_is_set_to_the_clock(timers):
    due = datetime.now().replace(microsecond=0) + timedelta(hours=3)
    alarm = timers.set("alarm", due)
    assert alarm.due == due
    assert [timer.id for timer in timers.waiting("alarm")] == [alarm.id]
    assert timers.waiting("timer") == ()


def test_it_may_be_closed_while_it_is_being_started(timers, monkeypatch):
    """As by somebody who quits at once."""
    open_file = timers._presence_file
    monkeypatch.setattr(timers, "_presence_file", lambda: (timers.close(), open_file())[1])
    timers.start()
    timers._thread.join(5.0)
    assert not timers._thread.is_alive()


def test_closing_is_quick_and_may_be_repeated(timers):
    timers.start()
    timers.set_in("timer", seconds(100))
    began = time.monotonic()
    timers.close()
    timers.close()
    assert time.monotonic() - began < 1.0
    assert len(timers.waiting()) == 1


@pytest.mark.parametrize(
    ("length", "name"),
    [
        (600, "10 minute timer"),
        (5400, "1 hour 30 minute timer"),
        (7205, "2 hour 5 second timer"),
        (1, "1 second timer"),
    ],
)
def test_a_timer_without_a_label_is_called_by_its_length(timers, length, name):
    assert timers.set_in("timer", seconds(length)).name == name


def test_a_full_disk_for_a_moment_does_not_end_the_ringing(database, timers, rung):
    """A database that cannot be opened is looked at again."""
    timers.start()
    timers.set_in("timer", seconds(0.8))
    moved = database.file.parent.with_name("moved")
    database.file.parent.rename(moved)
    database.file.parent.write_text("in the way")
    time.sleep(1.2)
    database.file.parent.unlink()
    moved.rename(database.file.parent)
    assert rung.get(timeout=4).kind == "timer"


def test_those_that_run_are_told_whenever_they_change(database):
    told = queue.Queue()
    service = TimerService(database, lambda _: None, changed=lambda timers: told.put([timer.name for timer in timers]))
    service.start()
    pasta = service.set_in("timer", seconds(60), "pasta")
    assert told.get(timeout=3) == ["pasta timer"]
    service.set_in("timer", seconds(0.3), "tea")
    assert told.get(timeout=3) == ["tea timer", "pasta timer"]
    assert told.get(timeout=3) == ["pasta timer"]
    service.cancel([pasta])
    assert told.get(timeout=3) == []
    service.close()
