"""Text turn latency: typed words to an understanding, against the bare embedding and the bare vector query."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable

from assistant.app import build
from assistant.app.threads import settle
from assistant.config import Config, PathsConfig
from assistant.values import Utterance
from benchmarks import Options, Row, json_lines, quiet

SET = "text/hwu64"
ROWS = 300


def run(options: Options) -> list[Row]:
    """Measure the shipped intents and knowledge on spoken-assistant sentences written by others."""
    folder = (options.test_data or options.folder(SET).parents[1]) / SET
    file = folder / "test.jsonl" if (folder / "test.jsonl").exists() else folder / "val.jsonl"
    texts = [row["text"] for row in json_lines(file)]
    random.Random(options.seed).shuffle(texts)
    texts = texts[: options.limit or ROWS]
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data))
        matcher = build.open_matcher(config, build.read_definitions(config), quiet)
        matcher.warm()
        settle()  # as the assistant does at the start
        build.follow(matcher, quiet)
        retriever, embedder = matcher.parts.retriever, matcher.parts.embedder

        def bare(text: str) -> None:
            retriever.nearest(embedder.embed([text])[0], config.match.n_best)

        whole, rival = _in_turn(texts, lambda text: matcher.match(Utterance(text)), bare)
    return [
        Row("understanding, p50", _ms(whole, 0.5), "ms", "bare embedding + query", _ms(rival, 0.5)),
        Row("understanding, p99", _ms(whole, 0.99), "ms", "bare embedding + query", _ms(rival, 0.99)),
    ]


def _in_turn(
    texts: list[str], ours: Callable[[str], object], theirs: Callable[[str], object]
) -> tuple[list[float], list[float]]:
    for text in texts[:10]:
        ours(f"{text} then"), theirs(text)  # what was just understood is not understood again
    times: tuple[list[float], list[float]] = ([], [])
    for text in texts:
        for work, seconds in zip((ours, theirs), times, strict=True):
            began = time.perf_counter()
            work(text)
            seconds.append(time.perf_counter() - began)
    return times


def _ms(seconds: list[float], quantile: float) -> float:
    if quantile == 0.5:
        return statistics.median(seconds) * 1000
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * quantile))] * 1000
