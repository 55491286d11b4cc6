"""The lines of a file as an editor shows them, and the file written from them: what was not edited keeps its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from assistant.authoring.source.plain_text import BOM
from assistant.authoring.teaching.insertion import Insertion
from assistant.outlet.terminal import printable

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


def shown_lines(text: str) -> list[str]:
    """Return the lines of a text without their ends; a character that a terminal would obey is shown as a sign.

    >>> shown_lines("a\\r\\nb\\x07\\n")
    ['a', 'b�', '']
    """
    return [_shown(line) for line in _raw_lines(text.removeprefix(BOM))]


def rewriting(before: str, lines: Sequence[str]) -> Insertion | None:
    """Return the piece of text that makes a file say the lines; None where it says them already.

    Lines that are as they were keep their bytes, a changed one keeps its end, a new one ends as most do. The piece is
    never empty, so that it can be found again: beside what was deleted it holds the line before.
    """
    mark = BOM if before.startswith(BOM) else ""
    old = _raw_lines(before.removeprefix(mark))
    new = list(_merged(old, lines))
    if old == new:
        return None
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    while head and not "".join(new[head : len(new) - tail]).strip():
        head -= 1
    while tail and not "".join(new[head : len(new) - tail]).strip():
        tail -= 1
    at = len(mark) + sum(map(len, old[:head]))
    return Insertion(at, "".join(new[head : len(new) - tail]), "".join(old[head : len(old) - tail]))


def _raw_lines(text: str) -> list[str]:
    """Return the lines with their ends; the last one has none, and may be empty."""
    lines = [match[0] for match in _LINE.finditer(text)]
    if len(lines) > 1 and not lines[-1] and not lines[-2].endswith(("\r", "\n")):
        lines.pop()  # the end of the text is found twice
    return lines


def _shown(line: str) -> str:
    line = line.rstrip("\r\n")
    if printable(line) == line:
        return line
    return "".join(char if char == "\t" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)


def _merged(old: Sequence[str], lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the new file with their ends."""
    was = list(map(_shown, old))
    head = _alike(was, lines)
    tail = _alike(was[head:][::-1], list(lines[head:])[::-1])
    middle = SequenceMatcher(None, was[head : len(was) - tail], lines[head : len(lines) - tail], autojunk=False)
    kept = {place: place for place in range(head)}
    kept |= {len(lines) - place: len(was) - place for place in range(1, tail + 1)}
    changed: dict[int, int] = {}
    for kind, start, end, first, last in middle.get_opcodes():
        pairs = {head + b: head + a for b, a in zip(range(first, last), range(start, end), strict=False)}
        (kept if kind == "equal" else changed).update(pairs)
    ends = [line[len(line.rstrip("\r\n")) :] for line in old]
    usual = max(("\n", "\r\n", "\r"), key=ends.count)
    before = ""
    for place, line in enumerate(lines):
        whole = old[kept[place]] if place in kept else line
        bare = whole.rstrip("\r\n")
        if place == len(lines) - 1:
            whole = bare
        elif whole == bare:
            whole += (ends[changed[place]] if place in changed else "") or usual
        if before.endswith("\r") and whole == "\n":
            whole = "\r\n"  # the two would be one line end
        yield whole
        before = whole


def _alike(first: Sequence[str], second: Sequence[str]) -> int:
    """Number of equal lines that two texts begin with."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(first), len(second)))
