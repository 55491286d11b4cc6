"""The tables of `assistant.db`, and the sum that each row carries.

SQLite makes the sum from the row as it is stored, whatever statement changes it. So a flipped bit in a value is noticed
wherever the row is read, and a row is known again in a file that SQLite cannot read any more.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Values: TypeAlias = tuple[Any, ...]
"""A row from its id on, without the sum."""

Rows: TypeAlias = dict[str, dict[int, Values]]
"""Table -> id -> row."""

VERSION = 4
"""Of the schema; a file with a higher one was written by a newer Assistant and is left alone."""


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table whose first column is the id."""

    name: str
    statement: str
    """SQL that makes it, as SQLite keeps it: a file with another one is damaged."""
    columns: Mapping[str, type[Any]]
    """Column -> int, float or str; the id first, without the sum."""
    defaults: Values = ()
    """Values of the last columns, which older versions have not."""
    widths: Mapping[int, int] = field(default_factory=dict)
    """Older version -> number of columns, where it has fewer; 0: it has no such table."""

    def columns_of(self, version: int) -> list[str]:
        """Return the columns that the table has in a version of the schema."""
        return list(self.columns)[: self.widths.get(version, len(self.columns))]

    def grown(self, values: Sequence[Any]) -> Values:
        """Return the values of a row, those that an older version has not among them."""
        missing = len(self.columns) - len(values) if len(values) in self.widths.values() else 0
        return (*values, *self.defaults[len(self.defaults) - missing :])

    def row(self, values: Sequence[Any]) -> Values | None:
        """Give values that were read from a file the types of the columns; None where they are of another table."""
        kinds = tuple(self.columns.values())
        if len(values) != len(kinds):
            return None
        row = tuple(zip(values, kinds, strict=True))
        if not all(isinstance(value, str if kind is str else int | float) for value, kind in row):
            return None
        return tuple(kind(value) for value, kind in row)


TABLES = (
    SqlTable(
        "notes",
        """CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, at REAL NOT NULL,
    sum INTEGER AS (row_sum(id, text, at)) STORED
)""",
        {"id": int, "text": str, "at": float},
    ),
    SqlTable(
        "items",
        """CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, text TEXT NOT NULL COLLATE NOCASE,
    done INTEGER NOT NULL DEFAULT 0, sum INTEGER AS (row_sum(id, list, text, done)) STORED, UNIQUE (list, text)
)""",
        {"id": int, "list": str, "text": str, "done": int},
    ),
    SqlTable(
        "timers",
        """CREATE TABLE timers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, label TEXT NOT NULL, due REAL NOT NULL,
    seconds REAL NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', remaining REAL NOT NULL DEFAULT 0,
    rung REAL NOT NULL DEFAULT 0, deadline REAL NOT NULL DEFAULT 0, boot TEXT NOT NULL DEFAULT '',
    rule TEXT NOT NULL DEFAULT '',
    sum INTEGER AS (row_sum(id, kind, label, due, seconds, state, remaining, rung, deadline, boot, rule)) STORED
)""",
        {
            "id": int,
            "kind": str,
            "label": str,
            "due": float,
            "seconds": float,
            "state": str,
            "remaining": float,
            "rung": float,
            "deadline": float,
            "boot": str,
            "rule": str,
        },
        defaults=(0.0, "", ""),
        widths={1: 8, 2: 10},
    ),
    SqlTable(
        "schedule",
        """CREATE TABLE schedule (
    id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, intent TEXT NOT NULL, due REAL NOT NULL,
    rule TEXT NOT NULL, back TEXT NOT NULL, seconds REAL NOT NULL, consent TEXT NOT NULL, state TEXT NOT NULL,
    deadline REAL NOT NULL, boot TEXT NOT NULL,
    sum INTEGER AS (row_sum(id, text, intent, due, rule, back, seconds, consent, state, deadline, boot)) STORED
)""",
        {
            "id": int,
            "text": str,
            "intent": str,
            "due": float,
            "rule": str,
            "back": str,
            "seconds": float,
            "consent": str,
            "state": str,
            "deadline": float,
            "boot": str,
        },
        widths={1: 0, 2: 0},
    ),
    SqlTable(
        "turns",
        """CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, source TEXT NOT NULL, text TEXT NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, reply TEXT NOT NULL,
    sum INTEGER AS (row_sum(id, at, source, text, kind, name, reply)) STORED
)""",
        {"id": int, "at": float, "source": str, "text": str, "kind": str, "name": str, "reply": str},
        widths={1: 0, 2: 0, 3: 0},
    ),
)

BY_NAME = {table.name: table for table in TABLES}


def row_sum(*values: Any) -> int:
    """CRC-32 of a row from its id on."""
    return zlib.crc32(repr(values).encode("utf-8", "surrogatepass"))
