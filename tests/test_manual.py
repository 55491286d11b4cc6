"""The manual keeps step with the program: keys, events, commands, targets, files and links are those that exist."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import typing

import pytest

from assistant import events
from assistant.cli.arguments import parser
from assistant.config import Config
from assistant.values import Candidate, Utterance, When
from paths import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND_LINE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def rows(text: str) -> list[list[str]]:
    """Return the cells of every table row."""
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line[:1] == "|"]


def snake_case(cls: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


@pytest.mark.parametrize("section", dataclasses.fields(Config), ids=lambda section: section.name)
def test_every_key_stands_in_the_manual_with_its_default_and_range(section):
    part = CONFIGURATION.partition(f"## [{section.name}]\n")[2].partition("\n## ")[0]
    documented = {row[0]: row for row in rows(part)}
    keys = dataclasses.fields(getattr(Config(), section.name))
    assert {f"`{key.name}`" for key in keys} == documented.keys() - {"key", "---"}
    for key in keys:
        default = getattr(getattr(Config(), section.name), key.name)
        default = list(default) if isinstance(default, tuple) else default
        row = documented[f"`{key.name}`"]
        assert f"`{json.dumps(default)}`" in row
        if "low" in key.metadata:
            assert f"{key.metadata['low']:g} to {key.metadata['high']:g}" in row
        hint = typing.get_type_hints(type(getattr(Config(), section.name)))[key.name]
        if typing.get_origin(hint) is typing.Literal:
            assert all(f"`{value}`" in row[1] for value in typing.get_args(hint))


@pytest.mark.parametrize("event", typing.get_args(events.Event), ids=lambda event: event.__name__)
def test_every_event_and_field_stands_in_the_manual(event):
    assert f"`{snake_case(event)}`" in COMMAND_LINE
    if event is not events.Understood:
        assert all(f"`{field.name}`" in COMMAND_LINE for field in dataclasses.fields(event))


def test_every_part_of_an_understanding_stands_in_the_manual():
    for kind in typing.get_args(events.Understanding):
        assert f"`{snake_case(kind)}`" in COMMAND_LINE
    for cls in (Candidate, Utterance, When):
        assert all(f"`{field.name}`" in COMMAND_LINE for field in dataclasses.fields(cls))


def commands() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command by its name."""
    (subparsers,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return subparsers.choices


def test_every_command_and_option_stands_in_the_manual():
    for name, command in commands().items():
        assert re.search(rf"`assistant {name}\b", COMMAND_LINE), name
        for action in command._actions:
            for option in action.option_strings:
                assert option in {"-h", "--help"} or re.search(rf"`{option}\b", COMMAND_LINE), f"{name} {option}"


@each_page
def test_every_command_that_is_named_exists(page):
    for word in re.findall(r"(?:`|^    )assistant ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
        assert word in commands(), f"assistant {word}"


@each_page
def test_every_make_target_that_is_named_exists(page):
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for word in re.findall(r"(?:`|^    )make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
        assert word in targets, f"make {word}"


@each_page
def test_every_key_that_is_named_exists(page):
    sections = {section.name: getattr(Config(), section.name) for section in dataclasses.fields(Config)}
    for section, key in re.findall(r"`\[(\w+)\] (\w+)\b", page.read_text(encoding="utf-8")):
        assert key in {field.name for field in dataclasses.fields(sections[section])}, f"[{section}] {key}"


@each_page
def test_every_file_of_the_repository_that_is_named_exists(page):
    folders = "assistant|benchmarks|docs|intents|knowledge|tests"
    for path in re.findall(rf"`((?:{folders})/[\w./-]+)`", page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), path


@each_page
def test_every_link_leads_somewhere(page):
    prose = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`\n]*`", "", prose)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" in target:
            continue
        file, _, heading = target.partition("#")
        path = page.parent / file if file else page
        assert path.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}, target


def test_every_page_is_reached_from_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert all(f"({page.name})" in index for page in (ROOT / "docs").glob("*.md") if page.name != "index.md")
