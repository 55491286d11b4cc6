"""No library reports anything to anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from paths import ROOT

LOADING = """
import time
from assistant.audio import vad
vad._network()
time.sleep(1)
"""


def test_onnxruntime_keeps_no_reports_about_this_machine(tmp_path: Path):
    places = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", LOADING], env={**environment, **places}, check=True, timeout=60)
    assert [path for path in tmp_path.rglob("*") if "icrosoft" in str(path)] == []
