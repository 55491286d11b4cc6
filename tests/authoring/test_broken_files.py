"""Broken files of every kind cost a line: no traceback, no hang, no good file beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from fakes.broken_files import BrokenFile, broken_files
from paths import ROOT, TESTS

SECONDS = 12.0
"""Of processor time that a file may cost, with all that is made of it; 3 on a machine that does nothing else."""


def outcomes(folder, files: list[BrokenFile]) -> list[dict[str, object]]:
    """Read files in a process of their own, with limits of time and memory; return its lines."""
    for number, file in enumerate(files):
        (folder / f"{number:04}.{file.kind}.{file.name}").write_bytes(file.content)
    child = subprocess.run(
        [sys.executable, "-m", "fakes.broken_file_reader", str(folder)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{TESTS}"},
        capture_output=True, text=True, timeout=max(120, 4 * SECONDS * len(files)),
    )  # fmt: skip
    lines = [json.loads(line) for line in child.stdout.splitlines()]
    assert child.returncode == 0, (lines[-1], child.stderr[-2000:])
    return [line for line in lines if "file" in line]


def check(folder, files: list[BrokenFile]) -> None:
    read = outcomes(folder, files)
    assert len(read) == len(files)
    assert [line for line in read if line["fault"] or line["seconds"] > SECONDS] == []


def test_a_part_of_the_broken_files_costs_a_line_each(tmp_path):
    check(tmp_path, broken_files(1)[::5])


@pytest.mark.model
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(2))
def test_half_of_the_broken_files_costs_a_line_each_with_all_that_is_made_of_them(tmp_path, part):
    files = broken_files(24)
    assert len(files) >= 300
    check(tmp_path, files[part::4])
