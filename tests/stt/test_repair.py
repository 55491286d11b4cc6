"""Repetitions that Whisper makes up are cut; those that people say stay."""

from __future__ import annotations

import pytest

from assistant.stt.repair import cut_repetition


@pytest.mark.parametrize(
    ("text", "seconds", "cut"),
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
def test_a_repetition_is_cut_and_nothing_else(text, seconds, cut):
    assert cut_repetition(text, seconds) == (text if cut is None else cut)
