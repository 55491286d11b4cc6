"""Keys, the palette, themes and sizes."""

from __future__ import annotations

import asyncio
import dataclasses
import time

import pytest
from textual import events
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.worker import WorkerState

from assistant.events import (
    Progress,
    Understood,
)
from assistant.values import Utterance
from fakes.scenes import RELOADED, TIMER, command
from fakes.scripted import app_with, calls, emit, running, shown, text_of, type_line, value


async def test_up_and_down_walk_through_the_lines_typed_before(pilot):
    for text in ("one", "two", "two"):
        await type_line(pilot, text)
    await pilot.press("d", "up")
    assert value(pilot) == "two"
    await pilot.press("up", "up", "up")
    assert value(pilot) == "one"
    await pilot.press("down", "down", "down")
    assert value(pilot) == "d"


async def test_every_printable_key_can_be_typed(pilot):
    keys = "abcxyz?/:1!"
    await pilot.press(*keys)
    assert value(pilot) == keys


async def test_the_help_puts_a_phrase_into_the_input_line(pilot):
    await emit(pilot, RELOADED)
    await pilot.press("f1")
    assert any("ctrl+t" in str(column.content) for column in pilot.app.screen.query(".column"))
    await pilot.press("down", "enter")
    await pilot.pause()
    assert value(pilot) == "what time is it in Tokyo"
    assert pilot.app.focused is pilot.app.talk.query_one("#input")


async def test_candidates_are_hidden_when_narrow_and_the_key_shows_them(pilot):
    panel = pilot.app.talk.query_one("#panel")
    await command(pilot)
    assert not panel.display
    await pilot.press("ctrl+n")
    assert panel.display
    assert "● StartTimer" in text_of(pilot, "#candidates")
    assert "0.94, needs 0.50" in text_of(pilot, "#candidates")
    assert "○ SetAlarm" in text_of(pilot, "#candidates")
    await pilot.press("ctrl+n")
    assert not panel.display


@pytest.mark.app(size=(120, 40))
async def test_candidates_stand_beside_what_is_spoken_and_the_key_hides_them(pilot):
    panel = pilot.app.talk.query_one("#panel")
    await type_line(pilot, "what time is it")
    assert not panel.display, "a typed line does not open it"
    await command(pilot)
    assert panel.display
    assert [line.split()[0] for line in text_of(pilot, "#candidates").splitlines()[-3:]] == [
        "transcribe", "understand", "respond",
    ]  # fmt: skip
    await pilot.press("ctrl+n")
    assert not panel.display


async def test_an_open_panel_follows_what_is_typed_and_nothing_else_does(pilot):
    await command(pilot)
    await pilot.press("ctrl+n", *"wake me")
    while ("consider", "wake me") not in pilot.app.scripted.calls:
        await pilot.pause(0.05)
    turns = len(pilot.app.talk.query_one("#conversation").entries)
    meaning = dataclasses.replace(TIMER, intent="SetAlarm")
    await emit(pilot, Understood(Utterance("wake me"), meaning, partial=True))
    assert "SetAlarm" in text_of(pilot, "#candidates").splitlines()[0]
    await emit(pilot, Understood(Utterance("wake"), TIMER, partial=True))  # of before
    assert "SetAlarm" in text_of(pilot, "#candidates").splitlines()[0]
    assert len(pilot.app.talk.query_one("#conversation").entries) == turns
    await pilot.press("ctrl+n", *" at seven")
    await pilot.pause(0.4)
    assert [call for call in calls(pilot) if call[0] == "consider"] == [("consider", "wake me")]


async def test_ctrl_c_copies_what_is_selected_and_does_not_quit(pilot):
    await command(pilot)
    view = next(e.view for e in pilot.app.talk.query_one("#conversation").entries if e.kind == "reply")
    await pilot.click(view, offset=(5, 0), times=2)
    await pilot.press("ctrl+c")
    assert "Timer set for 10 minutes." in pilot.app.clipboard
    assert pilot.app.is_running
    assert pilot.app.focused is pilot.app.talk.query_one("#input")


async def test_the_palette_has_our_commands_and_each_runs(pilot):
    names = [command.title for command in pilot.app.get_system_commands(pilot.app.screen)]
    assert names == [
        "Help", "Microphone", "Listen hands-free", "Listen with the wake word", "Listen with ctrl+space",
        "Settings", "Devices", "Theme", "Doctor", "Candidates", "Search", "Explain", "Teach", "New command", "Inbox",
        "Edit", "Undo", "Map", "Copy", "Export", "Clear", "Quit",
    ]  # fmt: skip
    await command(pilot)
    pilot.app.talk.clear_conversation()
    await pilot.pause()
    assert "Timer set" not in shown(pilot)
    assert pilot.app.talk.query_one("#home").display
    await pilot.press("ctrl+p", *"quit", "enter")
    await pilot.pause()
    assert not pilot.app.is_running


async def test_a_search_of_the_palette_that_fails_ends_nothing(pilot):
    async def search():
        raise NoMatches("no list: the palette is closed")

    await pilot.press("ctrl+p")
    worker = pilot.app.screen.run_worker(search())
    await pilot.pause(0.1)
    assert worker.state == WorkerState.ERROR
    await pilot.press("escape", "escape")
    await type_line(pilot, "hello")
    assert "hello" in str(calls(pilot))


@pytest.mark.app(theme="nordd")
async def test_an_unknown_theme_is_one_line_with_the_nearest(pilot):
    await pilot.pause()
    assert "unknown theme 'nordd'; did you mean 'nord'?" in shown(pilot)
    assert pilot.app.theme == "textual-dark"


@pytest.mark.parametrize(
    "theme",
    [
        pytest.param(theme, marks=pytest.mark.app(theme=theme))
        for theme in ("textual-light", "nord", "gruvbox", "ansi-dark")
    ],
)
async def test_every_scene_can_be_drawn_in_other_themes(pilot, theme):
    await command(pilot)
    await pilot.press("ctrl+n")
    assert pilot.app.theme == theme
    assert "Timer" in pilot.app.export_screenshot()


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(size, marks=pytest.mark.app(size=size), id=f"{size[0]}x{size[1]}")
        for size in ((30, 8), (40, 12), (100, 30), (240, 70))
    ],
)
async def test_any_size_can_be_drawn_and_resized_to(pilot, size):
    assert pilot.app.screen.size == Size(*size)
    await command(pilot)
    await emit(pilot, Progress("index", 1, 2, "phrases"), Progress("x" * 200, 0, 0))
    await pilot.press("ctrl+n")
    await pilot.resize_terminal(80, 24)
    await pilot.pause()
    assert pilot.app.screen.size == Size(80, 24)
    assert "Listening" in text_of(pilot, "#status")


async def test_a_key_that_comes_before_a_line_is_read_belongs_to_the_next(pilot):
    line = pilot.app.screen.query_one("#input")
    line.value = "first"
    await line.action_submit()
    line.value += "second"
    await pilot.pause()
    assert ("submit", "first") in calls(pilot)
    assert value(pilot) == "second"


async def test_enter_of_a_terminal_that_was_not_taken_yet_sends_too(pilot):
    await pilot.press(*"one", "ctrl+j", *"two", "ctrl+j")
    assert [text for call, text in calls(pilot)[1:]] == ["one", "two"]


async def test_each_line_that_is_pasted_is_sent_and_none_is_lost(pilot):
    pilot.app.post_message(events.Paste("one\r\n\n  two\nthree"))
    await pilot.pause()
    assert value(pilot) == "one ⏎ two ⏎ three"
    await pilot.press("enter")
    assert [text for call, text in calls(pilot)[1:]] == ["one", "two", "three"]
    await pilot.press("up", "up")
    assert value(pilot) == "two"


def test_keys_typed_before_the_first_frame_are_kept_in_order():
    """Also those that come while the screen stands still."""

    async def type_ahead():
        app = app_with()
        first_screen = app.get_default_screen

        def late_screen():
            for key in ("o", "n", "e", "ctrl+j", "t", "w", "o", "enter", "x"):
                app.post_message(events.Key(key, key if len(key) == 1 else None))
            time.sleep(0.3)
            return first_screen()

        app.get_default_screen = late_screen
        async with running(app, (80, 24)) as pilot:
            app.post_message(events.Key("y", "y"))
            await pilot.pause(0.2)
            assert [text for call, text in calls(pilot)[1:]] == ["one", "two"]
            assert value(pilot) == "xy"

    asyncio.run(type_ahead())


async def test_a_burst_is_taken_in_its_order(pilot):
    """Keys that are there at once, as after a moment in which the screen stood still."""
    for key in ("o", "m", "backspace", "n", "e", "enter", "t", "w", "o", "left", "x", "enter", "up"):
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await pilot.pause(0.2)
    assert [text for call, text in calls(pilot)[1:]] == ["one", "twxo"]
    assert value(pilot) == "twxo"
