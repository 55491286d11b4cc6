"""Whatever is here stands in for a server that is gone, and each change is told once."""

from __future__ import annotations

import pytest

from assistant.errors import ModelError
from assistant.remote.standby import Standby


def failing():
    raise ModelError("gpu:8000: cannot be reached")


def test_a_server_that_is_gone_is_told_once_left_alone_for_a_while_and_found_again():
    told, now, asked = [], [0.0], []
    standby = Standby("the voice is here", "the voice is there", told.append, pause=30.0, clock=lambda: now[0])
    answers = iter(["there", ModelError("gpu:8000: gone"), ModelError("gpu:8000: gone"), "back", "back"])

    def remote():
        asked.append(now[0])
        if isinstance(answer := next(answers), ModelError):
            raise answer
        return answer

    def ask(at):
        now[0] = at
        return standby.call(remote, lambda: "here")

    assert [ask(at) for at in (0, 1, 2, 30.9, 31, 40, 61, 62)] == [
        "there", "here", "here", "here", "here", "here", "back", "back",
    ]  # fmt: skip
    assert asked == [0, 1, 31, 61, 62]
    assert told == [
        "gpu:8000: gone; the voice is here",
        "the voice is there",
    ]


def test_where_nothing_here_can_stand_in_its_fault_is_raised():
    def missing():
        raise ModelError("base: is missing")

    told = []
    with pytest.raises(ModelError, match="base: is missing"):
        Standby("here", "there", told.append).call(failing, missing)
    assert len(told) == 1
