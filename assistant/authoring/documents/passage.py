"""A passage of a document: as much as is found, quoted and shown in one piece, and the place it stands in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from assistant.errors import Problem

PassageKind: TypeAlias = Literal["text", "list", "table", "code", "picture"]
"""Form of a passage, as a voice tells it: prose, or a kind that is better seen than heard."""

_UNSAID = re.compile(r"\s*(?:```|~~~).*|[\s|:-]*--[\s|:-]*")
"""A fence, and the line below a table's header."""

_MARKS = re.compile(r"\s*(?:[-*+]|>)\s+(?:\[[ xX]\]\s)?|\s*\d+[.)]\s+")
_LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\([^()\s]*\)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document below one heading, at most as long as the embedder reads."""

    text: str
    """Markdown as it is shown: paragraphs, whole lists, tables with their header, fenced code."""
    file: Path
    name: str
    """The document as shown, with its folder: `manuals/jellyfin/backup.md`."""
    headings: tuple[str, ...]
    """The headings that it stands below, the widest first."""
    line: int
    """Where it begins, from 1; 0 where the kind of file has no lines."""
    page: int = 0
    """Page of a PDF, from 1; 0 where there are none."""
    kind: PassageKind = "text"

    @property
    def source(self) -> str:
        """The place as it is cited: `manuals/backup.md › Backup › line 12`, or `page 3`."""
        place = f"page {self.page}" if self.page else f"line {self.line}" if self.line else ""
        return " › ".join(filter(None, (self.name, *self.headings[-1:], place)))

    @property
    def embedded_text(self) -> str:
        """The headings and then the words without marks of Markdown: what stands for the passage in the index."""
        return "\n".join(filter(None, (" › ".join(self.headings), without_marks(self.text))))

    @property
    def key(self) -> str:
        """A hash of headings and text, the same wherever the passage stands."""
        return hashlib.sha256("\0".join((*self.headings, "", self.text)).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class DocumentSet:
    """All passages in use; equal where the documents say the same."""

    passages: Sequence[Passage] = field(default=(), compare=False)
    """Each is decoded when it is asked for: `keys` tells them apart without that."""
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    """Changes whenever a document does."""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The key of each passage, in their order."""
        stored: tuple[str, ...] | None = getattr(self.passages, "keys", None)
        return stored if stored is not None else tuple(passage.key for passage in self.passages)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Key -> place of the first passage with it."""
        return {key: place for place, key in reversed([*enumerate(self.keys)])}

    def passage(self, key: str) -> Passage:
        """Find a passage by its key."""
        return self.passages[self.places[key]]


def without_marks(text: str) -> str:
    """Take fences, bullets, emphasis, the addresses of links and the lines of tables out of Markdown.

    >>> without_marks("- see **[the page](https://example.org)**")
    'see the page'
    """
    lines = (_LINK.sub(r"\g<text>", line).strip() for line in text.splitlines() if not _UNSAID.fullmatch(line))
    plain = (", ".join(map(str.strip, line.strip("|").split("|"))) if line.startswith("|") else line for line in lines)
    return "\n".join(
        re.sub(r"\*\*|(?<!\w)__|__(?!\w)|`", "", line[mark.end() if (mark := _MARKS.match(line)) else 0 :])
        for line in plain
        if line
    )
