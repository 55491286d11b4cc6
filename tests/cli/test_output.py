"""Lines on stdout, and the one line on stderr that tells what is being done."""

from __future__ import annotations

import ast
import io
import json

import pytest

from assistant.checks.finding import Finding
from assistant.cli.conversation import EventWriter
from assistant.cli.main import main
from assistant.cli.output import ExitCode, report
from assistant.events import Failed, Noticed, Progress, Ready, Reloaded, ReplyEnded, Understood
from assistant.values import OutOfScope, Utterance
from paths import ROOT


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


# -- what a terminal would obey ---------------------------------------------------------------

NASTY = "on\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\nassistant: all is well"


def is_harmless(written, lines):
    written = written.replace("\r\033[K", "").replace("\033[32m✓\033[0m", "").replace("\033[31m✗\033[0m", "")
    return not set(written) & set("\x1b\x07\x9b\u202e") and "owned" not in written and written.count("\n") == lines


def test_a_line_of_json_is_exact_and_obeyed_by_no_terminal(capsys):
    EventWriter().write(ReplyEnded(NASTY, source=NASTY))
    written = capsys.readouterr().out
    assert json.loads(written)["text"] == NASTY
    assert not set(written) & set("\x1b\x07\x9b\u202e")
    assert written.count("\n") == 1


@pytest.mark.parametrize(
    "event",
    [Noticed(NASTY), Failed(NASTY, "turn"), Reloaded(1, 1, (NASTY,)), Progress(NASTY, 1, 2), Progress(NASTY, 0, 0)],
)
def test_what_stands_on_stderr_is_one_harmless_line(terminal, monkeypatch, event):
    monkeypatch.setattr("sys.stderr", terminal)
    EventWriter(NASTY).write(event)
    assert is_harmless(terminal.getvalue(), lines=isinstance(event, Noticed | Failed | Reloaded))


def test_findings_on_a_terminal_are_harmless_and_for_a_script_exact(terminal, monkeypatch, capsys):
    findings = [Finding("test", False, NASTY, NASTY)]
    report(findings, EventWriter().progress)
    assert json.loads(capsys.readouterr().out)["detail"] == NASTY
    monkeypatch.setattr("sys.stdout", terminal)
    report(findings, EventWriter().progress)
    assert is_harmless(terminal.getvalue(), lines=2)


@pytest.mark.parametrize(
    "arguments", [[NASTY], ["ask", "x", f"--{NASTY.replace(' ', '')}"], ["check", "--intents", NASTY]]
)
def test_a_wrong_argument_is_repeated_as_plain_text(arguments, capsys):
    try:
        code = main(arguments)
    except SystemExit as end:
        code = end.code
    written = capsys.readouterr().err
    assert code == 2
    assert not set(written) & set("\x1b\x07\x9b\u202e")
    assert "\nassistant: all" not in written


def test_a_fault_of_the_program_is_one_line_a_log_and_exit_code_2(tmp_path, monkeypatch, capsys):
    class PanicError(BaseException):
        """A panic of a library in Rust."""

    def broken(*_):
        raise PanicError("\x1b]0;owned\x07http://me:hunter2@host/\nassistant: all is well")

    monkeypatch.setattr("assistant.cli.authoring.check", broken)
    assert main(["--data-dir", str(tmp_path), "check"]) == 2
    told, log = capsys.readouterr().err, (tmp_path / "faults.log").read_text()
    assert told.startswith("assistant: a fault in the assistant itself (PanicError(")
    assert len(told.splitlines()) == 1
    assert str(tmp_path / "faults.log") in told
    assert "in broken" in log
    assert all(text not in told + log for text in ("hunter2", "\x1b"))


def test_only_this_module_prints():
    for path in (ROOT / "assistant").rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        prints = any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls)
        assert not prints or path.name == "output.py", path
