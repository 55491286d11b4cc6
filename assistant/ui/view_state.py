"""What the assistant is doing, told from the events alone; pure."""

from __future__ import annotations

from typing import Literal, TypeAlias

from assistant.config import Way
from assistant.events import (
    Event,
    Failed,
    FellAsleep,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    Ready,
    SpeakingEnded,
    SpeakingStarted,
    WokeUp,
)
from assistant.values import FinalTranscript, PartialTranscript, SpeechEnded, SpeechStarted

Phase: TypeAlias = Literal[
    "loading", "ready", "asleep", "listening", "hearing", "thinking", "speaking", "searching", "off"
]

FACES: dict[Phase, tuple[str, str, str]] = {
    "loading": ("◇", "Loading", "$text-warning"),
    "ready": ("○", "Ready", "$text-primary"),
    "asleep": ("◌", "Asleep", "$foreground 60%"),
    "listening": ("●", "Listening", "$text-success"),
    "hearing": ("◉", "Hearing you", "$text-success"),
    "thinking": ("◆", "Thinking", "$text-accent"),
    "speaking": ("▶", "Speaking", "$text-primary"),
    "searching": ("⊘", "No microphone", "$text-warning"),
    "off": ("□", "Microphone off", "$foreground 60%"),
}
"""Phase -> symbol, word, colour."""


KEY = "ctrl+space"
"""The key that asks for a hearing."""


class ViewState:
    """Follows the events and says which phase the assistant is in."""

    def __init__(self, wants_to_listen: bool, way: Way) -> None:
        self.way: Way = way
        """In which listening starts."""
        self.awaited = False
        """Whether somebody has been given a hearing and has not used it yet."""
        self.wants_to_listen = wants_to_listen
        """What the person last asked for; the microphone itself may be slower."""
        self.text_ready = False
        self.speaking = False
        self.device = ""
        """Of the open microphone; empty: none is open."""
        self.without_speech = False
        """Whether speech was tried and cannot be had; typing works."""
        self._asleep: FellAsleep | None = None
        self.searching = False
        """Whether the microphone cannot be had and is being looked for."""
        self._speech_ready = False
        self._hearing = False
        self._transcribing = False

    def happened(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case Ready():
                self.text_ready |= event.what == "text"
                self._speech_ready |= event.what == "speech"
            case MicrophoneOpened() | MicrophoneClosed() | MicrophoneLost():
                self._microphone(event)
            case WokeUp() | FellAsleep():
                self._attend(event)
            case Failed(where="speech"):
                self.without_speech, self.wants_to_listen = True, False
            case SpeechStarted():
                self._hearing, self._transcribing = True, False
            case SpeechEnded():
                self._hearing, self._transcribing = False, True
            case FinalTranscript() | PartialTranscript("", "") | Failed():
                self._transcribing = False
                self.awaited &= not isinstance(event, FinalTranscript)
            case SpeakingStarted():
                self.speaking = True
            case SpeakingEnded():
                self.speaking = False

    def phase(self, thinking: bool) -> Phase:
        """Return the phase; `thinking`: a turn is waiting for its reply."""
        if self.speaking:
            return "speaking"
        if self._hearing:
            return "hearing"
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
        """Return what to do to be listened to, where something must be done."""
        if not self.device or self._asleep is None:
            return ""
        return f"say “{self._asleep.phrase}”" if self._asleep.until == "wake_word" else f"press {KEY}"

    def _attend(self, event: WokeUp | FellAsleep) -> None:
        if isinstance(event, FellAsleep):
            self._asleep, self.awaited, self.way = event, False, event.until
            return
        self._asleep = None
        self.way = "hands_free" if event.by == "hands_free" else self.way
        self.awaited = self.way != "hands_free"

    def _microphone(self, event: MicrophoneOpened | MicrophoneClosed | MicrophoneLost) -> None:
        self._hearing = self._transcribing = self.awaited = False
        self._asleep = None
        self.device = event.device if isinstance(event, MicrophoneOpened) else ""
        self.searching = isinstance(event, MicrophoneLost)
        self.wants_to_listen = not isinstance(event, MicrophoneClosed)
        self.without_speech = isinstance(event, MicrophoneClosed) and bool(event.reason)
