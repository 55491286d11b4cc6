"""The settings and the doctor: what is chosen is written with comments kept, and said in one line."""

from __future__ import annotations

import tomllib

import pytest

from assistant.config import load_config
from assistant.errors import AssistantError, AudioError
from assistant.events import DeviceChoice, Failed, Progress
from assistant.ui.settings.page import SettingsPage
from assistant.ui.settings.plot import TradeOffPlot
from assistant.ui.settings.sheet import PAGES, SettingsSheet
from assistant.ui.widgets.status import Status
from fakes.scenes import idle
from fakes.scripted import calls, emit, text_of, type_line
from fakes.settings import FINDINGS, FixedPanel

OWN = """# my own settings
[match]
threshold = 0.5  # as it came

[ui]
# easy on the eyes
theme = "nord"
"""


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(OWN)
    return file


async def opened(pilot, file, page="sound"):
    await idle(pilot)
    pilot.app.settings.panel = FixedPanel(file)
    pilot.app.settings.open(page)
    await settled(pilot)
    return pilot.app.settings.panel


async def settled(pilot):
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def told(pilot):
    return text_of(pilot, "#told")


def rows(pilot, selector):
    return [str(option.prompt) for option in pilot.app.screen.query_one(selector).options]


# -- ways in and out --------------------------------------------------------------------------------------


async def test_slash_commands_open_their_page(pilot, file):
    await idle(pilot)
    await type_line(pilot, "/settings")
    pilot.app.settings.panel = FixedPanel(file)  # it comes a moment later, and the page opens by itself
    await settled(pilot)
    assert isinstance(pilot.app.screen, SettingsSheet)
    await pilot.press("escape")
    for line, page in [("/theme", "colours"), ("/doctor", "doctor")]:
        await type_line(pilot, line)
        await settled(pilot)
        assert isinstance(pilot.app.screen, SettingsSheet)
        assert pilot.app.screen.query_one("#pages").active == page
        await pilot.press("escape")


async def test_keys_turn_the_pages_and_escape_leaves(pilot, file):
    await opened(pilot, file)
    await pilot.press("escape", "f7")
    names, seen = list(PAGES), []
    for _ in names:
        seen.append(pilot.app.screen.query_one("#pages").active)
        assert pilot.app.focused in pilot.app.screen.page.query("*"), "the page has the keys"
        await pilot.press("tab")
        await pilot.pause()
    assert seen == names
    await pilot.press("shift+tab")
    await pilot.pause()
    assert pilot.app.screen.query_one("#pages").active == names[-1]
    await pilot.press("3", ":", "escape")
    await pilot.pause()
    assert isinstance(pilot.app.focused, TradeOffPlot)
    await pilot.press("escape")
    assert pilot.app.screen is pilot.app.talk


@pytest.mark.parametrize(
    "size", [pytest.param(size, marks=pytest.mark.app(size=size)) for size in ((60, 20), (200, 60))]
)
async def test_every_page_has_its_line_and_its_keys_on_the_screen(pilot, file, size):
    await opened(pilot, file)
    for number, page in enumerate(PAGES, start=1):
        await pilot.press(str(number))
        await pilot.pause()
        screen = pilot.app.screen
        for selector in ("#told", "#written", "#settings-keys", "SettingsPage"):
            region = screen.query_one(selector).region
            assert region.height >= 1
            assert screen.region.contains_region(region), (page, selector)
        assert len(screen.page.KEYS) <= 56, "no key is cut off at 60 columns"


# -- any setting ------------------------------------------------------------------------------------------


async def test_any_setting_is_written_with_comments_kept_and_a_bad_one_is_one_line(pilot, file):
    await opened(pilot, file)
    await pilot.press(":", *"match.margin = 0.2", "enter")
    await pilot.pause()
    assert told(pilot) == f"✓ match.margin = 0.2, written into {file}; in use from the next start on"
    assert tomllib.loads(file.read_text())["match"] == {"threshold": 0.5, "margin": 0.2}
    for kept in ("# my own settings", "# as it came", "# easy on the eyes"):
        assert kept in file.read_text()
    before = file.read_text()
    for line, fault in [
        ("match.treshold 0.7", "there is no setting 'match.treshold'; did you mean 'match.threshold'?"),
        ("match.threshold 7", "7.0 is out of range: 0.0 to 1.0"),
        ("voice.replies loud", "'loud' is not one of spoken, always, never"),
        ("match", "write a setting and its value"),
        ("audio.input \ud800", "[audio] input: holds half a character"),
        (f"match.margin {'9' * 5000}", "has more than 4,000 letters in a line"),
    ]:
        await pilot.press(":")
        pilot.app.screen.query_one("#written").value = line
        await pilot.press("enter")
        await pilot.pause()
        assert fault in told(pilot)
        assert told(pilot).startswith("▲ ")
        assert "\n" not in told(pilot)
        await pilot.press("escape")
    assert file.read_text() == before


async def test_an_equals_sign_in_a_value_stays(pilot, file):
    panel = await opened(pilot, file)
    for line in ("stt.url http://localhost/v1?a=b", "stt.url = http://localhost/v1?a=b"):
        panel.put_line(line)
        assert load_config(file).stt.url == "http://localhost/v1?a=b"


async def test_a_setting_beside_a_wrong_one_is_written_and_both_are_told(pilot, file):
    panel = await opened(pilot, file)
    file.write_text(f"{OWN}[audio]\ninptu = 'USB'\n")
    with pytest.raises(AssistantError, match=r"margin = 0.1, written into .*; but .*did you mean 'input'"):
        panel.put_line("match.margin 0.1")


# -- sound ------------------------------------------------------------------------------------------------


async def test_a_device_is_chosen_with_arrows_and_enter(pilot, file):
    await opened(pilot, file)
    lines = rows(pilot, "#devices")
    assert lines[:2] == ["Microphone", "● the system's default  Built-in Audio Analog Stereo"]
    assert lines[-2:] == ["○ the system's default", "● Built-in Audio: ALC257 Analog"]
    await pilot.press("enter")
    await pilot.pause()
    assert "in use already" in told(pilot)
    await pilot.press("down", "down", "enter")
    await pilot.pause()
    assert calls(pilot)[-1] == ("choose", "input", "USB Conference Microphone: Audio")
    assert "USB Conference Microphone: Audio is in use now" in told(pilot)
    assert "● USB Conference Microphone: Audio" in rows(pilot, "#devices")
    await pilot.press("down", "enter")
    assert calls(pilot)[-1] == ("choose", "output", "")


async def test_a_device_is_tried_before_it_is_taken(pilot, file):
    panel = await opened(pilot, file)
    await pilot.press("down", "space")
    await settled(pilot)
    assert panel.calls == [("levels", "Built-in Audio: ALC257 Analog")]
    assert "is gone" in told(pilot)
    await pilot.press("down", "down", "space")
    await settled(pilot)
    assert panel.calls[-1] == ("chime", "")
    assert told(pilot) == "✓ that was a chime on the system's default"
    assert ("choose", "output", "") not in calls(pilot)


async def test_the_level_of_the_open_microphone_moves(pilot, file):
    await opened(pilot, file)
    await pilot.pause(0.15)
    assert " dB" in text_of(pilot, "#level")
    assert pilot.app.talk.query_one(Status).device in text_of(pilot, "#level")


async def test_a_chosen_device_that_is_not_there_is_listed_all_the_same(pilot, file):
    await idle(pilot)
    pilot.app.scripted.choices = (DeviceChoice("input", "headset", True, present=False),)
    await opened(pilot, file)
    assert "● headset  is not there now" in rows(pilot, "#devices")


async def test_devices_that_cannot_be_listed_are_one_line(pilot, file):
    def fail():
        raise AudioError("PortAudio is missing: sudo apt install libportaudio2")

    await idle(pilot)
    pilot.app.scripted.devices = fail
    await opened(pilot, file)
    assert "PortAudio is missing" in told(pilot)


# -- models -----------------------------------------------------------------------------------------------


async def test_a_missing_model_is_fetched_with_its_progress_and_one_that_is_there_is_used(pilot, file):
    await opened(pilot, file, "models")
    assert rows(pilot, "#models-list")[0] == "speech to text ● base                 148 MB  ✓ present"
    await emit(pilot, Progress("fetching tiny.en", 20e6, 80e6, "B"))
    await pilot.pause(0.3)
    assert "↓ fetching 25%" in rows(pilot, "#models-list")[1]
    await emit(pilot, Failed("no source has it", "speech"))
    assert not pilot.app.settings.fetching
    await pilot.press("down", "enter")
    await settled(pilot)
    assert told(pilot) == "✓ tiny.en: ready in /models/tiny.en"
    await pilot.press("down", "down", "down", "enter")
    await settled(pilot)
    assert 'listen.wake_word = "alexa", written into' in told(pilot)
    assert "in use from the next start on" in told(pilot)
    assert load_config(file).listen.wake_word == "alexa"


# -- matching ---------------------------------------------------------------------------------------------


async def test_the_marker_is_moved_by_keys_and_by_the_mouse_and_kept_with_enter(pilot, file):
    panel = await opened(pilot, file, "matching")
    plot = pilot.app.screen.query_one(TradeOffPlot)
    assert "at 0.50" in text_of(pilot, "#rates")
    await pilot.press("right", "right", "up")
    assert plot.threshold == 0.57
    assert "at 0.57  now 0.50" in " ".join(text_of(pilot, "#rates").split(" ")).replace("   ", "  ")
    await pilot.mouse_down(TradeOffPlot, offset=(10, 2))
    await pilot.hover(TradeOffPlot, offset=(60, 2))
    dragged = plot.threshold
    await pilot.mouse_up(TradeOffPlot, offset=(60, 2))
    await pilot.hover(TradeOffPlot, offset=(20, 2))
    assert plot.threshold == dragged > 0.7, "let go, it stays"
    await pilot.press("enter")
    await pilot.pause()
    assert load_config(file).match.threshold == dragged
    assert told(pilot).startswith(f"✓ match.threshold = {dragged}, written into {file}")
    await pilot.press("left", "home")
    assert plot.threshold == dragged
    await pilot.press("m")
    assert load_config(file).match.margin == panel.chosen.match.margin == 0.09
    assert "# as it came" in file.read_text()


# -- voice and colours ------------------------------------------------------------------------------------


async def test_a_voice_is_heard_at_the_marked_speed_and_kept_for_the_next_start(pilot, file):
    panel = await opened(pilot, file, "voice")
    await pilot.press("down", "down", "down", "down", "space")
    await settled(pilot)
    assert panel.calls == [("speak", 0.85)]
    await pilot.press("enter")
    await pilot.pause()
    assert load_config(file).voice.speed == 0.85
    assert "in use from the next start on" in told(pilot)
    assert text_of(pilot, "#voice-remark") == "voice.speed: in use from the next start on"


async def test_a_theme_is_shown_at_once_and_comes_back_unless_it_is_kept(pilot, file):
    await opened(pilot, file, "colours")
    app = pilot.app
    assert app.theme == "textual-dark"
    await pilot.press("down")
    await pilot.pause()
    assert app.theme == "textual-light"
    await pilot.press("tab")
    await pilot.pause()
    assert app.theme == "textual-dark"
    await pilot.press("shift+tab", "down", "enter")
    await pilot.pause()
    assert told(pilot) == f'✓ ui.theme = "textual-light", written into {file}; in use now'
    await pilot.press("down", "escape")
    await pilot.pause()
    assert app.theme == "textual-light"
    assert load_config(file).ui.theme == "textual-light"
    assert "# easy on the eyes" in file.read_text()


# -- doctor -----------------------------------------------------------------------------------------------


async def test_the_doctor_lists_faults_first_with_their_cure_and_looks_again(pilot, file):
    panel = await opened(pilot, file, "doctor")
    await pilot.pause(0.25)
    lines = rows(pilot, "#findings")
    assert lines[0].startswith("✗ microphone")
    assert len(lines) == len(FINDINGS)
    assert text_of(pilot, "#health") == "5 things looked at, 1 fault"
    assert "→ is it muted" in text_of(pilot, "#finding")
    await pilot.press("y")
    assert pilot.app.clipboard.startswith("is it muted")
    await pilot.press("r")
    await settled(pilot)
    await pilot.pause(0.25)
    assert panel.calls == ["examine", "examine"]
    assert len(rows(pilot, "#findings")) == len(FINDINGS)
    panel.examine = lambda: iter([*FINDINGS, *FINDINGS])
    await pilot.press("r")
    await settled(pilot)
    await pilot.pause(0.25)
    assert len(rows(pilot, "#findings")) == len(FINDINGS), "the same thing twice is one line"
    assert isinstance(pilot.app.screen.page, SettingsPage)
