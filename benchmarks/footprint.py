"""Memory and processor time of each installed speech model that hears live, against plain faster-whisper.

Every figure comes from a process of its own. Plain faster-whisper has the same recording whole, once.
"""

from __future__ import annotations

import contextlib
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from assistant import weights
from assistant.app import build
from assistant.config import Config, SttConfig
from assistant.values import SAMPLE_RATE, Samples
from benchmarks import Options, Row, quiet, recordings
from benchmarks.hearing import TAIL, WatchedTranscriber, framed, held, plain_whisper, shipped, whole

SET = "speech/librispeech-test-other"

RUNS = 3
CLIPS = 3

UNITS = {
    "time to load": "s",
    "memory after hearing": "MB",
    "memory at most": "MB",
    "processor time per second heard": "s",
}
RIVAL = "plain faster-whisper"


def run(options: Options) -> list[Row]:
    """Measure in turn, so that a slow moment hits all methods."""
    clips = [str(clip) for clip, _ in recordings(options.scored(SET))][: options.limit or CLIPS]
    rows = []
    for name in installed():
        runs: dict[str, list[dict[str, float]]] = {method: [] for method in METHODS}
        for _ in range(RUNS):
            for method, figures in runs.items():
                figures.append(_child(method, name, clips))
        median = {
            method: {figure: statistics.median(trial[figure] for trial in figures) for figure in UNITS}
            for method, figures in runs.items()
        }
        for method in ("hearing", "hearing and understanding"):
            for figure, unit in UNITS.items():
                ours, theirs = median[method][figure], median[RIVAL][figure]
                rows.append(Row(f"{name}, {method}: {figure}", ours, unit, RIVAL, theirs))
    return rows


def installed() -> list[str]:
    """Return the names of the speech models whose weights are here."""
    return [row.name for row in weights.inventory(Config()) if row.role == "stt" and row.state == "present"]


def _child(method: str, name: str, clips: list[str]) -> dict[str, float]:
    code = "import sys; from benchmarks.footprint import measure; measure(*sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, method, name, *clips], check=True, capture_output=True, text=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


# -- in the child -------------------------------------------------------------------------------


def measure(method: str, name: str, *clips: str) -> None:
    """Print the figures of hearing the recordings, as JSON."""
    began = time.perf_counter()
    with METHODS[method](name) as hear:
        loaded = time.perf_counter() - began
        sounds = [whole(Path(clip)) for clip in clips]
        before = time.process_time()
        for samples in sounds:
            hear(samples)
        worked = time.process_time() - before
    figures = (
        loaded,
        psutil.Process().memory_info().rss / 1e6,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        worked / (sum(map(len, sounds)) / SAMPLE_RATE),
    )
    print(json.dumps(dict(zip(UNITS, figures, strict=True))))


Hear = Callable[[Samples], object]


@contextlib.contextmanager
def _hearing(name: str) -> Iterator[Hear]:
    config = Config(stt=SttConfig(model=name))
    transcriber = WatchedTranscriber(weights.resolve(name, "stt", config, quiet), config.stt)
    transcriber.load()
    yield lambda samples: list(build.hear(held(framed(samples, TAIL), transcriber), transcriber, lambda: None, config))


@contextlib.contextmanager
def _understanding(name: str) -> Iterator[Hear]:
    with shipped(name) as hearing:
        yield lambda samples: [hearing.session.understand(spoken) for spoken in hearing.utterances(samples)]


@contextlib.contextmanager
def _plain(name: str) -> Iterator[Hear]:
    yield plain_whisper(Config(stt=SttConfig(model=name)))


METHODS = {"hearing": _hearing, "hearing and understanding": _understanding, RIVAL: _plain}
