"""Weights of templates with free text and of slots, from sentences that no benchmark scores.

Templates: a logistic regression tells commands from everyday talk among the sentences that a template with free text
covers. Slots: a conditional logit (McFadden 1974) chooses among the three intents that are likeliest by meaning.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.authoring.definitions import IntentSet
from assistant.authoring.intents import load_intents
from assistant.authoring.knowledge import load_knowledge
from assistant.language.text import tidy
from assistant.nlu.matcher import NEIGHBOURS
from assistant.nlu.parts import Parts, make_parts
from assistant.nlu.query import Query
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.ranking.rankers import (
    MeaningRanker,
    SlotRanker,
    TemplateRanker,
    nearest_phrases,
    similarity_to,
    template_features,
)
from assistant.nlu.retrieval import corpus
from assistant.nlu.retrieval.index import Embedder, Index
from assistant.nlu.slots.filler import SlotFiller
from benchmarks import Options, json_lines, quiet
from benchmarks.slots import imported, split

Fit: TypeAlias = tuple[dict[str, float], str]
"""Weights by their keys, and what they were fitted on."""

SHIPPED = Path(__file__).parents[1] / "intents"
TEMPLATE_KEYS = ("telling_word", "nearness", "free_word")
SLOT_KEYS = ("account", "several_values", "untaken_value", "missing_value", "repair")


# -- templates with free text ------------------------------------------------------------------


def fit_template(options: Options, embedder: Embedder, present: Mapping[str, float], fewest: int = 30) -> Fit:
    """Fit the weights of templates with free text; keep the present ones where fewer matches than `fewest` are there.

    Commands are the tests and examples of the shipped intents; everyday talk is out_of_scope.txt and the out-of-scope
    training rows of CLINC150.
    """
    parts = _parts(load_intents([SHIPPED], ()), embedder)
    ours = [(test.say, name) for name, intent in parts.intents.intents.items() for test in intent.tests]
    ours += [(text, owner) for owner, text in corpus.examples_by_row(parts.intents, parts.templates)]
    talk = corpus.OUT_OF_SCOPE.read_text("utf-8").splitlines()
    clinc = [row["text"] for row in json_lines(options.folder("text/clinc150") / "oos_train.jsonl")]
    commands = _template_rows(parts, dict.fromkeys((tidy(text), owner) for text, owner in ours))
    strangers = _template_rows(parts, [(text, "") for text in dict.fromkeys([*talk, *clinc])])
    counts = f"{len(commands)} free-text matches of the shipped tests and examples, {len(strangers)} of "
    counts += f"{len(talk) + len(clinc)} sentences of everyday talk (out_of_scope.txt, CLINC150 oos_train)"
    if min(len(commands), len(strangers)) < fewest:
        return dict(present), f"set by hand; judged on the shipped tests; too few to fit on: {counts}"
    bias, coefficients = logistic_regression(commands + strangers, [1] * len(commands) + [0] * len(strangers))
    return {**present, "bias": bias, **dict(zip(TEMPLATE_KEYS, coefficients, strict=True))}, counts


def _parts(intents: IntentSet, embedder: Embedder) -> Parts:
    return make_parts(intents, load_knowledge([]), Index(None, embedder), embedder, quiet)


def _query(parts: Parts, text: str) -> Query:
    return Query(
        *(text, parts.intents.language, datetime(2026, 11, 23, 10)),
        parts.embedder.embed,
        lambda vector: parts.retriever.nearest(vector, NEIGHBOURS),
    )


def _template_rows(parts: Parts, sentences: Iterable[tuple[str, str]]) -> list[tuple[float, ...]]:
    """Return the features of the best free-text match of the right intent of each sentence, of any for `""`."""
    rows = []
    for text, owner in sentences:
        query = _query(parts, text)
        free = [match for match in parts.templates.match(query) if not owner or match.intent == owner]
        if free and free[0].free:
            hits = [hit for hit in query.neighbours if hit.row.text != query.plain]
            similarity = similarity_to(free[0].intent, nearest_phrases(hits), query)
            features = template_features(free[0], similarity, query.language)
            rows.append(tuple(features[key] for key in TEMPLATE_KEYS))
    return rows


def logistic_regression(
    rows: Sequence[Sequence[float]], labels: Sequence[bool | int], weights: Sequence[float] | None = None
) -> tuple[float, list[float]]:
    """Fit a logistic regression, hardly regularised; return bias and coefficients. The classes weigh the same."""
    from sklearn.linear_model import LogisticRegression

    balance = None if weights else "balanced"
    model = LogisticRegression(C=100, class_weight=balance, max_iter=1000)
    model.fit(np.array(rows), np.array(labels), sample_weight=None if weights is None else np.array(weights))
    return float(model.intercept_[0]), [float(coefficient) for coefficient in model.coef_[0]]


# -- slots -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choices:
    """Sentences with their three likeliest intents."""

    meaning: NDArray[np.float64]
    """Log odds by meaning, shape (sentences, 3)."""
    features: NDArray[np.float64]
    """Shape (sentences, 3, features)."""
    right: NDArray[np.intp]
    """Place of the right intent, 0 to 2."""

    def take(self, rows: NDArray[np.bool_]) -> Choices:
        """Return some of the sentences."""
        return Choices(self.meaning[rows], self.features[rows], self.right[rows])

    def losses(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the negative log likelihood of the right intent for each sentence."""
        strengths = self.meaning + self.features @ weights
        chosen = np.take_along_axis(strengths, self.right[:, None], 1)[:, 0]
        return np.asarray(np.logaddexp.reduce(strengths, axis=1) - chosen)


def fit_slots(options: Options, embedder: Embedder, present: Mapping[str, float], most: int = 1000) -> Fit:
    """Fit the weights of slots on rows of SNIPS that are neither stored nor among those scored with seed 0."""
    choices = slot_choices(options, embedder, most)
    start = np.array([present[key] for key in SLOT_KEYS])
    weights = fit_choices(choices, start)
    fitted = [key for key, new, old in zip(SLOT_KEYS, weights, start, strict=True) if new != old]
    kept = [key for key in SLOT_KEYS if key not in fitted]
    rows = f"{len(choices.right)} rows of SNIPS train_full, neither stored (train_small) nor scored with seed 0"
    if not fitted:
        note = f"set by hand; a fit on {rows}, is not clearly better"
    else:
        note = (
            f"{', '.join(fitted)}: {rows}; {', '.join(kept) or 'nothing'} set by hand, no fit there is clearly better"
        )
    return {**present, **dict(zip(SLOT_KEYS, weights.tolist(), strict=True))}, note


def slot_choices(options: Options, embedder: Embedder, most: int) -> Choices:
    """Return the choices of as many rows, in a random order; those without the right intent among them are left out."""
    stored, scored = split("snips2017", Options(options.data, None, 0, 0))
    used = {row["text"] for row in (*stored, *scored)}
    rows = [row for row in json_lines(options.folder("text/snips2017") / "train_full.jsonl") if row["text"] not in used]
    rows = random.Random(options.seed).sample(rows, min(most, len(rows)))
    parts = _parts(imported(stored), embedder)
    ranker = slot_ranker(parts)
    choices = [_choice(ranker, _query(parts, row["text"]), row["intent"]) for row in rows]
    meaning, features, right = zip(*filter(None, choices), strict=True)
    return Choices(np.array(meaning, np.float64), np.array(features, np.float64), np.array(right, np.intp))


def slot_ranker(parts: Parts) -> SlotRanker:
    """Return the ranker of slots as the matcher has it."""
    intents, weights, sampler = parts.intents, ranking_weights(), parts.templates.sampler
    meaning = MeaningRanker(parts.classifier, intents.intents, frozenset(), weights)
    filler = cache(lambda name: SlotFiller(intents.intents[name], intents, sampler))
    return SlotRanker(intents, filler, meaning, TemplateRanker(parts.templates, weights), weights)


def _choice(ranker: SlotRanker, query: Query, intent: str) -> tuple[list[float], list[list[float]], int] | None:
    candidates = ranker.features(query)
    owners = [candidate.owner for candidate in candidates]
    if intent not in owners or len(owners) < 3:
        return None
    values = [[candidate.values.get(key, 0.0) for key in SLOT_KEYS] for candidate in candidates]
    return [candidate.meaning for candidate in candidates], values, owners.index(intent)


def fit_choices(choices: Choices, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit the weights, less each that a fit does not make clearly better than its start, by cross-validation.

    Clearly: by more than two standard errors of the mean difference of a sentence's loss, and by a hundredth of it.
    """
    free = list(range(len(start)))
    losses = _held_out_losses(choices, start, free)
    while free:
        without = {key: _held_out_losses(choices, start, [other for other in free if other != key]) for key in free}
        gains = {key: _clear_gain(other, losses) for key, other in without.items()}
        least = min(gains, key=gains.__getitem__)
        if gains[least] > 0:
            break
        free.remove(least)
        losses = without[least]
    return _maximised(choices, start, free)


def _clear_gain(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Return the least gain of mean loss that is likely, less a hundredth of the loss."""
    gain = before - after
    return float(gain.mean() - 2 * gain.std() / np.sqrt(len(gain)) - before.mean() / 100)


def _held_out_losses(
    choices: Choices, start: NDArray[np.float64], free: Sequence[int], folds: int = 5
) -> NDArray[np.float64]:
    """Return the loss of each sentence by the weights that are fitted on the other folds."""
    fold = np.arange(len(choices.right)) % folds
    losses = np.zeros(len(fold))
    for number in range(folds):
        weights = _maximised(choices.take(fold != number), start, free)
        losses[fold == number] = choices.take(fold == number).losses(weights)
    return losses


def _maximised(choices: Choices, start: NDArray[np.float64], free: Sequence[int]) -> NDArray[np.float64]:
    """Return the weights that make the right intents likeliest, where only those of `free` may move."""
    from scipy.optimize import minimize

    def whole(some: NDArray[np.float64]) -> NDArray[np.float64]:
        weights = start.copy()
        weights[list(free)] = some
        return weights

    if not free:
        return start
    # a weak prior around the present values keeps a weight that hardly any sentence tells of where it is
    result = minimize(
        lambda some: choices.losses(whole(some)).sum() + 0.5 * ((some - start[list(free)]) ** 2).sum(),
        start[list(free)],
        method="L-BFGS-B",
    )
    return whole(result.x)
