"""Installed applications, found in the menu of the desktop by the names that people use."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.actions import program
from assistant.actions.builtins.desktop.pages import browse, find_address
from assistant.actions.outcome import Context, Outcome, Slots, Thing, text_of

_TERMINALS = ("x-terminal-emulator", "gnome-terminal", "konsole", "xfce4-terminal", "kitty", "foot", "xterm")
_FIELD_CODE = re.compile(r"%([a-zA-Z%])")


@dataclass(frozen=True, slots=True)
class Application:
    """An installed application, as its .desktop file describes it."""

    name: str
    names: tuple[str, ...]
    """Name, file name, generic name and keywords, in lower case: it may be called by each."""
    argv: tuple[str, ...]
    directory: Path | None
    file: Path


def open_named(slots: Slots, _: Mapping[str, str], __: Context) -> Outcome:
    """Open `name`: an address, else an installed application."""
    name = text_of(slots, "name")
    if (address := find_address(name)) is not None:
        return browse(address, f"Opening {name}.")
    application = find_application(name, installed_applications())
    if application is None:
        return Outcome(f"I found no application called {name}.", ok=False)
    program.launch(application.argv, application.directory)
    return Outcome(f"Opening {application.name}.", {"name": application.name}, focus=(Thing(application.name),))


def installed_applications() -> list[Application]:
    """Return the applications that a menu would show; the user's own files come before the system's."""
    roots = [os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local/share")]
    roots += (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    by_id: dict[str, Application | None] = {}
    for root in dict.fromkeys(roots):
        folder = Path(root) / "applications"
        for file in sorted(folder.rglob("*.desktop")):
            desktop_id = "-".join(file.relative_to(folder).parts)
            if desktop_id not in by_id:
                by_id[desktop_id] = _read_application(file)
    return [application for application in by_id.values() if application is not None]


def find_application(name: str, applications: Sequence[Application], least: float = 86) -> Application | None:
    """Return the application with the most similar name, None where that is below `least` of 100."""
    from rapidfuzz import fuzz

    wanted = re.sub(r"^(?:the|my|a)\s+|\s+(?:app|application|program)$", "", name.casefold())
    best, best_score = None, 0.0
    for application in applications:
        for place, candidate in enumerate(application.names):
            score = max(fuzz.ratio(wanted, candidate), fuzz.token_set_ratio(wanted, candidate) - 2) - min(place, 5)
            if score > best_score:
                best, best_score = application, score
    return best if best_score >= least else None


def _read_application(file: Path) -> Application | None:
    """Read a .desktop file; None where it is not to be shown or its program is missing."""
    try:
        entry = _desktop_entry(file.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    hidden = entry.get("NoDisplay") == "true" or entry.get("Hidden") == "true"
    if entry.get("Type") != "Application" or hidden or not entry.get("Exec") or not entry.get("Name"):
        return None
    if "TryExec" in entry and shutil.which(entry["TryExec"]) is None:
        return None
    argv = exec_arguments(entry["Exec"], entry["Name"], file)
    if not argv or shutil.which(argv[0]) is None:
        return None
    if entry.get("Terminal") == "true":
        terminal = next((name for name in _TERMINALS if shutil.which(name)), None)
        if terminal is None:
            return None
        argv = (terminal, "--" if terminal == "gnome-terminal" else "-e", *argv)
    names = [entry["Name"], file.stem.rpartition(".")[2], entry.get("GenericName", "")]
    names += entry.get("Keywords", "").split(";")
    directory = Path(entry["Path"]) if entry.get("Path") else None
    cleaned = tuple(dict.fromkeys(name.strip().casefold() for name in names if name.strip()))
    return Application(entry["Name"], cleaned, argv, directory, file)


def _desktop_entry(text: str) -> dict[str, str]:
    """Return the keys of the [Desktop Entry] group, without the translated ones."""
    entry: dict[str, str] = {}
    group = ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip()
        elif group == "[Desktop Entry]" and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            entry.setdefault(key.strip(), value.strip())
    return entry


def exec_arguments(line: str, name: str, file: Path) -> tuple[str, ...]:
    r"""Split an Exec key into arguments, as the desktop entry specification reads it: no shell, no files.

    >>> exec_arguments(r'app "two words" --title=%c %U 100%%', "App", Path("a.desktop"))
    ('app', 'two words', '--title=App', '100%')
    """
    text = re.sub(r"\\([sntr\\])", lambda m: {"s": " ", "n": "\n", "t": "\t", "r": "\r"}.get(m[1], "\\"), line)
    codes = {"c": name, "k": str(file), "%": "%"}
    filled = []
    for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', text):
        if quoted or not bare:
            filled.append(re.sub(r'\\(["`$\\])', r"\1", quoted))
            continue
        argument = _FIELD_CODE.sub(lambda match: codes.get(match[1], ""), bare)
        if argument or not _FIELD_CODE.fullmatch(bare):
            filled.append(argument)
    return tuple(filled)
