"""A line that can be opened or dismissed."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from assistant.ui.formatting import MUTED


class Notice(Static):
    """One line that can be dismissed."""

    class Opened(Message):
        """It was clicked."""

    def tell_problems(self, count: int) -> None:
        """Count the problems in the files; nothing where there are none."""
        self.display = bool(count)
        title = f"▲ {count} problem{'s' * (count != 1)} in your files"
        self.update(Content.assemble((title, "bold $text-warning"), ("  f3 shows them, esc hides this line", MUTED)))

    def on_click(self, event: events.Click) -> None:
        """Open its subject."""
        event.stop()
        self.post_message(self.Opened())
