"""Stretches of time that have been, as people name them when they look for something."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.language.moments.periods import find_periods

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "first", "last", "rest"),
    [
        ("the dog at the beach last summer", "2026-06-01", "2026-08-31", "the dog at the beach"),
        ("screenshots of yesterday", "2026-11-28", "2026-11-28", "screenshots"),
        ("photos from May 2023 in Lisbon", "2023-05-01", "2023-05-31", "photos in lisbon"),
        ("snow last winter", "2025-12-01", "2026-02-28", "snow"),
        ("receipts since June", "2026-06-01", "2026-11-29", "receipts"),
        ("letters before 2020", "1830-01-01", "2019-12-31", "letters"),
        ("the party between March and May 2024", "2024-03-01", "2024-05-31", "the party"),
        ("from june to august 2022", "2022-06-01", "2022-08-31", ""),
        ("photos taken on friday", "2026-11-27", "2026-11-27", "photos"),
        ("from the third of May", "2026-05-03", "2026-05-03", ""),
        ("on 3 May 2024", "2024-05-03", "2024-05-03", ""),
        ("two weeks ago at the lake", "2026-11-09", "2026-11-15", "at the lake"),
        ("the last three months", "2026-08-31", "2026-11-29", ""),
        ("in the nineties", "1990-01-01", "1999-12-31", ""),
        ("from the 80s", "1980-01-01", "1989-12-31", ""),
        ("last weekend", "2026-11-21", "2026-11-22", ""),
        ("the week before last", "2026-11-09", "2026-11-15", ""),
        ("summer of 2019", "2019-06-01", "2019-08-31", ""),
        ("beach in august last year", "2025-08-01", "2025-08-31", "beach"),
        ("last year in rome", "2025-01-01", "2025-12-31", "in rome"),
        ("last christmas", "2025-12-20", "2026-01-02", ""),
        ("this month", "2026-11-01", "2026-11-30", ""),
    ],
)
def test_a_stretch_of_time_is_found_and_taken_out(text, first, last, rest):
    (period,), without = find_periods(text, TODAY)
    assert [*map(str, period.stretches[-1])] == [first, last]
    assert without == rest


@pytest.mark.parametrize("text", ["the christmas tree", "photos of may the cat", "a map of the summer house", "bus 17"])
def test_what_is_to_be_seen_is_no_time(text):
    assert find_periods(text, TODAY) == ((), text)


def test_a_month_alone_is_that_of_every_year():
    (period,), _ = find_periods("skiing in February", TODAY)
    assert period.holds(date(2019, 2, 28))
    assert period.holds(date(2026, 2, 1))
    assert not period.holds(date(2026, 3, 1))
