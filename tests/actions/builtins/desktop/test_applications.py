"""Installed applications: only those of the menu are started."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.actions.builtins.desktop.applications import exec_arguments
from assistant.errors import ActionError


@pytest.fixture
def menu(tmp_path, monkeypatch, programs):
    folder = tmp_path / "share" / "applications"
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "none"))

    def add(file, **keys):
        lines = "\n".join(f"{key}={value}" for key, value in {"Type": "Application", **keys}.items())
        (folder / f"{file}.desktop").write_text(f"# menu\n[Desktop Entry]\n{lines}\n[Desktop Action x]\nName=Other\n")

    programs("app", "")
    return add


def eventually(condition):
    until = time.monotonic() + 3
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_an_installed_application_is_opened_by_what_people_call_it(world, menu, programs):
    menu("org.gnome.Calculator", Name="Calculator", Exec="app --calc %U")
    menu("firefox", Name="Firefox Web Browser", GenericName="Web Browser", Keywords="Internet;WWW;", Exec="app %u")
    menu("editor", Name="Text Editor", Exec='app "two words" --name=%c')
    assert world.do("desktop.open", name="firefox").text == "Opening Firefox Web Browser."
    assert world.do("desktop.open", name="the web browser").text == "Opening Firefox Web Browser."
    assert world.do("desktop.open", name="calculater").text == "Opening Calculator."
    assert world.do("desktop.open", name="text editor").text == "Opening Text Editor."
    assert eventually(lambda: "app two words --name=Text Editor" in programs.calls())
    assert "app --calc" in programs.calls()


def test_what_is_not_in_the_menu_is_not_started(world, menu, programs):
    menu("hidden", Name="Hidden", Exec="app", NoDisplay="true")
    menu("gone", Name="Gone", Exec="not-installed")
    menu("link", Name="Link", Exec="app", Type="Link")
    for name in ("hidden", "gone", "link", "app", "rm -rf /", "sh", "../app"):
        outcome = world.do("desktop.open", name=name)
        assert (outcome.ok, outcome.text) == (False, f"I found no application called {name}.")
    assert programs.calls() == []


def test_an_application_that_fails_to_start_is_one_line(world, menu, programs):
    menu("broken", Name="Broken", Exec="broken")
    programs("broken", "exit 4")
    with pytest.raises(ActionError, match="broken: ended at once with exit code 4"):
        world.do("desktop.open", name="broken")


def test_an_exec_line_is_read_by_the_specification():
    arguments = exec_arguments
    assert arguments(r'"a \"b\"" c\sd %f --x=%k 100%%', "N", Path("/f.desktop")) == (
        'a "b"',
        "c",
        "d",
        "--x=/f.desktop",
        "100%",
    )
