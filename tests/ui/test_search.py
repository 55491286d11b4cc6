"""Ctrl+F: the conversation of before is searched while words are typed."""

from __future__ import annotations

import pytest

from assistant.errors import AssistantError
from assistant.events import EarlierTurn
from assistant.ui.screens.search import SearchSheet
from fakes.scripted import calls, connected, value

TURNS = (
    EarlierTurn(1.7e9, "add milk to the list", "Added milk.\nAnd more."),
    EarlierTurn(1.6e9, "what time is it", "It's ten.\x1b[31m"),
    EarlierTurn(1.5e9, "is there milk on the list", "Yes."),
)


async def opened(pilot, turns=TURNS):
    await connected(pilot)
    pilot.app.scripted.turns = turns
    await pilot.press("ctrl+f")
    await settled(pilot)


async def settled(pilot):
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def listed(pilot):
    return [str(option.prompt) for option in pilot.app.screen.query_one("#turns").options]


def told(pilot):
    return str(pilot.app.screen.query_one("#say").content)


@pytest.mark.app(size=(60, 20))
async def test_turns_with_the_words_are_listed_and_one_is_put_into_the_line(pilot):
    await opened(pilot)
    assert len(listed(pilot)) == 3
    assert "2020-09-13" in listed(pilot)[1]
    assert "\x1b" not in listed(pilot)[1]
    assert told(pilot).startswith("3 turns")
    await pilot.press(*"milk")
    await settled(pilot)
    assert [row.split("  ")[1].splitlines()[0] for row in listed(pilot)] == [TURNS[0].text, TURNS[2].text]
    await pilot.press("down", "enter")
    await settled(pilot)
    assert pilot.app.screen is pilot.app.talk
    assert value(pilot) == "is there milk on the list"


async def test_what_was_never_said_is_told_and_enter_takes_nothing(pilot):
    await opened(pilot)
    await pilot.press(*"xyz")
    await settled(pilot)
    assert listed(pilot) == []
    assert told(pilot).startswith("nothing like that was said")
    await pilot.press("enter", "up")
    assert isinstance(pilot.app.screen, SearchSheet)
    await pilot.press("ctrl+f")
    assert len(pilot.app.screen_stack) == 2
    await pilot.press("escape")
    assert value(pilot) == ""
    assert calls(pilot)[-1] == ("find_turns", "xyz")


async def test_a_search_that_fails_is_one_line(pilot):
    await connected(pilot)

    def fail(words):
        raise AssistantError("One moment: your files are still being read.")

    pilot.app.scripted.find_turns = fail
    await pilot.press("ctrl+f")
    await settled(pilot)
    assert told(pilot) == "One moment: your files are still being read."
