"""Fixtures of the tests that run the assistant in a process of its own."""

from __future__ import annotations

import pytest

from fakes.virtual_microphone import virtual_microphone


@pytest.fixture(scope="module")
def room():
    """A virtual microphone for processes that are started with its environment; this one has none."""
    with virtual_microphone() as room:
        yield room
