"""Files as people have them: what must load, be told and be answered; and commands that must not fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.app.definitions import Definitions
from benchmarks.cases.case_file import make_case, read_expectations
from benchmarks.cases.stage import ROOT, Stage

_PATIENCE = 300.0
"""Seconds for a command, on a machine that others use as well."""


def checked_files(stage: Stage, path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield a name, a category and the fault, empty where there is none, of every check in a file of expectations.

    Each file is one check of how it loads, and one of each of its cases; each command is one.
    """
    files, commands = read_expectations(path)
    for entry in files:
        yield from _checked_file(stage, path.parent, entry)
    for entry in commands:
        yield str(entry["id"]), str(entry.get("category", "")), _command_fault(path.parent, entry)


def _checked_file(stage: Stage, folder: Path, entry: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    source = folder / entry["file"]
    name, kind, category = str(entry.get("id", source.name)), str(entry["kind"]), str(entry.get("category", ""))
    own = _name(str(entry.get("named", source.name)))
    beside = {"shipped": True} if entry.get("beside") == "shipped" else {"dialogue": True}
    content = {**beside, kind: {own: source.read_bytes()}}
    try:
        loaded = stage.files(f"{name} alone", content)
        yield name, category, "; ".join(_loading_faults(entry, loaded, own))
        matcher = stage.world(f"file {name}", content)
    except Exception as error:  # whatever loading ends with is its result
        yield name, category, f"{type(error).__name__}: {error}"
        return
    for number, line in enumerate(entry.get("cases") or (), 1):
        case = make_case({"id": f"{name}/{number}", **line, "category": category}, folder / "expect.yaml")
        try:
            failure = stage.failure(case, matcher)
        except Exception as error:  # whatever a case ends with is its result
            yield case.id, category, f"{type(error).__name__}: {error}"
        else:
            yield case.id, category, str(failure or "")


def _loading_faults(expect: Mapping[str, Any], loaded: Definitions, own: str) -> list[str]:
    """Return what is wrong with how a file loaded."""
    lines = [str(problem) for problem in loaded.problems if problem.file.name == own]
    entries = sum(entry.file.name == own for entry in loaded.knowledge.entries)
    intents = {name for name, intent in loaded.intents.intents.items() if intent.file.name == own}
    wrong = []
    for key, wanted in expect.items():
        listed = wanted if isinstance(wanted, list) else [wanted]
        if key == "entries" and entries not in listed:
            wrong.append(f"entries: wanted {wanted}, got {entries}")
        elif key == "intents" and isinstance(wanted, list) and not {*wanted} <= intents:
            wrong.append(f"intents: wanted {wanted}, got {sorted(intents)}")
        elif key == "told" and not all(any(re.search(text, line, re.IGNORECASE) for line in lines) for text in listed):
            wrong.append(f"told: wanted {wanted}, got {lines}")
        elif key == "quiet" and wanted and lines:
            wrong.append(f"quiet: got {lines}")
        elif key == "any":
            options = [_loading_faults(option, loaded, own) for option in wanted]
            wrong += [] if not all(options) else [f"any of: {' | '.join('; '.join(option) for option in options)}"]
    return wrong


def _name(escaped: str) -> str:
    """Return a file name in which `\\xNN` is a byte, as the operating system's functions take it."""
    return os.fsdecode(_bytes(escaped))


def _bytes(escaped: str) -> bytes:
    return re.sub(rb"\\x([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), escaped.encode())


def _command_fault(folder: Path, entry: Mapping[str, Any]) -> str:
    """Run a command of the assistant in an empty folder and return what is wrong with its exit and output."""
    with tempfile.TemporaryDirectory() as work:
        own, file = Path(work) / "files", b""
        own.mkdir()
        if source := entry.get("file"):
            file = os.fsencode(own) + b"/" + _bytes(str(entry.get("named", source)))
            Path(os.fsdecode(file)).write_bytes((folder / source).read_bytes())
        places = {b"{folder}": os.fsencode(own), b"{file}": file}
        argv = [_bytes(str(word)) for word in entry["argv"]]
        for place, value in places.items():
            argv = [word.replace(place, value) for word in argv]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": work}
        command = [os.fsencode(sys.executable), b"-m", b"assistant", *argv]
        try:
            done = subprocess.run(
                command, check=False, cwd=work, env=environment, capture_output=True, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired:
            return f"took longer than {_PATIENCE:g} seconds"
    output = (done.stdout + done.stderr).decode("utf-8", errors="replace")
    wrong = ["a traceback"] if "Traceback" in output or "PanicException" in output else []
    if done.returncode not in entry.get("exit", [0]):
        wrong.append(f"exit {done.returncode}")
    if (wanted := entry.get("output")) and not re.search(wanted, output, re.IGNORECASE):
        wrong.append(f"output: wanted {wanted}")
    return f"{'; '.join(wrong)}: {output.strip()[-300:]}" if wrong else ""
