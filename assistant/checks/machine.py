"""The machine: sound devices, the speech model's back-end, memory and disk."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
from collections.abc import Iterator

from assistant import weights
from assistant.app import build
from assistant.checks.finding import Finding
from assistant.config import Config
from assistant.errors import AudioError
from assistant.values import CLIPPING, FRAME_SECONDS, SAMPLE_RATE


def devices(_: Config) -> Iterator[Finding]:
    """List sound devices with the rates they take; yield a fault where there is no microphone or no loudspeaker.

    Raises:
        AudioError: the devices cannot be listed.
    """
    from assistant.audio import devices as hardware

    present = hardware.devices()
    for device in present:
        directions = [("microphone", "input", device.inputs), ("loudspeaker", "output", device.outputs)]
        uses = " and ".join(
            f"{'default ' * (direction in device.default)}{name}"
            for name, direction, channels in directions
            if channels
        )
        rates = ", ".join(f"{rate / 1000:g}" for rate in hardware.rates(device)) or "no"
        yield Finding("audio", True, f"{device.index}: {device.name} ({uses}) takes {rates} kHz")
    if not any(device.inputs for device in present):
        yield Finding(
            "microphone", False, "no microphone is there; typing works",
            "plug one in, or start the sound server (`systemctl --user start pipewire pulseaudio`)",
        )  # fmt: skip
    if not any(device.outputs for device in present):
        yield Finding("loudspeaker", False, "no loudspeaker is there; replies are shown, not spoken")


def microphone(config: Config, seconds: float = 1.0) -> Iterator[Finding]:
    """Record for a moment and yield the level; nothing where there is no microphone, which `devices` tells.

    Raises:
        AudioError: the microphone cannot be opened, or sends nothing.
    """
    from assistant.audio import devices as hardware
    from assistant.audio.capture import Microphone

    if not any(device.inputs for device in hardware.devices()):
        return
    with Microphone(config.audio) as source:
        frames = list(itertools.islice(source.frames(), round(seconds / FRAME_SECONDS)))
        if source.lost:
            raise AudioError(source.lost)
        level = source.level()
    resampled = f", resampled to {SAMPLE_RATE}" if source.rate != SAMPLE_RATE else ""
    device = f"'{source.device.name}' at {source.rate} Hz{resampled}"
    if not any(frame.any() for frame in frames):
        yield Finding(
            "microphone", False, f"{device} sends only silence",
            "is it muted, by a switch on it or in the sound settings? Or choose another with [audio] input",
        )  # fmt: skip
        return
    clips = level.peak >= CLIPPING
    detail = f"{device}: heard {seconds:g} s of sound, {level.rms:.0f} dB, peak {level.peak:.0f} dB"
    cure = "turn the microphone down in the sound settings" if clips else ""
    yield Finding("microphone", not clips, detail + ", too loud" * clips, cure)


def echo(config: Config) -> Iterator[Finding]:
    """Say who takes the assistant's own voice out of what is heard.

    Raises:
        AudioError: nobody does: libspeexdsp is missing.
    """
    from assistant.audio.echo.sound_server import cancels_echo
    from assistant.audio.echo.speexdsp import library

    if config.audio.cancel_echo == "never":
        yield Finding("echo", True, "not cancelled here: [audio] cancel_echo is never")
    elif config.audio.cancel_echo == "auto" and cancels_echo(config.audio.input):
        yield Finding("echo", True, "the sound server takes the assistant's own voice out, and it is not done twice")
    else:
        library()
        yield Finding("echo", True, "the assistant's own voice is taken out of what is heard, by libspeexdsp")


def wake_word(config: Config) -> Iterator[Finding]:
    """Load the wake word's network, where listening starts with it.

    Raises:
        ModelError: it does not work here.
    """
    if config.listen.start == "wake_word":
        yield Finding("wake word", True, f"“{build.open_wake_word(config).phrase}” is listened for")


def speech(config: Config) -> Iterator[Finding]:
    """Load the speech model and yield its folder and back-end; nothing where its weights are missing.

    Raises:
        ModelError: its weights are corrupt.
    """
    if any(row.name == config.stt.model and row.state != "present" for row in weights.inventory(config)):
        return
    here, models = dataclasses.replace(config.stt, url=""), dataclasses.replace(config.models, offline=True)
    offline = dataclasses.replace(config, stt=here, models=models)
    folder = weights.resolve(config.stt.model, "stt", offline, lambda _: None)
    transcriber = build.open_transcriber(offline, lambda _: None)
    detail = f"{config.stt.model} in {folder}, on {transcriber.backend} (compute_type = {config.stt.compute_type})"
    yield Finding("speech", True, detail)


def memory(config: Config, memory_gb: float = 1.0, disk_gb: float = 1.0) -> Iterator[Finding]:
    """Compare free memory and disk with what the default models take, their weights twice while they are joined."""
    import psutil

    free = psutil.virtual_memory().available / 1e9
    cure = "" if free >= memory_gb else 'close something, or set [stt] model = "tiny.en"'
    yield Finding("memory", free >= memory_gb, f"{free:.1f} GB free", cure)
    folder = config.models_folder()
    while not folder.exists():
        folder = folder.parent
    room = shutil.disk_usage(folder).free / 1e9
    cure = "" if room >= disk_gb else "make room, or set [models] folder to another disk"
    yield Finding("disk", room >= disk_gb, f"{room:.1f} GB free at {folder}", cure)
