"""Hearing goes on at the pace of speech, however slow understanding is."""

from __future__ import annotations

import time

import numpy as np
import pytest

from assistant.app import build
from assistant.app.worker import AtOnce, NewestWins
from assistant.audio import vad
from assistant.config import Config, EndpointConfig, SttConfig
from assistant.values import (
    FRAME_SAMPLES,
    FRAME_SECONDS,
    FinalTranscript,
    Hypothesis,
    PartialTranscript,
    SpeechEnded,
)

CONFIG = Config(
    endpoint=EndpointConfig(short_pause=0.35, long_pause=1.1, answer_pause=1.5),
    stt=SttConfig(partial_interval=0.3),
)


class Loudness:
    """A voice detector that takes whatever is not silent for speech."""

    def probability(self, frame):
        return float(frame[0] > 0)

    def forget(self):
        pass


class Transcriber:
    """Hears one word for each half second of sound."""

    def decode(self, samples, prompt="", final=True, known=None):
        loud = samples.reshape(-1, FRAME_SAMPLES)[:, 0] > 0
        words = [f"word{n}" for n in range(1 + int(loud.sum() * FRAME_SECONDS / 0.5))]
        return (Hypothesis(" ".join(words), 0.9),) if loud.any() else ()

    def count_tokens(self, text):
        return len(text.split())


class SlowSession:
    """Takes `seconds` to say of any text that it is a whole command."""

    expects_answer = False

    def __init__(self, seconds):
        self.seconds, self.texts = seconds, []
        self.matcher = self.hints = self
        self.words = self.sentences = ()

    def expected(self, text):
        time.sleep(self.seconds)
        return ()

    def alternatives(self, text):
        time.sleep(self.seconds)
        return ()

    def ending(self, text):
        self.texts.append(text)
        time.sleep(self.seconds)
        return "complete"


class Microphone:
    """Frames at the pace of speech: `-` a tenth of a second of it, `.` of silence; sees how long each is held."""

    def __init__(self, sound):
        self.sound, self.longest_hold, self.seconds = sound, 0.0, 0.0

    def frames(self):
        due = time.perf_counter()
        for letter in self.sound:
            for _ in range(3):
                due += FRAME_SECONDS
                time.sleep(max(0.0, due - time.perf_counter()))
                self.seconds += FRAME_SECONDS
                given = time.perf_counter()
                yield np.full(FRAME_SAMPLES, letter == "-", np.float32)
                self.longest_hold = max(self.longest_hold, time.perf_counter() - given)


@pytest.fixture(autouse=True)
def loudness(monkeypatch):
    monkeypatch.setattr(vad, "Vad", Loudness)


def heard(microphone, session, worker):
    """Each event, with the seconds of sound that had come by then."""
    events = build.hear(microphone.frames(), Transcriber(), lambda: session, CONFIG, worker)
    return [(microphone.seconds, event) for event in events]


def test_no_frame_waits_for_understanding_that_takes_a_second():
    microphone, session = Microphone("..---------....-------.............."), SlowSession(1.0)
    events = [event for _, event in heard(microphone, session, NewestWins)]
    assert session.texts
    assert microphone.longest_hold < 0.25  # the final transcript is waited for; understanding would take a second
    assert [event for event in events if isinstance(event, PartialTranscript)]
    assert isinstance(events[-1], FinalTranscript)


def test_the_measure_sees_understanding_in_the_ears_thread():
    microphone, session = Microphone("..---------.............."), SlowSession(0.5)
    heard(microphone, session, AtOnce)
    assert microphone.longest_hold > 0.45


def test_an_answer_in_time_ends_a_whole_command_early():
    microphone = Microphone("..---------" + "." * 20)
    ((at, ended),) = [
        pair for pair in heard(microphone, SlowSession(0.0), NewestWins) if isinstance(pair[1], SpeechEnded)
    ]
    assert 0.3 < at - ended.at < 0.9


def test_until_there_is_an_answer_a_pause_is_long():
    microphone = Microphone("..---------" + "." * 20)
    ((at, ended),) = [
        pair for pair in heard(microphone, SlowSession(5.0), NewestWins) if isinstance(pair[1], SpeechEnded)
    ]
    assert at - ended.at == pytest.approx(CONFIG.endpoint.long_pause, abs=2 * FRAME_SECONDS)


def test_until_there_is_an_answer_the_answer_to_a_question_is_waited_for():
    microphone, session = Microphone("..---------" + "." * 25), SlowSession(5.0)
    session.expects_answer = True
    ((at, ended),) = [pair for pair in heard(microphone, session, NewestWins) if isinstance(pair[1], SpeechEnded)]
    assert at - ended.at == pytest.approx(CONFIG.endpoint.answer_pause, abs=2 * FRAME_SECONDS)


@pytest.mark.parametrize("worker", [AtOnce, NewestWins])
def test_a_recording_that_comes_at_once_is_heard_the_same_every_time(worker):
    frames = [
        np.full(FRAME_SAMPLES, letter == "-", np.float32) for letter in "..----......----........" for _ in range(9)
    ]
    runs = [[*build.hear(iter(frames), Transcriber(), lambda: SlowSession(0.0), CONFIG, worker)] for _ in range(3)]
    texts = [[e.utterance.text for e in run if isinstance(e, FinalTranscript)] for run in runs]
    assert texts[0] == texts[1] == texts[2]
    assert [type(event) for event in runs[0]] == [type(event) for event in runs[1]]
