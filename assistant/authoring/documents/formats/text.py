"""Plain text to blocks: paragraphs, lists, and the headings that people write without marks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Generator, Iterator, Sequence

from assistant.authoring.documents import blocks as make
from assistant.authoring.documents.blocks import DocumentBlock, RawDocument

_UNDERLINE = re.compile(r"(?P<mark>[=\-~*#_^\"+])(?P=mark){2,}\s*")
_ENTRY = re.compile(r"\s*(?:[-*+•‣◦]|\(?\d{1,3}[.)]|[a-z][.)])\s+\S")
_NUMBERED = re.compile(r"(?:\d+(?:\.\d+)*\.?|[IVX]+\.|Chapter\s+\w+:?|Section\s+\w+:?)\s+\S.{0,70}")
_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")


_SPACES = re.compile(r"[ \t]*")
_OPTION = re.compile(r"--?\w[\w-]*\b")
_BESIDE = re.compile(r"(?P<term> *\S+(?: \S+){0,3}) {2,}(?P<told>\S.*)")
_BROKEN = re.compile(r"(?:\u2010|(?<=\w)(-)) (?=\w)")
"""A word that was cut at the end of a line."""


def read(document: RawDocument) -> Iterator[DocumentBlock]:
    """Yield the blocks of a file, apart by an empty line; what stands below a label is indented as that is."""
    lines = document.text.replace("\f", "\n").split("\n")
    start, indent, terms = 0, "", _Terms()
    while start < len(lines):
        if not lines[start].strip():
            start += 1
            continue
        end = start
        while end < len(lines) and lines[end].strip():
            end += 1
        paragraph, line = lines[start:end], start + 1
        is_label = not paragraph[0][:1].isspace() and _is_label(paragraph)
        if is_label and paragraph[0].isupper():
            indent, end = _SPACES.match(lines[start + 1])[0], start + 1  # type: ignore[index]
            blocks = make.heading(paragraph[0].rstrip(" :"), 1, line)
        elif is_label:
            indent = _SPACES.match(lines[start + 1])[0]  # type: ignore[index]
            blocks = _paragraph(paragraph, line)
        else:
            paragraph, is_split = _apart(paragraph, len(terms.indent))
            named = yield from terms.below(paragraph, line)
            if named and not is_split:
                start += named
                continue
            indent = indent if paragraph[0][:1].isspace() else ""
            blocks = _paragraph([row.removeprefix(terms.indent or indent) for row in paragraph[named:]], line)
        for block in blocks:
            yield terms.noted(block)
        start = end


class _Terms:
    """Terms with what is said of them indented below, as manual pages have options; each is a heading."""

    def __init__(self) -> None:
        self._open = list[tuple[int, str, DocumentBlock]]()
        """Of each term that is open: its indent, that of what is said of it, and its heading."""
        self._section: DocumentBlock | None = None

    @property
    def indent(self) -> str:
        """The indent below the term that is open; empty where none is."""
        return self._open[-1][1] if self._open else ""

    def noted(self, block: DocumentBlock) -> DocumentBlock:
        """Take a block for the section of what follows, where it is a heading, and return it."""
        if block.kind == "heading":
            self._section = block
            self._open.clear()
        return block

    def below(self, lines: Sequence[str], line: int) -> Generator[DocumentBlock, None, int]:
        """Yield the heading that a paragraph begins with, or that of the section to which it goes back.

        Return how many of its lines name the term.
        """
        depth, count = _indent(lines[0]), _term_lines(lines)
        is_over = bool(self._open) and depth <= self._open[-1][0]
        while self._open and depth <= self._open[-1][0]:
            self._open.pop()
        if count:
            title = make.one_line(", ".join(row.strip() for row in lines[:count])).replace("[, ", "[")
            (head,) = make.heading(title, make.MINOR + 1 + len(self._open), line)
            self._open.append((depth, " " * min(map(_indent, lines[count:])), head))
            yield head
        elif is_over and (head := self._open[-1][2] if self._open else self._section):  # type: ignore[assignment]
            yield head
        return count


def _apart(lines: list[str], column: int) -> tuple[list[str], bool]:
    """Put a term that stands beside what is said of it on a line of its own; True where one does.

    The lines below go on where the first began to tell: `-q   Quiet mode.` A line alone must be an option or a
    sentence, or stand in the column of what is said of the term before.
    """
    match = _BESIDE.fullmatch(lines[0])
    if not match or not match["told"][0].isalnum():
        return lines, False
    start = match.start("told")
    is_aligned = all(_indent(row) >= start for row in lines[1:]) and (len(lines) == 1 or _indent(lines[1]) == start)
    is_sentence = match["told"].endswith(".") and start - match.end("term") > 2
    is_told = len(lines) > 1 or column == start or is_sentence or bool(_OPTION.match(match["term"].strip()))
    if not is_aligned or not is_told:
        return lines, False
    return [match["term"], " " * start + match["told"], *lines[1:]], True


def _term_lines(lines: Sequence[str], most: int = 4) -> int:
    """Count the first lines of a paragraph that name what is indented below them: an option, or before sentences."""
    depth = _indent(lines[0])
    count = next((place for place, row in enumerate(lines) if _indent(row) != depth), len(lines))
    if not 0 < count <= min(most, len(lines) - 1) or min(map(_indent, lines[count:])) < depth + 2:
        return 0
    terms = [row.strip() for row in lines[:count]]
    if any(len(term) > 90 or term.endswith((".", ",", ":", ";", "!", "?")) or _COLUMNS.search(term) for term in terms):
        return 0
    if all(_OPTION.match(term) for term in terms):
        return count
    if count > 1 or depth == 0 or len(terms[0].split()) > 8 or _ENTRY.match(lines[0]):
        return 0
    below = make.one_line(" ".join(lines[count:]))
    is_said = below[0].isupper() and below.endswith((".", ":", "?")) and len(below.split()) > 4
    return count if is_said or _BESIDE.fullmatch(lines[count]) or _term_lines(lines[count:]) else 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


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
        yield DocumentBlock("text", _BROKEN.sub(r"\1", make.one_line(" ".join(lines))), line)


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
