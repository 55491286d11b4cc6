"""The lag between what is played and what is heard, found by cross-correlation and tracked while it drifts."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.audio.echo.played import Played
from assistant.values import FRAME_SAMPLES, SAMPLE_RATE, Frame, Samples

_EARLIEST = round(0.1 * SAMPLE_RATE)
"""Samples by which a sound may seem to be heard before it is played: the clock is read when a block is handed over."""


class EchoAlignment:
    """Tells how many samples what is heard lags behind what was played.

    `lag` is None until it has been found. Positions are those of `Played`.
    """

    longest = round(1.3 * SAMPLE_RATE)
    """Samples; a loudspeaker over the air takes half a second."""

    def __init__(self, played: Played) -> None:
        self._played = played
        self._heard: deque[Frame] = deque(maxlen=48)
        """The last frames, which are compared with what was played."""
        self.lag: float | None = None
        self._measured: deque[tuple[float, float]] = deque(maxlen=100)
        """(frame, lag) of the last measurements."""
        self._line = (0.0, 0.0)
        """Samples by which the lag grows in a frame, and the lag at frame 0: the clocks of two devices differ."""
        self.candidate: float | None = None
        """A lag that was found once, far from `lag`."""
        self._frames = 0

    def take(self, frame: Frame, position: int, pause: int = 6, steady: float = 0.004) -> None:
        """Take the next frame and its position; every `pause` frames, look for the lag.

        The drift is followed at once, and an error in the lag by `steady` samples in a frame: the filter has learnt it.
        """
        self._heard.append(frame)
        self._frames += 1
        if self._frames % pause == 0 and len(self._heard) >= pause:
            heard = np.concatenate(self._heard)
            start = position + FRAME_SAMPLES - len(heard)
            if (likely := correlated(heard, start, self._played, self.lag)) is not None:
                self._follow(likely)
        if self.lag is not None:
            growth, base = self._line
            self.lag += growth + float(np.clip(growth * self._frames + base - self.lag, -steady, steady))

    def _follow(self, likely: float, near: float = 48.0) -> None:
        """Follow the lag that was found where it is near; leap to one that is far once it is found twice."""
        if self.lag is not None and abs(likely - self.lag) < near:
            self.candidate = None
            self._measured.append((self._frames - len(self._heard) / 2, likely))
            self._line = _fitted(self._measured)
        elif self.candidate is not None and abs(likely - self.candidate) < near:
            self.lag, self._line, self.candidate = likely, (self._line[0], likely - self._line[0] * self._frames), None
            self._measured.clear()
        else:
            self.candidate = likely


def _fitted(points: Sequence[tuple[float, float]], least: float = 100.0) -> tuple[float, float]:
    """Return the slope and the start of the line through points; no slope where they span fewer than `least` frames."""
    frames, lags = np.array(points).T
    if frames[-1] - frames[0] < least:
        return 0.0, float(np.median(lags))
    slope, start = np.polyfit(frames, lags, 1)
    return float(slope), float(start)


def correlated(
    heard: Samples, start: int, played: Played, expected: float | None = None, peak: float = 9.0
) -> float | None:
    """Return the lag at which samples from a position on are what was played; None where they are not.

    The phases alone are compared, of the band of speech. The likeliest lag must stand out `peak` times from the others;
    an expected one that is nearly as likely is taken.
    """
    reference = played.read(start - EchoAlignment.longest, len(heard) + EchoAlignment.longest + _EARLIEST)
    if not reference.any() or not heard.any():
        return None
    size = 1 << (len(reference) - 1).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(reference, size))
    low, high = (round(hertz * size / SAMPLE_RATE) for hertz in (200, 5000))
    phases = np.zeros_like(spectrum)
    phases[low:high] = spectrum[low:high] / (np.abs(spectrum[low:high]) + 1e-9)
    likeness = np.fft.irfft(phases, size)
    # index k: heard[n] is like reference[n - k]; reference begins EchoAlignment.longest before the samples
    lags = np.arange(-_EARLIEST, EchoAlignment.longest)
    values = likeness[(lags - EchoAlignment.longest) % size]
    best = int(values.argmax())
    if expected is not None:
        low, high = (int(np.clip(expected + _EARLIEST + width, 0, len(values))) for width in (-48, 49))
        if high > low and values[low:high].max() > 0.6 * values[best]:
            best = low + int(values[low:high].argmax())
    spread = float(np.sqrt(np.mean(np.square(values)))) or 1.0
    if values[best] < peak * spread:
        return None
    return float(lags[best]) + _top(values, best)


def _top(values: NDArray[np.float64], best: int) -> float:
    """Return the place of the top of the parabola through the highest value and its neighbours, -0.5 to 0.5."""
    if not 0 < best < len(values) - 1:
        return 0.0
    before, top, after = (float(value) for value in values[best - 1 : best + 2])
    curve = before - 2 * top + after
    return float(np.clip(0.5 * (before - after) / curve, -0.5, 0.5)) if curve < 0 else 0.0
