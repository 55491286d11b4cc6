"""What is made once is made by one process, whole or not at all; what is missing for it is named."""

from __future__ import annotations

import os
import threading
import time

import pytest

from assistant.errors import ModelError
from assistant.events import Noticed
from assistant.file_lock import file_lock
from assistant.weights import manifest
from assistant.weights.conversion import build_once, convert_apart, require
from assistant.weights.seal import broken

MODULE = """
import sys
from pathlib import Path
from assistant.weights.conversion import main, step

def convert(source, target):
    step("reading")
    if source.read_text() == "bad":
        raise ValueError("not a model\\nat all")
    step("writing")
    target.mkdir()
    (target / "done").write_text(source.read_text())

if __name__ == "__main__":
    sys.exit(main(convert))
"""


@pytest.fixture
def module(tmp_path, monkeypatch) -> str:
    (tmp_path / "doubled_for_a_test.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    return "doubled_for_a_test"


def test_the_steps_of_a_conversion_are_told(module, tmp_path):
    (tmp_path / "source").write_text("good")
    told = []
    convert_apart(module, tmp_path / "source", tmp_path / "made", "task", ("reading", "writing"), told.append)
    assert [(step.task, step.done, step.total) for step in told] == [
        ("task", 0, 2),
        ("task: reading", 0, 2),
        ("task: writing", 1, 2),
        ("task", 2, 2),
    ]
    assert (tmp_path / "made" / "done").read_text() == "good"


def test_a_failed_conversion_is_one_line(module, tmp_path):
    (tmp_path / "source").write_text("bad")
    with pytest.raises(ModelError, match=r"source: cannot be converted: not a model \(exit code 1\)$"):
        convert_apart(module, tmp_path / "source", tmp_path / "made", "task", ("reading",), lambda _: None)


def test_a_folder_is_built_once_however_many_want_it(tmp_path):
    builds = []

    def build(made):
        builds.append(made)
        time.sleep(0.2)
        made.mkdir()
        (made / "last").touch()

    def want():
        build_once(tmp_path / "target", "last", build, lambda _: None)

    threads = [threading.Thread(target=want) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds) == 1
    assert (tmp_path / "target" / "last").is_file()


def test_a_failed_build_leaves_nothing(tmp_path):
    def build(made):
        made.mkdir()
        raise ModelError("no")

    with pytest.raises(ModelError):
        build_once(tmp_path / "target", "last", build, lambda _: None)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_what_only_an_extra_brings_is_named():
    require("the generator", "generator", "numpy")
    with pytest.raises(ModelError) as caught:
        require("the generator", "generator", "numpy", "not-there", "nor-this")
    assert str(caught.value) == (
        "the generator needs not-there, nor-this: make install EXTRAS=generator, or pip install not-there nor-this"
    )


def test_a_lock_is_waited_for_and_that_is_told(tmp_path):
    told, order = [], []

    def second():
        with file_lock(tmp_path / "lock", lambda: told.append("waiting")) as waited:
            order.append(("second", waited))

    with file_lock(tmp_path / "lock") as waited:
        assert not waited
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(1.5)
        order.append("first")
    thread.join()
    assert told == ["waiting", "waiting"]  # a line that was taken away comes back
    assert order == ["first", ("second", True)]


def built(tmp_path, events):
    """A folder that is built in the cache unless it is whole there; the number of builds so far."""
    builds = tmp_path / "builds"

    def build(made):
        with builds.open("a") as file:
            file.write("x")
        (made / "sub").mkdir(parents=True)
        (made / "sub" / "weights.bin").write_bytes(bytes(range(256)) * 100)
        (made / "last").write_text("card")

    build_once(tmp_path / "target", "last", build, events.append)
    return len(builds.read_text())


def flip(file):
    content = bytearray(file.read_bytes())
    content[1000] ^= 16
    file.write_bytes(content)


@pytest.mark.parametrize("damage", ["a turned bit", "cut off", "nothing in it", "gone", "a folder", "no card"])
def test_what_is_not_as_it_was_made_is_made_anew_and_that_is_told(tmp_path, damage):
    events = []
    assert built(tmp_path, events) == built(tmp_path, events) == 1
    file = tmp_path / "target" / "sub" / "weights.bin"
    match damage:
        case "a turned bit":
            flip(file)
        case "cut off":
            os.truncate(file, 100)
        case "nothing in it":
            file.write_bytes(b"")
        case "gone":
            file.unlink()
        case "a folder":
            file.unlink()
            file.mkdir()
        case "no card":
            (tmp_path / "target" / "last").unlink()
    assert built(tmp_path, events) == 2
    (notice,) = [event.message for event in events if isinstance(event, Noticed)]
    assert notice.endswith("; made anew")
    assert str(tmp_path / "target") in notice
    assert built(tmp_path, events) == 2


def test_a_file_whose_time_has_changed_is_hashed_once(tmp_path, monkeypatch):
    built(tmp_path, [])
    os.utime(tmp_path / "target" / "last")
    hashed = []
    real = manifest.sha256
    monkeypatch.setattr(manifest, "sha256", lambda file: hashed.append(file) or real(file))
    assert built(tmp_path, []) == 1
    assert len(hashed) == 2
    assert built(tmp_path, []) == 1
    assert len(hashed) == 2


def test_a_bit_that_turned_without_a_trace_is_found_by_a_thorough_look_and_mended_by_the_next_use(tmp_path):
    built(tmp_path, [])
    file = tmp_path / "target" / "sub" / "weights.bin"
    times = file.stat()
    flip(file)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert built(tmp_path, []) == 1
    assert broken(tmp_path / "target", thoroughly=True).startswith(f"{file} is corrupt: its SHA-256")
    assert built(tmp_path, []) == 2
    assert broken(tmp_path / "target", thoroughly=True) == ""
