"""The index of everything that can be said, kept in step with the files by content.

Only what changed is embedded: a row's id is a hash of the row and the embedder. `sync` makes the next `Snapshot` beside
the one in use, replaces it in one step and gives a `Retriever` over it; retrievers given before go on answering from
theirs. Vectors made before an interruption stand in a draft beside it and are not made again. Chroma follows the
snapshot by `follow`, which a running assistant calls in the background: nobody waits for it.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexStoreError
from assistant.events import Emit, Noticed, Progress
from assistant.file_lock import file_lock
from assistant.nlu.retrieval.chroma import VectorStore, VectorStoreError, is_installed, owner_of
from assistant.nlu.retrieval.retriever import Retriever
from assistant.nlu.retrieval.snapshot import Row, Snapshot, Vectors, no_vectors
from assistant.weights.cache_folder import size_of


class Embedder(Protocol):
    """Sentences to vectors."""

    @property
    def id(self) -> str:
        """A name that changes whenever the vectors would."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), d)."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The work of bringing the index in step."""

    added: int
    """Rows that were embedded."""
    removed: int
    kept: int


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The index as it stands."""

    rows: int
    folder: Path | None
    embedder: str
    bytes: int
    in_step: bool
    """True where Chroma, if it is installed, holds the rows of the snapshot."""
    fault: str = ""
    """The damage on the disk, in one line; empty where there is none."""


_Files: TypeAlias = tuple[tuple[str, int, int, int], ...]


class Index:
    """Rows and vectors in a folder, followed by Chroma in it or on a server; with `folder=None` in memory only.

    A server's collection is this folder's own.
    """

    def __init__(self, folder: Path | None, embedder: Embedder, server: str = "") -> None:
        self.folder = folder
        self.server = server
        self._embedder = embedder
        mark = folder / "chroma.json" if folder else None
        self._store = VectorStore(None if server or not folder else folder / "chroma", server, self._collection, mark)
        self._memory = Snapshot()
        self._held: dict[str, tuple[_Files, Snapshot]] = {}
        """Snapshots as they were read, each with the state of its files: one is read again when that is another."""
        self._unwritten: Snapshot | None = None
        """The last one, where it is in memory alone."""
        self._syncing, self._following = threading.Lock(), threading.Lock()

    def sync(
        self, rows: Callable[[], Iterable[Row]], emit: Emit, source: str = "", write: bool = True
    ) -> tuple[Retriever, SyncReport]:
        """Make the snapshot of the rows, under a lock that other processes respect, and return what searches it.

        `source` names the content that `rows` would be made from: where it equals that of the last snapshot, `rows` is
        not even called. Without `write` it is in memory until `follow`, so that an edit waits for no disk; who is ended
        before that embeds what is new in it once more.

        Raises:
            IndexStoreError: the folder cannot be written.
        """
        old, key = self._read(), self._source_key(source)
        if key and old.source == key:  # hundreds of processes may ask at once: none waits for another
            return self._retriever(old), SyncReport(0, 0, len(old.rows))
        with self._syncing, self._exclusively(emit):
            old = self._read()
            if key and old.source == key:
                return self._retriever(old), SyncReport(0, 0, len(old.rows))
            if old.fault:
                emit(Noticed(f"index: {old.fault}; made anew"))
            known = {id(row): key for key, row in old.rows.items()}
            wanted = {known.get(id(row)) or self._id(row): row for row in rows()}
            vectors, embedded = self._vectors(wanted, old, emit)
            snapshot = Snapshot(self._embedder.id, key, wanted, vectors)
            self._commit(snapshot, write)
            removed = sum(row not in wanted for row in old.rows)
            return self._retriever(snapshot), SyncReport(embedded, removed, len(wanted) - embedded)

    def apart(self, snapshot: Snapshot) -> Index:
        """Return an index in memory that begins with a snapshot: what is tried on it changes no file."""
        index = Index(None, self._embedder)
        index._memory = snapshot
        return index

    def is_current(self, source: str) -> bool:
        """True where the snapshot was made from that content, so that `sync` has nothing to do."""
        return self._read().source == self._source_key(source)

    def retriever(self) -> Retriever:
        """Search of the snapshot as it is now."""
        return self._retriever(self._read())

    def follow(self, retriever: Retriever, emit: Emit) -> None:
        """Write a retriever's snapshot where `sync` did not, and bring Chroma in step, which it asks from then on.

        A store that cannot be read is built anew, once. Without Chroma, as in the light installation, nothing is done.

        Raises:
            IndexStoreError: it cannot be written, or the server does not answer; the snapshot goes on answering.
        """

        def tell(done: int, total: int) -> None:
            emit(Progress("index in Chroma", done, total, "phrases"))

        if retriever.snapshot is self._unwritten:
            with self._syncing, self._exclusively(emit):
                if retriever.snapshot is self._unwritten:
                    self._write(retriever.snapshot)
        if not is_installed():
            if self.server:
                raise IndexStoreError("[match] server needs chromadb: pip install chromadb; searched without it")
            return
        with self._following, self._exclusively(emit, "chroma.lock"):
            try:
                self._store.follow(retriever.snapshot, tell)
            except VectorStoreError as fault:
                if self.server:
                    raise IndexStoreError(f"{self.server}: {fault}; searched without it") from None
                emit(Noticed(f"index: {self.folder}: {fault}; built anew"))
                self._rebuild(retriever, tell)

    def _rebuild(self, retriever: Retriever, tell: Callable[[int, int], None]) -> None:
        with self._writing():
            self._store.discard()
        try:
            self._store.follow(retriever.snapshot, tell)
        except VectorStoreError as fault:
            raise IndexStoreError(f"{self.folder}: Chroma cannot be written: {fault}; searched without it") from None

    def status(self) -> IndexStatus:
        """Return the size of the index and whether Chroma is in step with it."""
        snapshot = self._read()
        size = size_of(self.folder) if self.folder else 0
        in_step = bool(snapshot.rows) and (self._store.holds(snapshot) or not is_installed())
        return IndexStatus(len(snapshot.rows), self.folder, self._embedder.id, size, in_step, snapshot.fault)

    def close(self) -> None:
        """Let go of Chroma."""
        self._store.close()

    # -- inside

    def _retriever(self, snapshot: Snapshot) -> Retriever:
        return Retriever(snapshot, self._store, self._id)

    def _source_key(self, source: str) -> str:
        return hashlib.sha256(f"{source}\0{self._embedder.id}".encode()).hexdigest() if source else ""

    def _id(self, row: Row) -> str:
        return hashlib.sha256("\0".join((*row.fields(), self._embedder.id)).encode()).hexdigest()[:32]

    def _collection(self) -> str:
        return self._name

    @cached_property
    def _name(self) -> str:
        """Name of the collection: the embedder's, and on a server this folder's too."""
        name = f"phrases-{re.sub('[^A-Za-z0-9._-]+', '-', self._embedder.id)[:60]}-{self._mark}"
        return f"{name}-{owner_of(self.folder)}" if self.server or self.folder is None else name

    def _read(self, name: str = "snapshot") -> Snapshot:
        if self.folder is None:
            return self._memory
        files = self._files(name)
        if name not in self._held or self._held[name][0] != files:
            snapshot = Snapshot.read(self.folder, f"{name}-{self._mark}")
            self._held[name] = files, snapshot if snapshot.embedder == self._embedder.id else Snapshot()
        return self._held[name][1]

    def _files(self, name: str) -> _Files:
        """Return the state of a snapshot's files: another process may have replaced them."""
        assert self.folder is not None
        states = [(file.name, file.stat()) for file in self.folder.glob(f"{name}-{self._mark}*") if file.exists()]
        return tuple(sorted((name, state.st_ino, state.st_mtime_ns, state.st_size) for name, state in states))

    @cached_property
    def _mark(self) -> str:
        """The embedder's mark in names of files: one snapshot is kept for each."""
        return hashlib.sha256(self._embedder.id.encode()).hexdigest()[:12]

    def _commit(self, snapshot: Snapshot, write: bool) -> None:
        self._memory = snapshot
        if self.folder is None:
            return
        if write:
            self._write(snapshot)
        else:
            self._held["snapshot"], self._unwritten = (self._files("snapshot"), snapshot), snapshot

    def _write(self, snapshot: Snapshot) -> None:
        assert self.folder is not None
        with self._writing():
            snapshot.write(self.folder, f"snapshot-{self._mark}")
            Snapshot.discard(self.folder, f"draft-{self._mark}")
        self._held["snapshot"], self._unwritten = (self._files("snapshot"), snapshot), None

    def _vectors(
        self, wanted: Mapping[str, Row], old: Snapshot, progress: Callable[[Progress], None]
    ) -> tuple[Vectors, int]:
        """Return the vectors of the wanted rows, in their order, and how many had to be embedded."""
        draft = self._read("draft") if self.folder else Snapshot()
        fresh = [key for key in wanted if key not in old.rows and key not in draft.rows]
        embedded, order = self._embedded(fresh, wanted, progress)
        places = {key: place for place, key in enumerate(wanted)}
        known = [(part, [key for key in part.rows if key in places]) for part in (old, draft)]
        parts = [(keys, part.take(keys)) for part, keys in known if keys] + ([(order, embedded)] if order else [])
        if not parts:
            return no_vectors(), 0
        vectors = np.empty((len(wanted), parts[0][1].shape[1]), np.float32)
        for keys, content in parts:
            vectors[[places[key] for key in keys]] = content
        return vectors, len(fresh)

    def _embedded(
        self,
        keys: Sequence[str],
        rows: Mapping[str, Row],
        progress: Callable[[Progress], None],
        batch: int = 128,
    ) -> tuple[Vectors, list[str]]:
        """Embed rows in an order in which that is fast; a draft keeps what is done, for a twentieth of the time."""
        order = _by_length(keys, rows)
        if not order:
            return no_vectors(), order
        progress(Progress("index", 0, len(order), "phrases"))
        parts, due = list[Vectors](), time.monotonic() + 0.5
        for start in range(0, len(order), batch):
            done = min(start + batch, len(order))
            parts.append(self._embedder.embed([rows[key].text for key in order[start:done]]))
            progress(Progress("index", done, len(order), "phrases"))
            if self.folder and done < len(order) and (began := time.monotonic()) > due:
                self._save_draft({key: rows[key] for key in order[:done]}, np.concatenate(parts))
                due = time.monotonic() + max(0.5, 20 * (time.monotonic() - began))
        return np.concatenate(parts), order

    def _save_draft(self, rows: Mapping[str, Row], vectors: Vectors) -> None:
        assert self.folder is not None
        before = self._read("draft")
        kept = [key for key in before.rows if key not in rows]
        parts = [part for part in (before.take(kept), vectors) if len(part)]
        merged = {key: before.rows[key] for key in kept} | dict(rows)
        with self._writing():
            Snapshot(self._embedder.id, "", merged, np.concatenate(parts)).write(self.folder, f"draft-{self._mark}")

    @contextlib.contextmanager
    def _exclusively(self, progress: Callable[[Progress], None], name: str = "lock") -> Iterator[None]:
        """Hold a lock of the folder; other processes wait for it."""
        if self.folder is None:
            yield
            return
        task = "another process is making the index"
        with contextlib.ExitStack() as held:
            with self._writing():
                lock = file_lock(self.folder / name, lambda: progress(Progress(task, 0, 0)))
                if held.enter_context(lock):
                    progress(Progress(task, 1, 1))
            yield

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise IndexStoreError(f"{self.folder}: cannot be written: {reason}; choose [paths] data") from None


def _by_length(keys: Sequence[str], rows: Mapping[str, Row], window: int = 4096) -> list[str]:
    """Return the ids sorted by length within windows: a batch costs as much as its longest text."""
    windows = (keys[start : start + window] for start in range(0, len(keys), window))
    return [key for part in windows for key in sorted(part, key=lambda key: len(rows[key].text))]
