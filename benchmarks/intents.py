"""Understanding commands: public intent sets through the matcher, against nearest neighbour, TF-IDF and word vectors.

Rows scored are those of `test.jsonl` where there is one, else of `val.jsonl`. Only the rivals' thresholds are fitted on
them: the best there are. The training rows are the examples of intents; no sentence out of scope is among them. HINT3's
rows without an intent are scored as out of scope.
"""

from __future__ import annotations

import importlib.util
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant import weights
from assistant.app import build
from assistant.authoring.definitions import Intent, IntentSet
from assistant.authoring.knowledge import KnowledgeSet
from assistant.config import Config, MatchConfig
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.query import plain_text
from assistant.nlu.retrieval.index import Embedder, Index
from assistant.nlu.retrieval.snapshot import Row as Phrase
from assistant.values import OutOfScope, Utterance
from benchmarks import Options, Row, json_lines, quiet

SHOTS, SEEDS = 10, 5
NEIGHBOUR, WORDS, STATIC = (
    "nearest neighbour in Chroma",
    "TF-IDF + logistic regression",
    "static word vectors + the same",
)
FUZZY = "nebulento"
_PAIRS = 500_000
"""Sentences times phrases up to which it is asked: it compares each with each."""

BOTS = ("curekart", "powerplay11", "sofmattress")
NONE = ("oos", "NO_NODES_DETECTED")


@dataclass(frozen=True, slots=True)
class Sentences:
    """Texts and what each means."""

    texts: list[str]
    intents: list[str]

    def pick(self, chosen: Sequence[int]) -> Sentences:
        return Sentences([self.texts[i] for i in chosen], [self.intents[i] for i in chosen])

    def known(self, known: bool) -> Sentences:
        return self.pick([i for i, intent in enumerate(self.intents) if (intent not in NONE) == known])


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest intent of each sentence and how sure it is."""

    intents: list[str]
    sure: NDArray[np.float64]

    def right(self, asked: Sentences, threshold: float = -np.inf) -> float:
        """Return the share, in percent, that is right and sure enough; of what means nothing, what is not sure."""
        accepted = (self.sure >= threshold).tolist()
        pairs = zip(self.intents, asked.intents, accepted, strict=True)
        return 100 * statistics.fmean(
            not taken if right in NONE else taken and got == right for got, right, taken in pairs
        )


class Remembered:
    """Embeds each sentence once."""

    def __init__(self, embedder: Embedder) -> None:
        self.id, self._embedder, self._known = embedder.id, embedder, dict[str, NDArray[np.float32]]()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def read(file: Path, options: Options | None = None, text: str = "text") -> Sentences:
    rows = options.drawn(json_lines(file)) if options else json_lines(file)
    return Sentences([row[text] for row in rows], [row["intent"] for row in rows])


# -- the ways


def ours(stored: Sentences, embedder: Remembered) -> Matcher:
    """Return what understands the sentences, given as an author's examples."""
    examples: dict[str, list[str]] = {}
    for text, intent in zip(stored.texts, stored.intents, strict=True):
        examples.setdefault(intent, []).append(text.replace("{", "(").replace("}", ")"))
    intents = {name: Intent(name, examples=tuple(own)) for name, own in examples.items()}
    config = MatchConfig(margin=0.0)
    parts = make_parts(IntentSet(intents), KnowledgeSet(()), Index(None, embedder), embedder, quiet)
    return Matcher(parts, config)


def asked_of(matcher: Matcher, asked: Sentences, embedder: Remembered) -> Guess:
    """Return what it takes each sentence for; what it refuses counts as not sure."""
    embedder.embed([plain_text(text) for text in asked.texts])
    found = [matcher.match(Utterance(text)) for text in asked.texts]
    sure = [0.0 if isinstance(each, OutOfScope) else 1.0 for each in found]
    return Guess([each.n_best[0].id if each.n_best else "" for each in found], np.array(sure))


def by_neighbour(stored: Sentences, asked: Sequence[Sentences], embedder: Remembered) -> list[Guess]:
    index = Index(None, embedder)
    pairs = list(zip(stored.intents, map(plain_text, stored.texts), strict=True))
    retriever, _ = index.sync(lambda: [Phrase("intent", intent, text) for intent, text in pairs], quiet)
    index.follow(retriever, quiet)
    out = []
    for each in asked:
        hits = [retriever.nearest(vector, 1)[0] for vector in embedder.embed(list(map(plain_text, each.texts)))]
        out.append(Guess([hit.row.owner for hit in hits], np.array([hit.score for hit in hits])))
    return out


def by_words(stored: Sentences, asked: Sequence[Sentences]) -> list[Guess]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit(stored.texts)
    return _regression(words.transform(stored.texts), stored.intents, [words.transform(each.texts) for each in asked])


def by_static_vectors(stored: Sentences, asked: Sequence[Sentences], embedder: Remembered) -> list[Guess]:
    """A sentence is the mean of its words' own vectors, rare words counting more."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(norm="l2").fit(stored.texts)
    table = embedder.embed(list(words.get_feature_names_out()))
    vectors = [words.transform(each.texts) @ table for each in (stored, *asked)]
    return _regression(vectors[0], stored.intents, vectors[1:])


def _regression(known: object, intents: list[str], asked: Sequence[object]) -> list[Guess]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=20, max_iter=200).fit(known, intents)
    found = [model.predict_proba(each) for each in asked]
    return [Guess([str(model.classes_[at]) for at in sure.argmax(1)], sure.max(1)) for sure in found]


def by_fuzzy_match(stored: Sentences, asked: Sequence[Sentences]) -> list[Guess]:
    """The matcher that OpenVoiceOS offers for small machines, where it is installed."""
    import nebulento

    known = nebulento.IntentContainer()
    for intent in dict.fromkeys(stored.intents):
        known.add_intent(intent, [t for t, i in zip(stored.texts, stored.intents, strict=True) if i == intent])
    out = []
    for each in asked:
        found = [known.calc_intent(text) for text in each.texts]
        out.append(Guess([str(one.get("name")) for one in found], np.array([one.get("conf", 0.0) for one in found])))
    return out


def ways(stored: Sentences, asked: Sequence[Sentences], embedder: Remembered) -> dict[str, list[Guess]]:
    """Return what every way makes of the sentences, ours under ""."""
    matcher = ours(stored, embedder)
    found = {"": [asked_of(matcher, each, embedder) for each in asked]}
    found[NEIGHBOUR] = by_neighbour(stored, asked, embedder)
    found[WORDS] = by_words(stored, asked)
    found[STATIC] = by_static_vectors(stored, asked, embedder)
    pairs = len(stored.texts) * sum(len(each.texts) for each in asked)
    if importlib.util.find_spec("nebulento") and pairs < _PAIRS:
        found[FUZZY] = by_fuzzy_match(stored, asked)
    return found


# -- the figures


def run(options: Options) -> list[Row]:
    config = Config()
    folder = weights.resolve(config.match.embedder, "embedder", config, quiet)
    embedder = Remembered(build.open_embedder(folder, config, quiet))
    rows: list[Row] = []
    for name in ("clinc150", "banking77", "hwu64"):
        rows += _set(name, options, embedder)
    for bot in BOTS:
        rows += _bot(bot, options, embedder)
    return rows + _misheard(options, embedder)


def _set(name: str, options: Options, embedder: Remembered) -> list[Row]:
    folder = options.folder(f"text/{name}")
    stored, asked = read(folder / "train.jsonl"), read(_scored(name, options), options)
    strange = _scored(name, options, "oos_")
    unknown = [read(strange, options)] if strange.exists() else []
    found = ways(stored, [asked, *unknown], embedder)
    rows = _beside(f"{name}, right of all", {way: each[0].right(asked) for way, each in found.items()})
    if unknown:
        rows += _scope(name, asked, unknown[0], found)
    few: dict[str, list[float]] = {}
    for seed in range(SEEDS):
        for way, each in ways(stored.pick(_few(stored, options.seed + seed)), [asked], embedder).items():
            few.setdefault(way, []).append(each[0].right(asked))
    means = {way: statistics.mean(each) for way, each in few.items()}
    return (
        rows + _beside(f"{name}, {SHOTS} phrases an intent, mean of {SEEDS}", means) + _learning(name, stored, embedder)
    )


def _learning(name: str, stored: Sentences, embedder: Remembered) -> list[Row]:
    """Return how long it takes to learn, the vectors being there."""
    embedder.embed([plain_text(text) for text in stored.texts])
    started = time.perf_counter()
    ours(stored, embedder)
    took, started = time.perf_counter() - started, time.perf_counter()
    by_words(stored, [stored.pick([0])])
    what = f"{name}, indexing and learning {len(stored.texts)} phrases of {len(set(stored.intents))} intents"
    return [Row(what, took, "s", WORDS, time.perf_counter() - started)]


def _scope(name: str, asked: Sentences, unknown: Sentences, found: dict[str, list[Guess]]) -> list[Row]:
    """Return how much is right and accepted, and how much that means nothing is refused, each way at its threshold."""
    inside, outside = {}, {}
    for way, (known, strange) in found.items():
        at = _best_threshold(known, asked, strange, unknown) if way else 0.5
        inside[way], outside[way] = known.right(asked, at), strange.right(unknown, at)
    return [
        *_beside(f"{name}, right and accepted, at the threshold", inside),
        *_beside(f"{name}, out of scope and refused, at the threshold", outside),
    ]


def _best_threshold(guess: Guess, known: Sentences, strange: Guess, unknown: Sentences) -> float:
    """Return the threshold at which the mean of both shares is highest."""
    steps = np.quantile(np.concatenate([guess.sure, strange.sure]), np.linspace(0, 1, 101))
    return float(max(steps, key=lambda at: guess.right(known, at) + strange.right(unknown, at)))


def _bot(bot: str, options: Options, embedder: Remembered) -> list[Row]:
    folder = options.folder("text/hint3")
    test = (options.test_data / "text/hint3" if options.test_data else folder) / f"{bot}_test.jsonl"
    if not test.exists():
        print(f"hint3 {bot}: skipped, there is no {test.name}")
        return []
    stored, asked = read(folder / f"{bot}_train.jsonl").known(True), read(test, options)
    known, unknown = asked.known(True), asked.known(False)
    found = ways(stored, [known, unknown], embedder)
    rows = _beside(f"hint3 {bot}, right of all in scope", {way: each[0].right(known) for way, each in found.items()})
    return rows + _scope(f"hint3 {bot}", known, unknown, found)


def _misheard(options: Options, embedder: Remembered) -> list[Row]:
    folder = options.folder("text/slurp")
    elsewhere = options.test_data / "text/slurp" if options.test_data else folder
    file = next(each for each in (elsewhere / "asr_test.jsonl", elsewhere / "asr_dev.jsonl") if each.exists())
    stored = read(folder / "devel.jsonl")
    said, heard = read(file, options), read(file, options, "asr")
    found = ways(stored, [said, heard], embedder)
    clean = {way: each[0].right(said) for way, each in found.items()}
    noisy = {way: each[1].right(heard) for way, each in found.items()}
    return [
        *_beside("slurp, right of all, as written", clean),
        *_beside("slurp, right of all, as a recogniser heard it", noisy),
        *_beside("slurp, lost by the recogniser", {way: clean[way] - noisy[way] for way in clean}),
    ]


def _scored(name: str, options: Options, prefix: str = "") -> Path:
    folder = options.scored(f"text/{name}")
    test = folder / f"{prefix}test.jsonl"
    return test if test.exists() else folder / f"{prefix}val.jsonl"


def _few(stored: Sentences, seed: int) -> list[int]:
    order, taken, chosen = list(range(len(stored.texts))), dict[str, int](), []
    random.Random(seed).shuffle(order)
    for at in order:
        taken[stored.intents[at]] = taken.get(stored.intents[at], 0) + 1
        if taken[stored.intents[at]] <= SHOTS:
            chosen.append(at)
    return chosen


def _beside(what: str, figures: dict[str, float]) -> list[Row]:
    return [Row(what, figures[""], "%", way, figure) for way, figure in figures.items() if way]
