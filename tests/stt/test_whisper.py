"""Speech becomes its words, once, and what is no speech becomes nothing."""

from __future__ import annotations

import os
import re
import shutil
import threading

import numpy as np
import pytest
import soxr

from assistant import weights
from assistant.audio import capture, devices
from assistant.audio.endpointing import segment
from assistant.audio.vad import Vad
from assistant.config import AudioConfig, Config, EndpointConfig, SttConfig, VoiceConfig
from assistant.errors import ModelError
from assistant.stt.prompt import PROMPT_TOKENS, expectation
from assistant.stt.stream import transcribe
from assistant.stt.whisper import WhisperTranscriber, said_once
from assistant.tts.hibari import Voice
from assistant.values import SAMPLE_RATE, FinalTranscript, PartialTranscript
from fakes.virtual_microphone import virtual_microphone
from paths import RECORDINGS

SPOKEN = {
    "what-time-is-it": "what time is it",
    "set-a-timer-for-ten-minutes": "set a timer for 10 minutes",
    "add-milk-to-the-shopping-list": "add milk to the shopping list",
    "real-what-time-is-it": "what time is it",
}


def plain(text):
    return re.sub(r"[^\w\s]", "", text).lower().replace(" ten ", " 10 ")


# -- what is said twice -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heard", "seconds", "said"),
    [
        ("Lock the front door. Lock the front door. Lock the fr", 2.1, "Lock the front door."),
        ("Nevermind Nevermind Nevermind Never", 1.4, "Nevermind"),
        ("Stop. Stop.", 0.9, "Stop."),
        ("What time is it? What time is it", 1.5, "What time is it?"),
        ("Run part of time Run part of time Run p", 1.5, "Run part of time"),
        ("music, " * 15, 3.0, "music,"),
        ("set a timer for twenty twenty twenty twenty twenty", 2.0, "set a timer for twenty"),
        (
            "I see it now. It is over there, in the corner. I see it now",
            3.0,
            "I see it now. It is over there, in the corner.",
        ),
        ("no, no", 1.6, "no, no"),
        ("very very very good", 2.0, "very very very good"),
        ("play the song that you play", 1.4, "play the song that you play"),
        ("turn off the light in the hall and turn off the light in the kitchen", 2.5, None),
        ("one two three one two three four", 3.0, None),
        ("stop", 0.6, None),
        ("", 1.0, None),
    ],
)
def test_what_is_said_again_is_cut_and_nothing_else(heard, seconds, said):
    assert said_once(heard, seconds) == (heard if said is None else said)


# -- loading ----------------------------------------------------------------------------------


def one_line(error):
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_folder_without_a_model_is_one_line(tmp_path):
    with pytest.raises(ModelError) as error:
        WhisperTranscriber(tmp_path, SttConfig())
    assert "model.bin" in one_line(error)
    assert str(tmp_path) in one_line(error)


def test_a_damaged_model_is_one_line(tmp_path):
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ModelError) as error:
        WhisperTranscriber(tmp_path, SttConfig())
    assert str(tmp_path) in one_line(error)


@pytest.fixture(scope="module")
def folder():
    return weights.resolve("tiny.en", "stt", Config(), lambda progress: None)


@pytest.mark.model
def test_a_missing_tokenizer_is_not_fetched(folder, tmp_path):
    for file in folder.iterdir():
        if file.name != "tokenizer.json":
            (tmp_path / file.name).symlink_to(file)
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        WhisperTranscriber(tmp_path, SttConfig())


@pytest.mark.model
def test_a_truncated_model_is_one_line(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "model")
    with (tmp_path / "model" / "model.bin").open("r+b") as weights:
        weights.truncate(1_000_000)
    with pytest.raises(ModelError) as error:
        WhisperTranscriber(tmp_path / "model", SttConfig())
    assert "cannot be loaded" in one_line(error)


@pytest.mark.model
def test_a_language_that_the_model_lacks_is_one_line(folder):
    with pytest.raises(ModelError) as error:
        WhisperTranscriber(folder, SttConfig(language="de"))
    assert "'de'; it only knows English" in one_line(error)


# -- decoding ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def transcriber(folder):
    return WhisperTranscriber(folder, SttConfig())


def samples(name):
    return np.concatenate(list(capture.recording(RECORDINGS / f"{name}.wav")))


@pytest.mark.model
@pytest.mark.parametrize("name", SPOKEN)
def test_what_is_said_is_read(transcriber, name):
    (best, *_) = transcriber.decode(samples(name))
    assert plain(best.text) == SPOKEN[name]
    assert 0.3 < best.confidence <= 1.0


@pytest.mark.model
@pytest.mark.parametrize("prompt", ["", "timer, alarm, kitchen lights, music, shopping list, weather."])
def test_what_is_no_speech_gives_nothing(transcriber, prompt):
    noise = np.random.default_rng(0).normal(0, 0.05, SAMPLE_RATE * 3).astype(np.float32)
    hum = (0.2 * np.sin(2 * np.pi * 100 * np.arange(SAMPLE_RATE * 3) / SAMPLE_RATE)).astype(np.float32)
    for sound in (np.zeros(SAMPLE_RATE, np.float32), noise, np.cumsum(noise) / 50, hum, noise[:0]):
        assert transcriber.decode(sound, prompt) == ()


@pytest.mark.model
def test_more_than_whisper_can_hear_is_refused(transcriber):
    with pytest.raises(ValueError, match=r"30\.1 s"):
        transcriber.decode(np.ones(int(30.1 * SAMPLE_RATE), np.float32))


@pytest.mark.model
def test_half_a_minute_is_read_to_its_end(transcriber):
    parts = [
        samples(name) for name in ("what-time-is-it", "add-milk-to-the-shopping-list", "set-a-timer-for-ten-minutes")
    ]
    whole = np.concatenate([*parts[:2], np.zeros(16 * SAMPLE_RATE, np.float32), parts[2]])[: 28 * SAMPLE_RATE]
    (best, *_) = transcriber.decode(whole)
    assert "milk" in best.text.lower()
    assert "timer" in best.text.lower()


@pytest.mark.model
def test_a_beam_gives_other_readings_and_no_two_alike(folder):
    readings = WhisperTranscriber(folder, SttConfig(beam=5)).decode(samples("real-what-time-is-it"))
    texts = [plain(reading.text) for reading in readings]
    assert texts[0] == SPOKEN["real-what-time-is-it"]
    assert len(set(texts)) == len(texts)
    assert [r.confidence for r in readings] == sorted((r.confidence for r in readings), reverse=True)


@pytest.mark.model
def test_the_prompt_is_within_whispers_budget_and_a_longer_one_does_no_harm(transcriber):
    words = [f"{colour} {thing}" for colour in ("red", "blue", "green", "old", "new") * 8 for thing in ("lamp", "door")]
    prompt = expectation(
        [f"{word} {n}" for n, word in enumerate(words)], ["open the door"] * 3, transcriber.count_tokens
    )
    assert PROMPT_TOKENS / 2 - 10 < transcriber.count_tokens(prompt) <= PROMPT_TOKENS / 2 + 10
    (best, *_) = transcriber.decode(samples("what-time-is-it"), ", ".join(words * 3))
    assert plain(best.text) == SPOKEN["what-time-is-it"]


@pytest.mark.model
def test_words_that_are_expected_are_heard(transcriber):
    """Names that the model alone writes as it pleases: `echo be`, `D-Vorec`."""
    voice = Voice(VoiceConfig())
    for sentence, name in [("What's the temperature of the ecobee?", "ecobee"), ("Play some Dvorak.", "Dvořák")]:
        ((sound, rate),) = voice.synthesise(sentence)
        sound = soxr.resample(sound, rate, SAMPLE_RATE)
        (alone, *_) = transcriber.decode(sound)
        (told, *_) = transcriber.decode(sound, expectation([name, "thermostat"], [], transcriber.count_tokens))
        assert name not in alone.text
        assert name in told.text


# -- all together -----------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.audio
def test_what_is_played_into_the_microphone_is_understood(transcriber):
    with virtual_microphone() as room:
        os.environ |= room.environment
        try:
            devices.devices()
            with capture.Microphone(AudioConfig()) as microphone:
                player = threading.Thread(target=room.play, args=[RECORDINGS / "set-a-timer-for-ten-minutes.wav"])
                player.start()
                segmented = segment(microphone.frames(), Vad(), EndpointConfig(), lambda: 0.7)
                events = transcribe(segmented, transcriber, SttConfig(), lambda said: "", lambda text: ())
                seen = []
                for event in events:
                    seen.append(event)
                    if isinstance(event, FinalTranscript):
                        break
                player.join()
                events.close()
        finally:
            for name in room.environment:
                del os.environ[name]
    final = seen[-1]
    assert plain(final.utterance.text) == SPOKEN["set-a-timer-for-ten-minutes"]
    assert final.latency < 0.5
    assert any(isinstance(event, PartialTranscript) for event in seen)


# -- known sentences --------------------------------------------------------------------------


@pytest.mark.model
def test_a_known_sentence_is_taken_for_what_sounds_like_it_and_no_other(transcriber):
    sound = samples("set-a-timer-for-ten-minutes")
    heard = transcriber.decode(sound)[0].text
    known = [("sell a time for ten minutes", 0.0), ("set a timer for ten minutes", 0.0), ("play some jazz", 0.0)]
    meant, *others = transcriber.decode(sound, known=lambda text: known if text == heard else ())
    assert (meant.text, meant.heard) == ("Set a timer for ten minutes.", heard)
    assert heard in [each.text for each in others]
    for unlike in [("play some jazz", 0.0), ("set", 0.0), ("set a timer for ten minutes", -50.0)]:
        assert transcriber.decode(sound, known=lambda _, unlike=unlike: [unlike])[0].text == heard
    assert transcriber.decode(sound, known=lambda text: [(text, 0.0), *known])[0].text == heard
    partial = transcriber.decode(sound, final=False)
    assert transcriber.decode(sound, final=False, known=lambda _: known) == partial
