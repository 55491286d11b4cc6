"""Voice activity detection: the Silero network that comes inside faster-whisper, fed frame by frame.

The network is deaf to soft speech: 40 dB below what is usual it misses one command in seven, 50 dB below one in two.
So what is soft is made louder before, by the loudest frame that was heard of late.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import ModelError
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, Frame

_CONTEXT = 64
"""Samples of the frame before, with which the network's window begins."""


class _Gain:
    """Makes a stream of frames as loud as usual, where it is softer; what is loud enough stays as it is."""

    def __init__(self, usual: float = 0.1, most: float = 31.6, decay: float = 5.0) -> None:
        """Take the usual RMS, the factor at most, and the dB in a second by which the loudest frame is forgotten."""
        self._usual, self._most = usual, most
        self._kept = 10 ** (-decay * FRAME_SECONDS / 20)
        self._loudest = 0.0

    def louder(self, frame: Frame) -> Frame:
        self._loudest = max(float(np.sqrt(np.mean(np.square(frame)))), self._loudest * self._kept)
        if self._loudest >= self._usual:
            return frame
        factor = self._usual / max(self._loudest, self._usual / self._most)
        made: Frame = np.clip(frame * np.float32(factor), -1.0, 1.0)
        return made


class Vad:
    """Voice detection over one stream of frames; it keeps state between frames, so use a new one for each stream.

    Args:
        hears_soft: speech far from the microphone counts; else only as loud as it comes.

    Raises:
        ModelError: the network is not where faster-whisper should have it.
    """

    def __init__(self, hears_soft: bool = False) -> None:
        self._network = _network()
        self._gain = _Gain() if hears_soft else None
        self.reset()

    def reset(self) -> None:
        """Drop all state: loud speech makes the network deaf to softer speech for minutes."""
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._last = np.zeros(FRAME_SAMPLES, np.float32)
        self._has_heard = False

    def probability(self, frame: Frame) -> float:
        """Return the probability that the frame holds speech, 0 to 1."""
        return self.probabilities([frame])[0]

    def probabilities(self, frames: Sequence[Frame]) -> list[float]:
        """Return that of each of the next frames, in one run of the network: a run costs more than a frame in it.

        Digital silence before any sound leaves it as it is: nothing is there to ask the network about.
        """
        self._has_heard = self._has_heard or any(frame.any() for frame in frames)
        if not self._has_heard:
            return [0.0] * len(frames)
        if self._gain is not None:
            frames = [self._gain.louder(frame) for frame in frames]
        windows = np.empty((len(frames), _CONTEXT + FRAME_SAMPLES), np.float32)
        for window, before, frame in zip(windows, (self._last, *frames), frames, strict=False):
            window[:_CONTEXT], window[_CONTEXT:] = before[-_CONTEXT:], frame
        self._last = frames[-1]
        found, self._h, self._c = self._network.run(None, {"input": windows, "h": self._h, "c": self._c})
        return [float(probability) for probability in found]


@cache
def _network() -> Any:
    # The package is located without being imported: it takes a while to load, and the network needs none of it.
    package = importlib.util.find_spec("faster_whisper")
    file = Path(package.origin).parent / "assets" / "silero_vad_v6.onnx" if package and package.origin else None
    if file is None or not file.is_file():
        raise ModelError("the voice detector is missing: reinstall faster-whisper (pip install 'faster-whisper>=1.2')")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
