"""Replies are read as a person would read them, from their first words on, by the voice that is there."""

from __future__ import annotations

import socket
import time

import numpy as np
import pytest

from assistant.config import VoiceConfig
from assistant.errors import ModelError
from assistant.tts.hibari import Voice, sentences, speakable


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Timer set for **10 minutes**.", "Timer set for 10 minutes."),
        ("See [the manual](https://example.com/a/b).", "See the manual."),
        ("See https://www.example.com/foo?x=1, or www.test.org.", "See example.com, or test.org."),
        ("Run `assistant doctor`.", "Run assistant doctor."),
        ("```\nrm -rf\n```\nThat is all", "That is all"),
        ("# Lists\n\n- milk\n- *brown* bread", "Lists.\nmilk.\nbrown bread."),
        ("1. Stop it\n2. Start it!", "1: Stop it.\n2: Start it!"),
        ("5 × 3 = 15 & 10 / 2 = 5", "5 times 3 is 15 and 10 divided by 2 is 5"),
        ("7 - 3 = 4, −2 °C", "7 minus 3 is 4, minus 2 °C"),
        ("Done ✓ 🙂 → ok", "Done, ok"),
        ("snake_case and 2 * x * y stay", "snake_case and 2 * x * y stay"),
        ("3.5 GiB at 7:30 pm on 2026-11-22, 12 km/h", "3.5 GB at 7:30 pm on 2026-11-22, 12 km/h"),
        ("on/off", "on or off"),
        ("", ""),
        ("🙂", ""),
    ],
)
def test_what_is_written_is_read_as_words(written, read):
    assert speakable(written) == read


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
def voice():
    return Voice(VoiceConfig())


@pytest.mark.model
def test_the_first_sentence_is_there_before_the_others_are_made(voice):
    text = "One moment. " + "This is a rather long explanation of what has been done. " * 20
    began = time.perf_counter()
    chunks = voice.synthesise(text)
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
def test_speed_shortens_speech(voice):
    def seconds(speed):
        return sum(
            len(samples) / rate for samples, rate in Voice(VoiceConfig(speed=speed)).synthesise("What time is it?")
        )

    assert seconds(2.0) < 0.7 * seconds(1.0)


@pytest.mark.model
def test_nothing_to_say_is_no_sound(voice):
    assert list(voice.synthesise("🙂")) == []


@pytest.mark.model
def test_the_voice_never_goes_to_the_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    list(Voice(VoiceConfig()).synthesise("Pneumonoultramicroscopic xyzzy."))


def test_a_missing_voice_is_one_line(monkeypatch, tmp_path):
    from hibari import voices

    monkeypatch.setattr(voices, "ASSETS", str(tmp_path))
    with pytest.raises(ModelError, match="reinstall hibari-tts"):
        Voice(VoiceConfig())
