"""The state of the machine that the tests run on."""

from __future__ import annotations

import subprocess

import pytest


@pytest.mark.parametrize(
    "action", ["battery", "disk", "memory", "load", "temperature", "uptime", "address", "network", "hungriest"]
)
def test_the_state_of_this_machine_is_told_in_a_sentence(world, action):
    said = world.do(f"system.{action}").text
    assert said.endswith(".")
    assert 10 < len(said) < 160


def test_the_busiest_program_is_found(world):
    busy = subprocess.Popen(["sh", "-c", "while :; do :; done"])
    try:
        assert "sh with" in world.do("system.hungriest", {"of": "cpu"}).text.casefold()
    finally:
        busy.kill()
        busy.wait()
