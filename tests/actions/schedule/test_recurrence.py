"""The next moment of what recurs, as the clock on the wall shows it, and the rule in words."""

from __future__ import annotations

import doctest
import time
from datetime import datetime

import pytest

from assistant.actions.schedule import recurrence
from assistant.errors import ActionError

FRIDAY = datetime(2026, 11, 27, 9, 0)


def test_the_examples_in_the_docstrings_are_true():
    results = doctest.testmod(recurrence)
    assert results.attempted > 4
    assert results.failed == 0


@pytest.mark.parametrize(
    ("rule", "begin", "first", "words"),
    [
        ("FREQ=DAILY", datetime(2026, 11, 28, 7), datetime(2026, 11, 28, 7), "every day at 7:00 AM, first tomorrow"),
        (
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            datetime(2026, 11, 28, 7),
            datetime(2026, 11, 30, 7),
            "every weekday at 7:00 AM, first on Monday",
        ),
        (
            "FREQ=WEEKLY;BYDAY=SA,SU",
            datetime(2026, 11, 27, 6, 30),
            datetime(2026, 11, 28, 6, 30),
            "every Saturday and Sunday at 6:30 AM, first tomorrow",
        ),
        (
            "FREQ=WEEKLY",
            datetime(2026, 12, 4, 6),
            datetime(2026, 12, 4, 6),
            "every Friday at 6:00 AM, first on Friday, December 4th",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
            datetime(2026, 11, 30, 6),
            datetime(2026, 11, 30, 6),
            "every other Monday at 6:00 AM, first on Monday",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=1",
            datetime(2026, 11, 27, 10),
            datetime(2026, 12, 1, 10),
            "every month on the 1st at 10:00 AM, first on Tuesday",
        ),
        (
            "FREQ=MONTHLY;BYDAY=1MO",
            datetime(2026, 11, 27, 10),
            datetime(2026, 12, 7, 10),
            "every month on the first Monday at 10:00 AM, first on Monday, December 7th",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            datetime(2026, 11, 27, 10),
            datetime(2026, 11, 30, 10),
            "every month on the last day at 10:00 AM, first on Monday",
        ),
        (
            "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3",
            datetime(2026, 11, 27, 10),
            datetime(2027, 5, 3, 10),
            "every year on May 3rd at 10:00 AM, first on Monday, May 3rd, 2027",
        ),
        ("FREQ=HOURLY", datetime(2026, 11, 27, 8, 30), datetime(2026, 11, 27, 9, 30), "every hour, first at 9:30 AM"),
        (
            "FREQ=MINUTELY;INTERVAL=90",
            datetime(2026, 11, 27, 10, 30),
            datetime(2026, 11, 27, 10, 30),
            "every 90 minutes, first at 10:30 AM",
        ),
        (
            "FREQ=DAILY;INTERVAL=3",
            datetime(2026, 11, 27, 12),
            datetime(2026, 11, 27, 12),
            "every 3 days at 12:00 PM, first today",
        ),
    ],
)
def test_the_first_moment_and_the_words(rule, begin, first, words):
    rule = recurrence.at_clock(rule, begin)
    assert recurrence.following(rule, begin, FRIDAY) == first
    assert recurrence.in_words_from(rule, first, FRIDAY) == words


def test_what_is_no_rule_is_one_line():
    with pytest.raises(ActionError, match="I can't repeat anything by"):
        recurrence.following("FREQ=SOMETIMES", FRIDAY, FRIDAY)
    assert recurrence.following_seconds("FREQ=SOMETIMES", 0.0, 10.0) is None


def test_seven_stays_seven_when_the_clocks_change(monkeypatch):
    """Also after a morning whose half past two was left out, and on the night that has two of them."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        for rule, clock in (("FREQ=DAILY", 2), ("FREQ=DAILY", 7)):
            due = datetime(2026, 3, 27, clock, 30)
            rule = recurrence.at_clock(rule, due)
            clocks = []
            for _ in range(4):
                seconds = recurrence.following_seconds(rule, due.timestamp(), due.timestamp())
                due = datetime.fromtimestamp(seconds)
                clocks.append((due.day, due.hour, due.minute))
            gap = 3 if clock == 2 else clock
            assert clocks == [(28, clock, 30), (29, gap, 30), (30, clock, 30), (31, clock, 30)]
    finally:
        monkeypatch.undo()
        time.tzset()
