"""Commands for later: kept in the database, handed on by a thread when they are due.

Each is carried out by the one process that claims it, and at most once. What is late by more than a minute, since
nothing ran or the machine slept, is told and not done: nobody expects a door to open an hour late.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from assistant.actions.database import Database, StoredCommand
from assistant.actions.schedule import recurrence
from assistant.actions.timer_clocks import Clocks
from assistant.errors import ActionError
from assistant.language import spoken


@dataclass(frozen=True, slots=True)
class Planned:
    """A command that is carried out by itself, or was to be."""

    stored: StoredCommand
    """Its row."""
    due: datetime
    """Local wall clock."""
    left: timedelta
    """Time until then."""
    condition: Literal["ready", "missed", "broken off"] = "ready"
    """`broken off`: the process that carried it out ended meanwhile."""

    @property
    def text(self) -> str:
        """The sentence, as it is said back."""
        return said_by_me(self.stored.text)

    def moment(self, now: datetime) -> str:
        """Put its moment into words: `at 11:45 PM`, `every day at 7:00 AM`."""
        if self.stored.rule:
            return recurrence.in_words(self.stored.rule, self.due)
        return f"at {spoken.moment(self.due, now)}"

    def is_on(self, day: date) -> bool:
        """True if it is due on a day, for the first or a later time."""
        if not self.stored.rule or self.due.date() >= day:
            return self.due.date() == day
        eve = datetime.combine(day, time()) - timedelta(seconds=1)
        later = recurrence.following(self.stored.rule, self.due, eve)
        return later is not None and later.date() == day

    def name(self, now: datetime) -> str:
        """Put the command and its moment into words: `turn off the fan at 11:45 PM`."""
        return f"{self.text} {self.moment(now)}"


def said_by_me(text: str) -> str:
    """Return a kept sentence as the assistant says it of itself.

    >>> said_by_me("Turn off my lamp."), said_by_me("close the blinds\\nbedroom")
    ('turn off your lamp', 'close the blinds (bedroom)')
    """
    sentence, *answers = text.split("\n")
    bare = sentence.rstrip(".!? ") + (f" ({', '.join(answers)})" if answers else "")
    return bare[:1].lower() + re.sub(r"\bmy\b", "your", re.sub(r"\bme\b", "you", bare[1:]))


class Schedule:
    """Keeps planned commands, and hands each on once it is due.

    `due` and `changed` are called in the thread of `start`: with what is due or was missed, and with all that waits
    whenever that changes. Every method but `close` raises ActionError where the database cannot be used.
    """

    def __init__(
        self,
        database: Database,
        due: Callable[[Planned], None] = lambda _: None,
        changed: Callable[[Sequence[Planned]], None] = lambda _: None,
        clocks: Clocks | None = None,
    ) -> None:
        self._database = database
        self._due = due
        self._tell = changed
        self._clocks = clocks or Clocks()
        self._noticed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._waiting: tuple[StoredCommand, ...] = ()
        self._handed: set[tuple[int, float]] = set()
        """Id and time of those that have been handed on here."""

    # -- running ------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to hand on what is due, first of all what was missed."""
        thread = threading.Thread(target=self._watch, name="schedule", daemon=True)
        thread.start()
        self._thread = thread  # not before it runs: `close` may come from another thread meanwhile

    def close(self) -> None:
        """End the thread; what is planned stays planned. Safe to call twice, and without `start`."""
        with self._noticed:
            self._closed = True
            self._noticed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5.0)

    def _watch(self, patience: float = 60.0) -> None:
        with contextlib.suppress(ActionError):
            begun = [row for row in self._database.commands("begun") if self._clocks.left(row) < -patience]
            for row in begun:
                self._due(replace(self._planned(row), condition="broken off"))
        self._look(patience)
        while not self._closed:
            following = [self._clocks.left(row) for row in self._waiting if (row.id, row.due) not in self._handed]
            with self._noticed:
                if not self._closed:
                    self._noticed.wait(min([1.0, *(max(0.01, left) for left in following)]))
            self._look(patience)

    def _look(self, patience: float, drift: float = 2.0) -> None:
        """Hand on what is due; as missed, what is late by more than `patience` seconds."""
        before = self._waiting
        with contextlib.suppress(ActionError):  # told by the command that needs it
            self._waiting = self._database.commands()
        if before != self._waiting:
            self._tell([self._planned(row) for row in self._waiting])
        for row in self._waiting:
            left, key = self._clocks.left(row), (row.id, row.due)
            if self._closed:
                return
            if left <= 0 and key not in self._handed:
                self._handed.add(key)
                self._due(replace(self._planned(row), condition="missed" if left < -patience else "ready"))
            elif left > 0 and self._clocks.is_counted(row) and abs(self._clocks.due(row) - row.due) > drift:
                with contextlib.suppress(ActionError):
                    self._database.correct_due(row, self._clocks.due(row))

    def claim(self, planned: Planned) -> StoredCommand | None:
        """Take a command that is due, so that nobody else does; None where it has been taken or cancelled."""
        row = planned.stored
        if planned.condition == "broken off":
            return row if self._database.remove_commands([row]) else None
        following = recurrence.following_seconds(row.rule, row.due, self._clocks.wall()) if row.rule else None
        return self._database.claim_command(row, following)

    def forget(self, begun: StoredCommand) -> None:
        """Forget a command that was claimed and is over."""
        self._database.remove_commands([begun])

    # -- planning -----------------------------------------------------------------------------

    def add(self, command: StoredCommand, is_counted: bool = False) -> Planned:
        """Plan a command; one that is counted comes after so long a time, whatever is done to the clock meanwhile."""
        if is_counted:
            deadline = self._clocks.running() + command.due - self._clocks.wall()
            command = replace(command, deadline=deadline, boot=self._clocks.boot)
        planned = self._planned(self._database.add_command(command))
        with self._noticed:
            self._noticed.notify_all()
        return planned

    def waiting(self) -> tuple[Planned, ...]:
        """Return all that is planned, the next first."""
        planned = [self._planned(row) for row in self._database.commands()]
        return tuple(sorted(planned, key=lambda item: item.left))

    def cancel(self, planned: Sequence[Planned]) -> Callable[[], None]:
        """Take planned commands away and return the function that puts them back."""
        rows = [item.stored for item in planned]
        if not self._database.remove_commands(rows):
            raise ActionError("That has just been done.")

        def restore() -> None:
            for row in rows:
                self._database.put_command(row)

        return restore

    def skip(self, planned: Planned) -> Callable[[], None]:
        """Let one that recurs wait for the time after its next, and return the function that takes that back.

        Raises:
            ActionError: it has been done or cancelled.
        """
        row = planned.stored
        following = recurrence.following_seconds(row.rule, row.due, row.due)
        restore = self.cancel([planned])
        if following is not None:
            self._database.put_command(replace(row, due=following))
        return restore

    def _planned(self, row: StoredCommand) -> Planned:
        due = datetime.fromtimestamp(self._clocks.due(row))
        return Planned(row, due, timedelta(seconds=self._clocks.left(row)))
