"""Commands cut off at a pause in their middle, and how long the end is waited for, against pauses of fixed length.

A pause of 0.4 to 1.0 s is put between two words of each recording, filled with the quietest part of that recording.
The command is cut off where its utterance ends inside the pause. A recorder of fixed patience hears the same.
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
from benchmarks.hearing import COMMANDS, TAIL, Ear, Heard, framed, quantile, shipped, tell, timed, whole

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
"""Seconds after a pause in which its end may not have been noticed yet."""

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
class Outcome:
    """Where utterances ended."""

    cut: bool
    """Inside the pause."""
    pieces: int
    wait: float
    """Seconds from the last speech sample to the end of the last utterance."""


def run(options: Options) -> list[Row]:
    """Measure recorded commands, recorded orders with their own grammar, and the shipped tests in the own voice."""
    rng = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory() as work, shipped() as ear:
        words = _aligner(ear.config)
        config, session = orders.plain_text(options.folder(orders.SET), Path(work))
        session.matcher.hints.warm()
        barista = Ear(config, ear.transcriber, session)
        recorded = [whole(clip) for clip, _ in options.drawn(list(recordings(options.scored(COMMANDS))))]
        labels = options.drawn(json_lines(options.scored(orders.SET) / "labels.jsonl"))
        said = (whole(options.scored(orders.SET) / label["audio"]) for label in labels)
        tests = [test.say for intent in ear.session.matcher.intents.intents.values() for test in intent.tests]
        sets: list[tuple[str, Ear, Iterable[Samples]]] = [
            ("recorded commands", ear, recorded * _TAKES),
            ("recorded orders", barista, said),
            ("the shipped tests, own voice", ear, spoken(options.drawn(tests), rng)),
        ]
        found = {name: _measured(name, clips, hearing, words, rng) for name, hearing, clips in sets}
    every = {who: [one for results in found.values() for one in results[who]] for who in next(iter(found.values()))}
    rows = [row for name, results in {**found, "all": every}.items() for row in _table(name, results)]
    return [*rows, Row("cut off, all", _cut(every[0.0]), "%", "limit", LIMIT)]


def _measured(
    name: str, clips: Iterable[Samples], ear: Ear, words: Aligner, rng: np.random.Generator
) -> dict[float, list[Outcome]]:
    """Return what became of each command, by patience; 0.0 is the assistant's own."""
    results: dict[float, list[Outcome]] = {patience: [] for patience in (0.0, *FIXED)}
    for clip in clips:
        if command := paused(clip, words, rng):
            results[0.0].append(_told(name, command, list(ear.live(command.samples, tail=0.0)), ear))
            for patience in FIXED:
                results[patience].append(outcome(command, fixed(command.samples, ear.config.endpoint, patience)))
    return results


def _table(name: str, results: dict[float, list[Outcome]]) -> Iterator[Row]:
    ours = results[0.0]
    for patience in FIXED:
        yield Row(f"cut off, {name}", _cut(ours), "%", f"a pause of {patience} s", _cut(results[patience]))
    own = sum(one.pieces - one.cut > 1 for one in ours)
    yield Row(f"ended at another place too, {name}", 100 * own / len(ours), "%", "of commands", len(ours))
    waits, limit = [one.wait for one in ours], f"a pause of {USUAL} s"
    yield Row(f"wait after the last sample, {name}, p50", statistics.median(waits), "s", limit, USUAL)
    yield Row(f"wait after the last sample, {name}, p95", quantile(waits, 0.95), "s", limit, USUAL)


def _cut(outcomes: list[Outcome]) -> float:
    return 100 * sum(one.cut for one in outcomes) / len(outcomes)


def _told(name: str, command: Paused, heard: list[tuple[float, Heard]], ear: Ear) -> Outcome:
    """Return the outcome, and tell what was believed in the pause and in the end."""
    result = outcome(command, heard)
    partials = [(at, event) for at, event in heard if isinstance(event, PartialTranscript)]
    believed = [_belief(at - command.start, event, ear) for at, event in partials if at <= command.end + _LATE]
    finals = [event.utterance.text for _, event in heard if isinstance(event, FinalTranscript)]
    endings = ", ".join(ear.session.ending(text) for text in finals)
    verdict = "CUT" if result.cut else "ENDED ELSEWHERE" if result.pieces > 1 else "whole"
    tell(
        f"{verdict:<15} | {name} | {command.text} | pause {command.end - command.start:.2f} s | "
        f"{believed[-1] if believed else 'no partial'} | waited {result.wait:.2f} s: {' / '.join(finals)} ({endings})"
    )
    return result


def _belief(since: float, partial: PartialTranscript, ear: Ear) -> str:
    """Return what was heard so many seconds after the pause began."""
    said = f"{partial.stable} {partial.unstable}".strip()
    settled = "settled" if partial.settled else "unsettled"
    return f"'{said}' {settled} {since:+.2f} s ({ear.session.ending(said)})"


def outcome(command: Paused, heard: Iterable[tuple[float, Heard | SpeechFrame]]) -> Outcome:
    """Return what the events mean for the command."""
    ends = [(at, event) for at, event in heard if isinstance(event, SpeechEnded)]
    cut = any(command.start <= at <= command.end + _LATE for at, _ in ends)
    return Outcome(cut, len(ends), ends[-1][0] - ends[-1][1].at if ends else 0.0)


def fixed(
    samples: Samples, config: EndpointConfig, patience: float
) -> Iterator[tuple[float, SpeechStarted | SpeechFrame | SpeechEnded]]:
    """Return where utterances begin and end for a recorder that always waits so long."""
    return timed(framed(samples), lambda frames: segment(frames, Vad(), config, lambda: patience))


# -- commands with a pause ----------------------------------------------------------------------


def paused(clip: Samples, words: Aligner, rng: np.random.Generator) -> Paused | None:
    """Return the command with a pause between two of its words; None where it has but one."""
    said = words(clip)
    if len(said) < 2:
        return None
    number = int(rng.integers(1, len(said)))
    length = float(rng.uniform(*PAUSES))
    first = max(0, int((said[0][1] - _EDGE) * SAMPLE_RATE))
    at = _quietest(clip, (said[number - 1][2] + said[number][1]) / 2)
    last = min(len(clip), int((said[-1][2] + _EDGE) * SAMPLE_RATE))
    room = background(clip)
    samples = joined(
        joined(clip[first:at], _filled(room, length), clip[at:last]), _filled(room, TAIL), np.zeros(0, np.float32)
    )
    before, after = " ".join(word for word, _, _ in said[:number]), " ".join(word for word, _, _ in said[number:])
    start = (at - first) / SAMPLE_RATE
    return Paused(f"{before} | {after}", samples, start, start + length)


def _quietest(clip: Samples, at: float) -> int:
    """Return where within 80 ms of that second it is quietest: the aligner is no more exact than that."""
    width, reach = int(0.02 * SAMPLE_RATE), int(0.08 * SAMPLE_RATE)
    middle = int(at * SAMPLE_RATE)
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

    voice = open_speaker(VoiceConfig())
    for sentence in sentences:
        parts = [soxr.resample(samples, rate, SAMPLE_RATE) for samples, rate in voice.synthesise(sentence)]
        dry = np.pad(np.concatenate(parts), int(_EDGE * SAMPLE_RATE)).astype(np.float32)
        yield dry + rng.normal(scale=_ROOM, size=len(dry)).astype(np.float32)
