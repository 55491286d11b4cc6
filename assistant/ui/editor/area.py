"""The text of a file: coloured line by line, with each fault behind the line at which it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color, ColorParseError
from textual.geometry import Offset
from textual.strip import Strip
from textual.widgets import TextArea

from assistant.errors import Problem
from assistant.outlet.terminal import printable, printable_line
from assistant.ui.editor.colours import STYLES, parts
from assistant.ui.formatting import clipped

_SIGNS = {"error": ("✗", "text-error"), "warning": ("▲", "text-warning"), "note": ("·", "text-accent")}
"""Severity -> its sign and colour."""


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is said of a line."""

    severity: str
    text: str

    @property
    def sign(self) -> str:
        """The sign of its severity."""
        return _SIGNS.get(self.severity, _SIGNS["note"])[0]

    @property
    def colour(self) -> str:
        """Name of the colour of its severity."""
        return _SIGNS.get(self.severity, _SIGNS["note"])[1]


class YamlArea(TextArea):
    """An editor that knows no file; Escape is left to the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "Undo", show=False, priority=True),
        Binding("ctrl+x", "cut", "Cut", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="area", soft_wrap=False, show_line_numbers=True, tab_behavior="indent", compact=True)
        self.indent_width = 2
        self.cursor_blink = False
        self.is_yaml = True
        self._faults: Mapping[int, LineFault] = {}
        """Line, from 0 -> the worst fault of it."""
        self._palette: dict[str, Style] = {}

    def on_mount(self) -> None:
        """Take the colours of the theme, and those of another as soon as it is chosen."""
        self._repaint()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._repaint())

    def _repaint(self) -> None:
        variables = self.app.get_css_variables()
        names = {*STYLES.values(), *(colour for _, colour in _SIGNS.values())}
        self._palette = {name: _style(variables.get(name, "")) for name in names}
        self._palette |= {"muted": _muted(variables), "comment": _muted(variables) + Style(italic=True)}
        self._line_cache.clear()
        self.refresh()

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor; not while an undo has taken its line and not moved it yet: Textual would fail there."""
        if self.cursor_location[0] >= self.document.line_count:
            return Offset()
        return super().scroll_cursor_visible(center, animate)

    # -- faults -------------------------------------------------------------------------------

    @property
    def faults(self) -> Mapping[int, LineFault]:
        """The worst fault of each line, which counts from 0."""
        return self._faults

    def show_faults(self, problems: Sequence[Problem]) -> None:
        """Put each fault behind its line; one of the whole file stands at the first."""
        order = list(_SIGNS)
        rows: dict[int, LineFault] = {}
        last = self.document.line_count - 1
        for problem in sorted(problems, key=lambda item: order.index(item.severity) if item.severity in order else 9):
            rows.setdefault(
                min(last, max(0, int(problem.line) - 1)), LineFault(problem.severity, printable_line(problem.text))
            )
        if rows != self._faults:
            self._faults = rows
            self._line_cache.clear()
            self.refresh()

    def next_fault(self) -> bool:
        """Go to the next line with a fault, from the last one to the first; False where there is none."""
        if not self._faults:
            return False
        row = self.cursor_location[0]
        self.move_cursor((min((line for line in self._faults if line > row), default=min(self._faults)), 0))
        self.scroll_cursor_visible(center=True)
        return True

    # -- drawing ------------------------------------------------------------------------------

    def get_line(self, line_index: int) -> Text:
        """Return a line with its colours."""
        text = super().get_line(line_index)
        if self.is_yaml:
            for start, end, name in parts(text.plain):
                text.stylize(self._palette.get(STYLES[name], Style()), start, end)
        return text

    def _render_line(self, y: int) -> Strip:
        """Draw a line, its fault behind it as far as there is room."""
        strip = super()._render_line(y)
        row = y + self.scroll_offset.y
        fault = self._faults.get(row)
        if fault is None or row >= self.document.line_count:
            return strip
        style = self._palette[fault.colour]
        gutter = self.gutter_width
        number = Segment(f"{row + 1:>{gutter - 2}}{fault.sign} ", style + Style(bold=True))
        marked = list(Strip([number], gutter).apply_style(_ground(strip)))
        width = self.scrollable_content_region.width
        line = self.document.get_line(row).expandtabs(self.indent_width)
        free = max(gutter, gutter + cell_len(line) - self.scroll_offset.x + 2)
        body = strip.crop(gutter, strip.cell_length)
        if width - free < 12:
            return Strip.join([Strip(marked, gutter), body])
        words = clipped(fault.text, width - free - 1)
        tail = Strip([Segment(words, style)], cell_len(words)).apply_style(_ground(strip))
        return Strip.join([Strip(marked, gutter), strip.crop(gutter, free), tail, strip.crop(free + cell_len(words))])

    # -- keys ---------------------------------------------------------------------------------

    async def _on_key(self, event: events.Key) -> None:
        """Leave Escape to the screen; begin a new line below the text of the one before.

        A key that moves or deletes does its work at once: Textual sends it up to the application, where letters typed
        behind it overtake it. Textual takes every other key, which it looks at after this.
        """
        if event.key == "escape":
            event.prevent_default()
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ())[:1]:
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
        if event.key in ("enter", "ctrl+j") and not self.read_only and self.is_yaml:
            event.stop()
            event.prevent_default()
            row, column = self.cursor_location
            self.insert(f"\n{_indentation(self.document.get_line(row)[:column])}")

    async def _on_paste(self, event: events.Paste) -> None:
        """Let be pasted what a terminal shows, with tabs as spaces: YAML indents by no others."""
        event.text = printable(event.text).replace("\t", " " * self.indent_width)


def _indentation(line: str) -> str:
    """Return the beginning of a line below another: as far in, one step more behind a colon, a dash below a dash.

    >>> _indentation("  - water the plants"), _indentation("    examples:"), _indentation("  -")
    ('  - ', '      ', '')
    """
    bare = line.lstrip(" ")
    margin = " " * (len(line) - len(bare))
    if bare.strip() == "-":
        return ""
    if bare.rstrip().endswith(":"):
        return margin + ("    " if bare.startswith("- ") else "  ")
    return f"{margin}- " if bare.startswith("- ") else margin


def _style(colour: str) -> Style:
    try:
        return Style(color=Color.parse(colour).rich_color)
    except ColorParseError:  # a theme without it
        return Style()


def _muted(variables: Mapping[str, str]) -> Style:
    """Return the colour of small print, on the ground of a sheet."""
    try:
        foreground, ground = Color.parse(variables["foreground"]), Color.parse(variables["surface"])
        return Style(color=ground.blend(foreground, 0.7).rich_color)
    except (ColorParseError, KeyError):
        return Style()


def _ground(strip: Strip) -> Style:
    """Return the background of the end of a line."""
    last = next((segment.style for segment in reversed(list(strip)) if segment.style and segment.style.bgcolor), None)
    return Style(bgcolor=last.bgcolor) if last else Style()
