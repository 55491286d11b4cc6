"""`DocumentAnswers`: what answers questions from the passages of documents, with one fitted confidence each."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from assistant.authoring.documents.passage import Passage
from assistant.language.tables import table_of
from assistant.language.text import stems
from assistant.nlu.budget import TooLong
from assistant.nlu.documents.features import (
    CONFIDENCE,
    ScoredPassage,
    Scorer,
    candidates,
    confidence_features,
    reranked,
    telling_words,
)
from assistant.nlu.documents.naming import DocumentNames
from assistant.nlu.documents.quoting import quote
from assistant.nlu.documents.words import WordIndex, named, split
from assistant.nlu.query import Query
from assistant.nlu.ranking.confidence import NO_DOUBT, sigmoid
from assistant.nlu.ranking.evidence import Evidence, RankingWeights
from assistant.nlu.retrieval.passages import PassageSearch
from assistant.quote import Quote
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
)
from assistant.values import Candidate as Shown

MeantParts: TypeAlias = tuple[tuple[Utterance, Understanding], ...]
"""The parts of a sentence, each with its meaning."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage, and how sure it is that it answers the question."""

    passage: Passage
    confidence: float
    """0 to 1, fitted."""
    features: Mapping[str, float]
    """On which it is fitted."""


class DocumentAnswers:
    """The documents of one moment.

    Args:
        search: their passages, by meaning.
        folder: keeps the index of their words; None: in memory.
        weights: of weights.toml.
        reranker: reads the likeliest passages together with the question; None: without.
    """

    def __init__(
        self, search: PassageSearch, folder: Path | None, weights: RankingWeights, reranker: Scorer | None = None
    ) -> None:
        self._search, self._weights, self._reranker = search, weights, reranker
        self._index = WordIndex(folder)
        self._names = DocumentNames(search.documents, self._index)

    def __len__(self) -> int:
        """Count the passages."""
        return len(self._search)

    def warm(self) -> None:
        """Bring the index of words in step with the documents: the first question would wait for it."""
        if len(self):
            self._index.search(self._search.documents, ["warm"], 1)

    def passages(self, query: Query, count: int) -> Sequence[Found]:
        """Return the passages that answer a question likeliest, best first, each with its confidence."""
        return self._found(query)[:count]

    def rank(self, query: Query) -> Iterator[Evidence]:
        """Yield the evidence for the passages near a question, the likeliest first."""
        for row, strength in self._ranked(query):
            why = " › ".join((row.passage.name, *row.passage.headings))
            yield Evidence("passage", row.key, "passage", strength, why, row.features["cosine"])

    def answer(self, query: Query, least: float, others: int = 3) -> AnswerMatch | None:
        """Return the words of a document that answer a question; None where none is as sure as `least`.

        Beside them stand up to so many others, of other places, that are sure enough as well.
        """
        found = self._found(query)
        if not found or found[0].confidence < least:
            return None
        best, *more = found
        further = [item for item in more if item.confidence >= least / 2 and item.passage.text != best.passage.text]
        return _answer(query, best, further[:others])

    def instead_of(self, meaning: Understanding, query: Query, threshold: float, n_best: int) -> Understanding:
        """Return the answer of a document where it is surer than another meaning, else that meaning.

        Where nothing else is understood, it must be as sure as `threshold`. A command stays one unless it is put as a
        question, and an order that was refused with a reason stays refused. A pair is no answer to what the documents
        are much nearer to in words.
        """
        is_question = query.sense.mood == "question"
        is_refused = isinstance(meaning, OutOfScope) and bool(meaning.reason)
        is_command = isinstance(meaning, IntentMatch | SlotMissing | Ambiguous)
        is_pair = isinstance(meaning, AnswerMatch) and meaning.confidence < NO_DOUBT
        if not len(self) or not query.plain or ((is_refused or is_command) and not is_question):
            return meaning
        query, is_named = self._about(self._as_typed(query))
        is_open = isinstance(meaning, OutOfScope) or is_pair
        with contextlib.suppress(TooLong):
            answer = self.answer(query, threshold if is_open else max(threshold, meaning.confidence))
            is_meant = isinstance(meaning, AnswerMatch) and answer and self._is_pair_meant(meaning, answer, query)
            if answer and (is_named or not is_meant):
                return replace(answer, n_best=(*answer.n_best, *meaning.n_best)[:n_best])
            is_other = isinstance(meaning, AnswerMatch) and (is_named or self._is_about_documents(meaning, query))
            if is_pair and not answer and is_other:
                return OutOfScope(meaning.confidence, meaning.n_best)
        return meaning

    def _about(self, query: Query) -> tuple[Query, bool]:
        """Return the query without the words that only have documents searched, and True where there were some.

        `Does the lease say anything about pets` is about pets and a lease; `the manual` is any document.
        """
        words, text = table_of(query.language).questions, query.text
        if words.says and (asked := words.says.match(text)):
            work = asked["work"].split()[-1] if " " in asked["work"] else ""
            is_any = not work or re.fullmatch(words.works, work, re.IGNORECASE) is not None
            return query.with_text(f"{text[asked.end() :].rstrip(' ?')}{'' if is_any else f' {work}'}"), True
        if words.in_works and words.in_works.search(text):
            return query.with_text(words.in_works.sub("", text)), True
        return query, False

    def _is_about_documents(self, pair: AnswerMatch, query: Query, least: float = 0.35, more: float = 0.2) -> bool:
        """Tell if a question is about a document, and a pair is not.

        That is where it names one nearby, `which wget option plays music`, and the pair does not; or where the pair
        holds few of its telling words, and a passage nearby many more.
        """
        asked = stems(telling_words(query))
        names = stems(split(" ".join(re.sub(r"\.\w+$", "", item.passage.name) for item in self._found(query))))
        if asked & names - _held(pair):
            return True
        covered = len(asked & _held(pair)) / max(1, len(asked))
        told = max((item.features["covered"] for item in self._found(query)), default=0.0)
        return covered < least and told > covered + more

    def _as_typed(self, query: Query) -> Query:
        """Return the query, words that were put right for commands as they were typed where documents hold them."""
        text = query.text
        for right, typed in query.typed.items():
            if self._index.is_held(self._search.documents, typed):
                text = re.sub(rf"\b{re.escape(right)}\b", lambda _, typed=typed: typed, text)  # type: ignore[misc]
        return query.with_text(text)

    def _is_pair_meant(self, pair: AnswerMatch, answer: AnswerMatch, query: Query) -> bool:
        """Tell if a pair is surer than what a document says, and holds as many of the telling words of a question."""
        passage = self.passage(answer.n_best[0].id)
        told = stems(split(f"{named(passage)} {passage.text}")) if passage else frozenset()
        lacking = stems(telling_words(query)) - _held(pair)
        return pair.confidence >= answer.confidence and not lacking & told

    def without_orders(self, query: Query, meanings: MeantParts) -> MeantParts:
        """Take the answers of documents to orders out of a sentence with commands: they were no questions."""
        if not any(isinstance(meaning, IntentMatch | SlotMissing) for _, meaning in meanings):
            return meanings
        told = list[tuple[Utterance, Understanding]]()
        for part, meaning in meanings:
            is_asked = query.with_text(part.text).sense.mood == "question"
            if isinstance(meaning, AnswerMatch) and meaning.quote and not is_asked:
                others = tuple(candidate for candidate in meaning.n_best if candidate.kind != "passage")
                told.append((part, OutOfScope(meaning.confidence, others)))
            else:
                told.append((part, meaning))
        return tuple(told)

    def beside(self, last: Quote, query: Query, words: Collection[str]) -> AnswerMatch | None:
        """Quote a section beside that of a quote, whose headings hold the words; None where there is none.

        Beside `Installing on Linux` is `Installing on Windows`; and so is any section below the same heading.
        """
        wanted, own = stems(split(" ".join(words))), self.passage(last.passage)
        if own is None or wanted <= stems(split(" ".join(own.headings))):
            return None
        shared = dict[tuple[str, ...], int]()
        keys = dict[tuple[str, ...], list[str]]()
        for passage in self._around(last.passage):
            titles, own_titles = stems(split(" ".join(passage.headings))), stems(split(" ".join(own.headings[-1:])))
            alike = len(stems(split(" ".join(passage.headings[-1:]))) & own_titles)
            if wanted <= titles and (alike or passage.headings[:-1] == own.headings[:-1]):
                shared[passage.headings] = alike
                keys.setdefault(passage.headings, []).append(passage.key)
        if not shared:
            return None
        section = max(shared, key=lambda headings: shared[headings])
        hits = self._search.among(query.vector, keys[section])
        return _answer(query, Found(hits[0].passage, 1.0, {}), ()) if hits else None

    def _around(self, key: str, most: int = 500) -> Iterator[Passage]:
        """Yield the passages of a document, up to `most` before and behind one of them."""
        documents = self._search.documents
        place = documents.places[key]
        name = documents.passages[place].name
        for steps in (range(place, max(-1, place - most), -1), range(place + 1, min(len(self), place + most))):
            for other in steps:
                passage = documents.passages[other]
                if passage.name != name:
                    break
                yield passage

    def following(self, key: str) -> Iterator[Quote]:
        """Yield the passages of the same section that come after one, whole."""
        documents = self._search.documents
        if (place := documents.places.get(key)) is None:
            return
        first = documents.passages[place]
        for after in range(place + 1, len(documents.passages)):
            passage = documents.passages[after]
            if (passage.name, passage.headings) != (first.name, first.headings):
                return
            yield quoted(passage, passage.text)

    def passage(self, key: str) -> Passage | None:
        """Find a passage by its key."""
        documents = self._search.documents
        return documents.passage(key) if key in documents.places else None

    def _found(self, query: Query) -> Sequence[Found]:
        ranked = [Found(row.passage, sigmoid(odds), row.features) for row, odds in self._ranked(query)]
        return sorted(ranked, key=lambda item: -item.confidence)

    def _ranked(self, query: Query) -> Sequence[tuple[ScoredPassage, float]]:
        return query.once((self, "ranked"), lambda: self._rank(query)) if len(self) else ()

    def _rank(self, query: Query, most: int = 6, read: int = 3) -> Sequence[tuple[ScoredPassage, float]]:
        """Return the likeliest passages with their log odds, of which the reranker reads the first `read`."""
        query.spend(4, more=150)
        weights = self._weights.passage
        named = self._names.named(query)
        rows: Sequence[ScoredPassage] = candidates(query, self._search, self._index, weights, named=named)
        ranked = self._with_odds(query, rows[:most], weights)
        if self._reranker is None:
            return ranked
        weights = self._weights.passage_reranked
        first = self._with_odds(query, reranked(query, rows[:read], self._reranker, weights), weights)
        least = min((odds for _, odds in first), default=0.0)
        return [*first, *((row, min(odds, least)) for row, odds in ranked[read:])]

    def _with_odds(
        self, query: Query, rows: Sequence[ScoredPassage], weights: Mapping[str, float]
    ) -> list[tuple[ScoredPassage, float]]:
        ranked = []
        for place, row in enumerate(rows):
            features = confidence_features(query, rows, place)
            ranked.append((row, weights["bias"] + sum(weights[name] * features[name] for name in CONFIDENCE)))
        return ranked


def _answer(query: Query, best: Found, others: Sequence[Found]) -> AnswerMatch:
    """Quote a passage, and name others that may answer too."""
    words = telling_words(query)
    shown = tuple(
        Shown("passage", item.passage.key, item.passage.source, item.confidence, _title(item.passage))
        for item in (best, *others)
    )
    texts = ((item.passage, quote(item.passage, words)) for item in (best, *others))
    own, *further = (quoted(passage, _with_option(passage, text)) for passage, text in texts)
    title = _title(best.passage)
    return AnswerMatch(title, own.text, own.source, best.confidence, shown, quote=own, others=tuple(further))


def _with_option(passage: Passage, text: str) -> str:
    """Put the option that a passage is about, as manual pages have it for a heading, before what is said of it."""
    option = passage.headings[-1] if passage.headings else ""
    return f"`{option}`\n\n{text}" if option.startswith("-") and option not in text else text


def _held(pair: AnswerMatch) -> frozenset[str]:
    """Collect the stems of a pair: of its question, its answer and the wording that is nearest."""
    return stems(split(" ".join((pair.question, pair.answer, *(item.phrase for item in pair.n_best[:1])))))


def quoted(passage: Passage, text: str) -> Quote:
    """Make the quote of words of a passage."""
    return Quote(text, passage.source, passage.file, passage.line, passage.key, passage.kind)


def _title(passage: Passage) -> str:
    return " › ".join(passage.headings) or passage.name
