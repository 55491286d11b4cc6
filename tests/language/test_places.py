"""Coordinates become a city with its country, or the country alone: by borders, not by the nearest city."""

from __future__ import annotations

import doctest

import pytest

from assistant.language import places


@pytest.mark.parametrize(
    ("name", "position", "place"),
    [
        ("Bergen, of which no zone is", (60.39, 5.32), "Norway"),
        ("Malmö, nearer to Copenhagen than to any city of its own country", (55.61, 13.0), "Sweden"),
        ("Oslo", (59.91, 10.75), "Oslo, Norway"),
        ("Sydney, in the south", (-33.87, 151.21), "Sydney, Australia"),
        ("Seoul, of one of two countries with one name", (37.57, 126.98), "Seoul, Korea (South)"),
        ("the Atlantic", (0.0, -30.0), ""),
    ],
)
def test_a_point_is_named(name, position, place):
    assert places.place_at(*position) == place


def test_without_the_borders_a_city_is_named_by_its_distance_alone(monkeypatch):
    monkeypatch.setattr(places, "country_at", lambda *_: "")
    assert places.place_at(38.71, -9.14) == "Lisbon, Portugal"
    assert places.place_at(60.39, 5.32) == ""


def test_the_examples_hold():
    assert doctest.testmod(places).failed == 0
