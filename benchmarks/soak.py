"""Hours at the microphone: commands played again and again into the whole assistant; losses and memory growth.

The assistant runs as it does for a user, on a virtual microphone, with replies shown and not spoken: while it speaks
it does not listen. Commands that ring, open programs or change the machine are left out of its files. `--limit` is in
minutes.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from assistant.app import build
from assistant.app.runtime import Runtime
from assistant.config import SHIPPED, Config, PathsConfig, VoiceConfig
from assistant.events import AudioLevel, Event, Failed, MicrophoneLost, MicrophoneOpened, Ready, TurnEnded
from assistant.stt.agreement import key
from assistant.values import FinalTranscript
from benchmarks import Options, Row, quiet, recordings
from benchmarks.virtual_microphone import Room, VirtualMicrophoneError, virtual_microphone

SET = "speech/commands"
MINUTES = 30
INTENTS = ("calculate", "chance", "clock", "dialogue", "home", "lists", "notes")

_PATIENCE, _GAP = 5.0, 1.0
"""Seconds to wait for a transcript, and from there to the next command."""

_GROWTH = 30.0
"""MB that may be added while it is heard: caches fill, nothing else does."""


@dataclass(slots=True)
class EventCount:
    """The events of the assistant, counted."""

    finals: list[str] = field(default_factory=list)
    turns: int = 0
    overflows: int = 0
    lost: int = 0
    failed: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)
    """Set once it hears and understands."""
    waited_for: set[str] = field(default_factory=lambda: {"text", "microphone"})

    def wait_for(self, finals: int, seconds: float) -> None:
        """Wait until so many transcripts have come."""
        until = time.monotonic() + seconds
        while len(self.finals) < finals and time.monotonic() < until:
            time.sleep(0.05)

    def __call__(self, event: Event) -> None:
        """Count an event."""
        match event:
            case Ready(what="text"):
                self.waited_for.discard("text")
            case MicrophoneOpened():
                self.waited_for.discard("microphone")
            case FinalTranscript():
                self.finals.append(event.utterance.text)
            case TurnEnded():
                self.turns += 1
            case AudioLevel():
                self.overflows = event.overflows
            case MicrophoneLost():
                self.lost += 1
            case Failed():
                self.failed.append(event.message)
        if not self.waited_for:
            self.ready.set()


@dataclass(slots=True)
class Soak:
    """Results of the commands that were played."""

    played: int = 0
    silent: int = 0
    """Commands of which nothing was heard."""
    pieces: int = 0
    """Commands that were heard as more than one."""
    otherwise: int = 0
    """Those heard in other words than when their recording is read."""
    memory: list[tuple[float, float]] = field(default_factory=list)
    """(minutes, MB) after each command."""
    threads: list[int] = field(default_factory=list)


def run(options: Options) -> list[Row]:
    """Play for so many minutes and count."""
    folder = (options.test_data / SET) if options.test_data else options.folder(SET)
    minutes = options.limit or MINUTES
    with tempfile.TemporaryDirectory() as data, _microphone() as room:
        config = _config(Path(data))
        clips = _heard_from_file(folder, config)
        count = EventCount()
        runtime = Runtime(config, count)
        runtime.start()
        if not count.ready.wait(300):
            raise SystemExit(f"benchmarks: the assistant does not get ready: {count.failed}")
        soak = _soak(room, clips, count, minutes)
        runtime.close()
    return _rows(soak, count, minutes)


def _soak(room: Room, clips: dict[Path, str], count: EventCount, minutes: float) -> Soak:
    soak, process, began = Soak(), psutil.Process(), time.monotonic()
    while (elapsed := (time.monotonic() - began) / 60) < minutes:
        clip, text = list(clips.items())[soak.played % len(clips)]
        before = len(count.finals)
        room.play(clip)
        count.wait_for(before + 1, _PATIENCE)
        time.sleep(_GAP)
        heard = count.finals[before:]
        soak.played += 1
        if not heard:
            soak.silent += 1
            print(f"nothing was heard of {clip.name}, played after {elapsed:.1f} minutes", file=sys.stderr)
        soak.pieces += len(heard) > 1
        soak.otherwise += bool(heard) and _words(" ".join(heard)) != _words(text)
        soak.memory.append((elapsed, process.memory_info().rss / 1e6))
        soak.threads.append(process.num_threads())
    return soak


def _rows(soak: Soak, count: EventCount, minutes: float) -> list[Row]:
    warm = [sample for sample in soak.memory if sample[0] >= min(2.0, minutes / 4)]
    half = [sample for sample in warm if sample[0] >= minutes / 2]
    start, end = warm[0][1], warm[-1][1]
    hourly = 60 * (half[-1][1] - half[0][1]) / max(half[-1][0] - half[0][0], 1e-9)
    return [
        Row("listened", minutes, "min"),
        Row("commands heard", soak.played - soak.silent, "finals", "played", soak.played),
        Row("lost finals", soak.silent, "finals", "limit", 0),
        Row("turns ended", count.turns, "turns", "finals", len(count.finals)),
        Row("commands heard as two", soak.pieces, "commands", "played", soak.played),
        Row("heard in other words than when the recording is read", soak.otherwise, "commands", "played", soak.played),
        Row("blocks of sound lost", count.overflows, "blocks", "limit", 0),
        Row("microphone lost, or another fault", count.lost + len(count.failed), "times", "limit", 0),
        Row("memory when warm", start, "MB"),
        Row("memory at the end", end, "MB", "when warm", start),
        Row("growth", end - start, "MB", "limit", _GROWTH),
        Row("growth in the second half", hourly, "MB/h"),
        Row("threads at the end", soak.threads[-1], "threads", "at the start", soak.threads[0]),
    ]


@contextlib.contextmanager
def _microphone() -> Iterator[Room]:
    """Run the virtual microphone for this process, before it loads PortAudio."""
    with contextlib.ExitStack() as stack:
        try:
            room = stack.enter_context(virtual_microphone())
        except VirtualMicrophoneError as error:
            raise SystemExit(f"benchmarks: {error}") from None
        os.environ |= room.environment
        yield room


def _config(data: Path) -> Config:
    intents = data / "intents"
    intents.mkdir()
    for name in INTENTS:
        (intents / f"{name}.yaml").symlink_to(SHIPPED / "intents" / f"{name}.yaml")
    return Config(paths=PathsConfig(data=str(data), intents=(str(intents),)), voice=VoiceConfig(replies="never"))


def _heard_from_file(folder: Path, config: Config) -> dict[Path, str]:
    """Return the recordings that are heard in one piece when they are read, with their transcripts."""
    transcriber = build.open_transcriber(config, quiet)
    session = build.one_shot(config, quiet)
    clips = {}
    for clip, _ in recordings(folder):
        events = build.hear(build.recorded(str(clip)), transcriber, lambda: session, config)
        texts = [event.utterance.text for event in events if isinstance(event, FinalTranscript)]
        if len(texts) == 1:
            clips[clip] = texts[0]
    if not clips:
        raise SystemExit(f"benchmarks: nothing is heard in the recordings of {folder}")
    return clips


def _words(text: str) -> list[str]:
    return list(map(key, text.split()))
