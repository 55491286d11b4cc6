"""The `action:` of an intent, checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from assistant.authoring.schema.intents import ACTION, HTTP, MCP
from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source.yaml_tree import Items, Table
from assistant.authoring.source_file import SourceFile
from assistant.errors import did_you_mean
from assistant.values import Action, ArgvAction, BuiltInAction, HttpAction, McpAction

_LONGEST = 3600.0
"""Seconds that an action may be given: an hour, in which no other turn is answered."""

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


def read_action(file: SourceFile, intent: Table, name: str, built_in: Collection[str]) -> Action | None:
    """Return the action of an intent; None where it has none or one at fault, which is noted.

    An intent of Home Assistant's own (`Hass...`) that says nothing of its own is sent to Home Assistant.
    """
    table, line, where = intent.get("action"), file.line(intent, "action"), f"intent {name}, action"
    if table is None:
        return BuiltInAction("home.intent") if name.startswith("Hass") and "response" not in intent else None
    if isinstance(table, str):
        return _built_in(file, table, {}, built_in, line, where)
    if not isinstance(table, Table):
        file.report(line, f"{where}: must be the name of a built-in action, or hold 'argv:', 'http:' or 'mcp:'")
        return None
    file.check_keys(table, ACTION, where)
    match [key for key in ("builtin", "argv", "http", "mcp") if key in table]:
        case ["builtin"]:
            fixed = file.table(table, "with", where)
            arguments = {key: file.text(fixed, key, where) for key in fixed}
            return _built_in(file, file.text(table, "builtin", where), arguments, built_in, line, where)
        case ["argv"]:
            return _argv(file, table, line, where)
        case ["http"]:
            return _http(file, table, line, where)
        case ["mcp"]:
            return _mcp(file, table, line, where)
    file.report(line, f"{where}: must hold one of 'builtin', 'argv', 'http' and 'mcp'")
    return None


def _built_in(
    file: SourceFile, name: str, arguments: Mapping[str, str], built_in: Collection[str], line: int, where: str
) -> Action | None:
    if name in built_in:
        return BuiltInAction(name, arguments)
    file.report(line, f"{where}: unknown built-in action '{name}'{did_you_mean(name, built_in)}")
    return None


def _argv(file: SourceFile, table: Table, line: int, where: str) -> Action | None:
    if not isinstance(table["argv"], Items):
        file.report(line, f"{where}: 'argv' must be a list, like [program, argument]; no shell reads it")
        return None
    argv = tuple(text for text, _ in file.texts(table, "argv", where, LIMITS.answer))
    if not argv or "{" in argv[0]:
        file.report(line, f"{where}: the program, the first entry of 'argv', must be fixed text")
        return None
    named = file.text(table, "directory", where, ".")
    try:
        directory = file.folder / Path(named).expanduser()
    except RuntimeError:
        file.report(file.line(table, "directory"), f"{where}: there is no home folder for '{named}'")
        return None
    return ArgvAction(argv, _timeout(file, table, where, 10.0), directory)


def _host_fault(url: str) -> str:
    """Return the fault of an address whose scheme, host and port are not fixed text; empty: they are."""
    authority = re.match(r"https?://([^/?#]*)", url, re.IGNORECASE)
    if authority is None or not authority[1]:
        return "'url' must begin with http:// or https:// and a fixed host"
    if slot := re.search(r"\{\w*\}?", authority[1]):
        return f"'url' must have a fixed host; {slot[0]} may stand only in the path and behind it"
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and (parts.port or 1) > 0 and not re.search(r"[\s\\]", authority[1])
    except ValueError:  # half an IPv6 address, or a port that is no number
        is_whole = False
    return "" if is_whole else "'url' must have a host, and perhaps a port, like http://lamp.local:8080/"


def _timeout(file: SourceFile, table: Table, where: str, default: float) -> float:
    """Read the seconds that an action may take."""
    seconds = file.number(table, "timeout", where, default)
    if 0 < seconds <= _LONGEST:
        return float(seconds)
    limits = f"more than 0 and at most {_LONGEST:g} seconds"
    file.report(file.line(table, "timeout"), f"{where}: 'timeout' must be {limits}")
    return default


def _http(file: SourceFile, table: Table, line: int, where: str) -> Action | None:
    http = file.table(table, "http", where)
    file.check_keys(http, HTTP, where)
    url, method = file.text(http, "url", where), file.text(http, "method", where, "POST").upper()
    if fault := _host_fault(url):
        file.report(file.line(http, "url"), f"{where}: {fault}")
        return None
    if method not in _METHODS:
        file.report(line, f"{where}: unknown method '{method}'{did_you_mean(method, _METHODS)}")
        return None
    headers = file.table(http, "headers", where)
    sent = {key: file.text(headers, key, where) for key in headers}
    timeout = _timeout(file, http, where, _timeout(file, table, where, 10.0))
    return HttpAction(url, method, sent, http.get("json"), timeout)


def _mcp(file: SourceFile, table: Table, line: int, where: str) -> Action | None:
    mcp = file.table(table, "mcp", where)
    file.check_keys(mcp, MCP, where)
    server, tool = file.text(mcp, "server", where), file.text(mcp, "tool", where)
    if not server or not tool or "{" in server + tool:
        file.report(line, f"{where}: 'mcp' must hold 'server' and 'tool', both fixed text")
        return None
    timeout = _timeout(file, mcp, where, _timeout(file, table, where, 30.0))
    return McpAction(server, tool, file.table(mcp, "arguments", where), timeout)
