"""Points on a plane in the cells of a terminal, one of them chosen; arrows go from point to point."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from assistant.embedding_map import EmbeddingMap, MapPoint
from assistant.ui.map.raster import Raster

_SIGNS = {"said": "●", "picture": "▲", "question": "▪"}
"""Kinds that are drawn as a sign of their own once there is room; phrases are dots."""

_DARK, _LIGHT = ("#3a3f46", "#8b949e", "#ffffff"), ("#d0d4d9", "#6e7781", "#000000")
"""Colours on a dark and a light ground: of what is not looked for, of what is no phrase, of what stands out."""


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
        shades = embedding_map.colours(lightness=0.42, saturation=0.65)  # readable on light and dark alike
        self._colours = {name: f"#{red:02x}{green:02x}{blue:02x}" for name, (red, green, blue) in shades.items()}
        self.view = View()
        self.lit: Collection[int] | None = None
        """Points that are drawn in colour; None: all."""
        said = [place for place, point in enumerate(self.points) if point.kind == "said"]
        self.chosen = said[-1] if said else 0
        self._trail: list[int] = []
        """The points that were come by on the way from neighbour to neighbour."""
        self._lines: list[Strip] = []
        """The drawn cells; empty where they are to be drawn anew, which several keys in a row ask for once."""

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
        near = [(_squared(x - event.x, y - event.y), place) for place, _, x, y in self._cells(self._lit())]
        if near:
            self.choose(min(near)[1])

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
        """Have all cells drawn anew."""
        self._lines = []
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line of cells."""
        if not self._lines and self.points:
            self._lines = list(self._drawn())
        return self._lines[y] if y < len(self._lines) else Strip.blank(self.size.width)

    def _cells(self, places: Iterable[int]) -> Iterator[tuple[int, MapPoint, float, float]]:
        """Yield those of some points that are in view, with column and line, fractions of a cell included."""
        width, height = self.size
        across, down = width * self.view.zoom * 0.94, height * self.view.zoom * 0.94
        left, top = width / 2 - self.view.x * across, height / 2 + self.view.y * down
        for place in places:
            point = self.points[place]
            x, y = left + point.x * across, top - point.y * down
            if 0 <= x < width and 0 <= y < height:
                yield place, point, x, y

    def _drawn(self) -> Iterator[Strip]:
        raster = Raster(*self.size)
        faint, soft, loud = _DARK if self.app.current_theme.dark else _LIGHT
        if self.lit is not None:
            for _, _, x, y in self._cells(range(len(self.points))):
                raster.dot(x, y, faint, under=True)
        named: dict[str, list[tuple[float, float]]] = {}
        for _, point, x, y in self._cells(self._lit()):
            if point.kind == "intent":
                raster.dot(x, y, self._colours[point.owner])
                named.setdefault(point.owner, []).append((x, y))
            elif point.kind == "said":
                raster.write(x, y, _SIGNS["said"], loud)
            elif self.view.zoom >= 4:
                raster.write(x, y, _SIGNS[point.kind], soft)
            else:
                raster.dot(x, y, soft)
        for name, x, y in _names(named, raster.width, raster.height):
            raster.write(x, y, name, loud)
        for _, _, x, y in self._cells(self.points[self.chosen].neighbours):
            raster.write(x, y, "○", loud)
        for _, _, x, y in self._cells([self.chosen]):
            raster.write(x, y, "◉", loud)
        yield from raster.strips(self.rich_style)


def _names(
    places: Mapping[str, Sequence[tuple[float, float]]], width: int, height: int
) -> Iterator[tuple[str, int, int]]:
    """Yield names in the middle of their places, those with most first, none over another: with column and line."""
    free = [[True] * width for _ in range(height)]
    for name, cells in sorted(places.items(), key=lambda item: -len(item[1])):
        size = cell_len(name)
        column = int(sum(x for x, _ in cells) / len(cells) - size / 2)
        line = int(sum(y for _, y in cells) / len(cells))
        column = max(0, min(column, width - size))
        around = slice(max(0, column - 2), column + size + 2)
        if size < width and all(all(row[around]) for row in free[max(0, line - 2) : line + 3]):
            free[line][around] = [False] * len(free[line][around])
            yield name, column, line


def _squared(columns: float, lines: float) -> float:
    return columns**2 + 4 * lines**2  # a cell is twice as high as wide
