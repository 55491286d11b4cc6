"""Folders that appear in the cache complete or not at all, whoever is interrupted and however many build them."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.events import Progress
from assistant.file_lock import file_lock


@contextmanager
def lock(folder: Path, progress: Callable[[Progress], None]) -> Iterator[None]:
    """Let one process at a time build a folder.

    Raises:
        OSError: the folder above cannot be written to.
    """
    task = f"another process is making {folder.name}"
    path = folder.parent / f".{folder.name}.lock"
    with file_lock(path, lambda: progress(Progress(task, 0, 0)), shared=True) as waited:
        if waited:
            progress(Progress(task, 1, 1))
        yield


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """Yield an empty folder beside the one to be built, for the holder of its lock.

    Leftovers of attempts that were killed are removed first.

    Raises:
        OSError: the folder above cannot be written to.
    """
    for stale in folder.parent.glob(f".{glob.escape(folder.name)}~*"):
        shutil.rmtree(stale, ignore_errors=True)
    bench = Path(tempfile.mkdtemp(prefix=f".{folder.name}~", dir=folder.parent))
    try:
        yield bench
    finally:
        shutil.rmtree(bench, ignore_errors=True)


def publish(source: Path, folder: Path) -> None:
    """Move a folder from the workshop into its place, once its bytes are on the disk; the one before goes.

    Raises:
        OSError: the disk refuses.
    """
    for file in (*source.rglob("*"), source):
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    if folder.exists():
        folder.rename(source.with_name("replaced"))
    source.rename(folder)


def size_of(folder: Path) -> int:
    """Return the bytes below a folder that others are writing to."""
    total = 0
    for parent, _, files in os.walk(folder):  # unlike rglob, it passes over a folder that has gone meanwhile
        for name in files:
            with suppress(OSError):  # likewise a file
                total += Path(parent, name).stat().st_size
    return total
