"""Blocks cut into passages that the embedder can read whole: never inside a sentence, a list entry or a table row."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from assistant.authoring.documents.blocks import DocumentBlock, with_bold_titles, without_repeats
from assistant.authoring.documents.options import with_options
from assistant.authoring.documents.passage import Passage, PassageKind, without_marks
from assistant.language.sentences import split_sentences

_TOKEN = re.compile(r"\w+|[^\w\s]")
_ENTRY = re.compile(r"^(?:[-*+]|\d+[.)]) ", re.MULTILINE)


def passages(
    blocks: Iterable[DocumentBlock], file: Path, name: str, full: int = 160, window: int = 225
) -> Iterator[Passage]:
    """Yield the passages of a document.

    Blocks below one heading are put together until about `full` word pieces are reached; none has more than `window`,
    which is what the embedder reads less the headings. What introduces a list, a table or code stays with it.
    """
    path: list[tuple[int, str]] = []
    section: list[DocumentBlock] = []

    def packed() -> Iterator[Passage]:
        headings = tuple(title for _, title in path)
        room = window - min(window // 3, _pieces(" ".join(headings)))
        for pack in _packs(list(_all_parts(section, room)), min(full, room), room):
            text = "\n\n".join(part.text for part in pack)
            yield Passage(text, file, name, headings, pack[0].line, pack[0].page, _kind(pack))
        section.clear()

    for block in with_options(with_bold_titles(without_repeats(blocks))):
        if block.kind != "heading":
            section.append(block)
            continue
        yield from packed()
        while path and path[-1][0] >= block.level:
            path.pop()
        path.append((block.level, block.text))
    yield from packed()


def _packs(parts: Sequence[DocumentBlock], full: int, room: int) -> Iterator[list[DocumentBlock]]:
    """Yield groups of parts that fit; a paragraph that ends in a colon goes with what follows it."""
    pack, size = list[DocumentBlock](), 0
    for part in parts:
        own = _pieces(part.text)
        if pack and size + own > (room if _introduces(pack[-1]) else full):
            held = [pack.pop()] if _introduces(pack[-1]) and len(pack) > 1 else []
            if held and _pieces(held[0].text) + own > room:
                pack, held = [*pack, *held], []
            yield pack
            pack = held
            size = sum(_pieces(kept.text) for kept in pack)
        pack.append(part)
        size += own
    if pack:
        yield pack


def _all_parts(blocks: Sequence[DocumentBlock], room: int) -> Iterator[DocumentBlock]:
    """Yield the fitting parts of blocks; a list that is cut leaves room for the text that introduces it."""
    before: DocumentBlock | None = None
    for block in blocks:
        taken = _pieces(before.text) if before and _introduces(before) else 0
        yield from _parts(block, room, taken if taken < room // 2 else 0)
        before = block


def _introduces(block: DocumentBlock) -> bool:
    return block.kind == "text" and block.text.rstrip("*_ ").endswith(":")


def _kind(pack: Sequence[DocumentBlock]) -> PassageKind:
    """Return the form of most of the words."""
    sizes = dict[str, int]()
    for part in pack:
        sizes[part.kind] = sizes.get(part.kind, 0) + len(part.text)
    kind = max(sizes, key=lambda kind: sizes[kind])
    return kind if kind in ("list", "table", "code") else "text"  # type: ignore[return-value]


def _parts(block: DocumentBlock, room: int, taken: int = 0) -> Iterator[DocumentBlock]:
    """Yield a block whole where it fits, else in parts that do, the first with `taken` word pieces less."""
    if _pieces(block.text) <= room:
        yield block
    elif block.kind == "list":
        yield from _entries(block, room, taken)
    else:
        split = {"table": _rows, "code": _lines}.get(block.kind, _sentences)
        yield from split(block, room)


def _sentences(block: DocumentBlock, room: int) -> Iterator[DocumentBlock]:
    units = [piece for sentence in split_sentences(block.text) for piece in _words(sentence, room)]
    yield from (DocumentBlock(block.kind, text, block.line, block.page) for text, _ in _joined(units, room, " "))


def _words(sentence: str, room: int) -> Iterator[str]:
    """Yield a sentence, or the parts of one that no window holds."""
    if _pieces(sentence) <= room:
        yield sentence
        return
    words = [word if len(word) <= 4 * room else f"{word[: 4 * room]}…" for word in sentence.split()]
    yield from (text for text, _ in _joined(words, room, " ", pieces=_signs))  # a line may have a million words


def _entries(block: DocumentBlock, room: int, taken: int = 0) -> Iterator[DocumentBlock]:
    """Yield groups of the entries of a list; one that is too long alone is cut at its lines, then at its sentences."""
    starts = [match.start() for match in _ENTRY.finditer(block.text)] or [0]
    entries = [block.text[start:end].rstrip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
    units = list[str]()
    for entry in entries:
        units += [entry] if _pieces(entry) <= room - taken else _cut_entry(entry, room - taken)
    lines = 0
    for text, _ in _joined(units, room, "\n", taken):
        yield DocumentBlock("list", text, block.line + lines if block.line else 0, block.page)
        lines += text.count("\n") + 1


def _cut_entry(entry: str, room: int) -> list[str]:
    """Cut an entry at its lines, code in it only where it must be; what follows the first part is dedented."""
    lines, fence = list[str](), ""
    for line in entry.split("\n"):
        mark = line.strip()[:3]
        if fence:
            lines[-1] += f"\n{line}"
            fence = "" if mark == fence else fence
        else:
            lines.append(line)
            fence = mark if mark in ("```", "~~~") else ""
    units = [piece for line in lines for piece in _sentence_pieces(line, room)]
    first, *others = [text for text, _ in _joined(units, room, "\n")]
    return [first, *(textwrap.dedent(text) for text in others)]


def _sentence_pieces(line: str, room: int) -> list[str]:
    if _pieces(line) <= room:
        return [line]
    units = [piece for sentence in split_sentences(line) for piece in _words(sentence, room)]
    return [text for text, _ in _joined(units, room, " ")]


def _rows(block: DocumentBlock, room: int) -> Iterator[DocumentBlock]:
    """Yield parts of a table, each with its header; a row that does not fit below it becomes a list of its cells."""
    header, rule, *rows = block.text.split("\n")
    head = f"{header}\n{rule}\n"
    left = room - _pieces(head)
    names = _cells(header)
    fitting = list[tuple[str, int]]()

    def flushed() -> Iterator[DocumentBlock]:
        for text, first in _joined([row for row, _ in fitting], left, "\n"):
            line = block.line + 2 + fitting[first][1] if block.line else 0
            yield DocumentBlock("table", head + text, line, block.page)
        fitting.clear()

    for number, row in enumerate(rows):
        if left > room // 4 and _pieces(row) <= left:
            fitting.append((row, number))
            continue
        yield from flushed()
        pairs = zip(names, _cells(row), strict=False)
        text = "\n".join(f"- **{name}**: {cell}" if name else f"- {cell}" for name, cell in pairs if cell)
        line = block.line + 2 + number if block.line else 0
        yield from _parts(DocumentBlock("list", text, line, block.page), room)
    yield from flushed()


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))]


def _lines(block: DocumentBlock, room: int) -> Iterator[DocumentBlock]:
    """Yield parts of a piece of code, each between fences."""
    opening, *lines, closing = block.text.split("\n")
    pieces = [
        piece for line in lines for piece in (list(_words(line, room - 8)) if _pieces(line) > room - 8 else [line])
    ]
    for text, first in _joined(pieces, room - 8, "\n"):
        yield DocumentBlock(
            "code", f"{opening}\n{text}\n{closing}", block.line + first if block.line else 0, block.page
        )


def _joined(
    units: Sequence[str], room: int, between: str, taken: int = 0, pieces: Callable[[str], int] | None = None
) -> Iterator[tuple[str, int]]:
    """Yield units joined as far as they fit, each time with the number of the first of them."""
    kept, size, first, count = list[str](), taken, 0, pieces or _pieces
    for number, unit in enumerate(units):
        own = count(unit)
        if kept and size + own > room:
            yield between.join(kept), first
            kept, size, first = [], 0, number
        kept.append(unit)
        size += own
    if kept:
        yield between.join(kept), first


def _pieces(text: str) -> int:
    """Estimate the word pieces of Markdown as it is embedded: a long word is two or more, a sign is one."""
    return _signs(without_marks(text))


def _signs(text: str) -> int:
    return sum(1 + (len(token) - 1) // 7 for token in _TOKEN.findall(text))
