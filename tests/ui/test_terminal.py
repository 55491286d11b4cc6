"""The terminal as a real one: bytes, signals, suspending, a terminal that is gone, tiny or dumb."""

from __future__ import annotations

import fcntl
import os
import pty
import random
import select
import signal
import struct
import sys
import termios
import textwrap
import time

import pytest

from paths import ROOT

CHILD = """
    import os, sys, dataclasses
    from assistant.config import Config, PathsConfig
    from assistant.events import MicrophoneClosed, MicrophoneOpened
    from assistant.ui.app import AssistantApp

    class Noting:
        def __init__(self, emit): self.emit = emit
        def note(self, word):
            with open(os.path.join(sys.argv[1], "calls"), "a", encoding="utf-8") as file:
                print(word, file=file)
        def start(self): self.emit(MicrophoneOpened("microphone", 16000)); self.note("start")
        def close(self): self.note("close")
        def submit(self, text): self.note(ascii(text))
        def interrupt(self): pass
        def consider(self, text): pass
        def talk(self): self.note("talk")
        def devices(self): return ()
        def find_turns(self, words): return ()
        def choose(self, *device): self.note("choose")
        def start_by(self, way): self.note("start by")
        def listen(self, on):
            self.note(f"listen {on}")
            self.emit(MicrophoneOpened("microphone", 16000) if on else MicrophoneClosed())

    app = AssistantApp(Noting, dataclasses.replace(Config(), paths=PathsConfig(data=sys.argv[1])))
    app.run()
    os._exit(app.return_code or 0)
"""
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l")
"""Alternate screen off, cursor on, mouse off, pastes as they come."""


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, command, rows=24, columns=80, **environment):
        self.screen = b""
        self.pid, self.ours = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.environ.update({"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment})
            os.execvp(command[0], command)
        self.resize(rows, columns)

    def resize(self, rows, columns):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, data):
        os.write(self.ours, data)

    def read(self, seconds=0.1):
        """Read what is there; False where the program has let go of the terminal."""
        while select.select([self.ours], [], [], seconds)[0]:
            try:
                data = os.read(self.ours, 65536)
            except OSError:
                return False
            if not data:
                return False
            self.screen += data
        return True

    def until(self, done, seconds=60):
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, self.screen[-3000:]
            self.read()

    def ended(self, seconds=30):
        """Return the exit code; that of a signal is negative."""
        deadline = time.monotonic() + seconds
        while (result := os.waitpid(self.pid, os.WNOHANG)) == (0, 0):
            assert time.monotonic() < deadline, self.screen[-3000:]
            self.read()
        self.read()
        self.pid = 0
        return os.waitstatus_to_exitcode(result[1])

    @property
    def is_cooked(self):
        return bool(termios.tcgetattr(self.ours)[3] & termios.ICANON)

    def close(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.ours)


@pytest.fixture
def terminal():
    opened = []

    def start(*command, **options):
        opened.append(Terminal(command, **options))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.fixture
def running(terminal, tmp_path):
    """The UI on a terminal, and the calls that the assistant under it has had."""

    def start(**options):
        screen = terminal(sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path), **options)
        screen.until(lambda: "start" in calls())
        return screen

    def calls():
        file = tmp_path / "calls"
        return file.read_text(encoding="utf-8").split("\n") if file.exists() else []

    return start, calls


def test_a_text_that_comes_as_keys_is_cut_and_the_next_key_is_served(running):
    start, calls = running
    screen = start()
    for part in range(30):
        screen.type(b"spam \x1b[lorem " * 128 if part % 2 else b"word " * 400)
        screen.read(0)
    screen.until(lambda: b"too much at once" in screen.screen)
    screen.read(0.5)
    screen.type(b"\x15")
    screen.type(b"after it\r")
    screen.until(lambda: "'after it'" in calls())
    screen.type(b"\x11")
    assert screen.ended() == 0


def test_bytes_that_are_no_text_are_shown_as_such_and_end_nothing(running):
    start, calls = running
    screen = start()
    screen.type(b"caf\xe9 \xff\xfe ok\r")
    screen.until(lambda: ascii("caf\ufffd \ufffd\ufffd ok") in calls())
    screen.type(b"\x11")
    assert screen.ended() == 0
    assert b"Traceback" not in screen.screen


def test_no_bytes_end_the_screen(running):
    start, calls = running
    screen, draw = start(), random.Random(5)
    quitting = (b"\x11", b"\x1a")  # ctrl+q, ctrl+z
    for _ in range(60):
        data = draw.randbytes(draw.randrange(1, 200))
        data += draw.choice([b"\x1b[<", b"\x1b[M", b"\x1b[200~", b"\x1b[201~", b"\x1b[?", b"\x1b[9999999999u", b""])
        for key in quitting:
            data = data.replace(key, b"")
        screen.type(data)
        screen.read(0.01)
    screen.type(b"\x1b[201~\x1b\x1b")
    screen.read(0.5)
    os.kill(screen.pid, signal.SIGTERM)
    assert screen.ended() == 143, screen.screen[-2000:]
    assert b"Traceback" not in screen.screen


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_that_ends_it_gives_the_terminal_back(running, number, code):
    start, calls = running
    screen = start()
    assert not screen.is_cooked
    os.kill(screen.pid, number)
    assert screen.ended() == code
    for sequence in RESTORED:
        assert screen.screen.rindex(sequence) > screen.screen.rindex(b"\x1b[?1049h")
    assert screen.is_cooked
    assert "close" in calls()


def test_a_terminal_that_is_gone_ends_it(running):
    start, calls = running
    screen = start()
    os.close(screen.ours)
    screen.ours = os.open(os.devnull, os.O_RDWR)
    deadline = time.monotonic() + 30
    while (result := os.waitpid(screen.pid, os.WNOHANG)) == (0, 0):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    screen.pid = 0
    assert os.waitstatus_to_exitcode(result[1]) == 129
    assert "close" in calls()


def test_ctrl_z_suspends_with_the_microphone_closed_and_fg_brings_it_back(terminal, tmp_path):
    code = tmp_path / "child.py"
    code.write_text(textwrap.dedent(CHILD))
    screen = terminal("bash", "--norc", "--noprofile", "-i", PS1="shell$ ", HISTFILE="/dev/null")

    def calls():
        file = tmp_path / "calls"
        return file.read_text().split("\n") if file.exists() else []

    screen.type(f"{sys.executable} {code} {tmp_path}\n".encode())
    screen.until(lambda: "start" in calls())
    screen.type(b"\x1a")
    screen.until(lambda: b"Stopped" in screen.screen)
    assert calls()[1] == "listen False"
    assert screen.screen.rindex(b"\x1b[?1049l") > screen.screen.rindex(b"\x1b[?1049h")
    screen.screen = b""
    screen.type(b"echo 6 times 7 is $((6*7))\n")
    screen.until(lambda: b"7 is 42" in screen.screen)
    screen.type(b"fg\n")
    screen.until(lambda: "listen True" in calls() and b"\x1b[?1049h" in screen.screen)
    screen.type(b"hello\r")
    screen.until(lambda: "'hello'" in calls())
    screen.type(b"\x11")
    screen.until(lambda: "close" in calls())
    screen.type(b"exit\n")
    assert screen.ended() == 0


def test_ctrl_z_without_a_shell_to_come_back_from_does_nothing(running):
    start, calls = running
    screen = start()
    screen.type(b"\x1a")
    screen.until(lambda: b"no shell" in screen.screen)
    screen.type(b"here\r")
    screen.until(lambda: "'here'" in calls())


def test_it_starts_on_one_cell_and_follows_each_size(running):
    start, calls = running
    screen = start(rows=1, columns=1)
    for rows, columns in ((1, 1), (2, 300), (24, 80), (1, 3), (200, 2), (30, 100)):
        screen.resize(rows, columns)
        os.kill(screen.pid, signal.SIGWINCH)
        screen.type(b"x")
        screen.read(0.2)
    screen.type(b"\r")
    screen.until(lambda: "'xxxxxx'" in calls())
    screen.type(b"\x11")
    assert screen.ended() == 0
    assert b"Traceback" not in screen.screen


def test_a_dumb_terminal_gets_one_line(terminal, tmp_path):
    screen = terminal(sys.executable, "-m", "assistant", "--data-dir", str(tmp_path), TERM="dumb")
    assert screen.ended() == 2
    assert (
        screen.screen == b"assistant: the UI cannot draw on a terminal with TERM=dumb; there, use `assistant chat`\r\n"
    )


@pytest.mark.parametrize(
    ("environment", "escapes"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_findings_are_coloured_only_where_colour_is_wanted(terminal, tmp_path, environment, escapes):
    screen = terminal(sys.executable, "-m", "assistant", "--data-dir", str(tmp_path), "check", **environment)
    assert screen.ended() == 0
    assert (b"\x1b[32m" in screen.screen) is escapes
    assert (b"\x1b" in screen.screen) is ("TERM" not in environment)
