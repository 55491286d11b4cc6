"""Every error that a user can cause or cure.

    AssistantError
    ├── ConfigError          a key or value in config.toml
    ├── AudioError           a device, a recording, a stream
    ├── ModelError           weights that are missing, corrupt or cannot be loaded
    ├── IndexStoreError      the vector index on disk
    └── ActionError          a command that could not be carried out

The message is one line: the place, the fault and the cure. Foreign exceptions become one of these once, where the
foreign library is called. A fault in a file of intents or knowledge is no error but a `Problem`: the rest of the file
is used.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.outlet.secrets import redacted


class AssistantError(Exception):
    """Base of the tree; `str(error)` is the one line shown to the user, its secrets blanked."""

    def __str__(self) -> str:
        return redacted(super().__str__())


class ConfigError(AssistantError):
    """A key or value in config.toml is unknown, ill-typed or out of range."""


class AudioError(AssistantError):
    """A device, a recording or an audio stream cannot be used."""


class ModelError(AssistantError):
    """Weights are missing, corrupt or cannot be loaded."""


class IndexStoreError(AssistantError):
    """The vector index on disk cannot be read or written."""


class ActionError(AssistantError):
    """A command was understood and could not be carried out."""


class Line(int):
    """A line of a file, from 1, that knows the column of what stands in it."""

    column = 0
    """From 1; 0 where it is not known."""

    @classmethod
    def at(cls, line: int, column: int) -> Line:
        """Return a line with its column."""
        place = cls(line)
        place.column = column
        return place


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file that is otherwise used: collected, shown, never fatal."""

    file: Path
    """The file at fault."""
    line: int
    """1-based, perhaps with a column; 0 where the whole file is meant."""
    message: str
    """The fault, with the nearest legal word where there is one."""
    severity: str = "error"
    """`error` (the part was left out) or `warning` (it is used all the same)."""

    @property
    def column(self) -> int:
        """1-based; 0 where the whole line is meant."""
        return self.line.column if isinstance(self.line, Line) else 0

    @property
    def text(self) -> str:
        """The fault in one line, without its place, its secrets blanked."""
        return redacted(" ".join(self.message.split()))

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        where = ":".join([shown(self.file), *numbers])
        return redacted(f"{where}: {' '.join(self.message.split())}")


def shown(path: Path) -> str:
    """Return a path as it can be printed: bytes that are no UTF-8, and control characters, as `\\xe9`."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def did_you_mean(word: str, legal: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest legal word, else the legal words, else nothing.

    >>> did_you_mean("treshold", ["threshold", "margin"])
    "; did you mean 'threshold'?"
    >>> did_you_mean("colour", ["threshold", "margin"])
    '; legal: margin, threshold'
    """
    words = sorted(set(legal))
    return nearest_word(word, words) or (f"; legal: {', '.join(words)}" if 0 < len(words) <= 12 else "")


def nearest_word(word: str, legal: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest legal word, or nothing."""
    nearest = difflib.get_close_matches(word, sorted(set(legal)), n=1, cutoff=0.6)
    return f"; did you mean '{nearest[0]}'?" if nearest else ""
