"""Indexing: rows a second against the embedder alone, one edit among 10,000 rows, and whether Chroma finds the rows."""

from __future__ import annotations

import itertools
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import benchmarks
from assistant import weights
from assistant.app.build import open_embedder
from assistant.config import Config
from assistant.nlu.retrieval.chroma import same_scores
from assistant.nlu.retrieval.index import Embedder, Index
from assistant.nlu.retrieval.retriever import Retriever
from assistant.nlu.retrieval.snapshot import Row, Vectors
from benchmarks import Options, json_lines, quiet

ROWS = 10_000
EDITS, EDITED, QUERIES = 5, 1000, 1000
SETS = ("clinc150", "banking77", "hwu64", "slurp", "snips2017")
ASIDES = ("", "please", "right now", "for me", "again", "today", "this evening", "if you can", "at home", "at work")


def run(options: Options) -> list[benchmarks.Row]:
    """Measure in one process, the embedder and the index in turn on parts of the same texts."""
    rows = some_rows(options, options.limit or ROWS)
    config = Config()
    embedder = open_embedder(weights.resolve(config.match.embedder, "embedder", config, quiet), config, quiet)
    with tempfile.TemporaryDirectory() as data:
        folder = Path(data) / "index"
        index = Index(folder, embedder)
        embedder.embed([row.text for row in rows[:64]])
        bare, synced = _throughput(rows, embedder, index)
        edits = statistics.median(_edited(index, rows, f"quite another question {n}") for n in range(EDITS))
        retriever, _ = index.sync(lambda: rows, quiet, "whole")
        began = time.perf_counter()
        index.follow(retriever, quiet)
        followed = time.perf_counter() - began
        queries = embedder.embed(_queries(options))
        fresh, asked, exact = _agreement(retriever, queries)
        edited, _, _ = _agreement(_much_edited(index, rows), queries)
    return [
        benchmarks.Row("rows indexed a second", len(rows) / synced, "/s", "the embedder alone", len(rows) / bare),
        benchmarks.Row(f"one edit in {len(rows)} rows, median", edits, "s"),
        benchmarks.Row(f"Chroma brought in step with {len(rows)} rows, in the background", followed, "s"),
        benchmarks.Row("first five of Chroma as by comparison with all", fresh, "%", "limit", 99.9),
        benchmarks.Row(f"the same after {EDITED} rows were exchanged", edited, "%", "limit", 99.9),
        benchmarks.Row("64 nearest rows by Chroma, median", asked, "ms", "by comparison with all", exact),
    ]


def _queries(options: Options) -> list[str]:
    folder = options.scored("text/hwu64")
    file = folder / "test.jsonl" if (folder / "test.jsonl").exists() else folder / "val.jsonl"
    return [row["text"] for row in json_lines(file)][:QUERIES]


def _agreement(retriever: Retriever, queries: Vectors) -> tuple[float, float, float]:
    """Return the share of queries with the same first five, and the medians of both searches in ms."""
    same, by_chroma, by_comparison = 0, list[float](), list[float]()
    for vector in queries:
        began = time.perf_counter()
        hits = retriever.nearest(vector, 64)
        by_chroma.append(time.perf_counter() - began)
        began = time.perf_counter()
        exact = retriever.snapshot.nearest(vector, 64)
        by_comparison.append(time.perf_counter() - began)
        same += same_scores(hits[:5], exact[:5])
    chroma, comparison = (1000 * statistics.median(seconds) for seconds in (by_chroma, by_comparison))
    return 100 * same / len(queries), chroma, comparison


def _much_edited(index: Index, rows: list[Row]) -> Retriever:
    """Exchange rows a few at a time; one process in four is killed while Chroma follows."""
    rng, rows = random.Random(0), list(rows)
    retriever = index.retriever()
    for step in range(EDITED // 50):
        for number in range(50):
            place = rng.randrange(len(rows))
            text = f"{rows[place].text} number {step * 50 + number}"
            rows[place] = Row("question", text, text)
        retriever, _ = index.sync(lambda: rows, quiet, f"step {step}")
        if step % 4 == 0:
            _killed_while_following(retriever.snapshot.embedder, index.folder)
        index.follow(retriever, quiet)
    return retriever


FOLLOW = """
import sys
from pathlib import Path
from assistant.nlu.retrieval.index import Index
class Named:
    id = sys.argv[2]
index = Index(Path(sys.argv[1]), Named())
print("begins", flush=True)
index.follow(index.retriever(), lambda _: None)
"""


def _killed_while_following(embedder: str, folder: Path | None) -> None:
    command = [sys.executable, "-c", FOLLOW, str(folder), embedder]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.6)
        process.kill()


def some_rows(options: Options, count: int) -> list[Row]:
    """Return so many distinct questions: public sentences, then the same with something added."""
    files = [options.folder(f"text/{name}") for name in SETS]
    lines = (row for each in files for file in sorted(each.glob("*.jsonl")) for row in json_lines(file))
    texts = [row.get("text", "") for row in lines]
    found = itertools.islice(dict.fromkeys(_varied(list(dict.fromkeys(filter(None, texts))))), count)
    return [Row("question", text, text) for text in found]


def _varied(texts: list[str]) -> Iterator[str]:
    for before, after in itertools.product(("", "well", "so", "okay"), ASIDES):
        yield from (" ".join(f"{before} {text} {after}".split()) for text in texts)


def _throughput(rows: list[Row], embedder: Embedder, index: Index) -> tuple[float, float]:
    """Return seconds to embed the rows, the mean of once before and once after, and to index them."""
    texts = sorted((row.text for row in rows), key=len)

    def bare() -> float:
        began = time.perf_counter()
        for start in range(0, len(texts), 128):
            embedder.embed(texts[start : start + 128])
        return time.perf_counter() - began

    before, began = bare(), time.perf_counter()
    index.sync(lambda: rows, quiet, "whole")
    synced = time.perf_counter() - began
    return (before + bare()) / 2, synced


def _edited(index: Index, rows: list[Row], text: str) -> float:
    began = time.perf_counter()
    index.sync(lambda: [*rows[1:], Row("question", text, text)], quiet, text)
    return time.perf_counter() - began
