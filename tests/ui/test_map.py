"""The map of meanings: opened from the palette, walked with arrows, searched, and put into the line."""

from __future__ import annotations

import threading

import pytest
from rich.cells import cell_len
from rich.style import Style

from assistant.embedding_map import EmbeddingMap, MapPoint
from assistant.errors import AssistantError
from assistant.ui.map.plane import Plane
from assistant.ui.map.raster import Raster
from assistant.ui.map.sheet import MapSheet
from fakes.embedding_map import MAP, SAID
from fakes.scripted import connected, shown


async def opened(pilot, embedding_map=MAP):
    await connected(pilot)
    pilot.app.scripted.map = embedding_map
    pilot.app.show_map()
    while not isinstance(pilot.app.screen, MapSheet):
        await pilot.pause(0.01)
    await pilot.pause()
    return pilot.app.screen.query_one(Plane)


def told(pilot):
    return str(pilot.app.screen.query_one("#point").content)


def drawn(plane):
    return "\n".join(plane.render_line(line).text for line in range(plane.size.height))


@pytest.mark.app(size=(120, 36))
async def test_it_begins_at_what_was_said_last_and_tells_its_neighbours(pilot):
    plane = await opened(pilot)
    assert plane.chosen == SAID
    assert told(pilot).splitlines()[:2] == ["lamp out", "you said it: LampOff"]
    assert "○ put out the lamp  LampOff" in told(pilot)
    assert "LampOn  2 of 4 phrases" in told(pilot)
    picture = drawn(plane)
    assert picture.count("◉") == 1
    assert picture.count("○") == 2
    assert "Tea" in picture
    assert "LampO" in picture


@pytest.mark.app(size=(80, 24))
async def test_arrows_go_from_point_to_point_and_n_to_what_means_most_alike(pilot):
    plane = await opened(pilot)
    await pilot.press("left")
    assert MAP.points[plane.chosen].text == "lamp off"
    await pilot.press("down")
    assert MAP.points[plane.chosen].text == "put out the lamp"
    await pilot.press("n", "n")
    assert MAP.points[plane.chosen].text == "lamp on"
    await pilot.press("n")  # not back to where it came from
    assert MAP.points[plane.chosen].text == "light the lamp"
    assert told(pilot).startswith("light the lamp\nLampOn")


@pytest.mark.app(size=(80, 24))
async def test_words_leave_only_what_holds_them_in_colour_and_enter_takes_the_chosen_one(pilot):
    plane = await opened(pilot)
    await pilot.press("slash", *"tea", "enter")
    assert sorted(plane.lit) == [4, 5, 6]
    assert plane.has_focus
    await pilot.press("right", "enter")
    await pilot.pause()
    assert pilot.app.screen is pilot.app.talk
    assert pilot.app.talk.query_one("#input").value == "tea please"


@pytest.mark.app(size=(80, 24))
async def test_nearer_is_around_the_chosen_point_and_nought_is_all(pilot):
    plane = await opened(pilot)
    await pilot.press("plus", "plus")
    assert plane.view.zoom > 2
    assert (plane.view.x, plane.view.y) == (MAP.points[SAID].x, MAP.points[SAID].y)
    assert "Tea" not in drawn(plane)
    await pilot.press("0")
    assert plane.view.zoom == 1
    await pilot.press("minus")
    assert plane.view.zoom == 1
    await pilot.click(Plane, offset=(plane.size.width - 4, plane.size.height - 2))
    assert MAP.points[plane.chosen].owner == "Tea"


@pytest.mark.app(size=(60, 20))
async def test_a_map_of_nothing_and_one_that_cannot_be_drawn(pilot):
    plane = await opened(pilot, type(MAP)((), (), "pca"))
    await pilot.press("left", "n", "plus", "slash", "x", "enter")
    assert drawn(plane).strip() == ""
    await pilot.press("escape")

    def fail():
        raise AssistantError("One moment: your files are still being read.")

    pilot.app.scripted.embedding_map = fail
    pilot.app.show_map()
    while "One moment" not in shown(pilot):
        await pilot.pause(0.01)


@pytest.mark.app(size=(60, 20))
async def test_no_map_opens_over_a_sheet_that_was_opened_while_it_was_drawn(pilot):
    is_open = threading.Event()

    def slow():
        is_open.wait(10)
        return MAP

    pilot.app.scripted.embedding_map = slow
    pilot.app.show_map()
    await pilot.press("ctrl+f")
    search = pilot.app.screen
    is_open.set()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    assert pilot.app.screen is search


async def test_names_of_wide_signs_keep_every_line_within_the_map(pilot):
    points = (
        MapPoint("intent", "水やり", "water the plants", 0.5, 0.5, (1,)),
        MapPoint("intent", "水やり", "植物", 0.5, 0.5, (0,)),
        MapPoint("said", "مرحبا", "مرحبا", 0.9, 0.9),
    )
    plane = await opened(pilot, EmbeddingMap(points, (), "pca"))
    assert "水" in drawn(plane)
    for line in range(plane.size.height):
        assert cell_len(plane.render_line(line).text) == plane.size.width


def test_half_of_a_wide_sign_that_is_written_over_is_a_space():
    for place in (0, 1):
        raster = Raster(4, 1)
        raster.write(0, 0, "水x", "#ffffff")
        raster.write(place, 0, "◉", "#ffffff")
        (strip,) = raster.strips(Style())
        assert strip.text == ("◉ x " if place == 0 else " ◉x ")
