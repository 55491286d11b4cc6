"""The two clocks of timers: one hangs on the wall and is set by people, one has run since the machine was started."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from assistant.actions.database import StoredCommand, StoredTimer


def _on_the_wall() -> float:
    return time.time()


def _since_start() -> float:
    """Return the seconds since the machine was started, those of its sleep among them where the system counts them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@cache
def _boot() -> str:
    """Return the name of this start of the machine; empty where the system gives it none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


@dataclass(frozen=True, slots=True)
class Clocks:
    """A length of time is counted from the start of the machine, a time of day is read from the wall.

    Whichever process set a countdown, every other on the machine knows its end, whatever is done to the clock on the
    wall meanwhile. After the machine has been started again, and where starts have no names, the wall must do.
    """

    wall: Callable[[], float] = _on_the_wall
    """Seconds since 1970."""
    running: Callable[[], float] = _since_start
    """Seconds since the machine was started."""
    boot: str = field(default_factory=_boot)
    """Name of that start."""

    def is_counted(self, timer: StoredTimer | StoredCommand) -> bool:
        """True for a countdown that was begun since the machine was started."""
        return bool(timer.boot) and timer.boot == self.boot

    def left(self, timer: StoredTimer | StoredCommand) -> float:
        """Return the seconds until a timer rings, or a command is due; of a paused timer, until it would ring."""
        if isinstance(timer, StoredTimer) and timer.state == "paused":
            return timer.remaining
        return timer.deadline - self.running() if self.is_counted(timer) else timer.due - self.wall()

    def due(self, timer: StoredTimer | StoredCommand) -> float:
        """Return the time at which a timer rings, or a command is due, by the wall now, in seconds since 1970."""
        return round(self.wall() + self.left(timer)) if self.is_counted(timer) else timer.due

    def counted_down(self, timer: StoredTimer, seconds: float) -> StoredTimer:
        """Let a timer ring after so many seconds from now."""
        due, deadline = self.wall() + seconds, self.running() + seconds
        return replace(timer, state="waiting", due=due, remaining=0.0, deadline=deadline, boot=self.boot)
