"""A server, and what stands in for it on this machine while it is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from assistant.errors import ModelError

T = TypeVar("T")


class Standby:
    """Whom to ask: the server, or for `pause` seconds after it has failed what is here. Each change is told once.

    Args:
        gone: the state while it is gone, in words: `speech to text is made on this machine until it is back`.
        back: the state afterwards.
        tell: takes one line.
        pause: seconds until the server is asked again.
        clock: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        gone: str,
        back: str,
        tell: Callable[[str], None],
        pause: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gone, self._back, self._tell, self._pause, self._clock = gone, back, tell, pause, clock
        self._again: float | None = None
        """Moment at which the server is asked again; None while it answers."""
        self._lock = threading.Lock()

    def call(self, remote: Callable[[], T], local: Callable[[], T]) -> T:
        """Return the server's answer, or that of this machine where the server gives none.

        Raises:
            ModelError: neither can; of this machine.
        """
        if self._again is None or self._clock() >= self._again:
            try:
                answer = remote()
            except ModelError as error:
                self._lose(str(error))
            else:
                self._find()
                return answer
        return local()

    def _lose(self, reason: str) -> None:
        with self._lock:
            is_news, self._again = self._again is None, self._clock() + self._pause
        if is_news:
            self._tell(f"{reason}; {self._gone}")

    def _find(self) -> None:
        with self._lock:
            is_news, self._again = self._again is not None, None
        if is_news:
            self._tell(self._back)
