"""Replies read aloud, on this machine: hibari-tts, whose weights are inside its package."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.config import VoiceConfig
from assistant.errors import ModelError

Chunk: TypeAlias = tuple[NDArray[np.float32], int]
"""Mono samples of shape (n,) in [-1, 1], and their rate in Hz."""

_VOICE = "heart"
"""The one voice inside the package; any other would be fetched from a network."""

_UNITS = {
    "°C": "degrees Celsius", "°F": "degrees Fahrenheit", "°": "degrees", "%": "percent",
    "km/h": "kilometres per hour", "mph": "miles per hour", "m/s": "metres per second",
    "km": "kilometres", "cm": "centimetres", "mm": "millimetres", "kg": "kilograms", "mg": "milligrams",
    "ml": "millilitres", "TB": "terabytes", "GB": "gigabytes", "MB": "megabytes", "kB": "kilobytes",
    "GHz": "gigahertz", "MHz": "megahertz", "kHz": "kilohertz", "Hz": "hertz", "min": "minutes",
    "ms": "milliseconds", "kW": "kilowatts", "kWh": "kilowatt hours", "V": "volts",
}  # fmt: skip
_UNIT = re.compile(
    r"(?<=\d)\s?(" + "|".join(re.escape(each) for each in sorted(_UNITS, key=len, reverse=True)) + r")(?![\w/])"
)
_MARKUP = [
    (re.compile(r"```.*?```", re.DOTALL), " "),
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"https?://(?:www\.)?([\w.-]+)\S*"), r"\1"),
    (re.compile(r"^\s{0,3}(?:#{1,6}|>|[-*+]|\d+[.)])\s+", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__|`|~~)"), ""),
    (re.compile(r"(?<!\w)[*_](\S[^*_]*)[*_](?!\w)"), r"\1"),
]
_SYMBOLS = [
    (re.compile(r"\s*[→⇒]\s*"), " to "),
    (re.compile(r"(?<=\d)\s*[x×]\s*(?=\d)"), " times "),
    (re.compile(r"(?<=\d)\s*÷\s*(?=\d)"), " divided by "),
    (re.compile(r"(?<=[\d)])\s*=\s*(?=[-\d(])"), " equals "),
    (re.compile(r"(?<=[\d)])\s+\+\s+(?=[\d(])"), " plus "),
    (re.compile(r"(?<![\w.])[-−](?=\d)"), "minus "),
    (re.compile(r"(?<=\d)[–](?=\d)"), " to "),
    (re.compile(r"\s*&\s*"), " and "),
    (re.compile(r"\s*…"), "."),
    (re.compile(r"\s+[—–]\s+"), ", "),
    (re.compile(r"[“”\"]"), ""),
]


class Voice:
    """Text to sound, sentence by sentence. Several threads may use it, one at a time."""

    def __init__(self, config: VoiceConfig) -> None:
        """Load the voice.

        Raises:
            ModelError: the package or its weights cannot be used.
        """
        try:
            from hibari import Hibari

            self._hibari = Hibari(_VOICE)
            self._hibari.phonemize("Ready.")  # loads the dictionary, which the first reply would wait for
        except Exception as error:
            raise ModelError(f"the voice cannot be loaded ({error}); reinstall it: pip install hibari-tts") from error
        self._speed = config.speed
        self._lock = threading.Lock()

    def synthesise(self, text: str) -> Iterator[Chunk]:
        """Yield the sound of each sentence as soon as it is made.

        Raises:
            ModelError: the voice fails.
        """
        rate = int(self._hibari.sample_rate)
        sentences = self._hibari.stream(speakable(text), self._speed)
        while True:
            try:
                with self._lock:
                    samples = next(sentences, None)
            except Exception as error:
                raise ModelError(f"the voice cannot say this ({error})") from error
            if samples is None:
                return
            yield np.asarray(samples, np.float32), rate


def speakable(text: str) -> str:
    """Return what of the text is read aloud: without markup, with symbols and units as words.

    >>> speakable("Use `df -h`: **12 GB** are free, 85%.")
    'Use df -h: 12 gigabytes are free, 85 percent.'
    >>> speakable("- milk\\n- eggs")
    'milk, eggs'
    """
    for pattern, said in _MARKUP:
        text = pattern.sub(said, text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    text = "".join(line + (" " if line[-1] in ".!?:;," else ", ") for line in lines).rstrip(", ")
    text = _UNIT.sub(lambda match: f" {_UNITS[match[1]]}", text)
    for pattern, said in _SYMBOLS:
        text = pattern.sub(said, text)
    return re.sub(r"\s+", " ", text).strip()
