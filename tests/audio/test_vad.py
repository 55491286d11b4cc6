"""The voice detector hears speech in speech and none in silence or noise, whatever it is fed before."""

from __future__ import annotations

import importlib.util
import itertools
import subprocess
import sys

import numpy as np
import pytest

from assistant.audio import vad
from assistant.audio.capture import recording
from assistant.audio.endpointing import segment
from assistant.audio.vad import Vad
from assistant.config import EndpointConfig
from assistant.errors import ModelError
from assistant.values import FRAME_SAMPLES, SpeechStarted
from paths import RECORDINGS


def probabilities(frames):
    detector = Vad()
    return np.array([detector.probability(frame) for frame in frames])


def from_the_first_sound():
    frames = recording(RECORDINGS / "set-a-timer-for-ten-minutes.wav")
    return list(itertools.dropwhile(lambda frame: not frame.any(), frames))


def test_speech_is_speech():
    speech = probabilities(recording(RECORDINGS / "set-a-timer-for-ten-minutes.wav"))
    assert np.mean(speech > 0.5) > 0.4
    assert speech.max() > 0.9


@pytest.mark.parametrize("level", [0.0, 0.001, 0.1])
def test_noise_and_silence_are_not(level):
    noise = np.random.default_rng(0).normal(0, level, (100, FRAME_SAMPLES)).astype(np.float32)
    assert probabilities(noise).max() < 0.5


def test_frame_by_frame_is_the_same_as_all_at_once():
    """Against faster-whisper's own batch of the same network, from the first sound on."""
    from faster_whisper.vad import get_vad_model

    frames = from_the_first_sound()
    whole = get_vad_model()(np.concatenate(frames)).squeeze()
    assert np.max(np.abs(probabilities(frames) - whole)) < 1e-3


def test_several_frames_at_once_are_the_same_as_one_after_the_other():
    frames, detector = from_the_first_sound(), Vad()
    groups = [detector.probabilities(frames[start : start + 3]) for start in range(0, len(frames), 3)]
    assert np.max(np.abs(np.concatenate(groups) - probabilities(frames))) < 1e-5


def test_after_digital_silence_it_hears_as_a_new_detector_does():
    frames = list(recording(RECORDINGS / "set-a-timer-for-ten-minutes.wav"))
    silence = [np.zeros(FRAME_SAMPLES, np.float32)] * 50
    assert np.array_equal(probabilities([*silence, *frames]), [*[0.0] * 50, *probabilities(frames)])


def test_a_new_detector_remembers_nothing():
    frames = list(recording(RECORDINGS / "set-a-timer-for-ten-minutes.wav"))
    assert np.array_equal(probabilities(frames), probabilities(frames))


def test_soft_speech_is_heard_after_loud_speech_as_well():
    """A detector that remembers the loud speech hears none of the soft one."""
    loud = list(recording(RECORDINGS / "set-a-timer-for-ten-minutes.wav"))
    noise = np.random.default_rng(0).normal(0, 0.003, (200, FRAME_SAMPLES)).astype(np.float32)
    soft = [0.05 * frame + noise[n] for n, frame in enumerate(recording(RECORDINGS / "real-what-time-is-it.wav"))]
    frames = [*loud, *noise[:60], *soft, *noise[60:120]]
    events = [type(event) for event in segment(frames, Vad(), EndpointConfig(), lambda: 0.6)]
    assert events.count(SpeechStarted) == 2


@pytest.mark.parametrize("seconds", [15, 60])
def test_soft_speech_is_heard_after_a_long_time_of_even_noise(seconds):
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.003, (int(seconds * 16000 / FRAME_SAMPLES) + 200, FRAME_SAMPLES)).astype(np.float32)
    speech = list(recording(RECORDINGS / "real-what-time-is-it.wav"))
    noise[-150 : len(speech) - 150] += 0.05 * np.array(speech)
    events = [type(event) for event in segment(noise, Vad(), EndpointConfig(), lambda: 0.6)]
    assert events.count(SpeechStarted) == 1


def heard(frames, detector):
    return [type(event) for event in segment(frames, detector, EndpointConfig(), lambda: 0.6)].count(SpeechStarted)


@pytest.mark.parametrize(
    "name", ["what-time-is-it", "real-what-time-is-it", "set-a-timer-for-ten-minutes", "add-milk-to-the-shopping-list"]
)
def test_speech_with_its_peak_65_db_below_full_scale_is_heard(name):
    frames = np.array(list(recording(RECORDINGS / f"{name}.wav")))
    room = np.random.default_rng(0).normal(0, 1, (len(frames) + 120, FRAME_SAMPLES)).astype(np.float32)
    soft = room * 10 ** (-85 / 20)
    soft[60 : 60 + len(frames)] += frames * 10 ** (-65 / 20) / np.max(np.abs(frames))
    assert heard(soft, Vad(hears_soft=True)) == 1


@pytest.mark.parametrize("level", [-90, -70, -50, -30])
def test_the_noise_of_a_room_is_no_speech_however_soft(level):
    noise = np.cumsum(np.random.default_rng(0).normal(0, 1, 60 * 16_000))
    noise = np.diff(noise - np.convolve(noise, np.full(400, 1 / 400), "same"), prepend=0) + 0.02 * noise / noise.std()
    frames = (noise / noise.std() * 10 ** (level / 20)).astype(np.float32).reshape(-1, FRAME_SAMPLES)
    assert heard(frames, Vad(hears_soft=True)) == 0


def test_it_does_not_load_faster_whisper():
    code = "import sys; from assistant.audio.vad import Vad; Vad(); print('faster_whisper' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_a_missing_network_is_one_line(monkeypatch):
    vad._network.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match="reinstall faster-whisper"):
        Vad()
    vad._network.cache_clear()
