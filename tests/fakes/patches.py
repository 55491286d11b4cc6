"""The diffs of a page, applied to a copy of the program."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from paths import ROOT


def diff_of(page: Path, heading: str) -> str:
    """Return the diff below a heading of a page."""
    section = page.read_text(encoding="utf-8").partition(f"\n### {heading}\n")[2].partition("\n### ")[0]
    (block,) = re.findall(r"```diff\n(.*?)```", section, re.DOTALL)
    return block


def apply(block: str, tree: Path) -> list[Path]:
    """Apply a diff whose hunks bear no line numbers; each hunk's old text must stand in its file exactly once.

    Old text may begin or end inside a line.
    """
    changed = []
    for part in re.split(r"^--- ", block, flags=re.MULTILINE)[1:]:
        names, *hunks = re.split(r"^@@\n", part, flags=re.MULTILINE)
        file = tree / re.findall(r"^\+\+\+ b/(.+)$", names, re.MULTILINE)[0]
        is_new = names.startswith("/dev/null")
        assert file.exists() is not is_new, file
        text = "" if is_new else file.read_text(encoding="utf-8")
        for hunk in hunks:
            lines = hunk.rstrip("\n").split("\n")
            old = "\n".join(line[1:] for line in lines if line[:1] in {" ", "-", ""})
            new = "\n".join(line[1:] for line in lines if line[:1] in {" ", "+", ""})
            if is_new:
                text = f"{new}\n"
                continue
            assert text.count(old) == 1, f"{file.name}: {text.count(old)} times:\n{old}"
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
        changed.append(file)
    return changed


def copy_of_the_program(folder: Path) -> Path:
    """Copy what a contributor edits into a folder."""
    for name in ("assistant", "benchmarks", "docs", "intents", "knowledge"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "config.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder
