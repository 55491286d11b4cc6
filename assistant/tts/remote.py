"""Text to speech by a server of the OpenAI protocol, with the voice here as its stand-in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

import numpy as np

from assistant.config import VoiceConfig
from assistant.errors import ModelError
from assistant.remote.model_server import ModelServer
from assistant.remote.standby import Standby
from assistant.tts.reading import sentences, speakable
from assistant.tts.speaker import Speaker
from assistant.values import Chunk


class RemoteSpeaker(Speaker):
    """A voice that is called: each sentence goes there as text."""

    rate = 24_000
    """Hz of the protocol's `pcm`."""

    def __init__(self, config: VoiceConfig, section: str = "voice", seconds: float = 20.0) -> None:
        self._config, self._section = config, section
        self._server = ModelServer(section, config.url, config.key, seconds)

    def load(self) -> None:
        """Ask for the server.

        Raises:
            ModelError: it is not, or takes no such key.
        """
        self._server.check()

    def synthesise(self, text: str, pace: float = 1.0) -> Iterator[Chunk]:
        """Yield the sound of the text sentence by sentence.

        Raises:
            ModelError: the server cannot be reached, refuses, or sends no sound.
        """
        for sentence in sentences(speakable(text)):
            yield from self.chunks(sentence, pace)

    def chunks(self, sentence: str, pace: float) -> list[Chunk]:
        """Return the sound of one sentence, whole; nothing where it has none.

        Raises:
            ModelError: as in `synthesise`.
        """
        body = {
            "model": self._config.url_model or "tts-1",
            "voice": self._config.url_voice or "alloy",
            "input": sentence,
            "response_format": "pcm",
            "speed": min(max(self._config.speed * pace, 0.25), 4.0),
        }
        sound = self._server.post("/audio/speech", json=body)
        if len(sound) % 2 or sound[:1] in (b"{", b"<"):
            raise ModelError(f"{self._server.host}: sends no 16-bit sound: see [{self._section}] url")
        samples = np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(32768)
        return [(samples, self.rate)] if len(samples) else []


class FarVoice(Protocol):
    """A voice elsewhere that speaks sentence by sentence."""

    def load(self) -> None:
        """Connect to it; raise ModelError where it is not there."""

    def chunks(self, sentence: str, pace: float) -> list[Chunk]:
        """Return the sound of one sentence; raise ModelError where it fails."""


class StandbySpeaker(Speaker):
    """A server while it answers, else the voice here, which is loaded when it is first needed; sentence by sentence."""

    def __init__(self, remote: FarVoice, opened: Callable[[], Speaker], tell: Callable[[str], None]) -> None:
        self._remote, self._opened = remote, opened
        gone, back = "until it is back, the voice is made on this machine", "the voice is made by the server again"
        self._standby = Standby(gone, back, tell)
        self._local: Speaker | None = None
        self._lock = threading.Lock()

    def load(self) -> None:
        """Ask for the server; load the voice here where it is not there.

        Raises:
            ModelError: neither can be used.
        """
        self._standby.call(self._remote.load, self._load_here)

    def synthesise(self, text: str, pace: float = 1.0) -> Iterator[Chunk]:
        """Yield the sound of the text, each sentence by whichever can be asked.

        Raises:
            ModelError: neither can.
        """
        for sentence in sentences(speakable(text)):
            remote = partial(self._remote.chunks, sentence, pace)
            yield from self._standby.call(remote, partial(self._spoken_here, sentence, pace))

    def _spoken_here(self, sentence: str, pace: float) -> list[Chunk]:
        return list(self._stand_in().synthesise(sentence, pace))

    def _load_here(self) -> None:
        self._stand_in()

    def _stand_in(self) -> Speaker:
        with self._lock:
            if self._local is None:
                self._local = self._opened()
        return self._local
