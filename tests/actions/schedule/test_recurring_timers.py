"""Alarms and reminders that come again: they ring and stay, are told with their rule, and go by one word."""

from __future__ import annotations

import queue
import time
from datetime import datetime, timedelta

import pytest

from assistant.actions.builtins import BUILT_INS
from assistant.actions.outcome import Context
from assistant.actions.timer_clocks import Clocks
from assistant.actions.timer_service import TimerService
from assistant.config import Config
from assistant.errors import ActionError
from assistant.values import When

NOW = datetime(2026, 11, 27, 11, 35)
"""A Friday."""


def again(rule, text, start=None):
    return When("set an alarm", text, start, rule)


@pytest.fixture
def do(database):
    timers = TimerService(database, lambda timer: None)

    def act(action, when=None, arguments=None, **slots):
        context = Context(Config(), database, timers, lambda: (), when=when, now=lambda: NOW)
        return BUILT_INS[action](slots, arguments or {}, context)

    act.timers = timers
    return act


def test_an_alarm_for_every_weekday(do):
    outcome = do("alarm.set", again("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "on weekdays", NOW.replace(hour=7, minute=0)))
    assert outcome.text.startswith("Alarm set for every weekday at 7:00 AM, first on Monday.")
    assert do.timers.waiting("alarm")[0].due == datetime(2026, 11, 30, 7)
    assert do("timer.list", arguments={"kind": "alarm"}).text == "You have one alarm: every weekday at 7:00 AM."
    assert outcome.undo() == "The alarm every weekday at 7:00 AM is cancelled."


def test_the_moment_may_be_in_the_slot(do):
    outcome = do("alarm.set", again("FREQ=DAILY", "every day"), at=NOW.replace(hour=6, minute=0))
    assert "every day at 6:00 AM, first tomorrow" in outcome.text
    twice = do("alarm.set", again("FREQ=DAILY", "every day"), at=NOW.replace(hour=6, minute=0))
    assert twice.text == "There is already such an alarm."


def test_a_reminder_for_every_other_day(do):
    when = again("FREQ=DAILY;INTERVAL=2", "every other day at noon", NOW.replace(hour=12, minute=0))
    outcome = do("reminder.set", when, task="water the cactus")
    assert outcome.text.startswith("I'll remind you to water the cactus every other day at 12:00 PM, first today.")
    (reminder,) = do.timers.waiting("reminder")
    assert (reminder.label, reminder.due) == ("to water the cactus", NOW.replace(hour=12, minute=0))
    cancelled = do("timer.cancel", arguments={"kind": "reminder"})
    assert cancelled.text == "The reminder to water the cactus every other day at 12:00 PM is cancelled."
    cancelled.undo()
    assert do.timers.waiting("reminder")[0].rule == reminder.rule


def test_without_a_time_none_is_set(do):
    with pytest.raises(ActionError, match="did not get the time"):
        do("alarm.set", again("FREQ=DAILY", "every day"))


def test_it_rings_and_stays_for_the_next_time_and_what_rang_can_be_snoozed(database):
    rung = queue.Queue()
    timers = TimerService(database, rung.put)
    due = datetime.now().replace(microsecond=0) + timedelta(seconds=2)
    timers.set("alarm", due, "work", "FREQ=DAILY")
    timers.start()
    assert "Alarm: work" in rung.get(timeout=5).announcement
    (following,) = timers.waiting()
    assert following.due.date() == (due + timedelta(days=1)).date()
    with pytest.raises(queue.Empty):
        rung.get(timeout=1.3)
    again = timers.snooze(timedelta(minutes=9))
    assert (again.rule, again.label) == ("", "work")
    assert len(timers.waiting()) == 2
    timers.close()


def test_what_was_missed_for_days_rings_once_and_goes_on(database):
    rung, now = queue.Queue(), 1_800_000_000.0
    clocks = Clocks(lambda: now, time.monotonic, "")
    database.add_timer("alarm", "", now - 3 * 86_400 - 60, 0.0, rule="FREQ=DAILY")
    timers = TimerService(database, rung.put, clocks)
    timers.start()
    assert "3 days ago" in rung.get(timeout=3).announcement
    with pytest.raises(queue.Empty):
        rung.get(timeout=1.3)
    assert 0 < timers.waiting()[0].left.total_seconds() < 86_400
    timers.close()
