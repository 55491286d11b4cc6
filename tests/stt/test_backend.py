"""A back-end keeps the protocol, and one that only decodes is enough for the whole of hearing."""

from __future__ import annotations

import numpy as np
import pytest

from assistant import weights
from assistant.app import build
from assistant.audio.capture import recording
from assistant.config import Config, SttConfig
from assistant.errors import ModelError
from assistant.stt.backend import open_transcriber
from assistant.stt.whisper import WhisperTranscriber
from assistant.values import SAMPLE_RATE, FinalTranscript, Hypothesis
from fakes.transcriber import NumberTranscriber
from paths import RECORDINGS


def whisper():
    return WhisperTranscriber(weights.resolve("tiny.en", "stt", Config(), lambda progress: None), SttConfig())


@pytest.mark.parametrize("new", [NumberTranscriber, pytest.param(whisper, marks=pytest.mark.model)])
def test_a_back_end_keeps_the_protocol(new):
    transcriber = new()
    transcriber.load()
    speech = np.concatenate(list(recording(RECORDINGS / "what-time-is-it.wav"))) + 1e-3
    hypotheses = transcriber.decode(speech)
    assert hypotheses
    assert all(isinstance(hypothesis, Hypothesis) for hypothesis in hypotheses)
    assert transcriber.decode(speech, "timer, lamp.", False, lambda text: [("what time is it", 0.0)])
    assert transcriber.decode(np.zeros(SAMPLE_RATE, np.float32)) == ()
    assert len(speech) / SAMPLE_RATE < transcriber.longest_seconds
    assert transcriber.count_tokens("one two three") >= 3


class SessionWithoutHints:
    """A conversation that nobody asks for a prompt."""

    expects_answer = False

    def ending(self, text):
        return "complete"

    @property
    def matcher(self):
        raise AssertionError("there is nothing to compose a prompt for")


def test_a_back_end_without_prompt_and_scores_is_enough():
    transcriber = NumberTranscriber(answer=lambda: (Hypothesis("what time is it", 0.9),))
    frames = recording(RECORDINGS / "what-time-is-it.wav")
    events = list(build.hear(frames, transcriber, SessionWithoutHints, Config()))
    assert [event.utterance.text for event in events if isinstance(event, FinalTranscript)] == ["what time is it"]
    assert {prompt for _, prompt, _ in transcriber.calls} == {""}


def test_a_model_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(ModelError, match="speech model") as error:
        open_transcriber(Config(stt=SttConfig(model=str(tmp_path))), lambda progress: None)
    assert "\n" not in str(error.value)
