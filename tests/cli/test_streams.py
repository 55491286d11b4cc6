"""What a command reads and writes: bytes that are no text, streams that are closed, full, or read no further."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys

import pytest

from paths import ROOT


def shell(line, data, *, environment=None):
    """Run a line of shell in which `assistant` is the command; the folder of the data is given."""
    command = shlex.join([sys.executable, "-m", "assistant", "--data-dir", str(data)])
    script = b"assistant() { " + command.encode() + b' "$@"; }; set -o pipefail; ' + line
    process = subprocess.run(
        ["bash", "-c", script], capture_output=True, cwd=ROOT, env=os.environ | (environment or {}), timeout=240,
        check=False,
    )  # fmt: skip
    assert b"Traceback" not in process.stderr, process.stderr
    assert b"Exception ignored" not in process.stderr, process.stderr
    return process


@pytest.mark.model
def test_an_argument_that_is_no_utf8_is_understood_all_the_same(data):
    process = shell(b"assistant ask $'set a timer for ten minutes \\xe9\\xff'", data)
    assert process.returncode in (0, 1)
    understood = json.loads(process.stdout.splitlines()[0])
    assert understood["text"] == "set a timer for ten minutes \ufffd\ufffd"


@pytest.mark.model
def test_whoever_reads_one_line_ends_it_in_silence(data):
    process = shell(b"assistant ask 'what time is it' | head -1", data)
    assert process.returncode == 0
    assert len(process.stdout.splitlines()) == 1
    assert process.stderr == b""


@pytest.mark.model
@pytest.mark.parametrize("closed", [b"<&-", b">&-", b"2>&-", b"<&- >&- 2>&-"])
def test_closed_streams_are_nothing_to_fail_of(data, closed):
    process = shell(b"assistant ask 'what time is it' " + closed, data)
    assert process.returncode == 0
    assert process.stderr == b""


@pytest.mark.model
def test_a_full_disk_under_the_results_is_one_line(data):
    process = shell(b"assistant ask 'what time is it' > /dev/full", data)
    assert process.returncode == 2
    assert process.stderr == b"assistant: the results cannot be written: No space left on device\n"


@pytest.mark.parametrize("closed", [b"<&-", b">&-", b"</dev/null", b">/dev/null"])
def test_without_a_terminal_the_ui_is_one_line(tmp_path, closed):
    process = shell(b"assistant " + closed, tmp_path)
    assert process.returncode == 2
    assert process.stderr.startswith(b"assistant: the UI needs a terminal")
    assert len(process.stderr.splitlines()) == 1


def test_an_encoding_that_lacks_a_letter_is_no_fault(tmp_path):
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "caf\u00e9 \u6771.yaml").write_text("")
    line = b"assistant --intents " + shlex.quote(str(tmp_path / "intents")).encode() + b" check"
    process = shell(line, tmp_path, environment={"PYTHONIOENCODING": "ascii"})
    assert b"caf\\xe9 \\u6771" in process.stdout or b"caf\\u00e9" in process.stdout


@pytest.mark.model
def test_ctrl_c_twice_ends_it_without_a_word(data):
    line = (
        b"set -m; assistant ask 'what time is it' & pid=$!; sleep 0.6; kill -INT -$pid; sleep 0.1;"
        b" kill -INT -$pid 2>/dev/null; wait $pid; exit $?"
    )
    process = shell(line, data)
    assert process.returncode in (0, 130)


def test_a_start_is_held_up_by_no_look_at_all_objects_for_garbage():
    """In a process of its own: how near the next look is depends on all that ran in this one before."""
    script = """
import gc, assistant.cli.main
from assistant.__main__ import run
kept, looks = [], gc.get_stats()[2]["collections"]
assistant.cli.main.main = lambda: kept.extend([] for _ in range(300_000))
run()
print(gc.get_stats()[2]["collections"] - looks)
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "0"


def test_an_interrupt_that_is_lost_in_a_callback_comes_again():
    script = """
import signal, sys, time, weakref, assistant.cli.main
from assistant.__main__ import run
class Thing: pass
def wait():
    thing = Thing()
    kept = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
    del thing
    time.sleep(20)
assistant.cli.main.main = wait
sys.exit(run())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_an_interrupt_that_a_library_made_an_error_of_its_own_from_is_one():
    script = """
import sys, assistant.cli.authoring
def broken_off(config, args):
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt as lost:
        raise ImportError("initialization failed") from lost
assistant.cli.authoring.check = broken_off
from assistant.cli.main import main
sys.exit(main(["check"]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
