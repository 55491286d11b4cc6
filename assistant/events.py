"""What a front end is told: the values of a turn, and what happens around them.

`event_json` writes an `Event` as a line for a script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from assistant.values import FinalTranscript, PartialTranscript, SpeechEnded, SpeechStarted, Understanding, Utterance


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
class Quit:
    """A person has told the assistant to close: the front end ends after it."""


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
    | Quit
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

Emit: TypeAlias = Callable[[Event], None]
"""Takes an event from any thread."""
