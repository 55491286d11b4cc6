"""One page of the settings: what can be chosen, and what came of a choice in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from textual import work
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.errors import AssistantError
from assistant.ui.screens.faults import line_of

if TYPE_CHECKING:
    from assistant.checks.making.control_panel import ControlPanel
    from assistant.ui.settings.desk import SettingsDesk

T = TypeVar("T")


class SettingsPage(Vertical):
    """The desk, the panel behind it, and work in a thread: the same for all pages."""

    KEYS = ""
    """The keys of the page, in one line."""

    class Told(Message):
        """What was done, or a fault."""

        def __init__(self, line: str, is_fault: bool = False) -> None:
            super().__init__()
            self.line, self.is_fault = line, is_fault

    def __init__(self, desk: SettingsDesk, panel: ControlPanel) -> None:
        super().__init__()
        self.desk, self.panel = desk, panel

    def on_mount(self) -> None:
        """Be up to date whenever it is turned to."""
        self.show()

    def show(self) -> None:
        """Draw it as it is now."""

    def tell(self, line: str, is_fault: bool = False) -> None:
        """Tell what was done, or a fault."""
        if self.is_attached:
            self.post_message(self.Told(line, is_fault))

    def put(self, name: str, value: object, is_applied: bool = False) -> bool:
        """Write a setting and tell of it; return False where that cannot be done."""
        try:
            self.tell(self.panel.put(name, value, is_applied))
        except AssistantError as error:
            self.tell(str(error), is_fault=True)
            return False
        return True

    @work(thread=True, group="settings")
    def ask(self, ask: Callable[[], T], show: Callable[[T], object]) -> None:
        """Show the answer to what is asked in a thread, since it may be slow; tell of a fault."""
        try:
            answer = ask()
        except BaseException as error:  # a library in Rust panics with one
            self.app.call_from_thread(self.tell, line_of(error, self.app), True)
            return
        self.app.call_from_thread(lambda: show(answer) if self.is_attached else None)


def fill(options: OptionList, rows: Sequence[tuple[str, Content] | None]) -> None:
    """Show rows, a title where the id is empty and a gap where there is none; the marked one stays marked."""
    marked = options.highlighted_option.id if options.highlighted_option else None
    place = next((number for number, row in enumerate(row for row in rows if row) if row[0] and row[0] == marked), None)
    options.set_options(_options(rows))
    first = next((number for number, row in enumerate(row for row in rows if row) if row[0]), None)
    options.highlighted = first if place is None else place


def _options(rows: Sequence[tuple[str, Content] | None]) -> Iterator[Option | None]:
    for row in rows:
        yield None if row is None else Option(row[1], id=row[0] or None, disabled=not row[0])


def update(page: SettingsPage, selector: str, content: Content) -> None:
    """Change a line of a page; nothing where the page is gone."""
    if page.is_attached:
        page.query_one(selector, Static).update(content)
