"""Replies are read aloud as a person would read them."""

from __future__ import annotations

import pytest

from assistant.tts.reading import speakable


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Timer set for **10 minutes**.", "Timer set for 10 minutes."),
        ("See [the manual](https://example.com/a/b).", "See the manual."),
        ("See https://www.example.com/foo?x=1, or www.test.org.", "See example dot com, or test dot org."),
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
        ("and/or, either/or", "and or, either or"),
        ("\x1b]0;title\x07\x1b[31mred\x1b[0m", "red"),
        ("", ""),
        ("🙂", ""),
    ],
)
def test_written_text_becomes_words(written, spoken):
    assert speakable(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Edit config.toml.", "Edit config dot toml."),
        ("See README.md, line 3", "See README dot M D, line 3"),
        ("It is in ~/.config/assistant/x.toml.", "It is in home slash dot config slash assistant slash X dot toml."),
        ("assistant/nlu/query.py holds it", "assistant slash nlu slash query dot py holds it"),
        ("C:\\Users\\anna\\a.txt", "C colon backslash Users backslash anna backslash a dot text"),
        ("Version 2.11.0-rc1 and v3.2", "Version 2 point 11 point 0 release candidate 1 and version 3.2"),
        ("at 192.168.1.20:8080", "at 192 dot 168 dot 1 dot 20 port 8080"),
        ("Write to anna.p@example.org.", "Write to anna dot P at example dot org."),
        ("`pip install --no-deps a==1.2.1`", "pip install dash dash no-deps a equals 1 point 2 point 1"),
        ("`[stt] language` is a key, `max_length` too", "stt language is a key, max length too"),
        ("Press Ctrl+C", "Press Control C"),
        ("On 24.12.2026 at 12:30, 1.000.000 euros", "On 24.12.2026 at 12:30, 1.000.000 euros"),
        ("He/she ran 10 km/h at 3.5 degrees, 3/4 of it", "He or she ran 10 km/h at 3.5 degrees, 3/4 of it"),
        ("It ended.Then e.g. the U.S.A. came", "It ended.Then e.g. the U.S.A. came"),
    ],
)
def test_what_is_technical_is_read_as_a_person_would(written, spoken):
    assert speakable(written) == spoken


def test_the_rows_of_a_table_are_sentences_with_the_heads_of_their_columns():
    table = "| name | age | town |\n|---|---|---|\n| Anna | 2 | Bonn |\n| Peter | 5 |  |"
    assert speakable(table) == "Anna, age 2, town Bonn.\nPeter, age 5."
