"""docs/troubleshooting.md: what it says to set can be set, to run can be run, and what it quotes is what is said."""

from __future__ import annotations

import re
import shlex

import pytest

from assistant.cli.arguments import parser
from assistant.config import load_config
from assistant.ui.view_state import FACES
from paths import ROOT

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| what happens", "| ---"))
]
SPOKEN_OF = "\n".join(
    file.read_text(encoding="utf-8")
    for pattern in ("assistant/**/*.py", "Makefile", "config.toml")
    for file in ROOT.glob(pattern)
)
IDS = [row[0] for row in ROWS]


def settings(cell):
    """TOML of each `[section] key = value, key = value` of a cell; keys alone after it are of the same section."""
    section = ""
    for quoted in re.findall(r"`([^`]+)`", cell):
        if header := re.match(r"\[(\w+)\] (?=\w+ = )", quoted):
            section = header[1]
            quoted = quoted[header.end() :]
        if section and re.match(r"\w+ = ", quoted):
            yield f"[{section}]\n" + re.sub(r", (?=\w+ = )", "\n", quoted)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_setting_is_accepted_by_the_config(row, tmp_path):
    for toml in (setting for cell in row for setting in settings(cell)):
        file = tmp_path / "config.toml"
        file.write_text(toml, encoding="utf-8")
        load_config(file)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_section_and_key_exist(row):
    shipped = (ROOT / "config.toml").read_text(encoding="utf-8")
    for section, key in re.findall(r"`\[(\w+)\] (\w+)[` ]", " ".join(row)):
        assert re.search(rf"^{key} = ", shipped.partition(f"[{section}]")[2].partition("\n[")[0], re.MULTILINE)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_command_is_one(row):
    for command in re.findall(r"`assistant ([^`]*)`", " ".join(row)):
        assert callable(parser().parse_args(shlex.split(command)).command)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_quoted_message_is_one(row):
    words = "".join(word for _, word, _ in FACES.values())
    for message in re.findall(r'^"([^"]+)"|, "([^"]+)"', row[0]):
        for part in filter(None, re.split(r" ?\.\.\. ?", "".join(message))):
            assert part.casefold() in (SPOKEN_OF + words).casefold()


def test_what_is_shown_is_shown():
    assert {"Asleep", "No microphone"} <= {word for _, word, _ in FACES.values()}
    assert "muted?" in SPOKEN_OF
    assert "too loud" in SPOKEN_OF
