"""Values as they are said, and templates filled with them."""

from __future__ import annotations

import doctest
from datetime import date, datetime, time, timedelta

import pytest

from assistant.language import spoken
from assistant.language.spoken import fill


def test_the_examples_in_the_docstrings_are_true():
    results = doctest.testmod(spoken, extraglobs={"timedelta": timedelta, "date": date, "time": time})
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize(
    ("template", "slots", "filled"),
    [
        ("Timer set for {duration}.", {"duration": timedelta(minutes=10)}, "Timer set for 10 minutes."),
        ("For {duration}.", {"duration": timedelta(seconds=5405)}, "For 1 hour, 30 minutes and 5 seconds."),
        ("At {time}.", {"time": time(7, 30)}, "At 7:30 AM."),
        ("Set to {level}.", {"level": 20.0}, "Set to 20."),
        ("Set to {level}.", {"level": 20.5}, "Set to 20.5."),
        ("On {date}.", {"date": date(2031, 5, 2)}, "On Friday, May 2nd, 2031."),
        ("The {label} timer is set.", {}, "The timer is set."),
        ("Hello {name}, hello {name}!", {"name": "Anna"}, "Hello Anna, hello Anna!"),
        ("Turned on {{ slots.name }}.", {"name": "lamp"}, "Turned on lamp."),
        ("Bye {name}.", {}, "Bye."),
    ],
)  # fmt: skip
def test_a_template_is_filled_as_a_person_says_it(template, slots, filled):
    assert fill(template, slots, {}) == filled


def test_what_the_action_returned_goes_before_the_slot_and_is_not_filled_again():
    assert fill("{name} is {state}", {"name": "x"}, {"name": "{state}", "state": "on"}) == "{state} is on"


def test_a_moment_is_said_with_the_day_that_it_needs():
    tomorrow = datetime.now().replace(hour=7, minute=0) + timedelta(days=1)
    assert fill("{at}", {"at": tomorrow}, {}) == "7:00 AM tomorrow"
