"""PDF to blocks, by PDFium: lines put together to paragraphs, headings by outline and by the size of letters."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from assistant.authoring.documents import blocks as make
from assistant.authoring.documents.blocks import DocumentBlock, RawDocument, UnreadableError
from assistant.authoring.documents.limits import DOCUMENT_LIMITS

_ENTRY = re.compile(r"\s*(?:[•‣◦▪■●○–*-]|\(?\d{1,2}[.)]|[a-z][.)])\s+(?=\S)")
_BULLET = re.compile(r"\s*(?:[•‣◦▪■●○–*-]|[a-z][.)])\s+")
_DIGITS = re.compile(r"\d+")
_DOTS = re.compile(r"(?:\. ?){4,}|…{2,}")
"""Dots that lead to a page number: a line of a table of contents."""

_LABEL = re.compile(r"[^\W\d][\w /()-]{0,40}:\s")

Pdf: TypeAlias = Any
"""A document of pypdfium2, which has no types."""


class _Line(NamedTuple):
    """A line of a page; lengths in points, places from the lower left corner."""

    text: str
    page: int
    size: float
    """Height of most of its letters."""
    top: float
    left: float
    right: float


def read(document: RawDocument) -> Iterator[DocumentBlock]:
    """Yield the blocks of a document with their pages; an empty one after each page, as a sign of life.

    Raises:
        UnreadableError: it is no PDF, needs a password, or holds pictures of pages alone.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(document.content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).casefold():
            raise UnreadableError("is encrypted: save it without a password") from None
        raise UnreadableError("is no PDF, or a damaged one") from None
    pages = list[list[_Line]]()
    for number in range(min(len(pdf), DOCUMENT_LIMITS.parts)):
        pages.append(list(_lines(pdf, number)))
        yield DocumentBlock("text", "")
    if sum(len(line.text) for lines in pages for line in lines) < 10 * len(pages):
        raise UnreadableError("holds pictures of pages and no text: a program for text recognition (OCR) adds it")
    running = _running(pages)
    body = _body_size(pages)
    titles = _outline(pdf)
    sizes = sorted({round(line.size) for lines in pages for line in lines if line.size > 1.14 * body}, reverse=True)
    for lines in pages:
        kept = [line for line in lines if _trace(line.text) not in running and not _DOTS.search(line.text)]
        yield from _blocks(kept, body, titles, sizes)


def _lines(document: Pdf, number: int) -> Iterator[_Line]:
    """Yield the lines of a page in the order of the file."""
    page = document[number]
    text_page = page.get_textpage()
    try:
        text, start = text_page.get_text_range(), 0
        for line in text.splitlines(keepends=True):
            plain = line.strip()
            place = start + len(line) - len(line.lstrip())
            start += len(line)
            if boxes := list(_boxes(text_page, plain, place)) if plain else []:
                sizes = sorted(abs(box.top - box.bottom) for box in boxes)
                first, last = boxes[0], boxes[-1]
                yield _Line(plain, number + 1, sizes[len(sizes) // 2], first.top, first.left, last.right)
    finally:
        text_page.close()
        page.close()


def _boxes(text_page: Any, plain: str, place: int, most: int = 7) -> Iterator[Any]:
    """Yield the boxes of letters spread over a line; a bullet or a word in other letters decides for no line."""
    import pypdfium2.raw as pdfium

    step = max(1, (len(plain) - 1) // (most - 1))
    for offset in sorted({*range(0, len(plain), step), len(plain) - 1}):
        box = pdfium.FS_RECTF()
        is_seen = not plain[offset].isspace() or offset in (0, len(plain) - 1)
        if is_seen and pdfium.FPDFText_GetLooseCharBox(text_page, place + offset, ctypes.byref(box)):
            yield box


def _running(pages: Sequence[Sequence[_Line]]) -> set[str]:
    """Find the lines at the top or the foot of many pages: titles and page numbers."""
    edges = Counter(trace for lines in pages for trace in {_trace(line.text) for line in (*lines[:3], *lines[-3:])})
    return {trace for trace, count in edges.items() if count >= max(3, len(pages) // 5)} | {"#"}


def _trace(text: str) -> str:
    return _DIGITS.sub("#", text.casefold())


def _body_size(pages: Sequence[Sequence[_Line]]) -> float:
    """Return the height of most letters."""
    sizes = Counter[float]()
    for lines in pages:
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _outline(document: Pdf) -> Mapping[tuple[int, str], int]:
    """Return page and title of each entry of the outline, with its level."""
    levels = dict[tuple[int, str], int]()
    try:
        for entry in document.get_toc(max_depth=8):
            title = entry.get_title() if hasattr(entry, "get_title") else entry.title
            target = entry.get_dest() if hasattr(entry, "get_dest") else None
            page = target.get_index() if target is not None else getattr(entry, "page_index", None)
            if page is not None and title:
                levels[page + 1, _letters(title)] = entry.level + 1
    except Exception:  # a damaged outline: the letters tell
        return levels
    return levels


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _blocks(
    lines: Sequence[_Line], body: float, titles: Mapping[tuple[int, str], int], sizes: Sequence[int]
) -> Iterator[DocumentBlock]:
    """Yield the blocks of a page."""
    group = list[_Line]()
    for line in lines:
        level = _level(line, body, titles, sizes)
        if level or (group and _begins(line, group[-1])):
            yield from _paragraph(group)
            group = []
        if level:
            yield from make.heading(line.text, level, 0, line.page)
        else:
            group.append(line)
    yield from _paragraph(group)


def _level(line: _Line, body: float, titles: Mapping[tuple[int, str], int], sizes: Sequence[int]) -> int:
    """Return the level of a heading, from 1; 0 for any other line."""
    if level := titles.get((line.page, _letters(line.text))):
        return level
    is_short = len(line.text) <= 100 and not line.text.endswith((".", ",", ";")) and any(map(str.isalpha, line.text))
    if not is_short or line.size <= 1.14 * body or len(line.text) < 3:
        return 0
    return min(6, 1 + sizes.index(round(line.size))) if round(line.size) in sizes else 6


def _begins(line: _Line, before: _Line) -> bool:
    """True where a line begins a paragraph: after a gap, in other letters, or as an entry of a list after a text."""
    gap = before.top - line.top
    is_apart = gap > 1.75 * max(line.size, before.size, 1) or gap < -2 * line.size
    return is_apart or abs(line.size - before.size) > 0.12 * before.size


def _paragraph(lines: Sequence[_Line]) -> Iterator[DocumentBlock]:
    """Yield the text of lines in paragraphs and lists; lines that end early, one below the other, are a list too."""
    if not lines:
        return
    page = lines[0].page
    entries = [place for place, line in enumerate(lines) if _ENTRY.match(line.text)]
    if len(entries) > 1 or entries == [0]:
        yield from _paragraph(lines[: entries[0]])
        spans = zip(entries, [*entries[1:], len(lines)], strict=True)
        texts = [_joined(lines[start:end]) for start, end in spans]
        yield DocumentBlock("list", "\n".join(_marked(text) for text in texts), 0, page)
        return
    parts = list(_parts(lines))
    if len(parts) > 2 and sum(len(part) == 1 for part in parts) > len(parts) / 2:
        yield DocumentBlock("list", "\n".join(f"- {_joined(part)}" for part in parts), 0, page)
    else:
        yield from (DocumentBlock("text", _joined(part), 0, page) for part in parts)


def _parts(lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    """Yield the lines between those that end early: the next word would have had room.

    Where most do, what begins with a label is apart as well: the longest line always ends where it must.
    """
    edge, start = max(line.right for line in lines), 0
    early = [edge - line.right > _first_word(after) for line, after in pairwise(lines)]
    is_listed = sum(early) * 2 >= len(early)
    for place, after in enumerate(lines[1:], start=1):
        if early[place - 1] or (is_listed and _LABEL.match(after.text)):
            yield lines[start:place]
            start = place
    yield lines[start:]


def _first_word(line: _Line) -> float:
    """Return the width of the first word of a line with a space, in points, by the width of its letters."""
    letter = (line.right - line.left) / len(line.text)
    return letter * (len(line.text.split(maxsplit=1)[0]) + 2)


def _marked(text: str) -> str:
    plain = _BULLET.sub("- ", text, count=1)
    return re.sub(r"^\(?(\d{1,2})[.)]\s+", r"\1. ", plain)


def _joined(lines: Sequence[_Line]) -> str:
    """Join lines; a word that is cut at the end of one is put together."""
    text = ""
    for line in lines:
        plain = line.text
        is_cut = re.search(r"[a-zäöüß]-$", text) and plain[:1].islower()
        if is_cut or text.endswith(("\ufffe", "\u00ad", "\x02")):
            text = text[:-1] + plain
        else:
            text = f"{text} {plain}" if text else plain
    return make.one_line(text.replace("\ufffe", "").replace("\u00ad", "").replace("\x02", ""))
