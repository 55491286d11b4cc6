"""Every form of `{slot}` in what people write: in templates and examples, in replies, in the arguments of actions."""

from __future__ import annotations

import re
from typing import NamedTuple

PLACEHOLDER = re.compile(r"\{(?P<list>[^{}:]+)(?::(?P<slot>[^{}]+))?\}")
"""`{list}`, `{list:slot}` or `{0..100:slot}`, in a template or an example."""

MARK = re.compile(r"\[(?P<value>[^\[\]()]+)\]\((?P<marked>\w+)\)")
"""A value in an example, and its slot: `[Yesterday](song)`."""

PLACEHOLDER_OR_MARK = re.compile(f"{PLACEHOLDER.pattern}|{MARK.pattern}")

INLINE_RANGE = re.compile(r"(?P<low>-?\d+)\.\.(?P<high>-?\d+)(?:,(?P<step>\d+))?")
"""The numbers of `{0..100,5:slot}`."""

ARGUMENT_SLOT = re.compile(r"\{(\w+)\}")
"""`{slot}` in an argument, an address or a body."""

REPLY_SLOT = re.compile(r"\{\{\s*(?:slots\.)?(\w+)[^{}]*\}\}|\{([\w.]+)\}")
"""`{slot}` or `{value.of.the.action}` in a reply; `{{ slots.name }}` as Home Assistant writes it."""

JINJA_SLOT = re.compile(
    r"\{\{\s*slots(?:\.(\w+)|\[['\"](\w+)['\"]\])\s*(?:\|\s*(?:trim|lower|title|capitalize)\s*)*\}\}"
)
"""What of Jinja can be written as `{slot}`: `{{ slots.name | trim }}`."""


class Placeholder(NamedTuple):
    """A `{list:slot}`."""

    list: str
    """A list, a type, a slot, or a range of numbers."""
    slot: str
    """The slot that takes the value; the name of the list where none is written."""


def placeholders(text: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of a template or an example, in order.

    >>> placeholders("{room} to {0..100:level}")
    (Placeholder(list='room', slot='room'), Placeholder(list='0..100', slot='level'))
    """
    return tuple(Placeholder(match["list"], match["slot"] or match["list"]) for match in PLACEHOLDER.finditer(text))
