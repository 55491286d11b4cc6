"""Dialogues, single utterances and files as people have them: how many come out as a person would expect.

The folder of --data holds `dialogues.yaml`, `utterances.yaml` and `files/expect.yaml`, or one of them; --data may name
one file of dialogues instead. The shipped files are loaded with the real embedder; home and desktop are stand-ins.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import Options, Row
from benchmarks.cases.case_file import read_cases
from benchmarks.cases.loading import checked_files
from benchmarks.cases.stage import ROOT, Stage, carried_out, open_stage

KINDS = {"dialogues": "dialogues.yaml", "utterances": "utterances.yaml", "files": "files/expect.yaml"}
"""First word of the rows -> the file in the folder."""

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


def _rows(kind: str, results: list[tuple[str, str, str]]) -> list[Row]:
    total = Counter(category for _, category, _ in results)
    passing = Counter(category for _, category, fault in results if not fault)
    shares = [
        Row(f"{kind}, {category}, of {count}", 100 * passing[category] / count, "%")
        for category, count in total.items()
    ]
    return [Row(f"{kind}, passing", 100 * passing.total() / max(1, len(results)), "%"), *shares]
