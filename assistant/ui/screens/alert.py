"""What rings, told where nobody looks at the terminal: the bell, and a notification of the desktop."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.outlet.terminal import printable_line

if TYPE_CHECKING:
    from textual.app import App

    from assistant.config import UiConfig


def alert(app: App[None], config: UiConfig, text: str) -> None:
    """Ring the bell and show a notification, where the settings want it and the terminal is not looked at."""
    if config.notify == "never" or (config.notify == "unfocused" and app.app_focus):
        return
    app.bell()
    words = printable_line(text)
    if argv := desktop_notice(words, os.environ):
        threading.Thread(target=_run, args=(argv,), name="alert", daemon=True).start()
    elif (sequence := terminal_notice(words, os.environ)) and app._driver is not None and not app.is_web:
        app._driver.write(sequence)


def _run(argv: Sequence[str], seconds: float = 10.0) -> None:
    """Run a program to its end; one that hangs, as without a desktop's service, is ended."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False)


def desktop_notice(words: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the program that shows a notification on this machine's desktop; none where there is none, or by SSH."""
    has_desktop = environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY")
    program = shutil.which("notify-send", path=environment.get("PATH"))
    if not (has_desktop and program) or environment.get("SSH_CONNECTION"):
        return ()
    return program, "--app-name=Assistant", "--", "Assistant", words


def terminal_notice(words: str, environment: Mapping[str, str]) -> str:
    """Return the sequence by which a terminal shows a notification; empty in tmux and screen, which keep it back."""
    if environment.get("TMUX") or environment.get("TERM", "").startswith(("screen", "tmux", "linux", "dumb")):
        return ""
    if environment.get("VTE_VERSION") or environment.get("TERM", "").startswith(("foot", "rxvt")):
        return f"\x1b]777;notify;Assistant;{words.replace(';', ',')}\x1b\\"
    return f"\x1b]9;{words}\x1b\\"
