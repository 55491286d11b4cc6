"""Timers, alarms and reminders: kept in the database, rung by a thread.

A timer is rung by the one process that claims it in the database, so that several can run on the same file. Where the
database can be neither read nor written, as on a full disk, those that were known before ring from memory.
The thread looks again every second at the latest, so that a suspended machine, a clock that was set and a timer of
another process are noticed. One that fell due while nothing ran is rung at the start.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import IO

from assistant.actions.database import Database, StoredTimer, TimerKind
from assistant.actions.schedule import recurrence
from assistant.actions.timer_clocks import Clocks
from assistant.errors import ActionError
from assistant.language import spoken
from assistant.private_file import appending

SNOOZE = timedelta(minutes=9)
"""Nine minutes, as on the mechanical alarm clocks that gave the word its meaning."""

_SNOOZABLE_SECONDS = 3600.0
"""Time for which a timer that has rung can still be snoozed: who comes back later means another."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer, alarm or reminder that is set, or has just rung."""

    id: int
    kind: TimerKind
    label: str
    """Its purpose; empty where nothing was said."""
    due: datetime
    """Local wall clock."""
    length: timedelta
    """Length that it was set for."""
    left: timedelta
    """Time until it rings; of a paused one, until it would."""
    paused: bool = False
    missed: bool = False
    """True if it fell due while nothing ran."""
    rule: str = ""
    """Recurrence, as an RRULE of RFC 5545; empty: once."""

    @property
    def name(self) -> str:
        """Name as it is spoken: `pasta timer`, `10 minute timer`, `7:00 AM alarm`, `alarm every weekday at 7:00 AM`."""
        if self.rule:
            label = f"{self.label} " if self.label and self.kind == "alarm" else ""
            purpose = f" {self.label}" if self.label and self.kind == "reminder" else ""
            return f"{label}{self.kind}{purpose} {recurrence.in_words(self.rule, self.due)}"
        if self.label:
            return f"reminder {self.label}" if self.kind == "reminder" else f"{self.label} {self.kind}"
        if self.kind == "timer":
            length = spoken.duration(self.length.total_seconds())
            return re.sub(r",| and|s\b", "", length) + " timer"
        return f"{spoken.clock(self.due)} {self.kind}"

    @property
    def announcement(self) -> str:
        """Sentence spoken as it rings; one that is late, by half a minute or more, tells since when."""
        late = -self.left.total_seconds()
        ago = f" {spoken.duration(late, parts=1)} ago{', while I was off' * self.missed}" if late > 30 else ""
        match self.kind:
            case "timer":
                return f"Your {self.name} ended{ago}." if ago else f"Your {self.name} is done."
            case "alarm":
                label = f": {self.label}" if self.label else ""
                clock = spoken.clock(self.due)
                return f"An alarm for {clock} was due{ago}{label}." if ago else f"It's {clock}. Alarm{label}."
        delay = f", due{ago}" if ago else ""
        purpose = re.sub("^(?:to|about|that) ", "", self.label) or "you asked me to remind you"
        return f"Reminder{delay}: {purpose}."


class TimerService:
    """Sets, changes and rings timers, alarms and reminders.

    `ring` is called in the service's own thread, once for each; so is `changed`, with those that run, the next first,
    whenever they change. Every method but `close` raises ActionError where the database cannot be used.
    """

    def __init__(
        self,
        database: Database,
        ring: Callable[[Timer], None],
        clocks: Clocks | None = None,
        changed: Callable[[Sequence[Timer]], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._ring = ring
        self._tell = changed
        self._clocks = clocks or Clocks()
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._presence: IO[str] | None = None
        """Held open and locked while this process rings."""
        self._waiting: tuple[StoredTimer, ...] = ()
        """Those that were set when the database could last be read."""
        self._told: tuple[StoredTimer, ...] = ()
        """Those that `changed` was last called with."""
        self._rung: set[tuple[int, float]] = set()
        """Id and time of those that were rung here, although the database may not say so."""

    # -- ringing ------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to ring, first of all the missed ones."""
        thread = threading.Thread(target=self._watch, name="timers", daemon=True)
        with contextlib.suppress(OSError):  # where nothing can be written the database says so
            self._presence = self._presence_file()
            fcntl.flock(self._presence, fcntl.LOCK_SH)
        thread.start()
        self._thread = thread  # not before it runs: `close` may come from another thread meanwhile

    def close(self) -> None:
        """End the thread; timers stay set. Safe to call twice, and without `start`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5.0)
        if self._presence is not None:
            self._presence.close()

    def is_anyone_ringing(self) -> bool:
        """Return True where this process, or another on the same file, rings the timers."""
        if self._thread is not None:
            return True
        try:
            with self._presence_file() as presence:
                fcntl.flock(presence, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def _presence_file(self) -> IO[str]:
        return appending(self._database.file.with_name("ringing.lock"))

    def _watch(self) -> None:
        self._forget_old()
        self._look(missed=True)
        while not self._closed:
            following = [self._clocks.left(timer) for timer in self._waiting if not self._is_rung(timer)]
            with self._changed:
                if not self._closed:
                    self._changed.wait(min([1.0, *(max(0.01, left) for left in following)]))
            self._look()

    def _look(self, missed: bool = False, drift: float = 2.0) -> None:
        """Ring the timers that are due; `missed` where nobody has looked for a while.

        A clock that is off by `drift` seconds since a countdown was begun was set, and the time of its end moves along.
        """
        with contextlib.suppress(ActionError):
            self._waiting = self._database.timers("waiting")
        for timer in self._waiting:
            if self._closed:
                return
            if self._clocks.left(timer) <= 0:
                if self._is_claimed(timer):
                    self._ring(replace(self._timer(timer), missed=missed))
            elif self._clocks.is_counted(timer) and abs(self._clocks.due(timer) - timer.due) > drift:
                with contextlib.suppress(ActionError):
                    self._database.correct_due(timer, self._clocks.due(timer))
        running = tuple(timer for timer in self._waiting if self._clocks.left(timer) > 0)
        if running != self._told:
            self._told = running
            self._tell(sorted(map(self._timer, running), key=lambda timer: timer.left))

    def _is_claimed(self, timer: StoredTimer) -> bool:
        """True if this process is to ring a timer: no other has claimed it, nor has it been rung here already."""
        now = self._clocks.wall()
        try:
            following = recurrence.following_seconds(timer.rule, timer.due, now) if timer.rule else None
            is_claimed = self._database.claim_timer(timer, now, following)
        except ActionError:  # better twice, by two processes, than not at all
            is_claimed = True
        if is_claimed and self._is_rung(timer):
            return False
        self._rung.add((timer.id, timer.due))
        return is_claimed

    def _is_rung(self, timer: StoredTimer) -> bool:
        return (timer.id, timer.due) in self._rung

    def _forget_old(self) -> None:
        with contextlib.suppress(ActionError):
            old = self._clocks.wall() - _SNOOZABLE_SECONDS
            self._database.remove_timers([timer for timer in self._database.timers("rung") if timer.rung < old])

    # -- setting ------------------------------------------------------------------------------

    def set(self, kind: TimerKind, due: datetime, label: str = "", rule: str = "") -> Timer:
        """Set a timer to ring at a local time, and again by a rule, if there is one."""
        moment = due.timestamp()
        length = max(0.0, moment - self._clocks.wall())
        return self._noticed(self._database.add_timer(kind, label, moment, length, rule=rule))

    def set_in(self, kind: TimerKind, length: timedelta, label: str = "") -> Timer:
        """Set a timer to ring after a time, whatever is done to the clock meanwhile."""
        seconds = length.total_seconds()
        timer = self._clocks.counted_down(StoredTimer(0, kind, label, 0.0, seconds), seconds)
        return self._noticed(
            self._database.add_timer(kind, label, timer.due, seconds, timer.deadline, self._clocks.boot)
        )

    def waiting(self, kind: TimerKind | None = None) -> tuple[Timer, ...]:
        """Return the timers that are set, the next first, paused ones among them."""
        stored = self._database.timers("waiting", "paused")
        timers = [self._timer(timer) for timer in stored if kind in (None, timer.kind)]
        return tuple(sorted(timers, key=lambda timer: timer.left))

    def cancel(self, timers: Sequence[Timer]) -> Callable[[], None]:
        """Take timers away and return the function that puts them back."""
        stored = self._stored(timers)
        self._database.remove_timers(stored)

        def restore() -> None:
            for timer in stored:
                self._put(timer)

        return restore

    def extend(self, timer: Timer, by: timedelta) -> Timer:
        """Let a timer ring later, or earlier where `by` is negative, but never in the past."""
        (stored,) = self._stored([timer])
        left = max(0.0, self._clocks.left(stored) + by.total_seconds())
        if stored.state == "paused":
            return self._put(replace(stored, remaining=left))
        if self._clocks.is_counted(stored):
            return self._put(self._clocks.counted_down(stored, left))
        return self._put(replace(stored, due=self._clocks.wall() + left))

    def pause(self, timer: Timer) -> Timer:
        """Stop the clock of a timer."""
        (stored,) = self._stored([timer])
        return self._put(replace(stored, state="paused", remaining=max(0.0, self._clocks.left(stored))))

    def resume(self, timer: Timer) -> Timer:
        """Let a paused timer go on."""
        (stored,) = self._stored([timer])
        return self._put(self._clocks.counted_down(stored, stored.remaining))

    def move(self, timer: Timer, due: datetime) -> tuple[Timer, Callable[[], None]]:
        """Let a timer ring at another time, all its times where it comes again; with it, the way back."""
        (stored,) = self._stored([timer])
        rule = recurrence.at_clock(stored.rule, due, anew=True) if stored.rule else ""
        moment = due.timestamp()
        changed = replace(stored, due=moment, seconds=max(0.0, moment - self._clocks.wall()), rule=rule)

        def restore() -> None:
            self._put(stored)

        return self._put(replace(changed, state="waiting", deadline=0.0, boot="")), restore

    def rename(self, timer: Timer, label: str) -> Timer:
        """Give a timer another purpose."""
        (stored,) = self._stored([timer])
        return self._put(replace(stored, label=label))

    def silence(self, timer: Timer) -> None:
        """Let a timer not ring, as if it had."""
        (stored,) = self._stored([timer])
        self._put(replace(stored, state="rung", rung=self._clocks.wall()))

    def snooze(self, length: timedelta = SNOOZE) -> Timer | None:
        """Let the timer that rang last ring again after a time; None where none has rung within the hour."""
        rung = self._just_rung()
        if not rung:
            return None
        last = max(rung, key=lambda timer: timer.rung)
        return self._put(self._clocks.counted_down(last, length.total_seconds()))

    def has_rung(self, kind: TimerKind) -> bool:
        """True if a timer of a kind has rung within the hour, and may be ringing."""
        return any(timer.kind == kind for timer in self._just_rung())

    def _just_rung(self) -> list[StoredTimer]:
        recent = self._clocks.wall() - _SNOOZABLE_SECONDS
        return [timer for timer in self._database.timers("rung") if timer.rung > recent]

    def _stored(self, timers: Sequence[Timer]) -> tuple[StoredTimer, ...]:
        wanted = {timer.id for timer in timers}
        stored = tuple(timer for timer in self._database.timers("waiting", "paused") if timer.id in wanted)
        if len(stored) < len(wanted):
            raise ActionError("That one has just rung.")
        return stored

    def _put(self, timer: StoredTimer) -> Timer:
        self._database.put_timer(timer)
        return self._noticed(timer)

    def _noticed(self, timer: StoredTimer) -> Timer:
        with self._changed:
            self._changed.notify_all()
        return self._timer(timer)

    def _timer(self, stored: StoredTimer) -> Timer:
        left, due = timedelta(seconds=self._clocks.left(stored)), datetime.fromtimestamp(self._clocks.due(stored))
        length, paused = timedelta(seconds=stored.seconds), stored.state == "paused"
        return Timer(stored.id, stored.kind, stored.label, due, length, left, paused, rule=stored.rule)
