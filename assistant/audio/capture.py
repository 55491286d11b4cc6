"""Where audio comes in: a microphone, a recording, raw PCM. Each is an iterator of frames at SAMPLE_RATE."""

from __future__ import annotations

import itertools
import math
import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from assistant.audio.devices import Device, open_stream
from assistant.config import AudioConfig
from assistant.errors import AudioError
from assistant.events import AudioLevel
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE, SILENCE, Frame, Samples

_BUFFER_SECONDS = 30.0
"""Audio kept for a reader that falls behind; what comes on top is lost and counted."""

_FIRST_SECONDS, _DEAD_SECONDS = 5.0, 2.0
"""A microphone that sends nothing for so long is taken to be gone; some need a while to begin."""

_MUTED_SECONDS = 10.0
"""A microphone that sends zeros for so long is likely to be muted."""

_LEVEL_FRAMES, _PEAK_FRAMES = 3, round(1.0 / FRAME_SECONDS)
"""How far back the level and its peak look."""


# -- microphone -------------------------------------------------------------------------------


class Microphone:
    """The configured input device, open from the start; use it in a `with` statement.

    Raises:
        AudioError: PortAudio or the device is missing, or the device cannot be opened.
    """

    device: Device
    rate: int
    """Hz at the device, before resampling."""
    overflows: int
    """Blocks of audio lost so far."""
    lost: str
    """Why its frames have ended, where nobody has ended them: one line."""

    def __init__(self, config: AudioConfig) -> None:
        self.overflows, self.lost = 0, ""
        self._blocks: queue.SimpleQueue[Samples | None] = queue.SimpleQueue()
        self._begun = threading.Event()
        self.ended = threading.Event()
        """Set when its frames are to end."""
        self._closing = threading.Lock()
        self._recent: deque[Frame] = deque(maxlen=_LEVEL_FRAMES)
        self._peaks: deque[float] = deque(maxlen=_PEAK_FRAMES)
        self._zeros: int | None = 0
        """Frames of digital silence up to now; None once that has been told."""
        self._stream, self.device = open_stream(config, "input", SAMPLE_RATE, self._take, self._stopped)
        self.rate = int(self._stream.samplerate)

    def _take(self, block: NDArray[np.float32], _frames: int, _time: Any, status: Any) -> None:
        """Queue what PortAudio's thread brings, shape (samples, channels), as mono."""
        self._begun.set()
        if status.input_overflow:
            self.overflows += 1
        if self._blocks.qsize() * FRAME_SECONDS >= _BUFFER_SECONDS:
            self.overflows += 1
        else:
            self._blocks.put(block.mean(axis=1))

    def _stopped(self) -> None:
        """Take note that PortAudio's thread has ended, as it does when the device is gone."""
        if not self.ended.is_set():
            self.lost = f"microphone '{self.device.name}' is gone"
        self.end()

    def begins(self) -> bool:
        """Wait until sound comes in; return whether it does."""
        if not self._begun.wait(_FIRST_SECONDS):
            self._sends_nothing(_FIRST_SECONDS)
        return not self.ended.is_set()

    def frames(self) -> Iterator[Frame]:
        """Yield frames until the microphone is closed, or lost: unplugged, or silent as if it were."""
        for frame in _framed(_resampled(self._arriving(), self.rate)):
            self._recent.append(frame)
            self._peaks.append(float(np.max(np.abs(frame))))
            if self._zeros is not None:
                self._zeros = 0 if self._peaks[-1] else self._zeros + 1
            yield frame

    def _arriving(self) -> Iterator[Samples]:
        if not self.begins():
            return
        while True:
            try:
                block = self._blocks.get(timeout=_DEAD_SECONDS)
            except queue.Empty:
                return self._sends_nothing(_DEAD_SECONDS)
            if block is None:
                return
            yield block

    def _sends_nothing(self, seconds: float) -> None:
        self.lost = f"microphone '{self.device.name}' has sent nothing for {seconds:g} s"
        self.end()

    def level(self) -> AudioLevel:
        """Return how loud the last frames are."""
        rms, _ = level(np.concatenate(self._recent))
        return AudioLevel(rms, _decibels(max(self._peaks)), self.overflows)

    def falls_silent(self) -> bool:
        """Return True once where there has been nothing but zeros for long: even a quiet room is louder."""
        if self._zeros is None or self._zeros * FRAME_SECONDS < _MUTED_SECONDS:
            return False
        self._zeros = None
        return True

    def end(self) -> None:
        """End `frames`, from whatever thread."""
        self.ended.set()
        self._begun.set()
        self._blocks.put(None)

    def close(self) -> None:
        """End `frames` and let go of the device; safe to call twice. A sound server that hangs makes it wait."""
        self.end()
        with self._closing:
            if not self._stream.closed:
                self._stream.close()

    def __enter__(self) -> Microphone:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def level(frame: Frame) -> tuple[float, float]:
    """Return the RMS and the peak of a frame in dBFS, -100 for digital silence."""
    return _decibels(float(np.sqrt(np.mean(np.square(frame))))), _decibels(float(np.max(np.abs(frame))))


def _decibels(amplitude: float) -> float:
    return max(SILENCE, 20.0 * math.log10(max(amplitude, 1e-5)))


# -- recordings and streams -------------------------------------------------------------------


def recording(path: Path) -> Iterator[Frame]:
    """Return the frames of an audio file in any format that FFmpeg reads; the last is padded with silence.

    Raises:
        AudioError: the file cannot be read, now or part way through, or holds no audio.
    """
    import av

    try:
        container = av.open(str(path))
        stream = container.streams.audio[0]
    except (av.FFmpegError, OSError) as error:
        raise AudioError(f"{path}: cannot be read as audio: {_reason(error)}") from None
    except IndexError:
        raise AudioError(f"{path}: holds no audio") from None

    def decoded() -> Iterator[Samples]:
        resampler = av.AudioResampler(format="fltp", rate=SAMPLE_RATE)
        empty = True
        try:
            with container:
                for block in itertools.chain(container.decode(stream), [None]):
                    for converted in resampler.resample(block):
                        empty = False
                        yield converted.to_ndarray().mean(axis=0)
        except (av.FFmpegError, OSError) as error:
            raise AudioError(f"{path}: breaks off: {_reason(error)}") from None
        if empty:
            raise AudioError(f"{path}: holds no audio")

    return _framed(decoded())


def pcm_stream(stream: BinaryIO) -> Iterator[Frame]:
    """Yield the frames of raw PCM: 16-bit little-endian mono at SAMPLE_RATE, without a header."""

    def blocks() -> Iterator[Samples]:
        while raw := stream.read(FRAME_SAMPLES * 2):
            whole = raw[: len(raw) // 2 * 2]
            yield np.frombuffer(whole, dtype="<i2").astype(np.float32) / 32768.0

    return _framed(blocks())


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _resampled(blocks: Iterable[Samples], rate: int) -> Iterator[Samples]:
    if rate == SAMPLE_RATE:
        yield from blocks
        return
    import soxr

    stream = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
    for block in blocks:
        yield stream.resample_chunk(block)


def _framed(blocks: Iterable[Samples]) -> Iterator[Frame]:
    """Cut blocks of any length into frames; silence fills the last."""
    waiting = np.zeros(0, np.float32)
    for block in blocks:
        waiting = np.concatenate([waiting, block])
        whole = len(waiting) // FRAME_SAMPLES * FRAME_SAMPLES
        yield from waiting[:whole].reshape(-1, FRAME_SAMPLES)
        waiting = waiting[whole:]
    if len(waiting):
        yield np.pad(waiting, (0, FRAME_SAMPLES - len(waiting)))
