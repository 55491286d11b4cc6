"""Hot reload: an edit among 200 intents and 10,000 questions, from saving to use, while sentences are matched."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import yaml

from assistant.app import build
from assistant.app.definitions import Definitions
from assistant.authoring.knowledge import KnowledgeSet, QuestionAnswer
from assistant.config import SHIPPED, Config, PathsConfig
from assistant.nlu.matcher import Matcher
from benchmarks import Options, Row, quiet
from benchmarks.index import some_rows

INTENTS, QUESTIONS, EDITS = 200, 10_000, 7
LIMIT = 1.0
"""Seconds from saving to use."""


def run(options: Options) -> list[Row]:
    """Edit an intent file again and again; another thread asks all the time, as somebody who talks does."""
    with tempfile.TemporaryDirectory() as data:
        folder = Path(data) / "intents"
        folder.mkdir()
        for file in (SHIPPED / "intents").glob("*.yaml"):
            (folder / file.name).write_text(file.read_text("utf-8"), encoding="utf-8")
        config = Config(paths=PathsConfig(data=data, intents=(str(folder),)))
        _fill_up(folder, INTENTS - len(build.read_definitions(config).intents.intents))
        questions = [QuestionAnswer(row.text, row.text) for row in some_rows(options, options.limit or QUESTIONS)]
        knowledge = KnowledgeSet(tuple(questions), (), "questions")
        matcher = build.open_matcher(config, replace(build.read_definitions(config), knowledge=knowledge), quiet)
        build.follow(matcher, quiet)
        walls, processor = list[float](), list[float]()
        for number in range(EDITS):
            wall, cpu, matcher = _edit(config, folder, knowledge, matcher, number)
            walls.append(wall)
            processor.append(cpu)
    return [
        Row("one edit, from saving to use, while sentences are matched", statistics.median(walls), "s", "limit", LIMIT),
        Row("one edit, longest of seven", max(walls), "s", "limit", LIMIT),
        Row("one edit, processor time, matching included", statistics.median(processor), "s"),
    ]


def _fill_up(folder: Path, count: int) -> None:
    """Add intents to the shipped ones."""
    verbs = ("polish", "rotate", "inspect", "label", "weigh", "wrap", "scan", "rinse")
    intents = {
        f"Extra{number}": {
            "examples": [f"{verbs[number % 8]} the crate number {number}", f"crate {number}, {verbs[number % 8]} it"],
            "response": "Done.",
        }
        for number in range(max(1, count))
    }
    (folder / "extra.yaml").write_text(yaml.safe_dump({"language": "en", "intents": intents}), encoding="utf-8")


def _edit(
    config: Config, folder: Path, knowledge: KnowledgeSet, matcher: Matcher, number: int
) -> tuple[float, float, Matcher]:
    """Return the wall and the processor seconds of one edit, and the matcher that knows it."""
    over, phrase = threading.Event(), f"kindly dust the shelf number {number}"

    def talk() -> None:
        while not over.wait(0.2):
            matcher.match("could you make it a bit warmer in the bedroom")

    asking = threading.Thread(target=talk)
    asking.start()
    file = folder / "extra.yaml"
    content = yaml.safe_load(file.read_text("utf-8"))
    content["intents"]["Extra0"]["examples"].append(phrase)
    text = yaml.safe_dump(content)
    began, cpu = time.perf_counter(), time.process_time()
    file.write_text(text, encoding="utf-8")
    files: Definitions = replace(build.read_definitions(config), knowledge=knowledge)
    renewed = build.renew_matcher(matcher, files, quiet)
    meaning = renewed.match(phrase)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    over.set()
    asking.join()
    assert getattr(meaning, "intent", "") == "Extra0", meaning
    return wall, cpu, renewed
