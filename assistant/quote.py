"""Words of a document, as an answer quotes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document, as they stand there."""

    text: str
    """In Markdown."""
    source: str
    """The place as it is shown: document, heading, and line or page."""
    file: Path
    """The document on this machine."""
    line: int
    """Where its passage begins, from 1; 0 where the kind of file has no lines."""
    passage: str
    """Key of the passage that they are from."""
    kind: Literal["text", "list", "table", "code", "picture"] = "text"
    """Form of most of the passage."""
