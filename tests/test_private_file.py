"""Files that only their owner can read, whole or not there."""

from __future__ import annotations

import ast
import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from assistant.file_lock import file_lock
from assistant.private_file import SHARED, appending, descriptor, mend, private_folder, replacing, write
from paths import ROOT


@pytest.fixture(autouse=True)
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def test_folders_and_files_are_for_their_owner_alone(tmp_path):
    write(private_folder(tmp_path / "a" / "b") / "text", "ä")
    appending(tmp_path / "a" / "c" / "log").close()
    with file_lock(tmp_path / "a" / "d" / "lock"):
        pass
    assert (tmp_path / "a" / "b" / "text").read_bytes() == "ä".encode()
    for path in (tmp_path / "a").rglob("*"):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path
    assert mode(tmp_path / "a") == 0o700


def test_what_serves_others_too_is_theirs_as_far_as_the_umask_lets_it(tmp_path):
    write(tmp_path / "marker", "{}", SHARED)
    with file_lock(tmp_path / "cache" / "lock", shared=True):
        pass
    assert (mode(tmp_path / "marker"), mode(tmp_path / "cache")) == (0o644, 0o755)
    assert mode(tmp_path / "cache" / "lock") == 0o644


def test_a_link_that_somebody_laid_is_never_written_through(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    link = tmp_path / "link"
    link.symlink_to(victim)
    for opened in (descriptor, appending):
        with pytest.raises(OSError, match="symbolic links"):
            opened(link)
    write(link, "mine")
    assert (victim.read_text(), link.read_text(), link.is_symlink()) == ("precious", "mine", False)


def test_the_name_of_a_draft_cannot_be_guessed(tmp_path):
    names = set()
    for _ in range(2):
        with replacing(tmp_path / "file"):
            (draft,) = (path.name for path in tmp_path.iterdir() if path.name != "file")
            names.add(draft)
    assert len(names) == 2


def test_after_an_error_the_one_before_is_there_and_nothing_else(tmp_path):
    write(tmp_path / "file", "before")
    with pytest.raises(TypeError), replacing(tmp_path / "file") as draft:
        draft.writelines([b"half", "no bytes"])
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "before")]


WRITING = """
import sys, time
from pathlib import Path
from assistant.private_file import replacing
with replacing(Path(sys.argv[1])) as draft:
    draft.write(b"half")
    draft.flush()
    print("writing", flush=True)
    time.sleep(60)
"""


def test_what_a_killed_writer_left_goes_later_and_a_fresh_draft_stays(tmp_path):
    write(tmp_path / "file", "before")
    command = [sys.executable, "-c", WRITING, str(tmp_path / "file")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as writer:
        assert writer.stdout.readline() == "writing\n"
        writer.send_signal(signal.SIGKILL)
    (left,) = (path for path in tmp_path.iterdir() if path.name != "file")
    assert mode(left) == 0o600
    mend(tmp_path)
    assert left.exists()
    os.utime(left, (time.time() - 7200,) * 2)
    mend(tmp_path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "before")]


def test_what_is_open_to_others_is_closed_and_links_and_programs_stay(tmp_path):
    folder, outside = tmp_path / "data", tmp_path / "outside"
    (folder / "below").mkdir(parents=True)
    for path, permissions in (
        (folder / "a", 0o644),
        (folder / "below" / "b", 0o666),
        (folder / "tool", 0o755),
        (outside, 0o644),
    ):
        path.write_text("")
        path.chmod(permissions)
    (folder / "link").symlink_to(outside)
    mend(folder)
    assert [mode(folder / name) for name in (".", "a", "below", "below/b", "tool")] == [
        0o700,
        0o600,
        0o700,
        0o600,
        0o700,
    ]
    assert mode(outside) == 0o644


OPENERS = {"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "touch", "getpid"}
IN_A_WORKSHOP = {
    "llm/ctranslate2.py",
    "nlu/retrieval/assembly.py",
    "nlu/retrieval/export.py",
}
"""They fill a folder that was made for them alone and is moved into its place when it is whole."""

OF_THE_SYSTEM = {"actions/builtins/desktop/screen.py"}

IN_PASSING = {"audio/encoding.py", "stt/remote.py", "servers/http/sound_api.py"}
"""The first two write into memory; the last into a file of `tempfile`, which is private and gone a moment later."""


def test_nothing_is_written_past_these_helpers():
    """A new writer uses them too, or says here why not."""
    package = ROOT / "assistant"
    writers = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            modes = [value.value for value in (*node.args[:2], *(keyword.value for keyword in node.keywords))
                     if isinstance(value, ast.Constant) and isinstance(value.value, str)]  # fmt: skip
            writes = name == "open" and any(
                value and set(value) <= set("rwaxbt+") and set(value) & set("wax+") for value in modes
            )
            if name in OPENERS or writes:
                writers.add(path.relative_to(package).as_posix())
    assert writers == IN_A_WORKSHOP | OF_THE_SYSTEM | IN_PASSING
