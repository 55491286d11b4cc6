"""The conversation: entries, however many, of which only the newest have widgets."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from typing import Literal, TypeAlias

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.errors import NoWidget
from textual.widget import Widget
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

    def open_view(self, used: Static | None = None, is_marked: bool = False) -> Static:
        """Make the widget that shows it, or take one that showed another."""
        classes = f"entry {self.kind} marked" if is_marked else f"entry {self.kind}"
        if used is None:
            self.view = Static(self.content, classes=classes)
        else:
            self.view = used.set_classes(classes)
            used.update(self.content)
        return self.view

    def revise(self, content: Content) -> None:
        """Change its content, in place; all is laid out anew only where it takes more lines or fewer."""
        if content.is_same(self.content):
            return
        before, self.content = self.content, content
        if self.view is not None:
            width, styles = self.view.content_size.width, self.view.styles.get_rules()
            is_as_high = width and before.get_height(styles, width) == content.get_height(styles, width)
            self.view.update(content, layout=not is_as_high)


class Conversation(VerticalScroll, can_focus=False):
    """All entries; only the newest, and those scrolled to, have widgets."""

    MOUNTED = 60
    """Entries that have widgets, at most, on a screen of usual height."""

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
    def _most(self) -> int:
        """Entries that have widgets, at most; half of them at the end once they were more."""
        return max(self.MOUNTED, 2 * self.size.height)

    @property
    def at_end(self) -> bool:
        """True while the newest entry is in sight."""
        return not self._anchor_released and self._last == len(self.entries)

    def anchor(self, anchor: bool = True) -> None:
        """Go to the newest entry, and stay at the end until somebody scrolls."""
        if self._last < len(self.entries):
            self._show(max(len(self.entries) - self._most // 2, self._last), len(self.entries))
        super().anchor(anchor)

    def add(self, *entries: Entry) -> None:
        """Append entries; those far above lose their widgets, and those far below get theirs once they are near."""
        is_near = self._last == len(self.entries)
        self.entries += entries
        if is_near:
            count = len(self.entries)
            is_full = not self._anchor_released and count - self._first > self._most
            self._show(count - self._most // 2 if is_full else self._first, count)

    def put_first(self, *entries: Entry) -> None:
        """Put entries above all others; those that nobody can see get their widgets once somebody scrolls up."""
        self.entries[:0] = entries
        self._first += len(entries)
        self._last += len(entries)
        if self._first == len(entries):
            self._show(max(self._last - self._most // 2, 0), self._last)

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
        near, count, step = self.size.height, len(self.entries), self._most // 5
        if self._last < count and new_value >= self.max_scroll_y:
            self.call_next(self.anchor)
        elif not self.at_end and new_value < old_value and new_value <= near and self._first:
            self.call_next(self._move, -step)
        elif new_value > old_value and new_value >= self.max_scroll_y - near and self._last < count:
            self.call_next(self._move, step)

    def _move(self, step: int) -> None:
        """Give so many entries above or below widgets, and those far away none; what is in sight keeps its place."""
        if self._moving:
            return
        first, last = max(self._first + min(step, 0), 0), min(self._last + max(step, 0), len(self.entries))
        first, last = (first, min(last, first + self._most)) if step < 0 else (max(first, last - self._most), last)
        kept = {entry.view for entry in self.entries[max(first, self._first) : min(last, self._last)]}
        if (view := next((view for view in self._in_sight() if view in kept), None)) is not None:
            self._moving = True
            self.call_after_refresh(self._settle, view, view.virtual_region.y - self.scroll_y)
        self._show(first, last)

    def _in_sight(self) -> Iterator[Widget]:
        """Yield what is seen at the left edge, from the top: where the rest lies would have to be worked out first."""
        left, top, _, height = self.scrollable_content_region
        for row in range(top, top + height):
            with contextlib.suppress(NoWidget):
                yield self.screen.get_widget_at(left + 1, row)[0]

    def _settle(self, view: Widget, distance: float) -> None:
        """Keep a widget where it was, so many rows below the top."""
        self.scroll_to(y=view.virtual_region.y - distance, animate=False, immediate=True)
        self._moving = False

    def _show(self, first: int, last: int) -> None:
        """Give the entries from the first up to the last widgets, and the others none."""
        before, after = range(self._first, self._last), range(first, last)
        self._first, self._last = first, last
        gone = [self.entries[place] for place in before if place not in after]
        used = [entry.view for entry in gone if entry.view is not None]
        for entry in gone:
            entry.view = None
        top = next((view for place in before if (view := self.entries[place].view) is not None), self._live)
        above = [self.entries[place] for place in after if place < before.start]
        below = [self.entries[place] for place in after if place >= max(before.stop, before.start)]
        for entries, place in ((above, top), (below, self._live)):
            taken = used[: len(entries)]  # to make a widget anew takes five times as long
            del used[: len(entries)]
            for entry, view in zip(entries, taken, strict=False):
                self._column.move_child(entry.open_view(view, entry is self.marked), before=place)
            new = [entry.open_view(None, entry is self.marked) for entry in entries[len(taken) :]]
            self._column.mount(*new, before=place)
        self._column.remove_children(used)
