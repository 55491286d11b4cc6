"""`PictureFinder`: pictures for the words of a question, with one fitted confidence each."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.authoring.pictures.picture import Picture
from assistant.nlu.documents.documents import DocumentAnswers
from assistant.nlu.documents.features import ScoredPassage, Scorer, candidates
from assistant.nlu.documents.words import WordIndex, split
from assistant.nlu.pictures.asking import PictureQuestion, read_question
from assistant.nlu.pictures.features import PictureReading, WordVectors, clashes
from assistant.nlu.pictures.sight import Seen, SightSearch
from assistant.nlu.query import Query
from assistant.nlu.ranking.confidence import sigmoid
from assistant.nlu.ranking.evidence import RankingWeights
from assistant.nlu.recommending.middle import middle_of
from assistant.nlu.retrieval.passages import PassageSearch
from assistant.values import AnswerMatch

NEAR = "near in meaning"
"""The reason where neither a word nor a filter is one."""


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture, and how sure it is that it is meant."""

    picture: Picture
    confidence: float
    """0 to 1, fitted; 1 where days and kind alone were asked for."""
    similarity: float
    """Cosine of its words to the question; 0 where no words were asked for."""
    seen: float
    """Cosine of the picture itself to the question; 0 without a model that sees."""
    why: str
    """The words and the filters by which it was found, in one line; empty where nothing was asked for."""
    covered: float = 0.0
    """Share of the words asked for that it holds, rare ones counting more."""

    @property
    def is_scored(self) -> bool:
        """True of one that was compared with words, not only listed."""
        return bool(self.similarity or self.seen)


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
    undated: int = 0
    """Pictures that only the last change of their file puts among those days; left out where others are of them."""
    unclear: tuple[tuple[Picture, str], ...] = ()
    """Pictures that are left out, each with the day that is printed on it, which may be of those days or not."""


class PictureFinder:
    """The pictures of one moment.

    Args:
        search: their words, by meaning.
        folder: keeps the index of their words; None: in memory.
        weights: of weights.toml.
        embed: sentences to unit vectors.
        reranker: reads the words of a picture together with a question that has a word which the picture lacks.
        sight: the pictures by what is to be seen on them, where a model for that is named.
    """

    def __init__(
        self,
        search: PassageSearch,
        folder: Path | None,
        weights: RankingWeights,
        embed: Callable[[Sequence[str]], NDArray[np.float32]],
        reranker: Scorer | None = None,
        sight: SightSearch | None = None,
    ) -> None:
        self._search, self._weights, self._embed, self._reranker = search, weights, embed, reranker
        self._index, self._vectors, self._sight = WordIndex(folder), WordVectors(embed), sight
        self._answers = DocumentAnswers(search, folder, weights, reranker)

    def __len__(self) -> int:
        return len(self._search)

    def find(self, text: str, now: datetime, threshold: float = 0.5, most: int = 24) -> PictureFindings:
        """Find the pictures that a sentence asks for: the likeliest where it is as sure as the threshold, else none.

        Beside it stand those that are at least half as sure as it. Where only days or a kind are named, all of them are
        found, the newest first; or the oldest, and as many as are asked for.
        """
        found = self._find(text, now, threshold, most)
        if not found.question.periods:
            return found
        printed = [
            (picture, day)
            for picture in map(self._picture, self._search.documents.places)
            if (day := found.question.may_be_printed_on(picture))
        ]
        return replace(found, unclear=tuple(printed)) if printed else found

    def _find(self, text: str, now: datetime, threshold: float, most: int) -> PictureFindings:
        question = read_question(text, now.date())
        if question.unread:
            return PictureFindings(question, (), (), 0)
        admitted, undated = self._admitted(question)
        if not admitted and question.hours and not question.hours.is_certain:
            question = read_question(text, now.date(), has_hours=False)  # none is known to be of those hours
            admitted, undated = self._admitted(question)
        if not admitted and question.place:
            question = read_question(text, now.date(), question.hours is not None, has_place=False)
            admitted, undated = self._admitted(question)
        if not question.about:
            keys = list(self._search.documents.places) if admitted is None else admitted
            keys = [key for key in keys if key not in undated] or keys
            first = _by_day(list(map(self._picture, keys)), question)[: question.most or most]
            found = tuple(FoundPicture(picture, 1.0, 0.0, 0.0, _why(picture, question, ())) for picture in first)
            count = len(found) if question.most else len(keys)
            return PictureFindings(question, found, found, count, len(undated))
        nearest = self._near(question, now, admitted, most)
        others = _sure([item for item in nearest if undated and item.picture.key in undated], threshold)
        dated = [item for item in nearest if not undated or item.picture.key not in undated]
        sure = _sure(dated, threshold) or others
        if question.order:
            places = {picture.key: place for place, picture in enumerate(_by_day([i.picture for i in sure], question))}
            sure = sorted(sure, key=lambda item: places[item.picture.key])
        found, count = tuple(sure[: question.most or most]), len(self) if admitted is None else len(admitted)
        return PictureFindings(question, found, nearest, count, len(others))

    def answer(self, query: Query, least: float = 0.5) -> AnswerMatch | None:
        """Answer a question by what is written in a picture or below it; None where none is as sure as `least`."""
        answer = self._answers.answer(query, least)
        return answer if answer and answer.answer else None

    @property
    def sees(self) -> bool:
        """True where a model sees the pictures."""
        return self._sight is not None

    def like(self, liked: Sequence[str], disliked: Sequence[str] = (), most: int = 24) -> tuple[FoundPicture, ...]:
        """Return the pictures most like some and least like others, all of these by their keys, the most alike first.

        They are compared by what is to be seen on them or, without a model that sees, by their words. The confidence of
        each is its cosine.
        """
        if self._sight is not None and len(seen := self._sight.vectors(liked)):
            vector = middle_of(seen, self._sight.vectors(disliked))
            return self._alike(self._sight.near(vector, most + len(liked) + len(disliked)), {*liked, *disliked}, True)[
                :most
            ]
        good, bad = (self._search.vectors([key for key in keys if self._search.has(key)]) for keys in (liked, disliked))
        if not len(good):
            return ()
        return self.near_words(middle_of(good, bad), most + len(liked) + len(disliked), {*liked, *disliked})[:most]

    def like_file(self, picture: Picture, thumbnail: Path, most: int = 24) -> tuple[FoundPicture, ...]:
        """Return the pictures most like one in a file, whose thumbnail is in another; never itself or a copy of it."""
        if self._sight is not None:
            (seen,) = self._sight.sight.embed([str(thumbnail)])
            near = self._alike(self._sight.near(seen, most + 8), (), True)
        elif picture.has_words:
            (vector,) = self._embed([picture.embedded_text])
            near = self.near_words(vector, most + 8)
        else:
            return ()
        return tuple(found for found in near if found.picture.facts.digest != picture.facts.digest)[:most]

    def near_words(self, vector: NDArray[np.float32], most: int, but: Collection[str] = ()) -> tuple[FoundPicture, ...]:
        """Return the pictures whose words are nearest to a vector (d,), none of the keys of `but`, nearest first."""
        near = {hit.key: hit.score for hit in self._search.nearest(vector, most)}
        return self._alike({key: score for key, score in near.items() if self._picture(key).has_words}, but, False)

    def words_for(self, picture: Picture, thumbnail: Path, most: int = 3) -> list[tuple[str, float]]:
        """Return the captions of one's own pictures that fit a picture best, with how well; none without a model."""
        captions = list(
            dict.fromkeys(
                other.facts.caption or other.named for other in map(self._picture, self._search.documents.places)
            )
        )[:2000]
        captions = [caption for caption in captions if caption and caption != picture.facts.caption]
        if self._sight is None or not captions:
            return []
        seen = self._sight.sight.embed([str(thumbnail)])
        words = self._sight.sight.embed_words([" ".join(caption.split())[:200] for caption in captions])
        fits = [float(self._sight.sight.fits(vector, seen)[0]) for vector in words]
        ranked = sorted(zip(captions, fits, strict=True), key=lambda pair: -pair[1])
        return [(caption, fit) for caption, fit in ranked[:most] if fit > 0]

    def _alike(self, cosines: Mapping[str, float], but: Collection[str], by_sight: bool) -> tuple[FoundPicture, ...]:
        why = "looks alike" if by_sight else "has words alike"
        return tuple(
            FoundPicture(self._picture(key), max(0.0, cosine), 0.0 if by_sight else cosine, cosine * by_sight, why)
            for key, cosine in cosines.items()
            if key not in but
        )

    def _near(
        self, question: PictureQuestion, now: datetime, admitted: Sequence[str] | None, most: int
    ) -> tuple[FoundPicture, ...]:
        if admitted is not None and not admitted:
            return ()
        if len(choices := question.choices) > 1:
            alike = (item for choice in choices for item in self._near(choice, now, admitted, most))
            best = {item.picture.key: item for item in sorted(alike, key=lambda item: item.confidence)}
            return tuple(sorted(best.values(), key=lambda item: -item.confidence)[:most])
        query = Query(question.about, "en", now, self._embed)
        only = None if admitted is None else {*admitted}
        rows = candidates(query, self._search, self._index, self._weights.picture, most, only)
        reading = PictureReading(query, rows, self._search, self._index, self._vectors)
        odds = {row.key: value for row, value in zip(rows, self._odds(query, rows, reading), strict=True)}
        features = {row.key: row.features for row in rows}
        seen = self._sight.about(question.about, most, only, [*odds]) if self._sight else {}
        for key, sight in seen.items():
            odds[key] = float(np.logaddexp(odds.get(key, -math.inf), self._odds_by_sight(query, key, sight)))
        found = list[FoundPicture]()
        for key in self._in_order(odds)[:most]:
            picture, sight = self._picture(key), seen.get(key, Seen(0.0, 0.0))
            why = _why(picture, question, reading.words)
            if sight.fit > 0:
                why = "; ".join([f"seen on it (cosine {sight.cosine:.2f})", *([] if why == NEAR else [why])])
            near = features.get(key, {})
            cosine, covered = near.get("cosine", 0.0), near.get("covered", 0.0)
            found.append(FoundPicture(picture, sigmoid(odds[key]), cosine, sight.cosine, why, covered))
        return tuple(found)

    def _in_order(self, odds: Mapping[str, float], alike: float = 0.2) -> list[str]:
        """Order keys by their odds, those that are `alike` by day: the pictures of one series, one after another."""
        groups = list[list[str]]()
        for key in sorted(odds, key=lambda key: -odds[key]):
            if not groups or odds[groups[-1][0]] - odds[key] > alike:
                groups.append([])
            groups[-1].append(key)
        return [key for group in groups for key in sorted(group, key=lambda key: (self._picture(key).facts.taken, key))]

    def _odds_by_sight(self, query: Query, key: str, sight: Seen) -> float:
        """Return the log odds of a picture by what is to be seen on it; names and numbers must agree all the same."""
        weights = self._weights.sight
        amiss = clashes(query, self._picture(key))
        return weights["bias"] + weights["fit"] * sight.fit + sum(weights[name] * amiss[name] for name in amiss)

    def _odds(
        self, query: Query, rows: Sequence[ScoredPassage], reading: PictureReading, likeliest: int = 3
    ) -> list[float]:
        """Return the log odds of each picture: of the likeliest by every word, of the others no better than theirs.

        Where the likeliest holds every word of the question, neither it nor others that do need the models again.
        """
        weights, first = self._weights.picture, rows[:likeliest]
        is_held = bool(first) and reading.holds_all(first[0])
        if is_held:
            first = list(takewhile(reading.holds_all, first))
        scores = [0.0] * len(first)
        if self._reranker is not None and first and not is_held:
            scores = [
                score / 10 for score in self._reranker.scores(query.text, [row.passage.embedded_text for row in first])
            ]
            weights = self._weights.picture_reranked
        reading.compare(first)
        odds = [
            weights["bias"] + sum(weights[name] * value for name, value in reading.features(row, score).items())
            for row, score in zip(first, scores, strict=True)
        ]
        for row in rows[len(first) :]:
            odds.append(min(odds) - max(0.0, first[-1].score - row.score))
        return odds

    def _admitted(self, question: PictureQuestion) -> tuple[list[str] | None, Collection[str]]:
        """Return the keys of the pictures that pass the filters of a question; None where it has none.

        With them come those that only the day of their file puts there; these count where no others do.
        """
        if not question.filters:
            return None, ()
        keys = [key for key in self._search.documents.places if question.admits(self._picture(key))]
        return keys, {key for key in keys if not self._picture(key).is_dated} if question.has_times else ()

    def _picture(self, key: str) -> Picture:
        picture = self._search.documents.passage(key)
        assert isinstance(picture, Picture)
        return picture


def _sure(nearest: Sequence[FoundPicture], threshold: float) -> list[FoundPicture]:
    """Return those that are at least half as sure as the surest; none where that is less sure than the threshold."""
    surest = max((item.confidence for item in nearest), default=0.0)
    return [item for item in nearest if item.confidence >= surest / 2] if surest >= threshold else []


def _by_day(pictures: Sequence[Picture], question: PictureQuestion) -> list[Picture]:
    """Put pictures in the order of their days: the newest first, or the oldest; those of no known day come last."""
    is_oldest = question.order == "oldest"
    ordered = sorted(pictures, key=lambda picture: picture.facts.taken, reverse=not is_oldest)
    return sorted(ordered, key=lambda picture: not picture.is_dated)


def _why(picture: Picture, question: PictureQuestion, words: Sequence[str]) -> str:
    """Put into words by what a picture was found."""
    facts = picture.facts
    sources = {
        "caption": facts.caption,
        "written in it": facts.words,
        "name": picture.name,
        "place": facts.place,
        "camera": facts.camera,
        "taken by": facts.by,
        "from a": facts.shop,
    }
    stems = {word[:5] for word in (*words, *question.place.split())}
    parts = list[str]()
    for name, text in sources.items():
        if held := list(dict.fromkeys(word for word in split(text) if word[:5] in stems)):
            parts.append(f"{name}: {', '.join(held[:6])}")
    if question.has_times:
        moment = facts.taken[: 16 if question.hours and picture.has_hour else 10].replace("T", " ")
        parts.append(f"taken {moment} ({facts.taken_from})" if picture.is_dated else f"file of {moment}")
    if question.wants_screenshot:
        parts.append("a screenshot")
    if question.paper:
        parts.append(f"a {question.paper}")
    return "; ".join(parts) or (NEAR if question.about else "")
