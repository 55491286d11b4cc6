"""Dialogues of intent files are carried out on data of their own, and nothing reaches beyond them."""

from __future__ import annotations

import pytest
from manual import blocks, quoted, rows, section

from assistant.authoring.dialogues import reading
from assistant.checks.dialogue_tests import dialogue_runs
from assistant.checks.scripted.judge import CHECKS
from assistant.checks.scripted.kept_state import STATE_CHECKS
from assistant.config import Config, PathsConfig
from fakes.matcher import made

PAGE = section("intents.md", "Dialogues")

HOUSE = """
intents:
  Ring:
    data: [{sentences: ["ring the bell"]}]
    action: {argv: [touch, "%s"]}
  Call:
    data: [{sentences: ["call the house"]}]
    action: {http: {url: "http://127.0.0.1:9/"}}
    response: "Called."
  Lamp:
    description: Switch the lamp
    data: [{sentences: ["lamp (on|off)"]}]
    action: home.intent
  StartTimer:
    data: [{sentences: ["timer for {duration}"]}]
    slots: {duration: {type: duration, required: true}}
    action: timer.start
  Undo:
    data: [{sentences: ["undo"]}]
    action: dialogue.undo
dialogues:
"""


@pytest.fixture
def outcome(tmp_path):
    """Run dialogues, one a line, beside a house; return the findings that are not ok, and how many went well."""

    def run(*dialogues, files=HOUSE):
        text = (files % (tmp_path / "bell")) if "%s" in files else files
        matcher = made(tmp_path / "files", text + "".join(f"  - {line}\n" for line in dialogues))
        runs = list(dialogue_runs(Config(paths=PathsConfig(data=str(tmp_path / "data"))), matcher))
        assert not (tmp_path / "bell").exists()
        assert not (tmp_path / "data").exists()
        faults = [run.finding("dialogue").detail for run in runs if run.fault]
        return faults, f"{len(runs) - len(faults)} of {len(runs)} dialogues went as they are written"

    return run


def test_the_example_of_the_manual_goes_as_it_is_written(outcome):
    (example,) = blocks(PAGE, "yaml")
    never_mind = "  Cancel: {data: [{sentences: [never mind]}], action: dialogue.cancel}\n"
    files = example.replace("\ndialogues:", f"{never_mind}\ndialogues:")
    assert outcome(files=files) == ([], "3 of 3 dialogues went as they are written")


def test_every_key_of_an_expectation_stands_in_the_table():
    table = rows(PAGE)
    keys = {key for row in table for key in quoted(row[0])}
    assert keys == {*reading._READERS, "any"}
    assert keys - {"any"} <= CHECKS.keys()
    (kinds,) = (quoted(row[1]) for row in table if row[0] == "`kind`")
    assert kinds == list(reading._KINDS)
    assert set(reading._STATE) <= STATE_CHECKS.keys()


def test_nothing_reaches_the_house_a_program_or_the_web(outcome):
    assert outcome(
        "[ring the bell, 'Not run: Ring']",
        "[call the house, Called.]",
        "[lamp on, 'Not run: Switch the lamp']",
        "[lamp on, Lamp, undo, 'Not run, and taken back']",
        "{turns: [{say: ring the bell, expect: {any: [{kind: confirm}, {kind: command, intent: Ring}]}}]}",
    ) == ([], "5 of 5 dialogues went as they are written")


def test_what_is_kept_is_real_and_begins_anew(outcome):
    assert outcome(
        "{turns: [{say: timer for ten minutes, expect: {state: {timers: [{kind: timer, left: 600}]}}}]}",
        "{turns: [{say: undo, expect: {nothing: true, state: {timers: []}}}]}",
        "{setup: {timers: [{label: tea, left: 60}]}, turns: [{say: '', expect: {state: {timers: [{label: tea}]}}}]}",
    ) == ([], "3 of 3 dialogues went as they are written")


def test_a_dialogue_that_goes_otherwise_tells_where_and_what_came(outcome):
    faults, count = outcome(
        "[ring the bell, Ring, lamp on, Ring]",
        "{turns: [{say: lamp on, expect: {nothing: true}}]}",
        "{turns: [{say: lamp on, expect: {reply: '(a'}}]}",
    )
    assert count == "0 of 3 dialogues went as they are written"
    second, changed, broken = faults
    assert "f.yaml:22: turn 2 “lamp on”: intent: wanted Ring, got Lamp [command Lamp" in second
    assert "turn 1 “lamp on”: nothing: changed" in changed
    assert "is no regular expression" in broken
