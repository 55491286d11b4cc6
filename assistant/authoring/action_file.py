"""What an intent does: the `action:` of an intent file, checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from assistant.authoring.source_file import Items, Table, YamlFile
from assistant.errors import did_you_mean
from assistant.values import Action, ArgvAction, BuiltInAction, HttpAction

_ACTION = ("builtin", "with", "argv", "timeout", "directory", "http")
_HTTP = ("url", "method", "headers", "json", "timeout")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


def read_action(file: YamlFile, intent: Table, name: str, known: Collection[str]) -> Action | None:
    """Return the action of an intent; None where it has none or one at fault, which is noted.

    An intent of Home Assistant's own (`Hass...`) that says nothing of its own is sent to Home Assistant.
    """
    given, line, where = intent.get("action"), file.line(intent, "action"), f"intent {name}, action"
    if given is None:
        return BuiltInAction("home.intent") if name.startswith("Hass") and "response" not in intent else None
    if isinstance(given, str):
        return _built_in(file, given, {}, known, line, where)
    if not isinstance(given, Table):
        file.report(line, f"{where}: must be the name of a built-in action, or hold 'argv:' or 'http:'")
        return None
    file.known(given, _ACTION, where)
    match [key for key in ("builtin", "argv", "http") if key in given]:
        case ["builtin"]:
            fixed = file.table(given, "with", where)
            arguments = {key: file.text(fixed, key, where) for key in fixed}
            return _built_in(file, file.text(given, "builtin", where), arguments, known, line, where)
        case ["argv"]:
            return _argv(file, given, line, where)
        case ["http"]:
            return _http(file, given, line, where)
    file.report(line, f"{where}: must hold one of 'builtin', 'argv' and 'http'")
    return None


def _built_in(
    file: YamlFile, name: str, arguments: Mapping[str, str], known: Collection[str], line: int, where: str
) -> Action | None:
    if name in known:
        return BuiltInAction(name, arguments)
    file.report(line, f"{where}: unknown built-in action '{name}'{did_you_mean(name, known)}")
    return None


def _argv(file: YamlFile, given: Table, line: int, where: str) -> Action | None:
    if not isinstance(given["argv"], Items):
        file.report(line, f"{where}: 'argv' must be a list, like [program, argument]; no shell reads it")
        return None
    argv = tuple(text for text, _ in file.texts(given, "argv", where))
    if not argv or "{" in argv[0]:
        file.report(line, f"{where}: the program, the first entry of 'argv', must be fixed text")
        return None
    directory = file.path.parent / Path(file.text(given, "directory", where, ".")).expanduser()
    return ArgvAction(argv, float(file.number(given, "timeout", where, 10.0)), directory)


def _http(file: YamlFile, given: Table, line: int, where: str) -> Action | None:
    http = file.table(given, "http", where)
    file.known(http, _HTTP, where)
    url, method = file.text(http, "url", where), file.text(http, "method", where, "POST").upper()
    if not re.match(r"https?://[^{/]", url):
        file.report(line, f"{where}: 'url' must begin with http:// or https:// and a fixed host")
        return None
    if method not in _METHODS:
        file.report(line, f"{where}: unknown method '{method}'{did_you_mean(method, _METHODS)}")
        return None
    headers = file.table(http, "headers", where)
    sent = {key: file.text(headers, key, where) for key in headers}
    timeout = float(file.number(http, "timeout", where, file.number(given, "timeout", where, 10.0)))
    return HttpAction(url, method, sent, http.get("json"), timeout)
