"""Fits the coefficients of assistant/nlu/ranking/confidence.py; run as `python -m benchmarks.fit_confidence [DATA]`.

Collections of questions are made from the shipped knowledge and from those of BANKING77; each is asked what it knows,
in words that it does not hold, and what nobody planned for. A logistic regression learns from the first candidate
whether it was right. None of its questions is scored by a benchmark.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant import weights
from assistant.app import build
from assistant.authoring.definitions import IntentSet
from assistant.authoring.knowledge import KnowledgeSet, load_knowledge
from assistant.config import Config
from assistant.nlu.matcher import NEIGHBOURS
from assistant.nlu.query import Query, plain_text
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.ranking.questions import question_features
from assistant.nlu.retrieval import corpus
from assistant.nlu.retrieval.index import Embedder
from assistant.nlu.retrieval.snapshot import Hit, Row
from assistant.nlu.templates.matcher import Templates
from benchmarks import default_data, json_lines, quiet

NEGATIVES = ("text/hwu64/train", "text/snips2017/train_small", "text/atis/train")


Judged: TypeAlias = tuple[tuple[float, ...], bool]
"""Features of a candidate, and whether it was right."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Sentences with their vectors; `owners` says what would be right, nothing where nothing is."""

    texts: list[str]
    owners: list[frozenset[str]]
    vectors: NDArray[np.float32]

    def pick(self, chosen: Sequence[int]) -> Asked:
        return Asked([self.texts[i] for i in chosen], [self.owners[i] for i in chosen], self.vectors[list(chosen)])


def read(path: Path, embedder: Embedder, limit: int, rng: random.Random, known: bool = True) -> Asked:
    rows = list(json_lines(path))
    rng.shuffle(rows)
    texts, owners = [], []
    for row in rows[: limit or None]:
        texts.append(plain_text(str(row.get("text") or row.get("query") or row.get("question"))))
        right = row.get("relevant") or [row.get("intent") or row.get("id")]
        owners.append(frozenset(map(str, right)) if known else frozenset())
    return Asked(texts, owners, embedder.embed(texts))


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows of a small collection of questions, with their vectors."""

    rows: list[Row]
    vectors: NDArray[np.float32]


def answered(stored: Stored, asked: Asked) -> list[Judged]:
    """Return features and rightness of the first question for each sentence."""
    out: list[Judged] = []
    for text, right, vector in zip(asked.texts, asked.owners, asked.vectors, strict=True):
        scores = stored.vectors @ vector
        near = np.argsort(-scores)[:NEIGHBOURS]
        hits = [Hit(stored.rows[i], float(scores[i])) for i in near]
        first, features = question_features(
            Query(text, "en", datetime.now()), hits, ranking_weights().question["clear"]
        )[0]
        out.append((features, first.owner in right))
    return out


def _shipped(embedder: Embedder, rng: random.Random) -> Iterator[tuple[Stored, Asked]]:
    """Yield the shipped knowledge, each time without one wording of each entry, which is asked; and parts of it."""
    entries = list(load_knowledge([Path(__file__).parent.parent / "knowledge"]).entries)
    for left_out, size in ((0, len(entries)), (1, len(entries)), (2, 60), (0, 30), (1, 30)):
        asked = [(entry.also[left_out % len(entry.also)], entry.question) for entry in entries]
        kept = [
            replace(entry, also=tuple(way for way in entry.also if way != asked[number][0]))
            for number, entry in enumerate(entries)
        ]
        rows = list(corpus.rows(IntentSet(), KnowledgeSet(tuple(rng.sample(kept, size))), Templates(IntentSet())))
        texts, owners = [plain_text(text) for text, _ in asked], [frozenset([owner]) for _, owner in asked]
        yield Stored(rows, embedder.embed([row.text for row in rows])), Asked(texts, owners, embedder.embed(texts))


def _banking(data: Path, embedder: Embedder, rng: random.Random) -> Iterator[tuple[Stored, Asked]]:
    """Yield questions to a bank: three wordings of each are stored, without an answer; others are asked."""
    whole = read(data / "text/banking77/train.jsonl", embedder, 3000, rng)
    for size, wordings in ((77, 3), (30, 3), (15, 3)):
        names = rng.sample(sorted({min(owner) for owner in whole.owners}), size)
        chosen = [[i for i, owner in enumerate(whole.owners) if min(owner) == name][:wordings] for name in names]
        stored = [i for each in chosen for i in each]
        rows = [Row("question", min(whole.owners[i]), whole.texts[i]) for i in stored]
        left = rng.sample([i for i in range(len(whole.texts)) if i not in set(stored)], 600)
        yield Stored(rows, whole.vectors[stored]), whole.pick(left)


def fit(known: list[Judged], unknown: list[Judged]) -> None:
    """Print the coefficients and what a threshold of 0.5 then means; an unknown sentence weighs half of a known one."""
    from sklearn.linear_model import LogisticRegression

    rows = known + unknown
    x, y = np.array([features for features, _ in rows]), np.array([right for _, right in rows])
    weights = [1 / len(known)] * len(known) + [0.5 / len(unknown)] * len(unknown)
    model = LogisticRegression(C=100).fit(x, y, sample_weight=np.array(weights) * len(rows))
    sure = model.predict_proba(x)[:, 1] >= 0.5
    right = np.mean(sure[: len(known)] & y[: len(known)])
    wrong = np.mean(sure[: len(known)] & ~y[: len(known)])
    print(f"({', '.join(f'{each:.2f}' for each in (*model.intercept_, *model.coef_[0]))})")
    print(f"  known: {right:.3f} accepted and right, {wrong:.3f} accepted and wrong; of {len(known)}")
    print(f"  unknown: {1 - np.mean(sure[len(known) :]):.3f} rejected; of {len(unknown)}")


def main() -> None:
    data, rng, config = Path(sys.argv[1]) if len(sys.argv) > 1 else default_data(), random.Random(0), Config()
    assert data is not None, "name the folder of the public sets"
    embedder = build.open_embedder(weights.resolve("minilm", "embedder", config, quiet), config, quiet)
    clinc = data / "text/clinc150"
    val = read(clinc / "val.jsonl", embedder, 2000, rng)
    foreign = [read(clinc / f"oos_{part}.jsonl", embedder, 0, rng, known=False) for part in ("train",)]
    foreign += [read(data / f"{name}.jsonl", embedder, 100, rng, known=False) for name in NEGATIVES]

    known, unknown = [], []
    for collection, asked in (*_shipped(embedder, rng), *_banking(data, embedder, rng)):
        right = {row.owner for row in collection.rows}
        inside = [i for i, each in enumerate(asked.owners) if each & right]
        known += answered(collection, asked.pick(inside))
        strangers = [i for i, each in enumerate(asked.owners) if not each & right]
        strange = asked.pick(rng.sample(strangers, min(60, len(strangers))))
        for each in (*([strange] if strangers else []), *foreign, val.pick(range(100))):
            unknown += [(features, False) for features, _ in answered(collection, each)]
    fit(known, unknown)


if __name__ == "__main__":
    main()
