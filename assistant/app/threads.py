"""The threads of a running assistant, and the references that one of them swaps while the others read."""

from __future__ import annotations

import atexit
import contextlib
import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from assistant.errors import AssistantError
from assistant.events import Emit, Failed
from assistant.outlet.fault_log import logged

T = TypeVar("T")


class Current(Generic[T]):
    """A value that is swapped in one step: a reader keeps the value that it got, unchanged, to its end."""

    def __init__(self, value: T) -> None:
        self._value = value
        self._swapping = threading.Lock()

    def __call__(self) -> T:
        """Return the value in use now."""
        return self._value

    def swap(self, value: T) -> None:
        """Put another value in its place."""
        with self._swapping:
            self._value = value

    def improve(self, value: T, better: T) -> None:
        """Put `better` in the place of `value`, unless that has been swapped for another meanwhile."""
        with self._swapping:
            if self._value is value:
                self._value = better


def settle() -> None:
    """Free what is garbage, and look for it no more among what is in use now.

    A look through all that a warm matcher holds takes 160 ms, in which no key is taken either, and would come in the
    middle of some turn. After the start nothing is to be freed: there was no matcher before.
    """
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.unfreeze)  # at the end of the program all of it is freed: its open files are written out


class Threads:
    """Starts threads whose errors become events: a fault in one of them leaves the others at work."""

    def __init__(self, log: Path, emit: Emit) -> None:
        self._log = log
        """File that faults of the program itself are written to."""
        self._emit = emit
        self.closed = threading.Event()
        """Set once all threads are to end."""

    def run(self, work: Callable[[], None], where: str) -> threading.Thread:
        """Start `work` in a daemon thread; `where` goes into the `Failed` event of its error."""

        def reported() -> None:
            with self.reporting(where):
                work()

        thread = threading.Thread(target=reported, name=f"assistant-{where}", daemon=True)
        thread.start()
        return thread

    @contextlib.contextmanager
    def reporting(self, where: str) -> Iterator[None]:
        """Turn an error in the block into one `Failed` event; log it where it is a fault of the program itself."""
        try:
            yield
        except AssistantError as error:
            if not self.closed.is_set():
                self._emit(Failed(str(error), where))
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:  # a library in Rust panics with one
            self._emit(Failed(logged(error, self._log), where))
