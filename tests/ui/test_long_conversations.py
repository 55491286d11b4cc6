"""Long conversations and fast streams stay cheap."""

from __future__ import annotations

import threading
import time

from assistant.events import (
    Announced,
    AudioLevel,
    MicrophoneOpened,
    Progress,
    ReplyChunk,
    ReplyEnded,
    TurnEnded,
    Understood,
)
from assistant.ui.app import Emitted
from assistant.values import (
    PartialTranscript,
    Utterance,
)
from fakes.scenes import TIMER, TIMES
from fakes.scripted import emit, shown, type_line, value


def test_newer_levels_take_the_place_of_those_not_yet_drawn():
    level = Emitted(AudioLevel(-20.0, -10.0))
    assert level.can_replace(Emitted(AudioLevel(-30.0, -20.0)))
    assert not level.can_replace(Emitted(PartialTranscript("a", "b")))
    assert not Emitted(ReplyChunk("a")).can_replace(Emitted(ReplyChunk("b")))
    assert not Emitted(Progress("a", 1, 2)).can_replace(Emitted(Progress("b", 1, 2)))


async def test_a_flood_of_levels_from_another_thread_does_not_delay_a_key(pilot):
    await emit(pilot, MicrophoneOpened("a", 16000))

    def flood():
        for step in range(5000):
            pilot.app.emit(AudioLevel(-40.0 + step % 20, -10.0))

    thread = threading.Thread(target=flood)
    thread.start()
    began = time.process_time()
    await pilot.press("x")
    took = time.process_time() - began
    thread.join()
    await pilot.pause()
    assert value(pilot) == "x"
    assert took < 2.0


async def test_two_thousand_turns_keep_a_bounded_number_of_widgets(pilot):
    talk = pilot.app.talk
    for turn in range(2000):
        utterance = Utterance(f"turn {turn}")
        talk.show_event(Understood(utterance, TIMER))
        talk.show_event(ReplyEnded(f"reply {turn}"))
        talk.show_event(TurnEnded(TIMES))
        if turn % 40 == 0:
            await pilot.pause()
    await pilot.pause()
    conversation = talk.query_one("#conversation")
    assert len(conversation.entries) == 4000
    assert len(conversation.query(".entry")) <= conversation.MOUNTED + 2
    assert conversation.is_vertical_scroll_end
    began = time.process_time()
    await pilot.press("x")
    assert time.process_time() - began < 0.5
    assert value(pilot) == "x"


async def test_scrolling_up_brings_earlier_turns_back_without_a_jump(pilot):
    talk = pilot.app.talk
    for turn in range(150):
        talk.show_event(Understood(Utterance(f"turn {turn}"), TIMER))
        talk.show_event(ReplyEnded(f"reply {turn}"))
        talk.show_event(TurnEnded(TIMES))
    await pilot.pause()
    conversation = talk.query_one("#conversation")
    assert "turn 0\n" not in shown(pilot)
    seen = []
    for _ in range(80):
        await pilot.press("pageup")
        await pilot.pause()
        region = conversation.region
        seen += [
            int(str(entry.view.content).split()[1])
            for entry in conversation.entries
            if entry.kind == "typed" and entry.view and region.contains_region(entry.view.region)
        ]
        if 0 in seen:
            break
    assert sorted(set(seen)) == list(range(min(seen), max(seen) + 1))
    assert min(seen) == 0
    assert max(seen) > 140
    assert len(conversation.query(".entry")) <= conversation.MOUNTED + 2
    await emit(pilot, Announced("ring"))
    assert not conversation.is_vertical_scroll_end
    for _ in range(3):
        await pilot.press("pagedown")
        await pilot.pause()
    assert not conversation.at_end
    await type_line(pilot, "back to the end")
    await pilot.pause()
    assert conversation.is_vertical_scroll_end
    assert conversation.at_end
    assert "ring" in shown(pilot)
