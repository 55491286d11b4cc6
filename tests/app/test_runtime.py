"""The threads around one session: nothing said is lost, an interruption reaches its turn, a fault ends nothing."""

from __future__ import annotations

import threading
import time

import pytest

from assistant.app import build
from assistant.app.runtime import Runtime
from assistant.config import Config, PathsConfig, UiConfig, VoiceConfig
from assistant.dialogue.suggestions.values import Suggestion
from assistant.errors import ModelError
from assistant.events import Failed, Noticed, Quit, ReplyEnded, TurnEnded, Understood
from assistant.values import OutOfScope, Utterance


class Slow:
    """A session whose turn lasts until it is cancelled, or as long as its text says."""

    expects_answer = False

    def __init__(self):
        self.turns = []
        self.complete = threading.Event()
        """Set while the matcher knows more than templates."""

    def understands(self, utterance):
        return utterance.text == "0.0"

    @property
    def suggester(self):
        return self

    def suggestions(self):
        return [Suggestion("0.0", "you often ask for this", ("intent", "Nothing"), score) for score in (0.5, 0.001)]

    def guess(self, utterance):
        return OutOfScope(0.1, ())

    def turn(self, utterance, cancelled, taken=None):
        if utterance.text == "bug":
            raise ZeroDivisionError("by nobody")
        if utterance.text == "quit":
            yield from (ReplyEnded("Goodbye."), TurnEnded({}), Quit())
            return
        began = time.monotonic()
        cancelled.wait(float(utterance.text))
        self.turns.append((utterance.text, cancelled.is_set(), time.monotonic() - began))
        yield ReplyEnded("done")
        yield TurnEnded({})


@pytest.fixture
def running(tmp_path, monkeypatch):
    events, seen = [], threading.Condition()

    def emit(event):
        with seen:
            events.append(event)
            seen.notify_all()

    def until(wanted, count=1):
        with seen:
            assert seen.wait_for(lambda: sum(isinstance(e, wanted) for e in events) >= count, timeout=20), events
        return [event for event in events if isinstance(event, wanted)]

    config = Config(
        paths=PathsConfig(data=str(tmp_path)), ui=UiConfig(listen=False), voice=VoiceConfig(replies="never")
    )
    runtime = Runtime(config, emit)
    session = Slow()
    session.complete.set()
    runtime._begin(lambda: session, session.complete)
    yield runtime, session, until
    runtime.close()


def test_what_is_not_understood_by_templates_waits_until_the_matcher_is_whole(running):
    runtime, session, until = running
    session.complete.clear()
    runtime.submit("0.0")
    until(TurnEnded)
    runtime.submit("0.1")
    (notice,) = until(Noticed)
    assert "'0.1' waits" in notice.message
    assert [text for text, _, _ in session.turns] == ["0.0"]
    session.complete.set()
    until(TurnEnded, 2)
    assert [text for text, _, _ in session.turns] == ["0.0", "0.1"]


def test_what_is_typed_while_a_turn_runs_is_answered_after_it(running):
    runtime, session, until = running
    for text in ("0.2", "0.0", "0.1"):
        runtime.submit(text)
    until(TurnEnded, 3)
    assert [text for text, _, _ in session.turns] == ["0.2", "0.0", "0.1"]


def test_what_a_line_would_mean_is_told_beside_a_turn_and_is_none(running):
    runtime, session, until = running
    runtime.submit("0.3")
    runtime.consider("turn on")
    (told,) = until(Understood)
    assert (told.utterance, told.partial) == (Utterance("turn on"), True)
    until(TurnEnded)
    assert [text for text, *_ in session.turns] == ["0.3"]


def test_an_interruption_ends_the_turn_and_those_that_wait(running):
    runtime, session, until = running
    runtime.submit("30")
    runtime.submit("30")
    time.sleep(0.2)
    runtime.interrupt()
    until(TurnEnded, 2)
    assert [(text, cancelled) for text, cancelled, _ in session.turns] == [("30", True)]
    assert session.turns[0][2] < 5


def test_no_interruption_is_lost_however_it_falls(running):
    """The token is made when the utterance is taken, so there is no moment at which it can be missed."""
    runtime, session, until = running
    for round_ in range(1, 201):
        runtime.submit("30")
        runtime.interrupt()
        until(TurnEnded, round_)
    assert all(cancelled for _, cancelled, _ in session.turns)


def test_whoever_calls_while_it_speaks_ends_that_turn(running):
    runtime, session, until = running
    runtime.submit("30")
    time.sleep(0.2)
    runtime._talker.aloud = lambda: "It is late."
    runtime._give_way()
    until(TurnEnded)
    assert [(text, cancelled) for text, cancelled, _ in session.turns] == [("30", True)]


def test_whoever_calls_before_it_speaks_loses_no_command(running):
    runtime, session, until = running
    runtime.submit("0.3")
    runtime._give_way()
    until(TurnEnded)
    assert [(text, cancelled) for text, cancelled, _ in session.turns] == [("0.3", False)]


def test_the_talk_key_asks_for_the_microphone_where_it_is_closed(running, monkeypatch):
    runtime, _, _ = running
    asked = []
    monkeypatch.setattr(runtime._listener, "listen", asked.append)
    for wanted in (True, False):
        monkeypatch.setattr(runtime._listener, "_is_wanted", wanted)
        runtime.talk()
    assert asked == [True]
    monkeypatch.undo()


def test_a_fault_of_ours_is_told_and_logged_and_the_next_turn_goes_on(running, tmp_path):
    runtime, session, until = running
    runtime.submit("bug")
    runtime.submit("0")
    (failed,) = until(Failed)
    until(TurnEnded)
    assert "ZeroDivisionError" in failed.message
    assert "by nobody" in (tmp_path / "faults.log").read_text()


def test_a_missing_speech_model_leaves_typing_as_it_is(running, monkeypatch):
    runtime, session, until = running

    def fail(config, emit):
        raise ModelError("base: model.bin is missing")

    monkeypatch.setattr(build, "open_transcriber", fail)
    runtime._threads.run(runtime._loader.load_speech, "speech")
    assert until(Failed) == [Failed("base: model.bin is missing", "speech")]
    runtime.submit("0")
    until(TurnEnded)


def test_closing_twice_is_safe(running):
    runtime, _, _ = running
    runtime.close()
    runtime.close()


def test_quit_is_told_after_the_turn(running):
    runtime, _, until = running
    runtime.submit("quit")
    until(Quit)
    assert until(TurnEnded)
