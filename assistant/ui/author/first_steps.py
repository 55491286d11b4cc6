"""The first steps of somebody who has never talked to it: what is made, the microphone, a phrase, a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.content import Content
from textual.widgets import Static

from assistant.events import (
    AudioLevel,
    Event,
    Failed,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    Progress,
    Ready,
    Recalled,
    Reloaded,
    Understood,
)
from assistant.outlet.terminal import printable_line
from assistant.ui.formatting import MUTED, clipped
from assistant.values import CLIPPING, SILENCE, FinalTranscript, OutOfScope

_SIGNS = {
    "done": ("✓", "$text-success"),
    "now": ("◇", "$text-warning"),
    "open": ("○", MUTED),
    "bad": ("▲", "$text-warning"),
}

PHRASE = "what time is it"
"""The first thing to say."""
COMMAND = "/new knock knock = Who is there?"
"""The first command to make."""


class Step(NamedTuple):
    """One line of the list."""

    state: str
    words: str


class FirstSteps(Static):
    """Shown on the home of a first start until a phrase was understood and a command made; it follows the events."""

    def __init__(self) -> None:
        super().__init__(id="first-steps")
        self.display = False
        self._is_first = self._has_talked = False
        self._has_own: bool | None = None
        """None until the files have been read; whoever has a command already takes no first steps."""
        self._missing = {"text", "speech"}
        self._working: set[str] = set()
        self._microphone = Step("now", "the microphone waits for the speech model")
        self._drawn: tuple[Step, ...] = ()

    def follow(self, event: Event, note: Callable[[str], None]) -> None:
        """Follow an event; a line for the conversation says so when the first phrase has been understood."""
        match event:
            case Recalled(lines=lines, turns=turns):
                self._is_first = not lines and not turns
            case Reloaded(own=own):
                self._is_first &= self._has_own is not None or not own
                self._has_own = own > 0
            case Ready(what=part) | Failed(where=part):
                self._missing.discard(part)
            case Progress(task=task, done=done, total=total):
                (self._working.discard if total and done >= total else self._working.add)(task.partition(":")[0])
            case Understood(partial=False, understanding=understanding) if not isinstance(understanding, OutOfScope):
                if self.display and not self._has_talked:
                    note(f"That was the first phrase. {COMMAND} makes a command of yours; esc shows the first steps.")
                self._has_talked = True
            case AudioLevel() | FinalTranscript() | MicrophoneOpened() | MicrophoneLost() | MicrophoneClosed():
                self._microphone = self._tried(event)
        self._draw()

    def _tried(
        self, event: AudioLevel | FinalTranscript | MicrophoneOpened | MicrophoneLost | MicrophoneClosed
    ) -> Step:
        match event:
            case FinalTranscript(utterance=utterance) if utterance.text.strip():
                return Step("done", f"heard: “{clipped(printable_line(utterance.text), 40)}”")
            case MicrophoneOpened(device=device):
                return Step("open", f"say something: the wave moves ({clipped(printable_line(device), 18)})")
            case MicrophoneLost() | MicrophoneClosed():
                return Step("open", "no microphone: typing works; /devices lists all")
            case AudioLevel(peak=peak) if self._microphone.state != "done" and peak <= SILENCE:
                return Step("bad", "nothing comes from it: muted? /devices has others")
            case AudioLevel(peak=peak) if self._microphone.state != "done" and peak >= CLIPPING:
                return Step("bad", "too loud: turn the microphone down")
            case AudioLevel() if self._microphone.state == "bad":
                return Step("open", "say something: the wave moves")
        return self._microphone

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines as they stand."""
        made = Step("now", "models are fetched, the index is made, this once")
        if not (self._missing or self._working):
            made = Step("done", "models are fetched, the index is made")
        spoke = Step("done", "a first phrase") if self._has_talked else Step("open", f"say or type: {PHRASE}")
        own = Step("open", f"make one: {COMMAND}")
        if self._has_own:
            own = Step("done", "a command of yours")
        return made, self._microphone, spoke, own

    def _draw(self) -> None:
        steps = self.steps
        is_over = self._has_talked and bool(self._has_own) and steps[0].state == "done"
        is_shown = self._is_first and not is_over
        if is_shown == self.display and steps == self._drawn:
            return
        self._drawn = steps
        if is_shown != self.display:
            self.display = is_shown
            self.screen.set_class(is_shown, "-first")
        lines = [Content.assemble((*_SIGNS[step.state],), f" {step.words}") for step in steps]
        self.update(Content("\n").join([Content.assemble(("First steps", "bold")), *lines]))
