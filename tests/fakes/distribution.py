"""A Python package of a user, installed into a folder of its own, and the program run beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from paths import ROOT


def install(
    site: Path, name: str, entry_points: Mapping[str, str], modules: Mapping[str, str], version: str = "1.0"
) -> None:
    """Lay a distribution into a folder as an installer does: its modules and its metadata."""
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = "".join(f"{action} = {target}\n" for action, target in entry_points.items())
    (info / "entry_points.txt").write_text(f"[assistant.actions]\n{lines}")
    for module, source in modules.items():
        (site / f"{module}.py").write_text(source)


def assistant(site: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the program as a user whose environment has the packages of `site`."""
    process = subprocess.run(
        [sys.executable, "-m", "assistant", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)])},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert "Traceback" not in process.stderr, process.stderr
    return process
