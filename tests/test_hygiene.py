"""The repository speaks of itself alone, and what it ships is whole."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from assistant.config import Config, load_config
from paths import ROOT

TEXTS = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")
    if Path(name).suffix in {".py", ".md", ".yaml", ".toml", ".tcss", ".sh"} or name in {"Makefile", ".ci/run"}
]  # fmt: skip
TOP = {
    "pyproject.toml", "assistant", "intents", "knowledge", "tests", "config.toml", "README.md", "LICENSE",
    "CHANGELOG.md", "Makefile", "benchmarks", "docs", ".ci", ".gitignore", "integrations",
}  # fmt: skip


def test_the_top_level_is_what_it_should_be():
    tracked = {
        name.split("/")[0]
        for name in subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\n")
        if name
    }
    assert tracked <= TOP


@pytest.mark.parametrize("path", [p for p in TEXTS if p.exists()], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_machine_paths_or_hosts(path):
    words = ["/wo" + "rk/", "/ro" + "ot/", "pypi." + "org", "npmjs." + "com", "hugging" + "face.co", "/ho" + "me/me"]
    text = path.read_text(encoding="utf-8")
    assert not [word for word in words if word in text]


def test_the_shipped_config_holds_every_key_with_its_default():
    shipped = tomllib.loads((ROOT / "config.toml").read_text())
    for section in dataclasses.fields(Config):
        keys = {key.name for key in dataclasses.fields(getattr(Config(), section.name))}
        assert set(shipped[section.name]) == keys
    assert set(shipped) == {section.name for section in dataclasses.fields(Config)}


def test_the_shipped_config_is_the_default(tmp_path):
    empty = tmp_path / "config.toml"
    empty.write_text("")
    assert load_config(empty) == Config()


def test_every_key_is_explained():
    """Each key in config.toml stands below a comment of its own or of its group."""
    lines = (ROOT / "config.toml").read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"\w+ = ", line):
            assert lines[number - 1].startswith("#"), line


def test_weights_are_never_unpickled():
    for path in (ROOT / "assistant").rglob("*.py"):
        assert not re.search(r"\bpickle\b|torch\.load\(|joblib", path.read_text()), path


def test_no_command_goes_through_a_shell():
    for path in (ROOT / "assistant").rglob("*.py"):
        assert not re.search(r"shell=True|os\.system|os\.popen", path.read_text()), path
