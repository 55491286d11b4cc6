"""The conversations of clients, each under its name."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.dialogue.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class ClientConversation:
    """One client's conversation; `lock` is held for each turn, so that a second turn waits for the end of the first."""

    session: Session
    lock: threading.Lock = field(default_factory=threading.Lock)


class Conversations:
    """Conversations by key, those used last; one that nobody has used for `idle` seconds is forgotten."""

    def __init__(
        self,
        opened: Callable[[], Session],
        most: int = 256,
        idle: float = 1800.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._opened, self._most, self._idle, self._clock = opened, most, idle, clock
        self._kept: OrderedDict[str, tuple[ClientConversation, float]] = OrderedDict()
        self._lock = threading.Lock()

    def __getitem__(self, key: str) -> ClientConversation:
        """Return the conversation of a key, a new one where there is none."""
        with self._lock:
            self._forget()
            conversation = self._kept[key][0] if key in self._kept else ClientConversation(self._opened())
            self._keep(key, conversation)
            return conversation

    def move(self, conversation: ClientConversation, before: str, key: str) -> None:
        """Keep a conversation under another key."""
        with self._lock:
            self._kept.pop(before, None)
            self._keep(key, conversation)

    def _keep(self, key: str, conversation: ClientConversation) -> None:
        self._kept[key] = (conversation, self._clock())
        self._kept.move_to_end(key)
        self._forget()

    def _forget(self) -> None:
        while self._kept:
            key, (_, used) = next(iter(self._kept.items()))
            if len(self._kept) <= self._most and self._clock() - used <= self._idle:
                break
            del self._kept[key]
