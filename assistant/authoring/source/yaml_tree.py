"""YAML to a tree that keeps its lines and spellings, built from the events of the parser: nothing recurses.

Only the tags of plain values are read, and a key written twice is a fault. Plain words stay words: only `true` and
`false` are booleans (not `on`, `off`, `yes`, `no`), 18:30 and 2026-12-24 are text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source.plain_text import BOM
from assistant.errors import Line

Report: TypeAlias = Callable[[int, str], None]
"""Notes a fault at a line."""

Clean: TypeAlias = Callable[[str, int], str]
"""Takes from a text at a line what is none."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,299})")
"""A whole number; one with more digits, which not every sum survives, is text."""

_DECIMAL = re.compile(r"[-+]?[0-9]*\.[0-9]+([eE][-+]?[0-9]+)?")
_BRACE = re.compile(r"(\{[\w:.]+\})")
_BRACE_BEFORE = re.compile(rf"[\[,]\s*{_BRACE.pattern}\s*$")
_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}
_CASES = frozenset(case(word) for word in _WORDS for case in (str.lower, str.upper, str.capitalize))
_TAGS = tuple(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str"))
_MERGE = "<<"


class Table(dict[str, Any]):
    """A YAML mapping with the lines of its keys, and its plain values as they are spelt: `3.10`, `True`."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.spellings: dict[str, str] = {}


class Items(list[Any]):
    """A YAML sequence with the lines of its items, and its plain values as they are spelt."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []
        self.spellings: list[str] = []


class TreeError(ValueError):
    """YAML that gives no tree; the message is one line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class _Node:
    """A value that has been read."""

    value: Any
    line: int
    spelling: str = ""
    size: int = 1
    """Values in it, itself included; those that its aliases repeat count each time."""
    is_word: bool = True
    """True of what can be a key."""
    is_merge: bool = False


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been reached."""

    node: _Node
    anchor: str | None
    key: _Node | None = None
    """The key whose value comes next."""
    merged: list[Any] = field(default_factory=list)


def read_tree(text: str, report: Report, clean: Clean) -> Any:
    """Return a document as Table, Items, texts, numbers, booleans and None; None too where it is empty.

    Raises:
        TreeError: it is no YAML, or beyond a limit.
    """
    builder = _Builder(report, clean)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        fault = (mark and _hint(text, mark)) or " ".join(filter(None, (error.problem, error.context)))
        raise TreeError(f"is not valid YAML: {fault}", Line.at(mark.line + 1, mark.column + 1) if mark else 0) from None
    except (yaml.YAMLError, RecursionError, UnicodeEncodeError) as error:
        raise TreeError(f"is not valid YAML: {str(error).splitlines()[0]}", 0) from None
    return builder.root.value if builder.root else None


def _hint(text: str, mark: Any) -> str:
    """Return the fault of a line that a tab indents, or of `[water the {room}]`, where YAML begins a mapping in a text;
    nothing where it is another.
    """
    line = "".join(text.split("\n")[mark.line : mark.line + 1])
    indent = line[: mark.column + 1]
    if "\t" in indent and not indent.strip():
        return "the line is indented by a tab, where YAML takes spaces alone"
    brace = _BRACE.match(line, mark.column) or _BRACE_BEFORE.search(line[: mark.column])
    return f"{brace[1]} stands between brackets, where a text with braces needs quotes" if brace else ""


@dataclass(frozen=True, slots=True)
class YamlNode:
    """A value with the characters of the file that it takes."""

    kind: str
    """`mapping`, `sequence` or `scalar`."""
    start: int
    end: int
    """Of a collection of lines: the end of the last value in it."""
    column: int
    is_flow: bool = False
    """True of a collection in brackets."""
    is_block: bool = False
    """True of a text that begins with `|` or `>`."""
    is_empty: bool = False
    """True where nothing is written behind a key."""
    children: tuple[tuple[str, YamlNode], ...] = ()
    """Values, each with its key; that of an entry of a list is empty."""

    def value_of(self, key: str) -> YamlNode | None:
        """Value at a key; None where there is none, or this is no mapping."""
        return next((child for name, child in self.children if self.kind == "mapping" and name == key), None)


def compose(text: str) -> YamlNode | None:
    """Return a document as nodes; None where it is empty.

    Raises:
        TreeError: it is no YAML, holds several documents, or is beyond a limit.
    """
    read_tree(text, lambda _, __: None, lambda words, _: words)  # nodes in themselves, or repeated without end
    if text.startswith(BOM):  # the parser does not count it; a line end in its place keeps every index and column
        text = f"\n{text[1:]}"
    try:
        root = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise TreeError(f"is not valid YAML: {str(error).splitlines()[0]}", 0) from None
    return _composed(root) if root else None


def _composed(node: Any) -> YamlNode:
    start, end, column = node.start_mark.index, node.end_mark.index, node.start_mark.column
    if isinstance(node, yaml.ScalarNode):
        return YamlNode("scalar", start, end, column, False, node.style in ("|", ">"), start == end)
    is_flow = bool(node.flow_style)
    if isinstance(node, yaml.MappingNode):
        children = tuple((str(key.value), _composed(value)) for key, value in node.value)
    else:
        children = tuple(("", _composed(value)) for value in node.value)
    end = end if is_flow or not children else children[-1][1].end
    return YamlNode(node.id, start, end, column, is_flow, children=children)


def _place(event: Any) -> Line:
    """Return line and column of a value; those of a text in quotes are behind the first one."""
    mark, is_quoted = event.start_mark, getattr(event, "style", None) in ("'", '"')
    return Line.at(mark.line + 1, mark.column + 1 + is_quoted)


class _Builder:
    """Puts the events of the parser together."""

    def __init__(self, report: Report, clean: Clean) -> None:
        self.root: _Node | None = None
        self._report, self._clean = report, clean
        self._open: list[_Open] = []
        self._anchors: dict[str, _Node | None] = {}
        """None: of a collection that is still open."""
        self._values = 0

    def take(self, event: Any) -> None:
        """Take the next event.

        Raises:
            TreeError: the document is beyond a limit, or an alias stands for nothing.
        """
        line = _place(event)
        match event:
            case yaml.ScalarEvent():
                self._count(1, line)
                self._add(self._scalar(event, line), event.anchor)
            case yaml.AliasEvent():
                node = self._repeated(event.anchor, line)
                self._count(node.size, line)
                self._add(node, None)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._count(1, line)
                if len(self._open) >= LIMITS.depth:
                    raise TreeError(f"is nested deeper than {LIMITS.depth} levels", line)
                collection = Table(line) if isinstance(event, yaml.MappingStartEvent) else Items(line)
                self._open.append(_Open(_Node(collection, line, is_word=False), event.anchor))
                if event.anchor:
                    self._anchors[event.anchor] = None
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                closed = self._open.pop()
                _merge(closed)
                self._add(closed.node, closed.anchor)
            case yaml.DocumentStartEvent() if self.root:
                raise TreeError("holds a second document after '---'; make it a file of its own", line)

    def _count(self, values: int, line: int) -> None:
        self._values += values
        if self._values > LIMITS.values:
            message = f"holds more than {LIMITS.values:,} values, those that aliases repeat included; split it"
            raise TreeError(message, line)

    def _repeated(self, anchor: Any, line: int) -> _Node:
        if anchor not in self._anchors:
            raise TreeError(f"*{anchor} stands for nothing: there is no &{anchor} before it", line)
        if not (node := self._anchors[anchor]):
            raise TreeError(f"*{anchor} stands inside &{anchor} itself", line)
        return _Node(node.value, line, node.spelling, node.size, node.is_word)

    def _add(self, node: _Node, anchor: str | None) -> None:
        """Put a value where it belongs."""
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        parent.node.size += node.size
        if isinstance(parent.node.value, Items):
            parent.node.value.append(node.value)
            parent.node.value.lines.append(node.line)
            parent.node.value.spellings.append(node.spelling)
        elif parent.key is None:
            parent.key = node
        else:
            key, parent.key = parent.key, None
            self._enter(parent, key, node)

    def _enter(self, parent: _Open, key: _Node, node: _Node) -> None:
        table: Table = parent.node.value
        if key.is_merge:
            parent.merged += node.value if isinstance(node.value, Items) else [node.value]
        elif not key.is_word:
            self._report(key.line, "a key must be a word")
        elif (name := key.spelling) in table:
            first = f"first in line {table.lines[name]}"
            self._report(key.line, f"'{name}' stands here a second time ({first}); this one is left out")
        else:
            table[name], table.lines[name], table.spellings[name] = node.value, key.line, node.spelling

    def _scalar(self, event: Any, line: int) -> _Node:
        text, is_plain = self._clean(str(event.value), line), event.implicit[0]
        if event.tag not in (None, "!", *_TAGS):
            self._report(line, f"tag {event.tag} is not allowed here; the value is read as text")
        value = plain_value(text) if is_plain or event.tag in _TAGS[:-1] else text
        return _Node(value, line, text, is_merge=is_plain and text == _MERGE)


def plain_value(text: str) -> Any:
    """Return what a word that stands without quotes means."""
    if text in _CASES:
        return _WORDS[text.lower()]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _merge(closed: _Open) -> None:
    """Give a mapping what it merges in by `<<`, where it has no such key itself."""
    table = closed.node.value
    for base in closed.merged:
        for key in base if isinstance(base, Table) else ():
            if key not in table:
                table[key], table.lines[key] = base[key], base.lines[key]
                table.spellings[key] = base.spellings[key]
