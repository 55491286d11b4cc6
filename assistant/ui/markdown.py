"""Markdown as quiet terminal text; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED

if TYPE_CHECKING:
    from markdown_it.token import Token

CODE = "$text-accent"


def prose(text: str) -> Content:
    """Draw Markdown: bullets, numbers, code and emphasis; the rest as it stands."""
    from markdown_it import MarkdownIt

    lines: list[Content] = []
    numbers: list[int] = []
    lead = ""
    style = ""
    for token in MarkdownIt("commonmark").parse(text):
        if token.level == 0 and token.nesting >= 0 and lines:
            lines.append(Content(""))
        match token.type:
            case "bullet_list_open":
                numbers.append(-1)
            case "ordered_list_open":
                numbers.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
            case "list_item_open":
                lead = "• " if numbers[-1] < 0 else f"{numbers[-1]}. "
                numbers[-1] += numbers[-1] >= 0
            case "heading_open" | "heading_close":
                style = "bold" if token.nesting == 1 else ""
            case "inline":
                indent = "  " * max(len(numbers) - 1, 0)
                lines.append(_inline(indent + lead, token.children or [], style))
                lead = "  " if numbers else ""
            case "fence" | "code_block":
                lines += [Content.assemble(("  " + line, CODE)) for line in token.content.rstrip().split("\n")]
            case "html_block":
                lines.append(Content(token.content.rstrip()))
    return Content("\n").join(lines)


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
