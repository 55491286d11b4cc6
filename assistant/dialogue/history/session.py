"""A conversation whose turns are kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from assistant.dialogue.history import KeptConversation
from assistant.dialogue.session import Session
from assistant.events import Event
from assistant.values import Utterance


class KeptSession(Session):
    """A session that hands each turn to what keeps it; the other arguments are those of a session."""

    def __init__(self, kept: KeptConversation, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.kept = kept

    def take_up(self, minutes: float = 10) -> bool:
        """Open the question that the last turns that are kept have left open; False where there is none.

        What was asked more than some minutes ago is over.
        """
        newest = self.kept.turns(4)
        since = self.kept.now().timestamp() - minutes * 60
        return self.reopen([turn.text for turn in newest if turn.at >= since])

    def turn(self, utterance: Utterance, cancelled: threading.Event, taken: float | None = None) -> Iterator[Event]:
        """Understand one utterance and reply to it as a session does; the turn is kept before its end is told."""
        return self.kept.following(utterance, super().turn(utterance, cancelled, taken))
