"""The nearest rows to a vector: from Chroma once it is open and in step, from the snapshot until then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from assistant.nlu.retrieval.chroma import VectorStore, VectorStoreError
from assistant.nlu.retrieval.snapshot import Hit, Row, RowKind, Snapshot, Vectors, no_vectors


class Retriever:
    """The rows of one moment, never changed; safe to use from several threads.

    Chroma chooses the rows, the snapshot's own vectors give their scores: a decision does not depend on which of the
    two was asked.
    """

    def __init__(self, snapshot: Snapshot, store: VectorStore, key: Callable[[Row], str]) -> None:
        self.snapshot = snapshot
        self._store, self._key = store, key

    def nearest(self, vector: Vectors, n: int) -> tuple[Hit, ...]:
        """Return the n rows nearest to a unit vector, shape (d,), nearest first."""
        n = min(n, len(self.snapshot.rows))
        if n and self._store.answers_for(self.snapshot):
            try:
                hits = self.snapshot.among(vector, self._store.nearest(vector, n))
            except VectorStoreError:
                hits = ()
            if len(hits) == n:
                return hits
        return self.snapshot.nearest(vector, n)

    def among(self, vector: Vectors, rows: Iterable[Row]) -> tuple[Hit, ...]:
        """Return those of the given rows that are indexed, nearest to a unit vector first."""
        return self.snapshot.among(vector, [self._key(row) for row in rows])

    def vectors(self, kinds: Collection[RowKind]) -> tuple[tuple[Row, ...], Vectors]:
        """Return every row of the kinds with its vector, shape (rows, d): for what is trained on top of them."""
        keys = [key for key, row in self.snapshot.rows.items() if row.kind in kinds]
        return tuple(self.snapshot.rows[key] for key in keys), self.snapshot.take(keys) if keys else no_vectors()
