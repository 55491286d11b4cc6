"""Audio input: a microphone, a recording, raw PCM. Each is an iterator of frames at SAMPLE_RATE."""

from __future__ import annotations

import itertools
import math
import queue
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from assistant.audio.devices import Device, open_stream
from assistant.config import AudioConfig
from assistant.errors import AudioError, shown
from assistant.events import AudioLevel
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE, SILENCE, Frame, Samples

_FIRST_SECONDS, _LOST_SECONDS = 5.0, 2.0
"""A microphone that sends nothing for so long, at its start and later, counts as lost; some are slow to start."""


# -- microphone -------------------------------------------------------------------------------


class Microphone:
    """The configured input device, open from the start; use it in a `with` statement.

    For a reader that falls behind, `buffer_seconds` of audio are kept; more are lost and counted. A microphone that
    sends nothing but zeros for `muted_seconds` is likely to be muted.

    Raises:
        AudioError: PortAudio or the device is missing, or the device cannot be opened.
    """

    device: Device
    rate: int
    """Hz at the device, before resampling."""

    def __init__(self, config: AudioConfig, buffer_seconds: float = 30.0, muted_seconds: float = 10.0) -> None:
        self._buffer_seconds = buffer_seconds
        self._muted_seconds = muted_seconds
        self._overflows, self._lost = 0, ""
        self._blocks: queue.SimpleQueue[tuple[float, bytes] | None] = queue.SimpleQueue()
        """Each with the moment at which it came."""
        self._gathered: list[tuple[float, bytes]] = []
        self.at_leisure = False
        """Set by its reader while nothing in the frames is urgent: they come several at a time, which wakes it less."""
        self.captured = 0.0
        """`time.monotonic()` at the end of the frame that was yielded last, however late it is read."""
        self._begun = threading.Event()
        self.ended = threading.Event()
        """Set when its frames are to end."""
        self._closing = threading.Lock()
        self._recent: deque[Frame] = deque(maxlen=3)
        """The frames whose level is shown."""
        self._peaks: deque[float] = deque(maxlen=round(1.0 / FRAME_SECONDS))
        """Of the last second: a peak is seen that long."""
        self._zeros: int | None = 0
        """Frames of digital silence up to now; None once they have been reported."""
        self._stream, self.device = open_stream(config, "input", SAMPLE_RATE, self._take, self._stopped)
        self.rate = int(self._stream.samplerate)

    @property
    def overflows(self) -> int:
        """The blocks of audio lost so far."""
        return self._overflows

    @property
    def lost(self) -> str:
        """The reason for which its frames have ended, one line; "" where somebody ended them or nobody did."""
        return self._lost

    def _take(self, block: Any, _frames: int, _time: Any, status: Any, together: int = 3) -> None:
        """Queue a block from PortAudio's thread: the bytes of float32, shape (samples, channels)."""
        if not self._begun.is_set():
            self._begun.set()
        if status.input_overflow:
            self._overflows += 1
        if self._blocks.qsize() * FRAME_SECONDS >= self._buffer_seconds:
            self._overflows += 1
            return
        self._gathered.append((time.monotonic(), bytes(block)))
        if not self.at_leisure or len(self._gathered) >= together:
            for gathered in self._gathered:
                self._blocks.put(gathered)
            self._gathered.clear()

    def _stopped(self) -> None:
        """End the frames: PortAudio's thread has ended, as it does when the device is gone."""
        if not self.ended.is_set():
            self._lost = f"microphone '{self.device.name}' is gone"
        self.end()

    def begins(self) -> bool:
        """Wait for the first block; return False where none comes."""
        if not self._begun.wait(_FIRST_SECONDS):
            self._sends_nothing(_FIRST_SECONDS)
        return not self.ended.is_set()

    def frames(self) -> Iterator[Frame]:
        """Yield frames until the microphone is closed or lost: unplugged, or without any blocks for 2 s."""
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
                block = self._blocks.get(timeout=_LOST_SECONDS)
            except queue.Empty:
                return self._sends_nothing(_LOST_SECONDS)
            if block is None:
                return
            self.captured, samples = block
            yield _mono(np.frombuffer(samples, np.float32).reshape(-1, self._stream.channels).T)

    def _sends_nothing(self, seconds: float) -> None:
        self._lost = f"microphone '{self.device.name}' has sent nothing for {seconds:g} s"
        self.end()

    def level(self) -> AudioLevel:
        """Return the level of the last 0.1 s and the peak of the last second."""
        rms, _ = level(np.concatenate(self._recent))
        return AudioLevel(rms, _decibels(max(self._peaks)), self._overflows)

    def falls_silent(self) -> bool:
        """Return True once after `muted_seconds` of nothing but zeros: even a quiet room is louder."""
        if self._zeros is None or self._zeros * FRAME_SECONDS < self._muted_seconds:
            return False
        self._zeros = None
        return True

    def end(self) -> None:
        """End `frames`, from any thread."""
        self.ended.set()
        self._begun.set()
        self._blocks.put(None)

    def close(self) -> None:
        """End `frames` and release the device; safe to call twice. A sound server that hangs makes it wait."""
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

_FORMATS = (
    "wav,w64,aiff,au,caf,flac,mp3,aac,ac3,amr,ape,wv,tta,ogg,matroska,webm,mov,mp4,m4a,3gp,asf,avi,flv,mpeg,mpegts"
)
"""FFmpeg's names of the formats of recordings."""


def recording(path: Path) -> Iterator[Frame]:
    """Return the frames of an audio file in any usual format; the last is padded with silence.

    Lists of files and addresses, which would be opened and waited for, are none.

    Raises:
        AudioError: the file cannot be read, now or part way through, holds no audio, or has a header that lies.
    """
    import av

    try:
        container = av.open(f"file:{path}", options={"protocol_whitelist": "file", "format_whitelist": _FORMATS})
        stream = container.streams.audio[0]
    except (av.FFmpegError, OSError) as error:
        raise AudioError(f"{shown(path)}: cannot be read as audio: {_reason(error)}") from None
    except IndexError:
        raise AudioError(f"{shown(path)}: holds no audio") from None
    if fault := _header_fault(stream.codec_context):
        container.close()
        raise AudioError(f"{shown(path)}: {fault}")

    leaves_out = stream.codec_context.name == "flac"  # what is damaged, without a word
    if leaves_out:
        stream.codec_context.options = {"err_detect": "crccheck+explode"}

    def decoded() -> Iterator[Samples]:
        resampler = av.AudioResampler(format="fltp", rate=SAMPLE_RATE)
        empty, found, announced = True, 0, (stream.duration or 0) * leaves_out
        try:
            with container:
                for block in itertools.chain(container.decode(stream), [None]):
                    if block is not None and leaves_out:
                        found += block.samples
                        announced = max(announced, (block.pts or 0) + block.samples)
                    for converted in resampler.resample(block):
                        empty = False
                        samples = np.nan_to_num(converted.to_ndarray(), nan=0.0, posinf=1.0, neginf=-1.0)
                        yield _mono(np.clip(samples, -1.0, 1.0))
        except (av.FFmpegError, OSError) as error:
            raise AudioError(f"{shown(path)}: breaks off: {_reason(error)}") from None
        if empty:
            raise AudioError(f"{shown(path)}: holds no audio")
        if found < announced:
            whole, lost = (float(count * stream.time_base) for count in (announced, announced - found))
            raise AudioError(f"{shown(path)}: is damaged: {lost:.1f} of its {whole:.1f} s cannot be read")

    return _framed(decoded())


def _header_fault(codec: Any) -> str:
    """Return what no recording can be; at such a rate one file would cost gigabytes. Nothing where all is well."""
    slowest, fastest, most = 1_000, 768_000, 64
    if codec is None:
        return "is in a format that cannot be decoded"
    if not slowest <= codec.sample_rate <= fastest:
        return f"has a header with {codec.sample_rate:,} samples a second; a recording has {slowest:,} to {fastest:,}"
    if not 0 < codec.channels <= most:
        return f"has a header with {codec.channels:,} channels; a recording has 1 to {most}"
    return ""


def pcm_stream(stream: BinaryIO) -> Iterator[Frame]:
    """Yield the frames of raw PCM: 16-bit little-endian mono at SAMPLE_RATE, without a header."""
    return pcm_frames(iter(lambda: stream.read(FRAME_SAMPLES * 2), b""))


def pcm_frames(blocks: Iterable[bytes]) -> Iterator[Frame]:
    """Yield the frames of raw PCM that comes in blocks; half a sample at the end of a block is dropped."""
    even = (block[: len(block) // 2 * 2] for block in blocks)
    return _framed(np.frombuffer(block, dtype="<i2").astype(np.float32) / 32768.0 for block in even)


def live_frames(blocks: Iterable[bytes | None], rate: int) -> Iterator[Frame | None]:
    """Yield the frames of raw PCM, 16-bit little-endian mono at a rate in Hz, that comes in blocks.

    A None among the blocks ends an utterance: silence fills the frame before it, and it is passed on.
    """
    source, is_over = iter(blocks), False

    def until_none() -> Iterator[Samples]:
        nonlocal is_over
        is_over = True
        for block in source:
            if block is None:
                is_over = False
                return
            yield np.frombuffer(block[: len(block) // 2 * 2], dtype="<i2").astype(np.float32) / np.float32(32768)

    while not is_over:
        yield from _framed(_resampled(until_none(), rate))
        if not is_over:
            yield None


def _mono(channels: NDArray[np.float32], least: float = 0.1) -> Samples:
    """Return the mean of channels, shape (channels, samples); of those that cancel one another, the loudest.

    They do where their mean has less than `least` of the power of the loudest, as with a plug that is wired wrongly.
    """
    mean: Samples = channels.mean(axis=0) if len(channels) > 1 else channels[0]
    if len(channels) > 1:
        power = np.square(channels).mean(axis=1)
        loudest = int(power.argmax())
        if np.square(mean).mean() < least * power[loudest]:
            alone: Samples = np.ascontiguousarray(channels[loudest])
            return alone
    return mean


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
    rest = np.zeros(0, np.float32)
    for block in blocks:
        samples = np.concatenate([rest, block])
        end = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
        yield from samples[:end].reshape(-1, FRAME_SAMPLES)
        rest = samples[end:]
    if len(rest):
        yield np.pad(rest, (0, FRAME_SAMPLES - len(rest)))
