"""The assistant's own voice as its microphone hears it: taken out of the frames, recognised, talked over."""

from __future__ import annotations

import difflib
import re
from collections import deque
from collections.abc import Callable
from typing import Protocol

from assistant.audio.echo.canceller import EchoCanceller
from assistant.audio.echo.played import Played
from assistant.audio.echo.sound_server import cancels_echo
from assistant.audio.vad import Vad
from assistant.config import AudioConfig, Config
from assistant.errors import AudioError
from assistant.values import Frame

_SOUND = r"(?:m+[ -]?h+m*|mm+|h+m+|uh[ -]?huh|a?ha|[oa]h+|huh|er+m?|u+h+m?)"
_BACKCHANNEL = re.compile(rf"\W*{_SOUND}(?:\W+{_SOUND})*\W*")
"""Sounds of somebody who goes on listening."""


class Speech(Protocol):
    """Whoever speaks aloud, as `Talker` does; moments are those of `time.monotonic`."""

    played: Played

    def aloud(self, at: float | None = None, lag: float | None = None) -> str | None:
        """Return the text that is heard at a moment, `lag` seconds after it is played; None in silence."""

    def spoken(self, since: float, until: float) -> str:
        """Return the text played between two moments, "" where nothing was."""

    def pause(self) -> None:
        """Fall silent, and keep the rest."""

    def resume(self) -> None:
        """Speak the rest."""


class HeardVoice:
    """The own voice in the frames of the microphone, which is opened again and again.

    `stop` ends what is being spoken for good. Without libspeexdsp, or where `[listen] interrupt` is off, nobody
    interrupts by speech.
    """

    def __init__(self, speech: Speech, config: Config, stop: Callable[[], None]) -> None:
        self._speech = speech
        self._audio = config.audio
        self._wanted = config.listen.interrupt
        self._stop = stop
        self._canceller: EchoCanceller | None = None
        self._interrupts = False
        """Somebody who speaks can be told from the own voice, and may interrupt it."""
        self._threshold = config.endpoint.threshold
        self._vad: Vad | None = None
        self._near: deque[bool] = deque(maxlen=4)
        """Somebody spoke over the own voice in each of the last frames."""
        self._captured = self._began = 0.0
        """End of the frame under way; start of the utterance under way."""
        self._excess: float | None = None
        """dB by which the interruption under way was louder than what is usually left of the own voice."""

    def use(self, audio: AudioConfig) -> None:
        """Hear by another microphone, or speak by another loudspeaker, when one is opened next."""
        self._audio = audio

    def open(self) -> None:
        """Begin with the frames of a microphone that has just been opened."""
        is_clean = self._audio.cancel_echo == "never" or (
            self._audio.cancel_echo == "auto" and cancels_echo(self._audio.input)
        )
        self._canceller = None if is_clean else _open(self._speech.played)
        self._interrupts = self._wanted and (is_clean or self._canceller is not None)
        self._near.clear()

    def cancel(self, frame: Frame, captured: float) -> Frame:
        """Return the next frame without the own voice; `captured` is the moment of its end."""
        self._captured = captured
        return frame if self._canceller is None else self._canceller.cancel(frame, captured)

    def text(self) -> str | None:
        """Return the text of the own voice in the frame under way, None where it is silent."""
        return self._speech.aloud(self._captured, self._canceller.lag if self._canceller else None)

    def is_talked_over(self, frame: Frame) -> bool:
        """True if somebody has spoken over the own voice for a tenth of a second; to be asked of each such frame."""
        if not self._interrupts:
            return False
        self._vad = self._vad or Vad()
        is_near = self._vad.probability(frame) >= self._threshold and (
            self._canceller.is_near() if self._canceller else True
        )
        self._near.append(is_near)
        return is_near and sum(self._near) >= 3

    def stop(self) -> None:
        """Fall silent for good."""
        self._stop()

    def pause(self) -> None:
        """Fall silent for somebody who speaks."""
        self._excess = self._canceller.excess if self._canceller else None
        self._near.clear()
        self._speech.pause()

    def resume(self) -> None:
        """Go on: nothing was said."""
        self._excess = None
        self._speech.resume()

    def begins(self) -> None:
        """Note that an utterance has begun, a moment ago."""
        self._began = self._captured - 0.3

    def goes_on_after(self, text: str) -> bool:
        """True of an utterance at which a speaker goes on: a `mhm`."""
        return _BACKCHANNEL.fullmatch(text.casefold()) is not None

    def says(self, text: str, sure: float = 10.0) -> bool:
        """True if the utterance that has just ended is the own voice, by its words, its moment and its loudness."""
        lag = self._canceller.likely_lag if self._canceller else None
        if lag is None or (self._excess is not None and self._excess > sure):
            return False
        since, until = self._began - lag, self._captured - lag
        return similarity(text, self._speech.spoken(since - 0.2, until)) >= 0.7


def similarity(text: str, spoken: str, shortest: int = 3) -> float:
    """Return the share of the letters of a text that stand in another one, in order, in runs of `shortest` and more."""
    letters, others = ("".join(re.findall(r"\w", words.casefold())) for words in (text, spoken))
    if not letters or not others:
        return 0.0
    blocks = difflib.SequenceMatcher(None, letters, others, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= min(shortest, len(letters))) / len(letters)


def _open(played: Played) -> EchoCanceller | None:
    try:
        return EchoCanceller(played)
    except AudioError:  # `doctor` tells
        return None
