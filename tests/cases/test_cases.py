"""Sentences and dialogues of the kinds that once went wrong, carried out as the benchmark `dialogue` does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from assistant.checks.scripted.kept_state import moment
from benchmarks.cases.case_file import read_cases

FILES = [read_cases(path) for path in sorted(Path(__file__).parent.glob("*.yaml"))]
CASES = [pytest.param(case, file.worlds[case.world], id=case.id) for file in FILES for case in file.cases]


@pytest.mark.model
@pytest.mark.parametrize(("case", "world"), CASES)
def test_a_case_comes_out_as_a_person_would_expect(stage, case, world):
    failure = stage.failure(case, stage.world(case.world, world))
    assert failure is None, str(failure)


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("+1d 07:00", "2026-11-28 07:00"),
        ("next monday 09:00", "2026-11-30 09:00"),
        ("second monday 09:00", "2026-12-07 09:00"),
        ("next friday 06:00", "2026-12-04 06:00"),
        ("clock 19:00", "2026-11-27 19:00"),
        ("clock 11:30", "2026-11-28 11:30"),
        ("soon 7:00", "2026-11-27 19:00"),
        ("soon 11:00", "2026-11-27 23:00"),
        ("2026-11-28 07:00", "2026-11-28 07:00"),
    ],
)
def test_moments_of_the_schema(words, due):
    assert moment(words, datetime(2026, 11, 27, 11, 35, 20)) == datetime.fromisoformat(due)
