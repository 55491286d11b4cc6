"""Hearing goes on at the pace of speech, however slow understanding is."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.app import build
from assistant.app.worker import AtOnce, NewestWins
from assistant.audio import vad
from assistant.config import Config, EndpointConfig, SttConfig
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, FinalTranscript, PartialTranscript, SpeechEnded
from fakes.hearing import Loudness, PacedMicrophone, SlowSession, WordTranscriber

CONFIG = Config(
    endpoint=EndpointConfig(short_pause=0.35, long_pause=1.1, answer_pause=1.5),
    stt=SttConfig(partial_interval=0.3),
)


@pytest.fixture(autouse=True)
def loudness(monkeypatch):
    monkeypatch.setattr(vad, "Vad", Loudness)


def heard(microphone, session, worker):
    """Each event, with the seconds of sound that had come by then."""
    events = build.hear(microphone.frames(), WordTranscriber(), lambda: session, CONFIG, worker)
    return [(microphone.seconds, event) for event in events]


def test_no_frame_waits_for_understanding_that_takes_a_second():
    microphone, session = PacedMicrophone("..---------....-------.............."), SlowSession(1.0)
    events = [event for _, event in heard(microphone, session, NewestWins)]
    assert session.texts
    assert microphone.longest_hold < 0.5
    assert [event for event in events if isinstance(event, PartialTranscript)]
    assert isinstance(events[-1], FinalTranscript)


def test_no_frame_waits_for_the_words_that_are_expected():
    microphone, session = PacedMicrophone("..---------" + "." * 16), SlowSession(0.0, prompt=1.0)
    longest = None
    for event in build.hear(microphone.frames(), WordTranscriber(), lambda: session, CONFIG, NewestWins):
        if isinstance(event, SpeechEnded):  # after which the final transcript is waited for
            longest = microphone.longest_hold
    assert longest < 0.5


def test_the_measure_sees_understanding_in_the_ears_thread():
    microphone, session = PacedMicrophone("..---------.............."), SlowSession(0.5)
    heard(microphone, session, AtOnce)
    assert microphone.longest_hold > 0.45


def test_an_answer_in_time_ends_a_whole_command_early():
    microphone = PacedMicrophone("..---------" + "." * 20)
    ((at, ended),) = [
        pair for pair in heard(microphone, SlowSession(0.0), NewestWins) if isinstance(pair[1], SpeechEnded)
    ]
    assert 0.3 < at - ended.at < 0.9


def test_until_there_is_an_answer_a_pause_is_long():
    microphone = PacedMicrophone("..---------" + "." * 20)
    ((at, ended),) = [
        pair for pair in heard(microphone, SlowSession(5.0), NewestWins) if isinstance(pair[1], SpeechEnded)
    ]
    assert at - ended.at == pytest.approx(CONFIG.endpoint.long_pause, abs=2 * FRAME_SECONDS)


def test_until_there_is_an_answer_the_answer_to_a_question_is_waited_for():
    microphone, session = PacedMicrophone("..---------" + "." * 25), SlowSession(5.0)
    session.expects_answer = True
    ((at, ended),) = [pair for pair in heard(microphone, session, NewestWins) if isinstance(pair[1], SpeechEnded)]
    assert at - ended.at == pytest.approx(CONFIG.endpoint.answer_pause, abs=2 * FRAME_SECONDS)


@pytest.mark.parametrize("worker", [AtOnce, NewestWins])
def test_a_recording_that_comes_at_once_is_heard_the_same_every_time(worker):
    frames = [
        np.full(FRAME_SAMPLES, letter == "-", np.float32) for letter in "..----......----........" for _ in range(9)
    ]
    runs = [[*build.hear(iter(frames), WordTranscriber(), lambda: SlowSession(0.0), CONFIG, worker)] for _ in range(3)]
    texts = [[e.utterance.text for e in run if isinstance(e, FinalTranscript)] for run in runs]
    assert texts[0] == texts[1] == texts[2]
    assert [type(event) for event in runs[0]] == [type(event) for event in runs[1]]
