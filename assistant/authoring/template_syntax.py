"""The syntax of sentence templates, on the hassil library, and of `{slot}` and `[value](slot)` in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from hassil import Expression, Group, ListReference, RuleReference, parse_sentence
from hassil import is_template as is_template

from assistant.language.placeholders import INLINE_RANGE as INLINE_RANGE
from assistant.language.placeholders import MARK as MARK
from assistant.language.placeholders import PLACEHOLDER as PLACEHOLDER
from assistant.language.placeholders import PLACEHOLDER_OR_MARK as PLACEHOLDER_OR_MARK
from assistant.language.placeholders import placeholders as placeholders

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
    nodes = list(_nodes(parsed(text)))
    lists = tuple(
        Reference(node.list_name, node.slot_name, node.is_inline_range)
        for node in nodes
        if isinstance(node, ListReference)
    )
    return lists, tuple(node.rule_name for node in nodes if isinstance(node, RuleReference))


@lru_cache(maxsize=20_000)
def parsed(text: str) -> Expression:
    """Parse a template by hassil; cached, since a file is first checked and then compiled.

    Raises:
        TemplateError: brackets do not pair, or something is empty.
    """
    stack: list[tuple[str, int]] = []
    plain = re.sub(r"\\.", "  ", text)
    for index, char in enumerate(plain):
        if char in "([{<":
            stack.append((char, index))
        elif char in _PAIRS and (not stack or stack.pop()[0] != _PAIRS[char]):
            raise TemplateError(f"'{char}' at column {index + 1} of \"{text}\" closes nothing")
    if stack:
        char, index = stack[-1]
        raise TemplateError(f"'{char}' at column {index + 1} of \"{text}\" is never closed")
    try:
        return parse_sentence(text).expression
    except Exception as error:  # hassil raises ParseError, AssertionError and others
        raise TemplateError(f'cannot be read: "{text}" ({error})') from None


def _nodes(expression: Expression) -> Iterator[Expression]:
    yield expression
    if isinstance(expression, Group):
        for item in expression.items:
            yield from _nodes(item)
