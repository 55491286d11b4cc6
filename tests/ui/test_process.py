"""The terminal as a process of its own."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import textwrap
import time


def test_the_terminal_paints_before_the_assistant_is_made_and_keeps_c_messages_off_the_screen(tmp_path):
    """In a real terminal: sound drivers write to stderr as they please."""
    code = f"""
        import os, dataclasses
        from assistant.config import Config, PathsConfig
        from assistant.ui.app import AssistantApp

        class Noisy:
            def __init__(self, emit): os.write(2, b"ALSA lib pcm.c: cannot find card")
            def start(self): pass
            def close(self): pass
            def submit(self, text): pass
            def interrupt(self): pass

        AssistantApp(Noisy, dataclasses.replace(Config(), paths=PathsConfig(data={str(tmp_path)!r}))).run()
        os.write(2, b"after the end")
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"},
    )
    os.close(theirs)
    screen = b""
    log = tmp_path / "terminal.log"
    deadline = time.monotonic() + 30
    while not (log.exists() and log.read_text()) and time.monotonic() < deadline:
        screen += os.read(ours, 65536)
    assert b"ype here" in screen  # the cursor stands on the T
    os.write(ours, b"\x11")
    while process.poll() is None and time.monotonic() < deadline:
        try:
            screen += os.read(ours, 65536)
        except OSError:
            break
    assert process.wait(10) == 0
    assert b"ALSA" not in screen
    assert b"after the end" in screen
    assert "ALSA lib" in log.read_text()
