"""Sound from another program in place of a microphone: a named pipe of raw PCM, `[audio] input = "pipe:FILE"`."""

from __future__ import annotations

import os
import select
import stat
import threading
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from assistant.config import expanded
from assistant.errors import AudioError, shown
from assistant.values import FRAME_SAMPLES, SAMPLE_RATE


def is_pipe(name: str) -> bool:
    """True for the name of a pipe in place of a device's."""
    return name.startswith("pipe:")


class PipedSound:
    """An open stream of 16-bit little-endian mono PCM at SAMPLE_RATE, like the stream of a device.

    Args:
        name: `pipe:` and the path of a named pipe that another program writes into.
        callback: takes each block, the bytes of float32, on a thread of the stream.
        finished: is called when the other program has closed the pipe.

    Raises:
        AudioError: there is no such pipe, or no program has it open to write.
    """

    samplerate, channels = SAMPLE_RATE, 1

    def __init__(self, name: str, callback: Callable[..., None], finished: Callable[[], None] | None = None) -> None:
        path = expanded(name.removeprefix("pipe:"))
        self.name = path.name
        self.closed = False
        self._callback, self._finished = callback, finished
        try:
            self._pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise AudioError(f"[audio] input: {shown(path)}: {error.strerror}") from None
        fault = ""
        if not stat.S_ISFIFO(os.fstat(self._pipe).st_mode):
            fault = f"[audio] input: {shown(path)}: is no named pipe"
        elif self._take() == b"":  # and what was said before is not heard now
            fault = f"microphone '{self.name}' is off: it is used as soon as it sends"
        if fault:
            os.close(self._pipe)
            raise AudioError(fault)
        self._reader = threading.Thread(target=self._read, name="piped-sound", daemon=True)
        self._reader.start()

    def _take(self) -> bytes | None:
        """Return the sound that is there, at most what a pipe holds; None where none is, nothing at the end of it."""
        try:
            return os.read(self._pipe, 1 << 16)
        except BlockingIOError:
            return None

    def _read(self) -> None:
        rest, status = b"", SimpleNamespace(input_overflow=False)
        while not self.closed:
            if not select.select([self._pipe], [], [], 0.1)[0] or (sound := self._take()) is None:
                continue
            if not sound:
                break
            rest += sound
            end = len(rest) // (FRAME_SAMPLES * 2) * FRAME_SAMPLES * 2
            for start in range(0, end, FRAME_SAMPLES * 2):
                block = np.frombuffer(rest[start : start + FRAME_SAMPLES * 2], dtype="<i2")
                sound = (block.astype(np.float32) / np.float32(32768)).tobytes()
                self._callback(sound, FRAME_SAMPLES, None, status)
            rest = rest[end:]
        if self._finished is not None:
            self._finished()

    def close(self) -> None:
        """End the stream and let the pipe go."""
        self.closed = True
        if threading.current_thread() is not self._reader:
            self._reader.join(1.0)
        os.close(self._pipe)
