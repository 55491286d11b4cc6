"""A back-end keeps the protocol, and its chunks can be played as they are."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from assistant.audio.capture import Microphone, level
from assistant.audio.playback import play
from assistant.config import AudioConfig, VoiceConfig
from assistant.tts.hibari import HibariSpeaker
from assistant.values import FRAME_SECONDS
from fakes.speaker import ToneSpeaker


@pytest.mark.parametrize(
    "new", [ToneSpeaker, pytest.param(lambda: HibariSpeaker(VoiceConfig()), marks=pytest.mark.model)]
)
def test_a_back_end_keeps_the_protocol(new):
    speaker = new()
    speaker.load()
    chunks = list(speaker.synthesise("One moment. It is late."))
    assert len({rate for _, rate in chunks}) == 1
    for samples, _ in chunks:
        assert samples.ndim == 1
        assert samples.dtype == np.float32
        assert 0.05 < np.max(np.abs(samples)) <= 1.0


@pytest.mark.audio
def test_a_reply_is_played_sentence_by_sentence(room):
    speaker = ToneSpeaker(0.6)
    chunks = (chunk for sentence in ("One moment.", "It is late.") for chunk in speaker.synthesise(sentence))
    frames = []
    with Microphone(AudioConfig()) as microphone:
        recorder = threading.Thread(target=lambda: frames.extend(microphone.frames()))
        recorder.start()
        play(chunks, AudioConfig(), threading.Event(), lambda: None)
        threading.Event().wait(0.5)
        microphone.close()
        recorder.join(5)
    assert speaker.texts == ["One moment.", "It is late."]
    assert 1.0 < sum(level(frame)[0] > -40 for frame in frames) * FRAME_SECONDS < 1.4
