"""Programs: run one and read its output, or start one that lives on. Never through a shell."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from assistant.errors import ActionError

_MOST_OUTPUT = 10_000_000
"""Bytes after which a program is stopped: nobody waits for so long an answer."""


def run(
    argv: Sequence[str],
    timeout: float = 5.0,
    cancelled: threading.Event | None = None,
    directory: Path | None = None,
    environment: dict[str, str] | None = None,
) -> str:
    """Run a program to its end and return its standard output, the last 64 kB of it.

    It is stopped with all that it started where it takes too long, writes too much, or `cancelled` is set. What it
    leaves running when it ends by itself is hung up on, as by a terminal that closes; `nohup` lets it go on.

    Raises:
        ActionError: it is missing, fails, takes longer than `timeout` seconds, writes more than `_MOST_OUTPUT`, or
            `cancelled` was set.
    """
    end = time.monotonic() + timeout
    process = _start(argv, directory, environment, subprocess.PIPE)
    with _Output(process) as output:
        try:
            while not output.is_over():
                if cancelled is not None and cancelled.is_set():
                    raise ActionError(f"{_name(argv)}: cancelled")
                if time.monotonic() >= end:
                    raise ActionError(f"{_name(argv)}: took longer than {timeout:g} seconds and was stopped")
                if output.size > _MOST_OUTPUT:
                    limit = f"{_MOST_OUTPUT // 1_000_000} MB"
                    raise ActionError(f"{_name(argv)}: wrote more than {limit} and was stopped")
        except BaseException:
            _stop(process)
            raise
        text, errors = output.texts()
    if process.returncode != 0:
        lines = [line.strip() for line in (errors or text).splitlines() if line.strip()]
        code = f"exit code {process.returncode}" if process.returncode > 0 else f"signal {-process.returncode}"
        raise ActionError(f"{_name(argv)}: {lines[-1][:300]}" if lines else f"{_name(argv)}: failed with {code}")
    return text


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
    _reap_later(process)


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


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started, those in a session of their own too, but for real daemons."""
    import psutil

    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.Error:  # it has ended meanwhile
        children = []
    for number in (signal.SIGTERM, signal.SIGKILL):  # its children may ignore the first, though it obeys
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        for child in children:
            with contextlib.suppress(psutil.Error):  # it knows a process from a later one of the same number
                child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    if process.poll() is None:  # stuck in the system, on a drive that is gone for instance
        _reap_later(process)


def _reap_later(process: subprocess.Popen[bytes]) -> None:
    """Wait in a thread for the end of a program that lives on, so that no zombie is left behind."""
    threading.Thread(target=process.wait, daemon=True, name="launched").start()


class _Output:
    """What a running program writes, read as it comes; the end of each stream is kept."""

    _KEPT = 65_536

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self.size = 0
        """Bytes written so far, in all."""
        self._process = process
        self._tails: dict[IO[bytes], bytes] = {process.stdout: b"", process.stderr: b""}
        self._selector = selectors.DefaultSelector()
        for stream in self._tails:
            os.set_blocking(stream.fileno(), False)
            self._selector.register(stream, selectors.EVENT_READ)

    def __enter__(self) -> _Output:
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        for stream in self._tails:
            stream.close()

    def is_over(self, moment: float = 0.02) -> bool:
        """Read all there is, waiting for it a moment, in seconds; true once the program has ended and all is read."""
        if self._process.poll() is None:
            self._read(moment)
            return False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGHUP)
        for _ in range(32):  # a child that ignores that may write for ever
            if not self._read(0):
                break
        return True

    def texts(self) -> tuple[str, str]:
        """Decode standard output and standard error."""
        output, errors = (tail.decode("utf-8", errors="replace") for tail in self._tails.values())
        return output, errors

    def _read(self, seconds: float) -> bool:
        """Read once from each stream that has something, waiting so long for it; false where none has."""
        ready = self._selector.select(seconds)
        for key, _ in ready:
            stream = cast("IO[bytes]", key.fileobj)
            with contextlib.suppress(BlockingIOError):
                if chunk := os.read(stream.fileno(), self._KEPT):
                    self.size += len(chunk)
                    self._tails[stream] = (self._tails[stream] + chunk)[-self._KEPT :]
                else:
                    self._selector.unregister(stream)
        return bool(ready)
