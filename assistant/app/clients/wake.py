"""Wake words heard for a client, in sound that comes in pieces of any length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from assistant.app import build
from assistant.config import WAKE_WORDS, Config, ListenConfig
from assistant.errors import AssistantError, did_you_mean
from assistant.values import FRAME_SAMPLES, SAMPLE_RATE


class WakeListener:
    """Listens for the wake words of these names, `hey_jarvis`; without names for the one of the configuration.

    Raises:
        AssistantError: there is no such wake word, or none works on this machine.
    """

    def __init__(self, config: Config, names: Sequence[str]) -> None:
        wanted = {name: name.replace("_", " ") for name in names} or {config.listen.wake_word: config.listen.wake_word}
        if wrong := [name for name, words in wanted.items() if words not in (*WAKE_WORDS, config.listen.wake_word)]:
            raise AssistantError(f"no wake word '{wrong[0]}'{did_you_mean(wrong[0], wake_names())}")
        self._words = {
            name: build.open_wake_word(
                Config(listen=ListenConfig(wake_word=words, sensitivity=config.listen.sensitivity))
            )
            for name, words in wanted.items()
        }
        self._held = b""
        self._frames = 0

    def heard(self, block: bytes) -> Iterator[tuple[str, int]]:
        """Yield each wake word that ends in a block of 16-bit mono sound at 16 kHz, with the milliseconds so far."""
        self._held += block
        size = FRAME_SAMPLES * 2
        while len(self._held) >= size:
            frame = np.frombuffer(self._held[:size], "<i2").astype(np.float32) / np.float32(32768)
            self._held = self._held[size:]
            self._frames += 1
            for name, word in self._words.items():
                if word.detects(frame):
                    yield name.replace(" ", "_"), self._frames * FRAME_SAMPLES * 1000 // SAMPLE_RATE


def wake_names() -> list[str]:
    """Return the names of the wake words that are installed."""
    return [words.replace(" ", "_") for words in WAKE_WORDS]
