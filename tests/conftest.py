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


@pytest.fixture(scope="session", autouse=True)
def nobodys_config_folder(tmp_path_factory):
    """A config folder with the two folders of a person's own files, both empty."""
    folder = tmp_path_factory.mktemp("config")
    for kind in ("intents", "knowledge"):
        (folder / "assistant" / kind).mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        yield folder
