"""The wake word is detected where it is spoken, once, and nowhere else; a file that is no network is one line."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pymicro_wakeword
import pytest

from assistant.app import build
from assistant.audio.capture import recording
from assistant.audio.wake_word import WakeWord
from assistant.config import WAKE_WORDS, Config, ListenConfig
from assistant.errors import ModelError
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS
from paths import RECORDINGS

NETWORKS = Path(pymicro_wakeword.__file__).parent / "models"


def detections(*recordings, word="hey jarvis", sensitivity=0.5):
    """Seconds at which the word is detected in the recordings, played one after the other with a pause after each."""
    wake_word = WakeWord(word, sensitivity)
    pause = [np.zeros(FRAME_SAMPLES, np.float32)] * 30
    frames = [frame for name in recordings for frame in [*recording(RECORDINGS / f"{name}.wav"), *pause]]
    return [number * FRAME_SECONDS for number, frame in enumerate(frames) if wake_word.detects(frame)]


def test_the_words_of_the_config_are_those_of_the_library():
    assert {model.value.replace("_", " ") for model in pymicro_wakeword.Model} == set(WAKE_WORDS)


@pytest.mark.parametrize("word", WAKE_WORDS)
def test_each_word_can_be_used_and_says_what_to_say(word):
    assert build.open_wake_word(Config(listen=ListenConfig(wake_word=word))).phrase == word


def test_it_is_heard_just_after_it_was_said():
    (seconds,) = detections("hey-jarvis")
    assert 0.9 < seconds < 1.3


def test_a_person_is_heard():
    assert len(detections("real-alexa", word="alexa")) == 1


def test_each_time_it_is_said_is_one():
    assert len(detections("hey-jarvis", "hey-jarvis-what-time-is-it", "hey-jarvis")) == 3


@pytest.mark.parametrize("word", WAKE_WORDS)
def test_commands_and_silence_do_not_sound_like_it(word):
    sounds = ("what-time-is-it", "set-a-timer-for-ten-minutes", "add-milk-to-the-shopping-list", "real-what-time-is-it")
    assert detections(*sounds, word=word) == []


def test_another_word_is_not_the_word():
    assert detections("hey-jarvis", word="hey mycroft") == []
    assert detections("real-alexa") == []


def test_a_higher_sensitivity_hears_it_from_further_away():
    rng = np.random.default_rng(0)
    sounds = np.concatenate(list(recording(RECORDINGS / "hey-jarvis.wav")))
    noisy = [sounds + rng.normal(0, level, len(sounds)).astype(np.float32) for level in (0.05, 0.1, 0.15, 0.2, 0.3)]

    def count(sensitivity):
        words = [WakeWord("hey jarvis", sensitivity) for _ in noisy]
        clips = [clip[: len(clip) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES) for clip in noisy]
        return sum(any(map(word.detects, clip)) for word, clip in zip(words, clips, strict=True))

    assert count(0.0) <= count(0.5) <= count(1.0)
    assert count(0.0) < count(1.0)


def test_the_text_that_would_sound_like_it_is_known():
    word = WakeWord("hey jarvis", 0.5)
    assert word.occurs_in("Say **Hey, Jarvis!** and go on.")
    assert word.occurs_in("ask Jarvis")
    assert not word.occurs_in("It is late.")


# -- networks of one's own --------------------------------------------------------------------


@pytest.fixture
def own_network(tmp_path):
    shutil.copy(NETWORKS / "okay_nabu.tflite", tmp_path / "computer.tflite")
    described = json.loads((NETWORKS / "okay_nabu.json").read_text())
    described |= {"wake_word": "Hello, Computer", "model": "computer.tflite"}

    def write(**changes):
        file = tmp_path / "computer.json"
        file.write_text(json.dumps({key: value for key, value in (described | changes).items() if value is not None}))
        return str(file)

    return write


def test_a_network_of_ones_own_is_a_word_like_any_other(own_network):
    word = WakeWord(own_network(), 0.5)
    assert word.phrase == "hello computer"
    assert word.occurs_in("a computer")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "none.tflite"}, "No such file"),
        ({"model": None}, "'model' is missing"),
        ({"micro": {}}, "is missing"),
        ({"model": "computer.json"}, "computer.json is not a TensorFlow Lite network"),
    ],
)
def test_a_network_that_cannot_be_used_is_one_line(own_network, changes, message):
    with pytest.raises(ModelError, match=r"^wake word '.*computer\.json': [^\n]*" + message):
        WakeWord(own_network(**changes), 0.5)


def test_a_file_that_is_not_there_or_not_json_is_one_line(tmp_path):
    file = tmp_path / "a.json"
    with pytest.raises(ModelError, match="No such file"):
        WakeWord(str(file), 0.5)
    file.write_text("{")
    with pytest.raises(ModelError, match="cannot be used"):
        WakeWord(str(file), 0.5)


def test_without_the_library_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymicro_wakeword", None)
    with pytest.raises(ModelError, match="pip install 'pymicro-wakeword"):
        WakeWord("hey jarvis", 0.5)
