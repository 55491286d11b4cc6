"""Passages on the disk: read by place from a mapped file, so that a start costs the same with ten or ten thousand."""

from __future__ import annotations

import bisect
import contextlib
import json
import mmap
import uuid
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

from assistant.authoring.documents.apart import from_record
from assistant.authoring.documents.passage import Passage
from assistant.errors import Problem
from assistant.private_file import private_folder, replacing, write


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read."""

    path: str
    name: str
    state: tuple[int, int, int]
    """Size, time of change in ns and inode: a file with another one is looked into."""
    digest: str
    """Of its content."""
    count: int
    """Passages."""
    problems: tuple[tuple[int, str, str], ...] = ()
    """Line, message and severity of each fault."""

    def faults(self) -> Iterator[Problem]:
        """Yield the faults of the file."""
        yield from (Problem(Path(self.path), *problem) for problem in self.problems)


class StoredPassages(Sequence[Passage]):
    """The passages of documents, each decoded when it is asked for; safe to use from several threads."""

    def __init__(self, documents: Sequence[Document] = (), records: Any = b"", ends: Sequence[int] = ()) -> None:
        """Take the records of all passages one after the other, and where each of them ends."""
        self.documents = tuple(documents)
        self._records, self._ends = records, ends
        self._starts = [0]
        """Place of the first passage of each document."""
        for document in self.documents:
            self._starts.append(self._starts[-1] + document.count)

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, place: int | slice) -> Passage | tuple[Passage, ...]:
        if isinstance(place, slice):
            return tuple(self[number] for number in range(*place.indices(len(self))))
        place += len(self) if place < 0 else 0
        document = self.documents[bisect.bisect_right(self._starts, place) - 1]
        return from_record(self._record(place), Path(document.path), document.name)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The key of each passage, without decoding it."""
        starts = [0, *self._ends][: len(self)]
        return tuple(str(self._records[start : start + 32], "ascii") for start in starts)

    def records_of(self, number: int) -> tuple[bytes, list[int]]:
        """Return the records of a document, and where each of them ends."""
        first, last = self._starts[number], self._starts[number + 1]
        begin = self._ends[first - 1] if first else 0
        ends = [end - begin for end in self._ends[first:last]]
        return bytes(self._records[begin : begin + (ends[-1] if ends else 0)]), ends

    def _record(self, place: int) -> bytes:
        start = self._ends[place - 1] if place else 0
        return bytes(self._records[start : self._ends[place]])


class JoinedPassages(Sequence[Passage]):
    """The passages of several stores, one after the other."""

    def __init__(self, parts: Sequence[StoredPassages]) -> None:
        self._parts = parts
        self.documents = tuple(document for part in parts for document in part.documents)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, place: int | slice) -> Passage | tuple[Passage, ...]:
        if isinstance(place, slice):
            return tuple(self[number] for number in range(*place.indices(len(self))))
        place += len(self) if place < 0 else 0
        for part in self._parts:
            if 0 <= place < len(part):
                return part[place]
            place -= len(part)
        raise IndexError(place)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The key of each passage, without decoding it."""
        return tuple(key for part in self._parts for key in part.keys)


def read_store(folder: Path, version: str) -> StoredPassages:
    """Read what is stored in a folder; nothing where there is none, it is damaged, or another version made it."""
    for _ in range(3):  # another process may replace the files between two reads
        with contextlib.suppress(Exception):  # a damaged file raises anything
            head = json.loads((folder / "documents.json").read_text(encoding="utf-8"))
            if head["version"] != version:
                return StoredPassages()
            documents = [
                Document(path, name, tuple(state), digest, count, tuple(map(tuple, problems)))
                for path, name, state, digest, count, problems in head["documents"]
            ]
            ends = array("q")
            ends.frombytes((folder / f"{head['records']}.ends").read_bytes())
            with (folder / f"{head['records']}.records").open("rb") as file:
                records = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if ends else b""
            if len(records) == (ends[-1] if ends else 0) and sum(item.count for item in documents) == len(ends):
                return StoredPassages(documents, records, ends)
        if not (folder / "documents.json").exists():
            break
    return StoredPassages()


def write_store(folder: Path, version: str, documents: Sequence[Document], records: Sequence[bytes]) -> None:
    """Replace what is stored in a folder, in one step.

    Raises:
        OSError: it cannot be written; what was stored before is still there.
    """
    name = f"documents-{uuid.uuid4().hex[:12]}"
    ends, end = array("q"), 0
    private_folder(folder)
    with replacing(folder / f"{name}.records") as file:
        for record in records:
            file.write(record)
            end += len(record)
            ends.append(end)
    with replacing(folder / f"{name}.ends") as file:
        file.write(ends.tobytes())
    rows = [[item.path, item.name, item.state, item.digest, item.count, item.problems] for item in documents]
    write(folder / "documents.json", json.dumps({"version": version, "records": name, "documents": rows}))
    for old in folder.glob("documents-*"):
        if old.stem != name:
            with contextlib.suppress(OSError):  # some systems keep a file that another process has mapped
                old.unlink()


def state_of(path: Path) -> tuple[int, int, int] | None:
    """Return the state of a file; None where it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino
