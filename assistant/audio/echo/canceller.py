"""Frames of the microphone without the assistant's own voice, and whether somebody else speaks in them.

played ----- lag, drift ----.
                            v
heard ------------------> filter ----> residue    its share of what was heard, in dB, is low while only the
                                                   assistant speaks, and higher while somebody speaks over it
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from assistant.audio.echo.alignment import EchoAlignment
from assistant.audio.echo.played import Played
from assistant.audio.echo.speexdsp import SpeexEcho
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE, Frame

_TAIL = round(0.5 * SAMPLE_RATE)
"""Samples for which a room goes on sounding."""


class EchoCanceller:
    """Takes what was played out of what is heard, frame by frame.

    Raises:
        AudioError: libspeexdsp is not installed.
    """

    def __init__(self, played: Played) -> None:
        self._played = played
        self._filter = SpeexEcho()
        self._alignment = EchoAlignment(played)
        self._position: int | None = None
        """Of the next frame, on the clock of `Played`."""
        self._shares: deque[float] = deque(maxlen=4)
        """dB of the residue in the last frames in which the own voice may be."""
        self._usual = 0.0
        """dB of the residue while nobody else speaks."""
        self._loudness = 0.0
        """Mean power of what is heard while the own voice is played."""
        self._learnt = 0
        """Frames of the own voice that the filter has learnt from."""
        self._searched = 0
        """Frames in which what was played might have been heard, and was not."""

    @property
    def lag(self) -> float | None:
        """Seconds by which the own voice is heard after it was played; None until that is known."""
        lag = self._alignment.lag
        return None if lag is None else lag / SAMPLE_RATE

    @property
    def likely_lag(self) -> float | None:
        """The same, or one that was found once."""
        lag = self._alignment.lag if self._alignment.lag is not None else self._alignment.candidate
        return None if lag is None else lag / SAMPLE_RATE

    @property
    def excess(self) -> float | None:
        """Return the dB by which more is left in the last frames than usual; None where nothing is to be left."""
        return sum(self._shares) / len(self._shares) - self._usual if self._shares else None

    @property
    def hears_nothing(self) -> bool:
        """True if what is played does not come back: headphones, or a canceller elsewhere."""
        return self._alignment.lag is None and self._searched * FRAME_SECONDS > 2.5

    def cancel(self, frame: Frame, captured: float) -> Frame:
        """Return the next frame without the own voice; `captured` is `time.monotonic()` at its end."""
        position = self._placed(captured)
        lag = self._alignment.lag
        if not self._played.sounds_lately(position, _TAIL + (EchoAlignment.longest if lag is None else round(lag))):
            self._shares.clear()
            return frame
        self._alignment.take(frame, position)
        if self._alignment.lag is None:
            self._searched += 1
            return frame
        early = 128  # samples by which the filter gets what was played too soon: an error in the lag does no harm
        reference = self._played.read(position - self._alignment.lag + early, FRAME_SAMPLES)
        residue = self._filter.cancel(frame, reference)
        self._learn(frame, residue, reference)
        return residue

    def is_near(self, soon: int = 80, sure: int = 250) -> bool:
        """True if more is left in the last frames than the filter leaves of the own voice.

        A filter that has learnt for fewer than `soon` frames tells nothing, for fewer than `sure` frames less well.
        """
        if not self._shares:
            return self.hears_nothing
        margin = 6.0 + 4.0 * max(0.0, 1.0 - self._learnt / sure)
        return self._learnt >= soon and sum(self._shares) / len(self._shares) > max(-9.0, self._usual + margin)

    def _placed(self, captured: float, slack: float = 0.25) -> int:
        """Return the position of a frame: after the one before, unless the clock says that some were lost."""
        expected = round(captured * SAMPLE_RATE) - FRAME_SAMPLES
        if self._position is None or abs(self._position - expected) > slack * SAMPLE_RATE:
            self._position = expected
        position, self._position = self._position, self._position + FRAME_SAMPLES
        return position

    def _learn(
        self, frame: Frame, residue: Frame, reference: Frame, slowness: float = 25.0, quiet: float = 0.1
    ) -> None:
        heard, left = (float(np.mean(np.square(samples))) + 1e-10 for samples in (frame, residue))
        share = 10.0 * math.log10(min(1.0, left / heard))
        if heard < quiet * self._loudness:  # between two words there is only noise, of which nothing is taken out
            share = min(share, self._usual)
        self._shares.append(share)
        if reference.any() and not self.is_near():
            self._loudness += (heard - self._loudness) / slowness
            if heard >= quiet * self._loudness:
                self._learnt += 1
                self._usual += (share - self._usual) / slowness
