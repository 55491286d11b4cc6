"""The answer of a server or a program, read once: what it does not say is not claimed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.language.spoken import plain

UNSURE = "I don't know whether that worked"

_REASONS = {401: "not authorised", 403: "forbidden", 404: "not found"}


@dataclass(frozen=True, slots=True)
class Response:
    """The answer of a web server."""

    status: int
    """The HTTP status."""
    text: str
    """The body, decoded."""
    media_type: str = ""
    """Such as `application/json`; empty where it is not told."""
    content: bytes = field(default=b"", repr=False)
    """The body as it came."""

    @property
    def is_page(self) -> bool:
        """True for a web page: of a login or a hotspot, for instance, and no answer to a command."""
        start = self.text[:200].lstrip().lower()
        return self.media_type in ("text/html", "application/xhtml+xml") or start.startswith(
            ("<!doctype html", "<html")
        )

    @property
    def is_broken(self) -> bool:
        """True where it begins as JSON, or calls itself that, and is none."""
        is_meant = self.media_type.endswith("json") or (not self.media_type and self.text.lstrip()[:1] in ("{", "["))
        return bool(self.text.strip()) and is_meant and not is_json(self.text)

    def json(self) -> Any:
        """Parse the body as JSON; None where it is none."""
        return parsed(self.text)

    def refusal(self) -> str:
        """Return the reason of a refusal (a status of 300 or more) in a few words, else an empty text."""
        if self.status < 300:
            return ""
        words = _REASONS.get(self.status) or ("the other side failed" if self.status >= 500 else "refused")
        reason = _reason(self.json())
        return f"{words} (status {self.status}){f': {reason}' if reason else ''}"


def parsed(text: str) -> Any:
    """Parse JSON; None where it is none, or is too deep or too large a number."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def is_json(text: str) -> bool:
    """True for a whole JSON value."""
    return parsed(text) is not None or text.strip() == "null"


def value_at(body: Any, *path: str) -> Any:
    """Return the value at a path of keys; None where it is not there, whatever the shape of the rest."""
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body


def text_at(body: Any, *path: str) -> str:
    """Return the text or the number at a path of keys, empty where there is neither."""
    value = value_at(body, *path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else plain(value)


def fault_in(body: Any, is_deed: bool = True) -> str:
    """Return the reason of a failure that a body tells although its status is good, else an empty text.

    So write JSON-RPC and most others (`error`), GraphQL (`errors`), Slack (`ok`), JSend (`status`) and the Hue bridge
    (a list of errors). Of an answer to a mere question, `status` may be what was asked.
    """
    if isinstance(body, list) and body and all(isinstance(item, dict) and item.get("error") for item in body):
        return _reason(body[0]) or "it failed"
    if not isinstance(body, dict):
        return ""
    is_denied = any(str(body.get(key, "")).lower() == "false" for key in ("ok", "success"))
    failed = is_deed and any(body.get(key) in ("error", "fail", "failed", "failure") for key in ("status", "result"))
    if body.get("error") or body.get("errors") or is_denied or failed:
        return _reason(body) or "it failed"
    return ""


def last_line(text: str, most: int = 1000) -> str:
    """Return the last line with something on it, and of that no more than a person listens to; empty: there is none."""
    line = (text.strip().splitlines() or [""])[-1].strip()
    return line if len(line) <= most else f"{line[:most]}…"


def fields_of(body: Any, most: int = 1000, depth: int = 8) -> dict[str, str]:
    """Return the single values of a JSON answer by name: `{"main": {"temp": 4}}` -> `main.temp`.

    The first `most`, of those that are no deeper than `depth`.
    """
    return dict(itertools.islice(_fields(body, "", depth), most))


def _fields(body: Any, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    pairs = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in pairs:
        if isinstance(value, dict | list):
            if depth:
                yield from _fields(value, f"{prefix}{key}.", depth - 1)
        elif value is not None:
            yield f"{prefix}{key}", str(value) if type(value) is int else plain(value)


def _reason(body: Any) -> str:
    """Find the words of an error, one line of at most 200 characters."""
    while isinstance(body, dict | list):
        if isinstance(body, list):
            body = body[0] if body else ""
        else:
            keys = ("message", "error", "errors", "detail", "description", "reason")
            body = next((value for key in keys if (value := body.get(key)) and value is not True), "")
    return " ".join(body.split())[:200] if isinstance(body, str) else ""
