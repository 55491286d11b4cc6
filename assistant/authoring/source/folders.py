"""Files in a folder: those that are read, what is to be said of the others, and the bytes of one."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from assistant.authoring.source.limits import LIMITS
from assistant.errors import Problem, shown

FileContents: TypeAlias = Mapping[Path, bytes]
"""Files with the content that they are read with, whatever is on the disk."""

NO_DRAFTS: FileContents = MappingProxyType({})


def source_files(
    folder: Path, suffixes: Collection[str], problems: list[Problem], are_links_told: bool = False
) -> list[Path]:
    """Return the files with one of the suffixes in a folder and below, sorted, hidden ones left out.

    A file stands for itself; a folder that is not there or cannot be read is a problem, and where that is wanted what
    has one of the suffixes and is no file.
    """

    def note(error: OSError) -> None:
        problems.append(Problem(Path(error.filename or folder), 0, f"cannot be read: {error.strerror}"))

    try:
        if folder.is_file():
            return [folder]
        if not folder.is_dir():
            problems.append(Problem(folder, 0, "no such folder"))
            return []
    except OSError as error:  # of a drive that is gone
        note(error)
        return []
    paths = [path for path in _shown_below(folder, note) if path.suffix.lower() in suffixes]
    files = [path for path in paths if _is_file(path)]
    if are_links_told and len(files) < len(paths):
        others = {path: what_instead_of_file(path) for path in {*paths}.difference(files)}
        problems.extend(Problem(path, 0, f"cannot be read: {fault}") for path, fault in sorted(others.items()) if fault)
    return files


def _is_file(path: Path) -> bool:
    """True of a file, or a link to one; False where that cannot be told."""
    with contextlib.suppress(OSError):  # of a drive that is gone
        return path.is_file()
    return False


def contents(
    folder: Path, suffixes: Collection[str], problems: list[Problem], drafts: FileContents = NO_DRAFTS
) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of a folder with their content, sorted; what cannot be read is a problem.

    A draft stands for its file, which need not be on the disk.
    """
    own = {path for path in drafts if folder == path or folder in path.parents}
    for path in sorted({*source_files(folder, suffixes, problems), *own}):
        content = drafts[path] if path in own else read_content(path, problems)
        if content is not None:
            yield path, content


def remarks(folder: Path, suffixes: Collection[str]) -> Iterator[tuple[Path, str]]:
    """Yield what stands in a folder, is not hidden, and is not read or has an odd name, each with a remark."""
    for path in _shown_below(folder) if folder.is_dir() else ():
        if path.is_dir():
            if path.is_symlink():
                yield path, "is not read: a link to a folder is not followed"
        elif path.suffix.lower() not in suffixes:
            yield path, f"is not read: its name does not end in {' or '.join(sorted(suffixes))}"
        elif fault := what_instead_of_file(path):
            yield path, f"is not read: {fault}"
        elif shown(path) != str(path):
            yield path, "is read; its name holds bytes that are no UTF-8, or control characters"


def what_instead_of_file(path: Path) -> str:
    """Name the kind of a thing that is neither a file nor a folder; nothing of these."""
    try:
        if path.is_file() or path.is_dir():
            return ""
        if path.is_symlink():
            return "a link to a pipe, a device or a socket" if path.exists() else "a link that leads nowhere"
        return "a pipe, a device or a socket, no file"
    except OSError as error:
        return error.strerror or "it cannot be looked at"


def paths_below(folder: Path, note: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Yield all that is in a folder and below; a folder that vanishes meanwhile is passed over, as rglob does not."""
    for parent, folders, files in os.walk(folder, onerror=note):
        yield from (Path(parent, name) for name in (*folders, *files))


def _shown_below(folder: Path, note: Callable[[OSError], None] | None = None) -> list[Path]:
    """Return all that is in a folder and below, sorted, without what is hidden."""
    paths = paths_below(folder, note)
    return sorted(path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def read_content(path: Path, problems: list[Problem], most_bytes: int = LIMITS.file_bytes) -> bytes | None:
    """Read a file; None, with a problem, where it cannot be read, is no file or is too large."""
    try:
        # A pipe that stands there by now would else be waited for.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                problems.append(Problem(path, 0, "is no file"))
                return None
            if status.st_size <= most_bytes:
                return file.read(most_bytes)
    except OSError as error:
        problems.append(Problem(path, 0, f"cannot be read: {error.strerror}"))
        return None
    size, most = (f"{count / 1e6:,.0f} MB" for count in (status.st_size, most_bytes))
    if size == most:
        size, most = (f"{count:,} bytes" for count in (status.st_size, most_bytes))
    problems.append(Problem(path, 0, f"is too large: {size}, more than {most}; split it"))
    return None


def counted(problems: Collection[Problem]) -> list[Problem]:
    """Return the first problems of each file and, for a file with many more, how many those are."""
    kept: dict[Path, list[Problem]] = {}
    for problem in problems:
        kept.setdefault(problem.file, []).append(problem)
    told: list[Problem] = []
    for file, own in kept.items():
        told += own[: LIMITS.problems]
        if more := own[LIMITS.problems :]:
            severity = "error" if any(problem.severity == "error" for problem in more) else "warning"
            told.append(Problem(file, 0, f"and {len(more):,} more faults", severity))
    return told
