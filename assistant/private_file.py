"""Files and folders that only their owner can read, whole or not there, never through a link that somebody laid.

Every file that the assistant keeps is made here. A new one is written beside its place under a name that nobody can
guess, and takes the place once its bytes are on the disk.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, TextIO

PRIVATE = stat.S_IRUSR | stat.S_IWUSR
"""Permissions of a file for its owner alone."""

SHARED = PRIVATE | stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH
"""Permissions of a file that other users may need, as far as the umask lets them: weights in a common folder."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_DRAFT = re.compile(r"\..+~[0-9a-f]{16}")
"""Name of a file that is being written."""

_ABANDONED = timedelta(hours=1)
"""Age at which nobody is still writing a draft: its process was killed."""


def private_folder(folder: Path) -> Path:
    """Make a folder for its owner alone, and those above it that are missing; one that is there stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
    return folder


@contextmanager
def replacing(file: Path, mode: int = PRIVATE, synced: bool = True) -> Iterator[BinaryIO]:
    """Yield a new file that takes the place of another one at the end; after an error the one before is still there.

    Args:
        file: its place; a link there is replaced, not followed.
        mode: permissions of the new file.
        synced: wait for the disk; spared where a half file is recognised and made again.

    Raises:
        OSError: it cannot be written.
    """
    draft = file.with_name(f".{file.name}~{os.urandom(8).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as content:
            yield content
            content.flush()
            if synced:
                os.fsync(handle)
        if file.is_dir():
            set_aside(file)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    if synced:
        _sync(file.parent)


def set_aside(folder: Path) -> None:
    """Rename a folder that stands where a file belongs: what is in it may be somebody's.

    Raises:
        OSError: it cannot be renamed.
    """
    folder.rename(folder.with_name(f"{folder.name}.folder-{os.urandom(4).hex()}"))


def write(file: Path, content: str, mode: int = PRIVATE) -> None:
    """Write a text file whole, or leave the one before.

    Raises:
        OSError: it cannot be written.
    """
    with replacing(file, mode) as target:
        target.write(content.encode())


def descriptor(file: Path, flags: int = 0) -> int:
    """Open a file to write in place, made where it is missing, and its folder with it; with more flags of `os.open`.

    Raises:
        OSError: it cannot be made, or is a link.
    """
    private_folder(file.parent)
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | flags, PRIVATE)


def appending(file: Path) -> TextIO:
    """Open a text file to write at its end.

    Raises:
        OSError: it cannot be made, or is a link.
    """
    return os.fdopen(descriptor(file, os.O_APPEND), "a", encoding="utf-8")


def mend(path: Path) -> None:
    """Close a file, or a folder with all below it, to others; drafts that were abandoned are deleted."""
    close_to_others(path)  # a folder first: nobody can lay a link into it from then on
    for parent, folders, files in os.walk(path):
        for name in (*folders, *files):
            close_to_others(Path(parent, name))
        for name in filter(_DRAFT.fullmatch, files):
            forget_abandoned(Path(parent, name))


def close_to_others(path: Path) -> None:
    """Take from everybody but the owner what they may do with a file or folder; a link stays, and what others own."""
    with suppress(OSError):
        status = path.lstat()
        is_own = status.st_uid == os.geteuid() and not stat.S_ISLNK(status.st_mode)
        if is_own and status.st_mode & _OTHERS:
            path.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)


def forget_abandoned(draft: Path) -> None:
    """Delete a file that was being written, once it is so old that nobody writes it any more."""
    with suppress(OSError):
        if time.time() - draft.lstat().st_mtime > _ABANDONED.total_seconds():
            draft.unlink()


def _sync(folder: Path) -> None:
    """Put the names in a folder on the disk; some file systems cannot."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
