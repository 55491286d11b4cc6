"""The pictures that were shown, as a grid: one is chosen by arrows or its number, opened, or asked more of."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ItemGrid, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.events import ShownPicture
from assistant.outlet.terminal import printable
from assistant.quote import Quote
from assistant.ui.formatting import MUTED
from assistant.ui.graphics import pixels
from assistant.ui.opening import open_document
from assistant.ui.screens.sheet import Sheet
from assistant.ui.widgets.thumbnails import half_blocks, scores_of

_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


class PictureCell(Vertical, can_focus=True):
    """One picture with its number, its name and its scores."""

    def __init__(self, number: int, picture: ShownPicture, across: int) -> None:
        """Take the columns that it may have."""
        super().__init__(classes="picture")
        self.number, self.picture, self._across = number, picture, across

    def compose(self) -> ComposeResult:
        """Lay out the picture above its name; the name alone where it cannot be drawn."""
        file, across, down = self.picture.thumbnail or self.picture.file, self._across, _down(self._across)
        with contextlib.suppress(Exception):  # it is gone or broken
            shown = pixels(file) or Static(Content("\n").join(half_blocks(file, across, down)), classes="drawn")
            if "drawn" not in shown.classes:
                shown.styles.width, shown.styles.height = across, down
            yield shown
        yield Static(Content.assemble((f"{self.number} {printable(self.picture.file.name)}", "bold")), classes="name")
        yield Static(Content.assemble((scores_of(self.picture), MUTED)), classes="name")

    def on_click(self) -> None:
        """Choose it."""
        self.focus()


class PicturesSheet(Sheet[str]):
    """A grid of pictures; it closes with a sentence about the chosen one, or none."""

    TITLE = "Pictures"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("up", "move_row(-1)", show=False),
        Binding("down", "move_row(1)", show=False),
        *(Binding(str(number), f"choose({number - 1})", show=False) for number in range(1, 10)),
        Binding("enter,ctrl+o", "open", show=False, priority=True),
        Binding("m", "more", show=False),
    ]

    def __init__(self, pictures: Sequence[ShownPicture], suspended: Callable[[], AbstractContextManager[None]]) -> None:
        super().__init__()
        self._pictures, self._suspended = pictures[: len(_PLACES)], suspended

    def body(self) -> ComposeResult:
        """Lay out the grid above what is known of the chosen picture."""
        across = _across(len(self._pictures), *self.app.size)
        with VerticalScroll(id="pictures", can_focus=False), ItemGrid(min_column_width=_cell(across)):
            for number, picture in enumerate(self._pictures, 1):
                yield PictureCell(number, picture, across)
        yield Static(id="why")
        yield Static(Content.assemble(("arrows, 1 to 9 choose · enter opens · m more like it", MUTED)), id="say")

    def on_mount(self) -> None:
        """Begin at the likeliest."""
        self.action_choose(0)

    @property
    def _cells(self) -> list[PictureCell]:
        return list(self.query(PictureCell))

    @property
    def _chosen(self) -> int:
        return next((place for place, cell in enumerate(self._cells) if cell.has_focus), 0)

    def action_choose(self, place: int) -> None:
        """Choose a picture by its place, from 0."""
        if 0 <= place < len(self._cells):
            self._cells[place].focus()

    def action_move(self, steps: int) -> None:
        """Choose the one before or after."""
        self.action_choose(self._chosen + steps)

    def action_move_row(self, rows: int) -> None:
        """Choose the one above or below."""
        cells = self._cells
        top = cells[0].region.y if cells else 0
        in_row = sum(cell.region.y == top for cell in cells)
        self.action_choose(min(self._chosen + rows * max(1, in_row), len(cells) - 1))

    def on_descendant_focus(self) -> None:
        """Tell why the chosen one was found."""
        picture = self._pictures[self._chosen]
        lines = [str(picture.file), picture.caption, picture.why and f"found by {picture.why}"]
        self.query_one("#why", Static).update(Content(printable("\n".join(filter(None, lines)))))

    def action_open(self) -> None:
        """Open the chosen one in the desktop's program."""
        file = self._pictures[self._chosen].file
        if line := open_document(Quote("", file.name, file, 0, "", "picture"), self._suspended):
            self.query_one("#say", Static).update(Content.assemble((line, "$text-warning")))

    def action_more(self) -> None:
        """Close with the wish for more like the chosen one."""
        self.dismiss(f"more like the {_PLACES[self._chosen]} one")


def _down(across: int) -> int:
    """Return the lines for a picture of so many columns."""
    return across * 2 // 5


def _cell(across: int) -> int:
    """Return the columns of a picture with the bar and the margins beside it."""
    return across + 4


def _across(count: int, width: int, height: int, smallest: int = 22) -> int:
    """Return the most columns that each of so many pictures may have to be seen at once, in a terminal of a size."""
    is_narrow = width < 100  # as the app has its breakpoints
    wide, high = width - (6 if is_narrow else 14), height - (9 if is_narrow else 14)  # within frame, text and bar
    for across in (60, 52, 44, 36, 30, 26):
        in_row = wide // _cell(across)
        if in_row and -(-count // in_row) * (_down(across) + 3) <= high:
            return across
    return smallest
