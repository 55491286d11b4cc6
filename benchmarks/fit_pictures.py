"""The sections for pictures of weights.toml: `python -m benchmarks.fit_pictures [--dry-run]`.

The order is fitted as that of passages is; the confidence, with the reranker and without it, on the three likeliest
pictures for each question, and once more with every right picture taken out. The questions are those that were read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import tomlkit
from numpy.typing import NDArray

from assistant import weights as model_weights
from assistant.app import build
from assistant.config import Config
from assistant.nlu.documents.features import ORDER
from assistant.nlu.documents.reranker import Reranker
from assistant.nlu.documents.words import WordIndex
from assistant.nlu.pictures.asking import read_question
from assistant.nlu.pictures.features import FEATURES, PictureReading, WordVectors
from assistant.nlu.ranking.evidence import WEIGHTS_FILE, ranking_weights
from assistant.nlu.retrieval.passages import PassageSearch
from benchmarks import json_lines, quiet
from benchmarks.documents import kept_folder
from benchmarks.fit_documents import Asked, asked, fit_order, reordered
from benchmarks.pictures import READ, TODAY, drawn

FIXED = {"lacking": -2.5, "absent": -1.0, "elsewhere": -2.5}
"""Weights that are set by hand: numbers and names must agree, and too few questions have one that does not."""

LEFT_OUT, FOLLOWING = 0.3, 0.3
"""Weights of a question whose answer was taken out, and of a picture that is not the likeliest."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A picture for a question."""

    features: Mapping[str, float]
    is_right: bool
    share: float


def main() -> None:
    """Fit the sections and write them."""
    embedder, present = build.load_embedder(Config(), quiet), ranking_weights().picture
    search, ids = drawn(kept_folder("pictures"), embedder)
    questions = list(asked(search, list(_questions(search, ids)), embedder, present))
    order = fit_order(questions, ORDER)
    ordered = [reordered(item, order, ORDER) for item in questions]
    print(sum(item.right[:1].any() for item in ordered if item.right.any()), "right first")
    reranker = Reranker(model_weights.resolve("ms-marco-minilm", "reranker", Config(), quiet))
    index, vectors = WordIndex(None), WordVectors(embedder.embed)
    document = tomlkit.parse(WEIGHTS_FILE.read_text("utf-8"))
    for name, model in (("picture", None), ("picture_reranked", reranker)):
        judged = [list(_judged(item, search, index, vectors, model)) for item in ordered]
        fitted = fit([row for rows in judged for row in rows], model is not None)
        whole = [rows for rows, item in zip(judged, ordered, strict=True) if item.right.any() or not item.is_known]
        fitted["bias"] = round(fitted["bias"] + balancing(whole, fitted), 2)
        fitted = (order if model is None else {}) | fitted
        table = tomlkit.table()
        table["fitted_on"] = (
            f"the first two sets of questions to the drawn pictures, with and without their answer: {len(questions)}; "
            "lacking, absent and elsewhere by hand"
        )
        for key, weight in fitted.items():
            print(f"{name}.{key} = {weight}")
            table[key] = weight
        table.add(tomlkit.nl())
        document[name] = table
    if "--dry-run" not in sys.argv:
        WEIGHTS_FILE.write_text(tomlkit.dumps(document), "utf-8")


def _questions(search: PassageSearch, ids: Mapping[str, str]) -> Iterator[tuple[str, set[str]]]:
    places = search.documents.places
    names = {key: search.documents.passage(key).name.partition("/")[2] for key in places}
    for row in (row for file in READ for row in json_lines(file)):
        question = read_question(row["question"], TODAY.date())
        if question.about and (row["right"] or not question.filters):
            yield question.about, {key for key, name in names.items() if ids[name] in row["right"]}


def _judged(
    item: Asked, search: PassageSearch, index: WordIndex, vectors: WordVectors, model: Reranker | None, most: int = 3
) -> Iterator[Judged]:
    ranked = item.ranked[:most]
    reading = PictureReading(item.query, ranked, search, index, vectors)
    scores = [0.0] * len(ranked)
    if model is not None and ranked:
        scores = model.scores(item.query.text, [row.passage.embedded_text for row in ranked])
    is_left_out = item.is_known and not item.right.any()
    for place, (row, score) in enumerate(zip(ranked, scores, strict=True)):
        share = (LEFT_OUT if is_left_out else 1.0) * (FOLLOWING if place else 1.0)
        yield Judged(reading.features(row, score / 10), bool(item.right[place]), share)


def fit(rows: Sequence[Judged], is_reranked: bool) -> dict[str, float]:
    """Fit a logistic regression whose signs are those that the features are meant to have."""
    from scipy.optimize import minimize

    free = [name for name in FEATURES if name not in FIXED and (is_reranked or name != "reranked")]
    offset = np.array([sum(weight * row.features[name] for name, weight in FIXED.items()) for row in rows])
    matrix = np.array([[*(row.features[name] for name in free), 1.0] for row in rows])
    signs, shares = np.array([1.0 if row.is_right else -1.0 for row in rows]), np.array([row.share for row in rows])
    shares[signs > 0] *= shares[signs < 0].sum() / shares[signs > 0].sum()  # as bad to miss one as to show a wrong one

    def loss(values: NDArray[np.float64]) -> float:
        return float(
            (shares * np.logaddexp(0, -signs * (offset + matrix @ values))).sum() / shares.sum()
        ) + 1e-3 * float((values[:-1] ** 2).sum())

    bounds = [*((None, 0.0) if name == "strange" else (0.0, None) for name in free), (None, None)]
    values = minimize(loss, np.zeros(len(free) + 1), method="L-BFGS-B", bounds=bounds).x
    fitted = dict.fromkeys(FEATURES, 0.0) | FIXED | dict(zip((*free, "bias"), map(float, values), strict=True))
    return {name: round(weight, 2) for name, weight in fitted.items()}


def balancing(questions: Sequence[Sequence[Judged]], weights: Mapping[str, float]) -> float:
    """Return the change of the bias that makes the rarer of a right picture and a right nothing most frequent."""
    odds = [
        [weights["bias"] + sum(weights[name] * value for name, value in row.features.items()) for row in rows]
        for rows in questions
    ]
    best, changes = (-1.0, -1.0), list[float]()
    for change in np.linspace(-1.5, 1.5, 121):
        shown = [max(values, default=-np.inf) + change > 0 for values in odds]
        is_known = [any(row.is_right for row in rows) for rows in questions]
        found = np.mean([is_shown for is_shown, known in zip(shown, is_known, strict=True) if known])
        silent = np.mean([not is_shown for is_shown, known in zip(shown, is_known, strict=True) if not known])
        value = (float(min(found, silent)), float(found + silent))
        if value >= best:
            changes = [*(changes if value == best else []), float(change)]
            best = value
    print(f"the rarer of a right picture and a right nothing: {best[0]:.3f}")
    return float(np.median(changes))


if __name__ == "__main__":
    main()
