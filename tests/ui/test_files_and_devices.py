"""Files that are read again, and what is wrong in them."""

from __future__ import annotations

import dataclasses

from fakes.scenes import RELOADED
from fakes.scripted import emit, shown, text_of


async def test_problems_in_files_are_one_line_that_opens_a_list_and_can_be_dismissed(pilot):
    notice = pilot.app.talk.query_one("#notice")
    await emit(pilot, RELOADED)
    assert not notice.display
    await pilot.press("f3")
    assert pilot.app.screen is pilot.app.talk
    broken = ("intents/a.yaml:3: not YAML", "intents/b.yaml:9: unknown key 'sentense'; did you mean 'sentences'?")
    await emit(pilot, dataclasses.replace(RELOADED, problems=broken))
    assert "2 problems in your files" in text_of(pilot, "#notice")
    await pilot.press("f3")
    listed = " ".join(str(line.content) for line in pilot.app.screen.query(".line"))
    assert broken[0] in listed
    assert broken[1] in listed
    await pilot.press("escape")
    assert pilot.app.screen is pilot.app.talk
    await pilot.press("escape")
    assert not notice.display
    await emit(pilot, dataclasses.replace(RELOADED, problems=broken[:1]))
    assert "1 problem in your files" in text_of(pilot, "#notice")
    await pilot.click("#notice")
    assert pilot.app.screen is not pilot.app.talk


async def test_files_read_again_are_told_and_the_home_counts_what_there_is(pilot):
    await emit(pilot, RELOADED)
    assert text_of(pilot, "#there-is").startswith("37 commands · 124 answers")
    await emit(pilot, dataclasses.replace(RELOADED, intents=38))
    assert "Files read again: 38 commands and 124 answers." in shown(pilot)
