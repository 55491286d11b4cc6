"""docs/scaling.md: the calculation comes out as the page says, from the figures of docs/benchmarks.md."""

from __future__ import annotations

import re

from manual import blocks, quoted, rows, section

from paths import ROOT

PAGE = "scaling.md"
COST = section(PAGE, "What 10,000 microphones cost")
BENCHMARKS = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def calculated():
    values = {}
    exec("\n".join(blocks(COST, "python")), values)
    return values


def test_the_calculation_comes_out_as_the_table_says():
    values = calculated()
    told = {quoted(name)[0]: figure for name, figure in rows(COST)}
    assert len(told) == 11
    assert told == {name: f"{round(values[name], 1):g}" for name in told}


def test_its_inputs_are_those_measured():
    values = calculated()
    heard = float(re.search(r"^\| sound heard per second, 1 replica \| ([\d.]+) s", BENCHMARKS, re.MULTILINE)[1])
    understood = float(re.search(r"^\| understanding, p50 \| ([\d.]+) ms", BENCHMARKS, re.MULTILINE)[1])
    assert (values["heard"], values["understood"]) == (round(heard, 2), round(understood / 1000, 3))
