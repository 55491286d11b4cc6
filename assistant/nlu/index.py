"""The vectors of everything that can be said, in Chroma on disk or on a server, kept in step with the files by content.

Only what changed is embedded: a row's id is a hash of its kind, owner, text and the embedder. The store holds ids and
vectors; which of them count, and what they stand for, is told by `stamp.json` alone, which is replaced in one step.
New rows are added before that step and old ones deleted after it, one change later, so that whoever reads, and
whoever was killed, has either the old index or the new one. `unfinished` stands beside it while a change is made.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import shutil
import threading
import urllib.parse
import uuid
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexStoreError
from assistant.events import Progress

_BATCH = 128
_WINDOW = 4096
"""Rows that are sorted by length before they are embedded, since a batch costs what its longest text does."""

_MANY = 5000
"""Ids that are named to the store at once."""

Kind = Literal["intent", "not", "talk", "question", "answer"]
"""A phrase of an intent, a near miss of one, everyday talk that means nothing here; a question, and the same together
with its answer, which tells questions apart."""

Vectors = NDArray[np.float32]


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


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What `stamp.json` says."""

    collection: str = ""
    source: str = ""
    rows: Mapping[str, Row] = field(default_factory=dict)
    """Id -> row, of those that count."""
    retired: tuple[str, ...] = ()
    """Ids that counted before the last change; still there for whoever reads the index as it was."""
    previous: str = ""
    """The collection that was used before, kept for the same reason."""

    @classmethod
    def read(cls, file: Path) -> _Stamp:
        """Return what the file says; nothing where it is not there or damaged."""
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            rows = {key: Row(*row) for key, row in told["rows"].items()}
            return cls(told["collection"], told["source"], rows, tuple(told["retired"]), told["previous"])
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls()

    def write(self, file: Path) -> None:
        """Replace the file in one step."""
        rows = {key: (row.kind, row.owner, row.text) for key, row in self.rows.items()}
        told = {"collection": self.collection, "source": self.source, "retired": self.retired}
        new = file.with_suffix(f".{os.getpid()}")
        with new.open("w", encoding="utf-8") as out:
            out.write(json.dumps(told | {"previous": self.previous, "rows": rows}, ensure_ascii=False))
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)


class Index:
    """Nearest phrases, in a folder, on a Chroma server, or with `folder=None` in memory only.

    With a server, the folder holds only what tells which rows there count; the server's collection is this folder's
    own. While `sync` works, `nearest` goes on to answer as before. Chroma is imported in the background as soon as
    an Index is made.
    """

    def __init__(self, folder: Path | None, embedder: Embedder, server: str = "") -> None:
        self.folder = folder
        self.server = server
        self._embedder = embedder
        self._collection: Any = None
        self._client: Any = None
        self._stamp = _Stamp()
        self._lock, self._syncing = threading.RLock(), threading.Lock()
        self._tell: Callable[[Progress], None] = lambda _: None
        self._lost = False
        threading.Thread(target=_import_chroma, name="import chromadb", daemon=True).start()

    def sync(
        self, rows: Callable[[], Iterable[Row]], progress: Callable[[Progress], None], source: str = ""
    ) -> SyncReport:
        """Bring the index in step with the rows, under a lock that other processes respect.

        `source` names the content that `rows` would be made from: where it equals that of the last whole sync,
        `rows` is not even called.

        Raises:
            IndexStoreError: the folder cannot be written, or the server does not answer.
        """
        self._tell = progress
        with self._syncing, self._exclusively():
            try:
                return self._bring_in_step(rows, progress, source)
            except IndexStoreError:
                raise
            except BaseException as error:
                if not _is_fault_of_store(error):
                    raise
                if self.server:
                    raise IndexStoreError(f"{self.server}: {self._complaint(error)}") from None
                return self._built_anew(rows, progress, source, error)

    def _built_anew(
        self,
        rows: Callable[[], Iterable[Row]],
        progress: Callable[[Progress], None],
        source: str,
        error: BaseException,
    ) -> SyncReport:
        reason = f"the index in {self.folder} could not be read ({_one_line(error)}) and is built anew"
        progress(Progress(f"index: {reason}", 0, 0))
        try:
            self._discard()
            report = self._bring_in_step(rows, progress, source)
        except Exception as again:
            raise IndexStoreError(f"{self.folder}: the index cannot be written: {_one_line(again)}") from None
        return SyncReport(report.added, report.removed, report.kept, reason)

    def nearest(self, vector: NDArray[np.float32], n: int) -> tuple[Hit, ...]:
        """Return the n rows nearest to a unit vector, nearest first; none while the server does not answer."""
        collection, stamp = self._open(), self._stamp
        if not (n := min(n, len(stamp.rows))):
            return ()
        asked = n + min(n, len(stamp.retired))
        try:
            while True:
                found = collection.query(query_embeddings=[vector], n_results=asked, include=["distances"])
                near = zip(found["ids"][0], found["distances"][0], strict=True)
                hits = [Hit(stamp.rows[key], 1.0 - float(gap)) for key, gap in near if key in stamp.rows]
                if len(hits) >= n or len(found["ids"][0]) < asked or asked >= (there := collection.count()):
                    self._lost = False
                    return tuple(hits[:n])
                asked = min(there, 4 * asked)
        except Exception as error:
            if not self.server or not _is_fault_of_store(error):
                raise
            if not self._lost:
                self._tell(Progress(f"index: {self.server}: {self._complaint(error)}; only templates match", 0, 0))
            self._lost = True
            return ()

    def among(self, vector: NDArray[np.float32], rows: Iterable[Row]) -> tuple[Hit, ...]:
        """Return how near those of the given rows are that are in the index, nearest first."""
        collection, stamp = self._open(), self._stamp
        if not (keys := [key for row in rows if (key := self._id(row)) in stamp.rows]):
            return ()
        try:
            found = collection.get(ids=keys, include=["embeddings"])
        except Exception as error:
            if not self.server or not _is_fault_of_store(error):
                raise
            return ()
        near = np.asarray(found["embeddings"], np.float32) @ vector
        hits = [Hit(stamp.rows[key], float(score)) for key, score in zip(found["ids"], near, strict=True)]
        return tuple(sorted(hits, key=lambda hit: -hit.score))

    def vectors(self, kinds: Collection[Kind]) -> tuple[tuple[Row, ...], Vectors]:
        """Return every row of the kinds with its vector, shape (rows, d): for what is trained on top of them."""
        collection, stamp = self._open(), self._stamp
        keys = [key for key, row in stamp.rows.items() if row.kind in kinds]
        rows, parts = list[Row](), list[Vectors]()
        for start in range(0, len(keys), _MANY):
            found = collection.get(ids=keys[start : start + _MANY], include=["embeddings"])
            rows += [stamp.rows[key] for key in found["ids"]]
            parts.append(np.asarray(found["embeddings"], np.float32))
        return tuple(rows), np.concatenate(parts) if parts else np.empty((0, 0), np.float32)

    def status(self) -> IndexStatus:
        """Return how large the index is and whether it is whole.

        Raises:
            IndexStoreError: the server does not answer.
        """
        try:
            collection, stamp = self._open(), self._stamp
            whole = bool(stamp.collection) and not self._unfinished() and self._counts(stamp)
            count = len(stamp.rows) or int(collection.count())
        except Exception as error:
            if not self.server or not _is_fault_of_store(error):
                raise
            raise IndexStoreError(f"{self.server}: {self._complaint(error)}") from None
        size = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()) if self.folder else 0
        return IndexStatus(count, self.folder, self._embedder.id, size, whole)

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            if self.server and self._client is not None:
                self._client.close()
            self._collection = self._client = None

    # -- inside

    def _key(self, source: str) -> str:
        return hashlib.sha256(f"{source}\0{self._embedder.id}".encode()).hexdigest() if source else ""

    def _id(self, row: Row) -> str:
        parts = (row.kind, row.owner, row.text, self._embedder.id)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    def _name(self) -> str:
        """Return the name of the collection: the embedder's, and on a server this folder's too."""
        mark = hashlib.sha256(self._embedder.id.encode()).hexdigest()[:12]
        name = f"phrases-{re.sub('[^A-Za-z0-9._-]+', '-', self._embedder.id)[:60]}-{mark}"
        return f"{name}-{self._owner()}" if self.server or self.folder is None else name

    def _owner(self) -> str:
        """Return what tells this folder from any other that uses the same server."""
        if self.folder is None:
            return uuid.uuid4().hex
        file = self.folder / "owner"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(uuid.uuid4().hex, encoding="utf-8")
        return file.read_text(encoding="utf-8").strip()

    def _open(self) -> Any:
        with self._lock:
            if self._collection is None:
                self._client = self._connected()
                name = self._name()
                hnsw = {"space": "cosine", "ef_search": 200}
                self._collection = self._client.get_or_create_collection(
                    name, embedding_function=None, configuration={"hnsw": hnsw}
                )
                told = _Stamp.read(self.folder / "stamp.json") if self.folder else _Stamp(name)
                self._stamp = told if told.collection == name else _Stamp()
            return self._collection

    def _connected(self) -> Any:
        chromadb = _import_chroma()
        settings = chromadb.Settings(anonymized_telemetry=False, is_persistent=not self.server and bool(self.folder))
        if self.server:
            url = urllib.parse.urlsplit(self.server)
            if url.scheme not in ("http", "https") or not url.hostname:
                raise IndexStoreError(f"[match] server: '{self.server}' is no address like http://host:8000")
            secure = url.scheme == "https"
            return chromadb.HttpClient(url.hostname, url.port or (443 if secure else 8000), secure, settings=settings)
        if self.folder is None:
            return chromadb.EphemeralClient(settings=settings)
        return chromadb.PersistentClient(path=str(self.folder / "chroma"), settings=settings)

    def _bring_in_step(
        self, rows: Callable[[], Iterable[Row]], progress: Callable[[Progress], None], source: str
    ) -> SyncReport:
        collection, key = self._open(), self._key(source)
        old = self._read_again()
        whole = not self._unfinished() and self._counts(old)
        if whole and key and old.source == key:
            self._probe()
            return SyncReport(0, 0, len(old.rows))
        wanted = {self._id(row): row for row in rows()}
        there = {*old.rows, *old.retired} if whole else set(collection.get(include=[])["ids"])
        added, removed = (
            [key for key in wanted if key not in there],
            [key for key in old.rows if key not in wanted and key in there],
        )
        if not whole or added or removed:
            self._mark(unfinished=True)
        self._add(added, wanted, progress)
        kept = {*wanted, *removed}
        before = _Stamp.read(self.folder / "stamp.json").collection if self.folder else ""
        self._commit(_Stamp(collection.name, key, wanted, tuple(removed), before if before != collection.name else ""))
        self._delete([key for key in there if key not in kept])
        self._probe()
        self._mark(unfinished=False)
        return SyncReport(len(added), len(removed), len(wanted) - len(added))

    def _add(self, keys: Sequence[str], rows: Mapping[str, Row], progress: Callable[[Progress], None]) -> None:
        """Embed rows and put them into the store, which takes one batch while the next is embedded."""
        collection, done, order = self._open(), 0, list[str]()
        for start in range(0, len(keys), _WINDOW):
            order += sorted(keys[start : start + _WINDOW], key=lambda key: len(rows[key].text))
        if keys:
            progress(Progress("index", 0, len(keys), "phrases"))
        waiting = deque[tuple[int, Future[None]]]()
        with ThreadPoolExecutor(1, "index") as store:
            for start in range(0, len(order) + 2 * _BATCH, _BATCH):
                if batch := order[start : start + _BATCH]:
                    vectors = self._embedder.embed([rows[key].text for key in batch])
                    waiting.append((len(batch), store.submit(collection.upsert, ids=batch, embeddings=vectors)))
                if waiting and (len(waiting) > 1 or not batch):
                    size, put = waiting.popleft()
                    put.result()
                    done += size
                    progress(Progress("index", done, len(keys), "phrases"))

    def _commit(self, stamp: _Stamp) -> None:
        if self.folder is not None:
            stamp.write(self.folder / "stamp.json")
        self._stamp = stamp

    def _delete(self, keys: Sequence[str]) -> None:
        """Delete rows that neither the index nor the one before it has, and collections that neither uses."""
        for start in range(0, len(keys), _MANY):
            self._open().delete(ids=keys[start : start + _MANY])
        if self.folder is None or self.server:
            return
        for each in self._client.list_collections():
            if each.name not in (self._stamp.collection, self._stamp.previous):
                self._client.delete_collection(each.name)

    def _read_again(self) -> _Stamp:
        """Return what the stamp says now that other processes are locked out."""
        if self.folder is not None:
            told = _Stamp.read(self.folder / "stamp.json")
            self._stamp = told if told.collection == self._open().name else _Stamp()
        return self._stamp

    def _counts(self, stamp: _Stamp) -> bool:
        return int(self._open().count()) == len(stamp.rows) + len(stamp.retired)

    def _mark(self, unfinished: bool) -> None:
        if self.folder is not None and unfinished:
            (self.folder / "unfinished").touch()
        elif self.folder is not None:
            (self.folder / "unfinished").unlink(missing_ok=True)

    def _unfinished(self) -> bool:
        return self.folder is not None and (self.folder / "unfinished").exists()

    def _probe(self) -> None:
        """Read one row and look it up, so that a store that opens but cannot answer is noticed now."""
        collection = self._open()
        one = collection.get(ids=list(self._stamp.rows)[:1] or ["none"], include=["embeddings"])
        if len(one["ids"]) != min(1, len(self._stamp.rows)):
            raise RuntimeError("rows are counted that are not there")
        if len(one["ids"]) and not collection.query(query_embeddings=one["embeddings"][:1], n_results=1)["ids"][0]:
            raise RuntimeError("rows are listed that cannot be found")

    def _complaint(self, error: BaseException) -> str:
        return f"the Chroma server does not answer ({_one_line(error)})"

    def _discard(self) -> None:
        self.close()
        self._stamp = _Stamp()
        if self.folder is not None:
            chromadb = _import_chroma()
            chromadb.api.client.SharedSystemClient.clear_system_cache()
            shutil.rmtree(self.folder / "chroma", ignore_errors=True)
            (self.folder / "stamp.json").unlink(missing_ok=True)

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
        "httpcore",
        "httpx",
        "chromadb_rust_bindings",
        "pyo3_runtime",
        "sqlite3",
        "builtins",
    )


def _one_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]
