"""A line that can be opened or dismissed."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import Static


class Notice(Static):
    """One line that can be dismissed."""

    class Opened(Message):
        """It was clicked."""

    def on_click(self, event: events.Click) -> None:
        """Open its subject."""
        event.stop()
        self.post_message(self.Opened())
