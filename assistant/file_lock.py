"""One process at a time, by a lock that goes with its process, however that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.private_file import PRIVATE, private_folder, set_aside


@contextmanager
def file_lock(path: Path, waiting: Callable[[], None] = lambda: None, shared: bool = False) -> Iterator[bool]:
    """Hold the lock that a file stands for; `waiting` is called about every second while another process holds it.

    The value is True where it had to be waited for. A `shared` one may be held by other users of the machine too.

    Raises:
        OSError: the file cannot be made.
    """
    import filelock  # 30 ms: not on the path of what locks nothing

    if path.is_dir():
        set_aside(path)
    if shared:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = filelock.FileLock(path)
    else:
        held = filelock.FileLock(private_folder(path.parent) / path.name, mode=PRIVATE)
    wait = 0.0
    while not held.is_locked:
        try:
            held.acquire(timeout=wait)
        except filelock.Timeout:
            waiting()
            wait = 1.0
    try:
        yield wait > 0
    finally:
        held.release()
