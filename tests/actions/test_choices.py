"""What a person's words pick out of several things, and that no word is left over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from assistant.actions.choices import Option, names_several, picked

NOW = datetime(2026, 11, 27, 11, 35)


def timer(number, label, minutes, left=None):
    left = timedelta(minutes=left or minutes)
    facts = {"length": timedelta(minutes=minutes), "left": left, "due": NOW + left, "number": number}
    return Option(label, {"id": number}, facts)


def alarm(number, label, due):
    return Option(label, {"id": number}, {"due": datetime.fromisoformat(due), "number": number})


TIMERS = (timer(3, "egg timer", 5), timer(1, "pasta timer", 12, left=10), timer(2, "20 minute timer", 20))
ALARMS = (
    alarm(3, "7:00 PM alarm", "2026-11-27 19:00"),
    alarm(1, "7:00 AM alarm", "2026-11-28 07:00"),
    alarm(2, "reminder to call Anna", "2026-11-28 15:00"),
)


def ids(options, text, said=""):
    return [option.slots["id"] for option in picked(options, text, NOW, said=said)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the egg one", [3]), ("pasta", [1]), ("the pasta timer, please", [1]), ("the passta one", [1]),
        ("the 20 minute one", [2]), ("twenty minutes", [2]), ("the one with 10 minutes left", [1]),
        ("the five minute one", [3]),
        ("the first", [3]), ("the second one", [1]), ("the third", [2]), ("the last one", [2]),
        ("number two", [1]), ("2", [1]),
        ("the first two", [3, 1]), ("the last two", [1, 2]), ("the former", [3]), ("the longest one", [2]),
        ("the shorter one", [3]),
        ("the one with less time", [3]), ("the newest", [3]), ("the oldest one", [1]),
        ("the one that ends sooner", []),
        ("the earlier one", [3]), ("all of them", [3, 1, 2]), ("all three", [3, 1, 2]),
        ("the egg and the pasta one", [3, 1]),
        ("the first and the last", [3, 2]), ("all but the egg", [1, 2]), ("all except the last one", [3, 1]),
        ("I mean the egg one", [3]),
        ("the laundry one", []), ("set a timer for 5 minutes", []), ("what time is it", []),
        ("the 7 minute one", []), ("the timer", []),
        ("play some music", []), ("the second pasta one", []), ("", []),
    ],
)  # fmt: skip
def test_words_pick_timers(text, numbers):
    assert ids(TIMERS, text) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the evening one", [3]), ("the morning one", [1]), ("the one in the afternoon", [2]),
        ("tonight's", [3]), ("7 pm", [3]),
        ("the 7 am one", [1]), ("the one at 3", [2]), ("at seven in the morning", [1]),
        ("the one tomorrow morning", [1]),
        ("the one about Anna", [2]), ("the later one", [2]), ("today's", [3]), ("tomorrow's", [1, 2]), ("7", [3, 1]),
        ("the one at 9", []), ("wake me at 7 pm", []),
    ],
)  # fmt: skip
def test_words_pick_what_is_due(text, numbers):
    assert ids(ALARMS, text) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the first", [2]), ("the second one", [1]), ("the first two", [2, 1]), ("all except the first", [1, 3]),
        ("the one on the first", [1]), ("the 2nd", [1]), ("the one for the 2nd", [3]),
        ("the first of december", [1]), ("the 30th", [2]),
    ],
)  # fmt: skip
def test_a_place_in_the_row_is_no_day_of_the_month(text, numbers):
    row = (
        alarm(2, "7:00 AM alarm", "2026-11-30 07:00"),
        alarm(1, "8:00 AM alarm", "2026-12-01 08:00"),
        alarm(3, "9:00 AM alarm", "2026-12-02 09:00"),
    )
    assert ids(row, text) == numbers


def test_words_of_the_command_tell_nothing_more():
    assert ids(TIMERS, "cancel the egg one") == []
    assert ids(TIMERS, "cancel the egg one", said="cancel the timer") == [3]


def test_other_languages_have_their_own_words():
    options = (Option("Timer Nudeln", {"id": 1}), Option("Timer Tee", {"id": 2}))
    assert [option.slots["id"] for option in picked(options, "den zweiten bitte", NOW, "de")] == [2]
    assert [option.slots["id"] for option in picked(options, "beide", NOW, "de")] == [1, 2]
    assert list(picked(options, "le deuxième", NOW, "xx")) == []


def test_several_are_meant_by_a_plural():
    assert names_several("both")
    assert names_several("the egg and the tea one")
    assert not names_several("the 10 minute one")
