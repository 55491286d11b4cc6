"""The benchmarks' virtual microphone; a test is skipped where there cannot be one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from benchmarks.virtual_microphone import Room, VirtualMicrophoneError
from benchmarks.virtual_microphone import virtual_microphone as _virtual_microphone


@contextlib.contextmanager
def virtual_microphone() -> Iterator[Room]:
    """Run the server for as long as the test needs it."""
    with contextlib.ExitStack() as stack:
        try:
            room = stack.enter_context(_virtual_microphone())
        except VirtualMicrophoneError as error:
            pytest.skip(str(error))
        yield room
