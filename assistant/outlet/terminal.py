"""Text for a terminal: nothing in it is obeyed, moves the cursor, or reads otherwise than it is written.

What a person, a program, a server or a file says is shown through `printable`, and by nothing else; a line of JSON
keeps every character of it, those that a terminal would obey as `\\u001b`.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")

_SEQUENCE = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, SOS, PM, APC: to its end
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI
    r"|\x1b[ -/]*[0-~]?"  # the short ones
)
"""An escape sequence of ECMA-48 with its payload, in 7 bits and in 8; one without an end goes to that of its line."""

_HIDDEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""Characters without a width, and those that reverse the order of their neighbours."""

_UNSEEN = re.compile(
    rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_HIDDEN}]"
    r"|[\u200c\u200d](?![^\x00-\x7f])|(?<![^\x00-\x7f])[\u200c\u200d]"  # between other scripts and emoji they join
)

_ESCAPED_IN_JSON = re.compile(rf"[\x7f-\x9f\u200c\u200d\ud800-\udfff{_HIDDEN}]")


def printable(text: str) -> str:
    """Remove all that a terminal would obey or hide: escape sequences with their payload, characters without a width.

    Line feeds and tabs stay; a carriage return, which would overwrite the line, becomes a line feed, and what is
    half a character the sign for that.

    >>> printable("on\\x1b]0;owned\\x07\\x1b[2J, re\\u202dady")
    'on, ready'
    """
    if text.isascii() and text.isprintable():
        return text
    text = _SEQUENCE.sub("", re.sub(r"\r\n?", "\n", text))
    return re.sub(r"[\ud800-\udfff]", "\ufffd", _UNSEEN.sub("", text))


def printable_line(text: str) -> str:
    """Fold printable text into one line, so that none of it can pass for a line of the assistant's own."""
    return " ".join(printable(text).split("\n")).strip()


def cleaned(value: T) -> T:
    """Return a value, an event for instance, with every text in it printable: in fields, tuples and mappings."""
    result: Any = value
    if isinstance(value, str):
        result = printable(value)
    elif isinstance(value, tuple):
        result = tuple(map(cleaned, value))
    elif isinstance(value, Mapping):
        result = {cleaned(key): cleaned(item) for key, item in value.items()}
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: cleaned(getattr(value, field.name)) for field in dataclasses.fields(value)}
        result = dataclasses.replace(value, **fields)
    return result  # type: ignore[no-any-return]


def json_line(value: Mapping[str, Any]) -> str:
    """Write an object as one line of JSON that reads back the same, and in which a terminal finds nothing to obey."""
    line = json.dumps(value, ensure_ascii=False)
    return _ESCAPED_IN_JSON.sub(lambda match: json.dumps(match[0])[1:-1], line)
