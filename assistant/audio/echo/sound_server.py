"""PulseAudio's and PipeWire's own echo canceller: where the microphone is its source, nothing is left to cancel."""

from __future__ import annotations

import os
import re
import subprocess

_CANCELLER = re.compile(r"echo[-_ ]?cancel", re.IGNORECASE)


def cancels_echo(wanted: str = "", seconds: float = 2.0) -> bool:
    """True if the microphone, the default one or the wanted one, comes from the sound server's echo canceller."""
    if wanted:
        return _CANCELLER.search(wanted) is not None
    name = _ask("get-default-source", seconds=seconds).strip()
    if not name:
        return False
    if _CANCELLER.search(name):
        return True
    sources = re.split(r"\n(?=Source #)", _ask("list", "sources", seconds=seconds))
    return any(f"Name: {name}\n" in source and _CANCELLER.search(source) is not None for source in sources)


def _ask(*question: str, seconds: float) -> str:
    try:
        run = subprocess.run(
            ["pactl", *question], env={**os.environ, "LC_ALL": "C"}, capture_output=True, check=True, text=True,
            timeout=seconds,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return run.stdout
