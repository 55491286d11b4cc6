"""Text for a terminal: read, never obeyed; and the same text in JSON, to the last character."""

from __future__ import annotations

import doctest
import json

import pytest

from assistant.events import Noticed, ReplyEnded, Understood
from assistant.outlet import terminal
from assistant.outlet.terminal import cleaned, json_line, printable, printable_line
from assistant.values import BuiltInAction, Candidate, HttpAction, IntentMatch, Utterance

OBEYED = {
    "window title": "\x1b]0;owned\x07",
    "window title, ended by ST": "\x1b]2;owned\x1b\\",
    "window title, 8 bits": "\x9d0;owned\x9c",
    "clipboard": "\x1b]52;c;b3duZWQ=\x07",
    "link": "\x1b]8;;http://owned\x1b\\",
    "device control": '\x1bP$q"p\x1b\\',
    "application command": "\x1b_owned\x1b\\",
    "privacy message": "\x1b^owned\x1b\\",
    "start of string": "\x1bXowned\x1b\\",
    "clear the screen": "\x1b[2J\x1b[H",
    "colour": "\x1b[1;38;5;196m",
    "colour, 8 bits": "\x9b31m",
    "private mode": "\x1b[?1049h",
    "character set": "\x1b(0",
    "reset": "\x1bc",
    "bell": "\x07",
    "backspaces": "\x08\x08\x08",
    "delete": "\x7f",
    "shift out": "\x0e",
    "null": "\0",
    "form feed": "\x0c",
    "next line, 8 bits": "\x85",
    "right to left override": "\u202e",
    "isolate": "\u2066\u2069",
    "zero-width space": "\u200b",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "tag": "\U000e0041",
    "half a sequence": "\x1b[",
    "escape alone": "\x1b",
}


@pytest.mark.parametrize("sequence", OBEYED.values(), ids=OBEYED)
def test_a_sequence_goes_wholly_and_the_text_around_it_stays(sequence):
    assert printable(f"lamp {sequence}") == "lamp "
    if sequence not in ("\x1b[", "\x1b"):
        assert printable(f"the {sequence}lamp") == "the lamp"


def test_an_example_of_the_docstring():
    assert doctest.testmod(terminal).failed == 0


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines\tand a tab", "Grüße, 你好, שלום, नमस्ते", "[bold]x[/bold] [@click=app.quit]y[/]", "a|b ~ ^ ` \\",
        "می\u200cخواهم", "👩\u200d🚒 ❤\ufe0f", "e\u0301", "1 ± 2 °C ✓ …",
    ],
)  # fmt: skip
def test_what_people_write_stays(text):
    assert printable(text) == text


def test_a_title_without_an_end_takes_no_more_than_its_line():
    assert printable("\x1b]0;owned\nthe reply") == "\nthe reply"


def test_sequences_that_removal_would_put_together_are_none():
    for text in ("\x1b\x1b[0m]0;owned\x07", "\x1b\u202e[2J", "\x1b[\x1b[2J2J", "\x9b\x9b2J"):
        assert not set(printable(text)) & {"\x1b", "\x9b", "\x9d", "\x07"}


def test_a_carriage_return_overwrites_nothing():
    assert printable("rm -rf /\rls") == "rm -rf /\nls"
    assert printable("one\r\ntwo") == "one\ntwo"
    assert printable_line("evil.yaml\nassistant: all is well") == "evil.yaml assistant: all is well"


def test_a_joiner_hides_nothing_between_latin_letters():
    assert printable("pay\u200dpal pay\u200cpal") == "paypal paypal"


def test_half_a_character_can_be_printed():
    assert printable("caf\udce9").encode() == "caf\ufffd".encode()


NASTY = "\x1b]0;owned\x07on"


def test_an_event_is_cleaned_in_every_text():
    action = HttpAction("http://a/", headers={NASTY: NASTY}, json={"a": [NASTY]})
    match = IntentMatch("Lamp", {"room": NASTY, "level": 5}, 0.9, (Candidate("intent", "Lamp", NASTY, 1.0),), action)
    event = cleaned(Understood(Utterance(NASTY, alternatives=(NASTY,)), match))
    assert (event.utterance.text, event.utterance.alternatives) == ("on", ("on",))
    assert event.understanding.slots == {"room": "on", "level": 5}
    assert event.understanding.n_best[0].example == "on"
    assert cleaned(Noticed("as it is")) == Noticed("as it is")
    assert cleaned(BuiltInAction("timer.start")) == BuiltInAction("timer.start")
    assert cleaned(ReplyEnded(NASTY, source=NASTY)) == ReplyEnded("on", source="on")


@pytest.mark.parametrize("sequence", OBEYED.values(), ids=OBEYED)
def test_a_line_of_json_reads_back_the_same_and_holds_nothing_to_obey(sequence):
    line = json_line({"text": f"a {sequence} é"})
    assert json.loads(line) == {"text": f"a {sequence} é"}
    assert printable(line) == line
    assert "é" in line


def test_half_a_character_in_json_can_be_printed():
    assert json.loads(json_line({"text": "caf\udce9"}).encode()) == {"text": "caf\udce9"}
