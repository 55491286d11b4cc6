"""Text to speech with hibari and the voice inside its package: on this machine, sentence by sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.config import VoiceConfig
from assistant.errors import ModelError
from assistant.tts.reading import sentences as sentences
from assistant.tts.reading import speakable
from assistant.tts.speaker import Speaker
from assistant.values import Chunk

VOICE = "heart"


def voice_file() -> Path:
    """Return the file of the voice inside its package."""
    from hibari import voices

    return Path(voices.ASSETS, voices.VOICES[VOICE]["file"])


class HibariSpeaker(Speaker):
    """The bundled voice, for any number of threads."""

    def __init__(self, config: VoiceConfig) -> None:
        self._speed = config.speed
        self._voice: Any = None
        self._lock = threading.Lock()
        """Held while one sentence is synthesised: the voice takes one at a time."""

    def load(self) -> None:
        """Load the voice and its pronunciations.

        Raises:
            ModelError: the weights are not inside the package, where they belong, or are damaged.
        """
        import hibari

        weights = voice_file()  # never by name alone: for a voice that is not bundled hibari would go to the network
        if not weights.is_file():
            raise ModelError(f"the voice is missing at {weights}: reinstall hibari-tts")
        try:
            self._voice = hibari.Hibari(voice=VOICE, model=str(weights))
            self._voice.phonemize("Ready.")  # loads the pronunciations, which takes half a second
        except Exception as error:  # whatever onnxruntime and a damaged package may raise
            raise ModelError(f"the voice cannot be loaded: {error}; reinstall hibari-tts") from None

    def synthesise(self, text: str, pace: float = 1.0) -> Iterator[Chunk]:
        """Yield the sound of the text sentence by sentence, each as soon as it is made.

        Raises:
            ModelError: the voice fails.
        """
        for sentence in sentences(speakable(text)):
            try:
                with self._lock:
                    # the same noise each time: what was heard once can be heard again
                    samples: NDArray[np.float32] = self._voice(sentence, speed=self._speed * pace, seed=0)
            except Exception as error:
                raise ModelError(f"the voice cannot say '{sentence}': {error}") from None
            if len(samples):
                yield samples, self._voice.sample_rate
