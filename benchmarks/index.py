"""Indexing: rows a second against the embedder alone on the same texts, one edit among 10,000 rows, healing."""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import benchmarks
from assistant import weights
from assistant.app.build import open_embedder
from assistant.config import Config
from assistant.nlu.retrieval.index import Embedder, Index
from assistant.nlu.retrieval.snapshot import Row
from benchmarks import Options, json_lines, quiet

ROWS = 10_000
EDITS = 5
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
        index.sync(lambda: rows, quiet, "whole")
        began = time.perf_counter()
        Index(folder, embedder).sync(lambda: rows, quiet, "whole")
        opened = time.perf_counter() - began
        healed = _healed(folder, index, rows)
    return [
        benchmarks.Row("rows indexed a second", len(rows) / synced, "/s", "the embedder alone", len(rows) / bare),
        benchmarks.Row(f"one edit in {len(rows)} rows, median", edits, "s"),
        benchmarks.Row(f"healing {len(rows)} rows after a kill", healed, "s", "opening them whole", opened),
    ]


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


def _healed(folder: Path, index: Index, rows: list[Row]) -> float:
    """Return seconds to bring an index in step that was cut off before its rows counted."""
    (folder / "unfinished").touch()
    began = time.perf_counter()
    index.sync(lambda: rows, quiet, "whole")
    return time.perf_counter() - began
