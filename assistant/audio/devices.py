"""The one door to PortAudio: which devices there are, and a stream to or from one of them."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from assistant.config import AudioConfig
from assistant.errors import AudioError, did_you_mean
from assistant.events import FRAME_SECONDS

PROBED_RATES = (16_000, 22_050, 32_000, 44_100, 48_000)
"""Hz that `devices` asks each device about."""

Direction = Literal["input", "output"]

_CALLED = {"input": "microphone", "output": "loudspeaker"}

_BLOCK_SECONDS = {"input": FRAME_SECONDS, "output": 0.01}
"""Long enough not to waste time; for the loudspeaker short enough to fall silent at once."""

_LATENCY = {"input": "high", "output": "low"}
"""A microphone's frames must not get lost; they are not late by much."""

_NO_LIBRARY = (
    "the PortAudio library is missing, so there is no sound: sudo apt install libportaudio2"
    " (Fedora: sudo dnf install portaudio; Arch: sudo pacman -S portaudio; macOS: brew install portaudio)"
)

_STREAMS: weakref.WeakSet[Any] = weakref.WeakSet()
"""Every stream opened here: looking for devices anew would kill those still open."""


@dataclass(frozen=True, slots=True)
class Device:
    """An audio device as PortAudio lists it."""

    index: int
    name: str
    inputs: int
    """Channels it records."""
    outputs: int
    """Channels it plays."""
    default: bool
    """Whether it is the system's default microphone or loudspeaker."""
    rates: tuple[int, ...]
    """Those of PROBED_RATES that it takes."""


def devices() -> tuple[Device, ...]:
    """Return every audio device, with the sample rates it takes; none where there is no sound hardware.

    Raises:
        AudioError: the PortAudio library is not installed.
    """
    sounddevice = _library()
    _rescan()
    defaults = set(sounddevice.default.device)
    return tuple(
        Device(
            index=each["index"],
            name=each["name"],
            inputs=each["max_input_channels"],
            outputs=each["max_output_channels"],
            default=each["index"] in defaults,
            rates=tuple(rate for rate in PROBED_RATES if _takes(each, rate)),
        )
        for each in sounddevice.query_devices()
    )


def _takes(device: Mapping[str, Any], rate: int) -> bool:
    sounddevice = _library()
    direction: Direction = "input" if device["max_input_channels"] else "output"
    check = sounddevice.check_input_settings if direction == "input" else sounddevice.check_output_settings
    for channels in _channel_counts(device, direction):
        with contextlib.suppress(sounddevice.PortAudioError):
            check(device["index"], channels=channels, dtype="float32", samplerate=rate)
            return True
    return False


def _channel_counts(device: Mapping[str, Any], direction: Direction) -> tuple[int, ...]:
    """Return the numbers of channels to try, best first."""
    most: int = device[f"max_{direction}_channels"]
    return tuple(dict.fromkeys(count for count in (1, 2, most) if count <= most))


def choose_device(wanted: str, direction: Direction) -> Mapping[str, Any]:
    """Return PortAudio's description of the device with that number or part of a name; "" is the default.

    Raises:
        AudioError: there is no such device, or none at all.
    """
    sounddevice = _library()
    usable: list[Mapping[str, Any]] = [
        each for each in sounddevice.query_devices() if each[f"max_{direction}_channels"] > 0
    ]
    if not usable:
        raise AudioError(f"there is no {_CALLED[direction]}: `assistant doctor` says more")
    if not wanted:
        default = sounddevice.default.device[0 if direction == "input" else 1]
        return next((each for each in usable if each["index"] == default), usable[0])
    sought = wanted.casefold()
    for matches in (str.__eq__, str.__contains__):
        for each in usable:
            if str(each["index"]) == sought or matches(each["name"].casefold(), sought):
                return each
    hint = did_you_mean(wanted, [each["name"] for each in usable])
    raise AudioError(f"[audio] {direction}: there is no {_CALLED[direction]} '{wanted}'{hint}")


def open_stream(config: AudioConfig, direction: Direction, rate: int, callback: Callable[..., None]) -> tuple[Any, str]:
    """Open the configured device; return its stream, running and float32, and its name.

    The stream is mono at `rate` if the device agrees, else what the device does take: ask the stream for its
    `samplerate` and `channels`. A device that was plugged in since the start is found.

    Raises:
        AudioError: the library or the device is missing, or it takes no format at all.
    """
    wanted = config.input if direction == "input" else config.output
    for last in (False, True):
        try:
            return _open(choose_device(wanted, direction), direction, rate, callback)
        except AudioError:
            if last or not _rescan():
                raise
    raise AssertionError


def _open(device: Mapping[str, Any], direction: Direction, rate: int, callback: Callable[..., None]) -> tuple[Any, str]:
    sounddevice = _library()
    make = sounddevice.InputStream if direction == "input" else sounddevice.OutputStream
    rates = dict.fromkeys((rate, int(device["default_samplerate"]), 48_000, 44_100))
    refusal: Exception | None = None
    for each_rate, channels in itertools.product(rates, _channel_counts(device, direction)):
        try:
            stream = make(
                each_rate,
                blocksize=int(each_rate * _BLOCK_SECONDS[direction]),
                device=device["index"],
                channels=channels,
                dtype="float32",
                latency=_LATENCY[direction],
                callback=callback,
            )
            stream.start()
        except sounddevice.PortAudioError as error:
            refusal = refusal or error
        else:
            _STREAMS.add(stream)
            return stream, device["name"]
    raise AudioError(f"{_CALLED[direction]} '{device['name']}' cannot be opened: {_reason(refusal)}")


def _rescan() -> bool:
    """Look for devices anew: PortAudio knows those that were there when it was loaded. False: a stream is open."""
    if any(not stream.closed for stream in _STREAMS):
        return False
    sounddevice = _library()
    sounddevice._terminate()
    sounddevice._initialize()
    return True


@cache
def _library() -> Any:
    """Return the sounddevice module, or raise the line that says how to install what it needs."""
    _silence_c_libraries()
    try:
        import sounddevice
    except OSError:
        raise AudioError(_NO_LIBRARY) from None
    return sounddevice


def _reason(error: Exception | None) -> str:
    """Return PortAudio's reason without its codes: `Invalid sample rate`."""
    return str(error.args[0] if error else "it takes no format").split(": ")[-1].split(" [")[0]


def _silence_c_libraries() -> None:
    """Keep ALSA and PortAudio from writing to the terminal, which may be showing a user interface.

    They print through C's variable `stderr`. It is pointed elsewhere, rather than file descriptor 2, because
    through that the interface paints.
    """
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    with contextlib.suppress(ValueError):  # not every C library has it under this name
        ctypes.c_void_p.in_dll(libc, "stderr").value = libc.fopen(b"/dev/null", b"w")
