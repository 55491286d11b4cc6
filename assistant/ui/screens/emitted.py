"""An event on its way from the threads of the assistant to the screen."""

from __future__ import annotations

from textual.message import Message

from assistant.events import AudioLevel, Event, Progress, Understood
from assistant.values import PartialTranscript


class Emitted(Message, bubble=False):
    """An event that the assistant emitted, on its way to the screen."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event

    def can_replace(self, message: Message) -> bool:
        """Let a newer level, partial transcript or progress take the place of one not yet drawn."""
        return isinstance(message, Emitted) and _supersedes(message.event, self.event)


def _supersedes(new: Event, old: Event) -> bool:
    match old, new:
        case (AudioLevel(), AudioLevel()) | (PartialTranscript(), PartialTranscript()):
            return True
        case (Understood(partial=True), Understood(partial=True)):
            return True
        case (Progress(), Progress()):
            return old.task == new.task
    return False
