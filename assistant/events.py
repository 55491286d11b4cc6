"""News for a front end: the values of a turn, and the state of the machine around them.

An event is named by what has happened. `event_json` writes one as a line for a script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from assistant.values import FinalTranscript, PartialTranscript, SpeechEnded, SpeechStarted, Understanding, Utterance

Direction: TypeAlias = Literal["input", "output"]
"""Direction of sound: a microphone's or a loudspeaker's; also the key in `[audio]`."""


@dataclass(frozen=True, slots=True)
class Understood:
    """An utterance has been given a meaning."""

    utterance: Utterance
    """The whole utterance."""
    understanding: Understanding
    """Its meaning."""
    partial: bool = False
    """True while the utterance was still being spoken."""
    part: str = ""
    """The words with this meaning, where an utterance holds several commands."""


# -- reply ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplyChunk:
    """The next piece of a reply that is being written."""

    text: str
    """Words to append, spaces included."""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture that a reply is about."""

    file: Path
    """The picture itself."""
    caption: str = ""
    """What somebody wrote about it, or the words that it was drawn from."""
    confidence: float = 1.0
    """0 to 1: how sure it is that it is meant; 1 where it was drawn."""
    cosine: float = 0.0
    """Of its nearest vector to the words; 0 where none were compared."""
    why: str = ""
    """The words and the vector by which it was found."""
    thumbnail: Path | None = None
    """A small copy of it, if there is one."""


@dataclass(frozen=True, slots=True)
class PicturesShown:
    """A reply is about pictures; a screen shows them below it."""

    pictures: tuple[ShownPicture, ...]
    """The likeliest first."""


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """The reply is complete."""

    text: str
    """The whole of it, in Markdown."""
    source: str | None = None
    """Origin of an answer."""
    generated: bool = False
    """True where a language model wrote it."""
    ok: bool = True
    """False where the command could not be carried out."""
    expects_answer: bool = False
    """True where it asks something and the assistant waits for an answer."""
    pace: float = 1.0
    """Part of its own speed at which the voice reads it aloud."""
    aloud: str = ""
    """Words for the ear, where they are others than those for the eye."""


@dataclass(frozen=True, slots=True)
class SpeakingStarted:
    """The first sample of a spoken reply is being played."""


@dataclass(frozen=True, slots=True)
class SpeakingEnded:
    """The spoken reply is over."""

    interrupted: bool = False
    """True where it was cut short."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The assistant is ready for the next utterance."""

    times: Mapping[str, float]
    """Stage -> wall seconds: `transcribe`, `understand`, `respond`."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Other programs can reach the assistant."""

    http: str
    """Address of the HTTP server."""
    wyoming: str = ""
    """Address of the Wyoming server; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Quit:
    """A person has told the assistant to close: the front end ends after it."""


@dataclass(frozen=True, slots=True)
class Announced:
    """The assistant speaks of its own accord: an alarm, a reminder."""

    text: str
    """The whole announcement."""


@dataclass(frozen=True, slots=True)
class ScheduleChanged:
    """The commands that are planned are these from now on."""

    commands: tuple[tuple[str, str], ...]
    """(moment, sentence) of each, the next first."""


@dataclass(frozen=True, slots=True)
class TimersChanged:
    """The timers, alarms and reminders that are set are these from now on."""

    timers: tuple[tuple[str, float, float], ...]
    """Name, moment in seconds since 1970, and length in seconds of each, the next first."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """The conversation of before, told once at the start."""

    lines: tuple[str, ...]
    """What was typed, oldest first."""
    turns: tuple[tuple[Utterance, str, float], ...]
    """The last turns, oldest first: utterance, reply, seconds since 1970."""


@dataclass(frozen=True, slots=True)
class EarlierTurn:
    """A turn of the conversation that is kept."""

    at: float
    """Seconds since 1970."""
    text: str
    """What was said or typed."""
    reply: str
    """What was answered."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What may be wanted next; for a screen alone, and never read aloud."""

    sentences: tuple[tuple[str, str], ...]
    """(sentence, reason) of each, the likeliest first."""


# -- the machine ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """Long work: a model loading, an index being built, weights being fetched."""

    task: str
    """The work in words, such as `fetching base`."""
    done: float
    """Amount done so far, in units."""
    total: float
    """Amount in all; 0 where it is not known, equal to `done` at the end."""
    unit: str = ""
    """`B` for bytes; empty for steps."""


@dataclass(frozen=True, slots=True)
class MicrophoneOpened:
    """Audio is coming in."""

    device: str
    """Name of the microphone."""
    rate: int
    """Hz at the device, before resampling."""


@dataclass(frozen=True, slots=True)
class MicrophoneClosed:
    """Audio no longer comes in."""

    reason: str = ""
    """One line; empty where it was asked for."""


@dataclass(frozen=True, slots=True)
class WokeUp:
    """Speech is listened to from now on."""

    by: Literal["hands_free", "wake_word", "key", "question", "voice"]
    """The trigger; `question`: the assistant has asked something; `voice`: somebody has spoken over its reply."""


@dataclass(frozen=True, slots=True)
class FellAsleep:
    """Speech is not listened to from now on, although audio is coming in."""

    until: Literal["wake_word", "key"]
    """The trigger that makes the assistant listen again."""
    phrase: str = ""
    """The wake word, where that is the trigger."""


@dataclass(frozen=True, slots=True)
class MicrophoneLost:
    """The microphone that is wanted cannot be had; it is opened as soon as it can."""

    reason: str
    """One line."""


@dataclass(frozen=True, slots=True)
class AudioLevel:
    """Loudness at the microphone, about ten times a second while it is open."""

    rms: float
    """Root mean square in dBFS, -100 for digital silence."""
    peak: float
    """Peak of the last second in dBFS; 0 is clipping."""
    overflows: int = 0
    """Blocks of audio lost since the microphone was opened."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A part of the assistant can be used from now on."""

    what: Literal["text", "speech", "voice"]
    """The part."""
    detail: str = ""
    """Name of its model, if there is a choice of them."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """Intents and knowledge are in use as the files say now."""

    intents: int
    """Number of intents."""
    answers: int
    """Number of question-answer pairs."""
    problems: tuple[str, ...] = ()
    """Faults in the files, one line each."""
    examples: tuple[tuple[str, str], ...] = ()
    """(description, example sentence) of each intent, for help; those of a person's own files first."""
    documents: int = 0
    """Number of documents with text, as they were last read."""
    own: int = 0
    """Number of examples at the front that are of a person's own files."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something was put right without help, or is worth knowing."""

    message: str
    """One line."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Something could not be done; the rest goes on."""

    message: str
    """One line: the fault and the cure."""
    where: str = ""
    """The part at fault, such as `speech`, `index`, `turn`."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A device that a person can choose."""

    direction: Direction
    """Microphone or loudspeaker."""
    name: str
    """Value of the key in `[audio]`; empty: the system's default."""
    chosen: bool
    """True where the key has this value now."""
    present: bool = True
    """False where it is configured and not plugged in."""


Event: TypeAlias = (
    SpeechStarted
    | SpeechEnded
    | PartialTranscript
    | FinalTranscript
    | Understood
    | ReplyChunk
    | PicturesShown
    | ReplyEnded
    | SpeakingStarted
    | SpeakingEnded
    | TurnEnded
    | Quit
    | Serving
    | Announced
    | ScheduleChanged
    | TimersChanged
    | Recalled
    | Suggested
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
"""Anything a front end is told."""

Emit: TypeAlias = Callable[[Event], None]
"""Takes an event from any thread."""
