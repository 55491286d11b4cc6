"""Weights of templates with free text and of slots, from sentences that no benchmark scores.

Templates: a logistic regression tells commands from everyday talk among the sentences that a template with free text
covers. Slots: a conditional logit chooses among the three intents that are likeliest by meaning.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np

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
from benchmarks.fit_logit import Choices, Fit, fit, yes_or_no
from benchmarks.slots import imported, split

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
    rows = f"{len(commands)} free-text matches of the shipped tests and examples and {len(strangers)} of "
    rows += f"{len(talk) + len(clinc)} sentences of everyday talk (out_of_scope.txt, CLINC150 oos_train)"
    if min(len(commands), len(strangers)) < fewest:
        return Fit(dict(present), (), f"{rows}, which are too few")
    total = len(commands) + len(strangers)
    shares = [total / 2 / len(commands)] * len(commands) + [total / 2 / len(strangers)] * len(strangers)
    choices = yes_or_no(commands + strangers, [True] * len(commands) + [False] * len(strangers), shares)
    return fit(choices, present, (*TEMPLATE_KEYS, "bias"), rows)


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


# -- slots -------------------------------------------------------------------------------------


def fit_slots(options: Options, embedder: Embedder, present: Mapping[str, float], most: int = 1000) -> Fit:
    """Fit the weights of slots on rows of SNIPS that are neither stored nor among those scored with seed 0."""
    choices = slot_choices(options, embedder, most)
    rows = f"{len(choices.right)} rows of SNIPS train_full, neither stored (train_small) nor scored with seed 0"
    return fit(choices, present, SLOT_KEYS, rows)


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
    offsets, places = np.array(meaning, np.float64), np.array(right, np.intp)
    return Choices(offsets, np.array(features, np.float64), places, np.ones(len(places)))


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
