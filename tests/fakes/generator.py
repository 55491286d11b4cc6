"""A stand-in for the language model: says the words that a test gives it, one piece at a time."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence

from assistant.errors import ModelError


class ScriptedGenerator:
    """Keeps what it was asked; `fault` is raised by `load`."""

    def __init__(self, answer: str = "It rains.", fault: str = "") -> None:
        self._answer = answer
        self._fault = fault
        self.loads = 0
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def load(self) -> None:
        self.loads += 1
        if self._fault:
            raise ModelError(self._fault)

    def stream(
        self, question: str, history: Sequence[tuple[str, str]], passages: Sequence[str], cancelled: threading.Event
    ) -> Iterator[str]:
        self.asked.append((question, tuple(passages)))
        for piece in re.findall(r"\S+\s*", self._answer):
            if cancelled.is_set():
                return
            yield piece
