"""The index of documents: the passages of one moment with their vectors, kept by what they say.

A passage that is moved, or stands in another file, keeps its vector. Embedding goes on where it was broken off, and
whoever searches meanwhile has the passages that are embedded so far. Passages are rows of an index of their own, so
that they are never among the neighbours of a command and cost nothing where nobody has documents.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from assistant.authoring.documents.passage import DocumentSet, Passage
from assistant.authoring.pictures.picture import Picture
from assistant.errors import IndexStoreError
from assistant.events import Emit, Progress
from assistant.file_lock import file_lock
from assistant.nlu.retrieval.chroma import VectorStore, VectorStoreError, is_installed, owner_of
from assistant.nlu.retrieval.index import Embedder
from assistant.nlu.retrieval.passages.vector_file import VectorFile
from assistant.nlu.retrieval.retriever import Retriever
from assistant.nlu.retrieval.snapshot import Hit, Row, RowKind, Snapshot, Vectors, no_vectors


class NearPassage(NamedTuple):
    """A passage near a vector."""

    passage: Passage
    score: float
    """Cosine similarity."""
    key: str
    """Of the passage, which would be a hash made anew."""


@dataclass(frozen=True, slots=True)
class PassageRow(Row):
    """A passage as a row of the index."""

    passage: Passage | None = None

    def metadata(self) -> dict[str, str]:
        """Return the place of the passage, for the filters of a vector store."""
        passage = self.passage
        assert passage is not None
        place = {"line": str(passage.line), "page": str(passage.page), "headings": " › ".join(passage.headings)}
        if isinstance(passage, Picture):
            place = {"taken": passage.facts.taken, "place": passage.facts.place, "camera": passage.facts.camera}
        return {"kind": self.kind, "owner": self.owner, "source": passage.name, "form": passage.kind, **place}


class _Rows(Mapping[str, Row]):
    """The rows of passages by key, each made when it is asked for."""

    def __init__(self, documents: DocumentSet, keys: Iterable[str]) -> None:
        self._documents, self._keys = documents, dict.fromkeys(keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __getitem__(self, key: str) -> PassageRow:
        passage = self._documents.passage(key)
        kind: RowKind = "picture" if isinstance(passage, Picture) else "passage"
        return PassageRow(kind, key, passage.embedded_text, "", passage.name, "text", passage)


class PassageSearch:
    """The documents of one moment, and those of their passages that are embedded; it never changes."""

    def __init__(
        self,
        documents: DocumentSet | None = None,
        retriever: Retriever | None = None,
        index: PassageIndex | None = None,
    ) -> None:
        self.documents = documents or DocumentSet()
        self._retriever = retriever
        self.index = index
        """Makes the next search; this one searches only its own passages."""

    def __len__(self) -> int:
        return len(self.documents.passages)

    @property
    def embedded(self) -> int:
        """Passages that can be found by meaning; those that say the same count once."""
        return len(self._retriever.snapshot.rows) if self._retriever else 0

    def nearest(self, vector: Vectors, n: int) -> tuple[NearPassage, ...]:
        """Return the n passages nearest to a unit vector, shape (d,), nearest first."""
        return _near(self._retriever.nearest(vector, n)) if self._retriever else ()

    def among(self, vector: Vectors, keys: Iterable[str], n: int | None = None) -> tuple[NearPassage, ...]:
        """Return the passages of the keys that are embedded, nearest to a unit vector first, at most n."""
        return _near(self._retriever.snapshot.among(vector, keys, n)) if self._retriever else ()

    def has(self, key: str) -> bool:
        """True of a passage that is embedded."""
        return self._retriever is not None and key in self._retriever.snapshot.rows

    def vectors(self, keys: Sequence[str]) -> Vectors:
        """Return the vectors of keys that are embedded, shape (keys, d)."""
        return self._retriever.snapshot.take(keys) if self._retriever else no_vectors()

    @property
    def retriever(self) -> Retriever | None:
        """Search of the rows; None where nothing is embedded."""
        return self._retriever


def _near(hits: Iterable[Hit]) -> tuple[NearPassage, ...]:
    return tuple(
        NearPassage(hit.row.passage, hit.score, hit.row.owner)
        for hit in hits
        if isinstance(hit.row, PassageRow) and hit.row.passage is not None
    )


class PassageIndex:
    """Vectors of passages in a folder, followed by Chroma in it or on a server; with `folder=None` in memory only."""

    def __init__(self, folder: Path | None, embedder: Embedder, server: str = "", noun: str = "documents") -> None:
        """Take the folder, and what is learnt in a word, as progress tells it."""
        self._folder, self._embedder, self._server, self._noun = folder, embedder, server, noun
        self._vectors = VectorFile(folder / f"passages-{self._mark}.vectors" if folder else None)
        mark = folder / "chroma.json" if folder else None
        place = None if server or not folder else folder / "chroma"
        # half as wide a search as for phrases: among 100,000 it is as quick as bare Chroma, and words find the rest
        self._store = VectorStore(place, server, self._collection, mark, ef_search=250, misses=5)

    def search(self, documents: DocumentSet) -> PassageSearch:
        """Search of the passages that are embedded by now; nothing is embedded."""
        places, vectors = self._vectors.read()
        keys = [key for key in places if key in documents.places] if documents.passages else []
        if not keys:
            return PassageSearch(documents, None, self)
        if len(keys) < len(vectors):
            vectors = vectors[[places[key] for key in keys]]
        snapshot = Snapshot(self._embedder.id, documents.digest, _Rows(documents, keys), vectors)
        return PassageSearch(documents, Retriever(snapshot, self._store, lambda row: row.owner), self)

    def missing(self, documents: DocumentSet) -> list[str]:
        """List the keys of the passages that are not embedded."""
        places, _ = self._vectors.read()
        return [key for key in documents.places if key not in places]

    def embed(
        self,
        documents: DocumentSet,
        emit: Emit,
        stop: Callable[[], bool] = bool,
        batch: int = 128,
        embedder: Embedder | None = None,
    ) -> PassageSearch:
        """Embed what is missing, forget what is no more, and return the search of all; `stop` ends it early.

        Another `embedder` of the same model may do it, whose threads are not those of a turn.

        Raises:
            IndexStoreError: the folder cannot be written.
        """
        with self._writing(emit):
            self._embed(documents, emit, stop, batch, embedder or self._embedder)
        return self.search(documents)

    def _embed(
        self, documents: DocumentSet, emit: Emit, stop: Callable[[], bool], batch: int, embedder: Embedder
    ) -> None:
        self._vectors.keep(documents.places)
        missing = self.missing(documents)
        for start in range(0, len(missing), 16 * batch):
            texts = {key: documents.passage(key).embedded_text for key in missing[start : start + 16 * batch]}
            order = sorted(texts, key=lambda key: len(texts[key]))  # a batch costs as much as its longest text
            for first in range(0, len(order), batch):
                if stop():
                    return
                keys = order[first : first + batch]
                emit(Progress(f"learning your {self._noun}", start + first, len(missing), "passages"))
                self._vectors.append(keys, embedder.embed([texts[key] for key in keys]))
        if missing:
            emit(Progress(f"learning your {self._noun}", len(missing), len(missing), "passages"))

    def take(self, keys: Sequence[str], vectors: Vectors, emit: Emit) -> None:
        """Keep vectors that the same embedder made elsewhere, but for those of keys that have one.

        Raises:
            IndexStoreError: the folder cannot be written.
        """
        with self._writing(emit):
            places, present = self._vectors.read()
            fresh = [place for place, key in enumerate(keys) if key not in places]
            length = present.shape[1] if len(present) else self._embedder.embed(["a"]).shape[1]
            if fresh and vectors.shape[1] == length:
                self._vectors.append([keys[place] for place in fresh], vectors[fresh])

    def follow(self, search: PassageSearch, emit: Emit) -> None:
        """Bring Chroma in step with the passages of a search, so that it asks Chroma from then on.

        Raises:
            IndexStoreError: it cannot be written, or the server does not answer; the vectors kept here go on answering.
        """
        if search.retriever is None or not is_installed():
            return
        snapshot = search.retriever.snapshot

        def tell(done: int, total: int) -> None:
            emit(Progress(f"{self._noun} in Chroma", done, total, "passages"))

        with self._exclusively(emit, "chroma.lock"):
            try:
                self._store.follow(snapshot, tell)
            except VectorStoreError as fault:
                if self._server:
                    raise IndexStoreError(f"{self._server}: {fault}; searched without it") from None
                self._store.discard()
                try:
                    self._store.follow(snapshot, tell)
                except VectorStoreError as again:
                    message = f"{self._folder}: Chroma cannot be written: {again}; searched without it"
                    raise IndexStoreError(message) from None

    def close(self) -> None:
        """Let go of Chroma."""
        self._store.close()

    @cached_property
    def _mark(self) -> str:
        return hashlib.sha256(self._embedder.id.encode()).hexdigest()[:12]

    def _collection(self) -> str:
        return f"passages-{self._mark}-{owner_of(self._folder)}" if self._server else f"passages-{self._mark}"

    @contextlib.contextmanager
    def _writing(self, emit: Emit) -> Iterator[None]:
        try:
            with self._exclusively(emit):
                yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise IndexStoreError(f"{self._folder}: cannot be written: {reason}; choose [paths] data") from None

    @contextlib.contextmanager
    def _exclusively(self, emit: Emit, name: str = "lock") -> Iterator[None]:
        """Hold a lock of the folder; other processes wait for it."""
        if self._folder is None:
            yield
            return
        task = f"another process is learning the {self._noun}"
        with file_lock(self._folder / name, lambda: emit(Progress(task, 0, 0))) as has_waited:
            if has_waited:
                emit(Progress(task, 1, 1))
            yield
