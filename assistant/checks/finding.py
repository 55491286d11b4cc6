"""The row that every check yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    """`microphone`, `intents`, `index`."""
    ok: bool
    detail: str
    """One line: what is there, or what is wrong."""
    cure: str = ""
    """The step that puts it right, where one is known."""
