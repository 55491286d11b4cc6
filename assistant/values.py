"""Values that stages hand to one another, all frozen, in the order of a turn. Standard library alone.

Frame -> SpeechStarted, SpeechFrame+, SpeechEnded          audio
      -> PartialTranscript*, FinalTranscript(Utterance)    stt
      -> Understanding                                     nlu
      -> Action                                            actions
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from assistant.quote import Quote

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Hz, everywhere between the microphone and the recogniser."""

FRAME_SAMPLES = 512
"""Samples in a frame: 32 ms."""
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE

CLIPPING = -0.1
"""dBFS at which a peak has probably been cut off: 1 % below full scale."""

SILENCE = -100.0
"""dBFS of digital silence, and the floor of a measurement; no open microphone is so quiet."""

Samples: TypeAlias = "NDArray[np.float32]"
"""Mono audio at SAMPLE_RATE, shape (n,), in [-1, 1]."""

Frame: TypeAlias = Samples
"""Samples of shape (FRAME_SAMPLES,)."""

Chunk: TypeAlias = "tuple[NDArray[np.float32], int]"
"""A piece of sound to play: mono samples, shape (n,), in [-1, 1], and their rate in Hz."""

SlotValue: TypeAlias = str | int | float | bool | timedelta | datetime | date | time
"""Resolved value of a slot: `ten minutes` is timedelta(minutes=10)."""


class Impossible(str):
    """A value that was said and cannot be, such as February 30: a sentence that says why. No action gets one."""

    __slots__ = ()


class Share(float):
    """A number said as a part of a whole, `half` or `max`: a slot with a range takes that part of its range."""

    __slots__ = ("part",)

    def __new__(cls, number: float, part: float) -> Share:
        """Make it of the number that it is without a range, and the part, 0 to 1."""
        share = super().__new__(cls, number)
        share.part = part
        return share

    part: float


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak."""

    at: float
    """Seconds of audio before the first voiced frame."""


@dataclass(frozen=True, slots=True, eq=False)
class SpeechFrame:
    """A frame inside an utterance, the pre-roll and the pauses included."""

    samples: Frame
    """32 ms of audio."""
    voiced: bool
    """True where the voice detector hears speech in it."""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """Endpoint: the speaker has been silent for the whole pause that ends this utterance."""

    at: float
    """Seconds of audio before the end of the last voiced frame."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A transcript that the recogniser proposes."""

    text: str
    """The words, with punctuation."""
    confidence: float
    """0 to 1: the geometric mean of the token probabilities."""
    heard: str = ""
    """The recogniser's own words, where `text` is a known sentence that sounds like them."""


@dataclass(frozen=True, slots=True)
class PartialTranscript:
    """The transcript of an utterance so far."""

    stable: str
    """The words that are never taken back."""
    unstable: str
    """The words after them, which may still change."""
    settled: bool = False
    """True where nobody has spoken since: it is all that has been said so far."""
    heard: str = ""
    """The recogniser's own words, where known sentences that sound like them were taken instead."""


Source: TypeAlias = Literal["typed", "spoken"]
"""Origin of an utterance."""

_NO_TEXT = {0: " "} | dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
"""NUL, and half characters, which stand for bytes that are no UTF-8."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Everything that a person said or typed in one go, as text that everything takes."""

    text: str
    """As it was typed or transcribed."""
    source: Source = "typed"
    """Keyboard or voice."""
    confidence: float = 1.0
    """0 to 1: the recogniser's; 1 for typed text."""
    alternatives: tuple[str, ...] = ()
    """Other readings, best first, without `text`."""
    overheard: bool = False
    """True where nobody may have meant the assistant: said hands-free, without wake word, key or open question."""
    picture: Path | None = None
    """The picture that it is about, where one came with it."""

    def __post_init__(self) -> None:
        """Replace characters that no tokenizer and no program takes: all text enters here."""
        object.__setattr__(self, "text", self.text.translate(_NO_TEXT))
        object.__setattr__(self, "alternatives", tuple(text.translate(_NO_TEXT) for text in self.alternatives))


@dataclass(frozen=True, slots=True)
class FinalTranscript:
    """The utterance that the recogniser settled on."""

    utterance: Utterance
    """Its words, with the recogniser's confidence and alternatives."""
    seconds: float
    """Length of the audio."""
    latency: float
    """Wall seconds from the endpoint to this transcript."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry of the n-best list."""

    kind: Literal["intent", "question", "passage"]
    """A command, a question with its answer, or a passage of a document."""
    id: str
    """Name of the intent, the question as written, or the key of the passage."""
    example: str
    """The nearest sentence that its author wrote; what was said, where a template covers that; a passage's place."""
    score: float
    """Raw similarity of the phrase that matched; 1 for the same. Of a passage its confidence."""
    phrase: str = ""
    """The phrase that matched: a template to the letter, else the nearest row."""


@dataclass(frozen=True, slots=True)
class BuiltInAction:
    """An action of the assistant's own."""

    name: str
    """Such as `timer.start`."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Fixed arguments from the YAML, beside the slots."""


@dataclass(frozen=True, slots=True)
class ArgvAction:
    """A program of the user's, started without a shell."""

    argv: tuple[str, ...]
    """Program and arguments; `{slot}` becomes the slot's value, inside that one argument."""
    timeout: float = 10.0
    """Seconds after which it is ended."""
    directory: Path | None = None
    """Working directory; by default the folder of the YAML file."""


@dataclass(frozen=True, slots=True)
class HttpAction:
    """A call to a web address of the user's."""

    url: str
    """Address; `{slot}` is filled in and quoted."""
    method: str = "POST"
    """HTTP method, in capitals."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Name -> value; `{slot}` and environment variables are filled in."""
    json: Any = None
    """Body; `{slot}` is filled in inside its strings."""
    timeout: float = 10.0
    """Seconds without an answer after which the call fails."""


@dataclass(frozen=True, slots=True)
class McpAction:
    """A tool of an MCP server."""

    server: str
    """Its name in the configuration."""
    tool: str
    """Its own name of the tool."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Name -> value; `{slot}` is filled in inside its strings."""
    timeout: float = 30.0
    """Seconds without an answer after which the call fails."""


Action: TypeAlias = BuiltInAction | ArgvAction | HttpAction | McpAction
"""The `action:` of an intent."""


@dataclass(frozen=True, slots=True)
class When:
    """The moments at which a command is wanted, where that is not just now."""

    command: str
    """The sentence without the words for the moment: `turn off the fan`."""
    text: str
    """Those words: `in ten minutes`."""
    start: datetime | None = None
    """First moment, local; None: now."""
    rule: str = ""
    """Recurrence from `start` on, as an RRULE of RFC 5545 (`FREQ=WEEKLY;BYDAY=MO,TU`); empty: once."""
    end: datetime | None = None
    """Moment at which the effect is to be taken back: `for ten minutes`, `until nine`."""
    condition: str = ""
    """Words of a condition that a clock cannot tell: `if it rains`."""


@dataclass(frozen=True, slots=True)
class IntentMatch:
    """A command, complete."""

    intent: str
    """Name of the intent."""
    slots: Mapping[str, SlotValue]
    """Slot name -> resolved value, defaults included."""
    confidence: float
    """0 to 1, fitted: the chance that it is meant."""
    n_best: tuple[Candidate, ...]
    """Best first; the first is this command."""
    action: Action | None
    """None: the response is the whole effect."""
    response: str | tuple[str, ...] | None = None
    """Template of the reply, or several that are told in turn; None: the action's own words."""
    confirm: str | None = None
    """Question to be answered with yes before the action runs."""
    slot_texts: Mapping[str, str] = field(default_factory=dict)
    """Slot name -> the words it was read from."""
    when: When | None = None
    """Moments at which it is wanted; None: now."""
    excluding: tuple[str, ...] = ()
    """Words for what is to be left out: `the pasta timer` in `cancel all timers but the pasta timer`."""


@dataclass(frozen=True, slots=True)
class AnswerMatch:
    """A question that knowledge/ answers, or a passage of a document."""

    question: str
    """As written in the file; of a passage the headings that it stands below."""
    answer: str
    """In Markdown; of a passage the words of it that answer."""
    source: str
    """Origin of the answer, as shown."""
    confidence: float
    """0 to 1, fitted: the chance that it is meant."""
    n_best: tuple[Candidate, ...]
    """Best first; the first is this question."""
    quote: Quote | None = None
    """The answer with its place, where it is from a document."""
    others: tuple[Quote, ...] = ()
    """Other places that may answer it as well, best first."""


@dataclass(frozen=True, slots=True)
class SlotMissing:
    """A command that lacks a required value."""

    intent: str
    """Name of the intent."""
    slots: Mapping[str, SlotValue]
    """Slots already filled: name -> resolved value."""
    missing: str
    """Name of the slot to ask for."""
    ask: str
    """The question that asks for it."""
    confidence: float
    """0 to 1, fitted: the chance that the command is meant."""
    n_best: tuple[Candidate, ...]
    """Best first; the first is this command."""
    when: When | None = None
    """Moments at which the command is wanted, once it is complete; None: now."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Two or more readings too close to choose between, or one that is not quite what was said."""

    choices: tuple[IntentMatch | AnswerMatch | SlotMissing, ...]
    """Best first; any of them can be carried out as it stands."""
    labels: tuple[str, ...]
    """Name of each choice in the question to the user, in the same order."""
    confidence: float
    """0 to 1, fitted: the chance that the best of them is meant."""
    n_best: tuple[Candidate, ...]
    """Best first."""


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """Nothing known matches."""

    confidence: float
    """0 to 1, fitted: the chance that the best candidate is meant, too low to act on."""
    n_best: tuple[Candidate, ...]
    """Best first; none where nothing is known."""
    reason: str = ""
    """Told to the user where its meaning was not looked for: it is too long."""
    begun: str = ""
    """The order that broke off, to which an answer may be added; nothing of a sentence that is whole."""


Understanding: TypeAlias = IntentMatch | AnswerMatch | SlotMissing | Ambiguous | OutOfScope
"""The meaning of an utterance."""
