"""Text to an understanding at 1,000, 10,000 and 100,000 rows, against the bare embedding and the bare Chroma query."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import chromadb

import benchmarks
from assistant import weights
from assistant.app import build
from assistant.app.threads import settle
from assistant.authoring.knowledge import KnowledgeSet, QuestionAnswer
from assistant.config import Config, PathsConfig
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.retrieval.index import Index
from assistant.nlu.retrieval.retriever import Retriever
from assistant.nlu.retrieval.snapshot import Row as Phrase
from assistant.values import Utterance
from benchmarks import Options, json_lines, quiet
from benchmarks.index import some_rows
from benchmarks.text_latency import _in_turn, _ms

SIZES = (1_000, 10_000, 100_000)
SENTENCES = 300


def run(options: Options) -> list[benchmarks.Row]:
    """Measure the shipped intents with so many questions beside them; `limit` is the largest size that is tried."""
    folder = options.scored("text/hwu64")
    file = folder / "test.jsonl" if (folder / "test.jsonl").exists() else folder / "val.jsonl"
    texts = [row["text"] for row in json_lines(file)]
    random.Random(options.seed).shuffle(texts)
    sizes = [size for size in SIZES if size <= (options.limit or SIZES[-1])]
    questions = some_rows(options, sizes[-1])
    return [row for size in sizes for row in _at(size, questions[:size], texts[:SENTENCES])]


def _at(size: int, questions: list[Phrase], texts: list[str]) -> list[benchmarks.Row]:
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data))
        embedder = build.open_embedder(weights.resolve(config.match.embedder, "embedder", config, quiet), config, quiet)
        entries = tuple(QuestionAnswer(each.text, each.text) for each in questions)
        intents = build.read_definitions(config).intents
        index = Index(Path(data) / "index", embedder)
        parts = make_parts(intents, KnowledgeSet(entries, (), str(size)), index, embedder, quiet)
        matcher = Matcher(parts, config.match)
        matcher.warm()
        settle()
        build.follow(matcher, quiet)
        bare = _bare(parts.retriever)
        ours, theirs = _in_turn(
            texts,
            lambda text: matcher.match(Utterance(text)),
            lambda text: bare.query(query_embeddings=embedder.embed([text]), n_results=config.match.n_best),
        )
    rival = "bare embedding + query"
    return [
        benchmarks.Row(f"{size} questions, p50", _ms(ours, 0.5), "ms", rival, _ms(theirs, 0.5)),
        benchmarks.Row(f"{size} questions, p99", _ms(ours, 0.99), "ms", rival, _ms(theirs, 0.99)),
    ]


def _bare(retriever: Retriever) -> Any:
    """Return a collection of Chroma's own making that holds the same vectors with their texts."""
    bare = chromadb.EphemeralClient().get_or_create_collection("bare", configuration={"hnsw": {"space": "cosine"}})
    if bare.count():
        bare.delete(ids=bare.get(include=[])["ids"])
    rows, vectors = retriever.vectors(("intent", "not", "question"))
    for start in range(0, len(rows), 1000):
        part = rows[start : start + 1000]
        names = [str(start + at) for at in range(len(part))]
        bare.add(ids=names, embeddings=vectors[start : start + 1000], documents=[row.text for row in part])
    return bare
