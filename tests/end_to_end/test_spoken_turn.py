"""Spoken turns, from a virtual microphone to the action and the spoken reply, as a user's own process runs them."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
import wave
from pathlib import Path

import pytest

from assistant.config import VoiceConfig
from assistant.tts.speaker import open_speaker
from fakes.listening import Listening
from fakes.virtual_microphone import virtual_microphone
from paths import RECORDINGS

pytestmark = [pytest.mark.model, pytest.mark.audio]


@pytest.fixture(scope="module")
def listening(room, data):
    listening = Listening(data, room.environment)
    listening.until("microphone_opened")
    yield listening
    code, said = listening.end()
    assert code == 0
    assert set(said) <= {"assistant: microphone 'default' sends only silence: is it muted?"}  # nobody speaks for long


def test_a_spoken_command_is_carried_out_and_answered_aloud(room, listening):
    room.play(RECORDINGS / "set-a-timer-for-ten-minutes.wav")
    lines = listening.until("speaking_ended")
    by_event = {line["event"]: line for line in lines}
    assert by_event["understood"]["kind"] == "intent_match"
    assert by_event["understood"]["slots"]["duration"] == 600
    assert by_event["reply_ended"]["ok"]
    assert "transcribe" in by_event["turn_ended"]["times"]
    assert by_event["speaking_started"]["t"] >= by_event["reply_ended"]["t"]


def test_the_assistant_does_not_hear_itself(room, listening):
    """Its voice is played into the very sink that the microphone hears."""
    room.play(RECORDINGS / "what-time-is-it.wav")
    listening.until("speaking_ended")
    assert not [line for line in listening.rest(3) if line["event"] in {"final_transcript", "understood"}]


def test_speech_is_shown_while_it_is_said(room, listening, tmp_path):
    said = "Please add milk and butter and a dozen eggs and two loaves of bread to the shopping list"
    (samples, rate), *_ = open_speaker(VoiceConfig()).synthesise(said)
    with wave.open(str(tmp_path / "long.wav"), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    room.play(tmp_path / "long.wav")
    lines = listening.until("turn_ended")
    events = [line["event"] for line in lines]
    assert "partial_transcript" in events[: events.index("speech_ended")]


def test_a_spoken_command_to_close_ends_listening(room, listening, data, tmp_path):
    listening.end()
    listening = Listening(data, room.environment)
    listening.until("microphone_opened")
    (samples, rate), *_ = open_speaker(VoiceConfig()).synthesise("Quit the assistant.")
    with wave.open(str(tmp_path / "quit.wav"), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    room.play(tmp_path / "quit.wav")
    events = [line["event"] for line in listening.until("quit")]
    assert "speaking_ended" in events
    assert listening.process.wait(20) == 0
    listening.end()


def test_a_microphone_that_vanishes_in_mid_sentence_is_heard_again_when_it_is_back(data, tmp_path):
    with virtual_microphone() as other, contextlib.ExitStack() as stack:
        (tmp_path / "silent.toml").write_text('[voice]\nreplies = "never"\n')
        listening = Listening(data, other.environment, "--config", str(tmp_path / "silent.toml"))
        stack.callback(listening.end)
        listening.until("microphone_opened")
        player = threading.Thread(target=lambda: suppressed(other.play, RECORDINGS / "set-a-timer-for-ten-minutes.wav"))
        player.start()
        listening.until("speech_started")
        time.sleep(0.5)
        other.unplug()
        lines = listening.until("microphone_lost")
        player.join()
        # What was said so far is ended like any utterance, in which there may be words or none.
        events = [line["event"] for line in lines]
        assert "speech_ended" in events
        assert {"final_transcript", "partial_transcript"} & set(events[events.index("speech_ended") :])
        other.plug_in()
        listening.until("microphone_opened", 10)
        other.play(RECORDINGS / "what-time-is-it.wav")
        understood = []
        while "TellTime" not in understood:  # the half sentence may have meant something too
            understood += [line.get("intent") for line in listening.until("understood") if "intent" in line]
        code, said = listening.end()
        assert code == 0
        assert said[0] == "assistant: microphone 'default' is gone: it is used again as soon as it can be"


def suppressed(play, recording):
    with contextlib.suppress(subprocess.CalledProcessError):  # its loudspeaker vanishes too
        play(recording)


@pytest.mark.skipif(any(Path("/dev/snd").glob("pcm*")), reason="this machine has a sound card")
def test_where_there_is_no_sound_hardware_one_line_says_so(data, tmp_path):
    listening = Listening(data, {"PULSE_SERVER": f"unix:{tmp_path}/none"})
    listening.process.wait(120)
    code, said = listening.end()
    assert (code, len(said)) == (2, 1), said
    assert "microphone" in said[0]
