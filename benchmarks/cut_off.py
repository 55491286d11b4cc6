"""Commands cut off at a pause in their middle, and how long the end is waited for, against pauses of fixed length.

A pause of 0.4 to 1.0 s is put between two words of each recording, filled with the quietest part of that recording.
A command is cut off when its utterance ends inside the pause. A recorder of fixed patience hears the same.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant import weights
from assistant.audio.endpointing import segment
from assistant.audio.vad import Vad
from assistant.config import Config, EndpointConfig, VoiceConfig
from assistant.values import (
    SAMPLE_RATE,
    FinalTranscript,
    PartialTranscript,
    Samples,
    SpeechEnded,
    SpeechFrame,
    SpeechStarted,
)
from benchmarks import Options, Row, json_lines, quiet, recordings
from benchmarks import speech_to_intent as orders
from benchmarks.hearing import COMMANDS, TAIL, Hearing, SpeechEvent, framed, quantile, shipped, tell, timed, whole

PAUSES = (0.4, 1.0)
"""Seconds, evenly drawn."""

FIXED = (0.5, 0.7, 1.0)
"""Seconds of patience of the recorders compared with."""

USUAL = 0.7

LIMIT = 3.0
"""Per cent of commands that may be cut off."""

_TAKES = 3
"""How often each command of the small set is used, with another pause each time."""

_EDGE = 0.5
"""Seconds kept before the first word."""

_FADE = 0.01
_QUIET = 0.25
"""Seconds of the quietest part of a recording; it is played to and fro."""

_LATE = 0.15
"""Seconds after a pause in which its end may not have been detected yet."""

_ROOM = 0.001
"""Amplitude of the noise added to the assistant's own voice, which is made in a room without any."""

Word = tuple[str, float, float]
"""Text, start and end in seconds."""

Aligner = Callable[[Samples], Sequence[Word]]


@dataclass(frozen=True, slots=True)
class Paused:
    """A command with a pause in it."""

    text: str
    """With a bar at the pause."""
    samples: Samples
    start: float
    """Seconds before the pause."""
    end: float


@dataclass(frozen=True, slots=True)
class Ending:
    """The ends of the utterances of one command."""

    cut: bool
    """Inside the pause."""
    pieces: int
    wait: float
    """Seconds from the last speech sample to the end of the last utterance."""


def run(options: Options) -> list[Row]:
    """Measure recorded commands, recorded orders with their own grammar, and the shipped tests in the own voice."""
    rng = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory() as work, shipped() as hearing:
        words = _aligner(hearing.config)
        config, session = orders.order_session(options.folder(orders.SET), Path(work))
        session.matcher.warm()
        barista = Hearing(config, hearing.transcriber, session)
        recorded = [whole(clip) for clip, _ in options.drawn(list(recordings(options.scored(COMMANDS))))]
        labels = options.drawn(json_lines(options.scored(orders.SET) / "labels.jsonl"))
        spoken_orders = (whole(options.scored(orders.SET) / label["audio"]) for label in labels)
        tests = [test.say for intent in hearing.session.matcher.intents.intents.values() for test in intent.tests]
        sets: list[tuple[str, Hearing, Iterable[Samples]]] = [
            ("recorded commands", hearing, recorded * _TAKES),
            ("recorded orders", barista, spoken_orders),
            ("the shipped tests, own voice", hearing, spoken(options.drawn(tests), rng)),
        ]
        by_set = {name: _measured(name, clips, hearing, words, rng) for name, hearing, clips in sets}
    pooled = {
        patience: [ending for results in by_set.values() for ending in results[patience]] for patience in (0.0, *FIXED)
    }
    rows = [row for name, results in {**by_set, "all": pooled}.items() for row in _table(name, results)]
    return [*rows, Row("cut off, all", _cut(pooled[0.0]), "%", "limit", LIMIT)]


def _measured(
    name: str, clips: Iterable[Samples], hearing: Hearing, words: Aligner, rng: np.random.Generator
) -> dict[float, list[Ending]]:
    """Return the endings of each command, by patience; 0.0 is the assistant's own."""
    results: dict[float, list[Ending]] = {patience: [] for patience in (0.0, *FIXED)}
    for clip in clips:
        if command := paused(clip, words, rng):
            results[0.0].append(_printed(name, command, list(hearing.live(command.samples, tail=0.0)), hearing))
            for patience in FIXED:
                results[patience].append(ending(command, fixed(command.samples, hearing.config.endpoint, patience)))
    return results


def _table(name: str, results: dict[float, list[Ending]]) -> Iterator[Row]:
    ours = results[0.0]
    for patience in FIXED:
        yield Row(f"cut off, {name}", _cut(ours), "%", f"a pause of {patience} s", _cut(results[patience]))
    own = sum(ending.pieces - ending.cut > 1 for ending in ours)
    yield Row(f"ended at another place too, {name}", 100 * own / len(ours), "%", "of commands", len(ours))
    waits, limit = [ending.wait for ending in ours], f"a pause of {USUAL} s"
    yield Row(f"wait after the last sample, {name}, p50", statistics.median(waits), "s", limit, USUAL)
    yield Row(f"wait after the last sample, {name}, p95", quantile(waits, 0.95), "s", limit, USUAL)


def _cut(endings: list[Ending]) -> float:
    return 100 * sum(ending.cut for ending in endings) / len(endings)


def _printed(name: str, command: Paused, events: list[tuple[float, SpeechEvent]], hearing: Hearing) -> Ending:
    """Return the ending; print the transcript in the pause and at the end."""
    result = ending(command, events)
    partials = [
        _described(seconds - command.start, event, hearing)
        for seconds, event in events
        if isinstance(event, PartialTranscript) and seconds <= command.end + _LATE
    ]
    finals = [event.utterance.text for _, event in events if isinstance(event, FinalTranscript)]
    endings = ", ".join(hearing.session.ending(text) for text in finals)
    verdict = "CUT" if result.cut else "ENDED ELSEWHERE" if result.pieces > 1 else "whole"
    tell(
        f"{verdict:<15} | {name} | {command.text} | pause {command.end - command.start:.2f} s | "
        f"{partials[-1] if partials else 'no partial'} | waited {result.wait:.2f} s: {' / '.join(finals)} ({endings})"
    )
    return result


def _described(since: float, partial: PartialTranscript, hearing: Hearing) -> str:
    """Return a line about the transcript so many seconds after the pause began."""
    transcript = f"{partial.stable} {partial.unstable}".strip()
    settled = "settled" if partial.settled else "unsettled"
    return f"'{transcript}' {settled} {since:+.2f} s ({hearing.session.ending(transcript)})"


def ending(command: Paused, events: Iterable[tuple[float, SpeechEvent | SpeechFrame]]) -> Ending:
    """Return the ending that the events, each with its seconds of audio, make of the command."""
    ends = [(seconds, event) for seconds, event in events if isinstance(event, SpeechEnded)]
    cut = any(command.start <= seconds <= command.end + _LATE for seconds, _ in ends)
    return Ending(cut, len(ends), ends[-1][0] - ends[-1][1].at if ends else 0.0)


def fixed(
    samples: Samples, config: EndpointConfig, patience: float
) -> Iterator[tuple[float, SpeechStarted | SpeechFrame | SpeechEnded]]:
    """Yield the starts and ends of utterances for a recorder of fixed patience in seconds."""
    return timed(framed(samples), lambda frames: segment(frames, Vad(), config, lambda: patience))


# -- commands with a pause ----------------------------------------------------------------------


def paused(clip: Samples, words: Aligner, rng: np.random.Generator) -> Paused | None:
    """Return the command with a pause between two of its words; None where it has but one."""
    aligned = words(clip)
    if len(aligned) < 2:
        return None
    number = int(rng.integers(1, len(aligned)))
    length = float(rng.uniform(*PAUSES))
    first = max(0, int((aligned[0][1] - _EDGE) * SAMPLE_RATE))
    middle = _quietest(clip, (aligned[number - 1][2] + aligned[number][1]) / 2)
    last = min(len(clip), int((aligned[-1][2] + _EDGE) * SAMPLE_RATE))
    room = background(clip)
    samples = joined(
        joined(clip[first:middle], _filled(room, length), clip[middle:last]),
        _filled(room, TAIL),
        np.zeros(0, np.float32),
    )
    before = " ".join(word for word, _, _ in aligned[:number])
    after = " ".join(word for word, _, _ in aligned[number:])
    start = (middle - first) / SAMPLE_RATE
    return Paused(f"{before} | {after}", samples, start, start + length)


def _quietest(clip: Samples, seconds: float) -> int:
    """Return the quietest sample within 80 ms of a second of the clip: the aligner is no more exact than that."""
    width, reach = int(0.02 * SAMPLE_RATE), int(0.08 * SAMPLE_RATE)
    middle = int(seconds * SAMPLE_RATE)
    starts = range(max(0, middle - reach), max(1, min(len(clip) - width, middle + reach)), width // 4)
    return min(starts, key=lambda start: float(np.square(clip[start : start + width]).sum())) + width // 2


def background(clip: Samples) -> Samples:
    """Return the quietest quarter of a second of a recording."""
    size = int(_QUIET * SAMPLE_RATE)
    energy = np.concatenate([[0.0], np.cumsum(np.square(clip, dtype=np.float64))])
    start = int(np.argmin(energy[size:] - energy[:-size]))
    return clip[start : start + size]


def _filled(room: Samples, seconds: float) -> Samples:
    both = np.concatenate([room, room[::-1]])
    size = int(seconds * SAMPLE_RATE)
    return np.tile(both, size // len(both) + 1)[:size]


def joined(first: Samples, middle: Samples, last: Samples) -> Samples:
    """Return the three one after the other, without a click where they meet."""
    size = int(_FADE * SAMPLE_RATE)
    up = np.linspace(0, 1, size, dtype=np.float32)
    first, middle, last = first.copy(), middle.copy(), last.copy()
    first[-size:] *= up[::-1]
    middle[:size] *= up
    middle[-size:] *= up[::-1] if len(last) else 1
    last[:size] *= up[: len(last)]
    return np.concatenate([first, middle, last])


def _aligner(config: Config) -> Aligner:
    from faster_whisper import WhisperModel

    model = WhisperModel(str(weights.resolve(config.stt.model, "stt", config, quiet)), compute_type="int8")

    def words(clip: Samples) -> list[Word]:
        segments, _ = model.transcribe(clip, language=config.stt.language, word_timestamps=True)
        return [(word.word.strip(), word.start, word.end) for part in segments for word in part.words]

    return words


def spoken(sentences: Iterable[str], rng: np.random.Generator) -> Iterator[Samples]:
    """Yield the sentences in the assistant's own voice, in a quiet room."""
    import soxr

    from assistant.tts.speaker import open_speaker

    speaker = open_speaker(VoiceConfig())
    for sentence in sentences:
        parts = [soxr.resample(samples, rate, SAMPLE_RATE) for samples, rate in speaker.synthesise(sentence)]
        dry = np.pad(np.concatenate(parts), int(_EDGE * SAMPLE_RATE)).astype(np.float32)
        yield dry + rng.normal(scale=_ROOM, size=len(dry)).astype(np.float32)
