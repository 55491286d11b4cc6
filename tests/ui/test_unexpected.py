"""What cannot be written or was not expected: one line on the screen, nothing lost, and the program goes on."""

from __future__ import annotations

import dataclasses
import tomllib

import pytest

from assistant.checks.teaching import journal
from assistant.checks.teaching.workshop import Workshop
from assistant.config import Config, PathsConfig
from assistant.errors import AssistantError
from assistant.events import Failed
from assistant.ui.author.teach import TeachSheet
from assistant.ui.editor.area import YamlArea
from assistant.ui.editor.screen import EditorScreen
from assistant.ui.editor.sheets import ConflictSheet, DiffSheet
from assistant.ui.screens.search import SearchSheet
from fakes.matcher import made
from fakes.scenes import idle
from fakes.scripted import emit, shown, text_of, type_line
from fakes.settings import FixedPanel

INTENTS = "intents:\n  WaterPlants:\n    examples: [water the plants, give them water]\n    response: Done.\n"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "i" / "f.yaml"


@pytest.fixture
def config(tmp_path):
    paths = PathsConfig((str(tmp_path / "i"),), (str(tmp_path / "k"),), str(tmp_path / "data"))
    return dataclasses.replace(Config(), paths=paths)


@pytest.fixture
def workshop(tmp_path, config):
    matcher = made(tmp_path, INTENTS)
    return Workshop(config, lambda: matcher)


async def until(pilot, condition):
    for _ in range(600):
        await pilot.pause(0.02)
        if condition():
            await pilot.pause()
            return
    raise AssertionError(f"{shown(pilot)}\n{pilot.app.screen}")


async def editing(pilot, workshop):
    await idle(pilot)
    pilot.app.author.workshop = workshop
    await pilot.press("f6")
    await until(pilot, lambda: isinstance(pilot.app.screen, EditorScreen) and pilot.app.screen._files)
    await pilot.press("enter")
    area = pilot.app.screen.query_one(YamlArea)
    await until(pilot, lambda: area.has_focus and area.text == INTENTS)
    return area


async def settings(pilot, file, page="sound"):
    await idle(pilot)
    pilot.app.settings.panel = FixedPanel(file)
    pilot.app.settings.open(page)
    await pilot.pause(0.2)


# -- what nobody expected ---------------------------------------------------------------------------------


def broken(*_):
    raise ZeroDivisionError("of a library")


async def test_a_fault_in_a_thread_is_one_line_and_in_the_log(pilot, workshop, tmp_path, monkeypatch):
    pilot.app.fault_log = log = tmp_path / "faults.log"
    await settings(pilot, tmp_path / "config.toml")
    monkeypatch.setattr(pilot.app.settings.panel, "models", broken)
    await pilot.press("2")
    await until(pilot, lambda: "a fault in the assistant itself" in text_of(pilot, "#told"))
    assert "ZeroDivisionError" in log.read_text()
    assert "Traceback" not in text_of(pilot, "#told")
    await pilot.press("escape")
    pilot.app.author.workshop = workshop
    monkeypatch.setattr(workshop, "explain", broken)
    await type_line(pilot, "/explain water the plants")
    await until(pilot, lambda: "a fault in the assistant itself" in shown(pilot))
    monkeypatch.setattr(workshop, "teach", broken)
    await type_line(pilot, "/teach water my plants")
    await until(pilot, lambda: isinstance(pilot.app.screen, TeachSheet))
    await pilot.press("enter")
    await until(pilot, lambda: "a fault in the assistant itself" in text_of(pilot, "#say"))
    await pilot.press("escape")
    pilot.app.push_screen(SearchSheet(broken))
    await until(pilot, lambda: "a fault in the assistant itself" in text_of(pilot, "#say"))
    assert pilot.app.is_running


async def test_an_assistant_that_cannot_be_made_is_one_line(pilot, tmp_path, monkeypatch):
    pilot.app.fault_log = tmp_path / "faults.log"
    await idle(pilot)
    monkeypatch.setattr(pilot.app, "_connect", broken)
    pilot.app._build()
    await until(pilot, lambda: "a fault in the assistant itself" in shown(pilot))


async def test_an_unknown_theme_is_refused_with_the_nearest(pilot, tmp_path):
    file = tmp_path / "config.toml"
    await settings(pilot, file)
    await pilot.press(":", *"ui.theme high-contrst", "enter")
    await pilot.pause()
    assert text_of(pilot, "#told") == "▲ [ui] theme: there is no 'high-contrst'; did you mean 'high-contrast'?"
    assert not file.exists()
    pilot.app.screen.query_one("#written").value = "theme nord"
    await pilot.press("enter")
    await pilot.pause()
    assert tomllib.loads(file.read_text()) == {"ui": {"theme": "nord"}}


# -- what cannot be written -------------------------------------------------------------------------------


async def test_a_device_that_is_not_kept_is_told_where_it_was_chosen(pilot, tmp_path):
    await settings(pilot, tmp_path / "config.toml")
    await emit(pilot, Failed("config.toml: cannot be written: No space left on device", "config"))
    await until(pilot, lambda: text_of(pilot, "#told").startswith("▲ config.toml: cannot be written"))


async def test_a_save_that_cannot_be_taken_back_is_written_and_says_so(pilot, workshop, file, tmp_path):
    await editing(pilot, workshop)
    (tmp_path / "data").write_text("in the way of a folder")
    await pilot.press("#", "ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, DiffSheet))
    await pilot.press("enter")
    await until(pilot, lambda: file.read_text() == f"#{INTENTS}" and isinstance(pilot.app.screen, EditorScreen))
    assert text_of(pilot, "#fault").startswith("✗ f.yaml: written, but it cannot be taken back: ")
    assert "not saved" not in text_of(pilot, "#name")
    await pilot.press("x", "ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, DiffSheet | ConflictSheet))
    assert isinstance(pilot.app.screen, DiffSheet), "the file is as the editor left it"


async def test_unsaved_texts_that_cannot_be_kept_are_told_of_at_the_end(pilot, workshop, tmp_path):
    await editing(pilot, workshop)
    (tmp_path / "data").write_text("in the way of a folder")
    await pilot.press("#")
    await until(pilot, lambda: pilot.app.author.drafts.fault)
    await pilot.press("escape", "escape")
    await until(pilot, lambda: pilot.app.screen is pilot.app.talk)
    assert "/edit still has it until you leave, and no longer: " in shown(pilot)
    assert pilot.app.author.farewell().startswith(f"not saved, and not kept either ({tmp_path}")


def test_a_lesson_is_taken_back_whole_or_not_at_all(workshop, config, file, monkeypatch):
    bench, text = workshop.bench, file.read_text()
    bench.save(bench.edit(file, text, [*bench.lines(text)[:-1], "    response: Wet."]))
    written = file.read_text()

    def full(*_):
        raise AssistantError("f.yaml: cannot be written: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_rewrite", full)
        with pytest.raises(AssistantError, match="No space left"):
            journal.undo(config)
    assert file.read_text() == written
    journal.undo(config)
    assert file.read_text() == text
