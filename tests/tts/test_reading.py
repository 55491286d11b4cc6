"""Replies are read aloud as a person would read them."""

from __future__ import annotations

import pytest

from assistant.tts.reading import speakable


@pytest.mark.parametrize(
    ("written", "spoken"),
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
        ("\x1b]0;title\x07\x1b[31mred\x1b[0m", "red"),
        ("", ""),
        ("🙂", ""),
    ],
)
def test_written_text_becomes_words(written, spoken):
    assert speakable(written) == spoken
