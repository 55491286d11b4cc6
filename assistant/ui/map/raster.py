"""Cells of a terminal that are drawn into: eight dots in each, or a sign over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille character, by row and column."""

_HALF = "\0"
"""Right half of a sign that is two columns wide."""


class Raster:
    """Cells of so many columns and lines, empty at first; what is outside is not drawn."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._bits = [[0] * width for _ in range(height)]
        self._signs = [[""] * width for _ in range(height)]
        self._colours = [[""] * width for _ in range(height)]

    def dot(self, x: float, y: float, colour: str, under: bool = False) -> None:
        """Draw a dot at a column and line, fractions of a cell included; `under` leaves a cell its colour."""
        column, line = int(x), int(y)
        self._bits[line][column] |= _DOTS[int((y - line) * 4)][int((x - column) * 2)]
        if not (under and self._colours[line][column]):
            self._colours[line][column] = colour

    def write(self, x: float, y: float, text: str, colour: str) -> None:
        """Write signs from a column and line on."""
        place, line = int(x), int(y)
        for sign in text:
            for half in (sign, *[_HALF] * (cell_len(sign) - 1)):
                if 0 <= place < self.width and 0 <= line < self.height:
                    self._signs[line][place], self._colours[line][place] = half, colour
                place += 1

    def strips(self, ground: Style) -> Iterator[Strip]:
        """Yield the lines on a ground."""
        empty = Segment(" ", ground)
        for bits, signs, colours in zip(self._bits, self._signs, self._colours, strict=True):
            cells = [
                Segment(sign or chr(0x2800 + dots), _style(ground, colour, bool(sign))) if colour else empty
                for dots, sign, colour in zip(bits, _whole(signs), colours, strict=True)
                if sign is not None
            ]
            yield Strip(cells, self.width)


def _whole(signs: Sequence[str]) -> Iterator[str | None]:
    """Yield the sign of each cell; None for the right half of a wide one, a space for a half that is alone."""
    for before, sign, after in zip(("", *signs), signs, (*signs[1:], ""), strict=False):
        is_second = sign == _HALF
        is_alone = cell_len(before) != 2 if is_second else cell_len(sign) == 2 and after != _HALF
        yield " " if is_alone else None if is_second else sign


@cache
def _style(ground: Style, colour: str, bold: bool) -> Style:
    return ground + Style(color=colour, bold=bold)
