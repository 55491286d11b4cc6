"""What is due rings the bell and is shown by the desktop where nobody looks at the terminal."""

from __future__ import annotations

import pytest
from textual import events

from assistant.events import Announced
from assistant.ui.screens.alert import desktop_notice, terminal_notice
from fakes.scenes import idle
from fakes.scripted import calls, emit, value

DUE = Announced("Your tea timer is done.")


@pytest.fixture
def told(tmp_path, monkeypatch):
    """The file into which a `notify-send` of the desktop writes its arguments."""
    program = tmp_path / "bin" / "notify-send"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/part; mv {tmp_path}/part {tmp_path}/told\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/bin:/usr/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    return tmp_path / "told"


async def due(pilot, looks):
    rung = []
    pilot.app.bell = lambda: rung.append("bell")
    await idle(pilot)
    pilot.app.post_message(events.AppFocus() if looks else events.AppBlur())
    await pilot.pause()
    await emit(pilot, DUE)
    return rung


async def until_there(pilot, file):
    for _ in range(500):
        if file.exists():
            return file.read_text()
        await pilot.pause(0.02)
    raise AssertionError("nothing is told")


async def test_who_looks_away_is_told(pilot, told):
    assert await due(pilot, looks=False) == ["bell"]
    assert (await until_there(pilot, told)).splitlines() == ["--app-name=Assistant", "--", "Assistant", DUE.text]


async def test_who_looks_sees_it(pilot, told):
    assert await due(pilot, looks=True) == []


@pytest.mark.app(notify="never")
async def test_never_is_never(pilot, told):
    assert await due(pilot, looks=False) == []


@pytest.mark.app(notify="always")
async def test_always_is_also_when_somebody_looks(pilot, told):
    assert await due(pilot, looks=True) == ["bell"]
    await until_there(pilot, told)


def test_a_desktop_far_away_is_not_told(told, tmp_path):
    here = {"DISPLAY": ":0", "PATH": str(tmp_path / "bin")}
    assert desktop_notice("hello", here)
    for changed in ({"SSH_CONNECTION": "1"}, {"DISPLAY": ""}, {"PATH": "/nowhere"}):
        assert desktop_notice("hello", here | changed) == ()


@pytest.mark.parametrize(
    ("environment", "sequence"),
    [
        ({"TERM": "xterm-kitty"}, "\x1b]9;a;b\x1b\\"),
        ({"TERM": "foot"}, "\x1b]777;notify;Assistant;a,b\x1b\\"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "\x1b]777;notify;Assistant;a,b\x1b\\"),
        ({"TERM": "xterm", "TMUX": "/tmp/x"}, ""),
        ({"TERM": "linux"}, ""),
    ],
)
def test_a_terminal_is_told_in_its_own_way(environment, sequence):
    assert terminal_notice("a;b", environment) == sequence


async def test_a_new_line_is_sent_with_the_one_before(pilot):
    await idle(pilot)
    await pilot.press(*"one", "alt+n", *"two", "shift+enter", *"three", "alt+enter", *"four")
    assert value(pilot) == "one ⏎ two ⏎ three ⏎ four"
    await pilot.press("enter")
    assert [call for call in calls(pilot) if call[0] == "submit"] == [
        ("submit", "one"),
        ("submit", "two"),
        ("submit", "three"),
        ("submit", "four"),
    ]
