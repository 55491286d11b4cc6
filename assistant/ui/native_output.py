"""Messages of C libraries: kept off the screen."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from assistant.private_file import descriptor


@contextlib.contextmanager
def native_output_to(log: Path) -> Iterator[None]:
    """Send stderr of C libraries into a file: sound drivers would write across the screen.

    The screen itself is drawn through `sys.__stderr__`, which keeps the terminal meanwhile, even where the
    process was started with stderr sent elsewhere. Without a terminal, as in a browser, the file takes both.
    """
    try:
        messages = descriptor(log, os.O_TRUNC)
    except OSError:
        messages = os.open(os.devnull, os.O_WRONLY)
    streams = sys.stderr, sys.__stderr__
    sys.stderr.flush()
    before = os.dup(2)
    screen = next((stream for stream in (2, 1) if os.isatty(stream)), messages)
    terminal = os.fdopen(os.dup(screen), "w", encoding="utf-8")
    os.dup2(messages, 2)
    os.close(messages)
    sys.stderr = sys.__stderr__ = terminal  # type: ignore[misc]
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # the terminal may be gone
            terminal.flush()
        sys.stderr, sys.__stderr__ = streams  # type: ignore[misc]
        os.dup2(before, 2)
        os.close(before)
        with contextlib.suppress(OSError):
            terminal.close()
