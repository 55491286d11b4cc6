"""A document opened where an answer stands: in the editor at its line, or by the program of the desktop."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from textual.app import SuspendNotSupported

from assistant.quote import Quote

_TEXT = frozenset(".md .markdown .mdx .txt .rst .json .jsonl .tsv .csv .yaml .yml .org .log".split())
"""Endings of files that an editor shows as they are cited: by line."""


class Opener(NamedTuple):
    """The program that opens a document."""

    argv: tuple[str, ...]
    in_terminal: bool
    """True if it takes the terminal until it is left."""


def open_document(quote: Quote | None, suspended: Callable[[], AbstractContextManager[None]]) -> str:
    """Open a document at the quoted line, and return a line where that cannot be done.

    `suspended` gives the terminal away during a block.
    """
    if quote is None:
        return "No document has been quoted yet."
    if not quote.file.name:
        return f"{quote.source}: your team shares it; the file is not on this machine."
    if not quote.file.is_file():
        return f"{quote.file} is not there any more."
    if (program := opener(quote.file, max(1, quote.line), os.environ)) is None:
        return f"{quote.file}: set $EDITOR to the editor that is to open it."
    try:
        if program.in_terminal:
            with suspended():
                subprocess.run(program.argv, check=False)
        else:
            null = subprocess.DEVNULL
            subprocess.Popen(program.argv, start_new_session=True, stdin=null, stdout=null, stderr=null)
    except (OSError, SuspendNotSupported) as error:
        return f"{program.argv[0]}: {error}"
    return ""


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
