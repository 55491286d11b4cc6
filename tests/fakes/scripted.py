"""An assistant that does nothing by itself: the test says what happens and when, and sees what was asked of it."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime

from assistant.config import Config, ListenConfig, UiConfig
from assistant.events import (
    AudioLevel,
    FellAsleep,
    MicrophoneLost,
    MicrophoneOpened,
    Progress,
    Ready,
    Reloaded,
    ReplyChunk,
    ReplyEnded,
    TurnEnded,
    Understood,
    WokeUp,
)
from assistant.ui.app import AssistantApp
from assistant.values import (
    AnswerMatch,
    BuiltInAction,
    Candidate,
    DeviceChoice,
    FinalTranscript,
    IntentMatch,
    OutOfScope,
    PartialTranscript,
    SpeechEnded,
    SpeechStarted,
    Utterance,
)

TIMER = IntentMatch(
    "StartTimer",
    {"duration": datetime.timedelta(minutes=10), "label": "tea"},
    0.94,
    (
        Candidate("intent", "StartTimer", "set a {duration} timer for {label}", 0.93),
        Candidate("intent", "SetAlarm", "wake me at {time}", 0.58),
        Candidate("question", "How do I stop an alarm?", "how do I stop a timer", 0.41),
        Candidate("intent", "AddToList", "add {item} to my shopping list", 0.22),
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
        Candidate("intent", "GetTime", "what time is it in {place}", 0.47),
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


class Scripted:
    """Keeps what was asked of it; `emit` is the terminal's."""

    def __init__(self, emit):
        self.emit = emit
        self.calls = []
        self.choices = (
            DeviceChoice("input", "", True),
            DeviceChoice("input", "Built-in Audio: ALC257 Analog", False),
            DeviceChoice("input", "USB Conference Microphone: Audio", False),
            DeviceChoice("output", "", False),
            DeviceChoice("output", "Built-in Audio: ALC257 Analog", True),
        )

    def start(self):
        self.calls.append("start")

    def submit(self, text):
        self.calls.append(("submit", text))

    def interrupt(self):
        self.calls.append("interrupt")

    def listen(self, on):
        self.calls.append(("listen", on))

    def talk(self):
        self.calls.append("talk")

    def start_by(self, way):
        self.calls.append(("start_by", way))

    def devices(self):
        return self.choices

    def choose(self, direction, name):
        self.calls.append(("choose", direction, name))

    def close(self):
        self.calls.append("close")


def app_with(start="hands_free", **ui):
    """Return an app, not run, on a scripted assistant that is `app.scripted` once connected."""

    def connect(emit):
        app.scripted = Scripted(emit)
        return app.scripted

    config = Config(ui=UiConfig(**ui), listen=ListenConfig(start=start))
    app = AssistantApp(connect, config)
    return app


async def told(pilot, *events):
    """Let the events happen, and wait until they are drawn."""
    await connected(pilot)
    for event in events:
        pilot.app.emit(event)
        await pilot.pause()
    await pilot.pause()


async def connected(pilot):
    """Wait for the thread that builds the assistant."""
    while not hasattr(pilot.app, "scripted") or "start" not in pilot.app.scripted.calls:
        await pilot.pause(0.01)


async def typed(pilot, text):
    """Type a line and send it."""
    await connected(pilot)
    pilot.app.talk.query_one("#input").value = text
    await pilot.press("enter")
    await pilot.pause()


@contextlib.asynccontextmanager
async def running(app, size=(80, 24)):
    """Run the app without a terminal."""
    async with app.run_test(size=size) as pilot:
        await connected(pilot)
        yield pilot


# -- scenes: what the snapshots and the documentation show --------------------------------------


async def loading(pilot):
    await told(
        pilot,
        Progress("fetching base", 38_000_000, 145_000_000, "B"),
        Progress("index", 120, 600, "rows"),
        Progress("embedder", 0, 0),
    )
    await typed(pilot, "what time is it")


async def idle(pilot):
    await told(pilot, RELOADED, Ready("text"), Ready("speech", "base"), Ready("voice"))
    await told(pilot, MicrophoneOpened("Built-in Audio Analog Stereo", 48000), AudioLevel(-52.0, -44.0))


async def listening(pilot):
    await idle(pilot)
    utterance = Utterance("set a tea timer for ten", "spoken")
    await told(
        pilot,
        SpeechStarted(1.0),
        AudioLevel(-21.0, -9.0),
        PartialTranscript("set a tea timer", "for ten min"),
        Understood(utterance, dataclasses.replace(TIMER, confidence=0.72), partial=True),
    )


async def asleep(pilot):
    await idle(pilot)
    await told(pilot, FellAsleep("wake_word", "hey jarvis"))


async def awake(pilot):
    await asleep(pilot)
    await told(pilot, WokeUp("wake_word"), AudioLevel(-48.0, -41.0))


async def waiting_for_the_key(pilot):
    await idle(pilot)
    await told(pilot, FellAsleep("key"))


async def command(pilot):
    await listening(pilot)
    utterance = Utterance("Set a tea timer for ten minutes.", "spoken", 0.91)
    await told(
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
    await typed(pilot, "how much memory is free")
    utterance = Utterance("how much memory is free")
    await told(
        pilot,
        Understood(utterance, ANSWER),
        ReplyEnded(ANSWER.answer, source=ANSWER.source),
        TurnEnded(TIMES),
    )


async def out_of_scope(pilot):
    await idle(pilot)
    text = "what colour is my neighbour's second cousin's boat"
    await typed(pilot, text)
    await told(
        pilot,
        Understood(Utterance(text), NONSENSE),
        ReplyEnded(
            "I don't know that. The nearest I know: “what time is it in {place}”, “what themes are there”.", ok=False
        ),
        TurnEnded(TIMES),
    )


async def generating(pilot):
    await idle(pilot)
    text = "why is the sky blue"
    await typed(pilot, text)
    await told(
        pilot,
        Understood(Utterance(text), NONSENSE),
        *[ReplyChunk(piece) for piece in ("Blue light ", "is scattered ", "more than red ", "light by the air, ")],
    )


async def no_microphone(pilot):
    from assistant.events import Failed

    await told(pilot, RELOADED, Ready("text"), Ready("speech", "base"))
    await told(
        pilot, Failed("No microphone was found: plug one in, or choose one with [audio] input in config.toml", "speech")
    )


async def lost_microphone(pilot):
    await command(pilot)
    await told(
        pilot,
        MicrophoneLost("microphone 'USB Conference Microphone: Audio' is gone: it is used again as soon as it can be"),
    )


async def devices_sheet(pilot):
    await idle(pilot)
    pilot.app.show_devices()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def help_sheet(pilot):
    await idle(pilot)
    await pilot.press("f1")
    await pilot.pause()


SCENES = (
    loading, idle, asleep, awake, waiting_for_the_key, listening, command, answer, out_of_scope, generating,
    no_microphone, lost_microphone, devices_sheet, help_sheet,
)  # fmt: skip
