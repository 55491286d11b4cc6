"""One document read: the reader of its kind, its passages, and the faults of the file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from itertools import islice
from pathlib import Path

from assistant.authoring.documents.blocks import DocumentBlock, RawDocument, UnreadableError
from assistant.authoring.documents.cutting import passages
from assistant.authoring.documents.limits import DOCUMENT_LIMITS
from assistant.authoring.documents.passage import Passage
from assistant.authoring.source.folders import read_content
from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source.plain_text import NoTextError, without_control_characters
from assistant.errors import Problem

VERSION = "4"
"""Raised when the same file would give other passages."""

_READERS: Mapping[str, str] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".txt": "text",
    ".text": "text",
    ".rst": "rst",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
    ".json": "tables",
    ".tsv": "tables",
    ".csv": "tables",
}
"""Ending of a file -> the module that reads it."""

DOCUMENT_FILES = tuple(_READERS)
"""Endings of the files that are read."""


_HOLD_PAIRS = (".md", ".csv", ".tsv", ".json")
"""Endings of files that the reader of pairs reads too, and tells the faults of as a file of text."""


def read_document(
    path: Path, name: str, problems: list[Problem], beat: Callable[[], None] = lambda: None
) -> Iterator[Passage]:
    """Yield the passages of a file and note its faults; `beat` is called whenever the reader has yielded something.

    It may take any time and memory that a hostile file makes it take: see `apart`.
    """
    holds_pairs = path.suffix.lower() in _HOLD_PAIRS
    most = LIMITS.file_bytes if holds_pairs else DOCUMENT_LIMITS.file_bytes
    content = read_content(path, [] if holds_pairs else problems, most)
    if content is None:
        return
    if not content.strip():
        if holds_pairs:
            return
        problems.append(Problem(path, 0, "the file is empty", "warning"))
        return
    count = 0
    try:
        reader = import_module(f"assistant.authoring.documents.formats.{_READERS[path.suffix.lower()]}")
        blocks = _beating(reader.read(RawDocument(path, content, beat)), beat, problems, path)
        for passage in islice(passages(blocks, path, name), DOCUMENT_LIMITS.passages):
            count += 1
            yield passage
    except NoTextError as error:
        problems += [] if holds_pairs else [Problem(path, error.line, str(error))]
    except UnreadableError as error:
        problems.append(Problem(path, 0, str(error)))
    except MemoryError:
        problems.append(Problem(path, 0, f"takes more than {DOCUMENT_LIMITS.memory / 1e9:g} GB of memory to read"))
    except RecursionError:
        problems.append(Problem(path, 0, "cannot be read: it is nested too deeply"))
    except Exception as error:  # a damaged file makes its library raise anything
        line = (str(error).strip().splitlines() or [""])[0][:120]
        problems.append(Problem(path, 0, f"cannot be read: {type(error).__name__}: {line}"))
    if not count and not holds_pairs and not any(problem.file == path for problem in problems):
        problems.append(Problem(path, 0, "holds no text that can be read", "warning"))
    if count >= DOCUMENT_LIMITS.passages:
        message = f"has more than {DOCUMENT_LIMITS.passages:,} passages; the rest is left out: split it"
        problems.append(Problem(path, 0, message))


def _beating(
    blocks: Iterable[DocumentBlock], beat: Callable[[], None], problems: list[Problem], path: Path
) -> Iterator[DocumentBlock]:
    """Yield blocks without control characters, for as long as one file may take."""
    until = time.process_time() + DOCUMENT_LIMITS.seconds
    for block in blocks:
        beat()
        if time.process_time() > until:
            message = f"takes more than {DOCUMENT_LIMITS.seconds:g} s to read; the rest is left out: split it"
            problems.append(Problem(path, 0, message))
            return
        yield DocumentBlock(block.kind, without_control_characters(block.text), block.line, block.page, block.level)
