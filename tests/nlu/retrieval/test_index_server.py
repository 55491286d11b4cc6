"""The index on a Chroma server: a real one, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from assistant.errors import IndexStoreError
from assistant.events import Progress
from assistant.nlu.retrieval import index as module
from assistant.nlu.retrieval.snapshot import Row
from fakes.embedder import WordHashes

Index = partial(module.Index, exact=0)
"""Every search asks the store."""

ROWS = [Row("question", f"question {n}", f"how do I do thing number {n}") for n in range(200)]
CHROMA = Path(sys.executable).with_name("chroma")


def quiet(_: Progress) -> None:
    pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int, folder: Path) -> subprocess.Popen[bytes]:
    command = [str(CHROMA), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(folder)]
    own = os.environ | {"ANONYMIZED_TELEMETRY": "False"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=own)
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    process.kill()
    raise AssertionError("the server did not start")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(port, tmp_path) -> Iterator[subprocess.Popen[bytes]]:
    process = start(port, tmp_path / "served")
    yield process
    process.kill()
    process.wait()


def test_it_answers_is_kept_and_two_folders_do_not_meet(server, port, tmp_path):
    address, embedder = f"http://127.0.0.1:{port}", WordHashes()
    one = Index(tmp_path / "one", embedder, address)
    other = Index(tmp_path / "other", embedder, address)
    assert one.sync(lambda: ROWS, quiet, "s").added == 200
    assert other.sync(lambda: ROWS[:5], quiet, "s").added == 5
    assert one.nearest(embedder.embed([ROWS[7].text])[0], 1)[0].row == ROWS[7]
    again = Index(tmp_path / "one", embedder, address)
    assert again.sync(lambda: pytest.fail("rows were made"), quiet, "s").kept == 200
    assert (again.status().rows, again.status().in_step) == (200, True)


def test_while_one_is_dead_the_vectors_kept_here_answer_and_it_is_told_once(server, port, tmp_path):
    address, embedder, told = f"http://127.0.0.1:{port}", WordHashes(), list[Progress]()
    index = Index(tmp_path / "one", embedder, address)
    index.sync(lambda: ROWS, told.append, "s")
    told.clear()
    server.kill()
    server.wait()
    vector = embedder.embed([ROWS[7].text])[0]
    assert index.nearest(vector, 3) == index.nearest(vector, 3)
    assert index.nearest(vector, 3)[0].row == ROWS[7]
    assert len(told) == 1
    assert address in told[0].task
    with pytest.raises(IndexStoreError, match="does not answer"):
        index.sync(lambda: ROWS[1:], quiet, "t")
    back = start(port, tmp_path / "served")
    try:
        assert index.nearest(vector, 1)[0].row == ROWS[7]
        assert index.sync(lambda: ROWS[1:], quiet, "t").kept == 199
    finally:
        back.kill()
        back.wait()


def test_one_that_hangs_holds_nobody_up(port, tmp_path):
    with socket.create_server(("127.0.0.1", port)):  # it takes the call and never answers
        began = time.monotonic()
        with pytest.raises(IndexStoreError, match="does not answer"):
            Index(tmp_path / "one", WordHashes(), f"http://127.0.0.1:{port}").sync(lambda: ROWS, quiet)
        assert time.monotonic() - began < 30


def test_one_that_hangs_later_is_searched_without(server, port, tmp_path):
    index, embedder = Index(tmp_path / "one", WordHashes(), f"http://127.0.0.1:{port}"), WordHashes()
    index.sync(lambda: ROWS, quiet, "s")
    server.send_signal(signal.SIGSTOP)
    vector = embedder.embed([ROWS[7].text])[0]
    assert index.nearest(vector, 1)[0].row == index.nearest(vector, 1)[0].row == ROWS[7]


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}", "localhost", "http://127.0.0.1:port"])
def test_one_that_is_not_there_is_one_clear_line(port, address, tmp_path):
    with pytest.raises(IndexStoreError) as raised:
        Index(tmp_path / "one", WordHashes(), address.format(port=port)).sync(lambda: ROWS, quiet)
    assert "\n" not in str(raised.value)
    assert "server" in str(raised.value)
