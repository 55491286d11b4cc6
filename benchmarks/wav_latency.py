"""A recording's turn latency: last speech sample to understanding, against record-then-transcribe.

Frames are fed at the pace of real time. The rival waits for the same pause after the same last speech
sample, then hands the whole recording to faster-whisper with its defaults on the same weights.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant import assembly, models
from assistant.config import Config, PathsConfig
from assistant.events import FRAME_SECONDS, FinalTranscript, Frame, PartialTranscript, SpeechEnded, Utterance
from assistant.session import Session
from assistant.stt.whisper import WhisperTranscriber
from benchmarks import Options, Row, quiet, recordings

SET = "speech/commands"


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one recording."""

    text: str
    latency: float
    """Seconds from the last speech sample to the understanding."""
    first: float
    """Seconds from the start of the recording to the first partial."""


def run(options: Options) -> list[Row]:
    """Measure every recording of the set in which something is heard."""
    from faster_whisper import WhisperModel

    clips = options.some(list(recordings((options.test_data / SET) if options.test_data else options.folder(SET))))
    ours, theirs = [], []
    right = rival_right = 0
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data))
        plain = WhisperModel(str(models.resolve(config.stt.model, "stt", config, quiet)), compute_type="int8")
        transcriber = assembly.open_transcriber(config, quiet)
        session = assembly.one_shot(config, quiet)
        for clip, text in clips:
            if (turn := _streamed(clip, transcriber, session, config)) is None:
                continue
            ours.append(turn)
            right += _plain(turn.text) == _plain(text)
            began = time.perf_counter()
            segments, _ = plain.transcribe(str(clip), language=config.stt.language)
            rival = " ".join(segment.text for segment in segments)
            session.understand(Utterance(rival))
            theirs.append(config.endpoint.pause + time.perf_counter() - began)
            rival_right += _plain(rival) == _plain(text)
    name = "pause + plain faster-whisper"
    late, first = [turn.latency for turn in ours], [turn.first for turn in ours if turn.first]
    return [
        Row("last speech sample to understanding, p50", statistics.median(late), "s", name, statistics.median(theirs)),
        Row("the same, p95", _p95(late), "s", name, _p95(theirs)),
        Row("transcripts exactly right", 100 * right / len(clips), "%", name, 100 * rival_right / len(clips)),
        Row("start of the recording to the first partial, p50", statistics.median(first), "s"),
        Row("recordings heard", len(ours), "clips", "recordings in the set", len(clips)),
    ]


def _streamed(clip: Path, transcriber: WhisperTranscriber, session: Session, config: Config) -> Turn | None:
    began = time.perf_counter()
    heard, last, first, latency = "", 0.0, 0.0, 0.0
    frames = _paced(assembly.recorded(str(clip)), began)
    for event in assembly.hear(frames, transcriber, lambda: session, config):
        match event:
            case PartialTranscript():
                first = first or time.perf_counter() - began
            case SpeechEnded():
                last = began + event.at
            case FinalTranscript():
                session.understand(event.utterance)
                heard = f"{heard} {event.utterance.text}".strip()
                latency = time.perf_counter() - last
    return Turn(heard, latency, first) if heard else None


def _paced(frames: Iterator[Frame], began: float) -> Iterator[Frame]:
    """Yield each frame when its last sample would have come from a microphone."""
    for number, frame in enumerate(frames, start=1):
        wait = began + number * FRAME_SECONDS - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        yield frame


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))
