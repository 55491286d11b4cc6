"""The palette of commands, which may be closed before it has found any."""

from __future__ import annotations

from typing import Any

from textual.command import CommandPalette
from textual.worker import Worker


class Palette(CommandPalette):
    """Textual's palette; it looks for commands in a worker, which fails where the palette is closed at once."""

    def run_worker(self, work: Any, *args: Any, **options: Any) -> Worker[Any]:
        """Run a search whose failure does not end the program."""
        return super().run_worker(work, *args, **{**options, "exit_on_error": False})
