"""Questions: the right entry first, and no answer where there is none, against vectors in Chroma and BM25.

The corpora are read as knowledge files and asked through the whole matcher. Questions without an answer are those of
the two other sets, of chat bots (HINT3), out of CLINC150's scope, and spoken turns that seek no knowledge.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant import weights
from assistant.app import build
from assistant.authoring.definitions import IntentSet
from assistant.authoring.knowledge import load_knowledge
from assistant.config import Config
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.query import plain_text
from assistant.nlu.retrieval.index import Embedder, Index
from assistant.nlu.retrieval.snapshot import Row as Phrase
from assistant.values import AnswerMatch, Utterance
from benchmarks import Options, Row, json_lines, quiet

SETS = ("stackfaq", "covidfaq", "covid-similarity")
FOREIGN = 100
"""Questions without an answer, of each source."""
COVERAGE = 0.8
VECTORS, WORDS = "question vectors in Chroma", "BM25"


@dataclass(frozen=True, slots=True)
class Asked:
    texts: list[str]
    right: list[set[str]]
    """The questions that are meant; nothing where none is."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of questions: the entries in order and how sure the first is; `answered` by the product's threshold."""

    ranked: list[list[str]]
    sure: list[float]
    answered: list[bool]

    def first(self, asked: Asked) -> float:
        pairs = zip(self.ranked, asked.right, strict=True)
        return 100 * statistics.mean(bool(ranked) and ranked[0] in right for ranked, right in pairs)

    def reciprocal(self, asked: Asked) -> float:
        return 100 * statistics.mean(
            next((1 / (at + 1) for at, one in enumerate(ranked[:10]) if one in right), 0.0)
            for ranked, right in zip(self.ranked, asked.right, strict=True)
        )

    def precision(self, asked: Asked, strange: Found) -> float:
        """Return the share of answers that are right, at the threshold that answers four in five known questions."""
        threshold = float(np.quantile(self.sure, 1 - COVERAGE))
        pairs = zip(self.ranked, self.sure, asked.right, strict=True)
        taken = [bool(ranked) and ranked[0] in right for ranked, sure, right in pairs if sure >= threshold]
        return 100 * sum(taken) / (len(taken) + sum(sure >= threshold for sure in strange.sure))


def run(options: Options) -> list[Row]:
    """Measure each set, then the two-way choice between an answer and none."""
    config = Config()
    embedder = build.open_embedder(weights.resolve(config.match.embedder, "embedder", config, quiet), config, quiet)
    corpora = {name: json_lines(options.folder(f"faq/{name}") / "corpus.jsonl") for name in SETS}
    asked = {name: _queries(options, name, corpora[name]) for name in SETS}
    rows: list[Row] = []
    for name in SETS:
        others = [text for other in SETS if _topic(other) != _topic(name) for text in asked[other].texts[:FOREIGN]]
        strange = Asked([*others, *_strangers(options)], [])
        rows += _measure(name, options, config, embedder, (asked[name], strange))
    return rows


def _measure(name: str, options: Options, config: Config, embedder: Embedder, asked: tuple[Asked, Asked]) -> list[Row]:
    known, _strange = asked
    with tempfile.TemporaryDirectory() as folder:
        corpus = options.folder(f"faq/{name}") / "corpus.jsonl"
        (Path(folder) / "corpus.jsonl").write_bytes(corpus.read_bytes())
        knowledge = load_knowledge([Path(folder)])
    parts = make_parts(IntentSet(), knowledge, Index(None, embedder), embedder, quiet)
    matcher = Matcher(parts, replace(config.match, n_best=10, margin=0.0))
    questions = list(dict.fromkeys(entry.question for entry in knowledge.entries))
    ours = [_ours(matcher, each.texts) for each in asked]
    vectors = _by_vectors(questions, embedder, asked)
    words = _by_words(questions, known)
    answered = 100 * statistics.mean(ours[1].answered)
    pairs = zip(ours[0].ranked, ours[0].answered, known.right, strict=True)
    right = 100 * statistics.mean(taken and ranked[0] in meant for ranked, taken, meant in pairs)
    return [
        Row(f"{name}, right entry first", ours[0].first(known), "%", VECTORS, vectors[0].first(known)),
        Row(f"{name}, right entry first", ours[0].first(known), "%", WORDS, words.first(known)),
        Row(f"{name}, MRR of the first 10", ours[0].reciprocal(known), "%", VECTORS, vectors[0].reciprocal(known)),
        Row(
            f"{name}, right among answers, 80 % answered",
            ours[0].precision(known, ours[1]),
            "%",
            "cosine alone",
            vectors[0].precision(known, vectors[1]),
        ),
        Row(f"{name}, answered and right, default threshold", right, "%"),
        Row(f"{name}, answered though there is no answer", answered, "%"),
    ]


def _ours(matcher: Matcher, texts: Sequence[str]) -> Found:
    ranked, sure, answered = [], [], []
    for text in texts:
        evidence = matcher.rank(text)
        ranked.append([each.owner for each in evidence])
        sure.append(evidence[0].confidence if evidence else 0.0)
        answered.append(isinstance(matcher.match(Utterance(text)), AnswerMatch))
    return Found(ranked, sure, answered)


def _by_vectors(questions: Sequence[str], embedder: Embedder, asked: Sequence[Asked]) -> list[Found]:
    index = Index(None, embedder)
    retriever, _ = index.sync(lambda: [Phrase("question", each, plain_text(each)) for each in questions], quiet)
    index.follow(retriever, quiet)
    found = []
    for each in asked:
        vectors = embedder.embed([plain_text(text) for text in each.texts])
        hits = [retriever.nearest(vector, 10) for vector in vectors]
        ranked = [[hit.row.owner for hit in near] for near in hits]
        found.append(Found(ranked, [near[0].score for near in hits], []))
    return found


def _by_words(questions: Sequence[str], asked: Asked) -> Found:
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(token_pattern=r"\w+")
    counts = counter.fit_transform([plain_text(each) for each in questions]).toarray()
    held = (counts > 0).sum(0)
    rarity = np.log(1 + (len(questions) - held + 0.5) / (held + 0.5))
    length = counts.sum(1, keepdims=True) / counts.sum(1).mean()
    weights: NDArray[np.float64] = rarity * counts * 2.5 / (counts + 1.5 * (0.25 + 0.75 * length))
    scores = counter.transform([plain_text(each) for each in asked.texts]) @ weights.T
    ranked = [[questions[at] for at in np.argsort(-row, kind="stable")[:10]] for row in scores]
    return Found(ranked, list(scores.max(1)), [])


def _queries(options: Options, name: str, corpus: Sequence[dict[str, str]]) -> Asked:
    question = {row["id"]: row["question"] for row in corpus}
    rows = options.drawn(json_lines(options.scored(f"faq/{name}") / "queries.jsonl"))
    return Asked(
        [row["query"] for row in rows], [{question[key] for key in row["relevant"] if key in question} for row in rows]
    )


def _topic(name: str) -> str:
    return name[:5]


def _strangers(options: Options) -> list[str]:
    """Return sentences that none of the corpora answers."""
    clinc = options.scored("text/clinc150")
    file = next(path for path in (clinc / "oos_test.jsonl", clinc / "oos_val.jsonl") if path.exists())
    found = [row["text"] for row in json_lines(file)[:FOREIGN]]
    for bot in ("curekart", "powerplay11", "sofmattress"):
        folder = options.scored("text/hint3")
        file = next(path for part in ("test", "train") if (path := folder / f"{bot}_{part}.jsonl").exists())
        found += [row["text"] for row in json_lines(file)[: FOREIGN // 3]]
    spoken = json_lines(options.scored("faq/dstc10-spoken") / "queries.jsonl")
    return found + [row["query"] for row in spoken if not row["knowledge_seeking"]][:FOREIGN]
