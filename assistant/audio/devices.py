"""Audio devices and streams to and from them: the only module that uses PortAudio."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import json
import os
import re
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.audio.pipe import PipedSound, is_pipe
from assistant.config import AudioConfig
from assistant.errors import AudioError, did_you_mean
from assistant.events import Direction
from assistant.values import FRAME_SECONDS

PROBED_RATES = (16_000, 22_050, 32_000, 44_100, 48_000)
"""Hz for which `rates` tries a device."""

_NAMES = {"input": "microphone", "output": "loudspeaker"}

_BLOCK_SECONDS = {"input": FRAME_SECONDS, "output": 0.01}
"""Long enough to cost little; for the loudspeaker short enough to fall silent at once."""

_LATENCY = {"input": "high", "output": "low"}
"""A microphone's frames must not get lost; they come only a little later for it."""

_NO_LIBRARY = (
    "the PortAudio library is missing, so there is no sound: sudo apt install libportaudio2"
    " (Fedora: sudo dnf install portaudio; Arch: sudo pacman -S portaudio; macOS: brew install portaudio)"
)

_STREAMS: weakref.WeakKeyDictionary[Any, Device] = weakref.WeakKeyDictionary()
"""Every stream opened here, and its device: a rescan would end those that are still open."""

_LOCK = threading.RLock()
"""Held while devices are rescanned, so that no stream is opened meanwhile."""

_FIXED_DEFAULT = frozenset({"ALSA", "JACK Audio Connection Kit", "OSS"})
"""Sound systems whose default device never changes; behind it, a sound server moves open streams."""

_LISTING = """
import dataclasses, json, sys
from assistant.audio.devices import devices
json.dump([dataclasses.asdict(device) for device in devices()], sys.stdout)
"""

_CARD_NUMBER = re.compile(r" \(hw:\d+,\d+\)$")


@dataclass(frozen=True, slots=True)
class Device:
    """An audio device as PortAudio lists it."""

    index: int
    name: str
    inputs: int
    """Channels it records."""
    outputs: int
    """Channels it plays."""
    rate: int
    """Hz that it prefers."""
    default: tuple[Direction, ...]
    """Directions in which it is the system's default."""

    def channels(self, direction: Direction) -> int:
        """Return the number of channels in that direction."""
        return self.inputs if direction == "input" else self.outputs


def devices() -> tuple[Device, ...]:
    """Return every audio device that is connected now; none where there is no sound hardware.

    Raises:
        AudioError: the PortAudio library is not installed, or does not answer.
    """
    with _LOCK:
        if rescan():
            return _listed()
        in_use = {device.name: device for stream, device in _STREAMS.items() if not stream.closed}
    others = _listed_by_new_process()
    names = {device.name for device in others}
    return *others, *(device for name, device in in_use.items() if name not in names)


def _listed_by_new_process(timeout: float = 20.0) -> tuple[Device, ...]:
    """Return the devices that a new process finds; those that a process has for itself are not among them."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        run = subprocess.run(
            [sys.executable, "-c", _LISTING], env=environment, capture_output=True, check=True, timeout=timeout
        )
        rows = json.loads(run.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        raise AudioError("the audio devices cannot be listed: the sound system does not answer") from None
    return tuple(Device(**{**row, "default": tuple(row["default"])}) for row in rows)


def _listed() -> tuple[Device, ...]:
    """Return the devices that PortAudio knows."""
    sounddevice = _library()
    defaults: list[tuple[Direction, int]] = list(zip(("input", "output"), sounddevice.default.device, strict=True))
    return tuple(
        Device(
            index=row["index"],
            name=row["name"],
            inputs=row["max_input_channels"],
            outputs=row["max_output_channels"],
            rate=int(row["default_samplerate"]),
            default=tuple(direction for direction, index in defaults if index == row["index"]),
        )
        for row in sounddevice.query_devices()
    )


def lasting_names(listed: Iterable[Device]) -> tuple[str, ...]:
    """Return a name for each device that survives plugging it in elsewhere, as far as there is one.

    The card's number does not; it stays in the name only where two devices differ in nothing else.
    """
    names = [device.name for device in listed]
    short_names = list(map(_without_card, names))
    return tuple(
        name if short_names.count(short) > 1 else short for name, short in zip(names, short_names, strict=True)
    )


def _without_card(name: str) -> str:
    return _CARD_NUMBER.sub("", name)


def rates(device: Device) -> tuple[int, ...]:
    """Return those of PROBED_RATES that a device takes; `devices` must have listed it just now."""
    return tuple(rate for rate in PROBED_RATES if _takes(device, rate))


def _takes(device: Device, rate: int) -> bool:
    sounddevice = _library()
    direction: Direction = "input" if device.inputs else "output"
    check = sounddevice.check_input_settings if direction == "input" else sounddevice.check_output_settings
    for channels in _channel_counts(device, direction):
        with contextlib.suppress(sounddevice.PortAudioError):
            check(device.index, channels=channels, dtype="float32", samplerate=rate)
            return True
    return False


def _channel_counts(device: Device, direction: Direction) -> tuple[int, ...]:
    """Return the numbers of channels to try, best first."""
    most = device.channels(direction)
    return tuple(dict.fromkeys(count for count in (1, 2, most) if count <= most))


def find(wanted: str, direction: Direction, among: Iterable[Device]) -> Device | None:
    """Return the device with that number or name, or part of a name; "" is the default."""
    usable = [device for device in among if device.channels(direction)]
    if not wanted:
        return next((device for device in usable if direction in device.default), usable[0] if usable else None)
    query = wanted.casefold()
    for matches in (str.__eq__, _is_same_but_for_card, str.__contains__):
        for device in usable:
            if str(device.index) == query or matches(device.name.casefold(), query):
                return device
    return None


def _is_same_but_for_card(name: str, other: str) -> bool:
    return _without_card(name) == _without_card(other)


def open_stream(
    config: AudioConfig,
    direction: Direction,
    rate: int,
    callback: Callable[..., None],
    finished: Callable[[], None] | None = None,
) -> tuple[Any, Device]:
    """Open the configured device; return its running stream of float32, that of a microphone in bytes, and the device.

    The stream is mono at `rate` if the device agrees, else in a format that it does take: see the stream's
    `samplerate` and `channels`. A device that was plugged in since the start is found. `finished` is called when
    the stream ends, also where the device has ended it.

    Raises:
        AudioError: the library or the device is missing, or it takes no format at all.
    """
    wanted = config.input if direction == "input" else config.output
    if direction == "input" and is_pipe(wanted):
        pipe = PipedSound(wanted, callback, finished)
        return pipe, Device(-1, pipe.name, 1, 0, pipe.samplerate, ())
    with _LOCK:
        # A reply must not wait for a rescan. A microphone must: its number may be another device's by now.
        for last in (direction == "input" and rescan(), True):
            try:
                return _open(_wanted(wanted, direction), direction, rate, callback, finished)
            except AudioError:
                if last or not rescan():
                    raise
    raise AssertionError


def _wanted(wanted: str, direction: Direction) -> Device:
    listed = _listed()
    if device := find(wanted, direction, listed):
        return device
    names = [device.name for device in listed if device.channels(direction)]
    if not names:
        raise AudioError(f"there is no {_NAMES[direction]}: `assistant doctor` says more")
    raise AudioError(f"[audio] {direction}: there is no {_NAMES[direction]} '{wanted}'{did_you_mean(wanted, names)}")


def _open(
    device: Device,
    direction: Direction,
    rate: int,
    callback: Callable[..., None],
    finished: Callable[[], None] | None,
) -> tuple[Any, Device]:
    sounddevice = _library()
    make = sounddevice.RawInputStream if direction == "input" else sounddevice.OutputStream
    sample_rates = dict.fromkeys((rate, device.rate, 48_000, 44_100))
    refusal: Exception | None = None
    for sample_rate, channels in itertools.product(sample_rates, _channel_counts(device, direction)):
        stream = None
        try:
            stream = make(
                sample_rate,
                blocksize=int(sample_rate * _BLOCK_SECONDS[direction]),
                device=device.index,
                channels=channels,
                dtype="float32",
                latency=_LATENCY[direction],
                callback=callback,
                finished_callback=finished,
            )
            stream.start()
        except sounddevice.PortAudioError as error:
            refusal = refusal or error
            if stream is not None:
                stream.close()
        else:
            _STREAMS[stream] = device
            return stream, device
    raise AudioError(f"{_NAMES[direction]} '{device.name}' cannot be opened: {_reason(refusal)}")


def rescan() -> bool:
    """List devices anew, which PortAudio does when it is loaded; return False where an open stream prevents that.

    Raises:
        AudioError: the PortAudio library is not installed.
    """
    sounddevice = _library()
    with _LOCK:
        if any(not stream.closed for stream in _STREAMS):
            return False
        sounddevice._terminate()
        sounddevice._initialize()
    return True


def follows_default(device: Device) -> bool:
    """Return True where an open stream of the device is the default's, also when the system's default changes."""
    sounddevice = _library()
    kind: str = sounddevice.query_hostapis(sounddevice.query_devices(device.index)["hostapi"])["name"]
    return kind in _FIXED_DEFAULT


@cache
def _library() -> Any:
    """Import sounddevice.

    Raises:
        AudioError: PortAudio is missing; the message says how to install it.
    """
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

    They print through C's variable `stderr`. That is redirected, and not file descriptor 2, to which the interface
    paints.
    """
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    with contextlib.suppress(ValueError):  # not every C library has it under this name
        ctypes.c_void_p.in_dll(libc, "stderr").value = libc.fopen(b"/dev/null", b"w")
