"""The vocabulary: every value that passes between stages, frozen. Standard library and numpy only.

Stages hand these to one another in this order:

    Frame -> SpeechStarted, SpeechFrame+, SpeechEnded          audio
          -> PartialTranscript*, FinalTranscript(Utterance)    stt
          -> Understood(Understanding)                         nlu
          -> ReplyChunk*, ReplyEnded, TurnEnded                reply

The `Event`s among them are what a front end is told, and `as_json` writes one as a line for a script.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Hz, everywhere between the microphone and the recogniser."""

FRAME_SAMPLES = 512
"""Samples in a frame: 32 ms."""

FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE

CLIPPING = -0.1
"""dBFS from which a peak is likely to have been cut off."""

SILENCE = -100.0
"""dBFS of zeros, and of what is hardly more; no microphone that is open is so quiet."""

Samples: TypeAlias = NDArray[np.float32]
"""Mono audio at SAMPLE_RATE, shape (n,), in [-1, 1]."""

Frame: TypeAlias = Samples
"""Samples of shape (FRAME_SAMPLES,)."""

SlotValue: TypeAlias = str | int | float | bool | timedelta | datetime | date | time
"""What a slot holds once it is resolved: `ten minutes` is timedelta(minutes=10)."""


Direction: TypeAlias = Literal["input", "output"]
"""Of sound: a microphone's or a loudspeaker's, and the key in `[audio]`."""


# -- audio ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak."""

    at: float
    """Seconds of audio before the first voiced frame."""


@dataclass(frozen=True, slots=True, eq=False)
class SpeechFrame:
    """A frame inside an utterance, the pre-roll and the pauses included."""

    samples: Frame
    voiced: bool
    """Whether the voice detector hears speech in it."""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The endpoint: the speaker has stopped for as long as patience lasts."""

    at: float
    """Seconds of audio before the end of the last voiced frame."""


# -- stt --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One reading of the audio."""

    text: str
    confidence: float
    """0 to 1: the geometric mean of the token probabilities."""
    heard: str = ""
    """What the recogniser itself wrote, where the text is a known sentence that sounds like it."""


@dataclass(frozen=True, slots=True)
class PartialTranscript:
    """What has been heard so far."""

    stable: str
    """Never taken back."""
    unstable: str
    """May still change."""
    settled: bool = False
    """Whether it is all that has been said so far: nobody has spoken since."""
    heard: str = ""
    """What the recogniser itself wrote, where known sentences that sound like it were taken instead."""


Source: TypeAlias = Literal["typed", "spoken"]


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a person said or typed, whole."""

    text: str
    source: Source = "typed"
    confidence: float = 1.0
    """0 to 1: the recogniser's; 1 for typed text."""
    alternatives: tuple[str, ...] = ()
    """Other readings, best first, without `text`."""


@dataclass(frozen=True, slots=True)
class FinalTranscript:
    """The utterance that the recogniser settled on."""

    utterance: Utterance
    seconds: float
    """Length of the audio."""
    latency: float
    """Wall seconds from the endpoint to this transcript."""


# -- nlu --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry of the n-best list."""

    kind: Literal["intent", "question"]
    id: str
    """The intent's name, or the question as written."""
    example: str
    """The phrase that matched."""
    score: float
    """Raw similarity, 1 = the same."""


@dataclass(frozen=True, slots=True)
class BuiltInAction:
    """Something that the assistant does itself."""

    name: str
    """`timer.start`."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Fixed arguments from the YAML, beside the slots."""


@dataclass(frozen=True, slots=True)
class ArgvAction:
    """A program of the user's, started without a shell."""

    argv: tuple[str, ...]
    """`{slot}` in an argument becomes the slot's value, inside that one argument."""
    timeout: float = 10.0
    """Seconds."""
    directory: Path | None = None
    """Where it runs; the folder of the YAML file by default."""


@dataclass(frozen=True, slots=True)
class HttpAction:
    """A call to a web address of the user's."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    """Body; `{slot}` is filled in inside its strings."""
    timeout: float = 10.0


Action: TypeAlias = BuiltInAction | ArgvAction | HttpAction


@dataclass(frozen=True, slots=True)
class IntentMatch:
    """A command, with all that is needed to carry it out."""

    intent: str
    slots: Mapping[str, SlotValue]
    confidence: float
    n_best: tuple[Candidate, ...]
    action: Action | None
    """None: the response is all there is."""
    response: str | None = None
    """Template of the reply; None: what the action says."""
    confirm: str | None = None
    """Question to be answered with yes before the action runs."""
    slot_texts: Mapping[str, str] = field(default_factory=dict)
    """Slot name -> the words it was read from."""


@dataclass(frozen=True, slots=True)
class AnswerMatch:
    """A question that knowledge/ answers."""

    question: str
    answer: str
    source: str
    """Where the answer is from, as shown."""
    confidence: float
    n_best: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class SlotMissing:
    """A command that lacks a required value."""

    intent: str
    slots: Mapping[str, SlotValue]
    """Those already filled."""
    missing: str
    """The slot to ask for."""
    ask: str
    """The question that asks for it."""
    confidence: float
    n_best: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Two or more readings too close to choose between."""

    choices: tuple[IntentMatch | AnswerMatch | SlotMissing, ...]
    """Best first; any of them can be carried out as it stands."""
    labels: tuple[str, ...]
    """What to call each choice in the question, in the same order."""
    confidence: float
    n_best: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """Nothing known matches."""

    confidence: float
    """Of the best candidate, too low."""
    n_best: tuple[Candidate, ...]


Understanding: TypeAlias = IntentMatch | AnswerMatch | SlotMissing | Ambiguous | OutOfScope


@dataclass(frozen=True, slots=True)
class Understood:
    """What the matcher made of an utterance."""

    utterance: Utterance
    understanding: Understanding
    partial: bool = False
    """Whether the utterance was still being spoken."""
    part: str = ""
    """The words that mean this, where several commands are said in one breath."""


# -- reply ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplyChunk:
    """The next piece of a reply that is being made."""

    text: str


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """The whole reply."""

    text: str
    source: str | None = None
    """Where an answer is from."""
    generated: bool = False
    """Whether a language model wrote it."""
    ok: bool = True
    """False: the command could not be carried out."""
    expects_answer: bool = False
    """Whether the assistant has asked something and waits."""


@dataclass(frozen=True, slots=True)
class SpeakingStarted:
    """The first sample of a spoken reply is being played."""


@dataclass(frozen=True, slots=True)
class SpeakingEnded:
    """The spoken reply is over."""

    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The assistant is ready for the next utterance."""

    times: Mapping[str, float]
    """Stage -> wall seconds: `transcribe`, `understand`, `respond`."""


@dataclass(frozen=True, slots=True)
class Announced:
    """Said of the assistant's own accord: an alarm, a reminder."""

    text: str


# -- the machine ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """Long work: a model loading, an index being built, weights being fetched."""

    task: str
    """`speech model`, `index`."""
    done: float
    total: float
    """0 where it is not known; done == total when over."""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class MicrophoneOpened:
    """Audio is coming in."""

    device: str
    rate: int
    """Hz at the device, before resampling."""


@dataclass(frozen=True, slots=True)
class MicrophoneClosed:
    """Audio no longer comes in."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class WokeUp:
    """What is said from now on is listened to."""

    by: Literal["hands_free", "wake_word", "key", "question"]
    """What made it listen; `question`: it has asked something."""


@dataclass(frozen=True, slots=True)
class FellAsleep:
    """What is said is not listened to, although audio is coming in."""

    until: Literal["wake_word", "key"]
    """What makes it listen again."""
    phrase: str = ""
    """The wake word, where it is that."""


@dataclass(frozen=True, slots=True)
class MicrophoneLost:
    """The microphone that is wanted cannot be had; it is opened as soon as it can."""

    reason: str
    """One line."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A device that a person can choose."""

    direction: Direction
    name: str
    """What `[audio]` is to say; empty: the system's default."""
    chosen: bool
    """Whether it says so now."""
    present: bool = True
    """Whether it is there."""


@dataclass(frozen=True, slots=True)
class AudioLevel:
    """About ten times a second while the microphone is open."""

    rms: float
    """dBFS, -100 for digital silence."""
    peak: float
    """dBFS, of the last second; 0 is clipping."""
    overflows: int = 0
    """Blocks of audio lost since the microphone was opened."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What can be used from now on."""

    what: Literal["text", "speech", "voice", "generator"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """Intents and knowledge as they are in use now."""

    intents: int
    answers: int
    problems: tuple[str, ...] = ()
    """One line each: a bad file among good ones."""
    examples: tuple[tuple[str, str], ...] = ()
    """(description, a phrase that means it) of each intent, for help."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something was put right without anybody's help, or should be known."""

    message: str
    """One line."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Something could not be done; the rest goes on."""

    message: str
    where: str = ""
    """`speech`, `index`, `turn`."""


Event: TypeAlias = (
    SpeechStarted
    | SpeechEnded
    | PartialTranscript
    | FinalTranscript
    | Understood
    | ReplyChunk
    | ReplyEnded
    | SpeakingStarted
    | SpeakingEnded
    | TurnEnded
    | Announced
    | Progress
    | MicrophoneOpened
    | MicrophoneClosed
    | WokeUp
    | FellAsleep
    | MicrophoneLost
    | AudioLevel
    | Ready
    | Reloaded
    | Noticed
    | Failed
)


# -- as JSON ----------------------------------------------------------------------------------


def kind_of(value: object) -> str:
    """Return the class name in snake_case: `IntentMatch` -> `intent_match`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(value).__name__).lower()


def as_json(event: Event, t: float) -> dict[str, Any]:
    """Return the event as one JSON-ready object: `event`, `t` (seconds since start), its fields.

    `understood` is flattened: `kind`, `intent` or `question`, `slots`, `confidence`, `n_best` stand
    at the top, since that is what a script asks for.
    """
    line: dict[str, Any] = {"event": kind_of(event), "t": round(t, 3)}
    if isinstance(event, Understood):
        line |= {"text": event.utterance.text, "partial": event.partial}
        line |= {"part": event.part} if event.part else {}
        line |= _understanding_json(event.understanding)
        return line
    for each in dataclasses.fields(event):
        line[each.name] = _plain(getattr(event, each.name))
    return line


def _understanding_json(understanding: Understanding) -> dict[str, Any]:
    line: dict[str, Any] = {"kind": kind_of(understanding)}
    head = understanding.choices[0] if isinstance(understanding, Ambiguous) else understanding
    match head:
        case IntentMatch() | SlotMissing():
            line |= {"intent": head.intent, "slots": _plain(head.slots)}
        case AnswerMatch():
            line |= {"question": head.question, "source": head.source}
    match understanding:
        case SlotMissing():
            line |= {"missing": understanding.missing, "ask": understanding.ask}
        case Ambiguous():
            line["choices"] = list(understanding.labels)
    line.setdefault("slots", {})
    line["confidence"] = round(understanding.confidence, 4)
    line["n_best"] = [_plain(candidate) for candidate in understanding.n_best]
    return line


def _plain(value: Any) -> Any:
    """Return the value in JSON's own types; a duration becomes its seconds, a date ISO 8601."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return int(seconds) if seconds == int(seconds) else seconds
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, np.floating | float):
        return round(float(value), 4)
    return str(value) if isinstance(value, Path) else value
