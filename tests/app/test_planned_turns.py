"""A planned command gets a turn of its own in the running assistant: shown, read aloud, and not cancelled by Escape."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest

from assistant.actions.database import Database, StoredCommand
from assistant.actions.schedule import Planned
from assistant.app.runtime import Runtime
from assistant.config import Config, PathsConfig, UiConfig, VoiceConfig
from assistant.events import Announced, ReplyEnded, ScheduleChanged, TurnEnded

FAN = StoredCommand(1, "turn off the fan", "DeviceOff", 0.0)


class Slow:
    """A session that takes as long as a sentence says, and tells what was planned."""

    expects_answer = False

    def __init__(self):
        self.done = []

    def understands(self, utterance):
        return True

    def turn(self, utterance, cancelled, taken=None):
        cancelled.wait(float(utterance.text))
        self.done.append(utterance.text)
        yield ReplyEnded("done")
        yield TurnEnded({})

    def due(self, planned, cancelled):
        self.done.append(planned.text)
        return "Planned for noon: turn off the fan. Done."


@pytest.fixture
def running(tmp_path):
    events, seen = [], threading.Condition()

    def emit(event):
        with seen:
            events.append(event)
            seen.notify_all()

    def until(wanted):
        with seen:
            assert seen.wait_for(lambda: any(isinstance(event, wanted) for event in events), timeout=20), events
        return next(event for event in events if isinstance(event, wanted))

    config = Config(
        paths=PathsConfig(data=str(tmp_path)), ui=UiConfig(listen=False), voice=VoiceConfig(replies="never")
    )
    runtime, session, complete = Runtime(config, emit), Slow(), threading.Event()
    complete.set()
    runtime._begin(lambda: session, complete)
    yield runtime, session, until
    runtime.close()


def planned():
    return Planned(FAN, datetime.now(), timedelta(0))


def test_it_waits_for_the_turn_under_way_and_is_announced(running):
    runtime, session, until = running
    runtime.submit("0.3")
    runtime._turns.take_due(planned())
    assert until(Announced).text == "Planned for noon: turn off the fan. Done."
    assert session.done == ["0.3", "turn off the fan"]


def test_escape_does_not_cancel_it(running):
    runtime, session, until = running
    runtime.submit("5.0")
    runtime._turns.take_due(planned())
    time.sleep(0.1)
    runtime.interrupt()
    until(Announced)
    assert session.done[-1] == "turn off the fan"


@pytest.mark.model
def test_a_running_assistant_carries_out_what_is_due_and_tells_what_it_missed(fresh_data):
    """The whole of it: the file, the watch, the matcher, the action, the announcement."""
    events, seen = [], threading.Condition()

    def emit(event):
        with seen:
            events.append(event)
            seen.notify_all()

    database = Database(fresh_data)
    database.add_command(StoredCommand(0, "add milk to my shopping list", "AddToList", time.time() - 3600))
    database.add_command(StoredCommand(0, "add eggs to my shopping list", "AddToList", time.time() + 5))
    database.add_command(StoredCommand(0, "calibrate the tide gauge", "Calibrate", time.time() + 5))
    config = Config(
        paths=PathsConfig(data=str(fresh_data)), ui=UiConfig(listen=False), voice=VoiceConfig(replies="never")
    )
    runtime = Runtime(config, emit)
    runtime.start()
    try:
        with seen:
            assert seen.wait_for(lambda: sum(isinstance(event, Announced) for event in events) == 3, timeout=200), (
                events
            )
    finally:
        runtime.close()
    texts = " ".join(event.text for event in events if isinstance(event, Announced))
    assert "add milk to your shopping list. That was 1 hour ago, while I was off, so it has not been done." in texts
    assert "add eggs to your shopping list. Added eggs to your shopping list." in texts
    assert "calibrate the tide gauge. I don't understand that any more, so nothing was done." in texts
    assert [item.text for item in database.items("shopping")] == ["eggs"]
    assert ScheduleChanged(()) in events
