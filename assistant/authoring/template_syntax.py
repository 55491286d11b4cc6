"""The syntax of sentence templates, on the hassil library, and of `{slot}` and `[value](slot)` in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from hassil import Expression, Group, ListReference, RuleReference, parse_sentence
from hassil import is_template as is_template

PLACEHOLDER = re.compile(r"\{(?P<list>[^{}:]+)(?::(?P<slot>[^{}]+))?\}")
"""`{list}` or `{list:slot}`."""

MARK = re.compile(r"\[([^\[\]()]+)\]\((\w+)\)")
"""A value in an example, and its slot: `[Yesterday](song)`."""

HOME_LISTS = frozenset({"name", "area", "floor"})
"""Lists that Home Assistant fills in itself: any words, where a file uses them and declares none."""

_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


class TemplateError(ValueError):
    """A template that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A `{list:slot}` in a template."""

    list: str
    slot: str
    is_range: bool


@lru_cache(maxsize=20_000)
def check_syntax(text: str) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    """Return the lists and the expansion rules that a template refers to.

    Raises:
        TemplateError: brackets do not pair, or something is empty.
    """
    found = list(_nodes(parsed(text)))
    lists = tuple(
        Reference(each.list_name, each.slot_name, each.is_inline_range)
        for each in found
        if isinstance(each, ListReference)
    )
    return lists, tuple(each.rule_name for each in found if isinstance(each, RuleReference))


@lru_cache(maxsize=20_000)
def parsed(text: str) -> Expression:
    """Return a template as hassil reads it; kept, since a file is first checked and then compiled."""
    stack: list[tuple[str, int]] = []
    plain = re.sub(r"\\.", "  ", text)
    for at, char in enumerate(plain):
        if char in "([{<":
            stack.append((char, at))
        elif char in _PAIRS and (not stack or stack.pop()[0] != _PAIRS[char]):
            raise TemplateError(f"'{char}' at column {at + 1} of \"{text}\" closes nothing")
    if stack:
        char, at = stack[-1]
        raise TemplateError(f"'{char}' at column {at + 1} of \"{text}\" is never closed")
    try:
        return parse_sentence(text).expression
    except Exception as error:  # hassil raises ParseError, AssertionError and others
        raise TemplateError(f'cannot be read: "{text}" ({error})') from None


def _nodes(expression: Expression) -> Iterator[Expression]:
    yield expression
    if isinstance(expression, Group):
        for item in expression.items:
            yield from _nodes(item)
