"""Where audio goes out: chunks are played while the next are still being made, and fall silent at once."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio.devices import open_stream
from assistant.config import AudioConfig
from assistant.errors import AudioError

Chunk: TypeAlias = tuple[NDArray[np.float32], int]
"""Mono samples, shape (n,), in [-1, 1], and their rate in Hz; the same rate throughout one call of `play`."""

_STUCK_SECONDS = 2.0
"""A loudspeaker that takes nothing for so long is taken to be gone."""

_POLL_SECONDS = 0.02

_CHUNKS_AHEAD = 4
"""Made before they are played: enough not to run dry, few enough not to be made in vain."""


def play(
    chunks: Iterable[Chunk], config: AudioConfig, cancelled: threading.Event, on_start: Callable[[], None]
) -> None:
    """Play the chunks on the configured device and return when the last has been heard.

    `on_start` is called when the first samples go out. Once `cancelled` is set there is silence within 50 ms.

    Raises:
        AudioError: PortAudio or the device is missing, or the device stops taking samples.
    """
    sounding = (chunk for chunk in chunks if len(chunk[0]))
    first = next(sounding, None)
    if first is None or cancelled.is_set():
        return
    with contextlib.closing(_Loudspeaker(config, first[1], cancelled)) as loudspeaker:
        loudspeaker.put(first[0])
        if loudspeaker.wait_for(loudspeaker.started):
            on_start()
        for samples, _ in sounding:
            if cancelled.is_set():
                return
            loudspeaker.put(samples)
        loudspeaker.put(None)
        loudspeaker.wait_for(loudspeaker.finished)


class _Loudspeaker:
    """An open output stream, fed from a queue by PortAudio's own thread."""

    def __init__(self, config: AudioConfig, rate: int, cancelled: threading.Event) -> None:
        self.started = threading.Event()
        """The first samples have gone out."""
        self.finished = threading.Event()
        """So have the last."""
        self._cancelled = cancelled
        self._waiting: queue.Queue[NDArray[np.float32] | None] = queue.Queue(_CHUNKS_AHEAD)
        self._current: NDArray[np.float32] | None = np.zeros(0, np.float32)
        """What is being played; None after the last."""
        self._calls = 0
        """By PortAudio: they stop when the device is gone."""
        self._stream, self._name = open_stream(config, "output", rate, self._give)
        self._rates = rate, int(self._stream.samplerate)

    def put(self, samples: NDArray[np.float32] | None) -> None:
        """Queue samples, or None after the last; wait while enough is queued already."""
        converted = None if samples is None else _resampled(samples, *self._rates)

        def is_queued() -> bool:
            with contextlib.suppress(queue.Full):
                self._waiting.put(converted, timeout=_POLL_SECONDS)
                return True
            return False

        self._wait(is_queued)

    def wait_for(self, event: threading.Event) -> bool:
        """Wait until the event, or until cancelled; return whether it has come."""
        self._wait(lambda: event.wait(_POLL_SECONDS))
        return event.is_set()

    def close(self) -> None:
        """Let the device play what it was given, or at once fall silent where that is wanted; let go of it."""
        if self.finished.is_set() and not self._cancelled.is_set():
            self._stream.stop()
        self._stream.close()

    def _wait(self, done: Callable[[], bool]) -> None:
        moved, calls = time.monotonic(), self._calls
        while not self._cancelled.is_set() and not done():
            if self._calls != calls:
                moved, calls = time.monotonic(), self._calls
            elif time.monotonic() - moved > _STUCK_SECONDS:
                raise AudioError(f"loudspeaker '{self._name}' takes no more sound: is it still plugged in?")

    def _give(self, out: NDArray[np.float32], wanted: int, _time: Any, _status: Any) -> None:
        """Fill PortAudio's buffer, shape (wanted, channels)."""
        self._calls += 1
        out[:] = 0
        filled = 0
        while filled < wanted and self._current is not None and not self._cancelled.is_set():
            if not len(self._current):
                try:
                    self._current = self._waiting.get_nowait()
                except queue.Empty:
                    return  # the next chunk is not ready
                continue
            part = self._current[: wanted - filled]
            out[filled : filled + len(part)] = part[:, np.newaxis]
            self._current = self._current[len(part) :]
            filled += len(part)
            self.started.set()
        if self._current is None:
            self.finished.set()


def _resampled(samples: NDArray[np.float32], rate: int, device_rate: int) -> NDArray[np.float32]:
    if rate == device_rate:
        return samples
    import soxr

    converted: NDArray[np.float32] = soxr.resample(samples, rate, device_rate)
    return converted


# -- chime and chirp --------------------------------------------------------------------------


def chime() -> Chunk:
    """Return the sound of an alarm: three notes of a small bell, rising, 1.6 s."""
    rate, length = 24_000, 1.6
    sound = np.zeros(int(rate * length))
    for number, hertz in enumerate((523.25, 659.25, 783.99)):
        start = int(rate * 0.16 * number)
        seconds = np.arange(len(sound) - start) / rate
        for overtone, (share, decay) in {1.0: (1.0, 3.0), 2.0: (0.35, 5.0), 3.01: (0.15, 9.0)}.items():
            sound[start:] += share * np.exp(-decay * seconds) * np.sin(2 * np.pi * hertz * overtone * seconds)
    sound *= np.minimum(1.0, np.linspace(0.0, 20.0, len(sound))[::-1])  # no click at the end
    return (0.5 * sound / np.max(np.abs(sound))).astype(np.float32), rate


def chirp() -> Chunk:
    """Return a short soft tone, 0.15 s: it must not be in the way of what is being said meanwhile."""
    rate, length = 24_000, 0.15
    seconds = np.arange(int(rate * length)) / rate
    sound = 0.12 * np.hanning(len(seconds)) * np.sin(2 * np.pi * 659.25 * seconds)
    return sound.astype(np.float32), rate
