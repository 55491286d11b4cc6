"""Plain text to blocks: paragraphs, lists, and the headings that people write without marks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from assistant.authoring.documents import blocks as make
from assistant.authoring.documents.blocks import DocumentBlock, RawDocument

_UNDERLINE = re.compile(r"(?P<mark>[=\-~*#_^\"+])(?P=mark){2,}\s*")
_ENTRY = re.compile(r"\s*(?:[-*+•‣◦]|\(?\d{1,3}[.)]|[a-z][.)])\s+\S")
_NUMBERED = re.compile(r"(?:\d+(?:\.\d+)*\.?|[IVX]+\.|Chapter\s+\w+:?|Section\s+\w+:?)\s+\S.{0,70}")
_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")


def read(document: RawDocument) -> Iterator[DocumentBlock]:
    """Yield the blocks of a file, apart by an empty line; what stands below a label is indented as that is."""
    lines = document.text.replace("\f", "\n").split("\n")
    start, indent = 0, ""
    while start < len(lines):
        if not lines[start].strip():
            start += 1
            continue
        end = start
        while end < len(lines) and lines[end].strip():
            end += 1
        paragraph = lines[start:end]
        if paragraph[0][:1].isspace():
            paragraph = [row.removeprefix(indent) for row in paragraph]
        else:
            indent = re.match(r"[ \t]*", lines[start + 1])[0] if _is_label(paragraph) else ""  # type: ignore[index]
        yield from _paragraph(paragraph, start + 1)
        start = end


def _paragraph(lines: Sequence[str], line: int) -> Iterator[DocumentBlock]:
    """Yield the blocks of lines without an empty one between them."""
    if (
        len(lines) > 1
        and _UNDERLINE.fullmatch(lines[0].strip())
        and len(lines) > 2
        and lines[2].strip() == lines[0].strip()
    ):
        yield from make.heading(lines[1], 1, line + 1)
        lines, line = lines[3:], line + 3
    elif len(lines) > 1 and _UNDERLINE.fullmatch(lines[1].strip()) and len(lines[0].strip()) <= 100:
        yield from make.heading(lines[0], 1 if lines[1].strip()[0] in "=#*" else 2, line)
        lines, line = lines[2:], line + 2
    elif len(lines) == 1 and _is_heading(lines[0]):
        number = re.match(r"[\d.]+", lines[0].strip())
        yield from make.heading(lines[0], 2 + number[0].strip(".").count(".") if number else 1, line)
        return
    elif _is_label(lines):
        yield from make.heading(lines[0].rstrip(" :"), 1 if lines[0].isupper() else make.MINOR, line)
        lines, line = lines[1:], line + 1
        lines = textwrap.dedent("\n".join(lines)).split("\n")
    if not lines or all(_UNDERLINE.fullmatch(row.strip()) for row in lines):
        return
    first = next((place for place, row in enumerate(lines) if _ENTRY.match(row)), len(lines))
    if first < len(lines) and (first == 0 or lines[first - 1].rstrip().endswith(":")):
        if first:
            yield DocumentBlock("text", make.one_line(" ".join(lines[:first])), line)
        yield DocumentBlock("list", "\n".join(_entries(lines[first:])), line + first)
    elif sum(bool(_COLUMNS.search(row.strip())) for row in lines) * 2 > len(lines) > 1 or (
        all(row.startswith(("    ", "\t")) for row in lines) and not _is_prose(lines)
    ):
        yield from make.code("\n".join(lines), "", line)
    else:
        yield DocumentBlock("text", make.one_line(" ".join(lines)), line)


def _entries(lines: Sequence[str]) -> Iterator[str]:
    """Yield the entries of a list, each on a line of its own."""
    entry = list[str]()
    for row in lines:
        if _ENTRY.match(row) and entry:
            yield _marked(" ".join(entry))
            entry = []
        entry.append(row)
    yield _marked(" ".join(entry))


def _marked(entry: str) -> str:
    text = make.one_line(entry)
    return (
        re.sub(r"^\(?(\d{1,3})[.)]\s+", r"\1. ", text)
        if text[0].isdigit() or text[0] == "("
        else re.sub(r"^[*+•‣◦]\s+", "- ", text)
    )


def _is_prose(lines: Sequence[str]) -> bool:
    """True of sentences, though they are indented as code is."""
    text = make.one_line(" ".join(lines))
    return text[0].isupper() and text.endswith((".", ":", "?")) and len(text.split()) > 7


def _is_label(lines: Sequence[str]) -> bool:
    """True where the first line names what is indented below it: `Natural hazards:`; `OPTIONS` in a manual page."""
    first, *below = lines
    if not below or not first[:1].isupper() or len(first) > 60 or _ENTRY.match(below[0]):
        return False
    is_named = first.isupper() or (first.rstrip().endswith(":") and first.count(" ") < 8)
    return is_named and all(row.startswith(("  ", "\t")) for row in below)


def _is_heading(line: str) -> bool:
    """True for a line alone that is numbered or in capitals, and ends as no sentence does."""
    text = line.strip()
    if len(text) > 80 or text.endswith((".", ",", ";", ":", "!")) or sum(map(str.isalpha, text)) < 3:
        return False
    is_numbered = _NUMBERED.fullmatch(text) and not _ENTRY.match(line)
    return text.isupper() or bool(is_numbered or re.fullmatch(r"\d+(?:\.\d+)*\.? [A-Z][\w -]{2,60}", text))
