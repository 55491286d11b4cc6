"""The sections for pictures of weights.toml: `python -m benchmarks.fit_pictures [--dry-run] [--sight]`.

The order is fitted as that of passages is; the confidence, with the reranker and without it, on the three likeliest
pictures for each question, and once more with every right picture taken out. The questions are those that were read.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
from assistant.nlu.pictures.sight import Sight
from assistant.nlu.ranking.evidence import WEIGHTS_FILE, ranking_weights
from assistant.nlu.retrieval.passages import PassageSearch
from benchmarks import json_lines, quiet
from benchmarks.documents import kept_folder
from benchmarks.fit_documents import Asked, asked, fit_order, reordered
from benchmarks.pictures import READ, TODAY, drawn
from benchmarks.pictures_seen import trained_sight
from benchmarks.shapes import drawings

FIXED = {"lacking": -6.5, "absent": -1.0, "elsewhere": -2.5}
"""Weights that are set by hand: numbers and names must agree, and too few questions have one that does not.

A number in the place of another says no whatever else agrees: invoice 4471 is not invoice 4472.
"""

LEFT_OUT, FOLLOWING = 0.3, 0.3
"""Weights of a question whose answer was taken out, and of a picture that is not the likeliest."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A picture for a question."""

    features: Mapping[str, float]
    is_right: bool
    share: float


def main() -> None:
    """Fit the sections of the words and write them; with `--sight` that of what is to be seen alone."""
    document = tomlkit.parse(WEIGHTS_FILE.read_text("utf-8"))
    if "--sight" in sys.argv:
        shapes = list(_seen_shapes())
        source = f"the captions of {len(shapes) // 4} drawn shapes, with and without the one meant, by a tiny CLIP"
        document["sight"] = _table("sight", source, FIXED | fit(shapes, ["fit"]))
    else:
        _fit_words(document)
    if "--dry-run" not in sys.argv:
        WEIGHTS_FILE.write_text(tomlkit.dumps(document), "utf-8")


def _fit_words(document: tomlkit.TOMLDocument) -> None:
    """Fit the sections of the words of pictures into a document."""
    embedder, present = build.load_embedder(Config(), quiet), ranking_weights().picture
    search, ids = drawn(kept_folder("pictures"), embedder)
    questions = list(asked(search, list(_questions(search, ids)), embedder, present))
    order = fit_order(questions, ORDER)
    ordered = [reordered(item, order, ORDER) for item in questions]
    print(sum(item.right[:1].any() for item in ordered if item.right.any()), "right first")
    reranker = Reranker(model_weights.resolve("ms-marco-minilm", "reranker", Config(), quiet))
    index, vectors = WordIndex(None), WordVectors(embedder.embed)
    for name, model in (("picture", None), ("picture_reranked", reranker)):
        judged = [list(_judged(item, search, index, vectors, model)) for item in ordered]
        free = [feature for feature in FEATURES if feature not in FIXED and (model or feature != "reranked")]
        fitted = dict.fromkeys(FEATURES, 0.0) | FIXED | fit([row for rows in judged for row in rows], free)
        whole = [rows for rows, item in zip(judged, ordered, strict=True) if item.right.any() or not item.is_known]
        fitted["bias"] = round(fitted["bias"] + balancing(whole, fitted), 2)
        fitted = (order if model is None else {}) | fitted
        document[name] = _table(
            name,
            f"the first four sets of questions to the drawn pictures, with and without their answer: {len(questions)}",
            fitted,
        )


def _table(name: str, source: str, fitted: Mapping[str, float]) -> Any:
    """Make a section of weights and print it."""
    table = tomlkit.table()
    table["fitted_on"] = f"{source}; lacking, absent and elsewhere by hand"
    for key, weight in fitted.items():
        print(f"{name}.{key} = {weight}")
        table[key] = weight
    table.add(tomlkit.nl())
    return table


def _seen_shapes(near: int = 24, most: int = 3, seed: int = 7) -> Iterator[Judged]:
    """Judge the likeliest shapes for each caption, and the likeliest once more with the one meant taken out."""
    sight, dice = Sight(trained_sight()), random.Random(seed)
    items = drawings()
    folder = kept_folder("shapes") / "fitted"
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{place}.jpg" for place in range(len(items))]
    for item, file in zip(items, files, strict=True):
        item.drawn(dice, 320).save(file, quality=92)
    pictures, words = sight.embed(list(map(str, files))), sight.embed_words([item.caption for item in items])
    for meant, vector in enumerate(words):
        order = np.argsort(-(pictures @ vector))
        for places, share, count in ((order, 1.0, most), (order[order != meant], LEFT_OUT, 1)):
            fits = sight.fits(vector, pictures[places[:near]])
            for rank, place in enumerate(np.argsort(-fits)[:count]):
                features = dict.fromkeys(FIXED, 0.0) | {"fit": float(fits[place])}
                yield Judged(features, bool(places[place] == meant), share * (FOLLOWING if rank else 1.0))


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


def fit(rows: Sequence[Judged], free: Sequence[str]) -> dict[str, float]:
    """Fit a logistic regression of some features, whose signs are those that the features are meant to have."""
    from scipy.optimize import minimize

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
    return {name: round(float(weight), 2) for name, weight in zip((*free, "bias"), values, strict=True)}


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
