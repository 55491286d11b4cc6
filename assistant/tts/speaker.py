"""The protocol of a voice, and the one that the assistant speaks with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from functools import partial
from typing import Protocol

from assistant.config import VoiceConfig
from assistant.events import Emit, Noticed
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


def open_speaker(config: VoiceConfig, emit: Emit = lambda _: None) -> Speaker:
    """Return the assistant's voice, loaded; with `[voice] url` it is a server's while that answers.

    Raises:
        ModelError: the voice cannot be used here.
    """
    if not config.url:
        return _open_hibari(config)
    from assistant.tts.remote import RemoteSpeaker, StandbySpeaker

    opened = partial(_open_hibari, config)
    speaker = StandbySpeaker(RemoteSpeaker(config), opened, lambda line: emit(Noticed(line)))
    speaker.load()
    return speaker


def _open_hibari(config: VoiceConfig) -> Speaker:
    from assistant.tts.hibari import HibariSpeaker

    speaker = HibariSpeaker(config)
    speaker.load()
    return speaker
