"""Unsaved texts of the editor on the disk, so that neither leaving nor a crash loses what was typed."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.checks.stored import DRAFTS, remove
from assistant.config import Config
from assistant.errors import AssistantError
from assistant.file_lock import file_lock
from assistant.private_file import private_folder, write


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """An unsaved text of a file."""

    file: Path
    before: str | None
    """Text of the file that was edited; None: it was not there."""
    lines: tuple[str, ...]
    """Its lines as they were typed."""


def keep(config: Config, drafts: Sequence[KeptDraft], own: Collection[Path]) -> None:
    """Keep drafts in place of those of one's own files kept before; without any at all, no file is left.

    Drafts of other files are another terminal's, and stay.

    Raises:
        AssistantError: they cannot be kept.
    """
    file = config.data_folder() / DRAFTS
    if not drafts and not file.exists():
        return
    try:
        private_folder(file.parent)
        with file_lock(file.with_name("assistant.lock")):
            drafts = (*drafts, *(draft for draft in kept(config) if draft.file not in own))
            if not drafts:
                remove(file)
                return
            rows = [{"file": str(draft.file), "before": draft.before, "lines": draft.lines} for draft in drafts]
            write(file, json.dumps(rows))  # ASCII: half a surrogate pair may have been pasted
    except OSError as error:
        raise AssistantError(f"{file}: cannot be written: {error.strerror}") from None


def kept(config: Config) -> tuple[KeptDraft, ...]:
    """Return the drafts that are kept; none where they cannot be read."""
    try:
        rows = json.loads((config.data_folder() / DRAFTS).read_text(encoding="utf-8"))
        return tuple(map(_read, rows))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return ()


def _read(row: Any) -> KeptDraft:
    """Return the draft of a row, or raise what a row of another shape raises."""
    file, before = Path(row["file"]), row["before"]
    if not file.is_absolute() or not isinstance(before, str | None) or not isinstance(row["lines"], list):
        raise TypeError
    return KeptDraft(file, before, tuple(map(str, row["lines"])))
