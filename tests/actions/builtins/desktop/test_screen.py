"""Screenshots and brightness."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.actions.builtins.desktop import screen
from assistant.errors import ActionError


def test_a_screenshot_is_saved_by_the_first_tool_that_makes_one(world, programs, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "Pictures"))
    with pytest.raises(ActionError, match="install grim"):
        world.do("screen.shot")
    programs("gnome-screenshot", "exit 1")
    programs("scrot", '/bin/touch "$1"')
    said = world.do("screen.shot")
    assert Path(said.values["file"]).is_file()
    assert said.text == f"Screenshot saved as {Path(said.values['file']).name}."


def test_the_brightness_is_written_where_linux_shows_it(world, programs, tmp_path, monkeypatch):
    light = tmp_path / "backlight" / "panel"
    light.mkdir(parents=True)
    (light / "max_brightness").write_text("200\n")
    (light / "brightness").write_text("100\n")
    monkeypatch.setattr(screen, "BACKLIGHTS", light.parent)
    brighter = world.do("screen.brightness", {"step": "10"})
    assert brighter.text == "Screen at 60 percent."
    assert (light / "brightness").read_text() == "120"
    assert brighter.undo() == "The screen is back at 50 percent."
    assert world.do("screen.brightness", level=0).text == "Screen at 1 percent."
    monkeypatch.setattr(screen, "BACKLIGHTS", tmp_path / "none")
    with pytest.raises(ActionError, match="no backlight"):
        world.do("screen.brightness", level=50)
