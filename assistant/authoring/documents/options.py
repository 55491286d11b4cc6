"""Options that code lists with what each does, as the output of `--help` has them: every one a passage of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.authoring.documents.blocks import MINOR, DocumentBlock, code, heading, one_line

_OPTION = re.compile(r"\s*(?P<term>--?[\w?].*?)(?:\s{2,}(?P<told>[^\s\\].*))?(?<!\\)")


def with_options(blocks: Iterable[DocumentBlock]) -> Iterator[DocumentBlock]:
    """Yield blocks, each option that a piece of code tells of as a heading; what comes after goes on in its section."""
    section, is_below = DocumentBlock("heading", "", level=1), False
    for block in blocks:
        if block.kind == "heading":
            section, is_below = block, False
        parts = list(_parts(block)) if block.kind == "code" else [block]
        for part in parts:
            is_option = part is not block and part.kind == "heading"
            if is_below and part.kind != "heading" and parts == [block] and section.text:
                yield section
            is_below = is_option or (is_below and parts != [block])
            yield part


def _parts(block: DocumentBlock) -> Iterator[DocumentBlock]:
    """Yield a piece of code, the options in it apart; code between them stays code."""
    opening, *lines, _ = block.text.split("\n")
    language, kept, place = opening.lstrip("`~"), list[str](), 0
    if not any(_OPTION.fullmatch(line) for line in lines):
        yield block
        return
    while place < len(lines):
        options, end = _options(lines, place)
        if options:
            yield from code("\n".join(kept), language, _line(block, place - len(kept)))
            kept = []
            for term, told, at in options:
                yield from heading(term, MINOR, _line(block, at))
                yield DocumentBlock("text", told, _line(block, at), block.page)
        else:
            kept += lines[place:end]
        place = end
    if len(kept) == len(lines):
        yield block
    else:
        yield from code("\n".join(kept), language, _line(block, place - len(kept)))


def _options(lines: Sequence[str], start: int, least: int = 3) -> tuple[list[tuple[str, str, int]], int]:
    """Return the options from a line on, each with what is said of it and its place, and where they end.

    None where the line begins none, or where fewer than `least` in a row are told of; the end is then the next line.
    """
    options, terms, end = list[tuple[str, str, int]](), list[str](), start
    depth = _indent(lines[start])
    while end < len(lines):
        line = lines[end]
        match = _OPTION.fullmatch(line) if _indent(line) == depth else None
        if match and match["told"]:
            options.append((", ".join((*terms, match["term"])), match["told"], end))
            terms = []
        elif match:
            terms.append(match["term"])
        elif line.strip() and _indent(line) > depth:
            if terms:
                options.append((", ".join(terms), line.strip(), end - 1))
                terms = []
            elif options:
                term, told, at = options[-1]
                options[-1] = (term, one_line(f"{told} {line}"), at)
        elif line.strip():
            break
        end += 1
    is_list = len(options) >= least and not terms
    return (options, end) if is_list else ([], start + 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _line(block: DocumentBlock, place: int) -> int:
    return block.line + place + 1 if block.line else 0
