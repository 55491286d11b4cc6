"""Pictures below a reply: drawn in half blocks as wide as the terminal lets them, with scores and reasons."""

from __future__ import annotations

import pytest

from assistant.events import PicturesShown, ReplyEnded, ShownPicture, TurnEnded
from assistant.ui import graphics
from assistant.ui.screens.pictures import PicturesSheet, _across
from assistant.ui.widgets.thumbnails import pictures_entry
from fakes.pictures import drawn, saved
from fakes.scripted import calls, emit, shown, type_line


def pictures_of(folder, count=3):
    colours = ("navy", "darkred", "seagreen", "gold", "purple")
    files = [saved(folder / f"{colour}.png", drawn(colour, (120, 90))) for colour in colours[:count]]
    return tuple(
        ShownPicture(file, f"a {file.stem} wall", 0.9 - 0.1 * number, 0.41, f"caption: {file.stem}")
        for number, file in enumerate(files)
    )


@pytest.mark.parametrize(("width", "in_row"), [(55, 2), (95, 3), (195, 5)])
def test_they_stand_beside_one_another_as_the_width_lets_them(tmp_path, width, in_row):
    entry = pictures_entry(pictures_of(tmp_path, 5), width)
    lines = entry.content.plain.splitlines()
    assert max(map(len, lines)) <= width
    assert max(sum(f"{number} " in line for number in range(1, 6)) for line in lines if ".png" in line) == in_row
    assert "0.90 cosine 0.41" in entry.content.plain
    assert "caption: navy" in entry.content.plain
    assert any(span.style == "rgb(0,0,128) on rgb(0,0,128)" for span in entry.content.spans)


def test_one_that_is_gone_or_broken_is_left_to_its_line_and_no_colours_leave_all(tmp_path, monkeypatch):
    pictures = pictures_of(tmp_path)
    pictures[0].file.unlink()
    pictures[1].file.write_bytes(b"\x89PNG\r\n\x1a\n")
    entry = pictures_entry(pictures, 80)
    assert "seagreen.png" in entry.content.plain
    assert "navy" not in entry.content.plain
    pictures[2].file.unlink()
    assert pictures_entry(pictures, 80) is None
    monkeypatch.setenv("NO_COLOR", "1")
    assert pictures_entry(pictures_of(tmp_path), 80) is None


@pytest.mark.app(size=(60, 20))
async def test_they_come_below_the_reply_and_a_key_opens_the_only_one(pilot, tmp_path, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    opened = []
    monkeypatch.setattr("assistant.ui.app.open_document", lambda quote, _: opened.append(quote.file) or "")
    pictures = pictures_of(tmp_path)
    await type_line(pilot, "show me walls")
    await emit(pilot, PicturesShown(pictures), ReplyEnded("3 pictures"), TurnEnded({}))
    text = shown(pilot)
    assert text.index("3 pictures") < text.index("▀") < text.index("1 navy.png") < text.index("3 seagreen.png")
    await emit(pilot, PicturesShown(pictures[:1]), ReplyEnded("1 picture"), TurnEnded({}))
    await pilot.press("ctrl+o")
    assert opened == [pictures[0].file]


@pytest.mark.app(size=(100, 40))
async def test_one_of_several_is_chosen_by_arrows_or_its_number_opened_or_asked_more_of(pilot, tmp_path, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    opened = []
    monkeypatch.setattr(
        "assistant.ui.screens.pictures.open_document", lambda quote, _: opened.append(quote.file) or "no program"
    )
    pictures = pictures_of(tmp_path, 5)
    pictures[4].file.write_bytes(b"broken")
    await type_line(pilot, "show me walls")
    await emit(pilot, PicturesShown(pictures), ReplyEnded("5 pictures"), TurnEnded({}))
    await pilot.press("ctrl+o")
    await pilot.pause()
    assert isinstance(pilot.app.screen, PicturesSheet)

    def told():
        return str(pilot.app.screen.query_one("#why").render())

    assert "caption: navy" in told()
    await pilot.press("right", "right")
    assert "caption: seagreen" in told()
    await pilot.press("down")
    assert "caption: seagreen" not in told()
    await pilot.press("5")
    assert "caption: purple" in told()
    await pilot.press("2", "enter")
    assert opened == [pictures[1].file]
    assert "no program" in str(pilot.app.screen.query_one("#say").render())
    await pilot.press("m")
    await pilot.pause()
    assert not isinstance(pilot.app.screen, PicturesSheet)
    assert ("submit", "more like the second one") in calls(pilot)
    assert "more like the second one" in shown(pilot)


@pytest.mark.parametrize(
    ("size", "across"),
    [((60, 20), 22), ((100, 30), 22), ((160, 50), 36)],
)
def test_they_are_as_large_as_the_terminal_lets_them(size, across):
    assert _across(5, *size) == across
    assert _across(1, *size) >= across


def test_without_a_terminal_of_its_own_graphics_they_are_drawn_in_half_blocks(tmp_path):
    file = saved(tmp_path / "a.png", drawn("navy", (120, 90)))
    assert graphics.pixels(file) is None
    graphics.probe()
    assert graphics.pixels(file) is None
