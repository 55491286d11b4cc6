"""Echo cancelling by libspeexdsp, an adaptive filter in the frequency domain: the only module that uses it."""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import AudioError
from assistant.values import FRAME_SAMPLES, SAMPLE_RATE, Frame

NO_LIBRARY = (
    "libspeexdsp is missing, so nothing but the wake word and the key stops a spoken reply:"
    " sudo apt install libspeexdsp1 (Fedora: sudo dnf install speexdsp; Arch: sudo pacman -S speexdsp;"
    " macOS: brew install speexdsp)"
)


class SpeexEcho:
    """A filter that learns the way from the loudspeaker to the microphone, `taps` samples long.

    Raises:
        AudioError: the library is not installed; the message says how to install it.
    """

    def __init__(self, taps: int = 4096) -> None:
        self._library = library()
        self._state = ctypes.c_void_p(self._library.speex_echo_state_init(FRAME_SAMPLES, taps))
        rate = ctypes.c_int(SAMPLE_RATE)
        self._library.speex_echo_ctl(self._state, 24, ctypes.byref(rate))  # 24: SPEEX_ECHO_SET_SAMPLING_RATE

    def cancel(self, heard: Frame, played: Frame) -> Frame:
        """Return what is heard without what was played."""
        sound, reference = _integers(heard), _integers(played)
        result = np.empty_like(sound)
        self._library.speex_echo_cancellation(self._state, sound.ctypes.data, reference.ctypes.data, result.ctypes.data)
        return result.astype(np.float32) / np.float32(32767.0)

    def __del__(self) -> None:
        if state := getattr(self, "_state", None):
            self._library.speex_echo_state_destroy(state)


@cache
def library() -> Any:
    """Load the library.

    Raises:
        AudioError: it is not installed; the message says how to install it.
    """
    name = ctypes.util.find_library("speexdsp")
    if name is None:
        raise AudioError(NO_LIBRARY)
    speex = ctypes.CDLL(name)
    speex.speex_echo_state_init.restype = ctypes.c_void_p
    speex.speex_echo_state_init.argtypes = [ctypes.c_int, ctypes.c_int]
    speex.speex_echo_cancellation.argtypes = [ctypes.c_void_p] * 4
    speex.speex_echo_ctl.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
    speex.speex_echo_state_destroy.argtypes = [ctypes.c_void_p]
    return speex


def _integers(frame: Frame) -> NDArray[np.int16]:
    return (np.clip(frame, -1.0, 1.0) * 32767.0).astype(np.int16)
