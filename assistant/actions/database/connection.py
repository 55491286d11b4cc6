"""A connection to `assistant.db`, and the condition of the file as it is found."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

from assistant.actions.database.tables import BY_NAME, TABLES, VERSION, Rows, Values, row_sum
from assistant.errors import ActionError

Condition: TypeAlias = Literal["whole", "absent", "older version", "damaged", "unfinished"]
"""`unfinished`: mended by a process that ended before the mended file was in its place."""

SIDECARS = ("-wal", "-shm")
"""Endings of the files that SQLite keeps beside an open one."""


class DamagedRowError(sqlite3.DatabaseError):
    """A row is not as it was written."""


def connect(file: Path, mode: str = "rw", patience: float = 60.0, shared: bool = False) -> sqlite3.Connection:
    """Connect to a file; `patience` is how many seconds to wait for another process that writes.

    A `shared` connection may be used by several threads, one at a time.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    uri = f"{file.absolute().as_uri()}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=not shared)
    try:
        db.text_factory = _text
        db.create_function("row_sum", -1, row_sum, deterministic=True)
        db.execute("PRAGMA secure_delete = ON")  # what was deleted is gone, and no salvage brings it back
    except BaseException:
        db.close()
        raise
    return db


def select(db: sqlite3.Connection, table: str, rest: str = "", parameters: Sequence[Any] = ()) -> Iterator[Values]:
    """Yield rows, each checked against its sum; `rest` is the statement from WHERE or ORDER BY on.

    Raises:
        DamagedRowError: a row is not as it was written.
    """
    columns = ", ".join(BY_NAME[table].columns)
    for *values, total in db.execute(f"SELECT {columns}, sum FROM {table} {rest}", parameters):  # noqa: S608
        if row_sum(*values) != total:
            raise DamagedRowError(f"row {values[0]} of {table}")
        yield tuple(values)


def all_rows(file: Path) -> Rows:
    """Read every row of a file, each checked against its sum.

    Raises:
        sqlite3.Error: a row is not as it was written, or the file cannot be read.
    """
    with contextlib.closing(connect(file)) as db:
        return {table.name: {row[0]: row for row in select(db, table.name)} for table in TABLES}


def older_rows(file: Path) -> Rows:
    """Read every row of a file of an older version, which has fewer columns; those of version 1 have no sums.

    Raises:
        sqlite3.Error: a row is not as it was written, or the file cannot be read.
    """
    rows: Rows = {table.name: {} for table in TABLES}
    with contextlib.closing(connect(file)) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        for table in TABLES:
            if columns := table.columns_of(version):
                own = [*columns, "sum"] if version > 1 else columns
                for row in db.execute(f"SELECT {', '.join(own)} FROM {table.name}"):  # noqa: S608
                    values = row[: len(columns)]
                    if version > 1 and row_sum(*values) != row[-1]:
                        raise DamagedRowError(f"row {values[0]} of {table.name}")
                    rows[table.name][values[0]] = table.grown(values)
    return rows


def condition(file: Path) -> Condition:
    """Examine a file.

    Raises:
        ActionError: a newer Assistant has written it.
        sqlite3.Error: it cannot be opened, which says nothing of its condition.
        OSError: likewise.
    """
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise OSError(errno.EINVAL, "a pipe or a device", str(file))  # whoever reads it may wait for ever
    if unfinished(file).exists():
        return "unfinished"
    if any(Path(f"{file}{ending}").is_dir() for ending in ("", *SIDECARS)):
        return "damaged"
    head = _head(file)
    if not head:
        return "damaged" if (log := Path(f"{file}-wal")).exists() and log.stat().st_size > 32 else "absent"
    if head[18:20] not in (b"\1\1", b"\2\2"):  # SQLite would take it for one that may only be read
        return "damaged"
    try:
        with contextlib.closing(connect(file)) as db:
            return _examined(db, file)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if is_damage(error):
            return "damaged"
        raise


def unfinished(file: Path) -> Path:
    """Return the name of a mended file that is still to be moved into its place."""
    return file.with_name(f"{file.name}.mended")


def is_damage(error: Exception) -> bool:
    """True for an error of SQLite that speaks of the content of a file."""
    if isinstance(error, DamagedRowError | UnicodeDecodeError):  # the latter in a message that quotes the file
        return True
    code = getattr(error, "sqlite_errorcode", -1)
    damage = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
    return code == sqlite3.SQLITE_IOERR_SHORT_READ or (code >= 0 and code & 0xFF in damage)


def _examined(db: sqlite3.Connection, file: Path) -> Condition:
    statements = dict(
        db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    )
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if not statements and not version:
        return "absent"
    is_ours = all(statements.get(table.name) == table.statement for table in TABLES)
    if not is_ours and version > VERSION:
        raise ActionError(f"{file}: written by a newer Assistant (version {version}); update this one")
    is_whole = is_ours and version == VERSION
    is_older = 0 < version < VERSION and all(table.name in statements for table in TABLES if table.columns_of(version))
    if not is_whole and not is_older:
        return "damaged"
    if db.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        return "damaged"
    return "whole" if is_whole else "older version"


def _head(file: Path) -> bytes:
    with contextlib.suppress(FileNotFoundError), file.open("rb") as stream:
        return stream.read(100)
    return b""


def _text(content: bytes) -> str:
    """Read a text; bytes that are not UTF-8 do not hide the row, whose sum tells of them."""
    return content.decode("utf-8", "replace")
