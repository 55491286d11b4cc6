"""A time that an author's own template or a slot takes is no moment of the command."""

from __future__ import annotations

import pytest

from assistant.nlu.matcher import Matcher
from assistant.values import IntentMatch
from fakes.matcher import made

HOUSE = """
intents:
  LampOff: {data: [{sentences: ["switch off [the] {lamp}"]}]}
  Later:
    data: [{sentences: ["{order} in {minutes} minute[s]", "in {minutes} minute[s] {order}"]}]
    slots: {order: {type: text}}
  Shorten:
    data:
    - sentences: ["take {minutes} minute[s] off the timer"]
    - sentences: ["take {minutes} and [a] half minutes off the timer"]
      slots: {seconds: 30}
  Table:
    examples:
    - "book a table for [4](people)"
    - "book me a table for [2](people) please"
    - "I need a table for [6](people)"
    - "get us a table in the garden for [5](people)"
    - "reserve a table for [3](people) at [sunset](moment)"
    - "a table for [2](people) at [noon](moment) please"
    - "find us a table at [dusk](moment)"
    - "we want a table for [7](people)"
    slots:
      people: {values: ["2", "3", "4", "5", "6", "7"]}
      moment: {type: text}
  Bench:
    examples: ["keep a bench for [4](guests)", "keep me a bench for [12](guests) please", "a bench for [6](guests)"]
    slots: {guests: {type: number}}
  Shows:
    examples: ["when is [Alien](film) on", "where is [Heat](film) playing", "when and where is [Jaws](film) shown"]
    slots: {film: {type: text}}
lists:
  lamp: {values: [reading lamp, standing lamp]}
  minutes: {range: {from: 1, to: 60}}
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory) -> Matcher:
    return made(tmp_path_factory.mktemp("files"), HOUSE)


def command(matcher: Matcher, text: str) -> IntentMatch:
    meaning = matcher.match(text)
    assert isinstance(meaning, IntentMatch), meaning
    return meaning


@pytest.mark.parametrize(
    "text", ["switch off the reading lamp in 5 minutes", "in 5 minutes switch off the reading lamp"]
)
def test_a_template_with_words_for_a_time_keeps_them(matcher, text):
    meaning = command(matcher, text)
    assert (meaning.intent, meaning.when) == ("Later", None)
    assert meaning.slots == {"order": "switch off the reading lamp", "minutes": 5}


def test_other_words_for_a_time_are_taken_off(matcher):
    meaning = command(matcher, "switch off the reading lamp at 10 pm")
    assert meaning.intent == "LampOff"
    assert meaning.when is not None


@pytest.mark.parametrize(("number", "slots"), [("7", {"minutes": 7}), ("7 and a half", {"minutes": 7, "seconds": 30})])
def test_the_words_behind_a_number_may_be_the_template_s(matcher, number, slots):
    assert command(matcher, f"take {number} minutes off the timer").slots == slots


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("I need to book a table for seven", "7"),
        ("book me a table for 5", "5"),
        ("get us a table in the corner for 4", "4"),
        ("we want to reserve a table for three", "3"),
    ],
)
def test_a_number_that_a_slot_takes_is_no_clock_time(matcher, text, people):
    meaning = command(matcher, text)
    assert (meaning.intent, meaning.when, meaning.slots["people"]) == ("Table", None, people)


@pytest.mark.parametrize(("text", "guests"), [("keep us a bench for 5", 5), ("keep a long bench for nine", 9)])
def test_a_typed_number_takes_what_it_is_for(matcher, text, guests):
    assert (command(matcher, text).slots, command(matcher, text).when) == ({"guests": guests}, None)


def test_an_event_that_a_slot_takes_is_no_condition(matcher):
    meaning = command(matcher, "reserve a table for 4 at dusk")
    assert (meaning.when, meaning.slots) == (None, {"people": "4", "moment": "dusk"})


def test_when_and_where_asks(matcher):
    meaning = command(matcher, "when and where is Heat shown")
    assert (meaning.intent, meaning.when) == ("Shows", None)
