"""Points on a plane in the cells of a terminal, one of them chosen; arrows go from point to point."""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from assistant.embedding_map import EmbeddingMap, MapPoint

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille character, by row and column."""

_MARKS = {"said": "●", "picture": "▲", "question": "▪"}
"""Kinds that are drawn as a sign of their own once there is room; phrases are dots."""


@dataclass(frozen=True, slots=True)
class View:
    """The part of the plane that is shown: its middle, and how many times the whole it is enlarged."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0


class Plane(Widget, can_focus=True):
    """The map itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"step('{key}')", show=False) for key in ("left", "right", "up", "down")),
        Binding("plus,equals_sign,pageup", "zoom(1.6)", "Nearer", show=False),
        Binding("minus,pagedown", "zoom(0.625)", "Farther", show=False),
        Binding("0,home", "whole", "Whole", show=False),
        Binding("n,tab", "neighbour", "Nearest in meaning", show=False),
    ]

    class Chosen(Message):
        """Another point is the chosen one."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, embedding_map: EmbeddingMap) -> None:
        super().__init__(id="plane")
        self.points = embedding_map.points
        owners = embedding_map.owners()
        self._colours = {name: _colour(number) for number, name in enumerate(owners)}
        self.view = View()
        self.lit: Collection[int] | None = None
        """Points that are drawn in colour; None: all."""
        said = [place for place, point in enumerate(self.points) if point.kind == "said"]
        self.chosen = said[-1] if said else 0
        self._trail: list[int] = []
        """The points that were come by on the way from neighbour to neighbour."""
        self._lines: list[Strip] = []

    # -- choosing -----------------------------------------------------------------------------

    def choose(self, place: int) -> None:
        """Choose a point, and bring it into view."""
        self.chosen = place
        point, half = self.points[place], 0.45 / self.view.zoom
        if abs(point.x - self.view.x) > half or abs(point.y - self.view.y) > half:
            self.view = replace(self.view, x=point.x, y=point.y)
        self.redraw()
        self.post_message(self.Chosen(place))

    def light(self, places: Collection[int] | None) -> None:
        """Draw only some points in colour, and choose one of them."""
        self.lit = places
        if places and self.chosen not in places:
            self.choose(min(places))
        self.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Have keys only where there are points."""
        return (
            bool(self.points) if action in ("step", "zoom", "neighbour") else super().check_action(action, parameters)
        )

    def action_step(self, key: str) -> None:
        """Choose the nearest point to the left, to the right, above or below."""
        axis, sign = {"left": ("x", -1), "right": ("x", 1), "up": ("y", 1), "down": ("y", -1)}[key]
        here = self.points[self.chosen]

        def cost(point: MapPoint) -> float:
            dx, dy = point.x - here.x, point.y - here.y
            along, aside = (dx, dy) if axis == "x" else (dy, dx)
            return along * sign + 2 * abs(aside) if along * sign > 0.004 / self.view.zoom else float("inf")

        best = min(self._lit(), key=lambda place: cost(self.points[place]), default=self.chosen)
        if cost(self.points[best]) < float("inf"):
            self._trail.clear()
            self.choose(best)

    def action_neighbour(self) -> None:
        """Choose the point that means most alike and was not come by yet."""
        self._trail.append(self.chosen)
        new = [place for place in self.points[self.chosen].neighbours if place not in self._trail]
        if new:
            self.choose(new[0])

    def action_zoom(self, factor: float) -> None:
        """Enlarge the map around the chosen point."""
        point = self.points[self.chosen]
        zoom = min(64.0, max(1.0, self.view.zoom * factor))
        self.view = View() if zoom == 1.0 else View(point.x, point.y, zoom)
        self.redraw()

    def action_whole(self) -> None:
        """Show the whole map."""
        self.view = View()
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        """Choose the point under the mouse, or the nearest to it."""
        self.focus()
        if not self._lit():
            return
        near: Callable[[int], float] = lambda place: _squared(self._cell(self.points[place]), event.x, event.y)  # noqa: E731
        self.choose(min(self._lit(), key=near))

    def on_mouse_scroll_down(self) -> None:
        """Enlarge less."""
        self.action_zoom(0.625)

    def on_mouse_scroll_up(self) -> None:
        """Enlarge more."""
        self.action_zoom(1.6)

    def _lit(self) -> Collection[int]:
        return range(len(self.points)) if self.lit is None else self.lit

    # -- drawing ------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Draw anew at the new size."""
        self.redraw()

    def redraw(self) -> None:
        """Draw all cells anew."""
        self._lines = list(self._drawn()) if self.points and self.size.area else []
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line of cells."""
        return self._lines[y] if y < len(self._lines) else Strip.blank(self.size.width)

    def _cell(self, point: MapPoint) -> tuple[float, float]:
        """Return column and line of a point, fractions of a cell included."""
        x = 0.5 + (point.x - self.view.x) * self.view.zoom * 0.94
        y = 0.5 - (point.y - self.view.y) * self.view.zoom * 0.94
        return x * self.size.width, y * self.size.height

    def _drawn(self) -> Iterator[Strip]:
        width, height = self.size
        bits = [[0] * width for _ in range(height)]
        colours: list[list[str]] = [[""] * width for _ in range(height)]
        marks: list[list[str]] = [[""] * width for _ in range(height)]
        faint, soft, loud = (self._variable(name) for name in ("faint", "soft", "loud"))
        lit = None if self.lit is None else set(self.lit)
        for place, point in enumerate(self.points):
            x, y = self._cell(point)
            column, line = int(x), int(y)
            if not (0 <= x < width and 0 <= y < height):
                continue
            bits[line][column] |= _DOTS[int(y % 1 * 4)][int(x % 1 * 2)]
            if lit is not None and place not in lit:
                colours[line][column] = colours[line][column] or faint
                continue
            colours[line][column] = self._colours.get(point.owner, soft) if point.kind == "intent" else soft
            if point.kind == "said" or (self.view.zoom >= 4 and point.kind in _MARKS):
                marks[line][column] = _MARKS[point.kind]
                colours[line][column] = loud if point.kind == "said" else soft
        for name, line, column in self._names():
            marks[line][column : column + len(name)] = name
            colours[line][column : column + len(name)] = [loud] * len(name)
        near = self.points[self.chosen].neighbours
        for place, mark in [*((other, "○") for other in near), (self.chosen, "◉")]:
            x, y = self._cell(self.points[place])
            if 0 <= x < width and 0 <= y < height:
                marks[int(y)][int(x)], colours[int(y)][int(x)] = mark, loud
        for line in range(height):
            yield Strip(
                [
                    Segment(
                        marks[line][column] or chr(0x2800 + bits[line][column]),
                        Style(color=colour, bold=bool(marks[line][column])),
                    )
                    if (colour := colours[line][column])
                    else Segment(" ")
                    for column in range(width)
                ],
                width,
            ).apply_style(self.rich_style)

    def _names(self) -> Iterator[tuple[str, int, int]]:
        """Yield names of intents where most of their points are seen, with line and column; none over another."""
        places: dict[str, list[tuple[float, float]]] = {}
        for place in self._lit():
            point, (x, y) = self.points[place], self._cell(self.points[place])
            if point.kind == "intent" and 0 <= x < self.size.width and 0 <= y < self.size.height:
                places.setdefault(point.owner, []).append((x, y))
        free = [[True] * self.size.width for _ in range(self.size.height)]
        for name, cells in sorted(places.items(), key=lambda item: -len(item[1])):
            middle = sum(x for x, _ in cells) / len(cells)
            line = int(sum(y for _, y in cells) / len(cells))
            column = max(0, min(int(middle - len(name) / 2), self.size.width - len(name)))
            around = slice(max(0, column - 2), column + len(name) + 2)
            if len(name) < self.size.width and all(all(row[around]) for row in free[max(0, line - 2) : line + 3]):
                free[line][around] = [False] * len(free[line][around])
                yield name, line, column

    def _variable(self, name: str) -> str:
        theme = self.app.current_theme
        dark = {"faint": "#3a3f46", "soft": "#8b949e", "loud": "#ffffff"}
        light = {"faint": "#d0d4d9", "soft": "#6e7781", "loud": "#000000"}
        return (dark if theme.dark else light)[name]


def _squared(cell: tuple[float, float], x: float, y: float) -> float:
    return (cell[0] - x) ** 2 + 4 * (cell[1] - y) ** 2  # a cell is twice as high as wide


def _colour(number: int) -> str:
    """Return a colour for each number, neighbours far apart, readable on light and dark alike."""
    red, green, blue = colorsys.hls_to_rgb(number * 0.381966 % 1, 0.42 + 0.08 * (number % 3), 0.65)
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"
