"""The one door to PortAudio: which devices there are, and a stream to or from one of them."""

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

from assistant.config import AudioConfig
from assistant.errors import AudioError, did_you_mean
from assistant.values import FRAME_SECONDS, Direction

PROBED_RATES = (16_000, 22_050, 32_000, 44_100, 48_000)
"""Hz that `rates` asks a device about."""

_CALLED = {"input": "microphone", "output": "loudspeaker"}

_BLOCK_SECONDS = {"input": FRAME_SECONDS, "output": 0.01}
"""Long enough not to waste time; for the loudspeaker short enough to fall silent at once."""

_LATENCY = {"input": "high", "output": "low"}
"""A microphone's frames must not get lost; they are not late by much."""

_NO_LIBRARY = (
    "the PortAudio library is missing, so there is no sound: sudo apt install libportaudio2"
    " (Fedora: sudo dnf install portaudio; Arch: sudo pacman -S portaudio; macOS: brew install portaudio)"
)

_STREAMS: weakref.WeakKeyDictionary[Any, Device] = weakref.WeakKeyDictionary()
"""Every stream opened here, and its device: looking for devices anew would kill those still open."""

_LOCK = threading.RLock()
"""Nothing is opened while devices are looked for anew."""

_STEADY = frozenset({"ALSA", "JACK Audio Connection Kit", "OSS"})
"""Kinds of sound system whose default is one device for good, behind which a sound server moves what is open."""

_LIST = """
import dataclasses, json, sys
from assistant.audio.devices import devices
json.dump([dataclasses.asdict(each) for each in devices()], sys.stdout)
"""
_LIST_SECONDS = 20.0

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
    """As what it is the system's default."""

    def channels(self, direction: Direction) -> int:
        """Return how many it has in that direction."""
        return self.inputs if direction == "input" else self.outputs


def devices() -> tuple[Device, ...]:
    """Return every audio device that is there now; none where there is no sound hardware.

    Raises:
        AudioError: the PortAudio library is not installed, or does not answer.
    """
    with _LOCK:
        if rescan():
            return _listed()
        in_use = {device.name: device for stream, device in _STREAMS.items() if not stream.closed}
    found = _seen_elsewhere()
    names = {each.name for each in found}
    return *found, *(device for name, device in in_use.items() if name not in names)


def _seen_elsewhere() -> tuple[Device, ...]:
    """Return the devices that a new process sees; those that others have for themselves are not among them."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        run = subprocess.run(
            [sys.executable, "-c", _LIST], env=environment, capture_output=True, check=True, timeout=_LIST_SECONDS
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
            index=each["index"],
            name=each["name"],
            inputs=each["max_input_channels"],
            outputs=each["max_output_channels"],
            rate=int(each["default_samplerate"]),
            default=tuple(direction for direction, index in defaults if index == each["index"]),
        )
        for each in sounddevice.query_devices()
    )


def lasting_names(found: Iterable[Device]) -> tuple[str, ...]:
    """Return a name for each device that still holds when it is plugged in elsewhere, where there is one.

    The card's number changes with that; it stays in the name only where two devices differ in nothing else.
    """
    names = [each.name for each in found]
    bare = list(map(_bare, names))
    return tuple(name if bare.count(short) > 1 else short for name, short in zip(names, bare, strict=True))


def _bare(name: str) -> str:
    return _CARD_NUMBER.sub("", name)


def rates(device: Device) -> tuple[int, ...]:
    """Return those of PROBED_RATES that a device takes, as `devices` has just listed it."""
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
    usable = [each for each in among if each.channels(direction)]
    if not wanted:
        return next((each for each in usable if direction in each.default), usable[0] if usable else None)
    sought = wanted.casefold()
    for matches in (str.__eq__, _same_but_for_the_card, str.__contains__):
        for each in usable:
            if str(each.index) == sought or matches(each.name.casefold(), sought):
                return each
    return None


def _same_but_for_the_card(name: str, other: str) -> bool:
    return _bare(name) == _bare(other)


def open_stream(
    config: AudioConfig,
    direction: Direction,
    rate: int,
    callback: Callable[..., None],
    finished: Callable[[], None] | None = None,
) -> tuple[Any, Device]:
    """Open the configured device; return its stream, running and float32, and what it is.

    The stream is mono at `rate` if the device agrees, else what the device does take: ask the stream for its
    `samplerate` and `channels`. A device that was plugged in since the start is found. `finished` is called when
    the stream ends, also where the device has ended it.

    Raises:
        AudioError: the library or the device is missing, or it takes no format at all.
    """
    wanted = config.input if direction == "input" else config.output
    with _LOCK:
        # A reply must not wait; but a microphone that is not where it was might be taken for another.
        for last in (direction == "input" and rescan(), True):
            try:
                return _open(_wanted(wanted, direction), direction, rate, callback, finished)
            except AudioError:
                if last or not rescan():
                    raise
    raise AssertionError


def _wanted(wanted: str, direction: Direction) -> Device:
    among = _listed()
    if found := find(wanted, direction, among):
        return found
    names = [each.name for each in among if each.channels(direction)]
    if not names:
        raise AudioError(f"there is no {_CALLED[direction]}: `assistant doctor` says more")
    raise AudioError(f"[audio] {direction}: there is no {_CALLED[direction]} '{wanted}'{did_you_mean(wanted, names)}")


def _open(
    device: Device,
    direction: Direction,
    rate: int,
    callback: Callable[..., None],
    finished: Callable[[], None] | None,
) -> tuple[Any, Device]:
    sounddevice = _library()
    make = sounddevice.InputStream if direction == "input" else sounddevice.OutputStream
    tried = dict.fromkeys((rate, device.rate, 48_000, 44_100))
    refusal: Exception | None = None
    for each_rate, channels in itertools.product(tried, _channel_counts(device, direction)):
        stream = None
        try:
            stream = make(
                each_rate,
                blocksize=int(each_rate * _BLOCK_SECONDS[direction]),
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
    raise AudioError(f"{_CALLED[direction]} '{device.name}' cannot be opened: {_reason(refusal)}")


def rescan() -> bool:
    """Look for devices anew: PortAudio knows those that were there when it was loaded. False: a stream is open.

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


def default_wanders(device: Device) -> bool:
    """Whether an open stream stays behind when the system's default becomes another device than this."""
    sounddevice = _library()
    kind: str = sounddevice.query_hostapis(sounddevice.query_devices(device.index)["hostapi"])["name"]
    return kind not in _STEADY


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
