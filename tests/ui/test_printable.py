"""Nothing that is shown steers the terminal: not by control characters, not by markup."""

from __future__ import annotations

import pytest
from textual import events

from assistant.events import (
    Announced,
    DeviceChoice,
    Failed,
    MicrophoneOpened,
    Noticed,
    Progress,
    Reloaded,
    ReplyChunk,
    ReplyEnded,
    ScheduleChanged,
    Understood,
)
from assistant.values import (
    AnswerMatch,
    Candidate,
    FinalTranscript,
    IntentMatch,
    OutOfScope,
    PartialTranscript,
    Utterance,
)
from fakes.scripted import calls, connected, emit, shown, type_line, value
from fakes.settings import FixedPanel

NASTY = "on\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[2J\x9b31m\u202e!"
MARKUP = "[bold]x[/bold] [@click=app.quit]y[/] [link=http://elsewhere]z[/link]"


def painted(pilot):
    """All that the screen would send to a terminal, but for the screen's own styles."""
    return "".join(segment.text for line in pilot.app.screen._compositor.render_strips() for segment in line)


def assert_harmless(pilot):
    text = painted(pilot)
    assert "owned" not in text
    assert all(character.isprintable() for character in text), [c for c in text if not c.isprintable()]


CANDIDATES = (Candidate("intent", NASTY, NASTY, 0.9), Candidate("question", "b", NASTY, 0.5))
MATCH = IntentMatch(NASTY, {NASTY: NASTY}, 0.9, CANDIDATES, None)
ANSWER = AnswerMatch(NASTY, NASTY, NASTY, 0.9, CANDIDATES)
SPOKEN = Utterance(NASTY, "spoken")


@pytest.mark.parametrize(
    "news",
    [
        [Understood(SPOKEN, MATCH), ReplyChunk(NASTY), ReplyEnded(NASTY)],
        [Understood(SPOKEN, ANSWER), ReplyEnded(f"# {NASTY}\n- {NASTY}\n`{NASTY}` <{NASTY}>", source=NASTY)],
        [Understood(SPOKEN, ANSWER), ReplyEnded("&#27;[2J &#x202e;owner &#155; &#0;\n\n    code\x1b[2J", source="a")],
        [Understood(SPOKEN, OutOfScope(0.1, CANDIDATES)), ReplyChunk(NASTY), ReplyEnded(NASTY, generated=True)],
        [Understood(SPOKEN, MATCH, partial=True), PartialTranscript(NASTY, NASTY)],
        [FinalTranscript(SPOKEN, 1.0, 0.1)],
        [Announced(NASTY), Noticed(NASTY), Failed(NASTY, "index")],
        [Progress(NASTY, 1, 2, NASTY), ScheduleChanged(((NASTY, NASTY),))],
        [MicrophoneOpened(NASTY, 16000)],
        [Reloaded(1, 1), Reloaded(1, 1, (NASTY,), ((NASTY, NASTY),))],
    ],
    ids=lambda news: type(news[-1]).__name__ + str(len(news)),
)
async def test_no_event_steers_the_terminal(pilot, news):
    await emit(pilot, *news)
    assert_harmless(pilot)


async def test_the_sheets_are_harmless(pilot):
    await emit(pilot, Reloaded(1, 1, (NASTY, MARKUP), ((NASTY, MARKUP),)))
    for open_sheet in (pilot.app.action_help, pilot.app.action_problems):
        open_sheet()
        await pilot.pause()
        assert_harmless(pilot)
        await pilot.press("escape")


async def test_the_name_of_a_device_is_harmless_and_chosen_as_it_is(pilot, tmp_path):
    await connected(pilot)
    pilot.app.settings.panel = FixedPanel(tmp_path / "config.toml")
    pilot.app.scripted.choices = (DeviceChoice("input", "", True), DeviceChoice("input", NASTY, False))
    pilot.app.settings.open()
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    assert_harmless(pilot)
    await pilot.press("down", "enter")
    assert calls(pilot)[-1] == ("choose", "input", NASTY)


async def test_markup_is_text(pilot):
    await type_line(pilot, MARKUP)
    await emit(
        pilot,
        Understood(Utterance(MARKUP), IntentMatch("x", {}, 1, (), None)),
        ReplyEnded(MARKUP),
        Noticed(f"{MARKUP}!"),
    )
    assert shown(pilot).count(MARKUP) == 3
    assert calls(pilot) == ["start", ("submit", MARKUP)]


async def test_what_is_pasted_is_harmless(pilot):
    await connected(pilot)
    pilot.app.post_message(events.Paste(f"say {NASTY} می\u200cخواهم"))
    await pilot.pause()
    assert value(pilot) == "say on! می\u200cخواهم"
    assert "owned" not in painted(pilot)
