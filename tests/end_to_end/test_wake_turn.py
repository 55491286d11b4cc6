"""Turns that begin with the wake word, from a virtual microphone to the reply, as a user's own process runs them."""

from __future__ import annotations

import wave

import numpy as np
import pytest

from assistant.config import VoiceConfig
from assistant.tts.speaker import open_speaker
from fakes.listening import Listening
from paths import RECORDINGS

pytestmark = [pytest.mark.model, pytest.mark.audio]

CONFIG = """
[listen]
start = "wake_word"
wait = 2
answer_wait = 4
"""
HEADPHONES = {"PULSE_SINK": "cd"}
"""What it says does not come back into the microphone."""

WAITING = {"until": "wake_word", "phrase": "hey jarvis"}


@pytest.fixture(scope="module")
def asleep(room, data):
    folder = data
    (folder / "config.toml").write_text(CONFIG)
    listening = Listening(folder, room.environment | HEADPHONES, "--config", str(folder / "config.toml"))
    assert listening.until("fell_asleep")[-1].items() >= WAITING.items()
    yield listening
    code, said = listening.end()
    assert code == 0
    assert set(said) <= {"assistant: microphone 'default' sends only silence: is it muted?"}  # nobody speaks for long


@pytest.fixture
def say(room, tmp_path):
    def say(text):
        (samples, rate), *_ = open_speaker(VoiceConfig()).synthesise(text)
        with wave.open(str(tmp_path / "said.wav"), "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        room.play(tmp_path / "said.wav")

    return say


def kinds(lines):
    return [line["event"] for line in lines]


def test_without_the_wake_word_nothing_is_heard(room, asleep):
    room.play(RECORDINGS / "set-a-timer-for-ten-minutes.wav")
    assert asleep.rest(2) == []


def test_a_command_in_the_same_breath_is_heard_whole_and_without_the_wake_word(room, asleep):
    room.play(RECORDINGS / "hey-jarvis-what-time-is-it.wav")
    lines = asleep.until("speaking_ended")
    by_event = {line["event"]: line for line in lines}
    assert by_event["woke_up"]["by"] == "wake_word"
    assert "what time is it" in by_event["final_transcript"]["utterance"]["text"].lower()
    assert "jarvis" not in by_event["final_transcript"]["utterance"]["text"].lower()
    assert by_event["understood"]["intent"] == "TellTime"
    events = kinds(lines)
    assert events.index("final_transcript") < events.index("fell_asleep") < events.index("speaking_ended")


def test_a_command_after_a_moment_is_heard_too(room, asleep):
    asleep.rest(0.5)
    room.play(RECORDINGS / "hey-jarvis.wav")
    room.play(RECORDINGS / "what-time-is-it.wav")
    by_event = {line["event"]: line for line in asleep.until("speaking_ended")}
    assert by_event["understood"]["intent"] == "TellTime"


def test_where_nobody_goes_on_it_falls_asleep_again(room, asleep):
    asleep.rest(0.5)
    room.play(RECORDINGS / "hey-jarvis.wav")
    events = kinds(asleep.until("fell_asleep", 20))
    assert "woke_up" in events
    assert not {"final_transcript", "understood"} & set(events)


def test_what_it_asks_is_answered_without_the_wake_word(asleep, say):
    asleep.rest(0.5)
    say("Hey Jarvis, remind me to water the plants.")
    lines = asleep.until("woke_up")  # by the wake word
    lines = asleep.until("woke_up")  # by the question
    assert lines[-1]["by"] == "question"
    assert [line for line in lines if line["event"] == "reply_ended"][-1]["expects_answer"]
    say("Tomorrow at five p m.")
    understood = [line for line in asleep.until("turn_ended") if line["event"] == "understood"][-1]
    assert (understood["kind"], understood["intent"]) == ("intent_match", "SetReminder")


def test_the_wake_word_cuts_it_short_and_the_next_command_is_heard(room, asleep, say):
    asleep.rest(0.5)
    say("Hey Jarvis, what can you do?")
    asleep.until("speaking_started")
    room.play(RECORDINGS / "hey-jarvis-what-time-is-it.wav")
    lines = asleep.until("speaking_ended")
    assert lines[-1]["interrupted"]
    assert {"event": "woke_up", "by": "wake_word"}.items() <= [e for e in lines if e["event"] == "woke_up"][-1].items()
    understood = [line for line in asleep.until("turn_ended") if line["event"] == "understood"][-1]
    assert understood["intent"] == "TellTime"
