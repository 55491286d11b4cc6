"""What the assistant has played, on the clock by which the microphone's frames are told."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.values import SAMPLE_RATE, Samples


class Track:
    """One sound being played: each block goes out right after the one before."""

    def __init__(self, blocks: deque[tuple[Track, int, NDArray[np.float32]]]) -> None:
        self.rate = 0
        """Hz; to be set before the first block is read, which may be after it was added."""
        self.start = 0.0
        """`time.monotonic()` when its first block was handed to the sound system."""
        self.end = 0
        """Position of the next sample on the clock; 0 until the first has been read."""
        self.read = 0
        """Samples at `rate` that have been read, or were forgotten because nobody did."""
        self.resampler: Any = None
        self._blocks = blocks
        self._added = 0

    def add(self, block: NDArray[np.float32]) -> None:
        """Take the next mono samples, from the thread that plays them."""
        if not self.start:
            self.start = time.monotonic()
        self._blocks.append((self, self._added, block))
        self._added += len(block)


class Played:
    """The sound of the last `seconds`, at SAMPLE_RATE; tracks are written by any thread and read by one.

    A position is a number of samples on the clock of `time.monotonic`.
    """

    def __init__(self, seconds: float = 16.0, blocks: int = 1600) -> None:
        self._blocks: deque[tuple[Track, int, NDArray[np.float32]]] = deque(maxlen=blocks)
        """Those that nobody has read yet, with their place in their track."""
        self._sound = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
        """A ring: a position modulo its length is an index."""
        self._end = 0
        """Position up to which it is written."""

    def track(self) -> Track:
        """Begin another sound."""
        return Track(self._blocks)

    def read(self, start: float, count: int) -> Samples:
        """Return the samples from a position on, which may lie between two; zeros where nothing was played."""
        self._take()
        first, around = int(np.floor(start)), 8
        size = len(self._sound)
        positions = np.arange(first - around + 1, first + count + around)
        sound = self._sound[positions % size]
        sound[(positions >= self._end) | (positions < self._end - size)] = 0.0
        if start == first:
            return sound[around - 1 : around - 1 + count]
        taps = _between(start - first, around)
        between: Samples = np.convolve(sound, taps[::-1], "valid").astype(np.float32)
        return between

    def sounds_lately(self, position: int, samples: int) -> bool:
        """True if something was played in so many samples before a position."""
        self._take()
        return self._end > position - samples

    def _take(self) -> None:
        """Write the blocks that have come since the last time."""
        while self._blocks and self._blocks[0][0].rate:
            track, place, block = self._blocks.popleft()
            if not track.end:
                track.end = max(round(track.start * SAMPLE_RATE), self._end)
            track.end += round((place - track.read) * SAMPLE_RATE / track.rate)
            track.read = place + len(block)
            self._write(track, _resampled(track, block))

    def _write(self, track: Track, samples: Samples) -> None:
        size = len(self._sound)
        last = track.end + len(samples)
        if track.end > self._end:  # silence between two sounds
            self._sound[np.arange(max(self._end, track.end - size), track.end) % size] = 0.0
        fresh = max(0, self._end - track.end)  # two sounds at once are heard together
        indices = np.arange(track.end, last) % size
        self._sound[indices[:fresh]] += samples[:fresh]
        self._sound[indices[fresh:]] = samples[fresh:]
        track.end, self._end = last, max(self._end, last)


def _between(share: float, around: int) -> NDArray[np.float32]:
    """Return the filter that reads a sample at a share of the way to the next one, out of those around it."""
    places = np.arange(1 - around, around + 1) - share
    taps: NDArray[np.float32] = (np.sinc(places) * np.cos(np.pi * places / (2 * around + 1))).astype(np.float32)
    return taps


def _resampled(track: Track, block: NDArray[np.float32]) -> Samples:
    if track.rate == SAMPLE_RATE:
        return block
    if track.resampler is None:
        import soxr

        track.resampler = soxr.ResampleStream(track.rate, SAMPLE_RATE, 1, dtype="float32")
    converted: Samples = track.resampler.resample_chunk(block)
    return converted
