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

    MOUNTED, KEPT = 120, 60
    """Entries that have widgets, at most, and at the end once they were more."""
    STEP = 12
    """Entries that get their widgets at once while somebody scrolls."""

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self.entries: list[Entry] = []
        self._column = Vertical(id="column")
        self.marked: Entry | None = None
        """What was said in the turn that is explained, taught and copied."""
        self._first = self._last = 0
        """The entries from the first up to the last, which is excluded, have widgets."""
        self._live = Static(classes="entry spoken", id="live")
        self._live.display = False
        self._moving = False

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
        return not self._anchor_released and self._last == len(self.entries)

    def anchor(self, anchor: bool = True) -> None:
        """Go to the newest entry, and stay at the end until somebody scrolls."""
        if self._last < len(self.entries):
            self._show(max(len(self.entries) - self.KEPT, self._last), len(self.entries))
        super().anchor(anchor)

    def add(self, *entries: Entry) -> None:
        """Append entries; those far above lose their widgets, and those far below get theirs once they are near."""
        is_near = self._last == len(self.entries)
        self.entries += entries
        if is_near:
            count = len(self.entries)
            is_full = not self._anchor_released and count - self._first > self.MOUNTED
            self._show(count - self.KEPT if is_full else self._first, count)

    def put_first(self, *entries: Entry) -> None:
        """Put entries above all others; those that nobody can see get their widgets once somebody scrolls up."""
        self.entries[:0] = entries
        self._first += len(entries)
        self._last += len(entries)
        if self._first == len(entries):
            self._show(max(self._last - self.KEPT, 0), self._last)

    def page(self, direction: int) -> None:
        """Scroll by a page."""
        (self.scroll_page_up if direction < 0 else self.scroll_page_down)(animate=False)

    def mark(self, step: int) -> None:
        """Mark the turn before or after the marked one; the first step back marks the last turn."""
        said = [entry for entry in self.entries[self._first : self._last] if entry.kind in SAID]
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
        self._show(0, 0)
        self.entries, self.marked = [], None

    def show_live(self, content: Content | None) -> None:
        """Show an utterance that is being spoken, at the end, or nothing."""
        self._live.display = content is not None
        self._live.update(content or "")

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Give entries their widgets when they come near."""
        super().watch_scroll_y(old_value, new_value)
        near, count = self.size.height, len(self.entries)
        if self._last < count and new_value >= self.max_scroll_y:
            self.call_next(self.anchor)
        elif not self.at_end and new_value < old_value and new_value <= near and self._first:
            self.call_next(self._move, -self.STEP)
        elif new_value > old_value and new_value >= self.max_scroll_y - near and self._last < count:
            self.call_next(self._move, self.STEP)

    def _move(self, step: int) -> None:
        """Give so many entries above or below widgets, and those far away none; what is in sight keeps its place."""
        if self._moving:
            return
        first, last = max(self._first + min(step, 0), 0), min(self._last + max(step, 0), len(self.entries))
        first, last = (first, min(last, first + self.MOUNTED)) if step < 0 else (max(first, last - self.MOUNTED), last)
        kept = (entry.view for entry in self.entries[max(first, self._first) : min(last, self._last)])
        in_sight = (view for view in kept if view is not None and view.virtual_region.bottom > self.scroll_y)
        if (view := next(in_sight, None)) is not None:
            self._moving = True
            self.call_after_refresh(self._settle, view, view.virtual_region.y - self.scroll_y)
        self._show(first, last)

    def _settle(self, view: Static, distance: float) -> None:
        """Keep a widget where it was, so many rows below the top."""
        self.scroll_to(y=view.virtual_region.y - distance, animate=False, immediate=True)
        self._moving = False

    def _show(self, first: int, last: int) -> None:
        """Give the entries from the first up to the last widgets, and the others none."""
        before, after = range(self._first, self._last), range(first, last)
        self._first, self._last = first, last
        gone = [self.entries[place] for place in before if place not in after]
        self._column.remove_children([entry.view for entry in gone if entry.view is not None])
        for entry in gone:
            entry.view = None
        top = next((view for place in before if (view := self.entries[place].view) is not None), self._live)
        above = [self.entries[place] for place in after if place < before.start]
        below = [self.entries[place] for place in after if place >= max(before.stop, before.start)]
        self._column.mount(*[entry.open_view() for entry in above], before=top)
        self._column.mount(*[entry.open_view() for entry in below], before=self._live)
