"""Replies are spoken from their first words on, by the voice inside the package."""

from __future__ import annotations

import socket
import time

import numpy as np
import pytest

from assistant.config import VoiceConfig
from assistant.errors import ModelError
from assistant.tts.hibari import HibariSpeaker, sentences
from assistant.tts.speaker import open_speaker


def test_sentences_keep_every_word_and_titles_do_not_end_one():
    text = "Dr. Smith is in. He will see you, at 3.5 past! Well?"
    assert list(sentences(text)) == ["Dr. Smith is in.", "He will see you, at 3.5 past!", "Well?"]


def test_a_long_sentence_is_begun_before_its_end():
    text = ", ".join(f"clause number {n} of a sentence without an end" for n in range(12)) + "."
    parts = list(sentences(text))
    assert len(parts) > 3
    assert " ".join(parts) == text
    assert all(len(part) < 160 for part in parts)


@pytest.fixture(scope="module")
def speaker():
    return open_speaker(VoiceConfig())


@pytest.mark.model
def test_the_first_sentence_is_there_before_the_others_are_made(speaker):
    text = "One moment. " + "This is a rather long explanation of what has been done. " * 20
    began = time.perf_counter()
    chunks = speaker.synthesise(text)
    first, rate = next(chunks)
    first_after = time.perf_counter() - began
    rest = [samples for samples, _ in chunks]
    all_after = time.perf_counter() - began
    assert first_after < all_after / 3
    assert len(rest) == 20
    assert rate == 24_000
    assert 0.4 < len(first) / rate < 2.0
    assert 0.05 < np.max(np.abs(first)) <= 1.0
    assert first.dtype == np.float32


@pytest.mark.model
def test_speed_shortens_speech(speaker):
    def seconds(speed):
        speaker = open_speaker(VoiceConfig(speed=speed))
        return sum(len(samples) / rate for samples, rate in speaker.synthesise("What time is it?"))

    assert seconds(2.0) < 0.7 * seconds(1.0)


@pytest.mark.model
def test_a_sentence_always_sounds_the_same(speaker):
    first, second = (np.concatenate([samples for samples, _ in speaker.synthesise("Goodbye.")]) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.model
def test_nothing_to_say_is_no_sound(speaker):
    assert list(speaker.synthesise("🙂")) == []


@pytest.mark.model
def test_the_voice_never_goes_to_the_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    list(open_speaker(VoiceConfig()).synthesise("Pneumonoultramicroscopic xyzzy."))


def test_a_missing_voice_is_one_line(monkeypatch, tmp_path):
    from hibari import voices

    monkeypatch.setattr(voices, "ASSETS", str(tmp_path))
    speaker = HibariSpeaker(VoiceConfig())
    with pytest.raises(ModelError, match="reinstall hibari-tts"):
        speaker.load()
