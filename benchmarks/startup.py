"""Start-up: process start to the first answer and to the first paint, against importing sentence-transformers.

The rival answers nothing yet: it is the wait that an assistant built on the library has before it can load a model.
"""

from __future__ import annotations

import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks import Options, Row

RUNS = 5
PYTHON = sys.executable
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""The environment of an installed program: what was compiled once is kept."""


def run(options: Options) -> list[Row]:
    """Measure cold processes in turn, so that a slow moment hits all of them."""
    with tempfile.TemporaryDirectory() as folder:
        base = [PYTHON, "-m", "assistant", "--data-dir", folder]
        subprocess.run([*base, "index", "build"], check=True, capture_output=True, env=COMPILED)
        commands = {
            "answer": [*base, "ask", "what time is it"],
            "check": [*base, "check"],
            "rival": [PYTHON, "-c", "import sentence_transformers"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in [*commands, "paint"]}
        for _ in range(options.limit or RUNS):
            for name, command in commands.items():
                began = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True, env=COMPILED)
                seconds[name].append(time.perf_counter() - began)
            seconds["paint"].append(_first_paint(base))
    median = {name: statistics.median(values) for name, values in seconds.items()}
    rival = "a bare import sentence_transformers"
    return [
        Row("process start to the first answer (ask), median", median["answer"], "s", rival, median["rival"]),
        Row("process start to the first paint of the UI, median", median["paint"], "s", rival, median["rival"]),
        Row("reading config, intents and knowledge (check), median", median["check"], "s", rival, median["rival"]),
    ]


def _first_paint(base: list[str]) -> float:
    """Return seconds until the UI has drawn its input line on a terminal of 80 x 24."""
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.execve(base[0], base, COMPILED | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"})
    drawn = b""
    try:
        while time.perf_counter() - began < 60:
            if select.select([terminal], [], [], 0.05)[0]:
                drawn += os.read(terminal, 65536)
            # The alternate screen is on and something has been drawn on it.
            if b"\x1b[?1049h" in drawn and len(drawn.split(b"\x1b[?1049h", 1)[1]) > 1000:
                return time.perf_counter() - began
    except OSError:
        pass
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)
    raise SystemExit("benchmarks: the UI drew nothing within 60 s")
