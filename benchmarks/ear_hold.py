"""The longest hold of the ear's thread by understanding: beside a worker, and asked in that thread."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from assistant.app import build
from assistant.app.worker import AtOnce, NewestWins
from assistant.config import Config, PathsConfig
from assistant.dialogue.session import Session
from assistant.stt.stream import Transcriber
from assistant.values import FinalTranscript, Frame, PartialTranscript, Samples, Utterance
from benchmarks import Options, Row, quiet
from benchmarks.hearing import framed, paced, quantile, whole

CLIPS = Path(__file__).parent.parent / "tests" / "recordings"
TAIL = 2.0
"""Seconds of silence after a recording, longer than any pause."""


def run(options: Options) -> list[Row]:
    """Hear the recordings of the tests live, each with the worker and without."""
    sounds = [whole(clip) for clip in options.some(sorted(CLIPS.glob("*.wav")))]
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data))
        transcriber = build.open_transcriber(config, quiet)
        session = build.one_shot(config, quiet)
        session.matcher.warm()
        holds = {
            worker: [hold for samples in sounds for hold in _holds(samples, transcriber, session, config, worker)]
            for worker in (NewestWins, AtOnce)
        }
        nothing = [hold for samples in sounds for hold in _holds(samples, transcriber, None, config, NewestWins)]
    ours, theirs = holds[NewestWins], holds[AtOnce]
    name = "asked in that thread"
    return [
        Row("longest hold of a frame by understanding", 1000 * max(ours), "ms", name, 1000 * max(theirs)),
        Row("longest hold of a frame", 1000 * max(ours), "ms", "nothing is understood", 1000 * max(nothing)),
        Row("hold of a frame, p99", 1000 * quantile(ours, 0.99), "ms", name, 1000 * quantile(theirs, 0.99)),
    ]


def _holds(
    samples: Samples,
    transcriber: Transcriber,
    session: Session | None,
    config: Config,
    worker: Callable[..., Any],
) -> list[float]:
    """Return the seconds from each frame to the wish for the next, less the wait for the final transcript.

    Guesses at what is being said are made as the running assistant makes them.
    """
    holds: list[float] = []
    waited = 0.0
    partial: Utterance | None = None

    def frames(guess: Any) -> Iterator[Frame]:
        nonlocal partial, waited
        for frame in _live(samples):
            if partial is not None and guess(partial) is not None:
                partial = None
            waited, start = 0.0, time.perf_counter()
            yield frame
            holds.append(time.perf_counter() - start - waited)

    with closing(worker(session.guess if session else lambda _: None)) as guess:
        for event in build.hear(frames(guess), transcriber, lambda: session, config, worker):
            if isinstance(event, FinalTranscript):
                waited += event.latency
            partial = Utterance(text, "spoken") if (text := _text(event)) else None
            if partial is not None and worker is AtOnce:
                guess(partial)
    return holds


def _text(event: object) -> str:
    return f"{event.stable} {event.unstable}".strip() if isinstance(event, PartialTranscript) else ""


def _live(samples: Samples) -> Iterable[Frame]:
    return paced(framed(samples, TAIL), time.perf_counter())
