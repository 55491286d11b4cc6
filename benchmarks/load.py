"""Many people at once: 50 conversations, 8 microphones and replicas on Ray, against one at a time and no replicas.

The recogniser has one thread, so that each replica is one core. `--limit` is the largest number of replicas, by default
four; without the extra `ray` there are none.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx

from assistant import weights
from assistant.config import Config
from benchmarks import Options, Row, quiet
from benchmarks.serving import (
    RECORDINGS,
    Server,
    percentile,
    serving,
    sound,
    speak_together,
    whisper_server,
)

SESSIONS, TURNS, STREAMS = 50, 6, 8
SENTENCES = (
    "what time is it", "could you tell me how late it is", "what is seventeen times twelve", "and times three",
    "how many grams are in a pound", "tell me something that nobody has written down here",
)  # fmt: skip
ONE_THREAD = "[stt]\nthreads = 1\n"


def run(options: Options) -> list[Row]:
    """Measure without replicas, then with one, two and four."""
    with serving(ONE_THREAD) as server:
        rows = _talking(server)
        rows += _listening(server)
        alone = _heard_per_second(server)
    if importlib.util.find_spec("ray") is not None:
        for replicas in [count for count in (1, 2, 4) if count <= (options.limit or 4)]:
            with serving(f"{ONE_THREAD}[ray]\nreplicas = {replicas}\n", ["--ray"]) as server:
                rate = _heard_per_second(server)
                what = f"sound heard per second, {replicas} replica{'s' * (replicas > 1)}"
                rows.append(Row(what, rate, "s", "no replicas", alone))
                if replicas == 1:
                    rows += _calls(server)
                if replicas == 2:
                    rows += _killed(server)
    return rows


# -- text -----------------------------------------------------------------------------------------


def _talking(server: Server) -> list[Row]:
    alone, _ = _conversation(server.http, "alone", SENTENCES * 3)
    start = time.perf_counter()
    with ThreadPoolExecutor(SESSIONS) as people:
        results = list(people.map(lambda number: _conversation(server.http, f"{number}", SENTENCES), range(SESSIONS)))
    seconds = time.perf_counter() - start
    times = [each for taken, _ in results for each in taken]
    single, cores = statistics.median(alone), os.cpu_count() or 1
    wait = single * SESSIONS / min(cores, 2)
    at_once = f"{SESSIONS} text sessions"
    return [
        Row("one text session, p50", single * 1000, "ms"),
        Row(f"{at_once}, p50", statistics.median(times) * 1000, "ms", "as many turns, two at once", wait * 1000),
        Row(f"{at_once}, p95", percentile(times, 0.95) * 1000, "ms", "as many turns, two at once", wait * 1000),
        Row(f"{at_once}, turns per second", len(times) / seconds, "", "one session", 1 / single),
        Row(f"{at_once}, turns lost", SESSIONS * TURNS - len(times), "", "limit", 0),
        Row(f"{at_once}, told to try again", sum(busy for _, busy in results), ""),
    ]


def _conversation(http: httpx.Client, name: str, sentences: Sequence[str]) -> tuple[list[float], int]:
    """Say sentences one after the other; return the seconds of each turn, and how often the server was busy."""
    times, busy = [], 0
    for sentence in sentences:
        start = time.perf_counter()
        while (answer := http.post("/v1/ask", json={"text": sentence, "conversation": name})).status_code == 429:
            busy += 1
            time.sleep(float(answer.headers["retry-after"]) / 4)
        if answer.status_code == 200 and answer.json()["reply"]:
            times.append(time.perf_counter() - start)
    return times, busy


# -- sound ----------------------------------------------------------------------------------------


def _listening(server: Server) -> list[Row]:
    rows = []
    config = Config()
    with whisper_server(weights.resolve(config.stt.model, "stt", config, quiet)) as rival:
        name = "wyoming-faster-whisper" if rival else ""
        for streams in (1, STREAMS):
            ours = speak_together(server.wyoming, streams, 3)
            theirs = speak_together(rival, streams, 3) if rival else []
            of = f"{streams} microphone{'s' * (streams > 1)} over Wyoming, end of speech to transcript"
            for label, share in (("p50", 0.5), ("p95", 0.95)):
                times = [[seconds for _, seconds in results] for results in (ours, theirs)]
                figures = [percentile(taken, share) * 1000 if taken else None for taken in times]
                rows.append(Row(f"{of}, {label}", figures[0] or 0.0, "ms", name, figures[1]))
            lost, their_loss = (streams * 3 - sum(bool(text) for text, _ in results) for results in (ours, theirs))
            rows.append(Row(f"{streams} over Wyoming, utterances lost", lost, "", name, their_loss if rival else None))
    return rows


def _heard_per_second(server: Server, clients: int = 8, each: int = 3) -> float:
    """Return the seconds of sound that are transcribed in a second, of recordings sent by several clients at once."""

    def hear(number: int) -> float:
        recording = RECORDINGS[number % len(RECORDINGS)]
        files = {"file": (recording.name, recording.read_bytes())}
        assert server.http.post("/v1/audio/transcriptions", files=files).raise_for_status().json()["text"]
        samples, rate = sound(recording)
        return len(samples) / 2 / rate

    hear(0)
    with ThreadPoolExecutor(clients) as people:
        start = time.perf_counter()
        return sum(people.map(hear, range(clients * each))) / (time.perf_counter() - start)


# -- replicas -------------------------------------------------------------------------------------


def _calls(server: Server) -> list[Row]:
    """Measure turns whose sentences are embedded by a replica."""
    times, _ = _conversation(server.http, "replicas", SENTENCES * 3)
    return [Row("one text session with replicas, p50", statistics.median(times) * 1000, "ms")]


def _killed(server: Server) -> list[Row]:
    """Kill a recogniser while four people speak."""
    victims = server.below("recogniser")

    def kill() -> None:
        time.sleep(2.0)
        os.kill(victims[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    results = speak_together(server.wyoming, 4, 3)
    killer.join()
    retries = sum("died; another is asked" in line for line in server.lines)
    of = "a replica killed while 4 speak"
    return [
        Row(f"{of}: utterances lost of 12", 12 - sum(bool(text) for text, _ in results), "", "limit", 0),
        Row(f"{of}: calls made again", retries, ""),
        Row(f"{of}: slowest transcript", max((seconds for _, seconds in results), default=0.0) * 1000, "ms"),
    ]
