"""A picture as a passage: found, cited and kept as those of documents are, by the words that it has."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter

from assistant.authoring.documents.passage import Passage
from assistant.outlet.terminal import printable_line

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+")
_CAMERA_NAME = re.compile(r"(?:img|dsc[nf]?|pxl|p|mvimg|dscf|gopr|pict?|image|photo|picture|scan|wa)", re.IGNORECASE)
_SCREENSHOT = re.compile(r"screen[\W_]*shot|screen[\W_]*capture|bildschirmfoto", re.IGNORECASE)


_NO_WORDS = "a picture"


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """All that is known of a picture beside its words."""

    digest: str
    """Of its bytes: the name of its thumbnail."""
    width: int
    height: int
    taken: str = ""
    """Local time, `2024-05-03T12:34:56`; empty where nothing tells it."""
    taken_from: str = ""
    """What tells it: `camera`, `caption file`, `metadata`, `name`, `written in it`, or `file`, its last change."""
    place: str = ""
    """City and country, by its coordinates or as somebody wrote it."""
    camera: str = ""
    caption: str = ""
    """What somebody wrote about it."""
    words: str = ""
    """What is written in it."""
    kind: str = ""
    """`receipt` or `letter`, by what is written in it."""
    shop: str = ""
    """Kinds of the shop that a receipt is from, by its name: `hardware store, DIY store`."""
    by: str = ""
    """Who took it, as somebody or the camera wrote it."""


_VALUES = attrgetter(*(entry.name for entry in fields(PictureFacts)))
"""The facts in their order; `asdict` would copy each, for hundreds of pictures in a search."""


@dataclass(frozen=True, slots=True)
class Picture(Passage):
    """A picture; `text` is its caption and, below that, what is written in it."""

    facts: PictureFacts = field(default=PictureFacts("", 0, 0))

    @property
    def source(self) -> str:
        """The place as it is cited: `pictures/beach.jpg › Lisbon, Portugal › 2024-05-03`; no day of its file."""
        day = self.facts.taken[:10] if self.is_dated else ""
        return " › ".join(filter(None, (printable_line(self.name), self.facts.place, day)))

    @property
    def embedded_text(self) -> str:
        """The words of its name and folders, its place, kind and caption, and the beginning of what is written."""
        facts = self.facts
        written, kind = " ".join(facts.words.split()[:80]), ", ".join(filter(None, (facts.kind, facts.shop)))
        return "\n".join(filter(None, (self.named, facts.place, kind, facts.caption, written))) or _NO_WORDS

    @property
    def has_words(self) -> bool:
        """True of one that is more by its words than a picture."""
        return self.embedded_text != _NO_WORDS

    @property
    def key(self) -> str:
        """A hash of the picture, its name and all that is known of it."""
        parts = (self.name, self.text, *map(str, _VALUES(self.facts)))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]

    @property
    def named(self) -> str:
        """The words of its folders and its name, without numbers and what cameras write: `lisbon beach`."""
        *folders, name = self.name.split("/")
        parts = [*folders[1:], name.rpartition(".")[0]]
        words = (word for part in parts for word in _WORD.findall(part) if not _CAMERA_NAME.fullmatch(word))
        return " ".join(dict.fromkeys(word.casefold() for word in words))

    @property
    def moment(self) -> datetime | None:
        """When it was taken, as well as that is known."""
        return datetime.fromisoformat(self.facts.taken) if self.facts.taken else None

    @property
    def has_hour(self) -> bool:
        """True where more than its day is known: a day alone is kept as noon to the second."""
        return bool(self.facts.taken) and not self.facts.taken.endswith("T12:00:00")

    @property
    def is_dated(self) -> bool:
        """True where more than the last change of its file tells when it was taken."""
        return self.facts.taken_from not in ("", "file")

    @property
    def is_screenshot(self) -> bool:
        """True for one that is called so by its name, its folder's or its caption."""
        return bool(_SCREENSHOT.search(f"{self.name} {self.facts.caption}"))

    def kept_facts(self) -> Iterator[str | int]:
        """Yield the facts in their order, for a record."""
        yield from _VALUES(self.facts)


def words_of(caption: str, written: str) -> str:
    """Put a caption and what is written in a picture into one text."""
    return "\n\n".join(filter(None, (caption, written)))
