"""What the assistant says, through the loudspeaker."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio.devices import open_stream
from assistant.config import AudioConfig
from assistant.errors import AudioError

Chunk: TypeAlias = tuple[NDArray[np.float32], int]
"""Mono samples of shape (n,) in [-1, 1], and their rate in Hz."""

_STALLED_SECONDS = 3.0
"""A device that has asked for nothing for so long is gone."""

_CHIME_RATE = 24_000
_NOTES = ((659.26, 0.0), (987.77, 0.16))
"""Hz and start in seconds: E5, then B5."""


def play(
    chunks: Iterable[Chunk], config: AudioConfig, cancelled: threading.Event, on_start: Callable[[], None]
) -> None:
    """Play the chunks as they come, until the last sample has gone out or `cancelled` is set.

    `on_start` is called when the first samples go out, and not at all where there are none.

    Raises:
        AudioError: there is no loudspeaker, or it stops taking sound.
    """
    line = _Line(cancelled)
    stream: Any = None
    try:
        for samples, rate in chunks:
            if cancelled.is_set():
                break
            if stream is None:
                stream, _ = open_stream(config, "output", rate, line.give)
                on_start()
            line.put(_resampled(samples, rate, int(stream.samplerate)))
        if stream is not None:
            line.drain()
            if not cancelled.is_set():
                stream.stop()  # waits for what the device still holds
    finally:
        if stream is not None:
            stream.abort(ignore_errors=True)
            stream.close(ignore_errors=True)


def chime() -> Chunk:
    """Return the two soft notes that announce a timer, about 1.2 s."""
    t = np.arange(int(1.2 * _CHIME_RATE)) / _CHIME_RATE
    sound = np.zeros_like(t)
    for hertz, start in _NOTES:
        since = np.clip(t - start, 0, None)
        envelope = np.minimum(since / 0.01, 1) * np.exp(-4.5 * since)
        sound += envelope * (np.sin(2 * np.pi * hertz * since) + 0.25 * np.sin(4 * np.pi * hertz * since))
    return (0.25 * sound).astype(np.float32), _CHIME_RATE


class _Line:
    """Samples on their way to the device, whose own thread comes to fetch them."""

    def __init__(self, cancelled: threading.Event) -> None:
        self._cancelled = cancelled
        self._waiting: deque[NDArray[np.float32]] = deque()
        self._fetched = time.monotonic()
        self._empty = threading.Event()
        self._empty.set()

    def put(self, samples: NDArray[np.float32]) -> None:
        """Add samples at the device's rate."""
        if len(samples):
            self._empty.clear()
            self._waiting.append(samples)

    def give(self, block: NDArray[np.float32], frames: int, _time: Any, _status: Any) -> None:
        """Fill a block of shape (frames, channels): silence where nothing waits, or nothing is wanted any more."""
        self._fetched = time.monotonic()
        block.fill(0)
        if self._cancelled.is_set():
            self._waiting.clear()
        filled = 0
        while filled < frames and self._waiting:
            samples = self._waiting.popleft()
            taken = samples[: frames - filled]
            block[filled : filled + len(taken)] = taken[:, None]
            filled += len(taken)
            if len(taken) < len(samples):
                self._waiting.appendleft(samples[len(taken) :])
        if not self._waiting:
            self._empty.set()

    def drain(self) -> None:
        """Wait until nothing waits or nothing is wanted."""
        self._fetched = time.monotonic()
        while not self._empty.wait(0.02) and not self._cancelled.is_set():
            if time.monotonic() - self._fetched > _STALLED_SECONDS:
                raise AudioError(f"the loudspeaker has taken no sound for {_STALLED_SECONDS:g} s")


def _resampled(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    import soxr

    samples = np.asarray(samples, np.float32)
    return samples if rate == wanted else np.asarray(soxr.resample(samples, rate, wanted), np.float32)
