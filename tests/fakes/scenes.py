"""States of the terminal: what the snapshots and the tests show."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

from assistant.events import (
    AudioLevel,
    Failed,
    FellAsleep,
    MicrophoneLost,
    MicrophoneOpened,
    Progress,
    Ready,
    Reloaded,
    ReplyChunk,
    ReplyEnded,
    Suggested,
    TurnEnded,
    Understood,
    WokeUp,
)
from assistant.ui.editor.area import YamlArea
from assistant.ui.editor.screen import EditorScreen
from assistant.values import (
    AnswerMatch,
    BuiltInAction,
    Candidate,
    FinalTranscript,
    IntentMatch,
    OutOfScope,
    PartialTranscript,
    SpeechEnded,
    SpeechStarted,
    Utterance,
)
from fakes.editing import FixedWorkshop
from fakes.scripted import emit, type_line
from fakes.settings import FixedPanel

TIMER = IntentMatch(
    "StartTimer",
    {"duration": datetime.timedelta(minutes=10), "label": "tea"},
    0.94,
    (
        Candidate("intent", "StartTimer", "set a tea timer for ten minutes", 0.93),
        Candidate("intent", "SetAlarm", "wake me at seven", 0.58),
        Candidate("question", "How do I stop an alarm?", "how do I stop a timer", 0.41),
        Candidate("intent", "AddToList", "add milk to my shopping list", 0.22),
        Candidate("intent", "GetTime", "what time is it", 0.17),
    ),
    BuiltInAction("timer.start"),
)
ANSWER = AnswerMatch(
    "How much memory is free?",
    "Run `free -h` and read the **available** column:\n\n- *free* is memory that nothing uses\n"
    "- *available* is what a program could still get\n\n```\nfree -h\n```",
    "knowledge/machine.md",
    0.81,
    (
        Candidate("question", "How much memory is free?", "how much ram do I have left", 0.79),
        Candidate("intent", "SystemStatus", "how is the machine doing", 0.55),
    ),
)
NONSENSE = OutOfScope(
    0.21,
    (
        Candidate("intent", "GetTime", "what time is it in Tokyo", 0.47),
        Candidate("question", "Which colours can I choose?", "what themes are there", 0.46),
    ),
)
RELOADED = Reloaded(
    37,
    124,
    (),
    (
        ("Start a timer", "set a timer for ten minutes"),
        ("Tell the time anywhere", "what time is it in Tokyo"),
        ("Add to a list", "add milk to my shopping list"),
        ("Convert units", "how many ounces are 250 grams"),
        ("Open a program", "open the file browser"),
        ("Say how the machine is", "how full is my disk"),
    ),
)
TIMES = {"understand": 0.012, "respond": 0.003}


async def loading(pilot):
    await emit(
        pilot,
        Progress("fetching base", 38_000_000, 145_000_000, "B"),
        Progress("index", 120, 600, "rows"),
        Progress("embedder", 0, 0),
    )
    await type_line(pilot, "what time is it")


async def idle(pilot):
    await emit(pilot, RELOADED, Ready("text"), Ready("speech", "base"), Ready("voice"))
    await emit(pilot, MicrophoneOpened("Built-in Audio Analog Stereo", 48000), AudioLevel(-52.0, -44.0))


async def listening(pilot):
    await idle(pilot)
    utterance = Utterance("set a tea timer for ten", "spoken")
    await emit(
        pilot,
        SpeechStarted(1.0),
        AudioLevel(-21.0, -9.0),
        PartialTranscript("set a tea timer", "for ten min"),
        Understood(utterance, dataclasses.replace(TIMER, confidence=0.72), partial=True),
    )


async def asleep(pilot):
    await idle(pilot)
    await emit(pilot, FellAsleep("wake_word", "hey jarvis"))


async def awake(pilot):
    await asleep(pilot)
    await emit(pilot, WokeUp("wake_word"), AudioLevel(-48.0, -41.0))


async def waiting_for_the_key(pilot):
    await idle(pilot)
    await emit(pilot, FellAsleep("key"))


async def command(pilot):
    await listening(pilot)
    utterance = Utterance("Set a tea timer for ten minutes.", "spoken", 0.91)
    await emit(
        pilot,
        SpeechEnded(3.0),
        FinalTranscript(utterance, 2.1, 0.41),
        Understood(utterance, TIMER),
        ReplyEnded("Timer set for 10 minutes."),
        TurnEnded({"transcribe": 0.41, **TIMES}),
        AudioLevel(-50.0, -43.0),
    )


async def answer(pilot):
    await idle(pilot)
    await type_line(pilot, "how much memory is free")
    utterance = Utterance("how much memory is free")
    await emit(
        pilot,
        Understood(utterance, ANSWER),
        ReplyEnded(ANSWER.answer, source=ANSWER.source),
        TurnEnded(TIMES),
    )


async def suggestions(pilot):
    await idle(pilot)
    await emit(pilot, SUGGESTED)
    await pilot.press("tab", "tab")


async def also_asked(pilot):
    await answer(pilot)
    await emit(pilot, SUGGESTED)


async def out_of_scope(pilot):
    await idle(pilot)
    text = "what colour is my neighbour's second cousin's boat"
    await type_line(pilot, text)
    await emit(
        pilot,
        Understood(Utterance(text), NONSENSE),
        ReplyEnded(
            "I don't know that. The nearest I know: “what time is it in Tokyo”, “what themes are there”.", ok=False
        ),
        TurnEnded(TIMES),
    )


async def generating(pilot):
    await idle(pilot)
    text = "why is the sky blue"
    await type_line(pilot, text)
    await emit(
        pilot,
        Understood(Utterance(text), NONSENSE),
        *[ReplyChunk(piece) for piece in ("Blue light ", "is scattered ", "more than red ", "light by the air, ")],
    )


async def no_microphone(pilot):
    await emit(pilot, RELOADED, Ready("text"), Ready("speech", "base"))
    await emit(
        pilot, Failed("No microphone was found: plug one in, or choose one with [audio] input in config.toml", "speech")
    )


async def lost_microphone(pilot):
    await command(pilot)
    await emit(
        pilot,
        MicrophoneLost("microphone 'USB Conference Microphone: Audio' is gone: it is used again as soon as it can be"),
    )


async def settings_at(pilot, page):
    await idle(pilot)
    pilot.app.settings.panel = FixedPanel(Path("/garden/config.toml"))
    pilot.app.settings.open(page)
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def devices_sheet(pilot):
    await settings_at(pilot, "sound")
    await pilot.pause(0.2)  # until the level is drawn


async def thresholds(pilot):
    await settings_at(pilot, "matching")
    await pilot.press(*["right"] * 12)
    await pilot.pause()


async def help_sheet(pilot):
    await idle(pilot)
    await pilot.press("f1")
    await pilot.pause()


SUGGESTED = Suggested(
    (
        ("what's the weather", "you ask for this most mornings"),
        ("what's on my shopping list", "you often ask for this on Fridays"),
        ("what are my reminders", "people often ask for this after “what's the weather”"),
        ("set a timer for ten minutes", "a common start to the morning"),
        ("How do I add a question and its answer?", "a common start to the morning"),
    )
)


async def editor(pilot):
    """A file of one's own with a fault, and a phrase tried on it."""
    await idle(pilot)
    pilot.app.author.workshop = FixedWorkshop()
    await type_line(pilot, "/edit")
    while not isinstance(pilot.app.screen, EditorScreen) or not pilot.app.screen._files:
        await pilot.pause(0.01)
    await pilot.pause()
    await pilot.press("enter", *["down"] * 12, "end", "enter", *"soak the roses", "ctrl+t", *"roses please", "enter")
    meaning = pilot.app.screen.query_one("#meaning")
    while "takes over" not in str(meaning.content) or not pilot.app.screen.query_one(YamlArea).faults:
        await pilot.pause(0.01)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


SCENES = (
    loading, idle, asleep, awake, waiting_for_the_key, listening, command, answer, out_of_scope, generating,
    suggestions, also_asked, no_microphone, lost_microphone, devices_sheet, thresholds, help_sheet,
    editor,
)  # fmt: skip
