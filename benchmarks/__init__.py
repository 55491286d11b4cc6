"""Benchmarks of speed and accuracy: each figure beside a rival's or a limit's from the same run.

A benchmark is a module with `run(options)`, whose docstring's first line says what is measured against what.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from assistant.events import Event

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """Data and size of one run."""

    data: Path | None
    """Public sets, in the layout of docs/benchmarks.md."""
    test_data: Path | None
    """Folder of the rows to score, if another; same layout."""
    limit: int
    """Rows at most; 0: all."""
    seed: int
    verbose: bool = False
    """True: each case that is carried out is told on stderr, with what came of it."""

    def folder(self, name: str) -> Path:
        """Return the folder of a set.

        Raises:
            SystemExit: the set is not there; the message names the page that says where to get it.
        """
        if self.data is None or not (self.data / name).is_dir():
            where = self.data or "no --data DIR and no $ASSISTANT_BENCH_DATA"
            raise SystemExit(f"benchmarks: the set '{name}' is not there ({where}); see docs/benchmarks.md")
        return self.data / name

    def scored(self, name: str) -> Path:
        """Return the folder of a set whose rows are scored."""
        return self.test_data / name if self.test_data else self.folder(name)

    def some(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the first rows, up to the limit."""
        return rows[: self.limit] if self.limit else rows

    def drawn(self, rows: Sequence[T]) -> Sequence[T]:
        """Draw rows from all over the set, up to the limit; their order is kept."""
        if not self.limit or self.limit >= len(rows):
            return rows
        chosen = sorted(random.Random(self.seed).sample(range(len(rows)), self.limit))
        return [rows[number] for number in chosen]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure and its rival's."""

    what: str
    """The quantity, with the set it was measured on."""
    figure: float
    unit: str
    rival: str = ""
    """The rival, or `limit`."""
    rival_figure: float | None = None

    @property
    def ratio(self) -> float | None:
        """Figure / rival's figure; None without a rival, or where its figure is 0."""
        return self.figure / self.rival_figure if self.rival_figure else None


def default_data() -> Path | None:
    """Return the folder that $ASSISTANT_BENCH_DATA names, else shared/data beside the checkout; None: neither."""
    if folder := os.environ.get("ASSISTANT_BENCH_DATA"):
        return Path(folder)
    neighbour = Path(__file__).parents[2] / "shared" / "data"
    return neighbour if neighbour.is_dir() else None


def json_lines(file: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSONL file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def quiet(_: Event) -> None:
    """Discard an event."""


def recordings(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each recording of a set with its transcript, "" where it has none."""
    for row in json_lines(folder / "manifest.jsonl"):
        yield folder / row["audio"], row.get("text") or ""
