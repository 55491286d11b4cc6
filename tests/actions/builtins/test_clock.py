"""Time and date, here and elsewhere."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest

from assistant.actions.builtins.places import find_place

NOW = datetime(2026, 11, 23, 9, 0)


def test_the_time_and_the_date(world):
    assert world.do("clock.time").text == "It's 9:00 AM."
    assert world.do("clock.date").text == "It's Monday, November 23rd, 2026."
    assert world.do("clock.weekday").text == "It's Monday."
    assert world.do("clock.week").text == "It's week 48."


@pytest.fixture
def in_berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
def test_the_time_elsewhere(world):
    assert world.do("clock.time_in", place="Tokyo").text == "It's 5:00 PM in Tokyo."
    assert world.do("clock.time_in", place="Honolulu").text == "It's 10:00 PM yesterday in Honolulu."
    said = world.do("clock.time_in", place="the united states").text
    assert said == "It's 3:00 AM in Washington. The United States has several time zones."
    assert "don't know" in world.do("clock.time_in", place="Mordor").text


@pytest.mark.usefixtures("in_berlin")
def test_how_far_clocks_are_apart(world):
    assert world.do("clock.difference", place="India").text == "India is 4 hours and 30 minutes ahead of you."
    assert world.do("clock.difference", place="New York").text == "New York is 6 hours behind you."
    assert world.do("clock.difference", place="Paris").text == "Paris has the same time as you."


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("tokio", "Asia/Tokyo"), ("Mumbay", "Asia/Kolkata"), ("New Delhi", "Asia/Kolkata"), ("the UK", "Europe/London"),
        ("U. S. A.", "America/New_York"), ("L.A.", "America/Los_Angeles"), ("California", "America/Los_Angeles"),
        ("Sao Paulo", "America/Sao_Paulo"), ("Germany", "Europe/Berlin"), ("St. Petersburg", "Europe/Moscow"),
        ("Beijing", "Asia/Shanghai"), ("Kiev", "Europe/Kyiv"), ("UTC", "Etc/UTC"), ("Scotland", "Europe/London"),
    ],
)  # fmt: skip
def test_places_are_found_as_people_call_them(said, zone):
    assert find_place(said).zone.utcoffset(NOW) == find_place(zone.rpartition("/")[2].replace("_", " ")).zone.utcoffset(
        NOW
    )
    assert find_place(said).zone.key in (zone, "UTC")


@pytest.mark.parametrize("said", ["Mars", "nowhere at all", "", "my house"])
def test_what_is_no_place_is_none(said):
    assert find_place(said) is None


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 12, 25), "There are 32 days until Friday, December 25th."),
        (date(2026, 11, 24), "There is 1 day until Tuesday, November 24th."),
        (date(2026, 11, 23), "That's today, Monday, November 23rd."),
        (date(2026, 11, 20), "Friday, November 20th was 3 days ago."),
    ],
)
def test_days_are_counted(world, day, text):
    assert world.do("clock.days_until", date=day).text == text


def test_the_date_of_a_day(world):
    assert world.do("clock.date_of", date=date(2026, 11, 27)).text == "That is Friday, November 27th."
    assert world.do("clock.date_of", date=date(2025, 1, 1)).text == "That was Wednesday, January 1st, 2025."
