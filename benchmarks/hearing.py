"""Recordings as a microphone would bring them, and the assistant's transcripts of them.

Frames come at the pace of real time. On a machine that others use too, the transcripts would depend on them: a decode
that waits for a processor comes too late to tell a pause from an end. So the microphone's clock is held where the
machine was away: during a decode it runs on the processor time that the process has got, and no frame is made up for.
Where the process has the machine to itself, that is real time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import soxr

from assistant import weights
from assistant.app import build
from assistant.audio.capture import recording
from assistant.config import Config, PathsConfig, SttConfig, VoiceConfig
from assistant.dialogue.session import Session
from assistant.stt.whisper import WhisperTranscriber
from assistant.tts.speaker import open_speaker
from assistant.values import (
    FRAME_SAMPLES,
    FRAME_SECONDS,
    SAMPLE_RATE,
    FinalTranscript,
    Frame,
    Hypothesis,
    PartialTranscript,
    Samples,
    SpeechEnded,
    SpeechStarted,
    Utterance,
)
from benchmarks import quiet

TAIL = 1.6
"""Seconds of silence fed after a recording: a microphone stays open."""

GENERAL = (
    "speech/librispeech-test-other",
    "speech/speechocean762",
    "speech/kathleen-arctic",
    "speech/ljspeech",
    "speech/common-voice",
    "speech/long-and-spontaneous",
)
"""Sets of people who say anything but commands."""

COMMANDS = "speech/commands"

E = TypeVar("E")

SpeechEvent: TypeAlias = SpeechStarted | PartialTranscript | SpeechEnded | FinalTranscript


class WatchedTranscriber(WhisperTranscriber):
    """One that shows when it decodes."""

    decoding = False

    def decode(self, *args: Any, **more: Any) -> tuple[Hypothesis, ...]:
        """Return the hypotheses for the samples, as ever."""
        self.decoding = True
        try:
            return super().decode(*args, **more)
        finally:
            self.decoding = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """The whole of hearing, as the assistant has it."""

    config: Config
    transcriber: WatchedTranscriber
    session: Session

    def live(self, samples: Samples, tail: float = TAIL) -> Iterator[tuple[float, SpeechEvent]]:
        """Yield the events while the samples come as they are spoken, with the seconds of audio that have come."""
        frames = held(framed(samples, tail), self.transcriber)
        return timed(frames, lambda source: build.hear(source, self.transcriber, lambda: self.session, self.config))

    def utterances(self, samples: Samples) -> list[Utterance]:
        """Return the utterances in the samples, heard live."""
        return [event.utterance for _, event in self.live(samples) if isinstance(event, FinalTranscript)]

    def unprompted(self) -> Hearing:
        """Return the same without a prompt."""
        return dataclasses.replace(
            self, config=dataclasses.replace(self.config, stt=dataclasses.replace(self.config.stt, bias=False))
        )


@contextlib.contextmanager
def shipped(model: str = Config().stt.model) -> Iterator[Hearing]:
    """Yield hearing with the shipped intents and knowledge."""
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data), stt=SttConfig(model=model))
        session = build.one_shot(config, quiet)
        session.matcher.warm()
        folder = weights.resolve(config.stt.model, "stt", config, quiet)
        transcriber = WatchedTranscriber(folder, config.stt)
        transcriber.load()
        yield Hearing(config, transcriber, session)


def plain_whisper(config: Config) -> Callable[[Path | Samples], str]:
    """Return faster-whisper by itself on the same weights: a whole recording at once, by its own defaults."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(weights.resolve(config.stt.model, "stt", config, quiet)), compute_type="int8")

    def transcribe(clip: Path | Samples) -> str:
        segments, _ = model.transcribe(str(clip) if isinstance(clip, Path) else clip, language=config.stt.language)
        return " ".join(segment.text.strip() for segment in segments)

    return transcribe


def speaking_voice() -> Callable[[str], Samples]:
    """Open the shipped voice; each text is said once, as samples at the recogniser's rate."""
    speaker = open_speaker(VoiceConfig())

    @cache
    def said(text: str) -> Samples:
        parts = [soxr.resample(samples, rate, SAMPLE_RATE) for samples, rate in speaker.synthesise(text)]
        return np.concatenate(parts).astype(np.float32)

    return said


def whole(clip: Path) -> Samples:
    """Return the samples of a recording."""
    return np.concatenate(list(recording(clip)))


def framed(samples: Samples, tail: float = 0.0) -> Iterator[Frame]:
    """Yield the samples and so many seconds of silence as frames."""
    longer = np.concatenate([samples, np.zeros(int(tail * SAMPLE_RATE), np.float32)])
    yield from longer[: len(longer) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)


def timed(frames: Iterable[Frame], stage: Callable[[Iterator[Frame]], Iterator[E]]) -> Iterator[tuple[float, E]]:
    """Yield the stage's events for the frames, each with the seconds of audio that have come."""
    count = 0

    def counted() -> Iterator[Frame]:
        nonlocal count
        for frame in frames:
            count += 1
            yield frame

    for event in stage(counted()):
        yield count * FRAME_SECONDS, event


def paced(frames: Iterable[Frame], began: float) -> Iterator[Frame]:
    """Yield each frame when its last sample would have come from a microphone."""
    for number, frame in enumerate(frames, start=1):
        wait = began + number * FRAME_SECONDS - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        yield frame


def held(frames: Iterable[Frame], transcriber: WatchedTranscriber) -> Iterator[Frame]:
    """Yield each frame when it would have come from a microphone whose clock is held while the machine is away."""
    wall, processor = time.perf_counter(), time.process_time()
    for frame in frames:
        owed = FRAME_SECONDS
        while owed > 0:
            time.sleep(min(owed, FRAME_SECONDS / 4))
            passed, worked = time.perf_counter() - wall, time.process_time() - processor
            wall, processor = wall + passed, processor + worked
            owed -= min(passed, worked) if transcriber.decoding else passed
        yield frame


def quantile(values: list[float], part: float) -> float:
    """Return the value that so many of all do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def tell(line: str) -> None:
    """Print a detail beside the figures."""
    print(line, file=sys.stderr, flush=True)
