"""A page of the manual as a test reads it: code blocks and table rows."""

from __future__ import annotations

import re

from paths import ROOT


def section(page: str, title: str) -> str:
    """Return the text below a heading of a page, up to the next heading of its depth or less."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    plain = re.sub(r"^```.*?^```$", lambda match: re.sub("[^\n]", " ", match[0]), text, flags=re.DOTALL | re.MULTILINE)
    start = re.search(rf"^(#+) {re.escape(title)}\n", plain, re.MULTILINE)
    assert start, f"{page}: no heading '{title}'"
    end = re.compile(rf"^#{{1,{len(start[1])}}} ", re.MULTILINE).search(plain, start.end())
    return text[start.end() : end.start() if end else None]


def blocks(text: str, kind: str) -> list[str]:
    """Return the code blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def rows(text: str) -> list[list[str]]:
    """Return the cells of every table row without the heads; `\\|` is a `|` inside a cell."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    heads = {index - 1 for index, line in enumerate(lines) if re.match(r"\| ---", line)}
    cells = [
        [cell.strip().replace("\0", "|") for cell in line.replace("\\|", "\0").strip("| ").split(" | ")]
        for line in lines
    ]
    return [row for index, row in enumerate(cells) if index not in heads and not row[0].startswith("---")]


def quoted(text: str) -> list[str]:
    """Return the words in backticks outside code blocks."""
    return re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))
