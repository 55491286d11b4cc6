"""What was acknowledged survives a kill at any moment: a small part of `python -m benchmarks durability`."""

from __future__ import annotations

from benchmarks import Options
from benchmarks.durability import run


def test_nothing_that_was_acknowledged_is_lost():
    """Notes, timers, settings and the index, each killed a few times; eleven turned bits."""
    assert [row.what for row in run(Options(None, None, 11, 1)) if row.figure] == []
