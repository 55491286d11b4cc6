"""Actions, answers and transcripts although nobody spoke to the assistant, hands-free with the shipped intents.

The rival is plain faster-whisper on the same recordings, whole, with the same understanding behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.dialogue.session import Session
from assistant.values import (
    SAMPLE_RATE,
    Ambiguous,
    AnswerMatch,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
)
from benchmarks import Options, Row, recordings
from benchmarks.hearing import GENERAL, plain_whisper, shipped, tell, whole

NOISE, SPEECH = "negatives/noise", "negatives/speech"

LIMIT = 1.0
"""Actions an hour."""

_SURE = 0.95
"""Probability that the true rate is no higher than its upper bound."""


@dataclass(slots=True)
class Accepts:
    """Counts of some hours of sound."""

    hours: float = 0.0
    transcripts: int = 0
    actions: int = 0
    answers: int = 0
    asked: int = 0
    """`Did you mean` questions."""

    def add(self, other: Accepts) -> None:
        self.hours += other.hours
        self.transcripts += other.transcripts
        self.actions += other.actions
        self.answers += other.answers
        self.asked += other.asked


def run(options: Options) -> list[Row]:
    """Measure the negatives, and the speech sets that hold no commands."""
    with shipped() as hearing:
        plain = plain_whisper(hearing.config)
        ours: dict[str, Accepts] = {}
        theirs: dict[str, Accepts] = {}
        for name in (NOISE, SPEECH, *GENERAL):
            clips = options.drawn(list(recordings(options.scored(name))))
            ours[name] = _tally(clips, hearing.utterances, hearing.session, name)
            theirs[name] = _tally(clips, lambda samples: _spoken(plain(samples)), hearing.session, f"{name}, plain")
    return list(_table(ours, theirs))


def _spoken(text: str) -> list[Utterance]:
    return [Utterance(text, "spoken")] if text else []


def _tally(
    clips: Iterable[tuple[Path, str]], hear: Callable[..., list[Utterance]], session: Session, name: str
) -> Accepts:
    tally = Accepts()
    for clip, _ in clips:
        samples = whole(clip)
        tally.hours += len(samples) / SAMPLE_RATE / 3600
        for utterance in hear(samples):
            meant = session.understand(utterance)
            tally.transcripts += 1
            tally.actions += isinstance(meant, IntentMatch | SlotMissing)
            tally.answers += isinstance(meant, AnswerMatch)
            tally.asked += isinstance(meant, Ambiguous)
            tell(f"{_named(meant):<40} | {name} | {clip.name} | {utterance.confidence:.2f} | {utterance.text}")
    return tally


def _named(meant: Understanding) -> str:
    match meant:
        case IntentMatch() | SlotMissing():
            asks = " (asks first)" if isinstance(meant, SlotMissing) or meant.confirm else ""
            return f"ACTION {meant.intent}{asks} {meant.confidence:.2f}"
        case AnswerMatch():
            return f"answer {meant.question} {meant.confidence:.2f}"
        case Ambiguous():
            return f"asks: {' / '.join(meant.labels)} {meant.confidence:.2f}"
        case OutOfScope():
            return "-"


def _table(ours: dict[str, Accepts], theirs: dict[str, Accepts]) -> Iterator[Row]:
    rival = "plain faster-whisper"
    noise, speech = ours[NOISE], _sum(ours, (SPEECH, *GENERAL))
    everything, rivals = _sum(ours, ours), _sum(theirs, theirs)
    yield Row("noise heard", noise.hours, "h")
    yield Row("transcripts of noise", noise.transcripts, "in all", rival, theirs[NOISE].transcripts)
    yield Row("speech heard", speech.hours, "h")
    for name, tally in (("negatives", ours[SPEECH]), ("all speech", speech), ("speech and noise", everything)):
        yield Row(f"actions, {name}", tally.actions / tally.hours, "an hour", "limit", LIMIT)
        yield Row(f"actions, {name}, {_SURE:.0%} upper bound", _bound(tally.actions) / tally.hours, "an hour")
    yield Row("actions, speech and noise", everything.actions, "in all", rival, rivals.actions)
    yield Row("answers, speech and noise", everything.answers, "in all", rival, rivals.answers)
    yield Row("asked back, speech and noise", everything.asked, "in all", rival, rivals.asked)


def _sum(tallies: dict[str, Accepts], names: Iterable[str]) -> Accepts:
    total = Accepts()
    for name in names:
        total.add(tallies[name])
    return total


def _bound(events: int) -> float:
    """Return the highest mean of a Poisson count that would still give so few events in one of twenty trials."""
    from scipy.stats import chi2

    return float(chi2.ppf(_SURE, 2 * events + 2) / 2)
