"""Documents read in a process of their own: what hangs, crashes or fills the memory there costs one file and no more.

It also leaves the running assistant alone, whose threads would wait for a long parse. The process ends itself when a
file gives nothing for some seconds of processor time; what it gave before counts.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from assistant.authoring.documents.limits import DOCUMENT_LIMITS
from assistant.authoring.documents.passage import Passage
from assistant.authoring.pictures.picture import Picture, PictureFacts
from assistant.errors import Problem

_END, _BEAT, _FAULT = b"\n", b"+", b"!"
"""Lines of the process: the end of a file, a sign of life, a fault; any other is a passage."""


class ReaderProcess:
    """Reads files one after the other; the process is started for the first, and again after one that broke it."""

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        """Take the arguments of the process: none for documents, the folder of thumbnails for pictures."""
        self._arguments = tuple(arguments)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ReaderProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, path: Path, name: str) -> tuple[list[bytes], list[Problem]]:
        """Return the passages of a file as records, and its faults."""
        process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        records, problems = list[bytes](), list[Problem]()
        patience = threading.Timer(30 + DOCUMENT_LIMITS.seconds, process.kill)  # of a disk that hangs
        patience.start()
        try:
            with contextlib.suppress(OSError):
                process.stdin.write(json.dumps([os.fsencode(path).hex(), name]).encode() + b"\n")
                process.stdin.flush()
            for line in iter(process.stdout.readline, b""):
                if line == _END:
                    return records, problems
                if line.startswith(_FAULT):
                    problems.append(Problem(path, *json.loads(line[1:])))
                elif not line.startswith(_BEAT):
                    records.append(line)
        finally:
            patience.cancel()
        rest = "; the rest is left out" if records else ""
        problems.append(Problem(path, 0, f"{_why(process.wait())}{rest}"))
        self._end()
        return records, problems

    def _started(self) -> subprocess.Popen[bytes]:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, *self._arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(OSError):
                self._process.communicate()
            self._process = None


def _why(code: int) -> str:
    """Put the end of the process into words."""
    if code == -signal.SIGPROF:
        return f"cannot be read: it gives nothing for {DOCUMENT_LIMITS.silence:g} s"
    return "cannot be read: its reader broke off"


def as_record(passage: Passage) -> bytes:
    """Write a passage as a line: its key and, in JSON, all but the document that it is from."""
    parts: list[object] = [passage.headings, passage.text, passage.line, passage.page, passage.kind]
    if isinstance(passage, Picture):
        parts += passage.kept_facts()
    return f"{passage.key} {json.dumps(parts, ensure_ascii=False)}\n".encode()


def from_record(record: bytes, file: Path, name: str) -> Passage:
    """Read a passage of a document from its line."""
    headings, text, line, page, kind, *facts = json.loads(record[33:])
    if facts:
        return Picture(text, file, name, tuple(headings), line, page, kind, PictureFacts(*facts))
    return Passage(text, file, name, tuple(headings), line, page, kind)


# -- in the process of its own ----------------------------------------------------------------


def main() -> None:
    """Read the files that standard input names, until it ends."""
    read = _reader(sys.argv[1:])
    _confine()
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whatever a library prints
    for line in sys.stdin.buffer:
        path, name = json.loads(line)
        _wind_up()
        problems = list[Problem]()
        for passage in read(Path(os.fsdecode(bytes.fromhex(path))), name, problems, _wind_up):
            output.write(as_record(passage))
        for problem in problems:
            fault = json.dumps([problem.line, problem.message, problem.severity])
            output.write(_FAULT + fault.encode() + b"\n")
        output.write(_END)
        output.flush()
        _wind_up(0)


def _reader(arguments: Sequence[str]) -> Callable[..., Iterator[Passage]]:
    """Import the reader of documents or, where a folder for thumbnails is named, of pictures."""
    if not arguments:
        from assistant.authoring.documents.reading import read_document

        return read_document
    from assistant.authoring.pictures.reading import read_picture

    return partial(read_picture, thumbnails=Path(arguments[0]))


def _wind_up(seconds: float = DOCUMENT_LIMITS.silence) -> None:
    """End the process once it has worked so long from now on; 0 takes that back."""
    with contextlib.suppress(AttributeError):  # a system without such timers
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _confine() -> None:
    """Give the other processes of this machine the way, and take no more memory than a document may."""
    with contextlib.suppress(AttributeError, OSError):
        os.nice(5)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        most = DOCUMENT_LIMITS.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
