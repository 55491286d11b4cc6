"""The shipped answers: whole, told apart, with a source that is there, and short enough to be listened to."""

from __future__ import annotations

import re

import pytest

from assistant.authoring.knowledge import load_knowledge
from assistant.language.text import normalise
from paths import ROOT

SHIPPED = load_knowledge([ROOT / "knowledge"])
ENTRIES = SHIPPED.entries


def each_entry():
    return pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.file.name}:{entry.line}")


def test_every_file_is_read_without_a_problem():
    assert [str(problem) for problem in SHIPPED.problems] == []
    assert {entry.file.name for entry in ENTRIES} == {path.name for path in (ROOT / "knowledge").iterdir()}


def test_there_are_enough_answers():
    assert len(ENTRIES) >= 140


def test_no_wording_belongs_to_two_questions():
    asked = [normalise(text) for entry in ENTRIES for text in (entry.question, *entry.also)]
    assert sorted({text for text in asked if asked.count(text) > 1}) == []


@each_entry()
def test_a_question_is_asked_in_several_ways(entry):
    assert 2 <= len(entry.also) <= 5
    assert entry.question.endswith("?")
    assert all(len(text.split()) <= 16 for text in (entry.question, *entry.also))


@each_entry()
def test_an_answer_can_be_listened_to(entry):
    assert len(entry.answer.split()) <= 50
    assert len(re.findall(r"[.!?](?:\s|$)", entry.answer)) <= 4
    assert entry.answer[-1] in ".!"
    assert not re.search(r"https?://|\n[-*#|]|```", entry.answer)


@each_entry()
def test_a_source_is_named_and_a_page_of_the_manual_is_there(entry):
    assert entry.source
    assert not entry.source.startswith(entry.file.name), "file and line are no source"
    if re.match(r"[\w./-]+$", entry.source):
        assert (ROOT / entry.source).is_file()


def test_commands_of_the_assistant_and_keys_of_the_config_exist():
    """`assistant NAME` is a command of the command line, and `[section]` with `key` stands in config.toml."""
    from assistant.cli.arguments import parser

    commands = parser().format_help()
    config = (ROOT / "config.toml").read_text(encoding="utf-8")
    for entry in ENTRIES:
        for quoted in re.findall(r"`([^`]+)`", entry.answer):
            if command := re.match(r"assistant (\w+)", quoted):
                assert re.search(rf"^    {command[1]}\b", commands, re.MULTILINE), quoted
        if section := re.search(r"`(\w+)(?: = [^`]*)?` under `(\[\w+\])`", entry.answer):
            assert re.search(rf"^{section[1]} = ", config.partition(f"\n{section[2]}\n")[2], re.MULTILINE), (
                entry.question
            )
