"""Arguments of the commands for those who write files."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from assistant.cli import authoring
from assistant.config import Config

AddCommand: TypeAlias = Callable[[str, Callable[[Config, argparse.Namespace], int], str], argparse.ArgumentParser]
"""Adds a command by its name, its work and its summary."""


def add_authoring(add: AddCommand) -> None:
    """Add check, explain and test."""
    check = add("check", authoring.check, "read config, intents and knowledge and say what is wrong in them")
    check.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    check.add_argument("--format", choices=["github", "sarif"], help="what is wrong, for another program")
    check.add_argument("--strict", action="store_true", help="a warning fails too")
    check.add_argument("--all", action="store_true", help="overlaps among the shipped files too")
    check.add_argument("--quick", action="store_true", help="read the files alone: no model, no overlaps")
    explain = add("explain", authoring.explain, "tell why a sentence means what it means, and what would change that")
    explain.add_argument("text", nargs="*", metavar="TEXT", help="the sentence")
    explain.add_argument("--json", action="store_true", help="as a JSON line on a terminal too")
    test = add("test", authoring.test, "run the tests: and dialogues: of the intent files, and foresee mistakes")
    test.add_argument("--junit", type=Path, metavar="FILE", help="write the report that build servers read")
    test.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    test.add_argument("--strict", action="store_true", help="a warning fails too")
    test.add_argument("--all", action="store_true", help="report on the shipped intents too")
