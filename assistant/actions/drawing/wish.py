"""What is to be drawn, and what was."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

Tell: TypeAlias = Callable[[str, float, float], None]
"""Takes the progress of long work: the work in words, what is done of it, how much it is; 0: nobody knows."""


def new_seed() -> int:
    """Draw a seed that every back-end takes."""
    return random.randrange(2**31)


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture that is wanted."""

    prompt: str
    """Words for what is to be seen."""
    width: int
    """Pixels, a multiple of 8."""
    height: int
    count: int = 1
    """How many, each by a seed of its own, the first by `seed`."""
    seed: int = field(default_factory=new_seed)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that was drawn."""

    file: Path
    wish: Wish
    """Of this picture alone: its own seed, count 1; its size is the one that was wanted."""
