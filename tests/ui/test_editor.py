"""The browser and editor: found, opened, checked and tried while it is typed, shown as a diff, written, taken back."""

from __future__ import annotations

import dataclasses
import os
import random

import pytest
from textual import events
from textual.color import Color

from assistant.checks.teaching.workshop import Workshop
from assistant.config import SHIPPED, Config, PathsConfig
from assistant.ui.editor.area import YamlArea
from assistant.ui.editor.screen import EditorScreen
from assistant.ui.editor.sheets import ConflictSheet, DiffSheet, TestsSheet
from assistant.ui.editor.tree import CatalogueTree
from assistant.ui.formatting import contrast
from fakes.matcher import made
from fakes.odd_files import FORMS, REPEATED, mangled
from fakes.scripted import connected, shown, text_of, type_line

INTENTS = """intents:
  WaterPlants:
    examples:
      - water the plants
    response: Done.
    tests: [water the plants]
  FeedCat:
    examples: [feed the cat]
    response: Fed.
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "i" / "f.yaml"


@pytest.fixture
def workshop(tmp_path):
    matcher = made(tmp_path, INTENTS)  # it knows no shipped file, which is only read here
    paths = PathsConfig(
        (str(tmp_path / "i"),), (str(SHIPPED / "knowledge"), str(tmp_path / "k")), str(tmp_path / "data")
    )
    return Workshop(dataclasses.replace(Config(), paths=paths), lambda: matcher)


async def until(pilot, condition):
    for _ in range(600):
        await pilot.pause(0.02)
        if condition():
            await pilot.pause()
            return
    raise AssertionError(f"{shown(pilot)}\n{pilot.app.screen} {pilot.app.focused}")


async def opened(pilot, workshop, words=""):
    await connected(pilot)
    pilot.app.author.workshop = workshop
    if words:
        await type_line(pilot, f"/edit {words}")
    else:
        await pilot.press("f6")
    await until(pilot, lambda: isinstance(pilot.app.screen, EditorScreen) and len(pilot.app.screen._files) > 1)
    return pilot.app.screen


async def editing(pilot, workshop):
    """Open the file of one's own."""
    screen = await opened(pilot, workshop)
    await pilot.press("enter")
    area = screen.query_one(YamlArea)
    await until(pilot, lambda: area.has_focus and area.text == INTENTS)
    return area


def rows(pilot):
    tree = pilot.app.screen.query_one(CatalogueTree)
    return [str(tree.get_node_at_line(line).label) for line in range(tree.last_line + 1)]


async def test_what_is_looked_for_is_found_in_the_tree_and_opened_at_its_line(pilot, workshop):
    screen = await opened(pilot, workshop)
    assert rows(pilot)[:2] == ["Your intents", "f.yaml"]
    assert "network.yaml" in rows(pilot)
    await pilot.press(*"hungry")
    await until(pilot, lambda: rows(pilot) == [])
    await pilot.press(*["backspace"] * 6, *"feed")
    await until(pilot, lambda: rows(pilot) == ["Your intents", "f.yaml", "FeedCat"])
    await pilot.press("enter", "down", "enter")
    area = screen.query_one(YamlArea)
    await until(pilot, lambda: area.has_focus)
    assert area.cursor_location[0] == 6


async def test_a_fault_stands_behind_its_line_while_it_is_typed(pilot, workshop, file):
    area = await editing(pilot, workshop)
    area.move_cursor((2, 6))
    await pilot.press("backspace", *"m")
    await until(pilot, lambda: 2 in area.faults)
    assert "did you mean 'examples'?" in area.faults[2].text
    drawn = area.render_line(2).text
    assert drawn.startswith("3✗" if "3✗" in drawn[:4] else " 3✗"[:3]) or "✗" in drawn[:6]
    assert "unknown key" in drawn or "unknown key" in text_of(pilot, "#fault")
    assert "● not saved" in text_of(pilot, "#name")
    await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
    await until(pilot, lambda: not area.faults)
    assert area.text == INTENTS
    assert file.read_text() == INTENTS


async def test_a_phrase_is_tried_on_what_is_not_saved(pilot, workshop, file):
    area = await editing(pilot, workshop)
    area.move_cursor((3, 24))
    await pilot.press("end", "enter", *"splash my ferns", "ctrl+t", *"splash my ferns")
    await until(pilot, lambda: "WaterPlants" in text_of(pilot, "#meaning"))
    assert "now not understood" in text_of(pilot, "#meaning")
    await until(
        pilot, lambda: "also takes over" in text_of(pilot, "#meaning") or "nearby" in text_of(pilot, "#meaning")
    )
    assert file.read_text() == INTENTS


async def test_it_is_written_after_the_diff_was_seen_and_taken_back_by_a_key(pilot, workshop, file):
    file.write_bytes(INTENTS.replace("\n", "\r\n").encode())
    area = await editing(pilot, workshop)
    area.move_cursor((3, 24))
    await pilot.press("end", "enter", *"splash my ferns", "ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, DiffSheet))
    assert "+      - splash my ferns" in text_of(pilot, "#diff")
    await pilot.press("escape")
    await pilot.pause()
    assert b"splash" not in file.read_bytes()
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, DiffSheet))
    await pilot.press("enter")
    await until(pilot, lambda: b"splash" in file.read_bytes())
    expected = INTENTS.replace("water the plants\n    resp", "water the plants\n      - splash my ferns\n    resp")
    assert file.read_bytes() == expected.replace("\n", "\r\n").encode()
    assert "not saved" not in text_of(pilot, "#name")
    await pilot.press("f9")
    await until(pilot, lambda: area.text == INTENTS)
    assert file.read_bytes() == INTENTS.replace("\n", "\r\n").encode()


async def test_leaving_loses_nothing_and_says_so(pilot, workshop):
    area = await editing(pilot, workshop)
    await pilot.press("#", "escape", "escape")
    await until(pilot, lambda: pilot.app.screen is pilot.app.talk)
    assert "not saved: f.yaml; /edit still has it" in shown(pilot)
    await opened(pilot, workshop)
    await pilot.press("enter")
    area = pilot.app.screen.query_one(YamlArea)
    await until(pilot, lambda: area.text == f"#{INTENTS}")
    await pilot.press("x")
    await until(pilot, lambda: any(draft.lines[0] == "x#intents:" for draft in workshop.bench.kept_drafts()))
    assert pilot.app.author.farewell() == "not saved, and kept for the next time you edit: f.yaml"


async def test_a_file_that_changed_on_the_disk_is_overwritten_or_read_again(pilot, workshop, file):
    area = await editing(pilot, workshop)
    await pilot.press("#")
    file.write_text(f"# theirs\n{INTENTS}")
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, ConflictSheet))
    assert "-# theirs" in text_of(pilot, "#diff")
    await pilot.press("r")
    await until(pilot, lambda: area.text == f"# theirs\n{INTENTS}")
    await pilot.press("ctrl+home", "#")
    file.write_text(INTENTS)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, ConflictSheet))
    await pilot.press("escape", "ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, ConflictSheet))
    await pilot.press("o")
    await until(pilot, lambda: file.read_text() == f"## theirs\n{INTENTS}")
    assert workshop.bench.kept_drafts() == ()


async def test_a_file_that_became_something_else_is_told_until_a_key_is_pressed(pilot, workshop, file):
    area = await editing(pilot, workshop)
    for become in (lambda: os.mkfifo(file), file.mkdir, lambda: file.write_bytes(b"\xff")):
        file.rmdir() if file.is_dir() else file.unlink()
        become()
        await pilot.press("#", "ctrl+s")
        await until(pilot, lambda: area.faults)
        await pilot.pause(0.4)  # the fault of the text comes a moment later
        assert str(file) in text_of(pilot, "#fault")
    await pilot.press("left")
    assert str(file) not in text_of(pilot, "#fault")
    assert area.text == f"###{INTENTS}"


async def test_an_undo_that_takes_the_line_of_the_cursor_goes_on(pilot, workshop):
    area = await editing(pilot, workshop)
    pilot.app.post_message(events.Paste("key: 1\n" * 60))
    await until(pilot, lambda: area.document.line_count == 70)
    await pilot.press("ctrl+z", "ctrl+y", "ctrl+a", "ctrl+x", "ctrl+z", "ctrl+z")
    await until(pilot, lambda: area.text == INTENTS)


async def test_a_name_with_markup_is_told_as_it_is(pilot, workshop, file):
    odd = file.with_name("[red]x[=.yaml")
    odd.write_text("intents: {}\n")
    screen = await opened(pilot, workshop)
    screen._open_file(odd, True)
    await pilot.press("#", "ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, DiffSheet))
    await pilot.press("enter")
    await until(pilot, lambda: odd.read_text() == "#intents: {}\n")
    await pilot.press("f9")
    await until(pilot, lambda: odd.read_text() == "intents: {}\n")
    texts = {note.message: note.markup for note in pilot.app._notifications}
    assert texts == {"[red]x[=.yaml is written; f9 takes it back": False,
                     "taken back: the edit of [red]x[=.yaml": False}  # fmt: skip


async def test_of_a_long_difference_the_beginning_is_shown(pilot, workshop, file):
    area = await editing(pilot, workshop)
    pilot.app.post_message(events.Paste("key: [a, b]\n" * 2000))
    await until(pilot, lambda: area.document.line_count > 2000)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, DiffSheet))
    assert text_of(pilot, "#diff").splitlines()[0] == str(file)
    assert text_of(pilot, "#diff").splitlines()[-1] == "… and 1,503 lines more"
    sheet, say = (pilot.app.screen.query_one(name).region for name in ("#sheet", "#say"))
    assert say.bottom < sheet.bottom


@pytest.mark.app(size=(60, 20))
async def test_a_shipped_file_is_read_only_and_copied_to_ones_own(pilot, workshop, tmp_path):
    screen = await opened(pilot, workshop, "network.yaml")
    await until(pilot, lambda: rows(pilot) == ["Shipped answers", "network.yaml"])
    await pilot.press("enter")
    area = screen.query_one(YamlArea)
    await until(pilot, lambda: area.has_focus)
    text = area.text
    await pilot.press("x", "enter", "ctrl+s")
    assert area.text == text
    assert pilot.app.screen is screen
    await pilot.press("ctrl+n")
    await until(pilot, lambda: not area.read_only)
    assert "not there yet" in text_of(pilot, "#name")
    assert not (tmp_path / "k" / "network.yaml").exists()
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, DiffSheet))
    await pilot.press("enter")
    await until(pilot, lambda: (tmp_path / "k" / "network.yaml").exists())
    assert (tmp_path / "k" / "network.yaml").read_bytes() == (SHIPPED / "knowledge" / "network.yaml").read_bytes()


@pytest.mark.app(size=(200, 60))
async def test_its_tests_are_run_on_the_text_as_it_stands(pilot, workshop):
    area = await editing(pilot, workshop)
    area.move_cursor((5, 28))
    await pilot.press(*", feed the cat", "ctrl+r")
    await until(pilot, lambda: isinstance(pilot.app.screen, TestsSheet))
    assert "✗ feed the cat" in text_of(pilot, "#runs")
    assert "✓ water the plants" in text_of(pilot, "#runs")


async def test_a_slip_of_yaml_is_told_as_such_and_nothing_is_tried_on_it(pilot, workshop):
    area = await editing(pilot, workshop)
    area.move_cursor((6, 0))
    await pilot.press(*"x: [")
    await until(pilot, lambda: area.faults)
    assert "valid YAML" in next(iter(area.faults.values())).text
    slip = f"not valid YAML, line {min(area.faults) + 1}"
    await pilot.press("ctrl+t", *"feed the fish")
    await until(pilot, lambda: slip in text_of(pilot, "#meaning"))
    assert "takes over" not in text_of(pilot, "#meaning")
    await pilot.press("ctrl+r")
    await until(pilot, lambda: slip in text_of(pilot, "#fault"))
    assert isinstance(pilot.app.screen, EditorScreen)


async def test_leaving_the_program_with_unsaved_text_needs_the_key_twice(pilot, workshop):
    await editing(pilot, workshop)
    await pilot.press("x", "ctrl+q")
    assert pilot.app.is_running
    (toast,) = pilot.app._notifications
    assert "not saved, and kept for the next time you edit: f.yaml; ctrl+q again leaves" in toast.message
    await pilot.press("ctrl+q")
    assert pilot.app._exit


async def test_enter_goes_on_as_far_in_as_the_line_above(pilot, workshop):
    area = await editing(pilot, workshop)
    area.move_cursor((2, 13))
    await pilot.press("enter")
    assert area.document.get_line(3) == "      "
    area.move_cursor((4, 24))
    await pilot.press("enter", "x")
    assert area.document.get_line(5) == "      - x"


async def test_a_key_before_it_is_drawn_is_taken_for_nothing(pilot, workshop):
    screen = EditorScreen(workshop.bench, pilot.app.author.drafts)
    assert not screen.take_key(events.Key("a", "a"))
    pilot.app.push_screen(screen)
    burst(pilot, "f7", "a", "escape", "f1")
    await until(pilot, lambda: screen.is_running or screen not in pilot.app.screen_stack)  # drawn, or left by then


async def test_keys_in_a_burst_keep_their_order(pilot, workshop):
    screen = await opened(pilot, workshop)
    burst(pilot, *"water the")
    await until(pilot, lambda: screen.query_one("#looking").value == "water the")
    await until(pilot, lambda: rows(pilot)[1] == "f.yaml")
    burst(pilot, "enter", "enter", *["down"] * 3, "end", "enter", "x", "backspace", "y", "ctrl+t", "z")
    await until(pilot, lambda: screen.query_one("#phrase").value == "z")
    assert screen.query_one(YamlArea).document.get_line(4) == "      - y"


def burst(pilot, *keys):
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_whatever_is_typed_and_pasted_the_editor_goes_on(pilot, workshop, file):
    dice = random.Random(5)
    file.write_bytes(b"\xff")
    screen = await opened(pilot, workshop)
    await pilot.press("enter")
    await until(pilot, lambda: "is not UTF-8 text" in text_of(pilot, "#name"))
    file.write_bytes(b"\xef\xbb\xbf- \x1b[2J{\r\n\xc2\x85\tx: [&a *b\n\xe2\x80\xae%")
    await pilot.press("enter")
    area = screen.query_one(YamlArea)
    await until(pilot, lambda: area.has_focus)
    for _ in range(10):
        area.move_cursor((dice.randint(0, 3), dice.randint(0, 9)))
        await pilot.press(
            *dice.choices(
                ["left_curly_bracket", "colon", "enter", "tab", "minus", "a", "delete", "quotation_mark"], k=3
            )
        )
    assert not any("\x1b" in area.render_line(line).text for line in range(area.size.height))
    await until(pilot, lambda: bool(area.faults))


async def test_odd_texts_typed_over_one_another_show_their_faults_behind_lines(pilot, workshop, file):
    area, dice = await editing(pilot, workshop), random.Random(17)
    for form in dice.sample([*FORMS.values()], 6):
        area.text = mangled(form, dice)
        area.move_cursor((dice.randint(0, 30), dice.randint(0, 30)))
        await pilot.press(dice.choice(["enter", "tab", "minus", "delete"]))
        area.next_fault()
    area.text = f"intents:\n\tA: 1\n{REPEATED}"
    await until(pilot, lambda: 1 in area.faults and "is not valid YAML" in area.faults[1].text)
    area.text = "intents: &a {A: *a}\n"
    await until(pilot, lambda: 0 in area.faults and "stands inside &a itself" in area.faults[0].text)
    area.text = INTENTS
    await until(pilot, lambda: not area.faults)
    assert file.read_text() == INTENTS


@pytest.mark.parametrize(
    "theme",
    [pytest.param(theme, marks=pytest.mark.app(theme=theme)) for theme in ("textual-dark", "textual-light", "nord")],
)
async def test_every_colour_of_the_text_can_be_read(pilot, workshop, theme):
    area = await editing(pilot, workshop)
    ground = area.background_colors[1]
    for name, style in area._palette.items():
        assert contrast(Color.from_rich_color(style.color), ground) >= 4.5, name
    gutter = area.get_component_styles("text-area--gutter")
    assert contrast(ground.blend(gutter.color, gutter.color.a), ground) >= 4.5
