"""Fixtures that tests of several rooms share."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys

import pytest
from filelock import FileLock

from assistant.app import build
from assistant.audio import devices
from assistant.config import Config
from fakes.virtual_microphone import virtual_microphone
from paths import ROOT

gc.set_threshold(50_000)  # the modules and tests that are gathered stay


def pytest_collection_finish():
    """Look for garbage no more among ten thousand tests: a third of the time of gathering them went into that."""
    gc.freeze()


@pytest.fixture(scope="module")
def room():
    """A virtual microphone that is the default device of this process and of those that it starts."""
    with virtual_microphone() as room:
        os.environ |= room.environment
        try:
            devices.devices()  # PortAudio is loaded anew, with the room's devices
            yield room
        finally:
            for name in room.environment:
                del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def nobodys_config_folder(tmp_path_factory):
    """A config folder with the two folders of a person's own files, both empty."""
    folder = tmp_path_factory.mktemp("config")
    for kind in ("intents", "knowledge"):
        (folder / "assistant" / kind).mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def shipped():
    """The shipped intents and knowledge as read from their files."""
    return build.read_definitions(Config())


@pytest.fixture(scope="session")
def shipped_index():
    """The index of the shipped files, brought in step by whichever worker needs it first after a file has changed.

    It is kept from run to run: only phrases that changed are embedded anew.
    """
    folder = ROOT / ".benchmarks" / "tests"
    whole = folder / "whole"
    command = [sys.executable, "-m", "assistant", "--data-dir", str(folder), "index", "build"]
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not whole.exists() or whole.stat().st_mtime < last_change():
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            whole.touch()
    return folder / "index"


def last_change() -> float:
    """When the newest of the files was written that the index is made of, or by."""
    paths = (path for name in ("assistant", "intents", "knowledge") for path in (ROOT / name).rglob("*"))
    return max(path.stat().st_mtime for path in paths if path.is_file() and path.suffix != ".pyc")


@pytest.fixture
def fresh_data(shipped_index, tmp_path):
    """A data folder of the test's own, in which the index is made already and nothing else is."""
    shutil.copytree(shipped_index, tmp_path / "data" / "index")
    return tmp_path / "data"


@pytest.fixture(scope="module")
def data(shipped_index, tmp_path_factory):
    """A data folder of the module's own, in which the index is made already."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(shipped_index, folder / "index")
    return folder


@pytest.fixture(scope="module")
def stage(shipped_index, tmp_path_factory):
    """A stage for cases, on which the shipped files are indexed already."""
    from benchmarks.cases.stage import open_stage  # late: few tests need it

    indexes = tmp_path_factory.mktemp("indexes")
    shutil.copytree(shipped_index, indexes / "shipped")
    with open_stage(indexes) as stage:
        yield stage
