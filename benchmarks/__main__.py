"""`python -m benchmarks NAME [--data DIR] [--test-data DIR] [--limit N] [--seed N] [--verbose] [--json] [--write]`."""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import os
import platform
import re
import sys
from pathlib import Path

from benchmarks import Options, Row, default_data

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "docs" / "benchmarks.md"


def names() -> list[str]:
    """Return the names of the benchmarks: the modules of this folder that define `run`."""
    modules = sorted(path for path in FOLDER.glob("*.py") if not path.stem.startswith("__"))
    return [path.stem for path in modules if "\ndef run(" in path.read_text(encoding="utf-8")]


def main() -> int:
    """Run one benchmark, or list them; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", nargs="?", help="the benchmark to run; without it, they are listed")
    parser.add_argument("--data", type=Path, default=default_data(), help="public sets; $ASSISTANT_BENCH_DATA")
    parser.add_argument("--test-data", type=Path, help="folder of the rows to score, if another")
    parser.add_argument("--limit", type=int, default=0, help="rows at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true", help="tell each case on stderr")
    parser.add_argument("--json", action="store_true", help="write the figures as JSON on the last line")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    args = parser.parse_args()
    if args.name is None:
        for name in names():
            print(f"{name:<16} {(importlib.import_module(f'benchmarks.{name}').__doc__ or '').splitlines()[0]}")
        return 0
    if args.name not in names():
        print(f"benchmarks: no '{args.name}'; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    options = Options(args.data, args.test_data, args.limit, args.seed, args.verbose)
    rows = importlib.import_module(f"benchmarks.{args.name}").run(options)
    table = as_table(rows)
    print(table)
    if args.write:
        write(args.name, table)
    if args.json:
        print(json.dumps([_object(row) for row in rows]))
    return 0


def as_table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table, figures to four significant digits."""
    lines = ["| figure | here | against | its figure | ratio |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        rival_figure = f"{row.rival_figure:.4g} {row.unit}" if row.rival_figure is not None else ""
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        lines.append(f"| {row.what} | {row.figure:.4g} {row.unit} | {row.rival} | {rival_figure} | {ratio} |")
    return "\n".join(lines)


def write(name: str, table: str) -> None:
    """Put the table, with date and machine, between the benchmark's two marks in docs/benchmarks.md.

    Raises:
        SystemExit: the page has no such marks.
    """
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    block = f"{begin}\nMeasured {datetime.date.today()} on {machine}.\n\n{table}\n{end}"
    text = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"benchmarks: {PAGE.name} has no place for '{name}': add {begin} {end}")
    PAGE.write_text(pattern.sub(lambda _: block, text), encoding="utf-8")


def _object(row: Row) -> dict[str, object]:
    rival = {"against": row.rival, "its_figure": row.rival_figure, "ratio": row.ratio} if row.rival else {}
    return {"what": row.what, "figure": row.figure, "unit": row.unit, **rival}


if __name__ == "__main__":
    sys.exit(main())
