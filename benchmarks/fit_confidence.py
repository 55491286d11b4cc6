"""The weights of assistant/nlu/ranking/weights.toml: `python -m benchmarks.fit_confidence --data DIR [--dry-run]`.

Fits what text can tell and writes the file anew, comments and order kept, each section with what it was fitted on.
Weights of sound and hearing need recordings: they are set by hand and stay. No row that a benchmark scores is used.

Questions: collections are made from the shipped knowledge and from those of BANKING77; each is asked what it knows, in
words that it does not hold, and what nobody planned for. A logistic regression learns from the first candidate whether
it was right. Templates and slots: `fit_commands`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import numpy as np
import tomlkit
from numpy.typing import NDArray

from assistant import weights as model_weights
from assistant.app import build
from assistant.authoring.definitions import IntentSet
from assistant.authoring.knowledge import KnowledgeSet, load_knowledge
from assistant.config import Config
from assistant.nlu.matcher import NEIGHBOURS
from assistant.nlu.query import Query, plain_text
from assistant.nlu.ranking.evidence import WEIGHTS_FILE, ranking_weights
from assistant.nlu.ranking.questions import question_features
from assistant.nlu.retrieval import corpus
from assistant.nlu.retrieval.index import Embedder
from assistant.nlu.retrieval.snapshot import Hit, Row
from assistant.nlu.templates.matcher import Templates
from benchmarks import Options, default_data, json_lines, quiet
from benchmarks.fit_commands import fit_slots, fit_template
from benchmarks.fit_logit import Fit, fit, yes_or_no

NEGATIVES = ("hwu64/train", "snips2017/train_small", "atis/train")
"""Orders and questions to others, of which no benchmark scores the training rows."""

QUESTION_KEYS = ("nearness", "margin", "words")

Labelled: TypeAlias = tuple[tuple[float, ...], bool]
"""Features of a candidate, and True where it was right."""


@dataclass(frozen=True, slots=True)
class Queries:
    """Sentences with their vectors and their right owners, none where nothing is right."""

    texts: list[str]
    owners: list[frozenset[str]]
    vectors: NDArray[np.float32]

    def take(self, chosen: Sequence[int]) -> Queries:
        """Return some of the sentences."""
        return Queries([self.texts[i] for i in chosen], [self.owners[i] for i in chosen], self.vectors[list(chosen)])


def read(path: Path, embedder: Embedder, limit: int, rng: random.Random, labelled: bool = True) -> Queries:
    """Read a set of sentences, at most `limit` of them in a random order (0: all)."""
    rows = list(json_lines(path))
    rng.shuffle(rows)
    texts, owners = [], []
    for row in rows[: limit or None]:
        texts.append(plain_text(str(row.get("text") or row.get("query") or row.get("question"))))
        right = row.get("relevant") or [row.get("intent") or row.get("id")]
        owners.append(frozenset(map(str, right)) if labelled else frozenset())
    return Queries(texts, owners, embedder.embed(texts))


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows of a small collection of questions, with their vectors."""

    rows: list[Row]
    vectors: NDArray[np.float32]


def first_candidates(stored: Stored, queries: Queries) -> list[Labelled]:
    """Return the features of the first question for each sentence, labelled."""
    weights = ranking_weights().question
    candidates: list[Labelled] = []
    for text, right, vector in zip(queries.texts, queries.owners, queries.vectors, strict=True):
        scores = stored.vectors @ vector
        hits = [Hit(stored.rows[i], float(scores[i])) for i in np.argsort(-scores)[:NEIGHBOURS]]
        first, features = question_features(Query(text, "en", datetime(2026, 11, 23)), hits, weights)[0]
        candidates.append((features, first.owner in right))
    return candidates


def _shipped(embedder: Embedder, rng: random.Random) -> Iterator[tuple[Stored, Queries]]:
    """Yield the shipped knowledge, each time without one wording of each entry, which is asked; and parts of it."""
    entries = list(load_knowledge([Path(__file__).parent.parent / "knowledge"]).entries)
    for left_out, size in ((0, len(entries)), (1, len(entries)), (2, 60), (0, 30), (1, 30)):
        queries = [(entry.also[left_out % len(entry.also)], entry.question) for entry in entries]
        kept = [
            replace(entry, also=tuple(way for way in entry.also if way != queries[number][0]))
            for number, entry in enumerate(entries)
        ]
        rows = list(corpus.rows(IntentSet(), KnowledgeSet(tuple(rng.sample(kept, size))), Templates(IntentSet())))
        texts, owners = [plain_text(text) for text, _ in queries], [frozenset([owner]) for _, owner in queries]
        yield Stored(rows, embedder.embed([row.text for row in rows])), Queries(texts, owners, embedder.embed(texts))


def _banking(data: Path, embedder: Embedder, rng: random.Random) -> Iterator[tuple[Stored, Queries]]:
    """Yield questions to a bank: three wordings of each are stored, without an answer; others are asked."""
    whole = read(data / "banking77/train.jsonl", embedder, 3000, rng)
    for size, wordings in ((77, 3), (30, 3), (15, 3)):
        names = rng.sample(sorted({min(owner) for owner in whole.owners}), size)
        chosen = [[i for i, owner in enumerate(whole.owners) if min(owner) == name][:wordings] for name in names]
        stored = [number for numbers in chosen for number in numbers]
        rows = [Row("question", min(whole.owners[i]), whole.texts[i]) for i in stored]
        left = rng.sample([i for i in range(len(whole.texts)) if i not in set(stored)], 600)
        yield Stored(rows, whole.vectors[stored]), whole.take(left)


def fit_question(options: Options, embedder: Embedder, present: Mapping[str, float]) -> Fit:
    """Fit the weights of questions; a sentence without an answer weighs half of one that has one."""
    rng, data = random.Random(options.seed), options.folder("text")
    clinc = read(data / "clinc150/train.jsonl", embedder, 2000, rng)
    foreign = [read(data / "clinc150/oos_train.jsonl", embedder, 0, rng, labelled=False)]
    foreign += [read(data / f"{name}.jsonl", embedder, 100, rng, labelled=False) for name in NEGATIVES]
    answered, others = list[Labelled](), list[Labelled]()
    for stored, queries in (*_shipped(embedder, rng), *_banking(data, embedder, rng)):
        questions = {row.owner for row in stored.rows}
        inside = [number for number, owners in enumerate(queries.owners) if owners & questions]
        answered += first_candidates(stored, queries.take(inside))
        outside = [number for number, owners in enumerate(queries.owners) if not owners & questions]
        strangers = [queries.take(rng.sample(outside, min(60, len(outside))))] if outside else []
        for foreigners in (*strangers, *foreign, clinc.take(range(100))):
            others += [(features, False) for features, _ in first_candidates(stored, foreigners)]
    rows = answered + others
    shares = [len(rows) / len(answered)] * len(answered) + [0.5 * len(rows) / len(others)] * len(others)
    note = f"{len(answered)} questions to the shipped knowledge, each with one wording left out, and BANKING77 train; "
    note += f"{len(others)} without an answer there (also CLINC150 train and oos_train, HWU64, SNIPS and ATIS train)"
    choices = yes_or_no([features for features, _ in rows], [label for _, label in rows], shares)
    return fit(choices, present, (*QUESTION_KEYS, "bias"), note)


def write(fits: Mapping[str, Fit], dry_run: bool) -> None:
    """Put fitted weights into weights.toml, to two decimals; print the changes. With `dry_run` only print them."""
    document = tomlkit.parse(WEIGHTS_FILE.read_text("utf-8"))
    for name, result in fits.items():
        section = document[name]
        assert isinstance(section, tomlkit.items.Table)
        for key in result.fitted:
            print(f"{name}.{key}: {section[key]} -> {result.weights[key]:.2f}")
            section[key] = round(result.weights[key], 2)
        section["fitted_on"] = note = _provenance(str(section["fitted_on"]), result)
        print(f"{name}: {note}")
    if not dry_run:
        WEIGHTS_FILE.write_text(tomlkit.dumps(document), "utf-8")


def _provenance(before: str, result: Fit) -> str:
    """Return the line that says what a section was fitted on, with what stays of the line before."""
    before = before.split("; no clear gain")[0]
    if not result.fitted:
        return f"{before}; no clear gain by a fit on {result.rows}"
    kept = f"; the others: {before}" if len(result.fitted) < len(result.weights) else ""
    return f"{', '.join(result.fitted)}: {result.rows}{kept}"


FITS = {"question": fit_question, "template": fit_template, "slots": fit_slots}


def main() -> None:
    """Fit the sections named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_confidence", description="Fit the ranking weights.")
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(FITS)}; all by default")
    parser.add_argument("--data", type=Path, default=default_data(), help="folder of the public sets")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dry-run", action="store_true", help="print the weights, write nothing")
    arguments = parser.parse_args()
    if unknown := set(arguments.sections) - FITS.keys():
        parser.error(f"no section {', '.join(sorted(unknown))}: there are {', '.join(FITS)}")
    options, config = Options(arguments.data, None, 0, arguments.seed), Config()
    folder = model_weights.resolve(config.match.embedder, "embedder", config, quiet)
    embedder = build.open_embedder(folder, config, quiet)
    present = ranking_weights()
    sections = arguments.sections or list(FITS)
    fits = {name: FITS[name](options, embedder, getattr(present, name)) for name in sections}
    write(fits, arguments.dry_run)


if __name__ == "__main__":
    main()
