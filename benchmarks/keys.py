"""Keys pressed until they are on the screen while the assistant is busy, against 50 ms; idle with the microphone open.

The program runs as it does for a user, on a pseudo terminal of 80 x 24 and a virtual microphone. Letters that it shows
nowhere else are typed one after the other, and each is waited for in what the program writes. `--limit` is the number
of letters of each row.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pty
import select
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from assistant.config import SHIPPED
from benchmarks import Options, Row
from benchmarks.hearing import quantile
from benchmarks.virtual_microphone import Room, virtual_microphone

LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"
KEYS = 48
LIMIT, CORE = 50.0, 3.0
"""Milliseconds from a key to the screen, 95 % of them; percent of a core when nothing is said."""

CLIP = Path(__file__).parent.parent / "tests" / "recordings" / "set-a-timer-for-ten-minutes.wav"
CONFIG = """\
[paths]
data = "{folder}/data"
intents = ["{shipped}/intents", "{folder}/intents"]
[generator]
generate = "free"
model = "smollm2"
[voice]
replies = "never"
"""
COMMAND = (
    "language: en\nintents:\n  Knock{number}:\n    examples: [knock {number} times on the shed]\n    response: Done.\n"
)


class Terminal:
    """The program on a pseudo terminal."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            command = [sys.executable, "-m", "assistant", "--config", str(folder / "config.toml")]
            terminal = {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
            os.execve(command[0], command, {**os.environ, **environment, **terminal})
        self.screen = b""
        """All that was written since it was last looked for something."""

    def press(self, keys: str) -> None:
        """Send keys."""
        self.screen = b""
        os.write(self._descriptor, keys.encode())

    def seconds_until(self, text: str, most: float = 300.0) -> float:
        """Wait until a text is written; return the seconds.

        Raises:
            SystemExit: it did not come.
        """
        began, wanted = time.perf_counter(), text.encode()
        while wanted not in self.screen:
            left = began + most - time.perf_counter()
            if left < 0:
                raise SystemExit(f"benchmarks: '{text}' was not on the screen within {most:g} s")
            if select.select([self._descriptor], [], [], min(left, 0.5))[0]:
                self.screen = (self.screen + os.read(self._descriptor, 65536))[-200_000:]
        return time.perf_counter() - began

    def rest(self, seconds: float) -> None:
        """Read what is written for a while."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self._descriptor], [], [], left)[0]:
                self.screen = (self.screen + os.read(self._descriptor, 65536))[-200_000:]

    def close(self) -> None:
        """End it."""
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self._descriptor)


def run(options: Options) -> list[Row]:
    """Type while it prepares for the first time, then while each part of it works."""
    count, seconds = options.limit or KEYS, 20.0
    with tempfile.TemporaryDirectory() as name, virtual_microphone() as room:
        folder = Path(name)
        (folder / "intents").mkdir()
        (folder / "config.toml").write_text(CONFIG.format(folder=folder, shipped=SHIPPED), encoding="utf-8")
        with _running(folder, room) as terminal:
            terminal.seconds_until("Loading")
            figures = {"it prepares, and the index is made": _typed(terminal, count)}
            terminal.seconds_until("Listening", 900)
            terminal.rest(5)
        with _running(folder, room) as terminal:
            terminal.seconds_until("Loading")
            figures["it prepares, with the index there"] = _typed(terminal, count)
            terminal.seconds_until("Listening")
            _calm(terminal)
            idle = _processor(terminal, seconds)
            figures["nothing else happens"] = _typed(terminal, count)
            figures["the recogniser works"] = _beside(lambda: room.play(CLIP), terminal, count)
            terminal.rest(3)
            figures["files are read again and trained on"] = _beside(lambda: _save(folder), terminal, count)
            terminal.rest(15)
            _calm(terminal)
            terminal.press("write me a long story about a fox and a hare\r")
            terminal.rest(1)
            figures["the language model writes"] = _typed(terminal, count)
    rows = []
    for what, times in figures.items():
        rows.append(Row(f"a key on the screen while {what}, p95", quantile(times, 0.95) * 1000, "ms", "limit", LIMIT))
        rows.append(Row(f"the same, median of {len(times)}", quantile(times, 0.5) * 1000, "ms"))
    rows.append(Row(f"a core with the microphone open in silence, {seconds:g} s", idle, "%", "limit", CORE))
    return rows


@contextlib.contextmanager
def _running(folder: Path, room: Room) -> Iterator[Terminal]:
    terminal = Terminal(folder, room.environment)
    try:
        yield terminal
    finally:
        terminal.close()


def _typed(terminal: Terminal, count: int) -> list[float]:
    """Return the seconds from each key to the screen."""
    times = []
    for place, letter in zip(range(count), itertools.cycle(LETTERS), strict=False):
        if place % len(LETTERS) == 0:
            terminal.press("\x15")
            terminal.rest(0.3)
        terminal.press(letter)
        times.append(terminal.seconds_until(letter))
        terminal.rest(0.1)
    terminal.press("\x15")
    return times


def _beside(work: Callable[[], object], terminal: Terminal, count: int) -> list[float]:
    """Type while some work is done again and again."""
    is_over = threading.Event()

    def repeat() -> None:
        while not is_over.is_set():
            work()

    worker = threading.Thread(target=repeat)
    worker.start()
    try:
        terminal.rest(1)
        return _typed(terminal, count)
    finally:
        is_over.set()
        worker.join()


def _save(folder: Path, seconds: float = 4.0) -> None:
    """Save a file of intents, and wait a while."""
    text = COMMAND.format(number=time.monotonic_ns() % 10_000)
    (folder / "intents" / "mine.yaml").write_text(text, encoding="utf-8")
    time.sleep(seconds)


def _calm(terminal: Terminal, most: float = 120.0) -> None:
    """Wait until the program has done what it does after the start."""
    end = time.perf_counter() + most
    while _processor(terminal, 2) > 20 and time.perf_counter() < end:
        pass


def _processor(terminal: Terminal, seconds: float) -> float:
    """Return the share of a core that the program and the processes it has begun take, in percent."""
    before = _used(terminal)
    terminal.rest(seconds)
    return 100 * (_used(terminal) - before) / seconds


def _used(terminal: Terminal) -> float:
    """Seconds of processor time of the program, of its children that live and of those that have ended."""
    own = psutil.Process(terminal.pid)
    total = sum(own.cpu_times()[:4])
    for child in own.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(child.cpu_times()[:4])
    return total
