"""A conversation on stdout: its events as JSON lines, its replies for a person, or plain lines as it goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from assistant.cli.output import ExitCode, ProgressLine, complain, show
from assistant.event_json import as_json
from assistant.events import (
    Announced,
    AudioLevel,
    Event,
    Failed,
    MicrophoneLost,
    Noticed,
    Progress,
    Quit,
    Ready,
    Recalled,
    Reloaded,
    ReplyEnded,
    ScheduleChanged,
    Suggested,
    TimersChanged,
    TurnEnded,
    Understood,
)
from assistant.outlet.terminal import json_line, printable, printable_line
from assistant.values import FinalTranscript, OutOfScope


class EventWriter:
    """Writes events as JSON lines, or replies alone for a person, and keeps the exit code.

    It may be called from several threads.
    """

    def __init__(self, phase: str = "", for_a_person: bool = False, is_preview: bool = False) -> None:
        self._for_a_person, self._is_preview = for_a_person, is_preview
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._understood = False
        self._failed = False
        self.progress = ProgressLine()
        if phase:
            self.progress.phase(phase)

    @property
    def exit_code(self) -> int:
        """2 after a fault, else 0 where a sentence was understood and 1 where none was."""
        if self._failed:
            return ExitCode.FAULT
        return ExitCode.DONE if self._understood else ExitCode.NOT_UNDERSTOOD

    @property
    def failed(self) -> bool:
        """True after a `Failed` event."""
        return self._failed

    def write(self, event: Event) -> None:
        """Write one event: to stdout, or to stderr where it is for a person; those for a screen alone are left out."""
        with self._lock:
            match event:
                case Progress():
                    self.progress.update(event)
                case Reloaded():
                    self._warn(*event.problems)
                    self.progress.phase("opening the index")
                case Noticed():
                    self._warn(event.message)
                case AudioLevel() | Ready() | Recalled() | ScheduleChanged() | Suggested() | TimersChanged():
                    pass
                case Understood(partial=True):
                    pass
                case _:
                    self._write(event)

    def write_all(self, events: Iterable[Event]) -> None:
        """Write each event as it comes."""
        for event in events:
            self.write(event)

    def _write(self, event: Event) -> None:
        match event:
            case MicrophoneLost():
                self._warn(event.reason)
            case Failed():
                self._failed = True
                self._warn(event.message)
            case Understood():
                self._understood |= not isinstance(event.understanding, OutOfScope)
        self.progress.clear()
        line = as_json(event, time.monotonic() - self._began)
        if not self._for_a_person:
            show(json_line(line))
        elif isinstance(event, ReplyEnded):
            show(_reply(event))
        elif isinstance(event, Understood) and self._is_preview:
            show(_meaning(line))

    def _warn(self, *lines: str) -> None:
        if lines:
            self.progress.clear()
        for line in lines:
            complain(line)


class ChatWriter:
    """Writes a conversation in plain lines: what is heard, replied and announced, and faults as they come.

    It may be called from several threads.
    """

    def __init__(self) -> None:
        self._lock, self._ended = threading.Lock(), threading.Event()
        self.exit_code: int = ExitCode.NOT_UNDERSTOOD
        """0 where any sentence was understood, 2 after the conversation could not begin, else 1."""
        self.is_over = False
        """True when a person has told the assistant to close, or it could not begin."""

    def begin_turn(self) -> None:
        """Take it that a sentence is about to be handed over."""
        self._ended.clear()
        if self.is_over:
            self._ended.set()

    @property
    def has_ended(self) -> bool:
        """True where no sentence waits for its answer."""
        return self._ended.is_set()

    def await_turn(self) -> None:
        """Wait until the sentence that was handed over is answered."""
        while not self._ended.wait(0.5):  # in pieces: Ctrl+C comes between them
            pass

    def write(self, event: Event) -> None:
        """Write one event, unless it is for a screen alone."""
        with self._lock:
            match event:
                case FinalTranscript():
                    show(f"you: {printable_line(event.utterance.text)}")
                case Understood(partial=False) if not isinstance(event.understanding, OutOfScope):
                    self.exit_code = ExitCode.DONE
                case ReplyEnded():
                    show(_reply(event))
                case Announced():
                    show(printable(event.text))
                case Noticed():
                    complain(event.message)
                case MicrophoneLost():
                    complain(event.reason)
                case Failed():
                    complain(event.message)
            match event:
                case Failed(where="start"):
                    self.exit_code, self.is_over = ExitCode.FAULT, True
                    self._ended.set()
                case Quit():
                    self.is_over = True
                    self._ended.set()
                case TurnEnded() | Failed(where="turn"):
                    self._ended.set()


def _reply(event: ReplyEnded) -> str:
    """Return a reply and where it is from, as a person reads it."""
    source = f"\n↳ {event.source}" if event.source else "\n≈ generated" if event.generated else ""
    return printable(event.text + source)


def _meaning(line: Mapping[str, Any]) -> str:
    """Return an understanding in one line: its kind, its name, its values."""
    name = line.get("intent") or line.get("question") or ""
    slots = ", ".join(f"{slot} = {value}" for slot, value in line["slots"].items())
    words = [line["kind"].replace("_", " "), name, slots, line.get("ask") or line.get("reason") or ""]
    return printable_line(" · ".join(filter(None, [*words, f"{line['confidence']:.2f}"])))
