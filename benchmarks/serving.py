"""An `assistant serve` in a process of its own, and programs that speak with it over Wyoming."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient

ROOT = Path(__file__).parents[1]
DATA = ROOT / ".benchmarks" / "served"
"""Data folder of the servers; its index is made once."""
RECORDINGS = [
    ROOT / "tests" / "recordings" / f"{name}.wav"
    for name in ("what-time-is-it", "set-a-timer-for-ten-minutes", "add-milk-to-the-shopping-list")
]


@dataclass(slots=True)
class Server:
    """A server that can be asked."""

    process: subprocess.Popen[str]
    http: httpx.Client
    wyoming: tuple[str, int]
    lines: list[str] = field(default_factory=list)
    """All that it has written."""

    def below(self, name: str) -> list[int]:
        """Return the ids of the processes below it whose title has a name in it."""
        import psutil

        below = psutil.Process(self.process.pid).children(recursive=True)
        return [process.pid for process in below if name in " ".join(process.cmdline())]


@contextlib.contextmanager
def serving(settings: str = "", options: Sequence[str] = (), parts: int = 2) -> Iterator[Server]:
    """Serve while the block runs, once so many parts are loaded; `settings` are the configuration."""
    DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        config = Path(folder, "config.toml")
        config.write_text(f'[voice]\nreplies = "never"\n{settings}', encoding="utf-8")
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "assistant", "--config", str(config), "--data-dir", str(DATA), "serve"]
        process = subprocess.Popen(
            [*command, "--port", "0", "--wyoming", str(port), *options],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
        lines: list[str] = []
        assert process.stdout is not None
        reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True)
        reader.start()
        try:
            address = str(json.loads(_until(lines, '"serving"'))["http"])
            with httpx.Client(base_url=address, timeout=600) as http:
                while len(http.get("/health").json()["ready"]) < parts or not _is_whole(http):
                    time.sleep(0.2)
                yield Server(process, http, ("127.0.0.1", port), lines)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _until(lines: list[str], words: str) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for line in lines:
            if words in line:
                return line
        time.sleep(0.05)
    raise SystemExit(f"benchmarks: the server does not start: {' '.join(lines)[-500:]}")


def _is_whole(http: httpx.Client) -> bool:
    """Ask something that only meaning answers: before the index is there it waits."""
    return http.post("/v1/understand", json={"text": "could you light up the kitchen a bit"}).status_code == 200


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def sound(recording: Path) -> tuple[bytes, int]:
    """Return the 16-bit mono samples of a recording, and their rate in Hz."""
    with wave.open(str(recording)) as file:
        return file.readframes(file.getnframes()), file.getframerate()


async def spoken(address: tuple[str, int], recording: Path, block: float = 0.032) -> tuple[str, float]:
    """Speak a recording at its own pace to a Wyoming server; return the text, and seconds from the end of speech to it.

    Raises:
        ConnectionError: the server has gone.
    """
    samples, rate = sound(recording)
    form = {"rate": rate, "width": 2, "channels": 1}
    async with AsyncTcpClient(*address) as client:
        await client.write_event(Transcribe(language="en").event())
        await client.write_event(AudioStart(**form).event())
        size, start = int(rate * block) * 2, time.perf_counter()
        for number, place in enumerate(range(0, len(samples), size)):
            await asyncio.sleep(max(0.0, start + number * block - time.perf_counter()))
            await client.write_event(AudioChunk(audio=samples[place : place + size], **form).event())
        ended = time.perf_counter()
        await client.write_event(AudioStop().event())
        while (event := await client.read_event()) is not None:
            if Transcript.is_type(event.type):
                return Transcript.from_event(event).text, time.perf_counter() - ended
    raise ConnectionError("the server ended the connection")


def speak_together(address: tuple[str, int], streams: int, each: int) -> list[tuple[str, float]]:
    """Speak recordings in several streams at once, one after the other in each."""

    async def stream(number: int) -> list[tuple[str, float]]:
        await asyncio.sleep(number * 0.13)  # nobody begins with another
        return [await spoken(address, RECORDINGS[(number + turn) % len(RECORDINGS)]) for turn in range(each)]

    async def all_streams() -> list[tuple[str, float]]:
        results = await asyncio.gather(*map(stream, range(streams)), return_exceptions=True)
        return [result for stream in results if not isinstance(stream, BaseException) for result in stream]

    return asyncio.run(all_streams())


@contextlib.contextmanager
def whisper_server(model: Path) -> Iterator[tuple[str, int] | None]:
    """Serve Wyoming's own server of the same engine and weights while the block runs; None without one."""
    program = shutil.which("wyoming-faster-whisper", path=os.environ.get("ASSISTANT_BENCH_WYOMING", os.defpath))
    if program is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--model", str(model), "--language", "en", "--data-dir", str(model.parent), "--local-files-only"]
    options += ["--cpu-threads", "1"]  # as the servers here have it
    process = subprocess.Popen(
        [program, "--uri", f"tcp://127.0.0.1:{port}", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield "127.0.0.1", port
    finally:
        process.terminate()
        process.wait(30)
