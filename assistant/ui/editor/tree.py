"""The files of intents and knowledge as a tree: a file, and in it what it defines with how often that was meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from assistant.outlet.terminal import printable_line
from assistant.ui.formatting import clipped

if TYPE_CHECKING:
    from assistant.checks.editing.catalogue import ListedEntry, ListedFile

    Listed: TypeAlias = "tuple[ListedFile | None, ListedEntry | None]"
    """Data of a node: a file, an entry of one, or neither: a heading."""

_HEADS = {
    (True, "intents"): "Your intents",
    (True, "knowledge"): "Your answers",
    (False, "intents"): "Shipped intents",
    (False, "knowledge"): "Shipped answers",
}


class CatalogueTree(Tree["Listed"]):
    """What is shown follows the words that are looked for; with none, every file is there and closed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "catalogue--count",
        "catalogue--head",
        "catalogue--unsaved",
        "catalogue--fault",
    }
    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "

    def __init__(self) -> None:
        super().__init__("", (None, None), id="catalogue")
        self._files: Sequence[ListedFile] = ()
        self._unsaved: Collection[Path] = ()

    def on_mount(self) -> None:
        """Take the shape of a plain list."""
        self.show_root = self.show_guides = False
        self.guide_depth = 2

    def show_files(self, files: Sequence[ListedFile], unsaved: Collection[Path], words: str = "") -> None:
        """Show the files, those alone in which something has all the words."""
        self._files, self._unsaved = files, unsaved
        wanted = words.casefold().split()
        place = self.cursor_node.data if self.cursor_node else None
        open_files = {
            node.data[0].file for node in _below(self.root) if node.data and node.data[0] and node.is_expanded
        }
        self.clear()
        heads: dict[tuple[bool, str], TreeNode[Listed]] = {}
        for listed in files:
            entries = _fitting(listed, wanted)
            if wanted and not entries and not _has(listed.file.name.casefold(), wanted):
                continue
            key = listed.is_own, listed.kind
            if key not in heads:
                heads[key] = self.root.add(_HEADS[key], (None, None), expand=True)
            self._add(heads[key], listed, entries, is_open=bool(wanted) or listed.file in open_files)
        self.root.expand()
        self._go_back(place)

    def _add(
        self, head: TreeNode[Listed], listed: ListedFile, entries: Sequence[ListedEntry], is_open: bool, most: int = 300
    ) -> None:
        node = head.add(printable_line(listed.file.name), (listed, None), expand=is_open, allow_expand=bool(entries))
        for entry in entries[:most]:
            node.add_leaf(printable_line(entry.name), (listed, entry))
        if len(entries) > most:
            node.add_leaf(f"and {len(entries) - most:,} more: look for them above", (listed, None))

    def _go_back(self, place: Listed | None) -> None:
        """Mark the entry that was marked before, else the first file."""
        lines = list(_below(self.root))
        same = [node for node in lines if place and place[0] and _same(node.data, place)]
        first = [node for node in lines if node.data and node.data[0]]
        if node := next(iter([*same, *first]), None):
            self.call_after_refresh(self.move_cursor, node)

    def mark_unsaved(self, files: Collection[Path]) -> None:
        """Mark the files that hold what is not written yet."""
        self._unsaved = files
        self._invalidate()
        self.refresh()

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"catalogue--{name}", partial=True, default=Style())

    def render_label(self, node: TreeNode[Listed], base_style: Style, style: Style) -> Text:  # noqa: ARG002 (Textual's)
        """Draw a name, and at the right edge its count."""
        listed, entry = node.data or (None, None)
        muted = self._part("count")
        if listed is None:
            return Text(str(node.label), style=self._part("head"))
        mark, count = "", ""
        if entry is not None:
            count = f"{entry.used:,}×" if entry.used else ""
        elif node.allow_expand or not node.is_root:
            mark = "●" if listed.file in self._unsaved else ""
            count = f"✗ {listed.faults}" if listed.faults else str(len(listed.entries) or "")
        margin = "" if entry is None else "  "
        icon = (self.ICON_NODE_EXPANDED if node.is_expanded else self.ICON_NODE) if node.allow_expand else "  "
        width = self.scrollable_content_region.width - (2 if entry is None else 4)
        room = max(6, width - len(count) - len(mark) - 4)
        label = Text.assemble((icon if entry is None else margin, style), (clipped(str(node.label), room), style))
        label.append(f" {mark}" if mark else "", style + self._part("unsaved"))
        gap = width - cell_len(label.plain) - len(count) - 1
        label.append(" " * max(1, gap), style)
        is_fault = entry is None and listed.faults
        label.append(count, style + (self._part("fault") if is_fault else muted))
        return label


def _below(node: TreeNode[Listed]) -> Iterator[TreeNode[Listed]]:
    for child in node.children:
        yield child
        yield from _below(child)


def _same(one: Listed | None, other: Listed) -> bool:
    if one is None or one[0] is None or other[0] is None or one[0].file != other[0].file:
        return False
    return (one[1].name if one[1] else "") == (other[1].name if other[1] else "")


def _fitting(listed: ListedFile, wanted: Sequence[str]) -> Sequence[ListedEntry]:
    if not wanted or _has(listed.file.name.casefold(), wanted):
        return listed.entries
    return [entry for entry in listed.entries if _has(entry.words, wanted)]


def _has(text: str, wanted: Sequence[str]) -> bool:
    return all(word in text for word in wanted)
