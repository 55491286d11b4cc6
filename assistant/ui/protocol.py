"""The terminal's seam to the assistant: what it calls, and how it is connected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from assistant.config import Way
from assistant.embedding_map import EmbeddingMap
from assistant.events import DeviceChoice, Direction, EarlierTurn, Event


class Assistant(Protocol):
    """The calls of the terminal; none blocks but `devices`, `find_turns` and `embedding_map`.

    Every utterance, typed or heard, ends with one `TurnEnded`, or with `Failed(where="turn")`.
    """

    def start(self) -> None:
        """Load in the background; events arrive through `emit`, from other threads."""

    def submit(self, text: str) -> None:
        """Queue a typed utterance."""

    def consider(self, text: str) -> None:
        """Tell what a line that is still being typed would mean: an `Understood` that is partial."""

    def interrupt(self) -> None:
        """Stop speaking, generating and ringing."""

    def listen(self, on: bool) -> None:
        """Open or close the microphone."""

    def talk(self) -> None:
        """Listen now; while somebody speaks, take it that that was all."""

    def start_by(self, way: Way) -> None:
        """Change the way in which listening starts."""

    def devices(self) -> tuple[DeviceChoice, ...]:
        """List the microphones and loudspeakers that can be chosen; may be slow.

        Raises:
            AudioError: they cannot be listed.
        """

    def choose(self, direction: Direction, name: str) -> None:
        """Take another microphone or loudspeaker and remember it; events tell what comes of it."""

    def find_turns(self, words: str) -> Sequence[EarlierTurn]:
        """List the turns that are kept with some words, or about them where none has them, newest first; may be slow.

        Raises:
            AssistantError: nothing is understood yet, or the vectors cannot be had.
        """

    def embedding_map(self) -> EmbeddingMap:
        """Lay out everything that can be said on a plane; slow.

        Raises:
            AssistantError: nothing is understood yet.
        """

    def close(self) -> None:
        """End all threads."""


Connect: TypeAlias = Callable[[Callable[[Event], None]], Assistant]
"""Builds the assistant around the function that it emits its events to."""
