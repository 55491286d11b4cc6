"""Programs: ended with all that they started, and nothing of them is left in this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from assistant.actions import program
from assistant.errors import ActionError


def is_running(number):
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def ended(number, seconds=5.0):
    """Wait for the end of a process."""
    end = time.monotonic() + seconds
    while is_running(number) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_running(number)


def numbers(folder, count):
    """Numbers of the processes that a script has written there, once all are."""
    end = time.monotonic() + 10
    while len(files := list(folder.glob("*.pid"))) < count or not all(file.read_text() for file in files):
        assert time.monotonic() < end
        time.sleep(0.02)
    return [int(file.read_text()) for file in files]


FAMILY = """
    echo $$ > {0}/self.pid
    sleep 60 & echo $! > {0}/child.pid
    setsid sh -c 'echo $$ > {0}/session.pid; trap "" TERM HUP; sleep 60' &
    sh -c 'trap "" TERM; echo $$ > {0}/stubborn.pid; while :; do sleep 1; done'
"""


def test_all_that_a_program_started_ends_with_it(tmp_path):
    """In its own group, in a session of its own, and deaf to a polite request."""
    cancelled, family = threading.Event(), []

    def cancel():
        family.extend(numbers(tmp_path, 4))
        cancelled.set()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(ActionError, match="cancelled"):
        program.run(["sh", "-c", FAMILY.format(tmp_path)], 60, cancelled)
    thread.join()
    assert all(ended(number) for number in family)


def test_what_a_program_leaves_running_is_hung_up_on_unless_it_asked_not_to_be(tmp_path):
    script = "sleep 60 & echo $! > {0}/a.pid; nohup sleep 60 >/dev/null 2>&1 & echo $! > {0}/b.pid; sleep 0.3; echo hi"
    began = time.monotonic()
    assert program.run(["sh", "-c", script.format(tmp_path)], 30) == "hi\n"
    assert time.monotonic() - began < 20
    first, second = (int((tmp_path / name).read_text()) for name in ("a.pid", "b.pid"))
    assert ended(first)
    assert is_running(second)
    os.kill(second, signal.SIGKILL)


def test_a_child_that_writes_for_ever_is_not_listened_to():
    script = "(trap '' HUP; while :; do echo y; done) & sleep 0.1"
    assert set(program.run(["sh", "-c", script], 30)) == {"y", "\n"}


def test_a_program_that_closes_its_streams_is_waited_for():
    began = time.monotonic()
    assert program.run(["sh", "-c", "exec >&- 2>&-; sleep 0.5"]) == ""
    assert time.monotonic() - began >= 0.5


def test_a_program_reads_nothing():
    assert program.run(["cat"]) == ""


def test_the_end_of_a_long_output_is_kept():
    output = program.run(["seq", "1", "100000"], 30)
    assert output.endswith("99999\n100000\n")
    assert len(output) == 65_536


def test_what_is_no_utf_8_is_shown_as_such():
    assert program.run(["printf", r"caf\351"]) == "caf\ufffd"


LEFT = """
import threading
from pathlib import Path
import psutil
from assistant.actions import program
from assistant.errors import ActionError

def count():
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), len(psutil.Process().children(True))

program.run(["true"])
before = count()
for number in range(200):
    try:
        match number % 5:
            case 0: program.run(["false"])
            case 1: program.run(["sh", "-c", "sleep 60 & echo started"])
            case 2: program.run(["nonesuch"])
            case 3: program.launch(["true"], grace=5)
            case 4: program.run(["sleep", "60"], 0.01)
    except ActionError:
        pass
print(before, count())
"""


def test_no_descriptor_no_thread_and_no_zombie_is_left_behind():
    out = subprocess.run([sys.executable, "-c", LEFT], capture_output=True, text=True, check=True).stdout
    before, after = out.strip().split(") (")
    assert before.strip("()") == after.strip("()")


INTERRUPTED = """
import signal
from assistant.actions import program
signal.signal(signal.SIGINT, signal.default_int_handler)
program.run(["sh", "-c", "echo $$ > {}/a.pid; sleep 60"], 60)
"""


def test_an_interrupt_stops_the_program_too(tmp_path):
    with subprocess.Popen([sys.executable, "-c", INTERRUPTED.format(tmp_path)], stderr=subprocess.DEVNULL) as child:
        (number,) = numbers(tmp_path, 1)
        time.sleep(1)  # it is being watched by now
        child.send_signal(signal.SIGINT)
        child.wait(60)
    assert ended(number)


def test_the_manual_names_the_limits():
    from paths import ROOT

    page = (ROOT / "docs" / "actions.md").read_text(encoding="utf-8")
    assert f"after {program._MOST_OUTPUT // 1_000_000} MB of output" in page
