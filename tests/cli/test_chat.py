"""The conversation in plain lines: of a pipe, and on a terminal that is nothing but lines."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time

import pytest

from assistant.cli.conversation import ChatWriter
from assistant.cli.output import ExitCode
from assistant.events import Announced, Failed, Noticed, Quit, ReplyEnded, TurnEnded, Understood
from assistant.values import FinalTranscript, OutOfScope, Utterance
from paths import ROOT

NASTY = "a\x1b[2Jb\u202ec"


def test_what_is_heard_replied_and_announced_is_plain_lines(capsys):
    writer = ChatWriter()
    writer.write(FinalTranscript(Utterance("what time is it", "spoken"), 1.0, 0.2))
    writer.write(ReplyEnded("Ten\x1b[2J.", source=NASTY))
    writer.write(Announced("Your timer is done."))
    writer.write(Noticed(NASTY))
    written = capsys.readouterr()
    assert written.out == "you: what time is it\nTen.\n↳ abc\nYour timer is done.\n"
    assert written.err == "assistant: abc\n"


@pytest.mark.parametrize(("last", "is_over"), [(TurnEnded({}), False), (Failed("no", "turn"), False), (Quit(), True)])
def test_a_turn_ends_with_its_last_event(last, is_over):
    writer = ChatWriter()
    writer.begin_turn()
    writer.write(ReplyEnded("Yes."))
    assert not writer.has_ended
    writer.write(last)
    writer.await_turn()
    assert writer.is_over == is_over


def test_a_start_that_fails_ends_every_turn():
    writer = ChatWriter()
    writer.write(Failed("the index cannot be read", "start"))
    writer.begin_turn()
    writer.await_turn()
    assert (writer.exit_code, writer.is_over) == (ExitCode.FAULT, True)


def test_a_sentence_that_is_not_understood_is_no_success():
    writer = ChatWriter()
    writer.write(Understood(Utterance("blub"), OutOfScope(0.1, ())))
    assert writer.exit_code == ExitCode.NOT_UNDERSTOOD


@pytest.mark.model
def test_a_pipe_is_a_conversation_in_which_timers_ring(data):
    command = [sys.executable, "-m", "assistant", "--data-dir", str(data), "chat"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write("set a timer\none second\n")
        process.stdin.flush()
        lines = [process.stdout.readline().strip() for _ in range(3)]
        assert lines[0].endswith("?")
        assert lines[1:] == ["Timer set for 1 second.", "Your 1 second timer is done."]
        process.stdin.close()
        assert process.wait(60) == 0
        assert "\x1b" not in process.stderr.read()


@pytest.mark.model
def test_a_dumb_terminal_has_a_prompt_and_quit_closes_it(data):
    own, child = pty.openpty()
    command = [sys.executable, "-m", "assistant", "--data-dir", str(data), "chat"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=child, stdout=child, stderr=subprocess.DEVNULL, env=os.environ | {"TERM": "dumb"}
    )
    os.close(child)
    os.write(own, b"what time is it in tokyo\nquit\n")
    end, written = time.monotonic() + 120, b""
    while process.poll() is None and time.monotonic() < end:
        try:
            written += os.read(own, 4096)
        except OSError:  # the other side is closed
            break
    os.close(own)
    assert process.wait(60) == 0
    assert b"> " in written
    assert b"in Tokyo" in written
    assert b"\x1b" not in written
