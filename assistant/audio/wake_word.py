"""Whether the wake word has just been said: the small networks of pymicro-wakeword, fed frame by frame."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from assistant.config import WAKE_WORDS
from assistant.errors import ModelError
from assistant.values import Frame

_STRICTEST, _LAXEST = 0.99, 0.5
"""Probability that counts at sensitivity 0 and 1; halfway it is what the network was trained for."""

_LATE = {"hey mycroft": 2}
"""Frames that have passed, when it is noticed, since the end of a word: this one is noticed before it is quite over."""

_USUALLY_LATE = 6

_TFLITE = b"TFL3"
"""Bytes 4 to 8 of a network's file; with any other, the library would take the whole process down."""


class WakeWord:
    """One wake word in one stream of frames; it remembers what came before, so use a new one for each stream.

    `name` is one of WAKE_WORDS, or the JSON file of a network trained with microWakeWord.

    Raises:
        ModelError: the library does not work on this machine, or the file is not such a network.
    """

    phrase: str
    """What to say, in small letters."""
    late: int
    """When the word is noticed, what is said after it in the same breath may have begun so many frames before."""

    def __init__(self, name: str, sensitivity: float) -> None:
        try:
            import pymicro_wakeword as library
        except (ImportError, OSError) as error:
            raise ModelError(f"wake words do not work here: {error}; pip install 'pymicro-wakeword>=2.5'") from None
        file = Path(library.__file__).parent / "models" / f"{name.replace(' ', '_')}.json"
        if name not in WAKE_WORDS:
            file = Path(name).expanduser()
        try:
            _examine(file)
            self._network = library.MicroWakeWord.from_config(file)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            reason = f"{error} is missing" if isinstance(error, KeyError) else getattr(error, "strerror", None) or error
            raise ModelError(f"wake word '{name}': {file} cannot be used: {reason}") from None
        self.late = _LATE.get(name, _USUALLY_LATE)
        self._features = library.MicroWakeWordFeatures()
        self.phrase = _plain(self._network.wake_word) or file.stem
        trained = self._network.probability_cutoff
        self._needed = float(np.interp(sensitivity, [0.0, 0.5, 1.0], [_STRICTEST, trained, _LAXEST]))
        self._armed = True

    def heard(self, frame: Frame) -> bool:
        """Return whether the word ended just before or in this frame: true once each time it is said."""
        samples = (np.clip(frame, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
        steps = [self._network.process_streaming_prob(step) for step in self._features.process_streaming(samples)]
        probability = max((step for step in steps if step is not None), default=0.0)
        heard = self._armed and probability > self._needed
        self._armed = not heard and (self._armed or probability < self._needed / 2)
        return heard

    def is_in(self, text: str) -> bool:
        """Return whether somebody who reads the text aloud says the word, or its last part, which is enough."""
        return self.phrase.split()[-1] in _plain(text).split()


def _examine(file: Path) -> None:
    """Raise what says why the file does not describe a network."""
    described = json.loads(file.read_text(encoding="utf-8"))
    network = file.parent / described["model"]
    with network.open("rb") as opened:
        if opened.read(8)[4:] != _TFLITE:
            raise ValueError(f"{network.name} is not a TensorFlow Lite network")


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.casefold()))
