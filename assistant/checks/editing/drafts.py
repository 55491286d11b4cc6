"""Unsaved texts of the editor on the disk, so that neither leaving nor a crash loses what was typed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.checks.stored import DRAFTS, remove
from assistant.config import Config
from assistant.errors import AssistantError
from assistant.private_file import private_folder, write


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """An unsaved text of a file."""

    file: Path
    before: str | None
    """Text of the file that was edited; None: it was not there."""
    lines: tuple[str, ...]
    """Its lines as they were typed."""


def keep(config: Config, drafts: Sequence[KeptDraft]) -> None:
    """Keep drafts in place of those kept before; without any, no file is left.

    Raises:
        AssistantError: they cannot be kept.
    """
    file = config.data_folder() / DRAFTS
    if not drafts:
        remove(file)
        return
    rows = [{"file": str(draft.file), "before": draft.before, "lines": draft.lines} for draft in drafts]
    try:
        private_folder(file.parent)
        write(file, json.dumps(rows))  # ASCII: half a surrogate pair may have been pasted
    except OSError as error:
        raise AssistantError(f"{file}: cannot be written: {error.strerror}") from None


def kept(config: Config) -> tuple[KeptDraft, ...]:
    """Return the drafts that are kept; none where they cannot be read."""
    try:
        rows = json.loads((config.data_folder() / DRAFTS).read_text(encoding="utf-8"))
        return tuple(KeptDraft(Path(row["file"]), row["before"], tuple(map(str, row["lines"]))) for row in rows)
    except (OSError, ValueError, TypeError, KeyError):
        return ()
