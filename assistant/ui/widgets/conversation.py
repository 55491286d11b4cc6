"""The conversation: entries, however many, of which only the newest have widgets."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

EntryKind: TypeAlias = Literal[
    "typed", "spoken", "reply", "announced", "warning", "error", "note", "earlier", "earlier_words"
]


SAID: frozenset[EntryKind] = frozenset(("typed", "spoken", "earlier_words"))
REPLIED: frozenset[EntryKind] = frozenset(("reply", "earlier"))
"""Kinds of what a person said, and of what was answered."""


class Entry:
    """One paragraph; it outlives the widget that shows it."""

    def __init__(self, content: Content, kind: EntryKind, text: str = "") -> None:
        self.content = content
        self.kind = kind
        self.text = text
        """Words as they were said or written, without the small print."""
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
        self.marked: Entry | None = None
        """What was said in the turn that is explained, taught and copied."""
        self._first = 0
        """Of the entries that have a widget."""
        self._live = Static(classes="entry spoken", id="live")
        self._live.display = False
        self._going_back = False

    def compose(self) -> ComposeResult:
        """Lay out the column of entries, with what is being spoken below."""
        with self._column:
            yield self._live

    def on_mount(self) -> None:
        """Stay at the end until somebody scrolls."""
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

    def page(self, direction: int) -> None:
        """Scroll by a page."""
        (self.scroll_page_up if direction < 0 else self.scroll_page_down)(animate=False)

    def mark(self, step: int) -> None:
        """Mark the turn before or after the marked one; the first step back marks the last turn."""
        said = [entry for entry in self.entries[self._first :] if entry.kind in SAID]
        if not said:
            return
        place = said.index(self.marked) + step if self.marked in said else len(said) - 1
        self.unmark()
        self.marked = said[min(max(place, 0), len(said) - 1)]
        if self.marked.view is not None:
            self.marked.view.add_class("marked")
            self.marked.view.scroll_visible(animate=False)

    def unmark(self) -> None:
        """Mark none."""
        if self.marked is not None and self.marked.view is not None:
            self.marked.view.remove_class("marked")
        self.marked = None

    def last(self, kinds: Collection[EntryKind]) -> Entry | None:
        """The marked turn's entry of some kinds, else the last one that has text; None where there is none."""
        entries = self.entries
        if self.marked is not None:
            entries = entries[entries.index(self.marked) :]
            return next((entry for entry in entries if entry.kind in kinds), None)
        return next((entry for entry in reversed(entries) if entry.kind in kinds and entry.text), None)

    def clear(self) -> None:
        """Remove every entry."""
        self._column.remove_children([entry.view for entry in self.entries if entry.view is not None])
        self.entries, self._first, self.marked = [], 0, None

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
