"""A sound device that a person can choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Direction: TypeAlias = Literal["input", "output"]
"""Direction of sound: a microphone's or a loudspeaker's; also the key in `[audio]`."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A device that a person can choose."""

    direction: Direction
    """Microphone or loudspeaker."""
    name: str
    """Value of the key in `[audio]`; empty: the system's default."""
    chosen: bool
    """True where the key has this value now."""
    present: bool = True
    """False where it is configured and not plugged in."""
