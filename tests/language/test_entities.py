"""Slot values: numbers, durations, times and dates in words; listed values as written, misspelt and misheard."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest

from assistant.language import dates, times
from assistant.language.dates import find_dates
from assistant.language.entities import TYPES, Vocabulary, find, parse
from assistant.language.numbers import in_digits
from assistant.language.phonemes import metaphone
from assistant.language.text import tidy
from assistant.language.times import find_clocks
from paths import ROOT

NOW = datetime(2026, 11, 23, 14, 10)  # a Monday


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("ten minutes", 600),
        ("90 seconds", 90),
        ("an hour and a half", 5400),
        ("one and a half hours", 5400),
        ("two and a half minutes", 150),
        ("a quarter of an hour", 900),
        ("three quarters of an hour", 2700),
        ("half an hour", 1800),
        ("one hour thirty minutes and ten seconds", 5410),
        ("1 hour, 5 minutes", 3900),
        ("10min", 600),
        ("1h30", 5400),
        ("a ten-minute", 600),
        ("for about an hour", 3600),
        ("a couple of minutes", 120),
        ("two days", 172800),
        ("a minute", 60),
    ],
)
def test_durations(text, seconds):
    assert parse("duration", text, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["five to ten", "ten", "the second one", "minute", "my second cousin", ""])
def test_what_is_no_duration(text):
    assert parse("duration", text, NOW) is None


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("7 am", "07:00"),
        ("at seven", "07:00"),
        ("half past six", "06:30"),
        ("quarter to nine", "08:45"),
        ("twenty past four", "04:20"),
        ("ten to nine in the evening", "20:50"),
        ("18:30", "18:30"),
        ("seven thirty pm", "19:30"),
        ("6:05 p.m.", "18:05"),
        ("noon", "12:00"),
        ("midnight", "00:00"),
        ("12 am", "00:00"),
        ("six o'clock", "06:00"),
        ("nine at night", "21:00"),
        ("eleven oh five", "11:05"),
    ],
)
def test_clock_times(text, clock):
    assert parse("time", text, NOW) == time.fromisoformat(clock)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-23"),
        ("tomorrow", "2026-11-24"),
        ("the day after tomorrow", "2026-11-25"),
        ("yesterday", "2026-11-22"),
        ("friday", "2026-11-27"),
        ("on monday", "2026-11-30"),
        ("this friday", "2026-11-27"),
        ("next friday", "2026-12-04"),
        ("the third of may", "2027-05-03"),
        ("may 3rd 2028", "2028-05-03"),
        ("December 24", "2026-12-24"),
        ("the 5th", "2026-12-05"),
        ("in two weeks", "2026-12-07"),
        ("three days ago", "2026-11-20"),
        ("next month", "2026-12-01"),
        ("christmas", "2026-12-25"),
        ("2026-12-24", "2026-12-24"),
    ],
)
def test_dates(text, day):
    assert parse("date", text, NOW) == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["the 31st of february", "2026-13-45", "someday"])
def test_days_that_do_not_exist_are_no_dates(text):
    assert parse("date", text, NOW) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("tomorrow at seven", "2026-11-24T07:00"),
        ("tomorrow at 5", "2026-11-24T17:00"),
        ("tomorrow morning at 5", "2026-11-24T05:00"),
        ("at 8 tomorrow evening", "2026-11-24T20:00"),
        ("tonight at 9", "2026-11-23T21:00"),
        ("this evening", "2026-11-23T19:00"),
        ("at seven", "2026-11-23T19:00"),
        ("at 3", "2026-11-23T15:00"),
        ("at 2", "2026-11-24T14:00"),
        ("at 2 pm", "2026-11-24T14:00"),
        ("next friday at half past six", "2026-12-04T06:30"),
        ("in ten minutes", "2026-11-23T14:20"),
        ("an hour from now", "2026-11-23T15:10"),
        ("in three days at 3pm", "2026-11-26T15:00"),
        ("3 pm tomorrow", "2026-11-24T15:00"),
        ("on friday", "2026-11-27T09:00"),
    ],
)
def test_moments(text, moment):
    assert parse("datetime", text, NOW) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "twenty one", 21),
        ("number", "minus five", -5),
        ("number", "3.5", 3.5),
        ("number", "a dozen", 12),
        ("number", "half", 0.5),
        ("percent", "fifty percent", 50),
        ("percent", "50%", 50),
        ("percent", "thirty", 30),
        ("percent", "half", 50),
    ],
)
def test_numbers(kind, text, value):
    assert parse(kind, text, NOW) == value


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_is_nothing(kind):
    assert parse(kind, "", NOW) is None
    assert parse(kind, " ?! ", NOW) is None


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in ("text", "place")])
@pytest.mark.parametrize("text", ["what colour is the boat", "🙂", "x" * 2000, "a b c " * 200, "-- ..", "\x00"])
def test_any_text_is_survived(kind, text):
    assert find(kind, tuple(tidy(text).split()), NOW) == ()


def test_a_value_is_found_inside_a_sentence_with_its_words():
    words = tuple("remind me on friday at twenty past six to call mum".split())
    span = find("datetime", words, NOW)[0]
    assert span.text == "on friday at twenty past six"
    assert words[span.start : span.end] == tuple(span.text.split())
    assert span.value == datetime(2026, 11, 27, 6, 20)


def test_the_preposition_belongs_to_a_moment_or_not():
    texts = {span.text for span in find("date", ("back", "on", "friday"), NOW)}
    assert texts == {"on friday", "friday"}


ROOMS = Vocabulary(
    [("living room", "living_room"), ("lounge", "living_room"), ("bedroom", "bedroom"), ("kitchen", "kitchen")]
)


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("the living room lights", "living_room"),
        ("in the LOUNGE", "living_room"),
        ("the leaving room", "living_room"),
        ("kitchin", "kitchen"),
        ("the bed room lamp", "bedroom"),
    ],
)
def test_listed_values_are_found_as_said_misspelt_or_misheard(text, room):
    span = ROOMS.repair(text.split())
    assert span is not None
    assert span.value == room
    assert span.confidence > 0.8


def test_only_a_listed_value_is_certain():
    assert ROOMS.repair(["kitchen"]).confidence == 1.0
    assert ROOMS.repair(["kitchin"]).confidence < 1.0


@pytest.mark.parametrize("text", ["the garage", "chicken", "turn it on", "k", ""])
def test_other_words_are_not_bent_into_listed_ones(text):
    assert ROOMS.repair(text.split()) is None


def test_a_word_of_three_letters_is_near_to_too_many_to_be_repaired():
    assert Vocabulary([("hall", "hallway")]).repair(["all"]) is None


def test_a_word_between_two_listed_ones_is_less_sure():
    assert Vocabulary([("Mark", "mark"), ("Peter", "peter")]).repair(["Marck"]).confidence > 0.8
    assert Vocabulary([("Mark", "mark"), ("Marc", "marc")]).repair(["Marck"]).confidence < 0.8


@pytest.mark.parametrize(("word", "alike"), [("night", "knight"), ("living", "leaving"), ("write", "right")])
def test_words_that_sound_alike_share_a_key(word, alike):
    assert metaphone(word) == metaphone(alike) != metaphone("table")


@pytest.mark.parametrize(
    ("words", "room"),
    [("room one oh one please", "101"), ("is room 1 0 1 free", "101"), ("the 3 d lab", "lab"), ("3d lab", "lab")],
)
def test_figures_of_a_name_may_be_said_one_by_one_or_apart(words, room):
    rooms = Vocabulary([("room 101", "101"), ("3D lab", "lab")])
    assert [span.value for span in rooms.find(words.split())] == [room]


def test_no_day_and_no_clock_time_is_passed_over(monkeypatch):
    """Sentences are looked through only where they hold what every date or clock time does."""
    intents = (ROOT / "intents").glob("*.yaml")
    texts = [in_digits(line.strip().casefold()) for file in intents for line in file.read_text("utf-8").splitlines()]
    texts += [f"since {text} or so" for text in (*dates._FEASTS, *times._NAMED_HOURS, *dates._DAYS, *dates._MONTHS)]
    texts += ["a weekend after next", "in a couple of days", "next sept 3rd", "half past noon", "the 3rd of the month"]
    found = [(list(find_dates(text, NOW.date())), list(find_clocks(text))) for text in texts]
    for module, name in ((dates, "_DAY_WORD"), (times, "_CLOCK_WORD")):
        monkeypatch.setattr(module, name, re.compile(""))
    assert found == [(list(find_dates(text, NOW.date())), list(find_clocks(text))) for text in texts]
