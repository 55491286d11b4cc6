"""The syntax of sentence templates, on the hassil library, and of `{slot}` and `[value](slot)` in plain sentences."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from hassil import Alternative, Expression, Group, ListReference, Permutation, RuleReference, TextChunk, parse_sentence
from hassil import is_template as is_template

from assistant.authoring.source.limits import LIMITS
from assistant.errors import Line
from assistant.language.placeholders import INLINE_RANGE as INLINE_RANGE
from assistant.language.placeholders import MARK as MARK
from assistant.language.placeholders import PLACEHOLDER as PLACEHOLDER
from assistant.language.placeholders import PLACEHOLDER_OR_MARK as PLACEHOLDER_OR_MARK
from assistant.language.placeholders import placeholders as placeholders

HOME_LISTS = frozenset({"name", "area", "floor"})
"""Lists that Home Assistant fills in itself: any words, where a file uses them and declares none."""

_VALUE = "\0\0\0"
"""Stands for the value of a list."""

_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


class TemplateError(ValueError):
    """A template that cannot be read; the message says where."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset
        """Characters of the template before the fault."""


def inside(line: int, offset: int) -> int:
    """Return the place so many characters behind another, where that has a column."""
    return Line.at(line, line.column + offset) if isinstance(line, Line) and line.column else line


@dataclass(frozen=True, slots=True)
class Reference:
    """A `{list:slot}` in a template."""

    list: str
    slot: str
    is_range: bool


class Cost(NamedTuple):
    """What a template costs whoever works with it, its expansion rules written out."""

    parts: int = 1
    """Texts, lists and groups of them; those of an open order count for each order."""
    depth: int = 1
    """Parts in one another."""
    phrases: int = 1
    """Sentences that it stands for, a list counted as one."""
    choices: int = 0
    """Alternatives, options and lists that are met on one way through it."""

    @property
    def fault(self) -> str:
        """The limit that it is beyond; nothing where it is within all."""
        if self.parts > LIMITS.parts:
            return f"written out, it has more than {LIMITS.parts:,} parts"
        return f"its parts lie deeper than {LIMITS.depth} in one another" if self.depth > LIMITS.depth else ""


@lru_cache(maxsize=20_000)
def check_syntax(text: str) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    """Return the lists and the expansion rules that a template refers to.

    Raises:
        TemplateError: brackets do not pair, something is empty, or a range is none.
    """
    nodes = list(_nodes(parsed(text)))
    references = []
    for node in nodes:
        if isinstance(node, ListReference):
            if bounds := node.get_inline_range():
                check_range(*bounds)
            references.append(Reference(node.list_name, node.slot_name, node.is_inline_range))
    return tuple(references), tuple(node.rule_name for node in nodes if isinstance(node, RuleReference))


def check_range(low: float, high: float, step: float = 1, fractions: int = 1) -> None:
    """Look at a range of numbers; `fractions` stand for each whole number.

    Raises:
        TemplateError: it is empty, or too large.
    """
    if low > high or step <= 0:
        raise TemplateError(f"no number is in the range from {low} to {high} in steps of {step}")
    if max(-low, high) > LIMITS.largest:
        raise TemplateError(f"the range from {low} to {high} goes beyond {LIMITS.largest:,}")
    if (high - low) / step * fractions >= LIMITS.numbers:
        most = f"{LIMITS.numbers:,}"
        raise TemplateError(f"the range from {low} to {high} has more than {most} numbers; use a slot of type 'number'")


@lru_cache(maxsize=20_000)
def parsed(text: str) -> Expression:
    """Parse a template by hassil; cached, since a file is first checked and then compiled.

    Raises:
        TemplateError: brackets do not pair, something is empty, or groups lie too deep in one another.
    """
    stack: list[tuple[str, int]] = []
    plain, shown = re.sub(r"\\.", "  ", text), f'"{text if len(text) <= 200 else text[:200] + "…"}"'
    for index, char in enumerate(plain):
        if char in "([{<":
            stack.append((char, index))
            if len(stack) > LIMITS.groups:
                raise TemplateError(f"more than {LIMITS.groups} groups lie in one another in {shown}")
        elif char in _PAIRS and (not stack or stack.pop()[0] != _PAIRS[char]):
            raise TemplateError(f"'{char}' at column {index + 1} of {shown} closes nothing", index)
    if stack:
        char, index = stack[-1]
        raise TemplateError(f"'{char}' at column {index + 1} of {shown} is never closed", index)
    try:
        return parse_sentence(text).expression
    except Exception as error:  # hassil raises ParseError, AssertionError and others
        raise TemplateError(f"cannot be read: {shown} ({str(error)[:200]})") from None


def _nodes(expression: Expression) -> Iterator[Expression]:
    yield expression
    if isinstance(expression, Group):
        for item in expression.items:
            yield from _nodes(item)


_TEXT, _LIST = Cost(), Cost(choices=1)


def cost(expression: Expression, rules: Mapping[str, Cost]) -> Cost:
    """Return the cost of a template, given those of its expansion rules."""
    if isinstance(expression, RuleReference):
        parts, depth, phrases, choices = rules.get(expression.rule_name, _TEXT)
        return Cost(parts + 1, depth + 1, phrases, choices)
    if not isinstance(expression, Group):
        return _LIST if isinstance(expression, ListReference) else _TEXT
    if not expression.items:
        return _TEXT
    costs = [_TEXT if isinstance(item, TextChunk) else cost(item, rules) for item in expression.items]
    parts_of, depths, phrases_of, choices_of = zip(*costs, strict=True)
    if isinstance(expression, Alternative):
        return Cost(1 + sum(parts_of), 1 + max(depths), sum(phrases_of), 1 + max(choices_of))
    orders = math.factorial(min(len(costs), LIMITS.orders)) if isinstance(expression, Permutation) else 1
    return Cost(1 + orders * sum(parts_of), 1 + max(depths), orders * math.prod(phrases_of), sum(choices_of))


class Readings:
    """Ways in which the beginning of a template's fullest sentence can be read: hassil follows each of them.

    Args:
        rules: expansion rules, all of them there and none in a ring.
        free: lists of which any words are a value.
    """

    def __init__(self, rules: Mapping[str, str], free: Collection[str]) -> None:
        self._rules, self._free = rules, free
        self._sentence = ""

    def are_too_many(self, template: str) -> bool:
        """Return True for a template such as `[a] [a] [a] ...`, of which a sentence has thousands of readings."""
        self._sentence = self._fullest(parsed(template))
        try:
            self._follow(parsed(template), {0: 1})
        except OverflowError:
            return True
        return False

    def _fullest(self, expression: Expression) -> str:
        """Return the letters of a sentence with every option taken; a list gives three of its own."""
        match expression:
            case TextChunk():
                return _letters(expression)
            case RuleReference():
                return self._fullest(parsed(self._rules[expression.rule_name]))
            case Alternative():
                return self._fullest(expression.items[0])
            case Group():
                return "".join(map(self._fullest, expression.items))
        return _VALUE

    def _follow(self, expression: Expression, states: Mapping[int, int]) -> Mapping[int, int]:
        """Return place in the sentence -> number of readings that end there, given those before an expression.

        Raises:
            OverflowError: they are too many.
        """
        text, after = self._sentence, Counter[int]()
        match expression:
            case TextChunk():
                letters = _letters(expression)
                after.update({at + len(letters): count for at, count in states.items() if text.startswith(letters, at)})
            case RuleReference():
                return self._follow(parsed(self._rules[expression.rule_name]), states)
            case Alternative():
                for item in expression.items:
                    after.update(self._follow(item, states))
            case Group():
                for item in expression.items:
                    states = self._follow(item, states)
                return states
            case ListReference() if expression.list_name in self._free:
                for start, count in states.items():
                    after.update(dict.fromkeys(range(start + 1, len(text) + 1), count))
            case _:
                after.update({at + len(_VALUE): count for at, count in states.items() if text.startswith(_VALUE, at)})
        if after.total() > LIMITS.readings:
            raise OverflowError
        return after


def _letters(chunk: TextChunk) -> str:
    return "".join(chunk.text.split()).casefold()
