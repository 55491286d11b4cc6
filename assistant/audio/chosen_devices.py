"""The microphone and the loudspeaker in use: those there are, the chosen ones, and where the choice is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config import AudioConfig, remember
from assistant.events import DeviceChoice, Direction

if TYPE_CHECKING:
    from assistant.audio.devices import Device


class ChosenDevices:
    """The devices that a person has chosen; `file` is the config.toml that the choice is written into."""

    def __init__(self, config: AudioConfig, file: Path | None = None) -> None:
        self._config = config
        self._file = file

    @property
    def config(self) -> AudioConfig:
        """Return the choice as it is now."""
        return self._config

    def choose(self, direction: Direction, name: str) -> None:
        """Take another device from now on."""
        config = self._config
        self._config = replace(config, input=name) if direction == "input" else replace(config, output=name)

    def remember(self, direction: Direction) -> str:
        """Write a choice into the file; return the line that says so, "" where there is no file.

        Raises:
            ConfigError: the file cannot be read or written, or is not TOML.
        """
        if self._file is None:
            return ""
        name: str = getattr(self._config, direction)
        remember(self._file, "audio", direction, name)
        return f'[audio] {direction} = "{name}", kept in {self._file}'

    def choices(self) -> tuple[DeviceChoice, ...]:
        """List microphones, then loudspeakers, the system's default first in each.

        Raises:
            AudioError: the devices cannot be listed.
        """
        from assistant.audio.devices import devices

        present = devices()
        return (*_choices(self._config.input, "input", present), *_choices(self._config.output, "output", present))


def _choices(wanted: str, direction: Direction, present: Sequence[Device]) -> Iterator[DeviceChoice]:
    from assistant.audio.devices import find, lasting_names
    from assistant.audio.pipe import is_pipe

    chosen = find(wanted, direction, present) if wanted else None
    yield DeviceChoice(direction, "", chosen=not wanted)
    for device, name in zip(present, lasting_names(present), strict=True):
        if device.channels(direction):
            yield DeviceChoice(direction, name, chosen=device is chosen)
    if wanted and chosen is None:
        yield DeviceChoice(direction, wanted, chosen=True, present=is_pipe(wanted))
