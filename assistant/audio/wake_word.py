"""Wake word detection: the small networks of pymicro-wakeword, fed frame by frame."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from assistant.config import WAKE_WORDS
from assistant.errors import ModelError
from assistant.values import Frame

_STRICTEST, _LAXEST = 0.99, 0.5
"""Probability that is needed at sensitivity 0 and 1; at 0.5 it is the cutoff that the network was trained for."""

_LAGS = {"hey mycroft": 2}
"""Frames between the end of a word and its detection, where they are not the usual 6."""


def network_file(name: str) -> Path:
    """Return the JSON file of a wake word, which stands beside that of its network.

    Raises:
        ModelError: the library does not work on this machine.
    """
    models = Path(_library().__file__).parent / "models"
    return models / f"{name.replace(' ', '_')}.json" if name in WAKE_WORDS else Path(name).expanduser()


def _library() -> Any:
    try:
        import pymicro_wakeword
    except (ImportError, OSError) as error:
        raise ModelError(f"wake words do not work here: {error}; pip install 'pymicro-wakeword>=2.5'") from None
    return pymicro_wakeword


class WakeWord:
    """One wake word in one stream of frames; it keeps state between frames, so use a new one for each stream.

    `name` is one of WAKE_WORDS, or the JSON file of a network trained with microWakeWord. `sensitivity` is 0 to 1.

    Raises:
        ModelError: the library does not work on this machine, or the file is not such a network.
    """

    phrase: str
    """The words to say, in small letters."""
    lag: int
    """Frames between the end of the word and its detection; speech may have begun in them."""

    def __init__(self, name: str, sensitivity: float) -> None:
        library, file = _library(), network_file(name)
        try:
            _check(file)
            self._network = library.MicroWakeWord.from_config(file)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            reason = f"{error} is missing" if isinstance(error, KeyError) else getattr(error, "strerror", None) or error
            raise ModelError(f"wake word '{name}': {file} cannot be used: {reason}") from None
        self.lag = _LAGS.get(name, 6)
        self._features = library.MicroWakeWordFeatures()
        self.phrase = _plain(self._network.wake_word) or file.stem
        trained = self._network.probability_cutoff
        self._needed = float(np.interp(sensitivity, [0.0, 0.5, 1.0], [_STRICTEST, trained, _LAXEST]))
        self._armed = True

    def detects(self, frame: Frame) -> bool:
        """Take the next frame and return True where the word has just ended: once each time it is said."""
        samples = (np.clip(frame, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
        steps = [self._network.process_streaming_prob(step) for step in self._features.process_streaming(samples)]
        probability = max((step for step in steps if step is not None), default=0.0)
        detected = self._armed and probability > self._needed
        self._armed = not detected and (self._armed or probability < self._needed / 2)
        return detected

    def occurs_in(self, text: str) -> bool:
        """Return True where reading the text aloud would say the word; its last part is enough."""
        return self.phrase.split()[-1] in _plain(text).split()


def _check(file: Path) -> None:
    """Read the description and the head of its network; with another file, the library would end the process.

    Raises:
        OSError, ValueError, KeyError, TypeError: the file does not describe a network.
    """
    network = file.parent / json.loads(file.read_text(encoding="utf-8"))["model"]
    with network.open("rb") as stream:
        if stream.read(8)[4:] != b"TFL3":
            raise ValueError(f"{network.name} is not a TensorFlow Lite network")


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.casefold()))
