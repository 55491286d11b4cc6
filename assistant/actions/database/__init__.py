"""Notes, lists, timers and turns: the rows of the file `assistant.db` and the queries on them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from assistant.actions.database.connection import select
from assistant.actions.database.file import DatabaseFile
from assistant.actions.database.tables import BY_NAME
from assistant.actions.database.turns import TurnLog

TimerKind: TypeAlias = Literal["timer", "alarm", "reminder"]
TimerState: TypeAlias = Literal["waiting", "paused", "rung"]
CommandState: TypeAlias = Literal["waiting", "begun"]
KeptKind: TypeAlias = Literal["notes", "lists", "timers", "schedule", "conversation"]

_TABLES: Mapping[KeptKind, str] = {
    "notes": "notes",
    "lists": "items",
    "timers": "timers",
    "schedule": "schedule",
    "conversation": "turns",
}


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that somebody wanted kept."""

    id: int
    text: str
    created: float
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
    """Its purpose; empty where nothing was said."""
    due: float
    """Seconds since 1970."""
    seconds: float
    """Length that it was set for."""
    state: TimerState = "waiting"
    remaining: float = 0.0
    """Seconds left of a paused one."""
    rung: float = 0.0
    """Time of its last ringing, in seconds since 1970; 0: not yet."""
    deadline: float = 0.0
    """Seconds since the machine was started at which a countdown ends."""
    boot: str = ""
    """Name of that start; empty for a time of day."""
    rule: str = ""
    """Recurrence, as an RRULE of RFC 5545; empty: once."""


@dataclass(frozen=True, slots=True)
class StoredCommand:
    """A sentence that is to be carried out by itself, as it stands in the file."""

    id: int
    text: str
    """The sentence: `turn off the fan`; then the answers to what it had left open, one a line."""
    intent: str
    """Name of the intent that it was understood as."""
    due: float
    """Seconds since 1970."""
    rule: str = ""
    """Recurrence, as an RRULE of RFC 5545; empty: once."""
    back: str = ""
    """Sentence that takes it back; empty: it stays done."""
    seconds: float = 0.0
    """Time from `due` until it is taken back."""
    consent: str = ""
    """Questions that were answered with yes, one a line; empty: none was asked."""
    state: CommandState = "waiting"
    """`begun`: claimed by the process that carries it out."""
    deadline: float = 0.0
    """Seconds since the machine was started at which a countdown ends."""
    boot: str = ""
    """Name of that start; empty for a time of day."""


class Database:
    """All that is kept in one data folder, for any number of threads and processes at once.

    Every method raises ActionError, one line, where the file can be neither read nor made.
    """

    def __init__(self, folder: Path) -> None:
        self._file = DatabaseFile(folder)
        self._transaction = self._file.transaction
        self.turns = TurnLog(self._file)

    @property
    def file(self) -> Path:
        """Path of `assistant.db`."""
        return self._file.path

    def check(self) -> str:
        """Open the file, mend it where needed and keep a copy of it; one line for the user where it was mended."""
        with self._transaction(write=False):
            pass
        self._file.back_up()
        return self._file.notice

    def examine(self) -> str:
        """Read every row, mend the file where one is not as it was written, and return what is in it, in one line."""
        return self._file.examine()

    @property
    def notice(self) -> str:
        """One line for the user where the file was mended; else nothing."""
        return self._file.notice

    # -- notes --------------------------------------------------------------------------------

    def add_note(self, text: str, created: float) -> Note:
        """Keep a note."""
        with self._transaction() as db:
            row = db.execute("INSERT INTO notes (text, at) VALUES (?, ?)", (text, created))
            return Note(int(row.lastrowid or 0), text, created)

    def notes(self) -> tuple[Note, ...]:
        """Return all notes, the latest first."""
        with self._transaction(write=False) as db:
            return tuple(Note(*row) for row in select(db, "notes", "ORDER BY at DESC, id DESC"))

    def remove_note(self, note: Note) -> bool:
        """Remove a note; False where it was gone already."""
        with self._transaction() as db:
            return db.execute("DELETE FROM notes WHERE id = ?", (note.id,)).rowcount == 1

    def put_note(self, note: Note) -> None:
        """Write a note as it is: changes it, or puts a removed one back."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO notes (id, text, at) VALUES (?, ?, ?)", dataclasses.astuple(note))

    # -- lists --------------------------------------------------------------------------------

    def add_items(self, name: str, texts: Sequence[str]) -> tuple[Item, ...]:
        """Add the texts that are not on the list, or were ticked off, and return their items."""
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
        """Return the open items of a list, or the ticked ones, in the order in which they were added."""
        where = "WHERE list = ? AND done = ? AND text != '' ORDER BY id"
        with self._transaction(write=False) as db:
            return tuple(_item(row) for row in select(db, "items", where, (name, done)))

    def list_names(self) -> tuple[str, ...]:
        """Return the names of the lists with open items, and of those that were made, sorted."""
        with self._transaction(write=False) as db:
            return tuple(sorted({_item(row).list for row in select(db, "items", "WHERE done = 0")}))

    def make_list(self, name: str) -> None:
        """Keep a list that may be empty: an item without a text stands for it."""
        self.add_items(name, [""])

    def whole_list(self, name: str) -> tuple[Item, ...]:
        """Return all that there is of a list: open items, ticked ones, and the one that stands for it."""
        with self._transaction(write=False) as db:
            return tuple(_item(row) for row in select(db, "items", "WHERE list = ? ORDER BY id", (name,)))

    def remove_items(self, items: Sequence[Item]) -> None:
        """Take items off their lists."""
        with self._transaction() as db:
            db.executemany("DELETE FROM items WHERE id = ?", [(item.id,) for item in items])

    def put_items(self, items: Sequence[Item]) -> None:
        """Write items as they are: puts removed ones back, changes others, moves them to another list."""
        with self._transaction() as db:
            db.executemany(
                "INSERT INTO items (id, list, text, done) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET list = excluded.list, text = excluded.text, done = excluded.done",
                [dataclasses.astuple(item) for item in items],
            )

    # -- timers -------------------------------------------------------------------------------

    def add_timer(
        self,
        kind: TimerKind,
        label: str,
        due: float,
        seconds: float,
        deadline: float = 0.0,
        boot: str = "",
        rule: str = "",
    ) -> StoredTimer:
        """Keep a timer that is to ring."""
        timer = StoredTimer(0, kind, label, due, seconds, deadline=deadline, boot=boot, rule=rule)
        with self._transaction() as db:
            return dataclasses.replace(timer, id=_insert(db, "timers", timer))

    def timers(self, *states: TimerState) -> tuple[StoredTimer, ...]:
        """Return the timers in these states; in any, where none is given."""
        where = f"WHERE state IN ({', '.join('?' for _ in states)})" if states else ""
        with self._transaction(write=False) as db:
            return tuple(StoredTimer(*row) for row in select(db, "timers", f"{where} ORDER BY due, id", states))

    def claim_timer(self, timer: StoredTimer, now: float, following: float | None = None) -> bool:
        """Mark a waiting timer as rung; True for exactly one caller in all processes.

        One that rings again waits for `following` from then on, and what has rung is a timer of its own beside it.
        """
        rung = dataclasses.replace(timer, state="rung", rung=now, rule="")
        with self._transaction() as db:
            if following is None:
                statement, values = "SET state = 'rung', rung = ?", (now,)
            else:
                statement, values = "SET due = ?", (following,)
            row = db.execute(
                f"UPDATE timers {statement} WHERE id = ? AND state = 'waiting' AND due = ?",
                (*values, timer.id, timer.due),
            )
            if row.rowcount == 1 and following is not None:
                _insert(db, "timers", rung)
            return row.rowcount == 1

    def correct_due(self, kept: StoredTimer | StoredCommand, due: float) -> None:
        """Write the time on the wall at which a countdown ends by now, unless it has been changed meanwhile."""
        table = "timers" if isinstance(kept, StoredTimer) else "schedule"
        with self._transaction() as db:
            db.execute(
                f"UPDATE {table} SET due = ? WHERE id = ? AND state = 'waiting' AND due = ? AND deadline = ?",  # noqa: S608
                (due, kept.id, kept.due, kept.deadline),
            )

    def put_timer(self, timer: StoredTimer) -> None:
        """Write a timer as it is: changes it, or puts a removed one back."""
        with self._transaction() as db:
            _insert(db, "timers", timer, timer.id)

    def remove_timers(self, timers: Sequence[StoredTimer]) -> None:
        """Forget timers."""
        with self._transaction() as db:
            db.executemany("DELETE FROM timers WHERE id = ?", [(timer.id,) for timer in timers])

    # -- planned commands ---------------------------------------------------------------------

    def add_command(self, command: StoredCommand) -> StoredCommand:
        """Keep a sentence that is to be carried out, under an id of its own."""
        with self._transaction() as db:
            return dataclasses.replace(command, id=_insert(db, "schedule", command))

    def commands(self, state: CommandState = "waiting") -> tuple[StoredCommand, ...]:
        """Return the planned commands in a state, the next first."""
        with self._transaction(write=False) as db:
            rows = select(db, "schedule", "WHERE state = ? ORDER BY due, id", (state,))
            return tuple(StoredCommand(*row) for row in rows)

    def claim_command(self, command: StoredCommand, following: float | None) -> StoredCommand | None:
        """Mark a waiting command as begun and return it; None for all callers but one in all processes.

        One that recurs waits for `following` from then on, and what is begun is a command of its own beside it.
        """
        begun = dataclasses.replace(command, state="begun", rule="")
        with self._transaction() as db:
            change, value = ("state", "begun") if following is None else ("due", following)
            row = db.execute(
                f"UPDATE schedule SET {change} = ? WHERE id = ? AND state = 'waiting' AND due = ?",  # noqa: S608
                (value, command.id, command.due),
            )
            if row.rowcount != 1:
                return None
            return begun if following is None else dataclasses.replace(begun, id=_insert(db, "schedule", begun))

    def put_command(self, command: StoredCommand) -> None:
        """Put a removed command back."""
        with self._transaction() as db:
            _insert(db, "schedule", command, command.id)

    def remove_commands(self, commands: Sequence[StoredCommand]) -> int:
        """Forget planned commands, and return how many of them were there."""
        with self._transaction() as db:
            rows = [db.execute("DELETE FROM schedule WHERE id = ?", (command.id,)) for command in commands]
            return sum(row.rowcount for row in rows)

    # -- all that is kept ---------------------------------------------------------------------

    def everything(self, kind: KeptKind) -> tuple[Mapping[str, Any], ...]:
        """Return the rows of a kind as they stand in the file, each column -> value, the oldest first."""
        with self._transaction(write=False) as db:
            rows = select(db, table := _TABLES[kind], "ORDER BY id")
            return tuple(dict(zip(BY_NAME[table].columns, row, strict=True)) for row in rows)

    def erase(self, kinds: Collection[KeptKind]) -> None:
        """Delete all rows of some kinds."""
        with self._transaction() as db:
            for kind in kinds:
                db.execute(f"DELETE FROM {_TABLES[kind]}")  # noqa: S608


def _insert(db: Any, table: str, kept: StoredTimer | StoredCommand, row_id: int | None = None) -> int:
    """Write a row under its id, in the place of one that has it; None: under a new one, which is returned."""
    values = (row_id, *dataclasses.astuple(kept)[1:])
    places = ", ".join("?" for _ in values)
    columns = ", ".join(BY_NAME[table].columns)
    row = db.execute(f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608
    return int(row.lastrowid or 0)


def _item(row: Any) -> Item:
    return Item(row[0], row[1], row[2], bool(row[3]))
