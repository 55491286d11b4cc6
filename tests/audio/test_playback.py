"""Chunks are heard at once, whole and in order, and stop at once."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from assistant.audio import capture
from assistant.audio.playback import chime, play
from assistant.config import AudioConfig
from assistant.errors import AudioError
from assistant.values import FRAME_SECONDS
from fakes.waves import pitch, tone

RATE = 24_000


def chunk(seconds, hertz=440.0):
    return tone(seconds, RATE, hertz), RATE


class Recorder:
    """The frames that the microphone hears, with the time at which each came in."""

    def __init__(self):
        self.microphone = capture.Microphone(AudioConfig())
        self.frames, self.times = [], []
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def listen(self):
        for frame in self.microphone.frames():
            self.frames.append(frame)
            self.times.append(time.monotonic())

    def __enter__(self):
        while not self.frames:
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        time.sleep(0.5)
        self.microphone.close()
        self.thread.join(5)

    def loud(self):
        return [t for t, frame in zip(self.times, self.frames, strict=True) if capture.level(frame)[0] > -40]


@pytest.mark.audio
def test_chunks_are_heard_whole_and_in_order(room):
    with Recorder() as recorder:
        play([chunk(0.6, 440), chunk(0.6, 880)], AudioConfig(), threading.Event(), lambda: None)
    loud = [frame for frame in recorder.frames if capture.level(frame)[0] > -40]
    assert len(loud) * FRAME_SECONDS == pytest.approx(1.2, abs=0.1)
    assert pitch(np.concatenate(loud[2:15])) == pytest.approx(440, abs=5)
    assert pitch(np.concatenate(loud[-15:-2])) == pytest.approx(880, abs=5)


@pytest.mark.audio
def test_the_first_chunk_sounds_while_the_second_is_being_made(room):
    second_made = []

    def chunks():
        yield chunk(1.0)
        time.sleep(0.5)
        second_made.append(time.monotonic())
        yield chunk(0.2)

    started = []
    with Recorder() as recorder:
        play(chunks(), AudioConfig(), threading.Event(), lambda: started.append(time.monotonic()))
    assert len(started) == 1
    assert started[0] < second_made[0]
    assert recorder.loud()[0] < second_made[0]


@pytest.mark.audio
def test_it_falls_silent_when_cancelled(room):
    cancelled = threading.Event()
    cancel_times = []

    def cancel():
        cancel_times.append(time.monotonic())
        cancelled.set()

    with Recorder() as recorder:
        play([chunk(5.0)], AudioConfig(), cancelled, lambda: threading.Timer(0.6, cancel).start())
        returned = time.monotonic()
    assert returned - cancel_times[0] < 0.2
    # The way through the sound server and back takes as long at the start; it is not the player's.
    assert recorder.loud()[-1] - cancel_times[0] < 0.05 + 0.2


@pytest.mark.audio
def test_cancelled_before_the_start_there_is_no_sound(room):
    cancelled = threading.Event()
    cancelled.set()
    started = []
    with Recorder() as recorder:
        play([chunk(1.0)], AudioConfig(), cancelled, lambda: started.append(1))
    assert not started
    assert not recorder.loud()


@pytest.mark.audio
def test_a_loudspeaker_that_refuses_the_rate_gets_its_own(room, monkeypatch):
    import sounddevice

    class Speaker(sounddevice.OutputStream):
        def __init__(self, rate, *, channels, **options):
            if (rate, channels) != (44_100, 2):
                raise sounddevice.PortAudioError("Error opening OutputStream: Invalid sample rate [-9997]")
            super().__init__(rate, channels=channels, **options)

    monkeypatch.setattr(sounddevice, "OutputStream", Speaker)
    with Recorder() as recorder:
        play([chunk(0.8)], AudioConfig(), threading.Event(), lambda: None)
    loud = [frame for frame in recorder.frames if capture.level(frame)[0] > -40]
    assert len(loud) * FRAME_SECONDS == pytest.approx(0.8, abs=0.1)
    assert pitch(np.concatenate(loud[2:-2])) == pytest.approx(440, abs=5)


@pytest.mark.audio
def test_an_error_while_making_chunks_comes_through(room):
    def chunks():
        yield chunk(0.3)
        raise ValueError("no voice")

    with pytest.raises(ValueError, match="no voice"):
        play(chunks(), AudioConfig(), threading.Event(), lambda: None)


@pytest.mark.audio
def test_an_unknown_loudspeaker_is_one_line(room):
    with pytest.raises(AudioError, match=r"\[audio\] output: there is no loudspeaker 'rom'; did you mean 'room'\?"):
        play([chunk(0.1)], AudioConfig(output="rom"), threading.Event(), lambda: None)


def test_nothing_to_play_needs_no_device():
    play([], AudioConfig(output="none"), threading.Event(), lambda: None)
    play([(np.zeros(0, np.float32), RATE)], AudioConfig(output="none"), threading.Event(), lambda: None)


def test_the_chime_is_short_soft_and_ends_in_silence():
    samples, rate = chime()
    assert 1.0 <= len(samples) / rate <= 2.5
    assert 0.2 < np.max(np.abs(samples)) <= 0.5
    assert np.max(np.abs(samples[-10:])) < 0.01
    assert samples.dtype == np.float32
