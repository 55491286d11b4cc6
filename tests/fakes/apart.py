"""Processes of their own that begin with what is slow to import, forked from one that has done so.

The command line is run as `python -m assistant` where the start itself is what is tested.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from paths import ROOT

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        *("assistant.nlu.retrieval.index", "assistant.nlu.retrieval.chroma", "chromadb"),
        # what the commands import, each when it needs it
        *("assistant.cli.main", "assistant.app.build", "assistant.nlu.matcher", "assistant.actions.run"),
        *("assistant.nlu.retrieval.embedder", "assistant.dialogue.context.interpreter"),
        *("assistant.dialogue.history.session", "assistant.dialogue.suggestions.suggester", "assistant.stt.whisper"),
    ]
)


def printed(work: Callable[..., None], *arguments: object, seconds: float = 60) -> str:
    """Run a function of a module in a process of its own and return what it printed.

    Raises:
        AssertionError: it failed, or takes longer.
    """
    mine, theirs = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_print_into, args=(theirs, work, *arguments))
    process.start()
    theirs.close()
    try:
        assert mine.poll(seconds), f"nothing was printed in {seconds} s"
        text = mine.recv()
    except EOFError:
        raise AssertionError("it ended before its end") from None
    finally:
        process.join(seconds)
        process.kill()
        mine.close()
    return text


def _print_into(pipe: Connection, work: Callable[..., None], *arguments: object) -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        work(*arguments)
    pipe.send(said.getvalue())


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


def assistant(
    *words: object, stdin: bytes = b"", cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> Ended:
    """Run the command line in a process of its own, with files for its streams and `environment` beside this one.

    Raises:
        AssertionError: it takes more than four minutes.
    """
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("stdin", "stdout", "stderr")]
        streams[0].write_bytes(stdin)
        command = ["assistant", *map(str, words)]
        process = _FORKS.Process(
            target=_run_command, args=(command, streams, cwd, {**os.environ, **(environment or {})})
        )
        process.start()
        process.join(240)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise AssertionError(f"it still runs: {command}")
        return Ended(process.exitcode, *(stream.read_text(encoding="utf-8") for stream in streams[1:]))


def _run_command(command: list[str], streams: Sequence[Path], cwd: Path, environment: Mapping[str, str]) -> None:
    from assistant.__main__ import run

    for descriptor, stream in enumerate(streams):
        os.dup2(os.open(stream, os.O_RDWR | os.O_CREAT | os.O_APPEND), descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (it stays open)
    sys.argv = command
    sys.exit(run())
