"""Pictures below a reply: small copies drawn in half blocks, each with its number, its scores and why it was found."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from assistant.events import ShownPicture
from assistant.outlet.terminal import printable_line
from assistant.quote import Quote
from assistant.ui.formatting import MUTED
from assistant.ui.widgets.conversation import Conversation, Entry

_GAP = 2
"""Columns between two pictures."""


def show_pictures(conversation: Conversation, pictures: Sequence[ShownPicture]) -> Quote:
    """Draw pictures below the reply that is under way, and return what opens the first of them."""
    if entry := pictures_entry(pictures, conversation.size.width - 5):
        conversation.add(entry)
    first = pictures[0].file
    return Quote("", first.name, first, 0, "", "picture")


def pictures_entry(pictures: Sequence[ShownPicture], width: int, most: int = 8) -> Entry | None:
    """Lay the pictures out in rows as wide as the conversation; None where the terminal cannot show them."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "linux"):
        return None
    across = 30 if len(pictures) == 1 else 22
    cells = [
        cell
        for number, picture in enumerate(pictures[:most], 1)
        for cell in _cell(number, picture, across, len(pictures))
    ]
    if not cells:
        return None
    in_row = max(1, width // (across + _GAP))
    rows = [_side_by_side(cells[start : start + in_row], across) for start in range(0, len(cells), in_row)]
    return Entry(
        Content("\n").join(
            [*rows, Content.assemble(("ctrl+o opens it" if len(pictures) == 1 else "ctrl+o to choose", MUTED))]
        ),
        "reply",
    )


def _cell(number: int, picture: ShownPicture, across: int, count: int) -> Iterator[list[Content]]:
    """Yield the lines of one picture; nothing where it cannot be read."""
    with contextlib.suppress(Exception):  # it is gone or broken: its line in the reply is all there is
        lines = list(half_blocks(picture.thumbnail or picture.file, across, across // 2))
        name = picture.file.name if count == 1 else f"{number} {picture.file.name}"
        lines.append(Content.assemble((_clipped(name, across), "bold")))
        if scores := scores_of(picture):
            lines.append(Content.assemble((_clipped(scores, across), MUTED)))
        if words := picture.why or picture.caption:
            lines.append(Content.assemble((_clipped(words, across), MUTED)))
        yield lines


def scores_of(picture: ShownPicture) -> str:
    """Put the scores of a picture that was found into a few words; nothing where none were compared."""
    return f"{picture.confidence:.2f} cosine {picture.cosine:.2f}" if picture.cosine else ""


def half_blocks(file: Path, across: int, down: int) -> Iterator[Content]:
    """Yield the lines of a picture: two pixels in each cell, one above the other."""
    from PIL import Image

    with Image.open(file) as image:
        image.draft("RGB", (across * 2, down * 4))
        small = image.convert("RGB")
    small.thumbnail((across, down * 2))
    width, height = small.size
    pixels: Any = small.load()
    for top in range(0, height, 2):
        parts: list[tuple[str, str]] = []
        for left in range(width):
            above = "rgb({},{},{})".format(*pixels[left, top])
            below = " on rgb({},{},{})".format(*pixels[left, top + 1]) if top + 1 < height else ""
            if parts and parts[-1][1] == above + below:
                parts[-1] = (f"{parts[-1][0]}▀", parts[-1][1])
            else:
                parts.append(("▀", above + below))
        yield Content.assemble(*parts)


def _side_by_side(cells: Sequence[list[Content]], across: int) -> Content:
    """Put pictures beside one another; a lower one is filled up at its top, so that their names stand in one line."""
    height = max(map(len, cells))
    columns = [[Content("")] * (height - len(cell)) + cell for cell in cells]
    lines = (Content(" " * _GAP).join(_padded(line, across) for line in row) for row in zip(*columns, strict=True))
    return Content("\n").join(lines)


def _padded(line: Content, across: int) -> Content:
    return Content.assemble(line, " " * max(0, across - cell_len(line.plain)))


def _clipped(text: str, across: int) -> str:
    line = printable_line(text)
    return line if cell_len(line) <= across else f"{set_cell_size(line, across - 1).rstrip()}…"
