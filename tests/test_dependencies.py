"""What is installed is what pyproject.toml asks for, what the lock files hold, and what the manual explains."""

from __future__ import annotations

import re
import runpy
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DIRECT = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = {name: [Requirement(line) for line in lines] for name, lines in PROJECT["optional-dependencies"].items()}
LOCK = runpy.run_path(str(ROOT / ".ci" / "requirements" / "lock.py"))
PAGE = (ROOT / "docs" / "dependencies.md").read_text()


def locked(name: str) -> dict[str, Version]:
    lines = (ROOT / ".ci" / "requirements" / f"{name}.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {package: Version(version) for package, version in pairs}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("default", DIRECT),
        ("dev", [*DIRECT, *(each for name, lines in EXTRAS.items() if name not in LOCK["APART"] for each in lines)]),
        ("light", [each for each in DIRECT if each.name not in LOCK["HEAVY"]]),
    ],
)
def test_a_lock_file_holds_every_direct_dependency_within_its_range(name, wanted):
    held = locked(name)
    for requirement in wanted:
        assert held[LOCK["normal"](requirement.name)] in requirement.specifier, requirement


def test_the_lock_files_agree_and_leave_out_what_is_never_imported():
    default, dev, light = locked("default"), locked("dev"), locked("light")
    assert light.items() <= default.items() <= dev.items()
    asked_for = {requirement.name for lines in EXTRAS.values() for requirement in lines}
    assert not {*default} & {*LOCK["UNUSED"]}
    assert not ({*dev} - asked_for) & {*LOCK["UNUSED"]}
    assert not {*light} & {*LOCK["HEAVY"]}
    assert not [package for package in dev if LOCK["GRAPHICS_CARDS"].fullmatch(package)]
    assert len(default) <= 105
    assert len(light) <= 60


def test_the_manual_explains_every_direct_dependency_and_extra():
    explained = re.findall(r"^\| `([\w-]+)` \| [\d.]+ \|", PAGE, re.MULTILINE)
    assert sorted(explained) == sorted(requirement.name for requirement in DIRECT)
    assert set(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE)) >= {*EXTRAS}
    left_out = {
        name for row in re.findall(r"^\| ([\w, -]+) \| [\w, -]+ \| ", PAGE, re.MULTILINE) for name in row.split(", ")
    }
    assert {*LOCK["UNUSED"]} <= left_out
