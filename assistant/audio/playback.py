"""Audio output: chunks are played while the next are still being made, and fall silent at once."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.audio.devices import open_stream
from assistant.config import AudioConfig
from assistant.errors import AudioError
from assistant.values import Chunk

if TYPE_CHECKING:
    from assistant.audio.echo.played import Played

_POLL_SECONDS = 0.02
"""Time in which a cancellation is noticed; with the device's own buffer, there is silence within 50 ms."""


def play(
    chunks: Iterable[Chunk],
    config: AudioConfig,
    cancelled: threading.Event,
    on_start: Callable[[], None],
    paused: threading.Event | None = None,
    played: Played | None = None,
) -> None:
    """Play the chunks, all at one rate, on the configured device; return when the last has been heard.

    `on_start` is called when the first samples go out. Once `cancelled` is set there is silence within 50 ms, and
    as long as `paused` is set. All that goes out is noted in `played`.

    Raises:
        AudioError: PortAudio or the device is missing, or the device stops taking samples.
    """
    audible = (chunk for chunk in chunks if len(chunk[0]))
    first = next(audible, None)
    if first is None or cancelled.is_set():
        return
    with contextlib.closing(_Loudspeaker(config, first[1], cancelled, paused, played)) as loudspeaker:
        loudspeaker.put(first[0])
        if loudspeaker.wait_for(loudspeaker.started):
            on_start()
        for samples, _ in audible:
            if cancelled.is_set():
                return
            loudspeaker.put(samples)
        loudspeaker.put(None)
        loudspeaker.wait_for(loudspeaker.finished)


class _Loudspeaker:
    """An open output stream, fed from a queue by PortAudio's own thread.

    A device that takes no samples for `lost_seconds` counts as lost.
    """

    def __init__(
        self,
        config: AudioConfig,
        rate: int,
        cancelled: threading.Event,
        paused: threading.Event | None = None,
        played: Played | None = None,
        lost_seconds: float = 2.0,
    ) -> None:
        self.started = threading.Event()
        """Set when the first samples have gone out."""
        self.finished = threading.Event()
        """Set when the last have."""
        self._cancelled = cancelled
        self._paused = paused or threading.Event()
        self._track = played.track() if played else None
        self._lost_seconds = lost_seconds
        self._queue: queue.Queue[NDArray[np.float32] | None] = queue.Queue(4)
        """Chunks made ahead: enough not to run dry, few enough not to be made in vain."""
        self._current: NDArray[np.float32] | None = np.zeros(0, np.float32)
        """The rest of the chunk that is being played; None after the last."""
        self._calls = 0
        """By PortAudio: they stop when the device is gone."""
        self._stream, self._device = open_stream(config, "output", rate, self._fill)
        self._rates = rate, int(self._stream.samplerate)
        if self._track is not None:
            self._track.rate = self._rates[1]

    def put(self, samples: NDArray[np.float32] | None) -> None:
        """Queue samples, or None after the last; wait while the queue is full."""
        converted = None if samples is None else _resampled(samples, *self._rates)

        def is_queued() -> bool:
            with contextlib.suppress(queue.Full):
                self._queue.put(converted, timeout=_POLL_SECONDS)
                return True
            return False

        self._wait(is_queued)

    def wait_for(self, event: threading.Event) -> bool:
        """Wait until the event is set or playback cancelled; return True where it is set."""
        self._wait(lambda: event.wait(_POLL_SECONDS))
        return event.is_set()

    def close(self) -> None:
        """Release the device, once it has played its samples or at once where playback is cancelled."""
        if self.finished.is_set() and not self._cancelled.is_set():
            self._stream.stop()
        self._stream.close()

    def _wait(self, done: Callable[[], bool]) -> None:
        last_call, calls = time.monotonic(), self._calls
        while not self._cancelled.is_set() and not done():
            if self._calls != calls:
                last_call, calls = time.monotonic(), self._calls
            elif time.monotonic() - last_call > self._lost_seconds:
                raise AudioError(f"loudspeaker '{self._device.name}' takes no more sound: is it still plugged in?")

    def _fill(self, out: NDArray[np.float32], size: int, _time: Any, _status: Any) -> None:
        """Fill PortAudio's buffer, shape (size, channels)."""
        self._calls += 1
        out[:] = 0
        if not self._paused.is_set():
            self._fill_with_sound(out, size)
        if self._track is not None:
            self._track.add(out[:, 0].copy())

    def _fill_with_sound(self, out: NDArray[np.float32], size: int) -> None:
        filled = 0
        while filled < size and self._current is not None and not self._cancelled.is_set():
            if not len(self._current):
                try:
                    self._current = self._queue.get_nowait()
                except queue.Empty:
                    return  # the next chunk is not ready
                continue
            part = self._current[: size - filled]
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
    """Return a soft tone of 0.15 s, short and soft enough not to hide speech that begins meanwhile."""
    rate, length = 24_000, 0.15
    seconds = np.arange(int(rate * length)) / rate
    sound = 0.12 * np.hanning(len(seconds)) * np.sin(2 * np.pi * 659.25 * seconds)
    return sound.astype(np.float32), rate
