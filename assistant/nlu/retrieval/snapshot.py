"""The rows of the index with their vectors as of one moment; the truth that Chroma follows."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import json
import uuid
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.private_file import replacing, write

RowKind = Literal["intent", "not", "talk", "question", "answer", "turn", "passage", "picture"]
"""A phrase of an intent, a near miss of one, everyday talk that is out of scope; a question, and a question together
with its answer, which tells questions apart; what somebody said, in the index of the conversation; a part of a
document, in the index of the documents; a picture, in that of the pictures."""

Modality = Literal["text"]

Vectors: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """A phrase and what it stands for."""

    kind: RowKind
    owner: str
    """The intent's name, or the question as written."""
    text: str
    """The phrase that is embedded."""
    language: str = "en"
    source: str = ""
    """Name of the file, or the source that the author gives."""
    modality: Modality = "text"

    def fields(self) -> tuple[str, ...]:
        """Return every field, in order; `dataclasses.astuple` copies each, which takes 20 times as long."""
        return self.kind, self.owner, self.text, self.language, self.source, self.modality

    def metadata(self) -> dict[str, str]:
        """Return all but the text, for the filters of a vector store."""
        return {name: value for name, value in dataclasses.asdict(self).items() if name != "text"}


class Hit(NamedTuple):
    """A row near a vector."""

    row: Row
    score: float
    """Cosine similarity."""


def no_vectors() -> Vectors:
    """Return an empty array, shape (0, 0)."""
    return np.empty((0, 0), np.float32)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All rows that count at one moment, frozen.

    In a folder, `<name>.json` holds the rows and names the file of their vectors, which is mapped, not read. Both are
    replaced in one step: a reader gets the old snapshot or the new one. A sum stands before the rows, and one for each
    vector among them: what was damaged on the disk is left out, and made anew from the files.
    """

    embedder: str = ""
    """Id of the embedder that made the vectors."""
    source: str = ""
    """Name of the content that the rows were made from."""
    rows: Mapping[str, Row] = field(default_factory=dict)
    """Id -> row."""
    vectors: Vectors = field(default_factory=no_vectors)
    """Unit vectors in the order of `rows`, shape (rows, d)."""
    fault: str = ""
    """The damage that was found when it was read, in one line; empty where there was none."""

    @classmethod
    def read(cls, folder: Path, name: str) -> Snapshot:
        """Read a snapshot; an empty one where there is none, and what is whole of a damaged one."""
        file, fault = folder / f"{name}.json", ""
        for _ in range(3):  # another process may replace both files between the two reads
            if not file.exists():
                return cls()
            try:
                return cls._whole_rows(file)
            except Exception as error:  # a damaged file raises anything: EOFError, TokenError, RecursionError
                fault = f"{file}: damaged ({(str(error).splitlines() or [type(error).__name__])[0][:80]})"
        return cls(fault=fault)

    @classmethod
    def _whole_rows(cls, file: Path) -> Snapshot:
        """Read the rows whose vectors are as they were written; raise anything where none can be told."""
        content = file.read_bytes()
        total, _, body = content.partition(b"\n")
        if not body:  # written before there were sums
            total, body = b"", content
        elif int(total, 16) != zlib.crc32(body):
            raise ValueError("its sum is another")
        parts = json.loads(body)
        rows = {key: Row(*row) for key, row in parts["rows"].items()}
        if not rows:
            return cls(parts["embedder"], parts["source"])
        place = file.with_name(parts["vectors"])
        vectors = np.load(place, mmap_mode="r", allow_pickle=False)
        if not isinstance(vectors, np.memmap) or place.stat().st_size != vectors.offset + vectors.nbytes:
            raise ValueError(f"{place.name} is cut off")
        if vectors.shape[:1] != (len(rows),) or vectors.ndim != 2 or vectors.dtype != np.float32:
            raise ValueError(f"{place.name} is of another shape")
        whole = sums(vectors) == np.frombuffer(base64.b64decode(parts["sums"]), "<u4") if total else np.array(True)
        if whole.all():
            return cls(parts["embedder"], parts["source"], rows, vectors)
        rows = {key: row for (key, row), is_whole in zip(rows.items(), whole, strict=True) if is_whole}
        fault = f"{place}: {len(whole) - len(rows)} of {len(whole)} vectors are damaged"
        return cls(parts["embedder"], "", rows, vectors[whole], fault)

    def write(self, folder: Path, name: str) -> None:
        """Replace the snapshot of that name.

        Raises:
            OSError: the folder cannot be written; the snapshot before is still there.
        """
        vectors = folder / f"{name}-{uuid.uuid4().hex[:12]}.npy"
        rows = {key: row.fields() for key, row in self.rows.items()}
        parts = {"embedder": self.embedder, "source": self.source, "vectors": vectors.name, "rows": rows}
        parts["sums"] = base64.b64encode(sums(self.vectors).astype("<u4").tobytes()).decode()
        body = json.dumps(parts, ensure_ascii=False)
        try:
            with replacing(vectors) as out:
                np.save(out, self.vectors, allow_pickle=False)
            write(folder / f"{name}.json", f"{zlib.crc32(body.encode()):08x}\n{body}")
        except OSError:
            vectors.unlink(missing_ok=True)  # a full disk is not filled further with each attempt
            raise
        _remove(folder, f"{name}-*.npy", but=vectors.name)

    @staticmethod
    def discard(folder: Path, name: str) -> None:
        """Delete the snapshot of that name."""
        (folder / f"{name}.json").unlink(missing_ok=True)
        _remove(folder, f"{name}-*.npy")

    @cached_property
    def revision(self) -> str:
        """A hash of the ids: equal where the rows are."""
        return hashlib.sha256("".join(sorted(self.rows)).encode()).hexdigest()[:32]

    def nearest(self, vector: Vectors, n: int) -> tuple[Hit, ...]:
        """Return the n rows nearest to a unit vector, nearest first, compared with every row."""
        if not (n := min(n, len(self.rows))):
            return ()
        # not `@`: BLAS divides this little work among threads, which then wait for a busy core
        scores = np.vecdot(self.vectors, vector)
        best = np.argpartition(scores, len(scores) - n)[-n:]
        best = best[np.argsort(-scores[best], kind="stable")]
        return self._hits(best, scores[best])

    def among(self, vector: Vectors, keys: Iterable[str], n: int | None = None) -> tuple[Hit, ...]:
        """Return those of the ids that are rows, nearest to a unit vector first, at most n."""
        places = np.array([self._places[key] for key in keys if key in self._places], np.intp)
        if not len(places):
            return ()
        scores = np.vecdot(self._plain_vectors[places], vector)
        order = np.argsort(-scores, kind="stable")[:n]
        return self._hits(places[order], scores[order])

    def _hits(self, places: NDArray[np.intp], scores: Vectors) -> tuple[Hit, ...]:
        keys = map(self._keys.__getitem__, places.tolist())
        return tuple(map(Hit, map(self.rows.__getitem__, keys), scores.tolist()))

    def take(self, keys: Collection[str]) -> Vectors:
        """Return the vectors of some of the rows, in the order given, shape (keys, d)."""
        places = [self._places[key] for key in keys]
        return np.asarray(self._plain_vectors[places], np.float32) if places else no_vectors()

    @cached_property
    def _plain_vectors(self) -> Vectors:
        """The vectors, mapped as they are; picking some of a `memmap` takes three times as long."""
        return np.asarray(self.vectors)

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(self.rows)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.rows)}


def sums(vectors: Vectors) -> NDArray[np.uint32]:
    """Add up the words of each vector, shape (rows,): as fast as memory is read, and no single turned bit escapes."""
    words = np.ascontiguousarray(vectors).view(np.uint32)
    return np.asarray(np.add.reduce(words, axis=1, dtype=np.uint32), np.uint32)


def _remove(folder: Path, pattern: str, but: str = "") -> None:
    for file in folder.glob(pattern):
        if file.name != but:
            with contextlib.suppress(OSError):  # some systems keep a file that another process has mapped
                file.unlink()
