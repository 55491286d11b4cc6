"""What is open in the editor: of each file its text on the disk and its lines as they are typed; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.checks.editing.drafts import KeptDraft

if TYPE_CHECKING:
    from assistant.checks.teaching.lesson import Edit


@dataclass(slots=True)
class OpenFile:
    """A file in the editor."""

    file: Path
    before: str | None
    """Text on the disk; None: it is not there yet."""
    shown: Sequence[str]
    """Its lines as they are shown."""
    lines: Sequence[str]
    """As they are typed."""
    is_own: bool = True
    """False of a shipped file, which is only read."""

    @property
    def is_changed(self) -> bool:
        """True of a file with unsaved text."""
        return self.before is None or list(self.lines) != list(self.shown)


class Drafts:
    """The open files; they outlive the screen, so that nothing typed is lost by leaving it."""

    def __init__(self) -> None:
        self.files: dict[Path, OpenFile] = {}
        self.fault = ""
        """Why they were not kept for another start the last time; empty where they were."""

    def keep(self, entry: OpenFile) -> OpenFile:
        """Keep a file that was opened, in the place of itself as it was before."""
        self.files[entry.file] = entry
        return entry

    def unsaved(self) -> list[OpenFile]:
        """List the files with something that is not written."""
        return [entry for entry in self.files.values() if entry.is_changed]

    def kept(self) -> list[KeptDraft]:
        """Return them as they are kept for another start."""
        return [KeptDraft(entry.file, entry.before, tuple(entry.lines)) for entry in self.unsaved()]

    def restore(self, kept: Iterable[KeptDraft], shown: Callable[[str], Sequence[str]]) -> None:
        """Take in what was kept at another start, but for files that are open."""
        for draft in kept:
            lines = [""] if draft.before is None else shown(draft.before)
            self.files.setdefault(draft.file, OpenFile(draft.file, draft.before, lines, list(draft.lines)))

    def edits(self, edit: Callable[[Path, str | None, Sequence[str]], Edit | None]) -> list[Edit]:
        """Return the edits that write all of it."""
        found = (edit(entry.file, entry.before, entry.lines) for entry in list(self.files.values()) if entry.is_changed)
        return [item for item in found if item is not None]
