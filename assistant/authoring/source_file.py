"""One file while it is parsed: its text or YAML tree, values of the wanted shape, and the faults noted so far."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source.plain_text import NoTextError, control_character, decoded, without_control_characters
from assistant.authoring.source.yaml_tree import Items, Table, TreeError, plain_value, read_tree
from assistant.errors import Problem, did_you_mean, shown
from assistant.values import SlotValue

_MISSING: Any = object()
_DASH = re.compile(r"\s*-\s+(?P<entry>.*)")
_MEANT = {
    "reply": ("response", "answer"),
    "replies": ("response",),
    "response": ("answer",),
    "say": ("examples",),
    "utterances": ("examples", "sentences"),
    "phrases": ("examples",),
    "negatives": ("not",),
}
"""Key that other formats or commands use -> the keys that may be meant by it, where one is legal."""
_Read = TypeVar("_Read")


class FileTooCostlyError(ValueError):
    """The rest of a file is not read; the message is one line."""


class SourceFile:
    """The content of one file while it is parsed, and the faults noted so far."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = Path(shown(path))
        """As it is shown."""
        self.folder = path.parent
        self.content = content
        self.problems: list[Problem] = []
        self._until = time.thread_time() + LIMITS.seconds

    def report(self, line: int, message: str, severity: str = "error") -> None:
        """Note a fault at a line (0: the whole file)."""
        self.problems.append(Problem(self.path, line, message, severity))

    def warn(self, line: int, message: str) -> None:
        """Note a fault at a line that costs nothing."""
        self.report(line, message, "warning")

    def read(self, reader: Callable[[SourceFile], _Read], fallback: _Read) -> _Read:
        """Read the file; a fault of any kind is a problem and the fallback, so that the other files are used."""
        try:
            return reader(self)
        except FileTooCostlyError as error:
            self.report(0, str(error))
        except Exception as error:
            self.report(0, f"cannot be read: {type(error).__name__}: {error}")
        return fallback

    def check_time(self) -> None:
        """Look at the time that the file has cost.

        Raises:
            FileTooCostlyError: it is too much.
        """
        if time.thread_time() > self._until:
            raise FileTooCostlyError(f"takes more than {LIMITS.seconds:g} s to read; split it")

    def decoded(self) -> str | None:
        """Return the file's text, its lines ending in a line feed; None, with a problem, where it is none."""
        try:
            text = decoded(self.content)
        except NoTextError as error:
            self.report(error.line, str(error))
            return None
        return self.without_control(text)

    def without_control(self, text: str, line: int = 1) -> str:
        """Return a text that begins at a line with spaces for its control characters; warn where it has any."""
        if not (strange := control_character(text)):
            return text
        name, place = strange
        self.warn(line + text[:place].count("\n"), f"holds {name}, no character of a text; a space stands for it")
        return without_control_characters(text)

    def parsed(self) -> Any:
        """Return the YAML document as Table, Items and scalars; None, with a problem, where there is none."""
        text = self.decoded()
        if text is None:
            return None
        try:
            tree = read_tree(text, self.report, self.without_control)
        except TreeError as error:
            self.report(error.line, str(error))
            return None
        if tree is None:
            self.report(0, "the file is empty")
        return tree

    # -- checked access: a value of the wanted shape, or the fallback and a problem

    def line(self, table: Table, key: str) -> int:
        """Return the line of a key."""
        return table.lines.get(key, table.line)

    def check_keys(self, table: Table, legal: Iterable[str], where: str) -> None:
        """Note every key that is not legal, with the nearest that is."""
        words = list(legal)
        for key in table:
            if key not in words:
                meant = next((word for word in _MEANT.get(key, ()) if word in words), "")
                hint = f"; did you mean '{meant}'?" if meant else did_you_mean(key[:80], words)
                self.report(self.line(table, key), f"{where}: unknown key '{key[:80]}'{hint}")

    def is_name(self, name: str, line: int, kind: str) -> bool:
        """Return True for a word by which something of a kind can be named; note one that YAML takes for a value, and
        several words.
        """
        if isinstance(plain_value(name.strip()), str):
            if len(words := name.split()) > 1:
                one = "".join(word[:1].upper() + word[1:] for word in words)
                self.warn(line, f"{kind} '{name}': a name is one word, such as {one}")
            return True
        self.report(line, f"{kind} '{name}': a name must be a word, such as WaterPlants")
        return False

    def table(self, parent: Table, key: str, where: str) -> Table:
        """Return the mapping at a key; an empty one where it is absent or something else."""
        value = parent.get(key)
        if isinstance(value, Table):
            return value
        line = self.line(parent, key)
        if value is not None:
            self.report(line, f"{where}: '{key}' must hold keys and values, not {_named(value)}")
        return Table(line)

    def text(self, parent: Table, key: str, where: str, fallback: Any = "") -> Any:
        """Return the words at a key as they are spelt."""
        value = parent.get(key, _MISSING)
        if value is _MISSING or value is None:
            return fallback
        if isinstance(value, Table | Items):
            self.report(self.line(parent, key), f"{where}: '{key}' must be text, not {_named(value)}")
            return fallback
        spelling = parent.spellings[key].strip()
        return (
            spelling
            if self.is_short(spelling, LIMITS.answer, self.line(parent, key), f"{where}: '{key}'")
            else fallback
        )

    def texts(self, parent: Table, key: str, where: str, letters: int = LIMITS.phrase) -> list[tuple[str, int]]:
        """Return the texts at a key, each with its line number.

        One text alone is a list of one; a block of lines that begin with `- `, as Rasa has them, a list of these.
        """
        value = parent.get(key)
        if value is None:
            return []
        if isinstance(value, Table):
            self.report(self.line(parent, key), f"{where}: '{key}' must be a list of texts, not keys and values")
            return []
        entries = []
        if isinstance(value, Items):
            for item, spelling, line in zip(value, value.spellings, value.lines, strict=True):
                if isinstance(item, Table | Items) or not spelling.strip() or item is None:
                    nested = isinstance(item, Table | Items)
                    hint = " (put it in quotes: it holds ': ' or begins with { or [)" if nested else ""
                    self.report(line, f"{where}: an entry of '{key}' must be text, not {_named(item)}{hint}")
                else:
                    entries.append((spelling.strip(), line))
        else:
            entries = listed(parent.spellings[key], self.line(parent, key))
        named = f"{where}: an entry of '{key}'"
        return [(text, line) for text, line in entries if self.is_short(text, letters, line, named)]

    def is_short(self, text: str, letters: int, line: int, named: str) -> bool:
        """Return True for a text of at most so many letters; note a longer one as a fault."""
        if len(text) <= letters:
            return True
        self.report(line, f"{named} has {len(text):,} letters, more than {letters:,}")
        return False

    def number(self, parent: Table, key: str, where: str, fallback: Any = None) -> Any:
        """Return the number at a key."""
        value = parent.get(key, _MISSING)
        if value is _MISSING:
            return fallback
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.report(self.line(parent, key), f"{where}: '{key}' must be a number, not {_named(value)}")
            return fallback
        return value

    def flag(self, parent: Table, key: str, where: str) -> bool:
        """Return the true or false at a key."""
        value = parent.get(key, False)
        if not isinstance(value, bool):
            self.report(self.line(parent, key), f"{where}: '{key}' must be true or false, not {_named(value)}")
        return value is True


def listed(text: str, line: int) -> list[tuple[str, int]]:
    """Return the entries of a text of which every line begins with `- `, else the text alone, each with its line.

    >>> listed("- one\\n- two", 7)
    [('one', 8), ('two', 9)]
    """
    lines = [(entry, number) for number, entry in enumerate(text.split("\n"), start=line + 1) if entry.strip()]
    entries = [(match["entry"].strip(), number) for entry, number in lines if (match := _DASH.fullmatch(entry))]
    return entries if "\n" in text and len(entries) == len(lines) else [(text.strip(), line)]


def scalar(value: Any) -> SlotValue:
    """Convert a YAML value into one that a slot can hold; several are joined by commas."""
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _named(value: Any) -> str:
    """Return a YAML value as a message names it."""
    if isinstance(value, Mapping):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else repr(value)[:80]
