"""`python -m benchmarks NAME [--data DIR] [--test-data DIR] [--limit N] [--seed N] [--json] [--write]`."""

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

TOOLS = {"__init__", "__main__"}
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def names() -> list[str]:
    """Return every module here that measures something."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in TOOLS)
    return [name for name in found if "def run(" in (Path(__file__).parent / f"{name}.py").read_text()]


def main() -> int:
    """Run one benchmark, or list them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", nargs="?", help="which; without one they are listed")
    parser.add_argument("--data", type=Path, default=default_data(), help="public sets; $ASSISTANT_BENCH_DATA")
    parser.add_argument("--test-data", type=Path, help="the rows to score, if elsewhere")
    parser.add_argument("--limit", type=int, default=0, help="at most so many rows")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="the last line is a list of the figures")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    args = parser.parse_args()
    if args.name is None:
        for name in names():
            print(f"{name:<16} {(importlib.import_module(f'benchmarks.{name}').__doc__ or '').splitlines()[0]}")
        return 0
    if args.name not in names():
        print(f"benchmarks: no '{args.name}'; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    options = Options(args.data, args.test_data, args.limit, args.seed)
    rows = importlib.import_module(f"benchmarks.{args.name}").run(options)
    table = as_table(rows)
    print(table)
    if args.write:
        write(args.name, table)
    if args.json:
        print(json.dumps([_object(row) for row in rows]))
    return 0


def as_table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| figure | here | against | its figure | ratio |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        against = f"{row.rival_figure:.4g} {row.unit}" if row.rival_figure is not None else ""
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        lines.append(f"| {row.what} | {row.figure:.4g} {row.unit} | {row.rival} | {against} | {ratio} |")
    return "\n".join(lines)


def write(name: str, table: str) -> None:
    """Put the table between the benchmark's two marks in docs/benchmarks.md."""
    cores = os.cpu_count()
    stamp = (
        f"Measured {datetime.date.today()} on {cores} cores ({platform.machine()}), Python {platform.python_version()}."
    )
    text = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    block = f"{begin}\n{stamp}\n\n{table}\n{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"benchmarks: {PAGE.name} has no place for '{name}': add {begin} {end}")
    PAGE.write_text(pattern.sub(lambda _: block, text), encoding="utf-8")


def _object(row: Row) -> dict[str, object]:
    rival = {"against": row.rival, "its_figure": row.rival_figure, "ratio": row.ratio} if row.rival else {}
    return {"what": row.what, "figure": row.figure, "unit": row.unit, **rival}


if __name__ == "__main__":
    sys.exit(main())
