"""The terminal on a scripted assistant: the test emits the events, drives the keys and reads the calls."""

from __future__ import annotations

import contextlib

from assistant.config import Config, ListenConfig, UiConfig
from assistant.events import DeviceChoice
from assistant.ui.app import AssistantApp


class Scripted:
    """Keeps its calls; `emit` is the terminal's."""

    def __init__(self, emit):
        self.emit = emit
        self.calls = []
        self.turns = ()
        self.choices = (
            DeviceChoice("input", "", True),
            DeviceChoice("input", "Built-in Audio: ALC257 Analog", False),
            DeviceChoice("input", "USB Conference Microphone: Audio", False),
            DeviceChoice("output", "", False),
            DeviceChoice("output", "Built-in Audio: ALC257 Analog", True),
        )

    def start(self):
        self.calls.append("start")

    def submit(self, text):
        self.calls.append(("submit", text))

    def consider(self, text):
        self.calls.append(("consider", text))

    def interrupt(self):
        self.calls.append("interrupt")

    def listen(self, on):
        self.calls.append(("listen", on))

    def talk(self):
        self.calls.append("talk")

    def start_by(self, way):
        self.calls.append(("start_by", way))

    def devices(self):
        return self.choices

    def choose(self, direction, name):
        self.calls.append(("choose", direction, name))

    def find_turns(self, words):
        self.calls.append(("find_turns", words))
        return [turn for turn in self.turns if words in f"{turn.text} {turn.reply}"]

    def embedding_map(self):
        return self.map

    def close(self):
        self.calls.append("close")


def app_with(start="hands_free", **ui):
    """An app, not run, on a scripted assistant that is `app.scripted` once connected."""

    def connect(emit):
        app.scripted = Scripted(emit)
        return app.scripted

    config = Config(ui=UiConfig(**ui), listen=ListenConfig(start=start))
    app = AssistantApp(connect, config)
    return app


async def emit(pilot, *events):
    """Emit events and wait until they are drawn."""
    await connected(pilot)
    for event in events:
        pilot.app.emit(event)
        await pilot.pause()
    await pilot.pause()


async def connected(pilot):
    """Wait for the thread that builds the assistant."""
    while not hasattr(pilot.app, "scripted") or "start" not in pilot.app.scripted.calls:
        await pilot.pause(0.01)


async def type_line(pilot, text):
    """Type a line and send it."""
    await connected(pilot)
    pilot.app.talk.query_one("#input").value = text
    await pilot.press("enter")
    await pilot.pause()


@contextlib.asynccontextmanager
async def running(app, size=(80, 24)):
    """Run the app without a terminal."""
    async with app.run_test(size=size) as pilot:
        await connected(pilot)
        yield pilot


def shown(pilot):
    """Text of the conversation, a line per entry."""
    talk = pilot.app.talk.query_one("#conversation")
    live = talk.query_one("#live")
    lines = [str(entry.view.content) for entry in talk.entries if entry.view]
    return "\n".join([*lines, *([str(live.content)] if live.display else [])])


def text_of(pilot, selector):
    """Text of a widget of the screen on top."""
    return str(pilot.app.screen.query_one(selector).content)


def value(pilot):
    """Content of the input line."""
    return pilot.app.talk.query_one("#input").value


def calls(pilot):
    """Calls of the terminal to the scripted assistant, in order."""
    return pilot.app.scripted.calls
