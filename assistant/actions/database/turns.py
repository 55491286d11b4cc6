"""Turns of the conversation, as they stand in the file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.actions.database.connection import select
from assistant.actions.database.file import DatabaseFile


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """An utterance of a person's and the reply to it."""

    id: int
    at: float
    """Seconds since 1970."""
    source: str
    """`typed` or `spoken`."""
    text: str
    """The words."""
    kind: str
    """Kind of its meaning, such as `intent_match`; of several commands one a line."""
    name: str
    """Name of the intent, or the question as written; of several commands one a line."""
    reply: str


class TurnLog:
    """The turns in a file, each written in some 0.05 ms; every method raises ActionError as those of `Database` do."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file

    def add(self, turn: StoredTurn) -> None:
        """Keep a turn, under an id of its own."""
        with self._file.appending() as db:
            db.execute(
                "INSERT INTO turns (at, source, text, kind, name, reply) VALUES (?, ?, ?, ?, ?, ?)",
                dataclasses.astuple(turn)[1:],
            )

    def prune(self, since: float, most: int) -> None:
        """Forget all turns before a moment, in seconds since 1970, and all but the newest `most`."""
        with self._file.appending() as db:
            db.execute("DELETE FROM turns WHERE at < ?", (since,))
            db.execute(
                "DELETE FROM turns WHERE id <= (SELECT id FROM turns ORDER BY id DESC LIMIT 1 OFFSET ?)", (most,)
            )

    def forget(self, ids: Iterable[int]) -> None:
        """Forget the turns with some ids."""
        with self._file.appending() as db:
            db.executemany("DELETE FROM turns WHERE id = ?", [(number,) for number in ids])

    def newest(self, most: int = -1, since: float = 0.0) -> tuple[StoredTurn, ...]:
        """Return the newest turns since a moment, in seconds since 1970, oldest first; -1: all of them."""
        rest = "WHERE at >= ? ORDER BY id DESC LIMIT ?"
        with self._file.transaction(write=False) as db:
            turns = [StoredTurn(*row) for row in select(db, "turns", rest, (since, most))]
        return tuple(reversed(turns))
