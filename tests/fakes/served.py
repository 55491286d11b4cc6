"""A real `assistant serve` in a process of its own, on free ports of this machine."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from paths import ROOT

TOKEN = "may-act"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Served:
    http: httpx.Client | None
    address: str
    wyoming: str
    process: subprocess.Popen[str]
    lines: list[str]
    """All that it has written, to stdout and to stderr."""

    def until_told(self, words: str, seconds: float = 60) -> str:
        """Return the first line with these words."""
        end = time.monotonic() + seconds
        while not (told := [line for line in self.lines if words in line]):
            assert time.monotonic() < end, (words, self.lines)
            time.sleep(0.05)
        return told[0]

    def until_ready(self, seconds: float = 200, parts: tuple[str, ...] = ("text", "speech", "voice")) -> None:
        end = time.monotonic() + seconds
        while not set(parts) <= set(self.http.get("/health").json()["ready"]):
            assert time.monotonic() < end
            time.sleep(0.2)


@contextlib.contextmanager
def served(
    folder: Path,
    data: Path,
    settings: str = "",
    port: int = 0,
    wyoming: int = 0,
    options: tuple[str, ...] = (),
    last: tuple[str, ...] = (),
) -> Iterator[Served]:
    """Serve while the block runs; `settings` are added to the configuration, `last` are options of `serve`.

    The speech model gets one thread: several wait for one another where other tests take the processor.
    """
    settings += "" if "[stt]" in settings else "[stt]\nthreads = 1\n"
    config = folder / "config.toml"
    config.write_text(f'[server]\nact_token = "{TOKEN}"\nask_token = "may-ask"\n{settings}')
    command = [sys.executable, "-m", "assistant", "--config", config, "--data-dir", data, *options, "serve"]
    ports = ["--port", str(port), "--wyoming", str(wyoming or free_port())]
    process = subprocess.Popen(
        [*command, *ports, *last], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
    reader.start()
    try:
        server = Served(None, "", "", process, lines)
        serving = json.loads(server.until_told('"serving"'))
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=serving["http"], headers=headers, timeout=240) as http:
            yield Served(http, serving["http"], serving["wyoming"], process, lines)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(120)
        reader.join(10)
        process.stdout.close()
    assert not any(TOKEN in line for line in lines)
    assert process.returncode in (0, -signal.SIGKILL), lines
