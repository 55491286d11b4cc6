"""A sheet over the conversation, closed by Escape; and the plainest one, a list of lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.ui.formatting import MUTED

Chosen = TypeVar("Chosen")


class Sheet(ModalScreen[Chosen | None], Generic[Chosen]):
    """A framed sheet over the conversation."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,f3", "dismiss", "Close", show=False)]
    TITLE = ""

    def compose(self) -> ComposeResult:
        """Lay out the frame around the body."""
        with Vertical(id="sheet") as sheet:
            sheet.border_title = self.TITLE
            sheet.border_subtitle = "esc closes"
            yield from self.body()

    def body(self) -> ComposeResult:
        """Lay out the sheet's own widgets."""
        yield Static()


class LinesSheet(Sheet[str]):
    """A list of lines to read."""

    def __init__(self, title: str, lines: Sequence[str], remark: str = "") -> None:
        self.TITLE = title  # type: ignore[misc]  # each has its own
        super().__init__()
        self._lines = lines
        self._remark = remark

    def body(self) -> ComposeResult:
        """Lay out a paragraph for each line."""
        with VerticalScroll():
            for line in self._lines:
                yield Static(Content(line), classes="line")
            yield Static(Content.assemble((self._remark, MUTED)), classes="line")
