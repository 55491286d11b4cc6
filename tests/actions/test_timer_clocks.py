"""A length of time is a length of time, whatever is done to the clock on the wall; a time of day is the wall's."""

from __future__ import annotations

import queue
import time
from datetime import datetime, timedelta
from datetime import time as clock_time

import pytest

from assistant.actions.timer_clocks import Clocks
from assistant.actions.timer_service import TimerService
from assistant.language.entities import parse

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
def rung():
    return queue.Queue()


@pytest.fixture
def service(database, rung, hands):
    made = []

    def start(boot="first"):
        made.append(TimerService(database, rung.put, hands.clocks(boot)))
        made[-1].start()
        return made[-1]

    yield start
    for each in made:
        each.close()


def nothing_rings(rung):
    with pytest.raises(queue.Empty):
        rung.get(timeout=1.3)


@pytest.mark.parametrize("shift", [-HOUR, 3 * HOUR])
def test_a_countdown_goes_on_when_the_clock_is_set(service, hands, rung, shift):
    timers = service()
    timers.set_in("timer", timedelta(minutes=10), "pasta")
    hands.wall += shift
    nothing_rings(rung)
    assert timers.waiting()[0].left == timedelta(minutes=10)
    assert timers.waiting()[0].due == datetime.fromtimestamp(hands.wall + 600)
    hands.pass_(600)
    assert rung.get(timeout=5).announcement == "Your pasta timer is done."


def test_an_alarm_is_the_walls(service, hands, rung):
    timers = service()
    timers.set("alarm", datetime.fromtimestamp(hands.wall + HOUR))
    hands.wall -= HOUR
    hands.pass_(HOUR)
    nothing_rings(rung)
    hands.wall += HOUR
    assert rung.get(timeout=5).kind == "alarm"


def test_an_alarm_that_a_set_clock_has_passed_is_late_and_was_not_missed(service, hands, rung):
    timers = service()
    timers.set("alarm", datetime.fromtimestamp(hands.wall + HOUR))
    nothing_rings(rung)
    hands.wall += 3 * HOUR
    assert rung.get(timeout=5).announcement.endswith("was due 2 hours ago.")


def test_every_process_on_the_machine_knows_the_end_of_a_countdown(database, hands, rung, service):
    TimerService(database, rung.put, hands.clocks()).set_in("timer", timedelta(seconds=60))
    hands.wall += 5 * HOUR
    timers = service()
    nothing_rings(rung)
    assert timers.waiting()[0].left == timedelta(seconds=60)
    hands.pass_(60)
    assert rung.get(timeout=5).announcement == "Your 1 minute timer is done."


def test_after_a_start_of_the_machine_the_wall_counts_as_it_was_last_set(database, hands, rung, service):
    timers = service()
    timers.set_in("timer", timedelta(hours=2), "cake")
    hands.wall -= HOUR  # the clock was wrong, and is put right
    deadline = time.monotonic() + 10
    while database.timers()[0].due > hands.wall + 2 * HOUR + 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    timers.close()
    hands.pass_(HOUR)
    hands.running = 10.0
    again = service("second")
    assert again.waiting()[0].left == timedelta(hours=1)
    hands.pass_(HOUR)
    assert rung.get(timeout=5).announcement == "Your cake timer is done."


def test_paused_extended_and_snoozed_it_counts_on(service, hands, rung):
    timers = service()
    timer = timers.set_in("timer", timedelta(minutes=10))
    hands.pass_(60)
    paused = timers.pause(timer)
    hands.wall += HOUR
    hands.pass_(600)
    assert timers.resume(paused).left == timedelta(minutes=9)
    hands.wall += HOUR
    assert timers.extend(paused, timedelta(minutes=1)).left == timedelta(minutes=10)
    hands.pass_(600)
    rung.get(timeout=5)
    timers.snooze(timedelta(minutes=5))
    hands.wall -= 2 * HOUR
    hands.pass_(300)
    assert rung.get(timeout=5).id == timer.id


def test_the_real_clocks_are_those_of_the_machine():
    clocks = Clocks()
    before = clocks.running()
    time.sleep(0.02)
    assert 0.01 < clocks.running() - before < 5
    assert clocks.boot == Clocks().boot
    assert abs(clocks.wall() - time.time()) < 5


# -- nights in which the clocks change --------------------------------------------------------


@pytest.fixture
def berlin(monkeypatch):
    """On 2027-03-28 clocks go from 2:00 to 3:00, on 2026-10-25 from 3:00 to 2:00."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("now", "words", "due"),
    [
        (datetime(2027, 3, 27, 23, 0), "in 8 hours", datetime(2027, 3, 28, 8, 0)),
        (datetime(2026, 10, 24, 23, 0), "in 8 hours", datetime(2026, 10, 25, 6, 0)),
        (datetime(2027, 3, 27, 23, 0), "in 90 minutes", datetime(2027, 3, 28, 0, 30)),
        (datetime(2027, 3, 27, 9, 0), "in 2 days", datetime(2027, 3, 29, 9, 0)),
        (datetime(2027, 3, 27, 9, 0), "in 24 hours", datetime(2027, 3, 28, 10, 0)),
    ],
)
def test_hours_are_real_ones_and_days_keep_the_time_of_day(berlin, now, words, due):
    assert parse("datetime", words, now) == due


def test_a_time_that_the_clocks_leave_out_is_said_and_listed_as_the_same(berlin, world):
    world.now = datetime(2027, 3, 27, 22, 0)
    reply = world.do("alarm.set", at=datetime(2027, 3, 28, 2, 30)).text
    assert reply.startswith("Alarm set for 3:30 AM tomorrow. The clocks leave out 2:30 AM that night.")
    assert world.do("timer.list", {"kind": "alarm"}).text == "You have one alarm: 3:30 AM tomorrow."


def test_a_time_that_comes_twice_is_the_next_one(berlin, world):
    world.now = datetime(2026, 10, 25, 2, 45, fold=1)
    world.do("alarm.set", at=clock_time(2, 50))
    (alarm,) = world.timers.waiting("alarm")
    assert alarm.due.timestamp() - world.now.timestamp() == 300


def test_a_reminder_in_so_many_hours_counts_them(berlin, database, world, hands):
    world.timers = TimerService(database, lambda timer: None, hands.clocks())
    world.now = datetime.fromtimestamp(hands.wall)
    world.do("reminder.set", task="stretch", at=world.now + timedelta(hours=1), texts={"at": "in an hour"})
    world.do("reminder.set", task="eat", at=world.now + timedelta(hours=2), texts={"at": "at noon"})
    hands.wall += 1800
    left = {timer.label: timer.left for timer in world.timers.waiting()}
    assert left == {"to stretch": timedelta(hours=1), "to eat": timedelta(hours=1.5)}
