"""Written text as it is read aloud, for whichever voice reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.language.sentences import split_sentences
from assistant.outlet.terminal import printable
from assistant.tts.technical import said, said_code

_LONG_SENTENCE = 160
"""Characters from which a sentence is synthesised in parts, so that its beginning is heard soon."""

_SYMBOLS = [
    (r"(\d)\s*[×x*]\s*(?=\d)", r"\1 times "),
    (r"(\d)\s*[÷/]\s*(\d+)(?=\s*(?:=|is\b|equals\b))", r"\1 divided by \2"),
    (r"(\d)\s+[-−–]\s+(?=\d)", r"\1 minus "),
    (r"(?<!\w)−(?=\d)", "minus "),
    (r"(\d)\s*\+\s*(?=\d)", r"\1 plus "),
    (r"\s*≈\s*", " is about "),
    (r"\s*(?<![<>=-])=(?![=>])\s*", " is "),
    (r"±\s*", "plus or minus "),
    (r"(\d)\s*([KMGT])iB\b", r"\1 \2B"),
    (r"(\d)\s*°(?!\s?[CF])", r"\1 degrees"),
    (r"\s*(?:→|⇒|->|=>)\s*", ", "),
    (r"\s*&\s*", " and "),
    (r"\b(and|either)/or\b", r"\1 or"),
    (r"(?<=[a-z])/(?=[a-z])(?!h\b|s\b)", " or "),
    (r"[“”„\"|]", ""),
    ("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u25a0-\u25ff\ufe0f\u200d•]", " "),
    (r"[ \t]+", " "),
    (r" (?=,)", ""),
]


def speakable(text: str) -> str:
    """Return the text as it is to be read aloud: no Markdown, an address as its site, symbols as words.

    What a terminal would obey or hide is left out. Lines of their own, like the items of a list, become sentences.
    Numbers, dates, times, units and currencies are left to the voice.

    >>> speakable("**Done:** see [the manual](https://example.com/a) → `timer`.")
    'Done: see the manual, timer.'
    >>> speakable("10 / 2 = 5 & 3 × 4 = 12")
    '10 divided by 2 is 5 and 3 times 4 is 12'
    """
    lines = [said(line) for line in _without_markdown(printable(text))]
    for pattern, spoken in _SYMBOLS:
        lines = [re.sub(pattern, spoken, line) for line in lines]
    lines = [line.strip(" ,") for line in lines if any(map(str.isalnum, line))]
    return "\n".join(line if len(lines) == 1 or line[-1] in ".!?:;…" else f"{line}." for line in lines)


def _without_markdown(text: str) -> Iterator[str]:
    """Yield paragraphs, headings, list items and rows of tables as plain text; code blocks are left out."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("code")
    number, heads, cells = "", list[str](), list[str]()
    is_cell = False
    for token in parser.parse(text):
        if token.type == "list_item_open":
            number = f"{token.info}: " if token.info else ""
        elif token.type in ("th_open", "td_open"):
            is_cell = True
        elif token.type == "inline":
            words = "".join(map(_inline, token.children or ()))
            if is_cell:
                cells.append(words)
                is_cell = False
            else:
                yield number + words
                number = ""
        elif token.type == "thead_close":
            heads, cells = cells, []
        elif token.type == "tr_close" and token.level > 1 and heads:
            yield _row(heads, cells)
            cells = []
        elif token.type == "table_close":
            heads = []


def _row(heads: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row of a table as one sentence: its first cell, and each other one after its head."""
    named = (f"{head} {cell}".strip() for head, cell in zip(heads[1:], cells[1:], strict=False) if cell)
    return ", ".join((*cells[:1], *named))


def _inline(token: Any) -> str:
    """Return a part of a line as plain text."""
    if token.type == "code_inline":
        return said_code(token.content)
    return " " if token.type.endswith("break") else str(token.content)


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text; long ones in parts, so that the first can be heard soon."""
    for sentence in split_sentences(text):
        parts = re.split(r"(?<=[,;:—])\s+", sentence) if len(sentence) > _LONG_SENTENCE else [sentence]
        yield from filter(str.strip, _joined(parts))


def _joined(parts: list[str]) -> Iterator[str]:
    """Yield the parts of a sentence, joined to about half of _LONG_SENTENCE."""
    joined = ""
    for part in parts:
        joined = f"{joined} {part}".strip()
        if len(joined) > _LONG_SENTENCE // 2:
            yield joined
            joined = ""
    yield joined
