"""A document opened where an answer stands: in the editor at its line, or by the program of the desktop."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_TEXT = frozenset(".md .markdown .mdx .txt .rst .json .jsonl .tsv .csv .yaml .yml .org .log".split())
"""Endings of files that an editor shows as they are cited: by line."""


class Opener(NamedTuple):
    """The program that opens a document."""

    argv: tuple[str, ...]
    in_terminal: bool
    """True if it takes the terminal until it is left."""


def opener(file: Path, line: int, environment: Mapping[str, str]) -> Opener | None:
    """Return the program that opens a file at a line; None where there is none.

    The editor is that of `$VISUAL`, else of `$EDITOR`.
    """
    path = str(file.absolute())
    editor = shlex.split(environment.get("VISUAL") or environment.get("EDITOR") or "")
    if editor and file.suffix.lower() in _TEXT and shutil.which(editor[0], path=environment.get("PATH")):
        name = Path(editor[0]).name
        if name in ("code", "codium", "cursor"):
            return Opener((*editor, "--goto", f"{path}:{line}"), in_terminal=False)
        if name in ("hx", "helix", "subl", "zed", "micro"):
            return Opener((*editor, f"{path}:{line}"), in_terminal=name in ("hx", "helix", "micro"))
        return Opener((*editor, f"+{line}", path), in_terminal=name not in ("gedit", "kate", "gvim", "mousepad"))
    program = "open" if sys.platform == "darwin" else "xdg-open"
    if shutil.which(program, path=environment.get("PATH")):
        return Opener((program, path), in_terminal=False)
    return None
