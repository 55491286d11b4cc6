"""The manual keeps step with the program: keys, events, commands and links are those that there are."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import typing

import pytest
import yaml

from assistant import events
from assistant.authoring.intents import load_intents
from assistant.cli.main import _parser
from assistant.config import Config
from assistant.values import Candidate, Utterance
from paths import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND_LINE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """Return the cells of every table row."""
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line[:1] == "|"]


def snake_case(cls: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


@pytest.mark.parametrize("section", dataclasses.fields(Config), ids=lambda section: section.name)
def test_every_key_stands_in_the_manual_with_its_default_and_range(section):
    part = CONFIGURATION.partition(f"## [{section.name}]\n")[2].partition("\n## ")[0]
    told = {row[0]: row for row in rows(part)}
    keys = dataclasses.fields(section.default)
    assert {f"`{key.name}`" for key in keys} == told.keys() - {"key", "---"}
    for key in keys:
        default = list(key.default) if isinstance(key.default, tuple) else key.default
        row = told[f"`{key.name}`"]
        assert f"`{json.dumps(default)}`" in row
        if "low" in key.metadata:
            assert f"{key.metadata['low']:g} to {key.metadata['high']:g}" in row
        hint = typing.get_type_hints(type(section.default))[key.name]
        if typing.get_origin(hint) is typing.Literal:
            assert all(f"`{value}`" in row[1] for value in typing.get_args(hint))


@pytest.mark.parametrize("event", typing.get_args(events.Event), ids=lambda event: event.__name__)
def test_every_event_and_field_stands_in_the_manual(event):
    assert f"`{snake_case(event)}`" in COMMAND_LINE
    if event is not events.Understood:
        assert all(f"`{each.name}`" in COMMAND_LINE for each in dataclasses.fields(event))


def test_every_part_of_an_understanding_stands_in_the_manual():
    for each in typing.get_args(events.Understanding):
        assert f"`{snake_case(each)}`" in COMMAND_LINE
    for cls in (Candidate, Utterance):
        assert all(f"`{each.name}`" in COMMAND_LINE for each in dataclasses.fields(cls))


def test_every_command_and_option_stands_in_the_manual():
    parser = _parser()
    (commands,) = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    for name, sub in commands.choices.items():
        assert re.search(rf"`assistant {name}\b", COMMAND_LINE), name
        for action in sub._actions:
            for option in action.option_strings:
                assert option in {"-h", "--help"} or re.search(rf"`{option}\b", COMMAND_LINE), f"{name} {option}"


def test_the_manual_names_no_command_that_is_not_there():
    legal = {"run", "ask", "listen", "index", "check", "test", "doctor", "models"}
    for page in PAGES:
        for word in re.findall(r"(?:`|^    )assistant ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert word in legal, f"{page.name}: assistant {word}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    written = re.sub(r"`[^`\n]*`", "", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)]+)\)", written):
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


def test_the_intent_of_the_readme_is_one(tmp_path):
    (block,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert yaml.safe_load(block)["intents"]
    (tmp_path / "work.yaml").write_text(block, encoding="utf-8")
    loaded = load_intents([tmp_path], frozenset())
    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.intents["StartWork"].tests
