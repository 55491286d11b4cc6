"""The parts of a line of YAML that have a colour: keys, texts in quotes, comments, and what stands for something else.

A line is read by itself: whatever is typed, each key press costs one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

STYLES: Mapping[str, str] = {
    "key": "text-primary",
    "comment": "comment",
    "quoted": "text-success",
    "slot": "text-warning",
    "choice": "muted",
    "value": "text-secondary",
    "mark": "muted",
}
"""Part -> the colour of the theme that it has."""

_PARTS = re.compile(
    r"""(?P<comment>(?:^|(?<=\s))\#.*$)
      | (?P<mark>^\s*(?:-\s+)+)?(?P<key>[\w./$ -]*?[\w$]|"[^"]*"|'[^']*')(?=\s*:(?:\s|$))
      | (?P<slot>\{[\w:]*\}|<\w+>)
      | (?P<choice>[()|\[\]])
      | (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')
      | (?<=:\s)(?P<value>true|false|null|-?\d+(?:\.\d+)?)(?=\s*(?:$|[,}\]\#]))""",
    re.VERBOSE,
)
_INSIDE = re.compile(r"(?P<slot>\{[\w:]*\}|<\w+>)|(?P<choice>[()|\[\]])")


def parts(line: str, longest: int = 2000) -> Iterator[tuple[int, int, str]]:
    """Yield first and last column and name of each part that has a colour; a very long line has none.

    >>> list(parts('ask: "{room}?"  # which'))
    [(0, 3, 'key'), (5, 14, 'quoted'), (6, 12, 'slot'), (16, 23, 'comment')]
    """
    if len(line) > longest:
        return
    for match in _PARTS.finditer(line):
        for name, text in match.groupdict().items():
            if text is None:
                continue
            start, end = match.span(name)
            yield start, end, name
            if name == "quoted":
                for inner in _INSIDE.finditer(text):
                    yield start + inner.start(), start + inner.end(), str(inner.lastgroup)
