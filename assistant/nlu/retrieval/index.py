"""The index of everything that can be said, kept in step with the files by content.

Only what changed is embedded: a row's id is a hash of its kind, owner, text and the embedder. Which rows count, and
their vectors, is told by a `Snapshot`, which is replaced in one step; the store (Chroma) holds the same vectors, to
find the nearest ones fast. There, new rows are added before that step and old ones deleted after it, one change later,
so that whoever reads, and whoever was killed, has either the old index or the new one. Where the store fails, the
snapshot answers in its place, and the next `sync` builds the store anew from it. `unfinished` stands beside them while
a change is made.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexStoreError
from assistant.events import Progress
from assistant.nlu.retrieval.chroma import VectorStore, VectorStoreError
from assistant.nlu.retrieval.snapshot import Hit, Row, RowKind, Snapshot, Vectors, no_vectors
from assistant.weights.cache_folder import size_of

EXACT = 30_000
"""Rows among which all are compared in less time than the store takes: half a millisecond for 10,000. Beyond, its graph
is faster, but misses a row in a hundred after many edits."""

_BATCH = 128
_WINDOW = 4096
"""Rows that are sorted by length before they are embedded, since a batch costs what its longest text does."""

_PUT, _PUT_AFTER = 1024, 0.5
"""Rows that are put into the store at once, or as many as were embedded in so many seconds."""

_PROBED, _PROBED_AFTER_KILL = 20, 100
"""Rows that are looked up to see whether the store answers."""

_MISSED = 0.1
"""Share of them that the graph may miss."""

_ITSELF = 0.99
"""Cosine of a row to its own vector, at least, with what the store rounds."""

_AGAIN = 10.0
"""Seconds until a store that failed is asked again."""


class Embedder(Protocol):
    """Sentences to vectors."""

    @property
    def id(self) -> str:
        """A name that changes whenever the vectors would."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), d)."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What it took to bring the index in step."""

    added: int
    """Rows that were embedded."""
    removed: int
    kept: int
    rebuilt: str = ""
    """Why the store was built anew; empty where it was not."""


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
    """Nearest phrases, in a folder, with the store in it or on a Chroma server, or with `folder=None` in memory only.

    The server's collection is this folder's own. While `sync` works, `nearest` goes on to answer as before. Up to
    `exact` rows, all are compared; the store is kept in step with them but not asked.
    """

    def __init__(self, folder: Path | None, embedder: Embedder, server: str = "", exact: int = EXACT) -> None:
        self.folder = folder
        self.server = server
        self._exact = exact
        self._embedder = embedder
        self._store = VectorStore(None if server or not folder else folder / "chroma", server, lambda: self._name)
        self._known: Snapshot | None = None
        self._lock, self._syncing = threading.RLock(), threading.Lock()
        self._tell: Callable[[Progress], None] = lambda _: None
        self._failed_at = 0.0
        """When the store last failed; 0 while it answers."""

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
            except VectorStoreError as fault:
                if self.server:
                    raise IndexStoreError(f"{self.server}: {fault}") from None
                return self._built_anew(rows, progress, source, fault)

    def _built_anew(
        self,
        rows: Callable[[], Iterable[Row]],
        progress: Callable[[Progress], None],
        source: str,
        fault: VectorStoreError,
    ) -> SyncReport:
        reason = f"the index in {self.folder} could not be read ({fault}) and is built anew"
        progress(Progress(f"index: {reason}", 0, 0))
        self._store.discard()
        try:
            return replace(self._bring_in_step(rows, progress, source), rebuilt=reason)
        except VectorStoreError as again:
            raise IndexStoreError(f"{self.folder}: the index cannot be written: {again}") from None

    def nearest(self, vector: NDArray[np.float32], n: int) -> tuple[Hit, ...]:
        """Return the n rows nearest to a unit vector, nearest first."""
        snapshot = self._snapshot()
        if len(snapshot.rows) > self._exact and (not self._failed_at or time.monotonic() - self._failed_at > _AGAIN):
            try:
                hits = self._found(snapshot, vector, n)
            except VectorStoreError as fault:
                if not self._failed_at:
                    self._tell(Progress(f"index: {self.server or self.folder}: {fault}; searched without it", 0, 0))
                self._failed_at = time.monotonic()
            else:
                self._failed_at = 0.0
                return hits
        return snapshot.nearest(vector, n)

    def _found(self, snapshot: Snapshot, vector: Vectors, n: int) -> tuple[Hit, ...]:
        if not (n := min(n, len(snapshot.rows))):
            return ()
        asked = n + min(n, len(snapshot.retired))
        while True:
            found = self._store.nearest(vector, asked)
            hits = [Hit(snapshot.rows[key], score) for key, score in found if key in snapshot.rows]
            if len(hits) >= n:
                return tuple(hits[:n])
            if len(found) < asked or asked >= (there := self._store.count()):
                raise VectorStoreError("rows cannot be found that must be there")
            asked = min(there, 4 * asked)

    def among(self, vector: NDArray[np.float32], rows: Iterable[Row]) -> tuple[Hit, ...]:
        """Return how near those of the given rows are that are in the index, nearest first."""
        return self._snapshot().among(vector, [self._id(row) for row in rows])

    def vectors(self, kinds: Collection[RowKind]) -> tuple[tuple[Row, ...], Vectors]:
        """Return every row of the kinds with its vector, shape (rows, d): for what is trained on top of them."""
        snapshot = self._snapshot()
        keys = [key for key, row in snapshot.rows.items() if row.kind in kinds]
        return tuple(snapshot.rows[key] for key in keys), snapshot.take(keys) if keys else no_vectors()

    def status(self) -> IndexStatus:
        """Return how large the index is and whether it is whole.

        Raises:
            IndexStoreError: the server does not answer.
        """
        snapshot = self._snapshot()
        try:
            whole = bool(snapshot.collection) and not self._unfinished() and self._answers(snapshot)
        except VectorStoreError as fault:
            if self.server:
                raise IndexStoreError(f"{self.server}: {fault}") from None
            whole = False
        size = size_of(self.folder) if self.folder else 0
        return IndexStatus(len(snapshot.rows), self.folder, self._embedder.id, size, whole)

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    # -- inside

    def _key(self, source: str) -> str:
        return hashlib.sha256(f"{source}\0{self._embedder.id}".encode()).hexdigest() if source else ""

    def _id(self, row: Row) -> str:
        parts = (row.kind, row.owner, row.text, self._embedder.id)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    @cached_property
    def _name(self) -> str:
        """The name of the collection: the embedder's, and on a server this folder's too."""
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

    def _snapshot(self) -> Snapshot:
        """Return the rows as they were when this was opened, or after its own last sync."""
        with self._lock:
            if self._known is None:
                self._known = self._of_this_embedder(self._read())
            return self._known

    def _read(self) -> Snapshot:
        if self.folder is None:
            return self._known or Snapshot()
        return Snapshot.read(self.folder)

    def _of_this_embedder(self, told: Snapshot) -> Snapshot:
        return told if told.collection == self._name else Snapshot()

    def _bring_in_step(
        self, rows: Callable[[], Iterable[Row]], progress: Callable[[Progress], None], source: str
    ) -> SyncReport:
        told, key, killed = self._read(), self._key(source), self._unfinished()
        self._known = old = self._of_this_embedder(told)
        if key and old.source == key and not killed and self._answers(old):
            return SyncReport(0, 0, len(old.rows))
        whole = not killed and self._counts(old)
        wanted = {self._id(row): row for row in rows()}
        there = {*old.rows, *old.retired} if whole else self._store.ids()
        retired = tuple(each for each in old.rows if each not in wanted and each in there)
        if not whole or retired or not wanted.keys() <= old.rows.keys():
            self._mark(unfinished=True)
        order, vectors, embedded = self._gathered(wanted, old, there, progress)
        previous = "" if told.collection == self._name else told.collection
        self._commit(Snapshot(self._name, key, {each: wanted[each] for each in order}, vectors, retired, previous))
        self._store.delete([each for each in there.difference(retired) if each not in wanted])
        self._store.leave_only((self._name, previous))
        self._probe(_PROBED_AFTER_KILL if killed else _PROBED)
        self._mark(unfinished=False)
        return SyncReport(embedded, len(retired), len(wanted) - embedded)

    def _gathered(
        self, wanted: Mapping[str, Row], old: Snapshot, there: Collection[str], progress: Callable[[Progress], None]
    ) -> tuple[list[str], Vectors, int]:
        """Return the wanted ids and their vectors, and how many had to be embedded; all are in the store then."""
        kept = [each for each in old.rows if each in wanted]
        if lost := [each for each in kept if each not in there]:
            self._store.put(lost, old.take(lost))
        found, theirs = self._store.vectors([each for each in wanted if each in there and each not in old.rows])
        known = {*kept, *found}
        fresh = _by_length([each for each in wanted if each not in known], wanted)
        embedded = self._embedded(fresh, wanted, progress)
        parts = [part for part in (old.take(kept), theirs, embedded) if len(part)]
        return [*kept, *found, *fresh], np.concatenate(parts) if parts else no_vectors(), len(fresh)

    def _embedded(self, keys: Sequence[str], rows: Mapping[str, Row], progress: Callable[[Progress], None]) -> Vectors:
        """Embed rows and put them into the store, in turn: both use every core."""
        if not keys:
            return no_vectors()
        progress(Progress("index", 0, len(keys), "phrases"))
        parts, put, began = list[Vectors](), 0, time.monotonic()
        for start in range(0, len(keys), _BATCH):
            parts.append(self._embedder.embed([rows[key].text for key in keys[start : start + _BATCH]]))
            done = min(start + _BATCH, len(keys))
            if done - put >= _PUT or done == len(keys) or time.monotonic() - began > _PUT_AFTER:
                self._store.put(keys[put:done], np.concatenate(parts[put // _BATCH :]))
                progress(Progress("index", done, len(keys), "phrases"))
                put, began = done, time.monotonic()
        return np.concatenate(parts)

    def _commit(self, snapshot: Snapshot) -> None:
        if self.folder is not None:
            with self._writing():
                snapshot.write(self.folder)
        self._known = snapshot

    def _answers(self, snapshot: Snapshot) -> bool:
        """Return whether the store holds these rows and answers; one that is not asked is not even opened."""
        if len(snapshot.rows) <= self._exact:
            return True
        if not self._counts(snapshot):
            return False
        self._probe(_PROBED)
        return True

    def _counts(self, snapshot: Snapshot) -> bool:
        return self._store.count() == len(snapshot.rows) + len(snapshot.retired)

    def _mark(self, unfinished: bool) -> None:
        if self.folder is None:
            return
        with self._writing():
            if unfinished:
                (self.folder / "unfinished").touch()
            else:
                (self.folder / "unfinished").unlink(missing_ok=True)

    def _unfinished(self) -> bool:
        return self.folder is not None and (self.folder / "unfinished").exists()

    def _probe(self, count: int) -> None:
        """Look some rows up, so that a store that opens but cannot answer is noticed now."""
        vectors = self._snapshot().vectors
        places = np.unique(np.linspace(0, len(vectors) - 1, count).astype(int)) if len(vectors) else ()
        found = [self._store.nearest(vectors[at], 1) for at in places]
        if sum(not near or near[0][1] < _ITSELF for near in found) > _MISSED * count:
            raise VectorStoreError("rows cannot be found that must be there")

    @contextlib.contextmanager
    def _exclusively(self) -> Iterator[None]:
        """Hold the folder's lock; other processes wait for it."""
        if self.folder is None:
            yield
            return
        import filelock

        lock = filelock.FileLock(self.folder / "lock")
        with self._writing():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = error.strerror or str(error)
            raise IndexStoreError(f"{self.folder}: the index cannot be written: {what}; choose [paths] data") from None


def _by_length(keys: Sequence[str], rows: Mapping[str, Row]) -> list[str]:
    """Return the ids in an order in which their texts are embedded fast."""
    windows = (keys[start : start + _WINDOW] for start in range(0, len(keys), _WINDOW))
    return [key for window in windows for key in sorted(window, key=lambda key: len(rows[key].text))]
