"""Hearing goes on at the pace of speech, however slow understanding is."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from assistant.app import build
from assistant.app.worker import AtOnce, NewestWins
from assistant.audio import vad
from assistant.config import Config, EndpointConfig, SttConfig
from assistant.stt import stream
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, FinalTranscript, PartialTranscript, SpeechEnded
from fakes.hearing import Loudness, PacedMicrophone, SlowSession, WordTranscriber

CONFIG = Config(
    endpoint=EndpointConfig(short_pause=0.35, long_pause=1.1, answer_pause=1.5),
    stt=SttConfig(partial_interval=0.3),
)
PATIENT = Config(endpoint=EndpointConfig(short_pause=0.35, long_pause=10.0), stt=SttConfig(partial_interval=0.3))
"""An answer comes within such a pause, however slow the machine."""


@pytest.fixture(autouse=True)
def loudness(monkeypatch):
    monkeypatch.setattr(vad, "Vad", Loudness)


class Heard:
    """The events of hearing a sound, each with the seconds of it that had come by then."""

    def __init__(self, sound, worker, config=CONFIG, patience=30.0, expects_answer=False, **session):
        self.events, self.times = [], []
        self.microphone = PacedMicrophone(
            sound, patience, speech=lambda: self.session.prompted, silence=lambda: self.told(FinalTranscript)
        )
        self.session = SlowSession(microphone=self.microphone, **session)
        self.session.expects_answer = expects_answer
        for event in build.hear(self.microphone.frames(), WordTranscriber(), lambda: self.session, config, worker):
            if isinstance(event, SpeechEnded):  # after which the ear waits for the final transcript
                self.microphone.end()
            self.events.append(event)
            self.times.append(self.microphone.seconds)

    def told(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def pause(self):
        """Seconds of silence that ended the only utterance."""
        ((at, ended),) = [
            (at, event) for at, event in zip(self.times, self.events, strict=True) if isinstance(event, SpeechEnded)
        ]
        return at - ended.at


def test_no_frame_waits_for_understanding_that_takes_a_second():
    heard = Heard("..---------,", NewestWins, PATIENT, seconds=1.0)
    assert heard.session.texts
    assert not heard.microphone.held_up
    assert heard.told(PartialTranscript)
    assert isinstance(heard.events[-1], FinalTranscript)


def test_no_frame_waits_for_the_words_that_are_expected():
    heard = Heard("..---------~" + "." * 16, NewestWins, prompt=1.0)
    assert heard.session.prompted
    assert not heard.microphone.held_up


def test_the_measure_sees_understanding_in_the_ears_thread():
    heard = Heard("..---------" + "." * 14, AtOnce, patience=0.1, seconds=0.5)
    assert heard.microphone.held_up


def test_an_answer_in_time_ends_a_whole_command_early():
    assert 0.3 < Heard("..---------,", NewestWins, PATIENT).pause() < PATIENT.endpoint.long_pause - 1


def test_until_there_is_an_answer_a_pause_is_long():
    heard = Heard("..---------" + "." * 20, NewestWins, seconds=5.0)
    assert heard.pause() == pytest.approx(CONFIG.endpoint.long_pause, abs=2 * FRAME_SECONDS)


def test_until_there_is_an_answer_the_answer_to_a_question_is_waited_for():
    heard = Heard("..---------" + "." * 25, NewestWins, seconds=5.0, expects_answer=True)
    assert heard.pause() == pytest.approx(CONFIG.endpoint.answer_pause, abs=2 * FRAME_SECONDS)


@pytest.mark.parametrize("worker", [AtOnce, NewestWins])
def test_a_recording_that_comes_at_once_is_heard_the_same_every_time(worker, monkeypatch):
    monkeypatch.setattr(stream, "time", SimpleNamespace(perf_counter=lambda: 0.0))  # no frame is late
    frames = [
        np.full(FRAME_SAMPLES, letter == "-", np.float32) for letter in "..----......----........" for _ in range(9)
    ]
    runs = [[*build.hear(iter(frames), WordTranscriber(), lambda: SlowSession(0.0), CONFIG, worker)] for _ in range(3)]
    texts = [[e.utterance.text for e in run if isinstance(e, FinalTranscript)] for run in runs]
    assert texts[0] == texts[1] == texts[2]
    assert [type(event) for event in runs[0]] == [type(event) for event in runs[1]]
