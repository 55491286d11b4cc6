"""The protocol of a voice, and the one that the assistant speaks with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Protocol

from assistant.config import VoiceConfig
from assistant.values import Chunk


class Speaker(Protocol):
    """A back-end of text to speech, called from any number of threads."""

    @abstractmethod
    def load(self) -> None:
        """Load the voice or connect to the server; the constructor does neither.

        Raises:
            ModelError: the voice is missing or damaged, or the server does not answer.
        """

    @abstractmethod
    def synthesise(self, text: str, pace: float = 1.0) -> Iterator[Chunk]:
        """Yield the sound of the text piece by piece, each as soon as it is made; all at one rate.

        `pace` is the part of its own speed at which the voice speaks.

        Raises:
            ModelError: the voice fails.
        """


def open_speaker(config: VoiceConfig) -> Speaker:
    """Return the assistant's voice, loaded.

    Raises:
        ModelError: the voice cannot be used here.
    """
    from assistant.tts.hibari import HibariSpeaker

    speaker = HibariSpeaker(config)
    speaker.load()
    return speaker
