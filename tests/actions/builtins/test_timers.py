"""Timers, alarms and reminders: set, told, changed and taken back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from datetime import time as clock_time

import pytest

from assistant.errors import ActionError


def minutes(count):
    return timedelta(minutes=count)


def test_a_timer_is_started_and_told_and_taken_back(world):
    started = world.do("timer.start", duration=minutes(10), label="pasta")
    assert started.text == "Pasta timer set for 10 minutes. It rings once Assistant is open."
    assert re.fullmatch(
        r"(10 minutes|9 minutes and 5\d seconds) left on the pasta timer\.", world.do("timer.left").text
    )
    assert started.undo() == "The pasta timer is cancelled."
    assert world.do("timer.left").text == "No timer is running."


def test_a_timer_says_nothing_more_where_somebody_rings(world):
    world.timers.start()
    assert world.do("timer.start", duration=minutes(90)).text == "Timer set for 1 hour and 30 minutes."
    world.timers.close()


@pytest.mark.parametrize(
    ("duration", "reason"),
    [
        (None, "How long shall the timer be"),
        (timedelta(0), "0 seconds does not fit: the timer goes from 1 second to 366 days"),
        (timedelta(minutes=-5), "Minus 5 minutes does not fit"),
        (timedelta(days=400), "400 days does not fit"),
    ],
)
def test_a_timer_without_a_sensible_length_is_not_set(world, duration, reason):
    with pytest.raises(ActionError, match=reason):
        world.do("timer.start", duration=duration)
    assert world.timers.waiting() == ()


def test_one_of_several_timers_is_meant_by_name_or_length(world):
    for length, label in [(10, "pasta"), (5, ""), (30, "laundry")]:
        world.do("timer.start", duration=minutes(length), label=label)
    which = world.do("timer.cancel", {"kind": "timer"})
    assert not which.ok
    assert which.text == "Which one: the 5 minute timer, the pasta timer or the laundry timer?"
    assert world.do("timer.cancel", label="pastor").text == "The pasta timer is cancelled."
    assert world.do("timer.cancel", duration=minutes(5)).text == "The 5 minute timer is cancelled."
    assert "no such timer" in world.do("timer.cancel", label="garden").text
    assert world.do("timer.left", label="the laundry timer").text == "30 minutes left on the laundry timer."


def test_cancelling_all_can_be_taken_back(world):
    for length in (5, 10):
        world.do("timer.start", duration=minutes(length))
    gone = world.do("timer.cancel_all", {"kind": "timer"})
    assert gone.text == "All 2 timers are cancelled."
    assert world.do("timer.list", {"kind": "timer"}).text == "No timer is running."
    assert gone.undo() == "All 2 are back."
    assert len(world.timers.waiting("timer")) == 2


def test_time_is_added_taken_off_and_put_back(world):
    world.do("timer.start", duration=minutes(10))
    more = world.do("timer.extend", duration=minutes(5))
    assert more.text == "15 minutes left."
    assert more.undo() == "The 10 minute timer has 10 minutes left again."
    assert world.do("timer.extend", {"sign": "-"}, duration=minutes(4)).text == "6 minutes left."
    with pytest.raises(ActionError, match="has 6 minutes left: 2 hours is too much"):
        world.do("timer.extend", {"sign": "-"}, duration=minutes(120))


def test_a_timer_is_paused_and_resumed(world):
    world.do("timer.start", duration=minutes(10))
    assert world.do("timer.resume").text == "The 10 minute timer is running already."
    assert world.do("timer.pause").text == "The 10 minute timer is paused with 10 minutes left."
    assert world.do("timer.left").text == "10 minutes left, paused."
    assert world.do("timer.resume").text == "The 10 minute timer goes on with 10 minutes left."


def test_an_alarm_is_set_listed_and_not_set_twice(world):
    world.now = datetime.now().replace(hour=9, minute=0, second=0, microsecond=0)
    due = world.now.replace(hour=7) + timedelta(days=1)
    assert world.do("alarm.set", at=due).text.startswith("Alarm set for 7:00 AM tomorrow.")
    assert "already" in world.do("alarm.set", at=due).text
    assert world.do("timer.list", {"kind": "alarm"}).text == "You have one alarm: 7:00 AM tomorrow."
    assert world.do("timer.cancel", {"kind": "alarm"}, at=due).text == "The 7:00 AM alarm is cancelled."


def test_a_time_that_has_passed_today_is_tomorrows(world):
    world.now = datetime.now().replace(hour=9, minute=0, second=0, microsecond=0)
    assert world.do("alarm.set", at=clock_time(7)).text.startswith("Alarm set for 7:00 AM tomorrow.")
    with pytest.raises(ActionError, match="has passed already"):
        world.do("alarm.set", at=world.now - timedelta(days=3))
    with pytest.raises(ActionError, match="8:00 AM has passed already"):
        world.do("alarm.set", at=world.now.replace(hour=8))


def test_a_reminder_in_so_long_says_the_length_that_was_asked_for_a_moment_later(world):
    due = world.now + minutes(10) - timedelta(seconds=1.5)
    text = world.do("reminder.set", at=due, task="eat", texts={"at": "in ten minutes"}).text
    assert text.startswith("I'll remind you to eat in 10 minutes.")


@pytest.mark.parametrize(
    ("slots", "label"),
    [
        ({"task": "call Anna"}, "to call Anna"),
        ({"task": "to call Anna"}, "to call Anna"),
        ({"topic": "the meeting"}, "about the meeting"),
        ({"fact": "the plumber comes"}, "that the plumber comes"),
    ],
)
def test_a_reminder_says_what_it_is_for(world, slots, label):
    world.now = datetime.now()
    said = world.do("reminder.set", at=world.now + minutes(10), texts={"at": "in ten minutes"}, **slots).text
    assert said.startswith(f"I'll remind you {label} in 10 minutes.")
    (reminder,) = world.timers.waiting("reminder")
    assert reminder.label == label
    assert reminder.announcement == f"Reminder: {label.split(maxsplit=1)[1]}."


def test_nothing_to_snooze_is_said(world):
    assert not world.do("timer.snooze").ok
