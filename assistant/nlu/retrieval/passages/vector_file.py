"""Vectors by key in one file that only grows: what was embedded before a process was killed is not embedded again.

A record is a key, the sum of a vector, and the vector. The file is mapped, not read; a record that was cut off at the
end is written over, and one whose sum is another is taken for absent.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.retrieval.snapshot import Vectors, no_vectors, sums
from assistant.private_file import descriptor, replacing

_HEAD = len(b"vectors 12345678")
"""Bytes before the first record: a word, and the length of a vector."""


class VectorFile:
    """The file of one embedder; with `file=None` the vectors are kept in memory."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self._memory: NDArray[Any] | None = None

    def read(self) -> tuple[Mapping[str, int], Vectors]:
        """Return the place of each key, and the vectors by place, shape (places, d)."""
        records = self._records()
        if records is None or not len(records):
            return {}, no_vectors()
        keys = records["key"].tolist()
        return {key.decode("ascii", "replace"): place for place, key in enumerate(keys)}, records["vector"]

    def damaged(self) -> list[str]:
        """List the keys whose vectors are not as they were written."""
        records = self._records()
        if records is None or not len(records):
            return []
        bad = records[sums(records["vector"]) != records["sum"]]
        return [key.decode("ascii", "replace") for key in bad["key"].tolist()]

    def append(self, keys: Sequence[str], vectors: Vectors) -> None:
        """Add records at the end.

        Raises:
            OSError: the file cannot be written; what is in it counts.
        """
        records = _as_records(keys, vectors)
        if self.file is None:
            before = self._memory
            self._memory = records if before is None else np.concatenate([before, records])
            return
        with os.fdopen(descriptor(self.file), "wb", buffering=0) as target:
            size = os.fstat(target.fileno()).st_size
            length = _length(self.file)
            if length != vectors.shape[1]:
                size = self._begin(target, vectors.shape[1])
            target.seek(size - (size - _HEAD) % records.itemsize)
            target.write(records.tobytes())
            target.truncate()

    def keep(self, keys: Collection[str]) -> None:
        """Take out every record but those of the keys.

        Raises:
            OSError: the file cannot be written; the one before is still there.
        """
        records = self._records()
        if records is None:
            return
        wanted = [key.encode() for key in keys]
        kept = records[np.isin(records["key"], np.array(wanted, "S32")) & (sums(records["vector"]) == records["sum"])]
        _, first = np.unique(kept["key"], return_index=True)
        kept = kept[np.sort(first)]
        if self.file is None:
            self._memory = kept
        elif len(kept) != len(records):
            with replacing(self.file) as target:
                target.write(_head(records["vector"].shape[1]))
                target.write(kept.tobytes())

    def _records(self) -> NDArray[Any] | None:
        if self.file is None:
            return self._memory
        length = _length(self.file)
        if not length:
            return None
        kind = _kind(length)
        with contextlib.suppress(OSError, ValueError):
            count = (self.file.stat().st_size - _HEAD) // kind.itemsize
            if count > 0:
                return np.asarray(np.memmap(self.file, kind, "r", _HEAD, (count,)))
        return None

    def _begin(self, target: BinaryIO, length: int) -> int:
        target.truncate(0)
        target.seek(0)
        target.write(_head(length))
        return _HEAD


def _kind(length: int) -> np.dtype[Any]:
    return np.dtype([("key", "S32"), ("sum", "<u4"), ("vector", "<f4", (length,))])


def _as_records(keys: Sequence[str], vectors: Vectors) -> NDArray[Any]:
    records = np.empty(len(keys), _kind(vectors.shape[1]))
    records["key"] = [key.encode() for key in keys]
    records["vector"] = vectors
    records["sum"] = sums(vectors)
    return records


def _head(length: int) -> bytes:
    return f"vectors {length}".encode().ljust(_HEAD)


def _length(file: Path) -> int:
    """Return the length of the vectors in a file; 0 where it is none."""
    try:
        with file.open("rb") as source:
            name, _, length = source.read(_HEAD).decode("ascii", "replace").partition(" ")
    except OSError:
        return 0
    return int(length) if name == "vectors" and length.strip().isdigit() else 0
