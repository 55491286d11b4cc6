"""Who is let in: so many at work, so many waiting, and nobody before the parts are there."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from assistant.errors import AssistantError


class BusyError(AssistantError):
    """More work waits than can be done soon; to be asked again later."""


class NotReadyError(AssistantError):
    """A part is still being loaded, or cannot be loaded here."""


class Admission:
    """Lets so many work at once and so many wait."""

    def __init__(self, at_work: int, waiting: int) -> None:
        self._places = threading.BoundedSemaphore(at_work)
        self._queue = threading.BoundedSemaphore(at_work + waiting)
        self._lock = threading.Lock()
        self.taken = 0
        """Number at work or waiting."""

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place and give it back after the block.

        Raises:
            BusyError: as many wait as may.
        """
        if not self._queue.acquire(blocking=False):
            raise BusyError("too many requests at once: try again in a moment")
        self._count(1)
        try:
            with self._places:
                yield
        finally:
            self._count(-1)
            self._queue.release()

    def _count(self, change: int) -> None:
        with self._lock:
            self.taken += change
