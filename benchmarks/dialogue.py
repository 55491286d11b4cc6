"""Dialogues, single utterances and files as people have them: how many come out as a person would expect.

The folder of --data holds `dialogues.yaml`, `utterances.yaml` and `files/expect.yaml`, or one of them; --data may name
one file of dialogues instead. The shipped files are loaded with the real embedder; home and desktop are stand-ins.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from benchmarks import Options, Row
from benchmarks.cases.case_file import read_cases
from benchmarks.cases.loading import checked_files
from benchmarks.cases.manners import Manner
from benchmarks.cases.slot_filling import SlotFillingLoop
from benchmarks.cases.stage import ROOT, Stage, carried_out, open_stage
from benchmarks.cases.tool_calling import ToolCallingModel, open_model

KINDS = {"dialogues": "dialogues.yaml", "utterances": "utterances.yaml", "files": "files/expect.yaml"}
"""First word of the rows -> the file in the folder."""

SECONDS = 60.0
"""For the language model that is a rival; a dialogue takes it about ten."""

INDEXES = ROOT / ".benchmarks"
"""Indexes of the shipped files, kept from run to run: only phrases that changed are embedded anew."""


def run(options: Options) -> list[Row]:
    """Carry out the cases of each file that is there.

    Raises:
        SystemExit: none is there; the message says what the folder must hold.
    """
    files = _files(options.data or Path())
    if not files:
        names = ", ".join(KINDS.values())
        raise SystemExit(f"benchmarks: name a folder with cases by --data: one with {names}, or any of them")
    rows: list[Row] = []
    with open_stage(INDEXES) as stage:
        for kind, file in files.items():
            results = []
            for name, category, fault in _results(kind, file, stage, options):
                results.append((name, category, fault))
                if options.verbose and name:
                    print(f"{'failed' if fault else 'passed'} {name} ({category}) {fault}".rstrip(), file=sys.stderr)
            rows += _rows(kind, results)
            if kind == "dialogues":
                rows += _rivals(file, stage, options, [not fault for _, _, fault in results])
    return rows


def _files(data: Path) -> Mapping[str, Path]:
    """Find the files of cases by their kind."""
    if data.is_file():
        return {"dialogues": data}
    return {kind: data / name for kind, name in KINDS.items() if (data / name).is_file()}


def _results(kind: str, file: Path, stage: Stage, options: Options) -> Iterator[tuple[str, str, str]]:
    """Yield name, category and fault of each case; it has no name where it is to stay unread."""
    if kind == "files":
        yield from checked_files(stage, file)
        return
    content = read_cases(file)
    for case, fault in carried_out(stage, options.drawn(content.cases), content.worlds):
        yield "" if content.unread else case.id, case.category, fault


def _rivals(file: Path, stage: Stage, options: Options, passed: Sequence[bool]) -> Iterator[Row]:
    """Carry the same dialogues out with a plain loop, and a few of them with a language model, for `SECONDS`."""
    content = read_cases(file)
    cases = options.drawn(content.cases)
    loop = [not fault for _, fault in carried_out(stage, cases, content.worlds, Manner(SlotFillingLoop))]
    yield Row(f"dialogues, passing, of {len(cases)}", share(passed), "%", "a plain slot-filling loop", share(loop))
    if (installed := open_model()) is None:
        return
    name, model = installed
    end, theirs = time.monotonic() + SECONDS, list[bool]()
    chosen = random.Random(options.seed).sample(range(len(cases)), len(cases))
    for number in chosen:
        if time.monotonic() > end:
            break
        manner = Manner(partial(ToolCallingModel, model))
        theirs += [not fault for _, fault in carried_out(stage, [cases[number]], content.worlds, manner)]
    same = [passed[number] for number in chosen[: len(theirs)]]
    yield Row(f"dialogues, passing, of {len(theirs)} drawn", share(same), "%", f"{name}, calling tools", share(theirs))


def share(passed: Sequence[bool]) -> float:
    """Percentage of those that passed."""
    return 100 * sum(passed) / max(1, len(passed))


def _rows(kind: str, results: list[tuple[str, str, str]]) -> list[Row]:
    total = Counter(category for _, category, _ in results)
    passing = Counter(category for _, category, fault in results if not fault)
    shares = [
        Row(f"{kind}, {category}, of {count}", 100 * passing[category] / count, "%")
        for category, count in total.items()
    ]
    return [Row(f"{kind}, passing", 100 * passing.total() / max(1, len(results)), "%"), *shares]
