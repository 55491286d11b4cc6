"""DOCX to blocks: paragraphs by their styles, lists by their numbering, tables; by lxml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from assistant.authoring.documents import blocks as make
from assistant.authoring.documents.blocks import DocumentBlock, RawDocument, UnreadableError
from assistant.authoring.documents.formats.packed import PackedFile

WordElement: TypeAlias = Any
"""An element of lxml, which has no types."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop)\s*(\d)", re.IGNORECASE)
_CODE = re.compile(r"code|preformatted|source|listing|verbatim|plain text", re.IGNORECASE)


class _Document:
    """The parts of a document that say what its paragraphs are."""

    def __init__(self, archive: PackedFile) -> None:
        styles, numbering = archive.xml("word/styles.xml"), archive.xml("word/numbering.xml")
        self._styles: Mapping[str, WordElement] = _by_id(styles, "style", "styleId")
        self._formats: Mapping[str, WordElement] = _by_id(numbering, "abstractNum", "abstractNumId")
        self._numbers: Mapping[str, WordElement] = _by_id(numbering, "num", "numId")

    def style(self, paragraph: WordElement) -> str:
        """Return the name of a paragraph's style."""
        name = _value(paragraph, "pPr/pStyle")
        style = self._styles.get(name)
        return _value(style, "name") or name if style is not None else name

    def level(self, paragraph: WordElement) -> int:
        """Return the level of a heading, from 1, the document's title; 0 where the paragraph is none."""
        own = _value(paragraph, "pPr/outlineLvl")
        name, style = self.style(paragraph), self._styles.get(_value(paragraph, "pPr/pStyle"))
        if match := _HEADING.search(name):
            return int(match[1]) + 1
        if name.casefold() == "title":
            return 1
        inherited = _value(style, "pPr/outlineLvl") if style is not None else ""
        outline = own or inherited
        return int(outline) + 2 if outline.isdigit() and int(outline) < 9 else 0

    def entry(self, paragraph: WordElement) -> tuple[int, bool] | None:
        """Return depth and whether it is numbered, of a paragraph that is an entry of a list."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None and (style := self._styles.get(_value(paragraph, "pPr/pStyle"))) is not None:
            properties = style.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            return None
        depth = int(level) if (level := _value(properties, "ilvl")).isdigit() else 0
        number = self._numbers.get(_value(properties, "numId"))
        if number is None:
            return (depth, False) if _value(properties, "numId") != "0" else None
        format_ = self._formats.get(_value(number, "abstractNumId"))
        levels = format_.findall(f"{_W}lvl") if format_ is not None else []
        own = [level for level in levels if level.get(f"{_W}ilvl") == str(depth)]
        return depth, bool(own) and _value(own[0], "numFmt") not in ("bullet", "none", "")


def read(document: RawDocument) -> Iterator[DocumentBlock]:
    """Yield the blocks of a document; Word keeps neither lines nor pages in it.

    Raises:
        UnreadableError: it is no DOCX, damaged or encrypted.
    """
    archive = PackedFile(document.content, "DOCX")
    root = archive.xml("word/document.xml")
    body = root.find(f"{_W}body") if root is not None else None
    if body is None:
        raise UnreadableError("is no DOCX: it holds no text of Word")
    yield from _lists_joined(_blocks(body, _Document(archive)))


def _blocks(parent: WordElement, document: _Document) -> Iterator[DocumentBlock]:
    """Yield a block for each paragraph and table; an entry of a list is a list of one."""
    counts = dict[int, int]()
    for element in parent:
        if element.tag == f"{_W}tbl":
            rows = [
                [" ".join(_words(paragraph) for paragraph in cell.iter(f"{_W}p")) for cell in row.iter(f"{_W}tc")]
                for row in element.iter(f"{_W}tr")
            ]
            yield from make.table(rows)
        elif element.tag == f"{_W}sdt":
            content = element.find(f"{_W}sdtContent")
            yield from _blocks(content, document) if content is not None else ()
        elif element.tag == f"{_W}p":
            yield from _paragraph(element, document, counts)


def _paragraph(element: WordElement, document: _Document, counts: dict[int, int]) -> Iterator[DocumentBlock]:
    text, style = _words(element), document.style(element)
    if not text.strip() or style.casefold().startswith("toc"):
        return
    if level := document.level(element):
        counts.clear()
        yield from make.heading(text, level)
    elif entry := document.entry(element):
        depth, is_numbered = entry
        counts[depth] = counts.get(depth, 0) + 1
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]
        mark = f"{counts[depth]}." if is_numbered else "-"
        yield DocumentBlock("list", f"{'   ' * depth}{mark} {make.one_line(text)}")
    elif _CODE.search(style):
        yield from make.code(text)
    else:
        counts.clear()
        yield DocumentBlock("text", "\n".join(filter(None, map(make.one_line, text.split("\n")))))


def _lists_joined(blocks: Iterator[DocumentBlock]) -> Iterator[DocumentBlock]:
    """Put entries that follow one another into one list, and lines of code into one piece."""
    kept: DocumentBlock | None = None
    for block in blocks:
        if kept and kept.kind == block.kind == "list":
            kept = DocumentBlock("list", f"{kept.text}\n{block.text}")
        elif kept and kept.kind == block.kind == "code":
            kept = DocumentBlock("code", f"{kept.text.removesuffix('```')}{block.text.removeprefix('```').lstrip()}")
        else:
            if kept:
                yield kept
            kept = block
    if kept:
        yield kept


def _words(paragraph: WordElement) -> str:
    """Return the text of a paragraph: as it stands after all changes, without field codes."""
    parts = list[str]()
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        if any("Fallback" in str(parent.tag) for parent in node.iterancestors()):
            continue
        tag = node.tag.removeprefix(_W)
        parts.append(node.text or "" if tag == "t" else {"tab": "\t", "noBreakHyphen": "-"}.get(tag, "\n"))
    return "".join(parts)


def _by_id(root: WordElement, tag: str, key: str) -> dict[str, WordElement]:
    if root is None:
        return {}
    return {str(element.get(f"{_W}{key}")): element for element in root.iter(f"{_W}{tag}")}


def _value(element: WordElement, path: str) -> str:
    """Return the value of an element below another; nothing where there is none."""
    inner = element.find("/".join(f"{_W}{part}" for part in path.split("/")))
    return str(inner.get(f"{_W}val") or "") if inner is not None else ""
