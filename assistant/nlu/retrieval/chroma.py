"""Vectors by id in Chroma: in a folder, on a server, or in memory. Whatever goes wrong is a `VectorStoreError`."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import re
import shutil
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import IndexStoreError
from assistant.nlu.retrieval.snapshot import Snapshot, Vectors
from assistant.private_file import mend, private_folder, write

_BATCH = 5000
"""Ids in one request; Chroma refuses many more."""

_TIMEOUT = 2.0
"""Seconds in which a server must answer a search: a turn waits for it."""

_RETRY = 10.0
"""Seconds until a store that failed is asked again."""

_GRAPH: dict[str, Any] = {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 600}
"""An HNSW graph that misses fewer than one of a thousand first fives among 10,000 rows (benchmarks: index)."""

_DECAYED = 0.05
"""Share of rows deleted since the graph was built from which on it is built anew: deleted nodes cut it up."""


class VectorStoreError(Exception):
    """The store cannot be read or written, and why, in one line."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """The state of the collection as of the last completed change."""

    revision: str = ""
    """The snapshot that it holds; empty while it is changed."""
    deleted: int = 0
    """Rows deleted since the graph was built."""
    change: str = ""
    """Name of the change, another one each time."""


class VectorStore:
    """One collection of Chroma, which follows a `Snapshot`. Safe to use from several threads.

    It is opened by `follow` and never by a search: the import alone takes half a second. `mark` is a file beside it
    that says which snapshot it holds; another process that changes the collection changes the mark.
    """

    def __init__(
        self,
        folder: Path | None,
        server: str,
        name: Callable[[], str],
        mark: Path | None,
        ef_search: int = _GRAPH["ef_search"],
        misses: int = 1,
    ) -> None:
        """Take the width of a search, and the misses among fifty probes from which on the graph is built anew."""
        self._folder, self._server, self._name, self._file = folder, server, name, mark
        self._graph, self._misses = _GRAPH | {"ef_search": ef_search}, misses
        self._client: Any = None
        self._collection: Any = None
        self._lock = threading.RLock()
        self._mark = _Mark()
        self._marked_at = -1
        """Time of the mark's file when it was read, in ns."""
        self._seen = ""
        """The change that the open collection knows: Chroma reads nothing that another process wrote after opening."""
        self._failed_at = 0.0
        """When a search last failed, by the monotonic clock; 0 while it answers."""

    # -- searching

    def holds(self, snapshot: Snapshot) -> bool:
        """True where the mark says that the collection holds the rows of the snapshot."""
        return self._read_mark().revision == snapshot.revision

    def answers_for(self, snapshot: Snapshot) -> bool:
        """True where the collection is open, holds the rows of the snapshot and has not just failed."""
        if self._collection is None or not self.holds(snapshot) or self._mark.change != self._seen:
            return False
        return not self._failed_at or time.monotonic() - self._failed_at > _RETRY

    def nearest(self, vector: Vectors, n: int) -> list[str]:
        """Return the ids of the n vectors nearest to one, nearest first.

        Raises:
            VectorStoreError: the collection is not open, does not answer, or not within the time of a turn.
        """

        def search() -> Any:
            return self._collection.query(query_embeddings=[vector], n_results=n, include=[])

        try:
            with faults(self._server):
                found = _within(_TIMEOUT, search) if self._server else search()
                self._failed_at = 0.0
                return list(found["ids"][0])
        except VectorStoreError:
            self._failed_at = time.monotonic()
            raise

    # -- following a snapshot

    def follow(self, snapshot: Snapshot, progress: Callable[[int, int], None]) -> None:
        """Open the collection and bring it in step with a snapshot; a graph that has decayed is built anew.

        Raises:
            VectorStoreError: it cannot be read or written.
        """
        with self._lock, faults(self._server):
            mark = self._read_mark()
            if mark.change != self._seen:
                self._forget()
            collection, self._seen = self._open(), mark.change
            if mark.revision == snapshot.revision and collection.count() == len(snapshot.rows):
                if self._agrees(snapshot):
                    return
                mark = _Mark(deleted=len(snapshot.rows))
            self._write_mark(_Mark(deleted=mark.deleted))
            present = set(collection.get(include=[])["ids"])
            stale = [key for key in present if key not in snapshot.rows]
            deleted = mark.deleted + len(stale)
            if deleted > _DECAYED * len(snapshot.rows):
                deleted = self._rebuild(snapshot, progress)
            else:
                for start in range(0, len(stale), _BATCH):
                    collection.delete(ids=stale[start : start + _BATCH])
                self._put(snapshot, [key for key in snapshot.rows if key not in present], progress)
                if not self._agrees(snapshot):
                    deleted = self._rebuild(snapshot, progress)
            for other in self._client.list_collections() if self._folder else ():
                if other.name != self._name():
                    self._client.delete_collection(other.name)
            self._write_mark(_Mark(snapshot.revision, deleted))
            if self._folder is not None:
                mend(self._folder)  # Chroma writes files that others may read

    def _rebuild(self, snapshot: Snapshot, progress: Callable[[int, int], None]) -> int:
        self._client.delete_collection(self._name())
        self._collection = None
        self._open()
        self._put(snapshot, list(snapshot.rows), progress)
        return 0

    def _put(self, snapshot: Snapshot, keys: Sequence[str], progress: Callable[[int, int], None]) -> None:
        for start in range(0, len(keys), _BATCH // 5):
            batch = list(keys[start : start + _BATCH // 5])
            metadata = [dict(snapshot.rows[key].metadata()) for key in batch]
            documents = [snapshot.rows[key].text for key in batch]
            self._collection.upsert(ids=batch, embeddings=snapshot.take(batch), metadatas=metadata, documents=documents)
            progress(start + len(batch), len(keys))

    def _agrees(self, snapshot: Snapshot, probes: int = 50, first: int = 5) -> bool:
        """True where the first rows by the graph are those by comparison with all, for a sample of the rows."""
        places = np.unique(np.linspace(0, len(snapshot.rows) - 1, probes).astype(int)) if snapshot.rows else ()
        misses = 0
        for place in places:
            vector = np.asarray(snapshot.vectors[place], np.float32)
            found = self._collection.query(query_embeddings=[vector], n_results=first, include=[])["ids"][0]
            misses += not same_scores(snapshot.among(vector, found), snapshot.nearest(vector, first))
        return misses <= self._misses

    # -- opening and closing

    def discard(self) -> None:
        """Delete the collection's folder, so that the next `follow` builds it anew."""
        self._forget()
        self._write_mark(_Mark())
        if self._folder is not None:
            if self._folder.is_file():
                self._folder.unlink()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _forget(self) -> None:
        """Let go of the collection and of what Chroma keeps of it in memory."""
        self.close()
        if self._folder is not None:
            _import_chroma().api.client.SharedSystemClient.clear_system_cache()

    def close(self) -> None:
        """Let go of the collection."""
        with self._lock:
            if self._server and self._client is not None:
                release(self._client)
            self._collection = self._client = None

    def _open(self) -> Any:
        if self._collection is None:
            self._client = self._connected()
            self._collection = self._client.get_or_create_collection(
                self._name(), embedding_function=None, configuration={"hnsw": self._graph}
            )
        return self._collection

    def _connected(self) -> Any:
        if self._server:
            return connect(self._server)
        chromadb = _import_chroma()
        settings = _settings(chromadb, is_persistent=self._folder is not None)
        if self._folder is None:
            return chromadb.EphemeralClient(settings=settings)
        return chromadb.PersistentClient(path=str(private_folder(self._folder)), settings=settings)

    # -- the mark

    def _read_mark(self) -> _Mark:
        if self._file is None:
            return self._mark
        try:
            changed = self._file.stat().st_mtime_ns
            if changed != self._marked_at:
                parts = json.loads(self._file.read_text(encoding="utf-8"))
                self._mark, self._marked_at = (
                    _Mark(str(parts["revision"]), int(parts["deleted"]), str(parts["change"])),
                    changed,
                )
        except Exception:  # a damaged file raises anything: RecursionError, OverflowError
            return _Mark()
        return self._mark

    def _write_mark(self, mark: _Mark) -> None:
        self._mark = mark = replace(mark, change=uuid.uuid4().hex)
        self._seen = mark.change
        if self._file is None:
            return
        private_folder(self._file.parent)
        write(self._file, json.dumps(asdict(mark)))
        self._marked_at = -1


@contextlib.contextmanager
def faults(server: str) -> Iterator[None]:
    """Turn any failure into a VectorStoreError: Chroma's Rust core panics with a BaseException of its own."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError, IndexStoreError, VectorStoreError):
        raise
    except BaseException as error:
        line = (str(error).splitlines() or [""])[0][:160] or type(error).__name__
        raise VectorStoreError(f"the Chroma server does not answer ({line})" if server else line) from error


def connect(server: str) -> Any:
    """Open a client of a Chroma server.

    Raises:
        IndexStoreError: its address is none.
        Exception: it does not answer.
    """
    chromadb = _import_chroma()
    url = urllib.parse.urlsplit(server)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise IndexStoreError(f"[match] server: '{server}' is no address like http://host:8000")
    import httpx

    # Chroma's own client would wait for ever for a server that hangs
    httpx.get(f"{server.rstrip('/')}/api/v2/heartbeat", timeout=_TIMEOUT).raise_for_status()
    secure, settings = url.scheme == "https", _settings(chromadb, is_persistent=False)
    return chromadb.HttpClient(url.hostname, url.port or (443 if secure else 8000), secure, settings=settings)


def release(client: Any) -> None:
    """Let go of a client; the connections of the last one to a server are closed, which Chroma leaves to chance."""
    client.close()
    with contextlib.suppress(AttributeError):
        if client._identifier not in client._identifier_to_system:
            for part in (client, client._admin_client):
                part._server._session.close()


def _settings(chromadb: Any, is_persistent: bool) -> Any:
    return chromadb.Settings(
        _env_file=None,  # a `.env` in whatever folder the assistant is started from
        anonymized_telemetry=False,
        chroma_otel_granularity="none",
        is_persistent=is_persistent,
    )


def same_scores(one: Sequence[Any], other: Sequence[Any], tolerance: float = 1e-5) -> bool:
    """True where two rankings are equally near, place by place: rows of equal text change places freely."""
    return len(one) == len(other) and all(abs(a.score - b.score) <= tolerance for a, b in zip(one, other, strict=True))


def _within(seconds: float, call: Callable[[], Any]) -> Any:
    """Return the result of a call; TimeoutError where it takes longer, and the call is left to itself."""
    result = Future[Any]()

    def run() -> None:
        try:
            result.set_result(call())
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, name="ask the Chroma server", daemon=True).start()
    return result.result(seconds)


def owner_of(folder: Path | None) -> str:
    """Return the name that tells a folder from any other that uses the same server, made where it has none."""
    if folder is None:
        return uuid.uuid4().hex
    file = folder / "owner"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if re.fullmatch("[0-9a-f]{32}", name := file.read_text(encoding="utf-8").strip()):
            return name
    private_folder(file.parent)
    write(file, name := uuid.uuid4().hex)
    return name


def is_installed() -> bool:
    """True where Chroma can be imported: the light installation leaves it out."""
    return importlib.util.find_spec("chromadb") is not None


def _import_chroma() -> Any:
    import chromadb
    import chromadb.api.client

    logging.getLogger("chromadb").setLevel(logging.ERROR)
    return chromadb
