"""Programs: run one and read its output, or start one that lives on. Never through a shell."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from assistant.errors import ActionError


def run(
    argv: Sequence[str],
    timeout: float = 5.0,
    cancelled: threading.Event | None = None,
    directory: Path | None = None,
    environment: dict[str, str] | None = None,
) -> str:
    """Run a program to its end and return its standard output, the last 64 kB of it.

    Raises:
        ActionError: it is missing, fails, takes longer than `timeout` seconds, or `cancelled` was set.
    """
    process = _start(argv, directory, environment, subprocess.PIPE)
    tails = [_Tail(process.stdout), _Tail(process.stderr)]
    deadline = time.monotonic() + timeout
    reason = ""
    while process.poll() is None and not reason:
        if cancelled is not None and cancelled.is_set():
            reason = "cancelled"
        elif time.monotonic() > deadline:
            reason = f"took longer than {timeout:g} seconds and was stopped"
        else:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
    if reason:
        _kill(process)
        raise ActionError(f"{_name(argv)}: {reason}")
    output, errors = (tail.text() for tail in tails)
    if process.returncode != 0:
        lines = [line.strip() for line in (errors or output).splitlines() if line.strip()]
        code = f"exit code {process.returncode}" if process.returncode > 0 else f"signal {-process.returncode}"
        raise ActionError(f"{_name(argv)}: {lines[-1][:300]}" if lines else f"{_name(argv)}: failed with {code}")
    return output


def launch(argv: Sequence[str], directory: Path | None = None, grace: float = 0.6) -> None:
    """Start a program that lives on by itself, with a window for instance.

    Args:
        argv: the program and its arguments.
        directory: its working directory.
        grace: seconds within which a program that cannot start ends; it is waited for as long.

    Raises:
        ActionError: it is missing or ends within `grace` with an error.
    """
    process = _start(argv, directory, None, subprocess.DEVNULL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        if process.wait(grace):
            raise ActionError(f"{_name(argv)}: ended at once with exit code {process.returncode}")
        return
    threading.Thread(target=process.wait, daemon=True, name="launched").start()  # no zombie is left behind


def _start(
    argv: Sequence[str], directory: Path | None, environment: dict[str, str] | None, output: int
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(argv),
            cwd=directory,
            env={**os.environ, **environment} if environment else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        if directory is not None and not directory.is_dir():
            raise ActionError(f"{_name(argv)}: there is no folder {directory} to run it in") from error
        raise ActionError(f"{_name(argv)}: there is no such program; install it or correct the action") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ActionError(f"{_name(argv)}: cannot be started: {reason}") from error


def _name(argv: Sequence[str]) -> str:
    return Path(argv[0]).name if argv and argv[0] else "program"


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):  # its children may ignore the first, though it obeys
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    process.wait()


class _Tail:
    """The end of a stream, read in a thread, so that no output is too large and none blocks."""

    def __init__(self, stream: IO[bytes] | None, size: int = 65_536) -> None:
        assert stream is not None
        self._stream = stream
        self._size = size
        self._content = b""
        self._thread = threading.Thread(target=self._read, daemon=True, name="output")
        self._thread.start()

    def _read(self) -> None:
        with self._stream, contextlib.suppress(OSError, ValueError):
            while chunk := os.read(self._stream.fileno(), self._size):
                self._content = (self._content + chunk)[-self._size :]

    def text(self) -> str:
        """Decode the bytes that came; a grandchild that holds the stream open is not waited for."""
        self._thread.join(0.3)
        return self._content.decode("utf-8", errors="replace")
