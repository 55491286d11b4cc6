"""`Recommender`: pictures, passages and answers most like some and least like others, in one space of words.

Pictures among themselves are compared by what is to be seen on them, where a model sees.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator

import numpy as np

from assistant.authoring.documents.passage import Passage
from assistant.nlu.parts import Parts
from assistant.nlu.pictures.finding import FoundPicture, PictureFinder
from assistant.nlu.recommending.middle import middle_of
from assistant.nlu.recommending.taste import Piece, PieceKind, Taste
from assistant.nlu.retrieval.snapshot import Vectors, no_vectors


class Recommender:
    """The nearest neighbours of a taste.

    Args:
        parts: the documents and the answers of one moment, and the embedder.
        pictures: of that moment; None where no folder is looked at.
    """

    def __init__(self, parts: Parts, pictures: PictureFinder | None) -> None:
        self._parts, self._pictures = parts, pictures

    def like(self, wanted: Taste, kinds: Collection[PieceKind], most: int = 5, least: float = 0.3) -> list[Piece]:
        """Return the pieces of some kinds nearest to a taste, nearest first; none that was shown already.

        By words their cosine is `least` at least.
        """
        found, count = list[Piece](), most + 3 * len(wanted.passed)
        by_sight = "picture" in kinds and self._seen(wanted, count)
        found += by_sight or ()
        vector = self._vector(wanted)
        if len(vector):
            kinds = [kind for kind in kinds if kind != "picture" or not by_sight]
            nearest = (piece for kind in kinds for piece in self._near(kind, vector, count))
            found += (piece for piece in nearest if piece.cosine >= least)
        itself = {piece.picture.facts.digest for piece in wanted.liked if piece.picture}
        fresh = {
            piece.name: piece
            for piece in reversed(found)
            if piece.name not in wanted.passed and not (piece.picture and piece.picture.facts.digest in itself)
        }
        return sorted(fresh.values(), key=lambda piece: -piece.cosine)[:most]

    def _seen(self, wanted: Taste, count: int) -> list[Piece]:
        """Return the pictures that look like those that are liked; none without a model that sees."""
        liked, disliked = (
            [piece.picture.key for piece in pieces if piece.picture] for pieces in (wanted.liked, wanted.disliked)
        )
        if self._pictures is None or not self._pictures.sees or not liked or len(liked) < len(wanted.liked):
            return []
        return [_picture_piece(found) for found in self._pictures.like(liked, disliked, count)]

    def _vector(self, wanted: Taste) -> Vectors:
        liked = [piece.text for piece in wanted.liked] or [wanted.about]
        if not any(liked):
            return no_vectors()
        disliked = [piece.text for piece in wanted.disliked if piece not in wanted.liked]
        vectors = self._parts.embedder.embed([*liked, *disliked])
        return middle_of(vectors[: len(liked)], vectors[len(liked) :])

    def _near(self, kind: PieceKind, vector: Vectors, most: int) -> Iterable[Piece]:
        match kind:
            case "picture":
                return map(_picture_piece, self._pictures.near_words(vector, most) if self._pictures else ())
            case "document":
                near = self._parts.passages.nearest(vector, most)
                return (_document_piece(hit.passage, hit.score) for hit in near)
            case "answer":
                return self._answers(vector, most)

    def _answers(self, vector: Vectors, most: int) -> Iterator[Piece]:
        rows, vectors = self._parts.retriever.vectors({"question"})
        answers = {entry.question: entry.answer for entry in self._parts.knowledge.entries}
        best = dict[str, float]()
        for row, score in zip(rows, np.vecdot(vectors, vector).tolist() if rows else (), strict=True):
            best[row.owner] = max(score, best.get(row.owner, -1.0))
        nearest = heapq.nlargest(most, best.items(), key=lambda pair: pair[1])
        return (Piece("answer", owner, owner, answers.get(owner, ""), score) for owner, score in nearest)


def _picture_piece(found: FoundPicture) -> Piece:
    return Piece.of_picture(found.picture, found.seen or found.similarity)


def _document_piece(passage: Passage, cosine: float = 0.0) -> Piece:
    return Piece("document", passage.source, passage.embedded_text, passage.text, cosine)
