"""Understanding commands: public intent sets, each figure beside plain nearest neighbours' and TF-IDF's.

Rows that are scored are `test.jsonl` where there is one, else `val.jsonl`; nothing is fitted on them but the rival's
threshold, which is the best there is. HINT3's rows of no intent are scored as out of scope.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant import assembly, models
from assistant.config import Config
from assistant.nlu import decide, head
from assistant.nlu.index import Embedder, Index
from assistant.nlu.index import Row as Phrase
from assistant.nlu.phrases import prepared
from benchmarks import Options, Row, json_lines, quiet

SHOTS, SEEDS = 10, 5
NEIGHBOURS, WORDS = "nearest neighbour in Chroma", "TF-IDF + logistic regression"
BOTS = ("curekart", "powerplay11", "sofmattress")
NONE = ("oos", "NO_NODES_DETECTED")


@dataclass(frozen=True, slots=True)
class Sentences:
    texts: list[str]
    intents: list[str]

    def pick(self, chosen: Sequence[int]) -> Sentences:
        return Sentences([self.texts[i] for i in chosen], [self.intents[i] for i in chosen])


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest intent of each sentence and how sure it is."""

    intents: list[str]
    sure: NDArray[np.float64]

    def accuracy(self, asked: Sentences, threshold: float = -np.inf) -> float:
        """Return the share, in percent, that is right and sure enough; of what means nothing, what is not sure."""
        accepted = self.sure >= threshold
        pairs = zip(self.intents, asked.intents, accepted, strict=True)
        return 100 * statistics.mean(
            (not taken) if right in NONE else (taken and got == right) for got, right, taken in pairs
        )


class Remembered:
    """Embeds each sentence once."""

    def __init__(self, embedder: Embedder) -> None:
        self.id, self._embedder, self._known = embedder.id, embedder, dict[str, NDArray[np.float32]]()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def read(file: Path, limit: int = 0, seed: int = 0, text: str = "text") -> Sentences:
    rows = json_lines(file)
    if limit:
        random.Random(seed).shuffle(rows)
    rows = rows[: limit or None]
    return Sentences([prepared(row[text], "en") or row[text] for row in rows], [row["intent"] for row in rows])


def guesses(stored: Sentences, asked: Sentences, embedder: Remembered) -> tuple[Guess, Guess]:
    """Return what the product makes of sentences, and what the nearest phrase alone would."""
    index = Index(None, embedder)
    pairs = zip(stored.intents, stored.texts, strict=True)
    index.sync(lambda: [Phrase("intent", intent, text) for intent, text in pairs], quiet)
    learnt = head.fit(*index.vectors())
    ours, theirs = [], []
    for text, vector in zip(asked.texts, embedder.embed(asked.texts), strict=True):
        hits = index.nearest(vector, decide.NEIGHBOURS)
        best = decide.weigh(text, hits, learnt.odds(vector, text))[0]
        ours.append((best.owner, best.confidence))
        theirs.append((hits[0].row.owner, hits[0].score))
    return _guess(ours), _guess(theirs)


def _guess(found: Sequence[tuple[str, float]]) -> Guess:
    return Guess([owner for owner, _ in found], np.array([sure for _, sure in found]))


def by_words(stored: Sentences, asked: Sentences) -> Guess:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=20, max_iter=200)
    )
    sure = model.fit(stored.texts, stored.intents).predict_proba(asked.texts)
    return Guess([str(model.classes_[at]) for at in sure.argmax(1)], sure.max(1))


def best_threshold(guess: Guess, known: Sentences, strange: Guess, unknown: Sentences) -> float:
    """Return the threshold at which the mean of both accuracies is highest."""
    steps = np.quantile(np.concatenate([guess.sure, strange.sure]), np.linspace(0, 1, 101))
    return float(max(steps, key=lambda at: guess.accuracy(known, at) + strange.accuracy(unknown, at)))


def run(options: Options) -> list[Row]:
    config = Config()
    embedder = Remembered(
        assembly.open_embedder(models.resolve(config.match.embedder, "embedder", config, quiet), config, quiet)
    )
    rows: list[Row] = []
    for name in ("clinc150", "banking77", "hwu64"):
        rows += _set(name, options, embedder)
    for bot in BOTS:
        rows += _bot(bot, options, embedder)
    return rows + _misheard(options, embedder)


def _set(name: str, options: Options, embedder: Remembered) -> list[Row]:
    folder = options.folder(f"text/{name}")
    stored, asked = read(folder / "train.jsonl"), read(*_scored(name, options))
    ours, theirs = guesses(stored, asked, embedder)
    words = by_words(stored, asked)
    found = _beside(f"{name}, right of all", ours.accuracy(asked), theirs.accuracy(asked), words.accuracy(asked))
    if (strange := _scored(name, options, "oos_")[0]).exists():
        unknown = read(strange)
        found += _scope(name, stored, (asked, unknown), (ours, theirs, words), embedder)
    few: list[tuple[float, float, float]] = []
    for seed in range(SEEDS):
        some = stored.pick(_few(stored, options.seed + seed))
        pair = guesses(some, asked, embedder)
        few.append((pair[0].accuracy(asked), pair[1].accuracy(asked), by_words(some, asked).accuracy(asked)))
    means = [statistics.mean(each) for each in zip(*few, strict=True)]
    return found + _beside(f"{name}, {SHOTS} phrases an intent, mean of {SEEDS}", *means)


def _scope(
    name: str,
    stored: Sentences,
    asked: tuple[Sentences, Sentences],
    known: tuple[Guess, Guess, Guess],
    embedder: Remembered,
) -> list[Row]:
    """Return how much is right and how much that means nothing is refused, each at its threshold."""
    strange = (*guesses(stored, asked[1], embedder), by_words(stored, asked[1]))
    at = [0.5, *(best_threshold(a, asked[0], b, asked[1]) for a, b in zip(known[1:], strange[1:], strict=True))]
    inside = [each.accuracy(asked[0], t) for each, t in zip(known, at, strict=True)]
    outside = [each.accuracy(asked[1], t) for each, t in zip(strange, at, strict=True)]
    return [
        *_beside(f"{name}, right and accepted, at the threshold", *inside),
        *_beside(f"{name}, out of scope and refused, at the threshold", *outside),
    ]


def _bot(bot: str, options: Options, embedder: Remembered) -> list[Row]:
    folder = options.folder("text/hint3")
    test = (options.test_data / "text/hint3" if options.test_data else folder) / f"{bot}_test.jsonl"
    if not test.exists():
        print(f"hint3 {bot}: skipped, there is no {test.name}")
        return []
    stored, asked = read(folder / f"{bot}_train.jsonl"), read(test, options.limit, options.seed)
    known = asked.pick([i for i, intent in enumerate(asked.intents) if intent not in NONE])
    unknown = asked.pick([i for i, intent in enumerate(asked.intents) if intent in NONE])
    pair = (*guesses(stored, known, embedder), by_words(stored, known))
    right = _beside(f"hint3 {bot}, right of all in scope", *(each.accuracy(known) for each in pair))
    return right + _scope(f"hint3 {bot}", stored, (known, unknown), pair, embedder)


def _misheard(options: Options, embedder: Remembered) -> list[Row]:
    folder = options.folder("text/slurp")
    elsewhere = options.test_data / "text/slurp" if options.test_data else folder
    file = next(each for each in (elsewhere / "asr_test.jsonl", folder / "asr_dev.jsonl") if each.exists())
    limit = options.limit or 2000
    stored = read(folder / "devel.jsonl")
    said, heard = read(file, limit, options.seed), read(file, limit, options.seed, "asr")
    said_by, heard_by = guesses(stored, said, embedder), guesses(stored, heard, embedder)
    words = [by_words(stored, each).accuracy(each) for each in (said, heard)]
    clean = [each.accuracy(said) for each in said_by]
    noisy = [each.accuracy(heard) for each in heard_by]
    return [
        *_beside("slurp, right of all, as written", *clean, words[0]),
        *_beside("slurp, right of all, as a recogniser heard it", *noisy, words[1]),
    ]


def _scored(name: str, options: Options, prefix: str = "") -> tuple[Path, int, int]:
    folder = options.test_data / "text" / name if options.test_data else options.folder(f"text/{name}")
    test = folder / f"{prefix}test.jsonl"
    return test if test.exists() else folder / f"{prefix}val.jsonl", options.limit, options.seed


def _few(stored: Sentences, seed: int) -> list[int]:
    order, taken, chosen = list(range(len(stored.texts))), dict[str, int](), []
    random.Random(seed).shuffle(order)
    for at in order:
        taken[stored.intents[at]] = taken.get(stored.intents[at], 0) + 1
        if taken[stored.intents[at]] <= SHOTS:
            chosen.append(at)
    return chosen


def _beside(what: str, ours: float, neighbours: float, words: float) -> list[Row]:
    return [Row(what, ours, "%", NEIGHBOURS, neighbours), Row(what, ours, "%", WORDS, words)]
