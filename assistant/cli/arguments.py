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


def add_authoring(add: AddCommand, parser: Callable[[], argparse.ArgumentParser]) -> None:
    """Add check, explain, test, new, config, schema and completion; `parser` returns the whole parser."""
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
    new = add("new", authoring.new, "write a new intent or answer, tried beside the others, or a ready file")
    new.add_argument("what", nargs="?", metavar="KIND", help="intent, answer, or the name of a ready file")
    new.add_argument("name", nargs="?", metavar="NAME", help="of the intent; of a ready file: that of your file")
    new.add_argument("--list", action="store_true", help="list the ready files")
    new.add_argument("--say", action="append", metavar="TEXT", help="a sentence; again for another wording")
    new.add_argument("--reply", metavar="TEXT", help="what is answered")
    new.add_argument("--run", metavar="PROGRAM", help="program and arguments")
    new.add_argument("--action", metavar="NAME", help="a built-in action")
    new.add_argument("--anyway", action="store_true", help="write it also where something else takes a sentence")
    new.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    settings = add("config", authoring.settings, "tell where the config is, get or set a key, or edit it")
    settings.add_argument("what", nargs="?", choices=["path", "get", "set", "edit"], default="path")
    settings.add_argument("key", nargs="?", default="", metavar="KEY", help="such as stt.model")
    settings.add_argument("value", nargs="*", metavar="VALUE", help="as in TOML; quotes may be left out")
    schema = add("schema", authoring.schema, "write the JSON Schema of a kind of file, for editors")
    schema.add_argument("what", choices=["intent", "knowledge", "config"])
    completion = add("completion", authoring.completion, "write the script that completes commands in a shell")
    completion.add_argument("shell", choices=["bash", "zsh", "fish"])
    completion.set_defaults(parser=parser)
