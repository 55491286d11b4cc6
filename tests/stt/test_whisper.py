"""Speech becomes its words, once, and other sound becomes nothing."""

from __future__ import annotations

import re
import shutil
import threading

import numpy as np
import pytest
import soxr

from assistant import weights
from assistant.audio import capture
from assistant.audio.endpointing import segment
from assistant.audio.vad import Vad
from assistant.config import AudioConfig, Config, EndpointConfig, SttConfig, VoiceConfig
from assistant.errors import ModelError
from assistant.stt.prompt import compose_prompt
from assistant.stt.stream import no_confusable, transcribe
from assistant.stt.whisper import WhisperTranscriber
from assistant.tts.speaker import open_speaker
from assistant.values import SAMPLE_RATE, FinalTranscript, PartialTranscript
from paths import RECORDINGS

SPOKEN = {
    "what-time-is-it": "what time is it",
    "set-a-timer-for-ten-minutes": "set a timer for 10 minutes",
    "add-milk-to-the-shopping-list": "add milk to the shopping list",
    "real-what-time-is-it": "what time is it",
}


def plain(text):
    return re.sub(r"[^\w\s]", "", text).lower().replace(" ten ", " 10 ")


# -- loading ----------------------------------------------------------------------------------


def loaded(folder, **config):
    transcriber = WhisperTranscriber(folder, SttConfig(**config))
    transcriber.load()
    return transcriber


def one_line(error):
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_folder_without_a_model_is_one_line(tmp_path):
    with pytest.raises(ModelError) as error:
        loaded(tmp_path)
    assert "model.bin" in one_line(error)
    assert str(tmp_path) in one_line(error)


def test_a_damaged_model_is_one_line(tmp_path):
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ModelError) as error:
        loaded(tmp_path)
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
        loaded(tmp_path)


@pytest.mark.model
def test_a_truncated_model_is_one_line(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "model")
    with (tmp_path / "model" / "model.bin").open("r+b") as weights:
        weights.truncate(1_000_000)
    with pytest.raises(ModelError) as error:
        loaded(tmp_path / "model")
    assert "cannot be loaded" in one_line(error)


@pytest.mark.model
def test_a_language_that_the_model_lacks_is_one_line(folder):
    with pytest.raises(ModelError) as error:
        loaded(folder, language="de")
    assert "'de'; it only knows English" in one_line(error)


# -- decoding ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def transcriber(folder):
    return loaded(folder)


def samples(name):
    return np.concatenate(list(capture.recording(RECORDINGS / f"{name}.wav")))


@pytest.mark.model
@pytest.mark.parametrize("name", SPOKEN)
def test_speech_is_transcribed(transcriber, name):
    (best, *_) = transcriber.decode(samples(name))
    assert plain(best.text) == SPOKEN[name]
    assert 0.3 < best.confidence <= 1.0


@pytest.mark.model
@pytest.mark.parametrize("prompt", ["", "timer, alarm, kitchen lights, music, shopping list, weather."])
def test_sound_without_speech_gives_nothing(transcriber, prompt):
    noise = np.random.default_rng(0).normal(0, 0.05, SAMPLE_RATE * 3).astype(np.float32)
    hum = (0.2 * np.sin(2 * np.pi * 100 * np.arange(SAMPLE_RATE * 3) / SAMPLE_RATE)).astype(np.float32)
    for sound in (np.zeros(SAMPLE_RATE, np.float32), noise, np.cumsum(noise) / 50, hum, noise[:0]):
        assert transcriber.decode(sound, prompt) == ()


@pytest.mark.model
def test_more_than_whisper_can_hear_is_refused(transcriber):
    with pytest.raises(ValueError, match=r"30\.1 s"):
        transcriber.decode(np.ones(int(30.1 * SAMPLE_RATE), np.float32))


@pytest.mark.model
def test_half_a_minute_is_transcribed_to_its_end(transcriber):
    parts = [
        samples(name) for name in ("what-time-is-it", "add-milk-to-the-shopping-list", "set-a-timer-for-ten-minutes")
    ]
    whole = np.concatenate([*parts[:2], np.zeros(16 * SAMPLE_RATE, np.float32), parts[2]])[: 28 * SAMPLE_RATE]
    (best, *_) = transcriber.decode(whole)
    assert "milk" in best.text.lower()
    assert "timer" in best.text.lower()


@pytest.mark.model
def test_a_beam_gives_other_hypotheses_and_no_two_alike(folder):
    hypotheses = loaded(folder, beam=5).decode(samples("real-what-time-is-it"))
    texts = [plain(hypothesis.text) for hypothesis in hypotheses]
    assert texts[0] == SPOKEN["real-what-time-is-it"]
    assert len(set(texts)) == len(texts)
    confidences = [hypothesis.confidence for hypothesis in hypotheses]
    assert confidences == sorted(confidences, reverse=True)


@pytest.mark.model
def test_the_prompt_is_within_whispers_budget_and_a_longer_one_does_no_harm(transcriber):
    words = [f"{colour} {thing}" for colour in ("red", "blue", "green", "old", "new") * 8 for thing in ("lamp", "door")]
    budget, count_tokens = transcriber.prompt_tokens, transcriber.count_tokens
    numbered = [f"{word} {n}" for n, word in enumerate(words)]
    prompt = compose_prompt(numbered, ["open the door"] * 3, budget, count_tokens)
    assert budget / 2 - 10 < count_tokens(prompt) <= budget / 2 + 10
    (best, *_) = transcriber.decode(samples("what-time-is-it"), ", ".join(words * 3))
    assert plain(best.text) == SPOKEN["what-time-is-it"]


@pytest.mark.model
def test_words_of_the_prompt_are_recognised(transcriber):
    """Names that the model alone writes as it pleases: `echo be`, `D-Vorec`."""
    speaker = open_speaker(VoiceConfig())
    for sentence, name in [("What's the temperature of the ecobee?", "ecobee"), ("Play some Dvorak.", "Dvořák")]:
        ((sound, rate),) = speaker.synthesise(sentence)
        sound = soxr.resample(sound, rate, SAMPLE_RATE)
        prompt = compose_prompt([name, "thermostat"], [], transcriber.prompt_tokens, transcriber.count_tokens)
        (alone, *_) = transcriber.decode(sound)
        (prompted, *_) = transcriber.decode(sound, prompt)
        assert name not in alone.text
        assert name in prompted.text


# -- all together -----------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.audio
def test_speech_into_the_microphone_is_transcribed(room, transcriber):
    with capture.Microphone(AudioConfig()) as microphone:
        player = threading.Thread(target=room.play, args=[RECORDINGS / "set-a-timer-for-ten-minutes.wav"])
        player.start()
        segmented = segment(microphone.frames(), Vad(), EndpointConfig(), lambda: 0.7)
        events = transcribe(segmented, transcriber, SttConfig(), lambda transcript: "", no_confusable)
        seen = []
        for event in events:
            seen.append(event)
            if isinstance(event, FinalTranscript):
                break
        player.join()
        events.close()
    final = seen[-1]
    assert plain(final.utterance.text) == SPOKEN["set-a-timer-for-ten-minutes"]
    assert final.latency < 0.5
    assert any(isinstance(event, PartialTranscript) for event in seen)


# -- known sentences --------------------------------------------------------------------------


@pytest.mark.model
def test_the_known_sentence_that_sounds_like_the_transcript_replaces_it_and_no_other(transcriber):
    sound = samples("set-a-timer-for-ten-minutes")
    original = transcriber.decode(sound)[0].text
    commands = [("sell a time for ten minutes", 0.0), ("set a timer for ten minutes", 0.0), ("play some jazz", 0.0)]
    best, *others = transcriber.decode(sound, confusable=lambda text: commands if text == original else ())
    assert (best.text, best.heard) == ("Set a timer for ten minutes.", original)
    assert original in [hypothesis.text for hypothesis in others]
    for unlike in [("play some jazz", 0.0), ("set", 0.0), ("set a timer for ten minutes", -50.0)]:
        assert transcriber.decode(sound, confusable=lambda _, unlike=unlike: [unlike])[0].text == original
    assert transcriber.decode(sound, confusable=lambda text: [(text, 0.0), *commands])[0].text == original
    partial = transcriber.decode(sound, final=False)
    assert transcriber.decode(sound, final=False, confusable=lambda _: commands) == partial


# -- tokens -----------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("name", ["base", "tiny.en"])
def test_a_word_with_a_t_is_one_token_as_any_other(name):
    """The tokenizers of multilingual models go about without their first merge, that of a space and a t."""
    transcriber = loaded(weights.resolve(name, "stt", Config(), lambda progress: None))
    assert [transcriber.count_tokens(f" {word}") for word in ("the", "timer", "two", "lamp")] == [1, 1, 1, 1]
