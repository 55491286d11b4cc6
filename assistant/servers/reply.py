"""The reply of a turn, as it is sent to another program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from assistant.event_json import as_json
from assistant.events import Event, ReplyChunk, ReplyEnded, Understood


class Reply:
    """The reply of a turn, gathered from its events: `pieces` to be sent as they come, `details` at the end."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._events = events
        self._texts: list[str] = []
        self._understood: list[dict[str, Any]] = []
        self._ended: ReplyEnded | None = None

    def pieces(self) -> Iterator[str]:
        """Yield the words of the reply."""
        for event in self._events:
            match event:
                case Understood():
                    self._understood.append(as_json(event, 0.0))
                case ReplyChunk():
                    self._texts.append(event.text)
                    yield event.text
                case ReplyEnded():
                    self._ended = event
                    if not self._texts:
                        self._texts.append(event.text)
                        yield event.text

    @property
    def text(self) -> str:
        """All that was sent."""
        return "".join(self._texts)

    @property
    def aloud(self) -> str:
        """All that was sent, in words for the ear."""
        return (self._ended.aloud if self._ended else "") or self.text

    @property
    def details(self) -> dict[str, Any]:
        """The understanding, and what is known of the reply."""
        ended = self._ended or ReplyEnded("")
        known = {"source": ended.source, "ok": ended.ok, "generated": ended.generated}
        return {"understood": self._understood, "expects_answer": ended.expects_answer, **known}
