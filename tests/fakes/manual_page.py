"""A page of docs/, cut into what tests execute: sections, examples, tables and quoted words."""

from __future__ import annotations

import re

from paths import ROOT


class ManualPage:
    """A page by its file name."""

    def __init__(self, name: str) -> None:
        self.text = (ROOT / "docs" / name).read_text(encoding="utf-8")

    def section(self, title: str) -> str:
        """Text under a heading, down to the next heading of the second level; headings inside it are kept."""
        return re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^## |\Z)", self.text, re.DOTALL | re.MULTILINE)[1]

    def examples(self, title: str, language: str) -> list[str]:
        """Code blocks of a section."""
        return re.findall(rf"```{language}\n(.*?)```", self.section(title), re.DOTALL)


def table(text: str) -> dict[str, list[str]]:
    """First table of a text: first cell -> the other cells, without the head."""
    rows = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)[0].splitlines()
    cells = [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in rows[2:]]
    return {row[0]: row[1:] for row in cells}


def quoted(text: str) -> list[str]:
    """Words in backquotes, those of code blocks left out."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
