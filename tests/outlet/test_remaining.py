"""The time that long work still takes."""

from __future__ import annotations

import pytest

from assistant.outlet.remaining import Pace, left_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "5 s left"), (8, "10 s left"), (43, "45 s left"), (100, "2 min left"), (5000, "1 h 23 min left")],
)
def test_a_time_is_as_coarse_as_it_is_known(seconds, words):
    assert left_words(seconds) == words


def test_it_follows_from_how_fast_the_work_went():
    now = 100.0
    pace = Pace(lambda: now)
    assert pace.left("fetching base", 20, 100) == ""
    now += 1
    assert pace.left("fetching base", 30, 100) == "", "too early to tell"
    now += 3
    assert pace.left("fetching base", 40, 100) == "10 s left"  # 20 in 4 s, what was there before not counted
    assert pace.left("index", 0, 50) == ""
    assert pace.left("fetching base", 100, 100) == ""
    now += 60
    assert pace.left("fetching base", 0, 100) == "", "another time begins anew"


def test_work_that_stands_still_has_no_time():
    now = 0.0
    pace = Pace(lambda: now)
    pace.left("index", 5, 10)
    now = 60.0
    assert pace.left("index", 5, 10) == ""
