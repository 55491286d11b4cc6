"""Processes of their own that begin with what is slow to import, forked from one that has done so."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["assistant.nlu.retrieval.index", "assistant.nlu.retrieval.chroma", "chromadb"])


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
