"""Loading: progress, lines typed early, leaving early, a start that fails."""

from __future__ import annotations

import asyncio
import threading
import time

from assistant.errors import ConfigError
from assistant.events import (
    Failed,
    Progress,
    Quit,
    Ready,
    ReplyEnded,
    TurnEnded,
    Understood,
)
from assistant.values import Utterance
from fakes.scenes import TIMER, TIMES
from fakes.scripted import app_with, emit, running, shown, text_of, type_line


async def test_progress_is_a_line_that_vanishes_when_done(pilot):
    tasks = pilot.app.talk.query_one("#tasks")
    await emit(pilot, Progress("fetching base", 29e6, 145e6, "B"), Progress("index", 1, 2, "phrases"))
    assert "fetching base" in text_of(pilot, "#tasks")
    assert "20%  29 of 145 MB" in text_of(pilot, "#tasks")
    assert "50%  1 of 2 phrases" in text_of(pilot, "#tasks")
    await emit(pilot, Progress("fetching base", 145e6, 145e6, "B"))
    assert "base" not in text_of(pilot, "#tasks")
    await emit(pilot, Progress("index", 2, 2, "phrases"))
    assert not tasks.display


async def test_the_steps_of_a_task_share_its_line_and_end_with_it(pilot):
    await emit(pilot, Progress("embedder", 0, 2), Progress("embedder: writing", 1, 2))
    assert text_of(pilot, "#tasks").count("embedder") == 1
    await emit(pilot, Progress("embedder", 2, 2))
    assert not pilot.app.talk.query_one("#tasks").display


async def test_work_of_unknown_length_is_over_when_what_it_was_for_is_ready(pilot):
    await emit(pilot, Progress("index: made anew", 0, 0))
    assert "working" in text_of(pilot, "#tasks")
    await emit(pilot, Ready("text"))
    assert not pilot.app.talk.query_one("#tasks").display


def test_what_is_typed_before_there_is_an_assistant_reaches_it_in_order():
    gate = threading.Event()

    async def steps():
        app = app_with()
        connect = app._connect
        app._connect = lambda emit: gate.wait(5) and connect(emit)
        async with app.run_test() as pilot:
            prompt = app.talk.query_one("#input")
            for text in ("one", "two"):
                prompt.value = text
                await pilot.press("enter")
            assert not hasattr(app, "scripted")
            gate.set()
            while len(getattr(app, "scripted", app).__dict__.get("calls", ())) < 3:
                await pilot.pause(0.01)
            assert app.scripted.calls == ["start", ("submit", "one"), ("submit", "two")]

    asyncio.run(steps())


def test_leaving_while_it_loads_does_not_wait_and_closes_what_was_made():
    gate, closed = threading.Event(), threading.Event()

    async def steps():
        app = app_with()
        connect = app._connect

        def slowly(emit):
            gate.wait(10)
            assistant = connect(emit)
            assistant.close = closed.set
            return assistant

        app._connect = slowly
        async with app.run_test() as pilot:
            await pilot.pause()
            await pilot.press("ctrl+q")

    began = time.monotonic()
    asyncio.run(steps())
    assert time.monotonic() - began < 5
    gate.set()
    assert closed.wait(5)


def test_what_is_told_while_the_screens_are_taken_down_is_dropped():
    async def steps():
        app = app_with()

        async def go_on():
            while True:
                app.emit(Progress("index", 0, 2, "phrases"))
                await asyncio.sleep(0)

        async with app.run_test():
            telling = asyncio.create_task(go_on())
        telling.cancel()

    asyncio.run(steps())


def test_an_assistant_that_cannot_be_made_is_one_line():
    async def steps():
        app = app_with()

        def connect(emit):
            raise ConfigError("config.toml:3: [stt] model: unknown")

        app._connect = connect
        async with app.run_test() as pilot:
            while "unknown" not in shown(pilot):
                await pilot.pause(0.01)
            assert "✗ config.toml:3" in shown(pilot)

    asyncio.run(steps())


async def test_task_lines_fit_the_terminal(pilot):
    await emit(
        pilot, Progress("index", 1152, 7332, "phrases"), Progress("preparing the embedder, once: exporting", 1, 4)
    )
    await emit(pilot, Progress("x" * 200, 0, 0))
    lines = text_of(pilot, "#tasks").splitlines()
    assert len(lines) == 3
    assert all(len(line) <= 74 for line in lines)
    assert "preparing the embedder, once: exporting" in lines[1]
    assert lines[2].endswith("working …")


async def test_a_line_typed_early_says_that_it_waits_until_the_text_can_be_understood(pilot):
    assert pilot.app.talk.query_one("#input").placeholder == "Type here; it is answered as soon as loading is over"
    await type_line(pilot, "what time is it")
    assert "what time is it\n… answered as soon as loading is over" in shown(pilot)
    await emit(pilot, Ready("speech"))
    assert "as soon as" in shown(pilot)
    await emit(pilot, Ready("text"))
    assert shown(pilot).endswith("what time is it\n…")
    assert pilot.app.talk.query_one("#input").placeholder == "Type here"


async def test_a_start_that_fails_is_not_loading_any_more(pilot):
    await emit(pilot, Failed("minilm: no source has it", "start"))
    assert "✗ minilm: no source has it" in shown(pilot)
    assert "✗ Not started  the red line says why" in text_of(pilot, "#status")


def test_quit_closes_the_terminal_and_the_assistant():
    async def steps():
        app = app_with()
        async with running(app) as pilot:
            await type_line(pilot, "quit")
            await emit(pilot, Understood(Utterance("quit"), TIMER), ReplyEnded("Goodbye."), TurnEnded(TIMES))
            assert app.is_running
            app.emit(Quit())
            while app.is_running:
                await asyncio.sleep(0.01)
        assert app.return_code == 0
        assert app.scripted.calls == ["start", ("submit", "quit"), "close"]

    asyncio.run(asyncio.wait_for(steps(), 20))
