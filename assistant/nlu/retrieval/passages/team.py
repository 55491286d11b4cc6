"""Documents of a team: passages with their vectors in one collection of a Chroma server.

Whoever names the collection copies it, and answers from the copy, also while the server is gone. What somebody shares
stands there with the sharer's mark; what others share is never changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np

from assistant.authoring.documents.passage import Passage, PassageKind
from assistant.errors import IndexStoreError
from assistant.nlu.retrieval.chroma import VectorStoreError, connect, faults, release
from assistant.nlu.retrieval.snapshot import Vectors


@dataclass(frozen=True, slots=True)
class TeamCopy:
    """What the others share, as of one moment."""

    revision: str
    """Changes whenever somebody shares something else; empty where it changed meanwhile."""
    passages: tuple[Passage, ...]
    """Of each document in their order; their `file` is `Path()`, since it is not on this machine."""
    vectors: Vectors | None
    """Unit vectors, shape (passages, d); None where another embedder made them."""


class _SharedRow(NamedTuple):
    """A passage as it stands on the server."""

    order: tuple[str, str, int]
    """Owner, document, and place in it."""
    passage: Passage
    vector: Any
    """Its numbers, as the server gives them."""


class TeamCollection:
    """The collection of a team on a server.

    Args:
        server: its address.
        team: name that the members agreed on.
        owner: mark of this member.
        embedder: id of the embedder that makes the vectors.

    Raises:
        IndexStoreError: the name cannot be that of a collection.
    """

    def __init__(self, server: str, team: str, owner: str, embedder: str) -> None:
        if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,60}[A-Za-z0-9])?", team):
            raise IndexStoreError(f"[match] team: '{team}' may have letters, digits and . _ - between them, at most 62")
        if not server:
            raise IndexStoreError("[match] team: needs [match] server, the address of the Chroma server that has it")
        self._server, self._team, self._owner, self._embedder = server, team, owner, embedder

    def fetch(self, revision: str, batch: int = 1000) -> TeamCopy | None:
        """Return the passages that the others share; None where nothing has changed since a revision.

        Raises:
            IndexStoreError: the server does not answer.
        """
        with self._client() as client:
            collection = self._existing(client)
            if (now := _revision(collection)) == revision:
                return None
            rows = list[_SharedRow]()
            asked = {"where": {"owner": {"$ne": self._owner}}, "include": ["documents", "metadatas", "embeddings"]}
            for start in range(0, collection.count(), batch) if collection else ():
                page = collection.get(limit=batch, offset=start, **asked)
                columns = zip(page["documents"], page["metadatas"], page["embeddings"], strict=True)
                rows += filter(None, (self._read(*row) for row in columns))
            rows.sort(key=lambda row: row.order)
            is_alike = bool(collection) and collection.metadata.get("embedder") == self._embedder
            is_whole = not collection or _revision(self._existing(client)) == now
            return TeamCopy(
                now if is_whole else "",
                tuple(row.passage for row in rows),
                _unit([row.vector for row in rows]) if is_alike and rows else None,
            )

    def publish(self, passages: Sequence[Passage], vectors_of: Callable[[Sequence[str]], Vectors]) -> int:
        """Bring the passages that this member shares in step with these; return the number of changed rows.

        Raises:
            IndexStoreError: the server does not answer, or the others use another embedder.
        """
        with self._client() as client:
            metadata = {"embedder": self._embedder, "revision": ""}
            collection = client.get_or_create_collection(self._name, metadata=metadata, embedding_function=None)
            if collection.metadata.get("embedder") != self._embedder:
                raise IndexStoreError(f"team '{self._team}': learns with another embedder: see [match] embedder")
            rows = self._rows(passages)
            mine = collection.get(where={"owner": self._owner}, include=["metadatas"])
            before = dict(zip(mine["ids"], mine["metadatas"], strict=True))
            stale = [key for key in before if key not in rows]
            fresh = [key for key, (_, metadata) in rows.items() if before.get(key) != metadata]
            for start in range(0, len(stale), 1000):
                collection.delete(ids=stale[start : start + 1000])
            for start in range(0, len(fresh), 1000):
                keys = fresh[start : start + 1000]
                collection.upsert(
                    ids=keys,
                    documents=[rows[key][0].text for key in keys],
                    metadatas=[rows[key][1] for key in keys],
                    embeddings=vectors_of([rows[key][0].key for key in keys]),
                )
            if stale or fresh:
                collection.modify(metadata={"embedder": self._embedder, "revision": uuid.uuid4().hex})
            return len(stale) + len(fresh)

    @property
    def _name(self) -> str:
        return f"team-{self._team}"

    def _existing(self, client: Any) -> Any:
        """Find the collection; None where nobody has shared anything."""
        names = (collection.name for collection in client.list_collections(limit=100_000))
        return client.get_collection(self._name, embedding_function=None) if self._name in names else None

    @contextlib.contextmanager
    def _client(self) -> Iterator[Any]:
        """Open a client for a while; whatever goes wrong is an IndexStoreError."""
        try:
            with faults(self._server):
                client = connect(self._server)
                try:
                    yield client
                finally:
                    release(client)
        except VectorStoreError as fault:
            raise IndexStoreError(f"{self._server}: {fault}; the team's documents are as they were last seen") from None

    def _rows(self, passages: Sequence[Passage]) -> Mapping[str, tuple[Passage, Mapping[str, Any]]]:
        """Map ids to passages with what is said of them; no path on this machine is."""
        rows = dict[str, tuple[Passage, Mapping[str, Any]]]()
        for place, passage in enumerate(passages):
            key = hashlib.sha256("\0".join((self._owner, passage.name, passage.key)).encode()).hexdigest()[:32]
            rows.setdefault(key, (passage, {
                "owner": self._owner, "name": passage.name, "headings": json.dumps(passage.headings),
                "line": passage.line, "page": passage.page, "form": passage.kind, "place": place,
            }))  # fmt: skip
        return rows

    def _read(self, text: Any, metadata: Any, vector: Any, longest: int = 20_000) -> _SharedRow | None:
        """Read a row; None where it is of another kind, or longer than a passage is."""
        try:
            headings = tuple(" ".join(str(heading).split()) for heading in json.loads(metadata["headings"]))
            name = f"{self._team}/{' '.join(str(metadata['name']).split())}"
            kind: PassageKind = metadata["form"] if metadata["form"] in get_args(PassageKind) else "text"
            line, page = int(metadata["line"]), int(metadata["page"])
            order = (str(metadata["owner"]), name, int(metadata["place"]))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        if not isinstance(text, str) or sum(map(len, (text, name, *headings))) > longest:
            return None
        return _SharedRow(order, Passage(text, Path(), name, headings, line, page, kind), vector)


def _revision(collection: Any) -> str:
    return str((collection.metadata or {}).get("revision", "")) if collection else "none"


def _unit(vectors: Sequence[Any]) -> Vectors | None:
    """Return vectors as they are searched, of length 1; None where one is no vector."""
    matrix = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(matrix, axis=-1, keepdims=True)
    return matrix / lengths if matrix.ndim == 2 and np.isfinite(lengths).all() and (lengths > 0).all() else None
