"""Questions about an utterance that is still being spoken, answered beside the thread that hears it.

That thread asks the same question at every frame and goes on at once, with an answer or without:

    ear      ask A - - - - - ask B - - ask C - - - - - answer to C
    worker         [ answer to A ]           [ answer to C ]         B was never begun
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class AtOnce(Generic[Question, Answer]):
    """Answers while it is asked, a question asked again from memory: for recordings, whose frames can wait."""

    def __init__(self, answer: Callable[[Question], Answer]) -> None:
        self._answer = answer
        self._answered: tuple[Question, Answer] | None = None

    def __call__(self, question: Question) -> Answer | None:
        """Return the answer to the question."""
        if self._answered is None or self._answered[0] != question:
            self._answered = question, self._answer(question)
        return self._answered[1]

    def close(self) -> None:
        """Do nothing: there is no thread to end."""


class NewestWins(Generic[Question, Answer]):
    """Answers in a thread of its own with room for one waiting question: a newer question replaces it.

    An error in `answer` is left to `reporting`, and its question stays without an answer.
    """

    def __init__(
        self,
        answer: Callable[[Question], Answer],
        reporting: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
        name: str = "understand",
    ) -> None:
        self._answer = answer
        self._reporting = reporting
        self._changed = threading.Condition()
        self._newest: Question | None = None
        """The question asked last."""
        self._is_waiting = False
        """True until the thread takes it up."""
        self._answered: tuple[Question, Answer] | None = None
        self._closed = False
        threading.Thread(target=self._work, name=f"assistant-{name}", daemon=True).start()

    def __call__(self, question: Question) -> Answer | None:
        """Return the answer to the question if there is one already, else None; never wait for it."""
        with self._changed:
            if self._answered is not None and self._answered[0] == question:
                return self._answered[1]
            if self._newest != question:
                self._newest, self._is_waiting = question, True
                self._changed.notify()
            return None

    def close(self) -> None:
        """End the thread once it has answered the question that it is at."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _work(self) -> None:
        while (question := self._next()) is not None:
            with self._reporting():
                answer = self._answer(question)
                with self._changed:
                    self._answered = question, answer

    def _next(self) -> Question | None:
        """Wait for a question; return None once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._is_waiting)
            self._is_waiting = False
            return None if self._closed else self._newest
