"""How likely a frame is speech: the Silero network that comes inside faster-whisper, fed frame by frame."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import ModelError
from assistant.values import FRAME_SAMPLES, Frame

_CONTEXT = 64
"""Samples of the frame before that the network wants to see again."""


class Vad:
    """Voice detection over one stream of frames; it remembers what came before, so use a new one for each stream.

    Raises:
        ModelError: the network is not where faster-whisper should have it.
    """

    def __init__(self) -> None:
        self._network = _network()
        self.forget()

    def forget(self) -> None:
        """Begin anew: what somebody has said makes the network deaf for minutes to who speaks more softly."""
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._window = np.zeros((1, _CONTEXT + FRAME_SAMPLES), np.float32)

    def probability(self, frame: Frame) -> float:
        """Return how likely the frame holds speech, 0 to 1."""
        self._window[0, :_CONTEXT] = self._window[0, -_CONTEXT:]
        self._window[0, _CONTEXT:] = frame
        inputs = {"input": self._window, "h": self._h, "c": self._c}
        probability, self._h, self._c = self._network.run(None, inputs)
        return float(probability[0])


@cache
def _network() -> Any:
    # Found without being imported: faster-whisper takes a while to load, and the network needs none of it.
    package = importlib.util.find_spec("faster_whisper")
    file = Path(package.origin).parent / "assets" / "silero_vad_v6.onnx" if package and package.origin else None
    if file is None or not file.is_file():
        raise ModelError("the voice detector is missing: reinstall faster-whisper (pip install 'faster-whisper>=1.2')")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
