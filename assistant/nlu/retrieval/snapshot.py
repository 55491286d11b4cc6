"""The rows of the index, each with its vector, as of one moment: what can be said and what it stands for."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

RowKind = Literal["intent", "not", "talk", "question", "answer"]
"""A phrase of an intent, a near miss of one, everyday talk that means nothing here; a question, and the same together
with its answer, which tells questions apart."""

Vectors: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """A phrase and what it stands for."""

    kind: RowKind
    owner: str
    """The intent's name, or the question as written."""
    text: str
    """The phrase that is embedded."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A row near a vector."""

    row: Row
    score: float
    """Cosine similarity."""


def no_vectors() -> Vectors:
    """Return vectors of nothing, shape (0, 0)."""
    return np.empty((0, 0), np.float32)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All rows that count at one moment. On disk it is replaced in one step: whoever reads has the old or the new one.

    In its folder, `stamp.json` tells the rows and names the file with their vectors, which is mapped, not read.
    """

    collection: str = ""
    """Where the store keeps the same vectors."""
    source: str = ""
    """Names the content that the rows were made from."""
    rows: Mapping[str, Row] = field(default_factory=dict)
    """Id -> row."""
    vectors: Vectors = field(default_factory=no_vectors)
    """Unit vectors in the order of `rows`, shape (rows, d)."""
    retired: tuple[str, ...] = ()
    """Ids that counted before the last change; still in the store for whoever reads the snapshot before."""
    previous: str = ""
    """The collection that was used before, kept for the same reason."""

    @classmethod
    def read(cls, folder: Path) -> Snapshot:
        """Return what the folder tells; nothing where it is empty or damaged."""
        for _ in range(3):  # the vectors' file may go while it is looked for, when another process replaces both
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
                told = json.loads((folder / "stamp.json").read_text(encoding="utf-8"))
                rows = {key: Row(*row) for key, row in told["rows"].items()}
                vectors = np.load(folder / told["vectors"], mmap_mode="r", allow_pickle=False) if rows else no_vectors()
                if len(vectors) == len(rows) and vectors.ndim == 2 and vectors.dtype == np.float32:
                    return cls(
                        told["collection"], told["source"], rows, vectors, tuple(told["retired"]), told["previous"]
                    )
        return cls()

    def write(self, folder: Path) -> None:
        """Put it in the place of the one that is there.

        Raises:
            OSError: it cannot be written; the one before is still there.
        """
        file, stamp = f"vectors-{uuid.uuid4().hex[:12]}.npy", folder / f"stamp.{os.getpid()}"
        rows = {key: (row.kind, row.owner, row.text) for key, row in self.rows.items()}
        told = {"collection": self.collection, "source": self.source, "retired": self.retired, "vectors": file}
        try:
            with (folder / file).open("wb") as out:
                np.save(out, self.vectors, allow_pickle=False)
                out.flush()
                os.fsync(out.fileno())
            with stamp.open("w", encoding="utf-8") as text:
                text.write(json.dumps(told | {"previous": self.previous, "rows": rows}, ensure_ascii=False))
                text.flush()
                os.fsync(text.fileno())
            stamp.replace(folder / "stamp.json")
        except OSError:
            for half in (folder / file, stamp):  # a full disk is not filled further with each attempt
                half.unlink(missing_ok=True)
            raise
        for old in folder.glob("vectors-*.npy"):
            if old.name != file:
                with contextlib.suppress(OSError):  # some systems keep a file that another process has mapped
                    old.unlink()

    def nearest(self, vector: Vectors, n: int) -> tuple[Hit, ...]:
        """Return the n rows nearest to a unit vector, nearest first, by comparing it with every one."""
        if not (n := min(n, len(self.rows))):
            return ()
        # not `@`: BLAS divides this little work among threads, which then wait for a busy core
        scores = np.vecdot(self.vectors, vector)
        best = np.argpartition(scores, len(scores) - n)[-n:]
        best = best[np.argsort(-scores[best], kind="stable")]
        return tuple(Hit(self._listed[at], float(scores[at])) for at in best)

    def among(self, vector: Vectors, keys: Iterable[str]) -> tuple[Hit, ...]:
        """Return how near those of the ids are that are rows, nearest first."""
        known = [key for key in keys if key in self.rows]
        hits = [Hit(self.rows[key], float(one @ vector)) for key, one in zip(known, self.take(known), strict=True)]
        return tuple(sorted(hits, key=lambda hit: -hit.score))

    def take(self, keys: Iterable[str]) -> Vectors:
        """Return the vectors of some of the rows, in the order given."""
        places = [self._places[key] for key in keys]
        return np.asarray(self.vectors[places], np.float32) if places else no_vectors()

    @cached_property
    def _listed(self) -> tuple[Row, ...]:
        return tuple(self.rows.values())

    @cached_property
    def _places(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.rows)}
