"""Hours of the day at which something has been, as people name them when they look for pictures."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from assistant.language.moments.hours import find_hours

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "within", "without", "rest"),
    [
        ("photos from yesterday evening", "19:00", "16:59", "photos from yesterday"),
        ("photos from last night", "01:30", "12:00", "photos from yesterday"),
        ("photos from this morning", "08:00", "15:00", "photos from today"),
        ("the night before last", "23:00", "06:00", "2 days ago"),
        ("pictures taken in the morning in Lisbon", "08:00", "12:01", "pictures in lisbon"),
        ("the evening of 3 May 2024", "22:00", "11:00", "from 3 may 2024"),
        ("photos I took late at night", "23:30", "21:00", "photos i took"),
        ("photos taken early in the morning", "05:00", "09:00", "photos"),
        ("between 8 and 10 pm yesterday", "20:30", "08:30", "yesterday"),
        ("the dog after 6 pm", "18:00", "17:59", "the dog"),
        ("the beach at 3 o'clock", "15:20", "16:20", "the beach"),
        ("photos taken after midnight", "00:30", "23:00", "photos"),
        ("photos before noon", "07:00", "12:30", "photos"),
    ],
)
def test_hours_are_found_and_taken_out(text, within, without, rest):
    hours, left = find_hours(text, TODAY)
    assert hours is not None
    assert hours.is_certain
    assert left == rest
    assert hours.holds(time.fromisoformat(within))
    assert not hours.holds(time.fromisoformat(without))


@pytest.mark.parametrize(
    "text",
    ["the night train", "morning mist over the lake", "in the evening sun", "letters before 2020", "invoice 10:30",
     "pictures from the night market", "a clock at ten past ten", "the midnight sun"],
)  # fmt: skip
def test_what_is_to_be_seen_is_no_hour(text):
    assert find_hours(text, TODAY) == (None, text)


def test_the_hours_after_midnight_are_of_the_night_before():
    hours, _ = find_hours("friday night", TODAY)
    assert hours is not None
    assert hours.day_of(datetime(2026, 11, 28, 1, 30)) == date(2026, 11, 27)
    assert hours.day_of(datetime(2026, 11, 27, 22, 30)) == date(2026, 11, 27)


def test_a_part_of_the_day_that_may_be_seen_is_not_certain():
    hours, rest = find_hours("the castle at night", TODAY)
    assert hours is not None
    assert not hours.is_certain
    assert rest == "the castle"
