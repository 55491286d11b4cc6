"""What every reader of documents yields: headings and what stands below them, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from assistant.authoring.source.plain_text import NoTextError, decoded, western, without_control_characters

MINOR = 7
"""Level of what stands for a heading without being one: a title in bold, a label above indented lines."""

BlockKind: TypeAlias = Literal["heading", "text", "list", "table", "code"]

_MAY_BE_OLD = (".txt", ".text", ".rst")
_LINK_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])?\s*\[[^\[\]]*\]\([^()]*\)[\s.,;|·•]*")
_SPACE = re.compile(r"\s+")
_BOLD = re.compile(r"\*\*(?P<title>[^*\n]{2,110}[^*\n.,:;])\*\*")
"""A paragraph that is bold from end to end, and no sentence: what people write for a heading."""


@dataclass(frozen=True, slots=True)
class DocumentBlock:
    """A paragraph, a list, a table, a piece of code or a heading."""

    kind: BlockKind
    text: str
    """Markdown, clean of images, anchors and comments; of a heading its plain words."""
    line: int = 0
    page: int = 0
    level: int = 0
    """Of a heading, from 1, the widest; `MINOR` below all others."""


@dataclass(frozen=True)
class RawDocument:
    """A file as its reader gets it."""

    path: Path
    content: bytes
    beat: Callable[[], None] = lambda: None
    """Called by a reader that works for long before it yields its first block."""

    @cached_property
    def text(self) -> str:
        """The text of a file of text, its lines ending in a line feed.

        What is also read for pairs must be UTF-8; any other may be of Windows-1252, as old files are.

        Raises:
            NoTextError: it is none.
        """
        try:
            text = decoded(self.content)
        except NoTextError:
            other = western(self.content) if self.path.suffix.lower() in _MAY_BE_OLD else None
            if other is None:
                raise
            text = decoded(other)
        return without_control_characters(text)


class UnreadableError(ValueError):
    """A document that cannot be read; the message is one line that says why."""


def heading(text: str, level: int, line: int = 0, page: int = 0, most: int = 120) -> Iterator[DocumentBlock]:
    """Yield a heading, shortened where it is longer than headings are; nothing for an empty one."""
    if plain := one_line(text):
        yield DocumentBlock("heading", plain if len(plain) <= most else f"{plain[:most].rstrip()}…", line, page, level)


def table(rows: Sequence[Sequence[str]], line: int = 0, page: int = 0) -> Iterator[DocumentBlock]:
    """Yield a table, its first row the header; one of a single column or row becomes a list or a paragraph."""
    cells = [[one_line(cell).replace("|", "\\|") for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    width = max(map(len, cells), default=0)
    if width == 1 or len(cells) == 1:
        texts = [" ".join(filter(None, row)) for row in cells]
        if len(texts) == 1:
            yield DocumentBlock("text", texts[0], line, page)
        elif texts:
            yield DocumentBlock("list", "\n".join(f"- {text}" for text in texts), line, page)
    elif cells:
        padded = [row + [""] * (width - len(row)) for row in cells]
        lines = [f"| {' | '.join(row)} |" for row in padded]
        yield DocumentBlock("table", "\n".join((lines[0], f"|{' --- |' * width}", *lines[1:])), line, page)


def code(text: str, language: str = "", line: int = 0, page: int = 0) -> Iterator[DocumentBlock]:
    """Yield a piece of code between fences; nothing where it is empty."""
    text = "\n".join(row.rstrip() for row in text.expandtabs(4).strip("\n").split("\n"))
    if text.strip():
        fence = "~~~" if "```" in text else "```"
        yield DocumentBlock("code", f"{fence}{language}\n{text}\n{fence}", line, page)


def note(kind: str, title: str = "") -> str:
    """Put the head of an admonition into words: `**Warning:**`, `**Note: Before you begin.**`.

    >>> note("warning"), note("note", "Before you begin")
    ('**Warning:**', '**Note: Before you begin.**')
    """
    word = kind.strip().replace("_", " ").replace("-", " ").capitalize()
    title = one_line(title).strip('"').rstrip(":.")
    return f"**{word}: {title}.**" if title and title.casefold() != word.casefold() else f"**{word}:**"


def one_line(text: str) -> str:
    """Put a text on one line, with single spaces."""
    return _SPACE.sub(" ", text).strip()


def is_navigation(text: str) -> bool:
    """True for a list of which every entry is a link and nothing else, with two entries at least."""
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) > 1 and all(map(_LINK_ITEM.fullmatch, lines))


def bold_title(block: DocumentBlock) -> str:
    """Take the title out of a paragraph that is one; empty for any other block."""
    match = _BOLD.fullmatch(block.text.strip()) if block.kind == "text" else None
    return match["title"] if match else ""


def with_bold_titles(blocks: Iterable[DocumentBlock]) -> Iterator[DocumentBlock]:
    """Yield blocks, a title in bold as a heading where something stands below it."""
    title: DocumentBlock | None = None
    for block in blocks:
        if title is not None:
            is_heading = block.kind != "heading" and not bold_title(block)
            yield DocumentBlock("heading", bold_title(title), title.line, title.page, MINOR) if is_heading else title
            title = None
        if bold_title(block):
            title = block
        else:
            yield block
    if title is not None:
        yield title


def without_repeats(blocks: Iterable[DocumentBlock]) -> Iterator[DocumentBlock]:
    """Yield blocks without empty ones, navigation, and what repeats the block before."""
    before = ("", "")
    for block in blocks:
        if (
            block.text.strip()
            and (block.kind, block.text) != before
            and not (block.kind == "list" and is_navigation(block.text))
        ):
            before = (block.kind, block.text)
            yield block
