"""The sheets: problems in files, devices."""

from __future__ import annotations

import dataclasses

from assistant.errors import AudioError
from assistant.events import DeviceChoice
from fakes.scenes import RELOADED, devices_sheet
from fakes.scripted import calls, emit, shown, text_of


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


async def test_a_device_is_chosen_with_arrows_and_enter(pilot):
    await devices_sheet(pilot)
    listed = pilot.app.screen.query_one("#devices")
    lines = [str(option.prompt) for option in listed.options]
    assert lines[:2] == ["Microphone", "● the system's default  Built-in Audio Analog Stereo"]
    assert lines[-2:] == ["○ the system's default", "● Built-in Audio: ALC257 Analog"]
    await pilot.press("down", "down", "enter")
    await pilot.pause()
    assert calls(pilot)[-1] == ("choose", "input", "USB Conference Microphone: Audio")
    assert pilot.app.screen is pilot.app.talk


async def test_the_loudspeaker_is_below_and_what_is_chosen_already_is_not_asked_for(pilot):
    for keys, asked in [(["up", "up"], ("choose", "output", "")), (["enter"], None), (["escape"], None)]:
        before = len(calls(pilot))
        await devices_sheet(pilot)
        await pilot.press(*keys, *(["enter"] if asked else []))
        await pilot.pause()
        assert calls(pilot)[before:] == ([asked] if asked else [])


async def test_a_chosen_device_that_is_not_there_is_listed_all_the_same(pilot):
    pilot.app.scripted.choices = (
        DeviceChoice("input", "", False),
        DeviceChoice("input", "headset", True, present=False),
    )
    await devices_sheet(pilot)
    lines = [str(option.prompt) for option in pilot.app.screen.query_one("#devices").options]
    assert "● headset  is not there now" in lines


async def test_devices_that_cannot_be_listed_are_one_line(pilot):
    def fail():
        raise AudioError("PortAudio is missing: sudo apt install libportaudio2")

    pilot.app.scripted.devices = fail
    await devices_sheet(pilot)
    assert "PortAudio is missing" in shown(pilot)
    assert pilot.app.screen is pilot.app.talk
