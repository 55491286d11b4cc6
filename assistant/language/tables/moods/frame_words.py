"""The kinds of words around an order that say nothing of it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class FrameWords:
    """The words of one language; without a `joint` no clause is a frame."""

    joint: re.Pattern[str] | None = None
    """The end of a clause, with the joining words behind it: `, so `."""
    told: re.Pattern[str] = re.compile(r"(?!)")
    """All of a clause that tells how something is, or what somebody did: `it's so stuffy`."""
    barred: re.Pattern[str] = re.compile(r"(?!)")
    """Words by which a clause is more than that: it denies, bounds, quotes, corrects."""
    loose: re.Pattern[str] = re.compile(r"(?!)")
    """Words for a time or a number by which hardly anything is fixed: `tonight`."""
