"""Applications and web pages."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

from assistant.actions import program
from assistant.actions.outcome import Context, Outcome, Slots, text_of
from assistant.errors import ActionError

_ALIKE = 86
_TERMINALS = ("x-terminal-emulator", "gnome-terminal", "konsole", "xfce4-terminal", "kitty", "foot", "xterm")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::\d{1,5})?(?:/[^\s]*)?", re.IGNORECASE)
_FIELD_CODE = re.compile(r"%([a-zA-Z%])")


@dataclass(frozen=True, slots=True)
class Application:
    """An installed application, as its .desktop file tells."""

    name: str
    names: tuple[str, ...]
    """All it may be called: name, generic name, keywords, the file's own."""
    argv: tuple[str, ...]
    directory: Path | None
    file: Path


def open_thing(slots: Slots, _: Mapping[str, str], __: Context) -> Outcome:
    """Open what `name` names: an address, else an installed application."""
    name = text_of(slots, "name")
    if (address := _address(name)) is not None:
        return _open_page(address, name)
    application = find_application(name, installed_applications())
    if application is None:
        return Outcome(f"I found no application called {name}.", ok=False)
    program.launch(application.argv, application.directory)
    return Outcome(f"Opening {application.name}.", {"name": application.name})


def open_page(slots: Slots, arguments: Mapping[str, str], _: Context) -> Outcome:
    """Open the web page `page`: an http(s) address, or a domain as it is said; `with: {url}` opens always the same."""
    said = arguments.get("url") or text_of(slots, "page")
    address = _address(said)
    if address is None:
        return Outcome(f"{said} is no web address.", ok=False)
    return _open_page(address, urlsplit(address).netloc.removeprefix("www."))


def search_web(slots: Slots, arguments: Mapping[str, str], _: Context) -> Outcome:
    """Search the web for `query` in the browser; `with: {url: "https://...?q={query}"}` names the search page."""
    query = text_of(slots, "query")
    if not query:
        return Outcome("What should I search for?", ok=False)
    template = arguments.get("url", "https://duckduckgo.com/?q={query}")
    return _open_page(template.replace("{query}", quote_plus(query)), "", f"Searching the web for {query}.")


def installed_applications() -> list[Application]:
    """Return the applications that a menu would show; the user's own files come before the system's."""
    roots = [os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local/share")]
    roots += (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    found: dict[str, Application | None] = {}
    for root in dict.fromkeys(roots):
        folder = Path(root) / "applications"
        for file in sorted(folder.rglob("*.desktop")):
            key = "-".join(file.relative_to(folder).parts)
            if key not in found:
                found[key] = _read_application(file)
    return [application for application in found.values() if application is not None]


def find_application(name: str, applications: Sequence[Application]) -> Application | None:
    """Return the application of that name, or of one much like it."""
    from rapidfuzz import fuzz

    wanted = re.sub(r"^(?:the|my|a)\s+|\s+(?:app|application|program)$", "", name.casefold())
    best, best_score = None, 0.0
    for application in applications:
        for place, known in enumerate(application.names):
            score = max(fuzz.ratio(wanted, known), fuzz.token_set_ratio(wanted, known) - 2) - min(place, 5)
            if score > best_score:
                best, best_score = application, score
    return best if best_score >= _ALIKE else None


def _read_application(file: Path) -> Application | None:
    """Return the application, or None where it is not to be shown or its program is missing."""
    try:
        entry = _entry(file.read_text(encoding="utf-8", errors="replace"))
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
        terminal = next((each for each in _TERMINALS if shutil.which(each)), None)
        if terminal is None:
            return None
        argv = (terminal, "--" if terminal == "gnome-terminal" else "-e", *argv)
    names = [entry["Name"], file.stem.rpartition(".")[2], entry.get("GenericName", "")]
    names += entry.get("Keywords", "").split(";")
    directory = Path(entry["Path"]) if entry.get("Path") else None
    cleaned = tuple(dict.fromkeys(each.strip().casefold() for each in names if each.strip()))
    return Application(entry["Name"], cleaned, argv, directory, file)


def _entry(text: str) -> dict[str, str]:
    """Return the keys of the [Desktop Entry] group, without the translated ones."""
    found: dict[str, str] = {}
    group = ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip()
        elif group == "[Desktop Entry]" and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key.strip(), value.strip())
    return found


def exec_arguments(line: str, name: str, file: Path) -> tuple[str, ...]:
    r"""Return an Exec key as arguments, as the desktop entry specification reads it: no shell, no files.

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
        argument = _FIELD_CODE.sub(lambda found: codes.get(found[1], ""), bare)
        if argument or not _FIELD_CODE.fullmatch(bare):
            filled.append(argument)
    return tuple(filled)


def _address(said: str) -> str | None:
    """Return the http(s) address that the words name, None where they name none."""
    text = re.sub(r"\s*\b(?:dot)\b\s*", ".", said.strip().casefold()) if " dot " in said.casefold() else said.strip()
    text = re.sub(r"\s*\bslash\b\s*", "/", text)
    if urlsplit(text).scheme in ("http", "https") and urlsplit(text).hostname:
        return text
    return f"https://{text}" if _DOMAIN.fullmatch(text) else None


def _open_page(address: str, name: str, said: str = "") -> Outcome:
    if urlsplit(address).scheme not in ("http", "https"):
        raise ActionError(f"{address}: only http and https pages are opened")
    opener = next((argv for argv in (["xdg-open"], ["gio", "open"]) if shutil.which(argv[0])), None)
    if opener is None:
        raise ActionError("No program to open pages is here: install xdg-utils.")
    program.launch([*opener, address])
    return Outcome(said or f"Opening {name}.", {"url": address})
