"""The first steps on the home of a first start: each is ticked by what happens."""

from __future__ import annotations

import dataclasses

import pytest

from assistant.events import (
    AudioLevel,
    MicrophoneLost,
    MicrophoneOpened,
    Progress,
    Ready,
    Recalled,
    ReplyEnded,
    TurnEnded,
    Understood,
)
from assistant.ui.author.first_steps import COMMAND, PHRASE
from assistant.values import BuiltInAction, FinalTranscript, IntentMatch, OutOfScope, Utterance
from fakes.scenes import RELOADED
from fakes.scripted import emit, shown, text_of, type_line

FIRST = Recalled((), ())


def steps(pilot):
    widget = pilot.app.talk.query_one("#first-steps")
    return text_of(pilot, "#first-steps").splitlines() if widget.display else []


async def say(pilot, text, meaning):
    await type_line(pilot, text)
    await emit(pilot, Understood(Utterance(text), meaning), ReplyEnded("Ten."), TurnEnded({}))


def known():
    return IntentMatch("TellTime", {}, 1.0, (), BuiltInAction("clock.time"))


async def test_a_first_start_shows_them_and_each_is_ticked(pilot):
    await emit(pilot, FIRST, RELOADED, Progress("fetching base", 1, 9, "B"))
    assert [line[0] for line in steps(pilot)] == ["F", "◇", "◇", "○", "○"]
    assert PHRASE in steps(pilot)[3]
    assert COMMAND in steps(pilot)[4]
    await emit(pilot, Ready("text"), Ready("speech"))
    assert steps(pilot)[1][0] == "◇", "it is still being fetched"
    await emit(pilot, Progress("fetching base", 9, 9, "B"), MicrophoneOpened("USB microphone", 16_000))
    assert steps(pilot)[1][0] == "✓"
    assert steps(pilot)[2] == "○ say something: the wave moves (USB microphone)"
    await say(pilot, "blub", OutOfScope(0.1, ()))
    assert "first phrase" not in shown(pilot)
    await say(pilot, PHRASE, known())
    assert "That was the first phrase." in shown(pilot)
    await pilot.press("escape")
    assert steps(pilot)[3] == "✓ a first phrase"
    await emit(pilot, dataclasses.replace(RELOADED, own=1))
    assert steps(pilot) == []


async def test_the_microphone_is_tried(pilot):
    await emit(pilot, FIRST, RELOADED, MicrophoneOpened("m", 16_000))
    for event, sign, words in (
        (AudioLevel(-100.0, -100.0), "▲", "nothing comes from it: muted?"),
        (AudioLevel(-40.0, -30.0), "○", "say something"),
        (AudioLevel(-1.0, 0.0), "▲", "too loud"),
        (MicrophoneLost("gone"), "○", "typing works"),
        (MicrophoneOpened("m", 16_000), "○", "say something"),
        (FinalTranscript(Utterance("hello there", "spoken"), 1.0, 0.1), "✓", "heard: “hello there”"),
        (AudioLevel(-100.0, -100.0), "✓", "heard: “hello there”"),
    ):
        await emit(pilot, event)
        line = steps(pilot)[2]
        assert (line[0], words in line) == (sign, True), line


@pytest.mark.parametrize(
    "events",
    [
        (Recalled(("what time is it",), ()), RELOADED),
        (FIRST, dataclasses.replace(RELOADED, own=2)),
        (RELOADED,),
    ],
    ids=["talked before", "own commands", "nothing known of before"],
)
async def test_who_has_been_here_is_shown_none(pilot, events):
    await emit(pilot, *events, Ready("text"))
    assert steps(pilot) == []
    assert text_of(pilot, "#suggestions")


@pytest.mark.app(size=(60, 20))
async def test_they_fit_the_smallest_screen(pilot):
    await emit(pilot, FIRST, RELOADED, Ready("text"), MicrophoneOpened("Built-in Audio Analog Stereo", 16_000))
    home, widget = pilot.app.talk.query_one("#home"), pilot.app.talk.query_one("#first-steps")
    assert widget.size.height == 5, "no line of it is broken"
    assert widget.region.bottom <= home.region.bottom
