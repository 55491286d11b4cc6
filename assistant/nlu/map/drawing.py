"""The map of meanings of a matcher: its phrases and questions, the pictures, what was said last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.embedding_map import Confusion, EmbeddingMap, MapPoint, PointKind
from assistant.nlu.map import projection
from assistant.nlu.parts import Parts
from assistant.nlu.query import plain_text
from assistant.nlu.retrieval.retriever import Retriever
from assistant.nlu.retrieval.snapshot import Row, Vectors, no_vectors


def draw_map(
    parts: Parts, pictures: Retriever | None, said: Mapping[str, str], method: str = "pca", near: int = 5
) -> EmbeddingMap:
    """Lay everything out on a plane, each point with so many neighbours; `said` has sentences with their meaning.

    Raises:
        AssistantError: the method cannot be used.
    """
    rows, vectors = parts.retriever.vectors({"intent", "question"})
    shown, theirs = pictures.vectors({"picture"}) if pictures else ((), no_vectors())
    ours = parts.embedder.embed([plain_text(text) for text in said]) if said else no_vectors()
    everything = np.concatenate([part for part in (vectors, theirs, ours) if len(part)] or [vectors])
    labels: list[tuple[PointKind, str, str]] = [*map(_label, (*rows, *shown))]
    labels += [("said", meaning or "not understood", text) for text, meaning in said.items()]
    plane = projection.lay_out(everything, [owner if kind == "intent" else "" for kind, owner, _ in labels], method)
    places, _ = projection.neighbours(everything, near)
    points = tuple(
        MapPoint(kind, owner, text, float(x), float(y), tuple(nearest.tolist()))
        for (kind, owner, text), (x, y), nearest in zip(labels, plane, places, strict=True)
    )
    return EmbeddingMap(points, _confusions(rows, vectors), method)


def _confusions(rows: Sequence[Row], vectors: Vectors) -> tuple[Confusion, ...]:
    places = [place for place, row in enumerate(rows) if row.kind == "intent"]
    return projection.confusions([rows[p].owner for p in places], [rows[p].text for p in places], vectors[places])


def _label(row: Row) -> tuple[PointKind, str, str]:
    match row.kind:
        case "intent":
            return "intent", row.owner, row.text
        case "picture":
            return "picture", row.source or row.owner, " ".join(row.text.split())
    return "question", row.source, row.text
