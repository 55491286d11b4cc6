"""The shares that are accepted, drawn over the threshold, with a marker that is moved by keys and by the mouse."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color, ColorParseError
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from assistant.ui.map.raster import Raster

if TYPE_CHECKING:
    from assistant.checks.making.control_panel import TradeOff

_COLOURS = {
    "text-success": ("#3fb950", "#1a7f37"),
    "text-error": ("#ff7b72", "#cf222e"),
    "text-primary": ("#79c0ff", "#0969da"),
    "soft": ("#9aa4ae", "#57606a"),
    "foreground": ("#ffffff", "#000000"),
}
"""Colours of what is right, of near misses, of talk, of the scale and of the marker: on dark and on light ground."""


class TradeOffPlot(Widget, can_focus=True):
    """Curves of the shares, from 0 to 1 both ways."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", show=False),
        Binding("right,l", "move(1)", show=False),
        Binding("shift+left,pagedown,down", "move(-5)", show=False),
        Binding("shift+right,pageup,up", "move(5)", show=False),
        Binding("home", "back", show=False),
    ]

    class Moved(Message):
        """The marker is somewhere else."""

        def __init__(self, threshold: float) -> None:
            super().__init__()
            self.threshold = threshold

    def __init__(self) -> None:
        super().__init__(id="plot")
        self.points: Sequence[TradeOff] = ()
        self.threshold = self.written = 0.5
        """Where the marker is, and where the threshold that is written is."""
        self._left = 5
        """Columns before the curves, for the scale."""
        self._drawn_as: tuple[object, ...] = ()
        self._lines: list[Strip] = []

    def take(self, points: Sequence[TradeOff]) -> None:
        """Draw other curves."""
        self.points = points
        self.refresh()

    def point(self, threshold: float) -> TradeOff:
        """Return the shares at a threshold."""
        return self.points[round(threshold * (len(self.points) - 1))]

    def mark(self, threshold: float) -> None:
        """Move the marker, to a hundredth."""
        self.threshold = round(min(1.0, max(0.0, threshold)), 2)
        self.refresh()
        self.post_message(self.Moved(self.threshold))

    def action_move(self, hundredths: int) -> None:
        """Move the marker to the left or to the right."""
        self.mark(self.threshold + hundredths / 100)

    def action_back(self) -> None:
        """Move the marker to the threshold that is written."""
        self.mark(self.written)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take the marker."""
        self.focus()
        self.capture_mouse()
        self._drag(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the marker."""
        if self.app.mouse_captured is self:
            self._drag(event)

    def on_mouse_up(self) -> None:
        """Let the marker go."""
        self.release_mouse()

    def _drag(self, event: events.MouseEvent) -> None:
        self.mark((event.x - self._left) / max(1, self._columns - 1))

    # -- drawing --------------------------------------------------------------------------------

    @property
    def _columns(self) -> int:
        return max(2, self.size.width - self._left)

    def render_line(self, y: int) -> Strip:
        """Return one line of cells."""
        drawn = self.size, self.threshold, self.written, id(self.points), self.app.theme, self.has_focus
        if drawn != self._drawn_as:
            self._drawn_as, self._lines = drawn, list(self._draw())
        return self._lines[y] if y < len(self._lines) else Strip.blank(self.size.width)

    def _draw(self) -> Iterator[Strip]:
        width, height = self.size
        raster, rows = Raster(width, height), height - 1
        if rows < 2 or width < 20:
            return
        good, bad, talk, soft, loud = map(self._colour, _COLOURS)
        for line in range(rows):
            raster.write(self._left + self._column(self.written), line, "┊", soft)
            raster.write(self._left + self._column(self.threshold), line, "┃", loud)
        self._curve(raster, rows, [point.talk for point in self.points], talk)
        self._curve(raster, rows, [point.near_misses for point in self.points], bad)
        self._curve(raster, rows, [point.right for point in self.points], good)
        for part, words in ((0.0, "100%"), (0.5, " 50%"), (1.0, "  0%")):
            raster.write(0, round(part * (rows - 1)), words, soft)
        marker = f"▲ {self.threshold:.2f}"
        column = self._left + self._column(self.threshold)
        if column + len(marker) > width:
            column, marker = column - len(marker) + 1, f"{self.threshold:.2f} ▲"
        for step in range(6):
            label = f"{step / 5:g}"
            place = min(self._left + self._column(step / 5), width - len(label))
            if not column - 4 < place < column + len(marker) + 1:
                raster.write(place, rows, label, soft)
        raster.write(column, rows, marker, loud)
        yield from raster.strips(self.rich_style)

    def _column(self, threshold: float) -> int:
        return round(threshold * (self._columns - 1))

    def _curve(self, raster: Raster, rows: int, shares: Sequence[float], colour: str) -> None:
        """Draw shares over the whole width; the cells of the marker are left to it."""
        if not shares:
            return
        across, down, before = (self._columns - 1) * 2, rows * 4 - 1, -1
        for dot in range(across + 1):
            place = dot / across * (len(shares) - 1)
            left = min(int(place), len(shares) - 2)
            share = shares[left] + (shares[left + 1] - shares[left]) * (place - left)
            y = round((1 - share) * down)
            for between in range(min(y, before + 1), max(y, before - 1) + 1) if before >= 0 else (y,):
                raster.dot(self._left + dot / 2, between / 4, colour)
            before = y

    def _colour(self, name: str) -> str:
        """Colour of the theme as RGB; where the terminal itself decides, one that can be read on its ground."""
        dark, light = _COLOURS[name]
        with contextlib.suppress(ColorParseError, KeyError):
            color = Color.parse(self.app.theme_variables[name])
            if color.ansi is None and color.a == 1:
                return color.hex
        return dark if self.app.current_theme.dark else light
