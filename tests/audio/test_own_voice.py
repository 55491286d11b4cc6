"""The assistant's own voice is taken out of what it hears, and whoever speaks over it is heard."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from assistant.audio.capture import recording
from assistant.audio.echo.canceller import EchoCanceller
from assistant.audio.echo.own_voice import HeardVoice, similarity
from assistant.audio.echo.played import Played
from assistant.audio.echo.sound_server import cancels_echo
from assistant.audio.vad import Vad
from assistant.config import AudioConfig, Config, ListenConfig
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE
from benchmarks.simulated_room import SimulatedRoom, frames_of
from fakes.spoken_reply import SpokenReply
from paths import RECORDINGS


def sound(name):
    return np.concatenate(list(recording(RECORDINGS / f"{name}.wav")))


@pytest.fixture(scope="module")
def reply():
    """Twelve seconds of speech, with few pauses."""
    names = ("add-milk-to-the-shopping-list", "set-a-timer-for-ten-minutes", "what-time-is-it", "hey-jarvis")
    frames = np.stack([frame for name in names for frame in frames_of(sound(name))])
    loud = np.square(frames).mean(axis=1) > 1e-3 * np.square(frames).mean(axis=1).max()
    speech = np.concatenate(frames[loud])
    return np.tile(speech, 1 + 12 * SAMPLE_RATE // len(speech))[: 12 * SAMPLE_RATE]


def level(samples):
    return 10 * np.log10(np.mean(np.square(samples)) + 1e-12)


@pytest.mark.parametrize(
    ("room", "least"),
    [
        (SimulatedRoom(1), 15),
        (SimulatedRoom(2, lag=0.9), 15),
        (SimulatedRoom(3, drift=60), 10),
        (SimulatedRoom(4, drive=3.0), 6),
    ],
    ids=["room", "lag", "drift", "clipping"],
)
def test_the_own_voice_is_taken_out(reply, room, least):
    heard = room.echo(reply) + 0.0
    heard += room.noise(len(heard))
    played = Played()
    track = played.track()
    track.rate, track.start = SAMPLE_RATE, 5.0
    canceller, left = EchoCanceller(played), []
    for number, (frame, block) in enumerate(zip(frames_of(heard), frames_of(reply), strict=False)):
        track.add(block)
        left.append(canceller.cancel(frame, 5.0 + (number + 1) * FRAME_SECONDS))
    assert canceller.lag == pytest.approx(room.lag, abs=0.002)
    last = slice(-4 * SAMPLE_RATE, None)
    residue = np.concatenate(left)
    assert level(heard[: len(residue)][last]) - level(residue[last]) > least


def own_voice(reply, room, config=None):
    speech, stopped = SpokenReply(room, reply), []
    voice = HeardVoice(speech, config or Config(), lambda: stopped.append(speech.now))
    voice.open()
    return speech, voice


def hear(speech, voice, seconds, near=None):
    """Play for so long; return the seconds after which somebody was noticed."""
    noticed = []
    for number in range(round(seconds / FRAME_SECONDS)):
        frame = speech.frame()
        if near is not None:
            part = near[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
            frame[: len(part)] += part
        frame = voice.cancel(frame, speech.now)
        if voice.text() is not None and voice.is_talked_over(frame):
            noticed.append((number + 1) * FRAME_SECONDS)
    return noticed


def spoken(room, decibels):
    speech = sound("real-what-time-is-it")
    detector = Vad()
    start = next(number for number, frame in enumerate(frames_of(speech)) if detector.probability(frame) > 0.9)
    return room.voice(speech[start * FRAME_SAMPLES :], decibels)


def test_whoever_speaks_over_it_is_noticed_at_once_and_it_alone_never(reply):
    room = SimulatedRoom(5)
    speech, voice = own_voice(reply, room)
    assert hear(speech, voice, 7.0) == []
    assert hear(speech, voice, 1.0, spoken(room, 0))[0] < 0.3


def test_nobody_interrupts_where_that_is_switched_off(reply):
    room = SimulatedRoom(5)
    config = dataclasses.replace(Config(), listen=ListenConfig(interrupt=False))
    speech, voice = own_voice(reply, room, config)
    hear(speech, voice, 7.0)
    assert hear(speech, voice, 1.0, spoken(room, 6)) == []


def test_with_headphones_whoever_speaks_is_noticed(reply):
    speech, voice = own_voice(reply, SimulatedRoom(6))
    speech.loudspeaker._response *= 0
    hear(speech, voice, 4.0)
    assert hear(speech, voice, 1.0, spoken(SimulatedRoom(6), 0))


@pytest.mark.parametrize(("text", "is_own"), [("It's late.", True), ("What time is it?", False), ("", False)])
def test_the_own_voice_is_known_by_its_words(reply, text, is_own):
    speech, voice = own_voice(reply, SimulatedRoom(7))
    hear(speech, voice, 1.0)
    voice.begins()
    hear(speech, voice, 1.0)
    assert voice.says(text) is is_own


def test_its_words_from_somebody_else_after_it_are_not_its_own(reply):
    speech, voice = own_voice(reply[: 4 * SAMPLE_RATE], SimulatedRoom(8))
    hear(speech, voice, 5.5)
    voice.begins()
    hear(speech, voice, 1.0)
    assert not voice.says("It is late.")


@pytest.mark.parametrize(
    ("text", "spoken_text", "least", "most"),
    [
        ("Timer set for 10 minutes.", "Timer set for ten minutes.", 0.8, 1.0),
        ("Time is set for ten minutes", "Timer set for ten minutes.", 0.8, 1.0),
        ("Stop.", "The kitchen lights are on.", 0.0, 0.4),
        ("", "The kitchen lights are on.", 0.0, 0.0),
    ],
)
def test_likeness_of_what_was_heard_to_what_was_spoken(text, spoken_text, least, most):
    assert least <= similarity(text, spoken_text) <= most


def test_sounds_of_a_listener_are_no_words(reply):
    _, voice = own_voice(reply, SimulatedRoom())
    assert all(voice.goes_on_after(text) for text in ("Mm-hmm.", "Mhm", "Hmm...", "Uh-huh.", "Ah!", "Mmm, mm-hmm."))
    assert not any(voice.goes_on_after(text) for text in ("Hammer", "Home.", "Uh, stop.", "Oh no, stop", "Ahead"))


def test_what_nobody_reads_is_forgotten():
    played = Played(blocks=10)
    track = played.track()
    track.rate, track.start = SAMPLE_RATE, 1.0
    for number in range(100):
        track.add(np.full(FRAME_SAMPLES, number, np.float32))
    assert played.read(SAMPLE_RATE + 95 * FRAME_SAMPLES, 2).tolist() == [95, 95]
    assert not played.read(SAMPLE_RATE + 3 * FRAME_SAMPLES, 2).any()


@pytest.mark.audio
def test_the_sound_servers_own_canceller_is_recognised(room):
    assert not cancels_echo()
    module = room.pactl("load-module", "module-echo-cancel", "source_master=room.monitor", "sink_master=cd").strip()
    source = next(line.split()[1] for line in room.pactl("list", "short", "sources").splitlines() if "echo" in line)
    try:
        room.pactl("set-default-source", source)
        assert cancels_echo()
        config = dataclasses.replace(Config(), audio=AudioConfig(cancel_echo="always"))
        assert not cancels_echo("room")
        assert config.audio.cancel_echo == "always"
    finally:
        room.pactl("set-default-source", "room.monitor")
        room.pactl("unload-module", module)
