"""Lines on stdout, and the one line on stderr that tells what is being done."""

from __future__ import annotations

import io
import json

import pytest

from assistant.checks.finding import Finding
from assistant.cli.output import EventWriter, ExitCode, report
from assistant.events import Failed, Noticed, Progress, Ready, Reloaded, ReplyEnded, Understood
from assistant.values import OutOfScope, Utterance


class Terminal(io.StringIO):
    """A stream that says it is a terminal; `line` is what stands on its last line."""

    def isatty(self):
        return True

    @property
    def line(self):
        return self.getvalue().rpartition("\n")[2].rpartition("\r\033[K")[2]


@pytest.fixture
def terminal():
    return Terminal()


def test_a_phase_stands_until_the_first_result_and_comes_back_after_each_bar(terminal, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr", terminal)
    writer = EventWriter("reading your files")
    assert terminal.line == "reading your files …"
    writer.write(Reloaded(1, 1))
    assert terminal.line == "opening the index …"
    writer.write(Progress("index", 3, 4, "phrases"))
    assert terminal.line.startswith("index ")
    assert terminal.line.endswith("██████████████████░░░░░░  75%")
    writer.write(Progress("index", 4, 4, "phrases"))
    assert terminal.line == "opening the index …"
    writer.write(Ready("text"))
    writer.write(ReplyEnded("Done."))
    assert terminal.line == ""
    assert json.loads(capsys.readouterr().out)["text"] == "Done."


def test_a_warning_has_a_line_of_its_own(terminal, monkeypatch):
    monkeypatch.setattr("sys.stderr", terminal)
    writer = EventWriter("reading your files")
    writer.write(Noticed("The index was repaired."))
    assert terminal.getvalue().endswith("\r\033[Kassistant: The index was repaired.\n")


def test_work_of_unknown_length_is_named(terminal, monkeypatch):
    monkeypatch.setattr("sys.stderr", terminal)
    writer = EventWriter()
    writer.write(Progress("another process is making minilm", 0, 0))
    assert terminal.line == "another process is making minilm …"


def test_a_file_gets_no_progress(capsys):
    writer = EventWriter("reading your files")
    writer.write(Progress("index", 1, 2))
    writer.progress.clear()
    assert capsys.readouterr().err == ""


def test_the_exit_code_is_that_of_the_worst():
    writer = EventWriter()
    assert writer.exit_code == ExitCode.NOT_UNDERSTOOD
    writer.write(Understood(Utterance("a"), OutOfScope(0.1, ())))
    assert writer.exit_code == ExitCode.NOT_UNDERSTOOD
    writer.write(Failed("no", "turn"))
    assert writer.exit_code == ExitCode.FAULT


def test_findings_are_a_list_for_a_person_and_lines_for_a_script(monkeypatch, capsys):
    findings = [Finding("disk", True, "9 GB free"), Finding("index", False, "not built", "assistant index build")]
    assert report(findings, EventWriter().progress) == ExitCode.FAULT
    written = capsys.readouterr()
    assert json.loads(written.out.splitlines()[0]) == {"subject": "disk", "ok": True, "detail": "9 GB free"}
    assert written.err == "assistant: not built\n"
    stream = Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    assert report(findings, EventWriter().progress) == ExitCode.FAULT
    assert "✗\033[0m index: not built\n    → assistant index build\n" in stream.getvalue()
