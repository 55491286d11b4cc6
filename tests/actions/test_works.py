"""Actions that cannot work on a machine, told without carrying them out."""

from __future__ import annotations

import pytest

from assistant.actions import works
from assistant.actions.works import is_offered, works_here
from assistant.config import Config, HomeAssistantConfig
from assistant.values import ArgvAction, BuiltInAction, HttpAction

CONFIG = Config()


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine without programs, a desktop session, a backlight or a battery."""
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    for name in ("_BACKLIGHTS", "_BATTERIES"):
        monkeypatch.setattr(works, name, tmp_path / name)
    return tmp_path


def install(machine, name):
    program = machine / "bin" / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    "name",
    [
        "media.control", "media.now", "volume.set", "desktop.page", "desktop.search", "screen.shot", "screen.lock",
        "screen.brightness", "system.battery", "home.intent",
    ],
)  # fmt: skip
def test_what_is_missing_cannot_work(machine, name):
    assert not works_here(BuiltInAction(name), CONFIG)


@pytest.mark.parametrize("name", ["timer.start", "list.add", "clock.time", "system.memory", "dialogue.help"])
def test_what_needs_nothing_works(machine, name):
    assert works_here(BuiltInAction(name), CONFIG)
    assert works_here(None, CONFIG)


def test_what_is_there_works(machine, monkeypatch):
    install(machine, "pactl")
    install(machine, "playerctl")
    assert works_here(BuiltInAction("volume.mute"), CONFIG)
    assert not works_here(BuiltInAction("media.now"), CONFIG), "there is no desktop session"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    assert works_here(BuiltInAction("media.now"), CONFIG)
    (machine / "_BATTERIES" / "BAT0").mkdir(parents=True)
    assert works_here(BuiltInAction("system.battery"), CONFIG)
    home = Config(home_assistant=HomeAssistantConfig("http://127.0.0.1:8123"))
    assert works_here(BuiltInAction("home.intent"), home)


def test_programs_and_web_calls_of_a_user(machine):
    install(machine, "brew")
    assert works_here(ArgvAction(("brew", "coffee")), CONFIG)
    assert not works_here(ArgvAction(("brew-tea",)), CONFIG)
    (machine / "own.sh").write_text("")
    assert works_here(ArgvAction(("./own.sh",), directory=machine), CONFIG)
    assert works_here(HttpAction("http://127.0.0.1:1/"), CONFIG)


def test_what_needs_setting_up_is_named_in_no_list_until_it_is():
    for name in ("home.intent", "generate.text", "image.create"):
        assert not is_offered(BuiltInAction(name), CONFIG)
    home = Config(home_assistant=HomeAssistantConfig("http://127.0.0.1:8123"))
    assert is_offered(BuiltInAction("home.intent"), home)
    assert is_offered(BuiltInAction("media.now"), CONFIG), "a player may be installed any day"
    assert is_offered(None, CONFIG)
