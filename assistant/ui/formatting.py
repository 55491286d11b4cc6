"""Values as the words, marks and bars that the terminal shows; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells
from textual.content import Content

from assistant.values import (
    CLIPPING,
    Ambiguous,
    AnswerMatch,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    SlotValue,
    Understanding,
)

if TYPE_CHECKING:
    from markdown_it.token import Token

MUTED = "$foreground 60%"
CODE = "$text-accent"

_FLOOR = -60.0
"""dBFS at which the level meter begins."""


def value_words(value: SlotValue) -> str:
    """Return a slot's value as a person would write it: 90 minutes are `1 h 30 min`."""
    match value:
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return span_words(value.total_seconds())
        case datetime():
            return f"{value:%a} {value.day} {value:%b %H:%M}"
        case date():
            return f"{value:%a} {value.day} {value:%b %Y}"
        case time():
            return f"{value:%H:%M}"
        case float():
            return f"{value:g}"
    return str(value)


def span_words(seconds: float) -> str:
    """Return a length of time: `1 h 30 min`, `2 d`, `12.5 s`."""
    whole, sign = abs(seconds), "-" if seconds < 0 else ""
    parts = []
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        count, whole = divmod(whole, length)
        parts += [f"{int(count)} {unit}"] if count else []
    if whole or not parts:
        parts.append(f"{whole:g} s")
    return sign + " ".join(parts)


def latency_words(seconds: float) -> str:
    """Return how long a stage took: `12 ms`, `1.4 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def slots_words(slots: Mapping[str, SlotValue]) -> str:
    """Return `duration 10 min · label tea`."""
    return " · ".join(f"{name} {value_words(value)}" for name, value in slots.items())


def gist(understanding: Understanding) -> str:
    """Return in a few words what an utterance was taken to mean."""
    match understanding:
        case IntentMatch(intent=intent, slots=slots) | SlotMissing(intent=intent, slots=slots):
            return " · ".join(filter(None, [intent, slots_words(slots)]))
        case AnswerMatch(question=question):
            return question
        case Ambiguous(labels=labels):
            return " or ".join(labels)
        case OutOfScope():
            return "not understood"


def bar(fraction: float, width: int, style: str, tick: float | None = None) -> Content:
    """Return a bar of `width` cells, full at 1; `tick` marks a place on it, like a threshold."""
    fraction = min(max(fraction, 0.0), 1.0)
    halves = round(fraction * width * 2)
    filled = "━" * (halves // 2) + ("╸" if halves % 2 else "")
    cells = Content.assemble((filled, style), ("─" * (width - len(filled)), "$foreground 25%"))
    if tick is None:
        return cells
    at = min(round(min(max(tick, 0.0), 1.0) * width), width - 1)
    return Content.assemble(cells[:at], ("┃", "bold $foreground"), cells[at + 1 :])


def meter(rms: float, peak: float, width: int) -> Content:
    """Return the level meter: a bar of the loudness, a tick at the peak; both in dBFS."""
    style = "$text-error" if peak >= CLIPPING else "$text-warning" if peak >= -3.0 else "$text-success"
    return bar(1 - rms / _FLOOR, width, style, tick=1 - peak / _FLOOR)


def clipped(text: str, width: int, pad: int = 0) -> str:
    """Return the text on one line of at most `width` cells, filled up to `pad` cells."""
    line = " ".join(text.split())
    if cell_len(line) > width:
        line = (chop_cells(line, width - 1)[0] if width > 1 else "") + "…"
    return line + " " * (pad - cell_len(line))


def sized(count: float, total: float, unit: str) -> str:
    """Return how much of a task is done: `38 of 93 MB`, `120 of 600 rows`."""
    if unit in {"B", "bytes"}:
        return f"{count / 1e6:.0f} of {total / 1e6:.0f} MB"
    return f"{count:.0f} of {total:.0f} {unit}" if unit else ""


# -- Markdown ---------------------------------------------------------------------------------


def prose(text: str) -> Content:
    """Return Markdown as quiet terminal text: bullets, numbers, code and emphasis; the rest as it stands."""
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
            case _:
                parts.append((token.content, " ".join(styles)))
    return Content.assemble(*parts)
