"""Planned commands stand above the input line, the next two with their moments."""

from __future__ import annotations

from assistant.events import Progress, Ready, ScheduleChanged
from fakes.scripted import emit, text_of

COMMANDS = (
    ("11:45 PM", "turn off the fan"),
    ("every day at 7:00 AM", "turn on the radio"),
    ("8:00 AM tomorrow", "open the blinds"),
)


async def test_the_next_two_are_shown_and_the_rest_counted(pilot):
    await emit(pilot, ScheduleChanged(COMMANDS))
    lines = text_of(pilot, "#tasks").splitlines()
    assert [line.strip() for line in lines] == [
        "◷ 11:45 PM  turn off the fan",
        "◷ every day at 7:00 AM  turn on the radio",
        "and 1 more",
    ]


async def test_they_stand_below_long_work_and_outlast_it(pilot):
    await emit(pilot, ScheduleChanged(COMMANDS[:1]), Progress("index", 1, 2, "phrases"))
    assert text_of(pilot, "#tasks").splitlines()[1].strip() == "◷ 11:45 PM  turn off the fan"
    await emit(pilot, Progress("index", 2, 2, "phrases"), Ready("text"))
    assert text_of(pilot, "#tasks").strip() == "◷ 11:45 PM  turn off the fan"
    await emit(pilot, ScheduleChanged(()))
    assert not pilot.app.talk.query_one("#tasks").display
