"""What the words of a picture speak for it, in numbers: the confidence in it is fitted on them.

A word of the question that stands nowhere in a picture, nor anything like it in meaning, is a reason to say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.authoring.pictures.picture import Picture
from assistant.language.places import places_named
from assistant.nlu.documents.features import ScoredPassage, telling_words
from assistant.nlu.documents.particulars import lacking_particulars
from assistant.nlu.documents.words import WordIndex, named, split
from assistant.nlu.pictures.asking import shown_words
from assistant.nlu.query import Query
from assistant.nlu.retrieval.passages import PassageSearch

FEATURES = ("cosine", "covered", "alike", "strange", "lacking", "absent", "elsewhere", "reranked", "ahead")


class WordVectors:
    """Vectors of single words, each embedded once; the oldest are forgotten beyond `most`."""

    def __init__(self, embed: Callable[[Sequence[str]], NDArray[np.float32]], most: int = 20_000) -> None:
        self._embed, self._most = embed, most
        self._kept = dict[str, NDArray[np.float32]]()

    def nearest(self, words: Sequence[str], others: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of each word to the one of the others that is nearest, shape (words,); 0 to none."""
        if not words or not others:
            return np.zeros(len(words), np.float32)
        cosines: NDArray[np.float32] = (self._of(words) @ self._of(others).T).max(axis=1)
        return cosines

    def learn(self, words: Sequence[str]) -> None:
        """Embed those of some words that are not yet known."""
        if missing := [word for word in dict.fromkeys(words) if word not in self._kept]:
            kept = dict(zip(missing, self._embed(missing), strict=True))
            self._kept = dict([*self._kept.items(), *kept.items()][-max(self._most, len(kept)) :]) | {
                word: self._kept[word] for word in words if word in self._kept
            }

    def _of(self, words: Sequence[str]) -> NDArray[np.float32]:
        self.learn(words)
        return np.stack([self._kept[word] for word in words])


class PictureReading:
    """The words of a question, looked for in each of the pictures near it."""

    def __init__(
        self, query: Query, rows: Sequence[ScoredPassage], search: PassageSearch, index: WordIndex, vectors: WordVectors
    ) -> None:
        self.words = telling_words(query)
        self._query, self._vectors = query, vectors
        documents, keys = search.documents, [row.key for row in rows]
        self._rarity = {word: index.rarity(documents, word) for word in self.words}
        self._keys, self._nearness = keys, np.array([row.features["cosine"] for row in rows])
        self._vectors_of_rows = search.vectors(keys)

    def holds_all(self, row: ScoredPassage) -> bool:
        """True of a picture that lacks no word of the question."""
        return row.held.issuperset(self.words)

    def compare(self, rows: Sequence[ScoredPassage]) -> None:
        """Embed the words of pictures of which the features are wanted, in one go."""
        self._vectors.learn([word for row in rows for words in self._apart(row) for word in words])

    def _apart(self, row: ScoredPassage, most: int = 60) -> tuple[list[str], list[str]]:
        """Return the words of the question that a picture lacks, and the first of its own, to be compared with them."""
        lacking = [word for word in self.words if word not in row.held]
        text = f"{named(row.passage)} {row.passage.text}"
        return lacking, list(dict.fromkeys(split(text)))[:most] if lacking else []

    def features(self, row: ScoredPassage, reranked: float = 0.0) -> Mapping[str, float]:
        """Return the features of a picture.

        `alike`: the share of the question's words that it holds or has the like of, rare words counting more;
        `strange`: how little the one of them that is farthest from all of its words is like any;
        `ahead`: how much nearer in meaning it is than other pictures, 1 from a lead of 0.25 in cosine on: a question
        about none of them is about as near to several.
        """
        passage = row.passage
        assert isinstance(passage, Picture)
        lacking, own = self._apart(row)
        cosines = self._vectors.nearest(lacking, own)
        likeness = dict.fromkeys(self.words, 1.0) | {
            word: float(np.clip((cosine - 0.3) / 0.5, 0, 1)) for word, cosine in zip(lacking, cosines, strict=True)
        }
        whole = sum(self._rarity.values()) or 1.0
        return {
            "cosine": row.features["cosine"],
            "covered": row.features["covered"],
            "alike": sum(self._rarity[word] * likeness[word] for word in self.words) / whole,
            "strange": max((1 - float(np.clip((cosine - 0.25) / 0.5, 0, 1)) for cosine in cosines), default=0.0),
            "reranked": reranked,
            "ahead": self._lead(row),
            **clashes(self._query, passage),
        }

    def _lead(self, row: ScoredPassage, alike: float = 0.85) -> float:
        """Return the lead before those of the other pictures whose words are not nearly its own: no series of it."""
        place = self._keys.index(row.key)
        others = self._nearness[self._vectors_of_rows @ self._vectors_of_rows[place] < alike]
        return float(np.clip((self._nearness[place] - others.max(initial=0.0)) / 0.25, 0, 1))


def clashes(query: Query, picture: Picture) -> Mapping[str, float]:
    """Count what a question names and the words of a picture contradict or lack.

    Numbers and days for which it has another (`lacking`) or none (`absent`), what it says is not on it counting as the
    former; cities and countries (`elsewhere`).
    """
    replaced, absent = lacking_particulars(query.text, picture, query.language)
    replaced += len(_denied(query, picture))
    elsewhere = (asked := places_named(query.text)) and asked - places_named(f"{named(picture)} {picture.text}")
    return {
        name: float(min(2, count))
        for name, count in (("lacking", replaced), ("absent", absent), ("elsewhere", len(elsewhere)))
    }


def _denied(query: Query, picture: Picture) -> set[str]:
    """Return the words of a question that a picture has only for what is not on it: `the family without Ben`."""
    shown, own = split(shown_words(picture)), split(f"{picture.named} {picture.text}")
    return {*telling_words(query)} & {*own} - {*shown}
