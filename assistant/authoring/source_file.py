"""Files of a person: found in a folder, read, and for YAML a tree that keeps its lines; every fault is collected.

Only safe YAML tags are read, and a key written twice is a fault. Plain words stay words: only `true` and `false` are
booleans (not `on`, `off`, `yes`, `no`), 18:30 and 2026-12-24 are text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import Problem, did_you_mean
from assistant.values import SlotValue

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MISSING: Any = object()


class _PlainLoader(_Loader):  # type: ignore[misc]
    """Resolver of what YAML 1.2 resolves: null, true, false, whole and decimal numbers."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 (the base class declares it so)


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?[0-9]*\.[0-9]+([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("merge", "<<", ["<"]),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def source_files(folder: Path, suffixes: Collection[str], problems: list[Problem]) -> list[Path]:
    """Return the files with one of the suffixes in a folder and below, sorted, hidden ones left out.

    A file stands for itself; a folder that is not there is a problem.
    """
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        problems.append(Problem(folder, 0, "no such folder"))
        return []
    paths = (path for path in paths_below(folder) if path.suffix.lower() in suffixes and path.is_file())
    return sorted(path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def paths_below(folder: Path) -> Iterator[Path]:
    """Yield all that is in a folder and below; a folder that vanishes meanwhile is passed over, as rglob does not."""
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *files))


def read_content(path: Path, problems: list[Problem]) -> bytes | None:
    """Read a file; None, with a problem, where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        problems.append(Problem(path, 0, f"cannot be read: {error.strerror}"))
    return None


class Table(dict[str, Any]):
    """A YAML mapping with the lines of its keys."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Items(list[Any]):
    """A YAML sequence with the lines of its items."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


class SourceFile:
    """The content of one file while it is parsed, and the faults noted so far."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.content = content
        self.problems: list[Problem] = []

    def report(self, line: int, message: str, severity: str = "error") -> None:
        """Note a fault at a line (0: the whole file)."""
        self.problems.append(Problem(self.path, line, message, severity))

    def warn(self, line: int, message: str) -> None:
        """Note a fault at a line that costs nothing."""
        self.report(line, message, "warning")

    def decoded(self) -> str | None:
        """Return the file's text; None, with a problem, where it is not UTF-8."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.report(self.content[: error.start].count(b"\n") + 1, "is not UTF-8 text; save it as UTF-8")
        return None

    def parsed(self) -> Any:
        """Return the YAML document as Table, Items and scalars; None, with a problem, where there is none."""
        text = self.decoded()
        if text is None:
            return None
        try:
            loader = _PlainLoader(text)
            try:
                if node := loader.get_single_node():
                    return self._value(loader, node, {})
                self.report(0, "the file is empty")
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            fault = " ".join(filter(None, (error.problem, error.context)))
            self.report(mark.line + 1 if mark else 0, f"is not valid YAML: {fault}")
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            self.report(0, f"is not valid YAML: {str(error).splitlines()[0]}")
        return None

    def _value(self, loader: Any, node: yaml.Node, seen: dict[int, Any]) -> Any:
        if id(node) in seen:
            return seen[id(node)]
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            if node.tag.removeprefix("tag:yaml.org,2002:") not in ("null", "bool", "int", "float", "str", "merge"):
                self.report(line, f"tag {node.tag} is not allowed here; the value is read as text")
                return str(node.value)
            return loader.construct_object(node)
        if isinstance(node, yaml.SequenceNode):
            items = seen[id(node)] = Items(line)
            for item_node in node.value:
                items.append(self._value(loader, item_node, seen))
                items.lines.append(item_node.start_mark.line + 1)
            return items
        return self._mapping(loader, node, seen)

    def _mapping(self, loader: Any, node: yaml.Node, seen: dict[int, Any]) -> Table:
        """Return a mapping, what it merges in by `<<` included."""
        table = seen[id(node)] = Table(node.start_mark.line + 1)
        inherited: list[Any] = []
        for key_node, value_node in node.value:
            value = self._value(loader, value_node, seen)
            if key_node.tag == "tag:yaml.org,2002:merge":
                inherited += value if isinstance(value, Items) else [value]
            else:
                self._enter(table, key_node, value)
        for base in inherited:
            for key in base if isinstance(base, Table) else ():
                if key not in table:
                    table[key], table.lines[key] = base[key], base.lines[key]
        return table

    def _enter(self, table: Table, key_node: yaml.Node, value: Any) -> None:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            self.report(line, "a key must be a word")
        elif (key := str(key_node.value)) in table:
            self.report(
                line, f"'{key}' stands here a second time (first in line {table.lines[key]}); this one is left out"
            )
        else:
            table[key], table.lines[key] = value, line

    # -- checked access: a value of the wanted shape, or the fallback and a problem

    def line(self, table: Table, key: str) -> int:
        """Return the line of a key."""
        return table.lines.get(key, table.line)

    def check_keys(self, table: Table, legal: Iterable[str], where: str) -> None:
        """Note every key that is not legal, with the nearest that is."""
        words = list(legal)
        for key in table:
            if key not in words:
                self.report(self.line(table, key), f"{where}: unknown key '{key}'{did_you_mean(key, words)}")

    def table(self, parent: Table, key: str, where: str) -> Table:
        """Return the mapping at a key; an empty one where it is absent or something else."""
        value = parent.get(key)
        if isinstance(value, Table):
            return value
        line = self.line(parent, key)
        if value is not None:
            self.report(line, f"{where}: '{key}' must hold keys and values, not {_named(value)}")
        return Table(line)

    def text(self, parent: Table, key: str, where: str, fallback: Any = "") -> Any:
        """Return the words at a key."""
        value = parent.get(key, _MISSING)
        if value is _MISSING or value is None:
            return fallback
        if isinstance(value, Table | Items):
            self.report(self.line(parent, key), f"{where}: '{key}' must be text, not {_named(value)}")
            return fallback
        return str(value).strip() if not isinstance(value, bool) else str(value).lower()

    def texts(self, parent: Table, key: str, where: str) -> list[tuple[str, int]]:
        """Return the lines of text at a key, each with its line number; one text alone is a list of one."""
        value = parent.get(key)
        if value is None:
            return []
        if isinstance(value, Table):
            self.report(self.line(parent, key), f"{where}: '{key}' must be a list of texts, not keys and values")
            return []
        if not isinstance(value, Items):
            return [(str(value).strip(), self.line(parent, key))]
        texts = []
        for item, line in zip(value, value.lines, strict=True):
            if isinstance(item, Table | Items) or item is None or not str(item).strip():
                nested = isinstance(item, Table | Items)
                hint = " (put it in quotes: it holds ': ' or begins with { or [)" if nested else ""
                self.report(line, f"{where}: an entry of '{key}' must be text, not {_named(item)}{hint}")
            else:
                texts.append((str(item).strip(), line))
        return texts

    def number(self, parent: Table, key: str, where: str, fallback: Any = None) -> Any:
        """Return the number at a key."""
        value = parent.get(key, _MISSING)
        if value is _MISSING:
            return fallback
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.report(self.line(parent, key), f"{where}: '{key}' must be a number, not {_named(value)}")
            return fallback
        return value

    def flag(self, parent: Table, key: str, where: str) -> bool:
        """Return the true or false at a key."""
        value = parent.get(key, False)
        if not isinstance(value, bool):
            self.report(self.line(parent, key), f"{where}: '{key}' must be true or false, not {_named(value)}")
        return value is True


def scalar(value: Any) -> SlotValue:
    """Convert a YAML value into one that a slot can hold; several are joined by commas."""
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _named(value: Any) -> str:
    """Return a YAML value as a message names it."""
    if isinstance(value, Mapping):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else repr(value)
