"""Folders in the cache that were made from weights: hashed when they are made, and trusted until they change."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from assistant.weights.manifest import MARKER, is_unchanged, mark, marked, measure, misfit, mismatch


def seal(folder: Path) -> None:
    """Hash every file of a folder and note the hashes in it.

    Raises:
        OSError: it cannot be read or written to.
    """
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    mark(folder, [measure(folder, name) for name in names if name != MARKER])


def broken(folder: Path, thoroughly: bool = False) -> str:
    """Name the first file that is not as it was sealed, in one line, or nothing.

    A file is hashed only where its time has changed, unless it is looked at `thoroughly`. A folder without a seal, made
    by an older Assistant, is sealed as it is.
    """
    pins = marked(folder)
    if not pins:
        with suppress(OSError):
            seal(folder)
        return ""
    if fault := misfit(folder, pins):
        return fault
    if is_unchanged(folder) and not thoroughly:
        return ""
    try:
        fault = mismatch(folder, pins, "that of the file that was made")
    except OSError as error:
        return f"{error.filename}: {error.strerror}"
    with suppress(OSError):  # a folder that may only be read is hashed each time
        mark(folder, pins, trusted=not fault)
    return fault
