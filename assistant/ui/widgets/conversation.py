"""The conversation: entries, however many, of which only the newest have widgets."""

from __future__ import annotations

from typing import Literal, TypeAlias

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

EntryKind: TypeAlias = Literal[
    "typed", "spoken", "reply", "announced", "warning", "error", "note", "earlier", "earlier_words"
]


class Entry:
    """One paragraph; it outlives the widget that shows it."""

    def __init__(self, content: Content, kind: EntryKind) -> None:
        self.content = content
        self.kind = kind
        self.view: Static | None = None
        """None while it is scrolled far out of sight."""

    def open_view(self) -> Static:
        """Make the widget that shows it."""
        self.view = Static(self.content, classes=f"entry {self.kind}")
        return self.view

    def revise(self, content: Content) -> None:
        """Change its content, in place."""
        if content.is_same(self.content):
            return
        self.content = content
        if self.view is not None:
            self.view.update(content)


class Conversation(VerticalScroll, can_focus=False):
    """All entries; only the newest, and those scrolled to, have widgets."""

    MOUNTED = 120
    """Widgets at most, while the end is in sight."""
    STEP = 60
    """Entries that get or lose their widgets at once."""

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self.entries: list[Entry] = []
        self._column = Vertical(id="column")
        self._first = 0
        """Of the entries that have a widget."""
        self._live = Static(classes="entry spoken", id="live")
        self._live.display = False
        self._going_back = False

    def on_mount(self) -> None:
        """Stay at the end until somebody scrolls."""
        self.mount(self._column)
        self._column.mount(self._live)
        self.anchor()

    @property
    def at_end(self) -> bool:
        """True while the newest entry is in sight."""
        return not self._anchor_released

    def add(self, *entries: Entry) -> None:
        """Append entries; those far above lose their widgets."""
        self.entries += entries
        self._column.mount(*[entry.open_view() for entry in entries], before=self._live)
        if self.at_end and len(self.entries) - self._first > self.MOUNTED:
            distant = self.entries[self._first : len(self.entries) - self.STEP]
            self._first += len(distant)
            self._column.remove_children([entry.view for entry in distant if entry.view is not None])
            for entry in distant:
                entry.view = None

    def put_first(self, *entries: Entry) -> None:
        """Put entries above all others; those that nobody can see get their widgets once somebody scrolls up."""
        self.entries[:0] = entries
        if self._first:
            self._first += len(entries)
        elif entries:
            self._column.mount(*[entry.open_view() for entry in entries], before=0)

    def clear(self) -> None:
        """Remove every entry."""
        self._column.remove_children([entry.view for entry in self.entries if entry.view is not None])
        self.entries, self._first = [], 0

    def show_live(self, content: Content | None) -> None:
        """Show an utterance that is being spoken, at the end, or nothing."""
        self._live.display = content is not None
        self._live.update(content or "")

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Bring back earlier entries when the top comes near."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value and new_value <= self.size.height and self._first and not self.at_end:
            self.call_next(self._go_back)

    async def _go_back(self) -> None:
        if self._going_back or not self._first:
            return
        self._going_back = True
        start = max(self._first - self.STEP, 0)
        earlier = self.entries[start : self._first]
        top = self.entries[self._first].view
        self._first = start
        height = self.virtual_size.height
        await self._column.mount(*[entry.open_view() for entry in earlier], before=top)
        self.call_after_refresh(self._settle, height)

    def _settle(self, height_before: int) -> None:
        """Keep the entries in sight in their place after earlier ones were put above them."""
        grown = self.virtual_size.height - height_before
        self.scroll_to(y=self.scroll_y + grown, animate=False, immediate=True)
        self._going_back = False
