"""Notes, lists and timers in one SQLite file, for any number of threads and processes at once.

Every call opens the file, does one short transaction and closes it: a file that is moved, or written by
another process, is never held on to. A file that is damaged is moved aside, kept, and replaced by an empty one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from assistant.errors import ActionError

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
_BUSY_SECONDS = 5.0

TimerKind: TypeAlias = Literal["timer", "alarm", "reminder"]
State: TypeAlias = Literal["waiting", "paused", "rung"]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that somebody wanted kept."""

    id: int
    text: str
    at: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list."""

    id: int
    list: str
    text: str
    done: bool


@dataclass(frozen=True, slots=True)
class StoredTimer:
    """A timer, an alarm or a reminder as it stands in the file."""

    id: int
    kind: TimerKind
    label: str
    """What it is for; empty where nothing was said."""
    due: float
    """Seconds since 1970."""
    seconds: float
    """How long it was set for."""
    state: State = "waiting"
    remaining: float = 0.0
    """Seconds left of a paused one."""
    rung: float = 0.0
    """When it last rang, in seconds since 1970; 0: not yet."""


class Database:
    """The file `assistant.db` in the data folder; made when it is first needed.

    Every method raises ActionError, one line, where the file can be neither read nor made.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / "assistant.db"
        self.notice = ""
        """One line where a damaged file was found and moved aside, for whoever starts the assistant to show."""
        self._checked = False
        self._lock = threading.Lock()

    def check(self) -> str:
        """Open the file, heal it where needed, and return `notice`."""
        with self._transaction(write=False):
            return self.notice

    # -- notes --------------------------------------------------------------------------------

    def add_note(self, text: str, at: float) -> Note:
        """Keep a note."""
        with self._transaction() as db:
            row = db.execute("INSERT INTO notes (text, at) VALUES (?, ?)", (text, at))
            return Note(int(row.lastrowid or 0), text, at)

    def notes(self) -> tuple[Note, ...]:
        """Return all notes, the latest first."""
        with self._transaction(write=False) as db:
            return tuple(Note(*row) for row in db.execute("SELECT id, text, at FROM notes ORDER BY at DESC, id DESC"))

    def remove_note(self, note: Note) -> bool:
        """Remove a note; False where it was gone already."""
        with self._transaction() as db:
            return db.execute("DELETE FROM notes WHERE id = ?", (note.id,)).rowcount == 1

    def restore_note(self, note: Note) -> None:
        """Put a removed note back."""
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO notes VALUES (?, ?, ?)", dataclasses.astuple(note))

    # -- lists --------------------------------------------------------------------------------

    def add_items(self, name: str, texts: Sequence[str]) -> tuple[Item, ...]:
        """Add what is not yet on the list, or was ticked off, and return that."""
        added = []
        with self._transaction() as db:
            for text in texts:
                row = db.execute(
                    "INSERT INTO items (list, text) VALUES (?, ?) ON CONFLICT (list, text) DO UPDATE SET done = 0"
                    " WHERE done = 1 RETURNING id, list, text, done",
                    (name, text),
                ).fetchone()
                if row is not None:
                    added.append(_item(row))
        return tuple(added)

    def items(self, name: str, done: bool = False) -> tuple[Item, ...]:
        """Return what is on the list in the order in which it came: what is open, or what is ticked off."""
        with self._transaction(write=False) as db:
            rows = db.execute(
                "SELECT id, list, text, done FROM items WHERE list = ? AND done = ? ORDER BY id", (name, done)
            )
            return tuple(_item(row) for row in rows)

    def list_names(self) -> tuple[str, ...]:
        """Return the lists with something open on them."""
        with self._transaction(write=False) as db:
            return tuple(row[0] for row in db.execute("SELECT DISTINCT list FROM items WHERE done = 0 ORDER BY list"))

    def remove_items(self, items: Sequence[Item]) -> None:
        """Take items off their lists."""
        with self._transaction() as db:
            db.executemany("DELETE FROM items WHERE id = ?", [(item.id,) for item in items])

    def put_items(self, items: Sequence[Item]) -> None:
        """Write items as they are: puts removed ones back, ticks and unticks."""
        with self._transaction() as db:
            db.executemany(
                "INSERT INTO items (id, list, text, done) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET done = excluded.done",
                [dataclasses.astuple(item) for item in items],
            )

    # -- timers -------------------------------------------------------------------------------

    def add_timer(self, kind: TimerKind, label: str, due: float, seconds: float) -> StoredTimer:
        """Keep a timer that is to ring."""
        with self._transaction() as db:
            row = db.execute(
                "INSERT INTO timers (kind, label, due, seconds, state) VALUES (?, ?, ?, ?, 'waiting')",
                (kind, label, due, seconds),
            )
            return StoredTimer(int(row.lastrowid or 0), kind, label, due, seconds)

    def timers(self, *states: State, due_by: float | None = None) -> tuple[StoredTimer, ...]:
        """Return the timers in these states, all of them without one, the next first."""
        query = "SELECT id, kind, label, due, seconds, state, remaining, rung FROM timers WHERE (? IS NULL OR due <= ?)"
        if states:
            query += f" AND state IN ({', '.join('?' for _ in states)})"
        with self._transaction(write=False) as db:
            rows = db.execute(f"{query} ORDER BY due, id", (due_by, due_by, *states))
            return tuple(StoredTimer(*row) for row in rows)

    def claim_timer(self, timer: StoredTimer, now: float) -> bool:
        """Mark a waiting timer as rung; True for exactly one caller in all processes."""
        with self._transaction() as db:
            row = db.execute(
                "UPDATE timers SET state = 'rung', rung = ? WHERE id = ? AND state = 'waiting' AND due = ?",
                (now, timer.id, timer.due),
            )
            return row.rowcount == 1

    def put_timer(self, timer: StoredTimer) -> None:
        """Write a timer as it is: changes it, or puts a removed one back."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO timers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", dataclasses.astuple(timer))

    def remove_timers(self, timers: Sequence[StoredTimer]) -> None:
        """Forget timers."""
        with self._transaction() as db:
            db.executemany("DELETE FROM timers WHERE id = ?", [(timer.id,) for timer in timers])

    # -- the file -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def _transaction(self, write: bool = True) -> Iterator[sqlite3.Connection]:
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
        """Return a connection to a file whose tables are there."""
        if not self.file.parent.is_dir():
            self.file.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.file, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                _create(db)
            elif version > VERSION:
                raise ActionError(f"{self.file}: written by a newer Assistant (version {version}); update this one")
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self) -> None:
        """See once whether the file is sound; move it aside where it is not."""
        try:
            self._examine()
        except sqlite3.DatabaseError as error:
            if not _damaged(error):
                raise
            self._set_aside()

    def _examine(self) -> None:
        with contextlib.closing(self._open()) as db:
            db.execute("PRAGMA journal_mode = WAL")
            found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(f"malformed: {found}")

    def _set_aside(self) -> None:
        """Rename the damaged file, unless another process has just done so."""
        with self.file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                self._examine()
            except sqlite3.DatabaseError as error:
                if not _damaged(error):
                    raise
                kept = self.file.with_name(f"assistant.db.damaged-{datetime.now():%Y%m%d-%H%M%S}")
                for ending in ("-wal", "-shm", ""):
                    with contextlib.suppress(FileNotFoundError):
                        Path(f"{self.file}{ending}").rename(f"{kept}{ending}")
                self.notice = f"{self.file}: damaged; kept as {kept.name}, and notes, lists and timers start empty"
                self._examine()

    def _line(self, error: Exception) -> str:
        said = str(error)
        if isinstance(error, OSError) or "unable to open" in said or "readonly" in said or "read-only" in said:
            return (
                f"{self.file.parent}: cannot be written, so there are no notes, lists and timers: "
                "make it writable or name another folder with --data-dir or [paths] data"
            )
        if "locked" in said:
            return f"{self.file}: another program has held it for {_BUSY_SECONDS:g} seconds; try again"
        if "full" in said:
            return f"{self.file}: the disk is full"
        if _damaged(error):
            self._checked = False  # looked at, and moved aside, the next time
            return f"{self.file}: damaged; try again, it will be moved aside and kept"
        return f"{self.file}: {said}"


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


def _item(row: Any) -> Item:
    return Item(row[0], row[1], row[2], bool(row[3]))
