"""The assistant's phase, followed by its events alone; pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from assistant.config import Config, Way
from assistant.events import (
    Event,
    Failed,
    FellAsleep,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    Ready,
    Reloaded,
    SpeakingEnded,
    SpeakingStarted,
    WokeUp,
)
from assistant.values import FinalTranscript, PartialTranscript, SpeechEnded, SpeechStarted

Phase: TypeAlias = Literal[
    "loading", "failed", "ready", "asleep", "listening", "hearing", "thinking", "speaking", "searching", "off"
]
Part: TypeAlias = Literal["text", "speech", "voice"]

FACES: dict[Phase, tuple[str, str, str]] = {
    "loading": ("◇", "Loading", "$text-warning"),
    "failed": ("✗", "Not started", "$text-error"),
    "ready": ("○", "Ready", "$text-primary"),
    "asleep": ("◌", "Asleep", "$foreground 70%"),
    "listening": ("●", "Listening", "$text-success"),
    "hearing": ("◉", "Hearing you", "$text-success"),
    "thinking": ("◆", "Thinking", "$text-accent"),
    "speaking": ("▶", "Speaking", "$text-primary"),
    "searching": ("⊘", "No microphone", "$text-warning"),
    "off": ("□", "Microphone off", "$foreground 70%"),
}
"""Phase -> symbol, word, colour."""

TALK_KEY = "ctrl+space"
"""The key that asks for a hearing."""

_PART_NAMES: dict[Part, str] = {
    "text": "the index",
    "speech": "the speech model",
    "voice": "the voice",
}


def expected_parts(config: Config) -> tuple[Part, ...]:
    """Parts that a start loads, each of which ends with `Ready` or `Failed`."""
    parts: list[Part] = ["text", "speech"]
    parts += ["voice"] if config.voice.replies != "never" else []
    return tuple(parts)


class ViewState:
    """Follows the events; `phase` and `remark` are what the status line shows."""

    def __init__(self, wants_to_listen: bool, way: Way, parts: Collection[Part]) -> None:
        self.way: Way = way
        """In which listening starts."""
        self.awaited = False
        """True while somebody has been given a hearing and has not used it yet."""
        self.wants_to_listen = wants_to_listen
        """The last wish of the person; the microphone itself may be slower."""
        self.speaking = False
        self.device = ""
        """Of the open microphone; empty: none is open."""
        self.without_speech = False
        """True where speech was tried and cannot be had; typing works."""
        self.searching = False
        """True while the microphone cannot be had and is being looked for."""
        self._missing = list(parts)
        """Parts that are still being loaded."""
        self._files_read = False
        self._start_failed = False
        self._speech_ready = False
        self._asleep: FellAsleep | None = None
        self._hearing = False
        self._transcribing = False

    @property
    def text_ready(self) -> bool:
        """True once sentences are understood."""
        return "text" not in self._missing and not self._start_failed

    def apply(self, event: Event) -> None:
        """Follow an event."""
        match event:
            case Reloaded():
                self._files_read = True
            case Ready():
                self._loaded(event.what)
                self._speech_ready |= event.what == "speech"
            case MicrophoneOpened() | MicrophoneClosed() | MicrophoneLost():
                self._follow_microphone(event)
            case WokeUp() | FellAsleep():
                self._follow_activation(event)
            case SpeechStarted():
                self._hearing, self._transcribing = True, False
            case SpeechEnded():
                self._hearing, self._transcribing = False, True
            case FinalTranscript() | PartialTranscript("", ""):
                self._transcribing = False
                self.awaited &= not isinstance(event, FinalTranscript)
            case Failed():
                self._follow_failure(event)
            case SpeakingStarted():
                self.speaking = True
            case SpeakingEnded():
                self.speaking = False

    def phase(self, thinking: bool) -> Phase:
        """The phase; `thinking`: a turn is waiting for its reply."""
        if self.speaking:
            return "speaking"
        if self._hearing:
            return "hearing"
        if self._start_failed:
            return "failed"
        if not self.text_ready:
            return "loading"
        if thinking or self._transcribing:
            return "thinking"
        if self.searching:
            return "searching"
        if self.device:
            return "asleep" if self._asleep else "listening"
        return "off" if self._speech_ready and not self.without_speech else "ready"

    @property
    def call(self) -> str:
        """The step that makes it listen, where one is needed."""
        if not self.device or self._asleep is None:
            return ""
        return f"say “{self._asleep.phrase}”" if self._asleep.until == "wake_word" else f"press {TALK_KEY}"

    def hint(self, asking: bool) -> str:
        """Words in the empty input line; `asking`: a question back waits for its answer."""
        words = "Answer here" if asking else "Type here"
        if not (asking or self.text_ready or self._start_failed or self.speaking or self._hearing):
            words = "Type here; it is answered as soon as loading is over"
        return f"{words}, or {self.call or 'just speak'}" if self.device else words

    @property
    def invitation(self) -> str:
        """Words on how to be heard or answered now."""
        if self.remark and not (self.call and self.remark == self.call):
            return self.remark
        if self.device:
            return self.call or "just speak, or type below"
        return "ctrl+t opens the microphone; typing works" if not self.without_speech else "typing works"

    @property
    def remark(self) -> str:
        """Words beside the phase: what is being loaded, what does not work, or how to be listened to."""
        if self._start_failed:
            return "the red line says why"
        if not self.text_ready:
            return self._loading()
        if self.searching:
            return "looking for the microphone; typing works"
        if self.without_speech:
            return "typing only"
        if self._missing and not self.device:
            return f"loading {self._loading()}"
        return self.call

    def _loading(self) -> str:
        names = _PART_NAMES if self._files_read else {**_PART_NAMES, "text": "your files"}
        return ", ".join(names[part] for part in self._missing)

    def _loaded(self, part: Part) -> None:
        self._missing = [missing for missing in self._missing if missing != part]

    def _follow_failure(self, event: Failed) -> None:
        self._transcribing = False
        self._start_failed |= event.where == "start"
        match event.where:
            case "speech":
                self.without_speech, self.wants_to_listen = True, False
                self._loaded("speech")
            case "voice":
                self._loaded("voice")

    def _follow_activation(self, event: WokeUp | FellAsleep) -> None:
        if isinstance(event, FellAsleep):
            self._asleep, self.awaited, self.way = event, False, event.until
            return
        self._asleep = None
        self.way = "hands_free" if event.by == "hands_free" else self.way
        self.awaited = self.way != "hands_free"

    def _follow_microphone(self, event: MicrophoneOpened | MicrophoneClosed | MicrophoneLost) -> None:
        self._hearing = self._transcribing = self.awaited = False
        self._asleep = None
        self.device = event.device if isinstance(event, MicrophoneOpened) else ""
        self.searching = isinstance(event, MicrophoneLost)
        self.wants_to_listen = not isinstance(event, MicrophoneClosed)
        self.without_speech = isinstance(event, MicrophoneClosed) and bool(event.reason)
