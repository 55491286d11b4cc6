"""The time that long work still takes, by how fast it has gone."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """Follows pieces of work by their names."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began: dict[str, tuple[float, float]] = {}
        """Work -> the moment at which it was first seen, and how much was done by then."""

    def left(self, task: str, done: float, total: float, least: float = 2.0) -> str:
        """Return the time left in words; nothing in the first `least` seconds, nor before anything has been done."""
        now = self._clock()
        began, before = self._began.setdefault(task, (now, done))
        if done < before or done >= total:
            del self._began[task]
            return ""
        if now - began < least or done <= before:
            return ""
        return left_words((total - done) * (now - began) / (done - before))


def left_words(seconds: float) -> str:
    """Return a time left as coarse as it is known.

    >>> [left_words(seconds) for seconds in (0.4, 8, 43, 100, 5000)]
    ['5 s left', '10 s left', '45 s left', '2 min left', '1 h 23 min left']
    """
    if seconds < 58:
        return f"{max(5, round(seconds / 5) * 5)} s left"
    minutes = max(1, round(seconds / 60))
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min left" if hours else f"{minutes} min left"
