"""An entry put into a list of a YAML file that somebody wrote: one piece of text goes in, all else stays as it is.

Nothing is written anew, as a round trip through a YAML library does with folds, quotes and blank lines. The file is
read again afterwards: where it says anything else than before and the entry, nothing is changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from assistant.authoring.source.yaml_tree import Items, Table, TreeError, YamlNode, compose, read_tree

ListEntry: TypeAlias = str | Mapping[str, str]
"""A text, or keys with a text each."""


_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Insertion:
    """A piece of text that goes into a file."""

    at: int
    """Characters before it."""
    text: str
    replaced: str = ""
    """The text whose place it takes."""

    def applied(self, text: str) -> str:
        """Return the text of a file with the piece in it."""
        return text[: self.at] + self.text + text[self.at + len(self.replaced) :]


def insertion(
    text: str, path: Sequence[str], entry: ListEntry, beside: Mapping[str, str] = MappingProxyType({})
) -> Insertion | None:
    """Find the place of an entry in the list at a path of keys; keys that are missing are written with it.

    With `beside`, more keys and their texts, the list must be new; they are written below it.
    Returns None where the file is no YAML, or is written so that the entry cannot be put in by adding to it alone.

    >>> insertion("greet:\\n  - hello  # first\\n", ["greet"], "good day")
    Insertion(at=26, text='  - good day\\n', replaced='')
    """
    try:
        place = _Writer(text, beside).place(path, entry)
    except TreeError:
        return None
    return place if place and _is_only_addition(text, place.applied(text), path, entry, beside) else None


def scalar_text(text: str) -> str:
    """Write a text as YAML, in quotes only where it needs them."""
    faults: list[str] = []
    try:
        tree = read_tree(f"a:\n  - {text}\n", lambda _, fault: faults.append(fault), lambda words, _: words)
        plain = isinstance(tree, Table) and tree["a"] == [text] and not faults
    except TreeError:
        plain = False
    return text if plain and not text.startswith(("'", '"')) else json.dumps(text, ensure_ascii=False)


class _Writer:
    """The text of a file and the nodes that it is made of."""

    def __init__(self, text: str, beside: Mapping[str, str]) -> None:
        self._text, self._beside = text, beside
        self._root = compose(text)

    def place(self, path: Sequence[str], entry: ListEntry) -> Insertion | None:
        if self._root is None:
            return self._after(len(self._text), self._block(path, entry, 0))
        node = self._root
        for depth, key in enumerate(path):
            child = node.value_of(key)
            if child is None:
                return self._into_mapping(node, path[depth:], entry)
            if child.is_empty:
                return self._after(child.end, self._block(path[depth + 1 :], entry, _inner(node)))
            node = child
        return self._into_list(node, entry)

    def _into_mapping(self, node: YamlNode, path: Sequence[str], entry: ListEntry) -> Insertion | None:
        if node.kind != "mapping":
            return None
        if node.is_flow:
            return self._inside(node, _flow(path, entry, self._beside)[1:-1])
        return self._after(node.end, self._block(path, entry, node.column))

    def _into_list(self, node: YamlNode, entry: ListEntry) -> Insertion | None:
        if node.kind == "scalar" and node.is_block:  # lines that begin with a dash, as Rasa has them
            last = self._text[: node.end].rstrip()
            line = last[last.rfind("\n") + 1 :]
            is_listed = line.lstrip().startswith("- ") and isinstance(entry, str)
            return self._after(len(last), [f"{line[: len(line) - len(line.lstrip())]}- {entry}"]) if is_listed else None
        if node.kind != "sequence":
            return None
        if node.is_flow:
            return self._inside(node, json.dumps(entry if isinstance(entry, str) else dict(entry), ensure_ascii=False))
        gap = max(1, node.children[-1][1].column - node.column - 1)
        return self._after(node.end, _listed(entry, node.column, gap))

    def _block(self, path: Sequence[str], entry: ListEntry, column: int) -> list[str]:
        """Lines of an entry below its keys; the first key stands at a column."""
        keys = [f"{' ' * (column + 2 * depth)}{scalar_text(key)}:" for depth, key in enumerate(path)]
        below = " " * (column + 2 * len(path) - 2)
        more = [f"{below}{key}: {scalar_text(value)}" for key, value in self._beside.items()]
        return [*keys, *_listed(entry, column + 2 * len(path), 1), *more]

    def _inside(self, node: YamlNode, written: str) -> Insertion:
        """Put an entry behind the last one of a collection in brackets."""
        if not node.children:
            return Insertion(node.start + 1, written)
        return Insertion(node.children[-1][1].end, f", {written}")

    def _after(self, end: int, lines: Sequence[str]) -> Insertion:
        """Put lines below the line in which something ends."""
        line = _LINE_END.search(self._text, len(self._text[:end].rstrip()))
        newline = (line or _LINE_END.search(self._text) or ["\n"])[0]
        block = newline.join(lines)
        if self._text and not line:  # the last line has no end, and gets none
            return Insertion(len(self._text), f"{newline}{block}")
        return Insertion(line.end() if line else 0, f"{block}{newline}")


def _inner(parent: YamlNode) -> int:
    """Column of what stands below a key of a mapping."""
    widths = [child.column - parent.column for _, child in parent.children if child.kind == "mapping"]
    return parent.column + next((width for width in widths if width > 0), 2)


def _listed(entry: ListEntry, column: int, gap: int) -> list[str]:
    """Lines of an entry whose dash stands at a column, with so many spaces behind it."""
    dash, inner = f"{' ' * column}-{' ' * gap}", " " * (column + 1 + gap)
    if isinstance(entry, str):
        return [f"{dash}{scalar_text(entry)}"]
    rows = [f"{key}: {scalar_text(value)}" for key, value in entry.items()]
    return [f"{dash if number == 0 else inner}{row}" for number, row in enumerate(rows)]


def _flow(path: Sequence[str], entry: ListEntry, beside: Mapping[str, str]) -> str:
    """Return a list of an entry in brackets, below its keys, with more keys and their texts beside it."""
    written = json.dumps([entry if isinstance(entry, str) else dict(entry)], ensure_ascii=False)
    more = "".join(f", {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in beside.items())
    for key in reversed(path):
        written, more = f"{{{scalar_text(key)}: {written}{more}}}", ""
    return written


def _is_only_addition(
    text: str, changed: str, path: Sequence[str], entry: ListEntry, beside: Mapping[str, str]
) -> bool:
    """Read a file without and with the addition, and compare."""
    before: list[str] = []
    after: list[str] = []
    try:  # a block of text in the last line is meant to end like any other
        old = _plain(read_tree(f"{text}\n", lambda _, fault: before.append(fault), lambda words, _: words))
        new = _plain(read_tree(f"{changed}\n", lambda _, fault: after.append(fault), lambda words, _: words))
    except TreeError:
        return False
    wanted = _with_entry(old, path, entry, beside)
    return wanted is not None and wanted == new and len(before) == len(after)


def _plain(tree: Any) -> Any:
    if isinstance(tree, Table):
        return {key: _plain(value) for key, value in tree.items()}
    return [_plain(value) for value in tree] if isinstance(tree, Items) else tree


def _with_entry(tree: Any, path: Sequence[str], entry: ListEntry, beside: Mapping[str, str]) -> Any:
    """Return a tree with an entry in the list at a path; None where none can be there."""
    if not path:
        entry = entry if isinstance(entry, str) else dict(entry)
        if isinstance(tree, str) and isinstance(entry, str):
            return f"{tree.rstrip()}\n- {entry}" + ("\n" if tree.endswith("\n") else "")
        return [*(tree or ()), entry] if tree is None or isinstance(tree, list) else None
    if tree is not None and not isinstance(tree, dict):
        return None
    below = _with_entry((tree or {}).get(path[0]), path[1:], entry, beside)
    more = beside if len(path) == 1 else {}
    return None if below is None else {**(tree or {}), path[0]: below, **more}
