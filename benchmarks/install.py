"""What an installation takes: packages, disk and time, in fresh environments, against plain `pip install .`.

Each package is downloaded anew or taken from pip's cache, whichever pip finds.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant.weights.cache_folder import size_of
from benchmarks import Options, Row

ROOT = Path(__file__).parent.parent
RIVAL = "pip install ."


def run(_: Options) -> list[Row]:
    """Install in each way in turn."""
    plain = installed("-m", "pip", "install", "--quiet", str(ROOT))
    rows = []
    for name in ("default", "light"):
        figures = installed(str(ROOT / ".ci" / "requirements" / "install.py"), name)
        for (what, unit), figure, rival in zip(UNITS.items(), figures, plain, strict=True):
            rows.append(Row(f"{name}: {what}", figure, unit, RIVAL, rival))
    return rows


UNITS = {"packages": "", "disk": "MB", "time": "s"}


def installed(*command: str) -> tuple[float, float, float]:
    """Run an installation by the Python of a new environment; return packages, MB and seconds."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", "pip"], check=True)
        began = time.perf_counter()
        subprocess.run([python, *command], check=True, capture_output=True)
        took = time.perf_counter() - began
        packages = len(list(Path(folder).glob("lib/*/site-packages/*.dist-info")))
        return packages, size_of(Path(folder)) / 1e6, took
