"""The file `assistant.db`: opened for one short transaction, healed where it is damaged.

Every call opens the file and closes it: a file that is moved, or written by another process, is never held on to.
A damaged file is moved aside, kept, and replaced by an empty one. sqlite3 lives only here.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from assistant.errors import ActionError
from assistant.file_lock import file_lock
from assistant.private_file import descriptor

VERSION = 1
"""Of the schema; a file with a higher one was written by a newer Assistant and is left alone."""

_SCHEMA = """
CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, text TEXT NOT NULL COLLATE NOCASE,
    done INTEGER NOT NULL DEFAULT 0, UNIQUE (list, text)
);
CREATE TABLE timers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, label TEXT NOT NULL, due REAL NOT NULL,
    seconds REAL NOT NULL, state TEXT NOT NULL, remaining REAL NOT NULL DEFAULT 0, rung REAL NOT NULL DEFAULT 0
);
CREATE INDEX timers_due ON timers (state, due);
"""


class DatabaseFile:
    """The file `assistant.db` in a folder; made when it is first needed.

    Args:
        folder: the data folder; made too where it is missing.
        patience: seconds to wait for another process that writes.
    """

    def __init__(self, folder: Path, patience: float = 5.0) -> None:
        self.path = folder / "assistant.db"
        self.notice = ""
        """One line where a damaged file was moved aside."""
        self._patience = patience
        self._checked = False
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def transaction(self, write: bool = True) -> Iterator[sqlite3.Connection]:
        """Open the file for the statements of one transaction, committed where none of them fails.

        Raises:
            ActionError: the file can be neither read nor made; one line.
        """
        try:
            with self._lock:
                if not self._checked:
                    self._prepare()
                    self._checked = True
            with contextlib.closing(self._open()) as db:
                db.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                yield db
                db.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise ActionError(self._line(error)) from error

    def _open(self) -> sqlite3.Connection:
        """Connect to the file, with its tables made."""
        if not self.path.exists():
            os.close(descriptor(self.path))  # SQLite gives its other files the permissions of this one
        db = sqlite3.connect(self.path, timeout=self._patience, isolation_level=None)
        try:
            db.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                _create(db)
            elif version > VERSION:
                raise ActionError(f"{self.path}: written by a newer Assistant (version {version}); update this one")
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self) -> None:
        """Examine the file once, and move a damaged one aside."""
        try:
            self._examine()
        except sqlite3.DatabaseError as error:
            if not _damaged(error):
                raise
            self._set_aside()

    def _examine(self) -> None:
        with contextlib.closing(self._open()) as db:
            db.execute("PRAGMA journal_mode = WAL")
            verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise sqlite3.DatabaseError(f"malformed: {verdict}")

    def _set_aside(self) -> None:
        """Rename the damaged file, unless another process has just done so."""
        with file_lock(self.path.with_suffix(".lock")):
            try:
                self._examine()
            except sqlite3.DatabaseError as error:
                if not _damaged(error):
                    raise
                aside = self.path.with_name(f"assistant.db.damaged-{datetime.now():%Y%m%d-%H%M%S}")
                for ending in ("-wal", "-shm", ""):
                    with contextlib.suppress(FileNotFoundError):
                        Path(f"{self.path}{ending}").rename(f"{aside}{ending}")
                self.notice = f"{self.path}: damaged; kept as {aside.name}, and notes, lists and timers start empty"
                self._examine()

    def _line(self, error: Exception) -> str:
        """Say a fault of SQLite or of the folder as one line for the user."""
        message = str(error)
        if isinstance(error, OSError) or "unable to open" in message or "readonly" in message or "read-only" in message:
            return (
                f"{self.path.parent}: cannot be written, so there are no notes, lists and timers: "
                "make it writable or name another folder with --data-dir or [paths] data"
            )
        if "locked" in message:
            return f"{self.path}: another program has held it for {self._patience:g} seconds; try again"
        if "full" in message:
            return f"{self.path}: the disk is full"
        if _damaged(error):
            self._checked = False  # looked at, and moved aside, the next time
            return f"{self.path}: damaged; try again, it will be moved aside and kept"
        return f"{self.path}: {message}"


def _create(db: sqlite3.Connection) -> None:
    """Make the tables, unless another process has just done so."""
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA user_version").fetchone()[0] == 0:
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("COMMIT")


def _damaged(error: Exception) -> bool:
    return any(word in str(error) for word in ("malformed", "not a database", "no such table", "no such column"))
