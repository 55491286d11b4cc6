"""A microphone made of software: a private PulseAudio server whose null sink is heard as the default source.

    with virtual_microphone() as room:
        subprocess.run([...], env={**os.environ, **room.environment})    # reads the microphone
        room.play(Path("what-time-is-it.wav"))                           # is heard by it

What is played into the sink is what the microphone hears; `unplug` and `plug_in` take it away and bring it back. The
server, its socket and the ALSA configuration through which PortAudio finds it live in one temporary folder; all is
gone at the end.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("pulseaudio", "pactl", "paplay")

# norewinds: without it a null sink hands on its sound in pieces of two seconds.
SINKS = {"room": 48_000, "cd": 44_100}
SERVER = """\
load-module module-native-protocol-unix socket={folder}/socket auth-anonymous=1
"""

# `only_44100` refuses every other rate, as some sound cards do: no such rate converter exists.
ALSA = """\
pcm.!default {{ type pulse server "unix:{folder}/socket" }}
ctl.!default {{ type pulse server "unix:{folder}/socket" }}
pcm.room {{ type pulse server "unix:{folder}/socket" device "room.monitor" }}
pcm.cd {{ type pulse server "unix:{folder}/socket" device "cd.monitor" }}
pcm.only_44100 {{ type plug slave {{ pcm "cd" rate 44100 channels 2 }} rate_converter "none" }}
"""


class VirtualMicrophoneError(Exception):
    """What it needs is not there."""


@dataclass(frozen=True, slots=True)
class Room:
    """What there is to hear."""

    folder: Path
    environment: dict[str, str]
    """For the process that reads the microphone; to be set before it loads PortAudio."""

    def play(self, recording: Path, sink: str = "room") -> None:
        """Play a WAV file into the microphone, to its end."""
        subprocess.run(["paplay", f"--device={sink}", str(recording)], env=self._client(), check=True, timeout=120)

    def pactl(self, *arguments: str) -> str:
        """Ask the server something, or tell it."""
        run = subprocess.run(["pactl", *arguments], env=self._client(), check=True, timeout=20, capture_output=True)
        return run.stdout.decode()

    def unplug(self) -> None:
        """Take the microphones and loudspeakers away."""
        self.pactl("unload-module", "module-null-sink")

    def plug_in(self) -> None:
        """Bring them back; `room` is the default."""
        for name, rate in SINKS.items():
            self.pactl(
                "load-module", "module-null-sink", f"sink_name={name}", f"rate={rate}", "channels=2", "norewinds=1"
            )
        self.pactl("set-default-sink", "room")
        self.pactl("set-default-source", "room.monitor")

    def _client(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


@contextlib.contextmanager
def virtual_microphone() -> Iterator[Room]:
    """Run the server.

    Raises:
        VirtualMicrophoneError: PulseAudio is not installed, or does not start.
    """
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        raise VirtualMicrophoneError(
            f"needs {', '.join(missing)}: sudo apt install pulseaudio pulseaudio-utils libasound2-plugins"
        )
    folder = Path(tempfile.mkdtemp(prefix="microphone-"))
    (folder / "server.pa").write_text(SERVER.format(folder=folder))
    (folder / "alsa.conf").write_text(ALSA.format(folder=folder))
    home = {name: str(folder) for name in ("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH")}
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(
        ["pulseaudio", "-n", "-F", str(folder / "server.pa"), "--daemonize=no", "--use-pid-file=no",
         "--exit-idle-time=-1", "--disallow-exit", "--log-target=stderr"],
        env={**os.environ, **home}, stdout=log, stderr=log,
    )  # fmt: skip
    environment = {"PULSE_SERVER": f"unix:{folder}/socket", "ALSA_CONFIG_PATH": str(folder / "alsa.conf")}
    room = Room(folder, environment)
    try:
        _wait_for(room, server)
        room.plug_in()
        yield room
    finally:
        server.terminate()
        server.wait(10)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(room: Room, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if server.poll() is not None:
            break
        with contextlib.suppress(subprocess.CalledProcessError):
            room.pactl("info")
            return
        time.sleep(0.1)
    raise VirtualMicrophoneError(f"PulseAudio does not start: {(room.folder / 'server.log').read_text()[-500:]}")
