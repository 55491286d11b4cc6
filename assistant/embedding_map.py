"""A map of meanings: everything that can be said as points on a plane, near where it means something alike."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

PointKind: TypeAlias = Literal["intent", "question", "picture", "said"]
"""A phrase of an intent, a question that is answered, a picture, a sentence of the conversation."""


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A sentence or a picture on the map."""

    kind: PointKind
    owner: str
    """Name of the intent, file of the question or the picture; for what was said, its meaning."""
    text: str
    x: float
    """From 0, left, to 1."""
    y: float
    """From 0, below, to 1."""
    neighbours: tuple[int, ...] = ()
    """The points that mean most alike, nearest first, by their vectors and not by their places on the plane."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two intents whose phrases stand among one another."""

    first: str
    second: str
    count: int
    """Phrases of either that are nearer to a phrase of the other than to any of their own."""
    of: int
    """Phrases of both."""
    example: tuple[str, str]
    """The nearest such pair: a phrase of the one, a phrase of the other."""


@dataclass(frozen=True, slots=True)
class EmbeddingMap:
    """The points, and the intents that are easily taken for one another."""

    points: tuple[MapPoint, ...]
    confusions: tuple[Confusion, ...]
    """The pairs that are confused most first."""
    method: str
    """Name of the projection onto the plane."""

    def owners(self) -> Sequence[str]:
        """Return the names of the intents, in the order of the alphabet."""
        return sorted({point.owner for point in self.points if point.kind == "intent"})

    def colours(self, lightness: float, saturation: float) -> dict[str, tuple[int, int, int]]:
        """Return red, green and blue of each intent, 0 to 255: hues in steps of the golden angle."""
        colours = {}
        for number, name in enumerate(self.owners()):
            shade = colorsys.hls_to_rgb(number * 0.381966 % 1, lightness + 0.08 * (number % 3), saturation)
            red, green, blue = (round(255 * part) for part in shade)
            colours[name] = red, green, blue
        return colours
