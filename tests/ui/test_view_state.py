"""The phase and the remark beside it, from events alone."""

from __future__ import annotations

import pytest

from assistant.config import Config, GeneratorConfig, VoiceConfig
from assistant.events import Failed, FellAsleep, MicrophoneLost, MicrophoneOpened, Ready, Reloaded
from assistant.ui.view_state import ViewState, expected_parts


def follow(*events, config=Config()):  # noqa: B008
    state = ViewState(True, "hands_free", expected_parts(config))
    for event in events:
        state.apply(event)
    return state.phase(thinking=False), state.remark


FILES = Reloaded(1, 1)


@pytest.mark.parametrize(
    ("events", "phase", "remark"),
    [
        ((), "loading", "your files, the speech model, the voice"),
        ((FILES,), "loading", "the index, the speech model, the voice"),
        ((FILES, Ready("speech")), "loading", "the index, the voice"),
        ((FILES, Ready("speech"), MicrophoneLost("gone")), "loading", "the index, the voice"),
        ((FILES, Ready("text")), "ready", "loading the speech model, the voice"),
        (
            (FILES, Ready("text"), Ready("speech"), MicrophoneLost("gone")),
            "searching",
            "looking for the microphone; typing works",
        ),
        ((FILES, Ready("text"), Failed("none", "speech")), "ready", "typing only"),
        ((FILES, Ready("text"), Ready("speech"), Ready("voice")), "off", ""),
        ((FILES, Ready("text"), Ready("speech"), MicrophoneOpened("a", 16000)), "listening", ""),
        (
            (FILES, Ready("text"), Ready("speech"), MicrophoneOpened("a", 16000), FellAsleep("key")),
            "asleep",
            "press ctrl+space",
        ),
        ((FILES, Ready("text"), Ready("speech"), Failed("no", "voice")), "off", ""),
        ((FILES, Failed("no weights", "start")), "failed", "the red line says why"),
    ],
)
def test_the_remark_names_what_is_still_missing(events, phase, remark):
    assert follow(*events) == (phase, remark)


def test_only_what_the_config_wants_is_waited_for():
    quiet = Config(voice=VoiceConfig(replies="never"), generator=GeneratorConfig(generate="grounded"))
    assert follow(FILES, config=quiet)[1] == "the index, the speech model"
