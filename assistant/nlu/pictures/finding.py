"""`PictureFinder`: pictures for the words of a question, with one fitted confidence each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.authoring.pictures.picture import Picture
from assistant.nlu.documents.features import CONFIDENCE, candidates, confidence_features, telling_words
from assistant.nlu.documents.words import WordIndex, split
from assistant.nlu.pictures.asking import PictureQuestion, read_question
from assistant.nlu.query import Query
from assistant.nlu.ranking.confidence import sigmoid
from assistant.nlu.ranking.evidence import RankingWeights
from assistant.nlu.retrieval.passages import PassageSearch


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture, and how sure it is that it is meant."""

    picture: Picture
    confidence: float
    """0 to 1, fitted; 1 where days and kind alone were asked for."""
    similarity: float
    """Cosine of its words to the question; 0 where no words were asked for."""
    why: str
    """The words and the filters by which it was found, in one line."""


@dataclass(frozen=True, slots=True)
class PictureFindings:
    """The pictures for a question."""

    question: PictureQuestion
    pictures: tuple[FoundPicture, ...]
    """Those that are sure enough, the likeliest first."""
    nearest: tuple[FoundPicture, ...]
    """The likeliest ones, sure enough or not."""
    admitted: int
    """Pictures of the days and the kind that were asked for."""


class PictureFinder:
    """The pictures of one moment.

    Args:
        search: their words, by meaning.
        folder: keeps the index of their words; None: in memory.
        weights: of weights.toml.
        embed: sentences to unit vectors.
    """

    def __init__(
        self,
        search: PassageSearch,
        folder: Path | None,
        weights: RankingWeights,
        embed: Callable[[Sequence[str]], NDArray[np.float32]],
    ) -> None:
        self._search, self._weights, self._embed = search, weights.picture, embed
        self._index = WordIndex(folder)

    def __len__(self) -> int:
        return len(self._search)

    def find(self, text: str, now: datetime, threshold: float = 0.5, most: int = 24) -> PictureFindings:
        """Find the pictures that a sentence asks for: the likeliest where it is as sure as the threshold, else none.

        Beside it stand those that are half as sure. Where only days or a kind are named, all of them are found, the
        newest first.
        """
        question = read_question(text, now.date())
        admitted = self._admitted(question)
        if not question.about:
            every = list(self._pictures()) if admitted is None else [self._picture(key) for key in admitted]
            newest = sorted(every, key=lambda picture: picture.facts.taken, reverse=True)[:most]
            found = tuple(FoundPicture(picture, 1.0, 0.0, _why(picture, question, ())) for picture in newest)
            return PictureFindings(question, found, found, len(every))
        nearest = self._near(question, now, admitted, most)
        is_sure = bool(nearest) and nearest[0].confidence >= threshold
        sure = tuple(item for item in nearest if item.confidence >= threshold / 2) if is_sure else ()
        return PictureFindings(question, sure, nearest, len(self) if admitted is None else len(admitted))

    def _near(
        self, question: PictureQuestion, now: datetime, admitted: Sequence[str] | None, most: int
    ) -> tuple[FoundPicture, ...]:
        if admitted is not None and not admitted:
            return ()
        query = Query(question.about, "en", now, self._embed)
        rows = candidates(
            query, self._search, self._index, self._weights, most, None if admitted is None else {*admitted}
        )
        words, found = telling_words(query), list[FoundPicture]()
        for place, row in enumerate(rows):
            assert isinstance(row.passage, Picture)
            features = confidence_features(query, rows, place)
            odds = self._weights["bias"] + sum(self._weights[name] * features[name] for name in CONFIDENCE)
            why = _why(row.passage, question, words)
            found.append(FoundPicture(row.passage, sigmoid(odds), row.features["cosine"], why))
        return tuple(sorted(found, key=lambda item: -item.confidence)[:most])

    def _admitted(self, question: PictureQuestion) -> list[str] | None:
        """Return the keys of the pictures that pass the filters of a question; None where it has none."""
        if not question.filters:
            return None
        documents = self._search.documents
        return [key for key in documents.places if question.admits(self._picture(key))]

    def _pictures(self) -> Sequence[Picture]:
        return [self._picture(key) for key in self._search.documents.places]

    def _picture(self, key: str) -> Picture:
        picture = self._search.documents.passage(key)
        assert isinstance(picture, Picture)
        return picture


def _why(picture: Picture, question: PictureQuestion, words: Sequence[str]) -> str:
    """Put into words by what a picture was found."""
    facts = picture.facts
    sources = {
        "caption": facts.caption,
        "written in it": facts.words,
        "name": picture.name,
        "place": facts.place,
        "camera": facts.camera,
    }
    stems = {word[:5] for word in words}
    parts = list[str]()
    for name, text in sources.items():
        if held := list(dict.fromkeys(word for word in split(text) if word[:5] in stems)):
            parts.append(f"{name}: {', '.join(held[:6])}")
    if question.periods:
        parts.append(f"taken {facts.taken[:10]} ({facts.taken_from})")
    if question.wants_screenshot:
        parts.append("a screenshot")
    return "; ".join(parts) or "near in meaning"
