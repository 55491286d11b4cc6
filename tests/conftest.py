"""Fixtures that tests of several rooms share."""

from __future__ import annotations

import os

import pytest

from assistant.audio import devices
from fakes.virtual_microphone import virtual_microphone


@pytest.fixture(scope="module")
def room():
    """A virtual microphone that is the default device of this process and of those that it starts."""
    with virtual_microphone() as room:
        os.environ |= room.environment
        try:
            devices.devices()  # PortAudio is loaded anew, with the room's devices
            yield room
        finally:
            for name in room.environment:
                del os.environ[name]
