"""One process at a time, by a lock that goes with its process, however that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def file_lock(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock that a file stands for; `waiting` is called once where another process holds it.

    Raises:
        OSError: the file cannot be made.
    """
    import filelock  # 30 ms: not on the path of what locks nothing

    path.parent.mkdir(parents=True, exist_ok=True)
    held = filelock.FileLock(path)
    try:
        held.acquire(blocking=False)
    except filelock.Timeout:
        waiting()
        held.acquire()
    try:
        yield
    finally:
        held.release()
