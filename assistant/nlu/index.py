"""The vectors of everything that can be said, in Chroma on disk, kept in step with the files by content.

Only what changed is embedded. A row's id is a hash of its kind, owner, text and the embedder; the file `stamp.json`
beside the store is written last, so that an index that was cut off half-way is seen and completed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexStoreError
from assistant.events import Progress

_BATCH = 128
_COLLECTION = "phrases"
_log = logging.getLogger(__name__)

Kind = Literal["intent", "not", "question", "answer"]
"""`answer` is a question together with its answer: it tells questions apart and says nothing about intents."""


class Embedder(Protocol):
    """Sentences to vectors."""

    @property
    def id(self) -> str:
        """A name that changes whenever the vectors would."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), d)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A phrase and what it stands for."""

    kind: Kind
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


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What it took to bring the index in step."""

    added: int
    removed: int
    kept: int
    rebuilt: str = ""
    """Why it was built anew; empty where it was not."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The index as it stands."""

    rows: int
    folder: Path | None
    embedder: str
    bytes: int
    in_step: bool
    """Whether the last sync was completed."""


class Index:
    """Nearest phrases, in a folder, or with `folder=None` in memory only.

    Chroma is imported in the background as soon as an Index is made.
    """

    def __init__(self, folder: Path | None, embedder: Embedder) -> None:
        self.folder = folder
        self._embedder = embedder
        self._collection: Any = None
        self._client: Any = None
        self._rows: dict[str, Row] = {}
        self._lock = threading.RLock()
        threading.Thread(target=_import_chroma, name="import chromadb", daemon=True).start()

    def sync(
        self, rows: Callable[[], Iterable[Row]], progress: Callable[[Progress], None], source: str = ""
    ) -> SyncReport:
        """Bring the index in step with the rows, under a lock that other processes respect.

        `source` names the content that `rows` would be made from: where it equals that of the last whole sync,
        `rows` is not even called.

        Raises:
            IndexStoreError: the folder cannot be written.
        """
        with self._lock, self._exclusively():
            stamp = self._stamp()
            try:
                if source and stamp.get("source") == self._key(source) and self._open().count() == stamp.get("rows"):
                    self._probe()
                    return SyncReport(0, 0, int(stamp["rows"]))
                return self._bring_in_step(list(dict.fromkeys(rows())), progress, source)
            except IndexStoreError:
                raise
            except BaseException as error:
                if not _is_fault_of_store(error):
                    raise
                reason = f"the index in {self.folder} could not be read ({_one_line(error)}) and is built anew"
                progress(Progress(f"index: {reason}", 0, 0))
                self._discard()
                try:
                    report = self._bring_in_step(list(dict.fromkeys(rows())), progress, source)
                except Exception as again:
                    raise IndexStoreError(f"{self.folder}: the index cannot be written: {_one_line(again)}") from None
                return SyncReport(report.added, report.removed, report.kept, reason)

    def nearest(self, vector: NDArray[np.float32], n: int) -> tuple[Hit, ...]:
        """Return the n rows nearest to a unit vector, nearest first."""
        with self._lock:
            collection = self._open()
            n = min(n, collection.count())
            if not n:
                return ()
            found = collection.query(query_embeddings=[vector], n_results=n, include=["distances"])
            rows = self._rows_of(found["ids"][0])
        return tuple(Hit(row, 1.0 - float(gap)) for row, gap in zip(rows, found["distances"][0], strict=True))

    def _rows_of(self, ids: Sequence[str]) -> list[Row]:
        """Return the rows of the ids; each is read from the store once."""
        if unknown := [key for key in ids if key not in self._rows]:
            found = self._open().get(ids=unknown, include=["metadatas", "documents"])
            for key, meta, text in zip(found["ids"], found["metadatas"], found["documents"], strict=True):
                self._rows[key] = Row(meta["kind"], meta["owner"], text)
        return [self._rows[key] for key in ids]

    def vectors(self) -> tuple[tuple[Row, ...], NDArray[np.float32]]:
        """Return every row with its vector, shape (rows, d): for what is trained on top of them."""
        with self._lock:
            found = self._open().get(include=["metadatas", "documents", "embeddings"])
        rows = tuple(Row(m["kind"], m["owner"], d) for m, d in zip(found["metadatas"], found["documents"], strict=True))
        return rows, np.asarray(found["embeddings"], np.float32)

    def status(self) -> IndexStatus:
        """Return how large the index is and whether it is whole."""
        with self._lock:
            stamp = self._stamp()
            count = int(self._open().count())
        size = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()) if self.folder else 0
        return IndexStatus(count, self.folder, self._embedder.id, size, stamp.get("rows") == count)

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            self._collection = self._client = None

    # -- inside

    def _key(self, source: str) -> str:
        return hashlib.sha256(f"{source}\0{self._embedder.id}".encode()).hexdigest()

    def _id(self, row: Row) -> str:
        parts = (row.kind, row.owner, row.text, self._embedder.id)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    def _open(self) -> Any:
        if self._collection is not None:
            return self._collection
        chromadb = _import_chroma()
        settings = chromadb.Settings(anonymized_telemetry=False, is_persistent=self.folder is not None)
        name = _COLLECTION
        if self.folder is None:
            self._client, name = chromadb.EphemeralClient(settings=settings), uuid.uuid4().hex
        else:
            self._client = chromadb.PersistentClient(path=str(self.folder / "chroma"), settings=settings)
        self._collection = self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": 200}}
        )
        return self._collection

    def _bring_in_step(self, rows: list[Row], progress: Callable[[Progress], None], source: str) -> SyncReport:
        collection = self._open()
        wanted = {self._id(row): row for row in rows}
        there = set(collection.get(include=[])["ids"])
        added, removed = [key for key in wanted if key not in there], sorted(there - set(wanted))
        if added or removed:
            self._write_stamp({})
        for start in range(0, len(removed), 5000):
            collection.delete(ids=removed[start : start + 5000])
        for start in range(0, len(added), _BATCH):
            keys = added[start : start + _BATCH]
            batch = [wanted[key] for key in keys]
            collection.add(
                ids=keys,
                embeddings=self._embedder.embed([row.text for row in batch]),
                documents=[row.text for row in batch],
                metadatas=[{"kind": row.kind, "owner": row.owner} for row in batch],
            )
            progress(Progress("index", min(start + _BATCH, len(added)), len(added), "phrases"))
        self._probe()
        self._write_stamp({"source": self._key(source) if source else "", "rows": len(wanted)})
        return SyncReport(len(added), len(removed), len(wanted) - len(added))

    def _probe(self) -> None:
        """Read one row and look it up, so that a store that opens but cannot answer is noticed now."""
        collection = self._open()
        one = collection.get(limit=1, include=["embeddings"])
        if len(one["ids"]) and not collection.query(query_embeddings=one["embeddings"][:1], n_results=1)["ids"][0]:
            raise RuntimeError("rows are listed that cannot be found")

    def _discard(self) -> None:
        self.close()
        if self.folder is not None:
            chromadb = _import_chroma()
            chromadb.api.client.SharedSystemClient.clear_system_cache()
            shutil.rmtree(self.folder / "chroma", ignore_errors=True)
            (self.folder / "stamp.json").unlink(missing_ok=True)

    def _stamp(self) -> dict[str, Any]:
        if self.folder is None:
            return {}
        try:
            read = json.loads((self.folder / "stamp.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def _write_stamp(self, content: dict[str, Any]) -> None:
        if self.folder is None:
            return
        new = self.folder / f"stamp.{os.getpid()}"
        new.write_text(json.dumps(content), encoding="utf-8")
        new.replace(self.folder / "stamp.json")

    @contextlib.contextmanager
    def _exclusively(self) -> Iterator[None]:
        """Hold the folder's lock; other processes wait for it."""
        if self.folder is None:
            yield
            return
        import filelock

        lock = filelock.FileLock(self.folder / "lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except OSError as error:
            what = error.strerror or str(error)
            raise IndexStoreError(f"{self.folder}: the index cannot be written: {what}; choose [paths] data") from None
        try:
            yield
        finally:
            lock.release()


def _import_chroma() -> Any:
    import chromadb
    import chromadb.api.client

    logging.getLogger("chromadb").setLevel(logging.ERROR)
    return chromadb


def _is_fault_of_store(error: BaseException) -> bool:
    """Whether Chroma or SQLite failed (its Rust core panics with a BaseException), not we or the user."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        return False
    return type(error).__module__.split(".")[0] in (
        "chromadb",
        "chromadb_rust_bindings",
        "pyo3_runtime",
        "sqlite3",
        "builtins",
    )


def _one_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]
