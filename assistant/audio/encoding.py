"""Sound as bytes of a file format, piece by piece as it is made."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import AudioError
from assistant.values import Chunk

FORMATS = {
    "wav": ("wav", "pcm_s16le", "audio/wav"),
    "flac": ("flac", "flac", "audio/flac"),
    "mp3": ("mp3", "libmp3lame", "audio/mpeg"),
    "opus": ("ogg", "libopus", "audio/ogg"),
    "aac": ("adts", "aac", "audio/aac"),
    "pcm": ("", "", "audio/pcm"),
}
"""Name -> FFmpeg's format and codec, and the media type; pcm is 16-bit little-endian mono without a header."""


class _Pipe(io.RawIOBase):
    """A file whose bytes are taken away as they are written."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._end = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._bytes += bytes(data)
        self._end += len(data)
        return len(data)

    def tell(self) -> int:
        return self._end

    def taken(self) -> bytes:
        data, self._bytes = bytes(self._bytes), bytearray()
        return data


def encoded(chunks: Iterable[Chunk], name: str) -> Iterator[bytes]:
    """Yield the bytes of mono sound in a format; all chunks have one rate.

    Raises:
        AudioError: the format is unknown, or cannot be written here.
    """
    if name not in FORMATS:
        raise AudioError(f"no such sound format: {name}; there are {', '.join(FORMATS)}")
    if name == "pcm":
        yield from (pcm(samples).tobytes() for samples, _ in chunks)
        return
    import av

    container_name, codec, _ = FORMATS[name]
    pipe = _Pipe()
    try:
        with av.open(pipe, "w", format=container_name) as container:
            stream: Any = None
            for samples, rate in chunks:
                if stream is None:
                    stream = container.add_stream(codec, rate=rate if codec != "libopus" else 48_000, layout="mono")
                frame = av.AudioFrame.from_ndarray(pcm(samples)[None, :], format="s16", layout="mono")
                frame.sample_rate = rate
                container.mux(stream.encode(frame))
                if data := pipe.taken():
                    yield data
            if stream is not None:
                container.mux(stream.encode(None))
    except (av.FFmpegError, ValueError) as error:
        raise AudioError(f"sound cannot be written as {name}: {error}") from None
    yield pipe.taken()


def pcm(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Return samples as 16-bit integers, those beyond full scale clipped."""
    return (np.clip(samples, -1.0, 1.0) * 32_767.0).astype("<i2")
