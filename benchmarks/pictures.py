"""Pictures found by words, against BM25 and bare vectors.

Four sets of questions were read and serve the fit; a fifth, in other words than the pictures have, judges.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import numpy as np

from assistant import weights
from assistant.app import build
from assistant.app.pictures.library import Pictures
from assistant.authoring.pictures.picture import Picture
from assistant.config import Config, PathsConfig, PicturesConfig
from assistant.nlu.documents.reranker import Reranker
from assistant.nlu.documents.words import WordIndex, split
from assistant.nlu.pictures.finding import PictureFinder
from assistant.nlu.query import plain_text
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.retrieval.index import Embedder
from assistant.nlu.retrieval.passages import PassageSearch
from benchmarks import Options, Row, json_lines, quiet
from benchmarks.documents import kept_folder
from benchmarks.pictures_drawn import DATA, draw

READ = tuple(DATA / f"questions_{name}.jsonl" for name in ("dev", "test", "third", "fourth"))
"""Questions that serve the fit."""

TODAY = datetime(2026, 11, 29, 12, 0)

Ranked: TypeAlias = Sequence[tuple[str, float]]
"""Ids of pictures with their scores, the likeliest first."""


def run(options: Options) -> list[Row]:
    """Measure all three ways in one run; each rival's threshold is the best one for the sets that were read."""
    embedder = build.load_embedder(Config(), quiet)
    search, ids = drawn(kept_folder("pictures"), embedder)
    reranker = Reranker(weights.resolve("ms-marco-minilm", "reranker", Config(), quiet))
    finder = PictureFinder(search, None, ranking_weights(), embedder.embed, reranker)
    words = WordIndex(None)

    def ours(question: str) -> Ranked:
        found = finder.find(question, TODAY)
        return [(ids[_own(item.picture.name)], item.confidence) for item in found.pictures]

    def by_words(question: str) -> Ranked:
        scores = words.search(search.documents, split(question), 24)
        return [(ids[_own(search.documents.passage(key).name)], score) for key, score in scores.items()]

    def by_vectors(question: str) -> Ranked:
        (vector,) = embedder.embed([plain_text(question)])
        return [(ids[_own(hit.passage.name)], hit.score) for hit in search.nearest(np.asarray(vector), 24)]

    read = [row for file in READ for row in json_lines(file)]
    fifth = options.some(json_lines(DATA / "questions_fifth.jsonl"))
    rows = list[Row]()
    ways = {"ours": ours, "BM25": by_words, "vectors": by_vectors}
    figures = {name: scores(ask, [fifth, read]) for name, ask in ways.items()}
    if options.verbose:
        for row in read:
            shown = ours(row["question"])[:5]
            is_right = bool({name for name, _ in shown} & {*row["right"]}) if row["right"] else not shown
            if not is_right:
                print(f"{row['question']!r}: wants {row['right']}, got {shown[:3]}")
    for rival in ("BM25", "vectors"):
        for what, own, other in zip(WHAT, figures["ours"], figures[rival], strict=True):
            rows.append(Row(what, own, "share", rival, other))
    return rows


WHAT = tuple(
    f"{what} ({which})"
    for which in ("fifth set, unread, in other words", "read before")
    for what in (
        "a right picture among the first 5, of questions that have one",
        "nothing said of what no picture shows",
    )
)


def drawn(folder: Path, embedder: Embedder) -> tuple[PassageSearch, dict[str, str]]:
    """Draw the pictures, read and embed them; return their search, and id by name."""
    ids = draw(folder / "pictures")
    config = Config(paths=PathsConfig(data=str(folder / "data")), pictures=PicturesConfig((str(folder / "pictures"),)))
    pictures = Pictures(config, embedder)
    read = pictures.read(quiet)
    assert not read.problems, read.problems
    assert sum(isinstance(picture, Picture) for picture in read.passages) == len(ids)
    return pictures.embedded(read, quiet), ids


def scores(ask: Callable[[str], Ranked], sets: Sequence[Sequence[dict]]) -> tuple[float, ...]:  # type: ignore[type-arg]
    """Return recall and honesty on each set, at the threshold that serves the last one, which was read, best."""
    asked = {row["question"]: list(ask(row["question"])) for rows in sets for row in rows}
    tops = sorted({ranked[0][1] for ranked in asked.values() if ranked})

    def of(rows: Sequence[dict], least: float) -> tuple[float, float]:  # type: ignore[type-arg]
        right, honest = list[bool](), list[bool]()
        for row in rows:
            ranked = asked[row["question"]]
            first = [name for name, _ in ranked[:5]] if ranked and ranked[0][1] >= least else []
            if row["right"]:
                right.append(bool({*first} & {*row["right"]}))
            else:
                honest.append(not first)
        return float(np.mean(right)), float(np.mean(honest))

    least = 0.0 if ask.__name__ == "ours" else max(tops, key=lambda value: sum(of(sets[-1], value)))
    return tuple(value for rows in sets for value in of(rows, least))


def _own(name: str) -> str:
    """Return a name without the folder that was added."""
    return re.sub(r"^pictures/", "", name)
