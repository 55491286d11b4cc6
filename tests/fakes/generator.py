"""A stand-in for the language model: says the words that a test gives it, one piece at a time."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

from assistant.errors import ModelError
from assistant.llm.chat_prompt import Prompt


class ScriptedGenerator:
    """Keeps what it was asked; gives its answers one after the other, the last one for ever; `fault` is raised."""

    def __init__(self, *answers: str, fault: str = "") -> None:
        self._answers = list(answers or ("It rains.",))
        self._fault = fault
        self.prompts: list[Prompt] = []

    @property
    def asked(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(prompt.question, tuple(prompt.passages)) for prompt in self.prompts]

    def stream(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        self.prompts.append(prompt)
        if self._fault:
            raise ModelError(self._fault)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        for piece in re.findall(r"\S+\s*", answer):
            if cancelled.is_set():
                return
            yield piece
