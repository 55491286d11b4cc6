"""Files of cases: dialogues, single utterances, and files that must load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

SETUP = frozenset({"world", "now", "zone", "lists", "notes", "home", "volume", "timers"})
TURN = frozenset({"say", "source", "confidence", "alternatives", "after", "expect"})
EXPECT = frozenset(
    """kind not_kind intent not_intent intents slots asks pending question reply not_reply nothing refuses state
    any""".split()
)


@dataclass(frozen=True, slots=True)
class Case:
    """A dialogue of one turn or several; it passes if every turn does."""

    id: str
    category: str
    turns: tuple[Mapping[str, Any], ...]
    setup: Mapping[str, Any] = field(default_factory=dict)

    @property
    def world(self) -> str:
        """The name of what is loaded."""
        return str(self.setup.get("world", "shipped"))

    @property
    def waits(self) -> bool:
        """True where time passes before one of the turns."""
        return any(turn.get("after") for turn in self.turns)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of a file, and the worlds that they name."""

    cases: tuple[Case, ...]
    worlds: Mapping[str, Mapping[str, Any]]
    unread: bool = False
    """True: nobody is to see its cases, and none is told by itself."""


def read_cases(path: Path) -> CaseFile:
    """Read a file of dialogues or utterances.

    Raises:
        SystemExit: a key is none of the schema's, or a world is not there; the message names the case.
    """
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    worlds = {"shipped": {"shipped": True}, **(content.get("worlds") or {})}
    cases = tuple(make_case(entry, path) for entry in content["dialogues"])
    if missing := [case for case in cases if case.world not in worlds]:
        raise SystemExit(f"{path}: {missing[0].id}: there is no world '{missing[0].world}'")
    return CaseFile(cases, worlds, bool(content.get("unread")))


def make_case(entry: Mapping[str, Any], path: Path) -> Case:
    """Read one case; a lone `say` with `expect` is a case of one turn.

    Raises:
        SystemExit: a key is none of the schema's; the message names the case.
    """
    turns = entry.get("turns") or [{key: value for key, value in entry.items() if key in TURN}]
    name, setup = str(entry.get("id", turns[0].get("say", ""))), entry.get("setup") or {}
    _check(setup, SETUP, path, name)
    for turn in turns:
        _check(turn, TURN, path, name)
        _check_expect(turn.get("expect") or {}, path, name)
    return Case(name, str(entry.get("category", "")), tuple(turns), setup)


def _check_expect(expect: Mapping[str, Any], path: Path, name: str) -> None:
    _check(expect, EXPECT, path, name)
    for option in expect.get("any") or ():
        _check_expect(option, path, name)


def _check(table: Mapping[str, Any], legal: frozenset[str], path: Path, name: str) -> None:
    if unknown := sorted(table.keys() - legal):
        raise SystemExit(f"{path}: {name}: unknown key '{unknown[0]}'; legal: {', '.join(sorted(legal))}")


def read_expectations(path: Path) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    """Read the files that must load and the commands that must not fail."""
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return content.get("files") or (), content.get("commands") or ()
