"""Markdown as quiet terminal text; pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED

if TYPE_CHECKING:
    from markdown_it.token import Token

CODE = "$text-accent"


def prose(text: str) -> Content:
    """Draw Markdown: bullets, numbers, tables, code in the colours of its language, emphasis; the rest as it stands."""
    from markdown_it import MarkdownIt

    lines: list[Content] = []
    numbers: list[int] = []
    lead = ""
    style = ""
    tokens = iter(MarkdownIt("commonmark").enable("table").parse(text))
    for token in tokens:
        if token.level == 0 and token.nesting >= 0 and lines:
            lines.append(Content(""))
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                numbers.append(int(token.attrGet("start") or 1) if token.type[0] == "o" else -1)
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
            case "list_item_open":
                lead = "• " if numbers[-1] < 0 else f"{numbers[-1]}. "
                numbers[-1] += numbers[-1] >= 0
            case "heading_open" | "heading_close":
                style = "bold" if token.nesting == 1 else ""
            case "table_open":
                lines += _table(tokens)
            case "inline":
                indent = "  " * max(len(numbers) - 1, 0)
                lines.append(_inline(indent + lead, token.children or [], style))
                lead = "  " if numbers else ""
            case "fence" | "code_block":
                lines += [Content.assemble("  ", line) for line in _code(token.content.rstrip(), token.info.strip())]
            case "html_block":
                lines.append(Content(token.content.rstrip()))
    return Content("\n").join(lines)


def _code(text: str, language: str) -> Sequence[Content]:
    """Lines of code, in the colours of its language where it is named and known."""
    if not language:
        return [Content.assemble((line, CODE)) for line in text.split("\n")]
    from textual.highlight import highlight

    return highlight(text, language=language.split()[0]).split("\n")


def _table(tokens: Iterator[Token]) -> list[Content]:
    """Lines of a table, whose tokens are taken up to its end; its columns are as wide as their widest cell."""
    rows: list[list[Content]] = []
    for token in itertools.takewhile(lambda token: token.type != "table_close", tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline("", token.children or [], "bold" if len(rows) == 1 else ""))
    widths = [max(row[column].cell_length for row in rows) for column in range(min(map(len, rows), default=0))]
    lines = [Content("  ").join(map(_padded, row, widths)) for row in rows]
    return [*lines[:1], Content.assemble(("  ".join("─" * width for width in widths), MUTED)), *lines[1:]]


def _padded(cell: Content, width: int) -> Content:
    return Content.assemble(cell, " " * (width - cell.cell_length))


def _inline(lead: str, tokens: Sequence[Token], outer: str) -> Content:
    parts: list[str | tuple[str, str]] = [lead]
    styles = [outer] if outer else []
    target = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "em_open":
                styles.append("bold" if token.type == "strong_open" else "italic")
            case "link_open":
                styles.append("underline")
                target = str(token.attrGet("href") or "")
            case "strong_close" | "em_close" | "link_close":
                styles.pop()
                if token.type == "link_close" and target not in {part[0] for part in parts[-1:]}:
                    parts.append((f" ({target})", MUTED))
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "code_inline":
                parts.append((token.content, " ".join([*styles, CODE])))
            case _:  # `&#8238;` is a character by now
                parts.append((printable(token.content), " ".join(styles)))
    return Content.assemble(*parts)
