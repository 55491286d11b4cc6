"""The home: how it listens, what can be said, what runs and what went wrong, until somebody says something."""

from __future__ import annotations

import dataclasses
import time

import pytest

from assistant.events import (
    Announced,
    AudioLevel,
    Failed,
    FellAsleep,
    MicrophoneLost,
    MicrophoneOpened,
    Ready,
    ReplyEnded,
    TimersChanged,
    TurnEnded,
    Understood,
)
from assistant.values import OutOfScope, SpeechStarted, Utterance
from fakes.scenes import RELOADED, SUGGESTED, idle
from fakes.scripted import emit, text_of, type_line

OWN = dataclasses.replace(RELOADED, examples=(("Water the plants", "water the plants"), *RELOADED.examples), own=1)


def at_home(pilot):
    talk = pilot.app.talk
    assert talk.query_one("#home").display is not talk.query_one("#conversation").display
    return talk.query_one("#home").display


async def test_it_tells_how_to_be_heard(pilot):
    assert "Loading" in text_of(pilot, "#now")
    await idle(pilot)
    assert text_of(pilot, "#now") == "● Listening   just speak, or type below"
    await emit(pilot, FellAsleep("wake_word", "hey jarvis"))
    assert "say “hey jarvis”" in text_of(pilot, "#now")


async def test_what_is_heard_is_a_wave_and_silence_a_line(pilot):
    await idle(pilot)
    assert set(text_of(pilot, "#wave")) <= {"─", " ", "\n", "█", "▀", "▄"}
    await emit(pilot, *[AudioLevel(-60.0, -55.0)] * 3)
    quiet = text_of(pilot, "#wave")
    await emit(pilot, AudioLevel(-12.0, -6.0))
    assert text_of(pilot, "#wave").count("█") > quiet.count("█")


async def test_own_commands_come_first_and_nothing_is_offered_twice(pilot):
    await emit(pilot, OWN, Ready("text"), SUGGESTED)
    lines = text_of(pilot, "#suggestions").splitlines()[1:]
    assert "water the plants" in lines[0]
    assert "your own command" in lines[0]
    assert "what's the weather" in lines[1]
    assert "37 commands, 1 of them yours · 124 answers" in text_of(pilot, "#there-is")


async def test_a_terminal_that_is_made_smaller_keeps_its_input_line(pilot):
    await pilot.resize_terminal(140, 36)
    timers = [(name, time.time() + 600.0, 900.0) for name in ("tea timer", "nap", "rice timer")]
    await emit(pilot, OWN, Ready("text"), SUGGESTED, TimersChanged(tuple(timers)))
    many = len(text_of(pilot, "#suggestions").splitlines())
    await pilot.resize_terminal(60, 20)
    await pilot.pause()
    assert len(text_of(pilot, "#suggestions").splitlines()) < many
    assert pilot.app.talk.query_one("#status").region.bottom <= 20


async def test_timers_count_down_there_and_in_the_conversation(pilot):
    await emit(pilot, TimersChanged((("tea timer", time.time() + 109.0, 600.0), ("nap", time.time() + 7190.0, 7200.0))))
    first, second = text_of(pilot, "#tasks").splitlines()
    assert " 1:4" in first
    assert " 1:59:" in second
    await emit(pilot, TimersChanged(()))
    assert not pilot.app.talk.query_one("#tasks").display


async def test_a_turn_ends_it_and_escape_brings_it_back_when_nothing_goes_on(pilot):
    await idle(pilot)
    assert at_home(pilot)
    await type_line(pilot, "what time is it")
    assert not at_home(pilot)
    await pilot.press("escape")
    assert not at_home(pilot), "a turn is under way: escape stops it"
    meaning = OutOfScope(0.1, ())
    await emit(pilot, Understood(Utterance("what time is it"), meaning), ReplyEnded("Ten."), TurnEnded({}))
    await pilot.press("escape")
    assert at_home(pilot)
    await pilot.press("escape")
    assert not at_home(pilot)


async def test_an_alarm_leaves_it_and_the_first_escape_only_silences(pilot):
    await idle(pilot)
    await emit(pilot, Announced("Your tea timer is done."))
    assert not at_home(pilot)
    await pilot.press("escape")
    assert not at_home(pilot)


async def test_a_noise_is_no_reason_to_leave_it(pilot):
    await idle(pilot)
    await emit(pilot, SpeechStarted(1.0))
    assert at_home(pilot)
    assert "Hearing you" in text_of(pilot, "#now")


async def test_faults_are_told_there_until_somebody_has_talked(pilot):
    await emit(pilot, MicrophoneOpened("microphone", 16000), Failed("no voice: it is gone", "voice"))
    assert "✗ no voice: it is gone" in text_of(pilot, "#notes")
    await type_line(pilot, "hello")
    assert text_of(pilot, "#notes") == ""


@pytest.mark.app(size=(60, 20))
async def test_on_a_small_terminal_texts_are_shorter_and_never_cut_within_a_word(pilot):
    lost = "microphone 'USB Conference Microphone: Audio' is gone: it is used again as soon as it can be"
    await idle(pilot)
    await emit(pilot, MicrophoneLost(lost))
    assert text_of(pilot, "#now") == "⊘ No microphone   looking for the microphone"
    assert text_of(pilot, "#status").rstrip() == "⊘ No microphone  looking for the microphone"
    notes = pilot.app.screen.query_one("#notes")
    assert notes.region.height == notes.virtual_size.height == 2
    await pilot.resize_terminal(80, 24)
    await pilot.pause()
    assert "typing works" in text_of(pilot, "#status")
    footer = pilot.app.screen.query_one("FooterKey.-command-palette")
    assert footer.display
    assert footer.region.right <= 80
