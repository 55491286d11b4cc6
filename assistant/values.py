"""What stages hand to one another, frozen. Standard library and numpy only.

In this order:

    Frame -> SpeechStarted, SpeechFrame+, SpeechEnded          audio
          -> PartialTranscript*, FinalTranscript(Utterance)    stt
          -> Understanding                                     nlu
          -> Action, Outcome                                   actions
"""

from __future__ import annotations

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

Chunk: TypeAlias = tuple[NDArray[np.float32], int]
"""A piece of sound to play: mono samples, shape (n,), in [-1, 1], and their rate in Hz."""

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
    """A transcript that the recogniser proposes."""

    text: str
    confidence: float
    """0 to 1: the geometric mean of the token probabilities."""
    heard: str = ""
    """What the recogniser itself wrote, where the text is a known sentence that sounds like it."""


@dataclass(frozen=True, slots=True)
class PartialTranscript:
    """The transcript of an utterance so far."""

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
    overheard: bool = False
    """True where it may not be meant for the assistant: said without wake word, key or open question."""


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
class DeviceChoice:
    """A device that a person can choose."""

    direction: Direction
    name: str
    """What `[audio]` is to say; empty: the system's default."""
    chosen: bool
    """Whether it says so now."""
    present: bool = True
    """Whether it is there."""
