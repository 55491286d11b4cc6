"""The sections for passages of weights.toml: `python -m benchmarks.fit_documents [--dry-run]`.

The order of passages is a conditional logit on the passages near a question that has an answer. The confidence is a
logistic regression on the first of them: right or not, and once more with every right passage taken out, when none is.
Fitted on the development half and on the second set, whose manuals are others: weights that were fitted on one set
alone were too sure of the other.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import tomlkit
from numpy.typing import NDArray

from assistant import weights
from assistant.app import build
from assistant.authoring.documents.loading import load_documents
from assistant.config import Config
from assistant.nlu.documents.features import (
    CONFIDENCE,
    ORDER,
    ScoredPassage,
    candidates,
    confidence_features,
    reranked,
)
from assistant.nlu.documents.naming import DocumentNames
from assistant.nlu.documents.reranker import Reranker
from assistant.nlu.documents.words import WordIndex
from assistant.nlu.query import Query
from assistant.nlu.ranking.evidence import WEIGHTS_FILE, ranking_weights
from assistant.nlu.retrieval.passages import NearPassage, PassageIndex, PassageSearch
from benchmarks import json_lines, quiet
from benchmarks.documents import DATA, is_right, kept_folder

SETS = (("manuals", "questions_dev.jsonl"), ("second", "questions_second.jsonl"))
"""Folder of the documents, and questions to them."""

AGAINST = ("lacking", "absent", "rarest", "unknown", "numberless", "sibling")
"""Features that never speak for a passage."""

UNANSWERED, LEFT_OUT = 1.0, 0.2
"""Weights of a question without an answer, and of one whose answer was taken out, beside one that has its answer: an
answer to the first is worse than none to the last."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the passages near it."""

    query: Query
    ranked: Sequence[ScoredPassage]
    right: NDArray[np.bool_]
    """True of each that answers it; False of all where it has no answer here."""
    share: float = 1.0
    is_known: bool = False
    """True where the documents answer it."""


class Without:
    """A search from which some passages are left out."""

    def __init__(self, search: PassageSearch, keys: set[str]) -> None:
        self._search, self._keys = search, keys
        self.documents = search.documents

    def nearest(self, vector: Any, n: int) -> tuple[NearPassage, ...]:
        near = self._search.nearest(vector, n + len(self._keys))
        return tuple(hit for hit in near if hit.key not in self._keys)[:n]

    def among(self, vector: Any, keys: Iterable[str], n: int | None = None) -> tuple[NearPassage, ...]:
        return self._search.among(vector, [key for key in keys if key not in self._keys], n)


def asked(
    search: PassageSearch, rows: Sequence[tuple[str, set[str]]], embedder: Any, weights: Mapping[str, float]
) -> Iterator[Asked]:
    """Yield each question, and those that have an answer once more without it."""
    index = WordIndex(None)
    names = DocumentNames(search.documents, index)
    for text, right in rows:
        query = Query(text, "en", datetime(2026, 11, 23), embedder.embed)
        named = names.named(query)
        for left_out in (set[str](), right) if right else (set[str](),):
            without = Without(search, left_out)
            ranked = candidates(query, without, index, weights, named=named)  # type: ignore[arg-type]
            is_right_one = [row.key in right and not left_out for row in ranked]
            yield Asked(
                query,
                ranked,
                np.array(is_right_one, bool),
                LEFT_OUT if left_out else 1.0 if right else UNANSWERED,
                bool(right),
            )


def collections(embedder: Any) -> Iterator[tuple[PassageSearch, list[tuple[str, set[str]]]]]:
    """Yield the documents of each set, with its questions."""
    for folder, file in SETS:
        index = PassageIndex(kept_folder(folder), embedder)
        search = index.embed(load_documents([DATA / folder]), quiet)
        rows = json_lines(DATA / file)
        right = [{item.key for item in search.documents.passages if is_right(item, row)} for row in rows]
        yield search, list(zip((row["question"] for row in rows), right, strict=True))


def fit_order(rows: Sequence[Asked], names: Sequence[str]) -> dict[str, float]:
    """Fit the weights that make the right passages likeliest among those near."""
    from scipy.optimize import minimize

    sets = [
        (np.array([[row.features[name] for name in names] for row in item.ranked]), item.right)
        for item in rows
        if item.right.any()
    ]

    def loss(weights: NDArray[np.float64]) -> float:
        total = 0.0
        for features, right in sets:
            scores = features @ weights
            total += np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[right])
        return float(total / len(sets) + 2e-4 * (weights**2).sum())

    by_hand = {"lacking": (-2.0, -2.0)}  # of near duplicates, too few of which are here
    bounds = [by_hand.get(name, (None, 0.0) if name in AGAINST else (0.0, None)) for name in names]
    weights = minimize(
        loss, np.where([name in AGAINST for name in names], 0.0, 1.0), method="L-BFGS-B", bounds=bounds
    ).x
    return {f"order_{name}": round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}


def fit_confidence(rows: Sequence[Asked], fixed: Mapping[str, float]) -> dict[str, float]:
    """Fit the weights by which the first passage is the answer or not; those of `fixed` stay."""
    from scipy.optimize import minimize

    free = [name for name in CONFIDENCE if name not in fixed]
    features, labels, shares = list[dict[str, float]](), list[bool](), list[float]()
    for item in rows:
        if item.ranked:
            features.append(confidence_features(item.query, item.ranked, 0))
            labels.append(bool(item.right[0]))
            shares.append(item.share)
    offset = np.array([sum(weight * row[name] for name, weight in fixed.items()) for row in features])
    matrix = np.array([[*(row[name] for name in free), 1.0] for row in features])
    signs, weighed = np.where(labels, 1.0, -1.0), np.array(shares)

    def loss(weights: NDArray[np.float64]) -> float:
        margins = signs * (offset + matrix @ weights)
        return float((weighed * np.logaddexp(0, -margins)).mean() + 1e-3 * (weights[:-1] ** 2).sum())

    bounds = [(None, 0.0) if name in AGAINST else (0.0, None) for name in free]
    weights = minimize(loss, np.zeros(len(free) + 1), method="L-BFGS-B", bounds=[*bounds, (None, None)]).x
    print(f"{np.mean((offset + matrix @ weights > 0) == np.array(labels)):.3f} of {len(labels)} told rightly")
    return {name: round(float(weight), 2) for name, weight in zip((*free, "bias"), weights, strict=True)}


def reread(item: Asked, model: Reranker, weights: Mapping[str, float], most: int = 3) -> Asked:
    """Return a question with its likeliest passages read by the reranker."""
    right = {row.key for row, is_right in zip(item.ranked, item.right, strict=True) if is_right}
    ranked = reranked(item.query, item.ranked[:most], model, weights)
    return replace(item, ranked=ranked, right=np.array([row.key in right for row in ranked], bool))


def fitted(rows: Sequence[Sequence[Asked]], names: Sequence[str], weights: dict[str, float]) -> dict[str, float]:
    """Fit the order of passages, then the confidence of the first by that order."""
    weights |= fit_order([item for part in rows for item in part], names)
    by_order = [[reordered(item, weights, names) for item in part] for part in rows]
    first = [np.mean([item.right[0] for item in part if item.share == 1.0 and item.is_known]) for part in by_order]
    print(f"right first: {', '.join(f'{share:.3f}' for share in first)}")
    fixed = {name: weights[name] for name in ("lacking", "sibling")}
    if "reranked" not in names:
        fixed |= {"reranked": 0.0, "read": 0.0, "read_ahead": 0.0}
    firsts = [item for part in by_order for item in part]
    weights |= fit_confidence(firsts, fixed)
    return weights


def reordered(item: Asked, weights: Mapping[str, float], names: Sequence[str]) -> Asked:
    """Return a question with its passages in the order by other weights."""
    scores = [sum(weights[f"order_{name}"] * row.features[name] for name in names) for row in item.ranked]
    order = sorted(range(len(scores)), key=lambda place: -scores[place])
    ranked = [replace(item.ranked[place], score=scores[place]) for place in order]
    return replace(item, ranked=ranked, right=item.right[order] if order else item.right)


def main() -> None:
    """Fit the sections and write them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_documents", description="Fit the passage weights.")
    parser.add_argument("--dry-run", action="store_true", help="print the weights, write nothing")
    arguments = parser.parse_args()
    embedder = build.load_embedder(Config(), quiet)
    present = ranking_weights()
    rows = [list(asked(search, questions, embedder, present.passage)) for search, questions in collections(embedder)]
    sections = {"passage": fitted(rows, ORDER, dict(present.passage))}
    model = Reranker(weights.resolve("ms-marco-minilm", "reranker", Config(), quiet))
    order = [[reordered(item, sections["passage"], ORDER) for item in part] for part in rows]
    read = [[reread(item, model, present.passage_reranked) for item in part] for part in order]
    sections["passage_reranked"] = fitted(read, (*ORDER, "reranked"), dict(present.passage_reranked))
    document = tomlkit.parse(WEIGHTS_FILE.read_text("utf-8"))
    for name, section in sections.items():
        table = document[name]
        assert isinstance(table, tomlkit.items.Table)
        for key, weight in section.items():
            print(f"{name}.{key} = {weight}")
            table[key] = weight
        note = "all questions of the development half to the manuals and of the second set, with and without"
        table["fitted_on"] = (
            f"{note} their answer: {sum(map(len, rows))}; lacking and sibling by hand: too few have them"
        )
    if not arguments.dry_run:
        WEIGHTS_FILE.write_text(tomlkit.dumps(document), "utf-8")


if __name__ == "__main__":
    main()
