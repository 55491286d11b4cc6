"""Fits the coefficients of assistant/nlu/decide.py; run as `python -m benchmarks.fit_confidence [DATA]`.

Many small assistants are made from two FAQ collections; each is asked what it knows and what nobody planned for. A
logistic regression learns from the first candidate whether it was right. Nothing here is a test set.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant import assembly, models
from assistant.config import Config
from assistant.nlu import decide
from assistant.nlu.index import Embedder, Hit, Row
from assistant.nlu.phrases import prepared
from benchmarks import default_data, json_lines, quiet

FAQS = ("stackfaq", "covid-similarity")
NEGATIVES = ("text/hwu64/train", "faq/stackfaq/queries", "faq/dstc10-spoken/queries")


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
        texts.append(prepared(str(row.get("text") or row.get("query") or row.get("question"))))
        right = row.get("relevant") or [row.get("intent") or row.get("id")]
        owners.append(frozenset(map(str, right)) if known else frozenset())
    return Asked(texts, owners, embedder.embed(texts))


def first(stored: Asked, asked: Asked) -> list[Judged]:
    """Return features and rightness of the first candidate of each sentence."""
    rows = [Row("question", min(owner), text) for owner, text in zip(stored.owners, stored.texts, strict=True)]
    out: list[Judged] = []
    for text, right, vector in zip(asked.texts, asked.owners, asked.vectors, strict=True):
        scores = stored.vectors @ vector
        hits = [Hit(rows[i], float(scores[i])) for i in np.argsort(-scores)[: decide.NEIGHBOURS]]
        out.append((decide.features(text, hits[0], hits), hits[0].row.owner in right))
    return out


def fit(known: list[Judged], unknown: list[Judged]) -> None:
    """Print the coefficients and what a threshold of 0.5 then means; a wrong answer weighs twice a missing one."""
    from sklearn.linear_model import LogisticRegression

    rows = known + unknown
    x, y = np.array([features for features, _ in rows]), np.array([right for _, right in rows])
    weights = [1 / len(known)] * len(known) + [2 / len(unknown)] * len(unknown)
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
    embedder = assembly.open_embedder(models.resolve("minilm", "embedder", config, quiet), config, quiet)
    clinc = data / "text/clinc150"
    val = read(clinc / "val.jsonl", embedder, 2000, rng)
    foreign = [read(clinc / f"oos_{part}.jsonl", embedder, 0, rng, known=False) for part in ("train", "val")]
    foreign += [read(data / f"{name}.jsonl", embedder, 100, rng, known=False) for name in NEGATIVES]

    known, unknown = [], []
    for name in FAQS:
        whole = read(data / f"faq/{name}/corpus.jsonl", embedder, 0, rng)
        queries = read(data / f"faq/{name}/queries.jsonl", embedder, 300, rng)
        others = [each for each, source in zip(foreign[2:], NEGATIVES, strict=True) if name not in source]
        for size in (len(whole.texts), 60, 30, 30):
            stored = whole.pick(rng.sample(range(len(whole.texts)), size))
            right = frozenset().union(*stored.owners)
            known += first(stored, queries.pick([i for i, each in enumerate(queries.owners) if each & right]))
            outside = [i for i, each in enumerate(queries.owners) if not each & right]
            strangers = [queries.pick(rng.sample(outside, min(80, len(outside))))] if outside else []
            for each in (*foreign[:2], *others, val.pick(range(100)), *strangers):
                unknown += [(features, False) for features, _ in first(stored, each)]
    fit(known, unknown)


if __name__ == "__main__":
    main()
