"""Speed and accuracy, each figure beside its rival's or its limit's from the same run."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from assistant.events import Event

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """What a benchmark is run on."""

    data: Path | None
    """Public sets, laid out as docs/benchmarks.md tells."""
    test_data: Path | None
    """Where the rows that are scored come from, if elsewhere."""
    limit: int
    """At most so many rows; 0: all."""
    seed: int

    def folder(self, name: str) -> Path:
        """Return a set's folder, or end with the line that says how to get it."""
        if self.data is None or not (self.data / name).is_dir():
            where = self.data or "no --data DIR and no $ASSISTANT_BENCH_DATA"
            raise SystemExit(f"benchmarks: the set '{name}' is not there ({where}); see docs/benchmarks.md")
        return self.data / name

    def scored(self, name: str) -> Path:
        """Return the folder of a set whose rows are scored."""
        return self.test_data / name if self.test_data else self.folder(name)

    def some(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows up to the limit."""
        return rows[: self.limit] if self.limit else rows

    def drawn(self, rows: Sequence[T]) -> Sequence[T]:
        """Return as many rows as the limit allows from all over the set, in their own order."""
        if not self.limit or self.limit >= len(rows):
            return rows
        chosen = sorted(random.Random(self.seed).sample(range(len(rows)), self.limit))
        return [rows[number] for number in chosen]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure and what it is measured against."""

    what: str
    figure: float
    unit: str
    rival: str = ""
    rival_figure: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return figure / rival's figure."""
        return self.figure / self.rival_figure if self.rival_figure else None


Benchmark = Callable[[Options], list[Row]]


def default_data() -> Path | None:
    """Return the folder named by $ASSISTANT_BENCH_DATA, else shared/data beside the checkout if it is there."""
    if named := os.environ.get("ASSISTANT_BENCH_DATA"):
        return Path(named)
    beside = Path(__file__).parents[2] / "shared" / "data"
    return beside if beside.is_dir() else None


def json_lines(file: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSONL file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def quiet(_: Event) -> None:
    """Tell nobody."""


def recordings(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each recording of a set with its text, "" where nobody has written it down."""
    for row in json_lines(folder / "manifest.jsonl"):
        yield folder / row["audio"], row.get("text") or ""
