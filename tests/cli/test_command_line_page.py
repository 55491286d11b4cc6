"""docs/command-line.md tells the commands, options, codes and lines that there are; its examples run."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import wave

import pytest

from assistant.cli import arguments
from assistant.cli.arguments import parser
from assistant.cli.main import main
from assistant.cli.output import ExitCode
from paths import RECORDINGS, ROOT

PAGE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")


def table(head):
    """Rows of the table with that head."""
    rows = PAGE.partition(f"{head}\n")[2].partition("\n\n")[0].splitlines()[1:]
    return [re.split(r"\s*\|\s*", row)[1:-1] for row in rows]


def commands():
    (action,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return action.choices


def test_the_commands_of_the_page_are_read_as_they_stand():
    names = set()
    for usage, _ in table("| command | what it does |"):
        for command in re.findall(r"`([^`]+)`", usage):
            words = command.removeprefix("assistant").replace("[NAME ...]", "base minilm").split()
            args = parser().parse_args(words)
            names.add(words[0] if words else "run")
            assert callable(args.command)
    assert names == commands().keys()


def test_each_option_is_of_the_commands_that_the_page_says():
    options = {
        name: {option for action in sub._actions for option in action.option_strings}
        for name, sub in commands().items()
    }
    for usage, owners, _ in table("| option | for | what it does |"):
        for option in re.findall(r"`(--[\w-]+)", usage):
            having = {name for name, accepted in options.items() if option in accepted}
            if owners == "every command":
                assert having == options.keys()
            elif owners:
                assert having == set(re.findall(r"`(\w+)`", owners)), option


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["chekc"], "unknown word 'chekc'; did you mean 'check'?"),
        (["index", "biuld"], "unknown word 'biuld'; did you mean 'build'?"),
        (["index", "xyz"], "unknown word 'xyz'; there are: build, status"),
        (["ask", "hi", "--strct"], "unrecognized arguments: --strct"),
        (["check", "--strct"], "unrecognized arguments: --strct; did you mean '--strict'?"),
        (["ask", "hi", "--dryrun"], "unrecognized arguments: --dryrun; did you mean '--dry-run'?"),
    ],
)
def test_a_misspelt_word_is_answered_with_the_nearest(arguments, line, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == ExitCode.FAULT
    assert capsys.readouterr().err.endswith(f"error: {line}\n")


@pytest.mark.parametrize("text", ["", "  "])
def test_no_sentence_is_bad_input(text, capsys):
    assert main(["ask", text]) == ExitCode.FAULT
    assert "ask: there is no sentence" in capsys.readouterr().err


def test_the_examples_of_each_help_are_commands_that_there_are(capsys):
    assert {*arguments.EXAMPLES} == {"", *commands()}
    for name, examples in arguments.EXAMPLES.items():
        for example in examples:
            words = shlex.split(f"{name} {re.split('[<>]', example)[0]}")
            assert callable(parser().parse_args(words).command), words
        with pytest.raises(SystemExit):
            main([*filter(None, [name]), "--help"])
        shown = capsys.readouterr().out
        assert all(f"  assistant {name} {example}".replace("  ", " ").strip() in shown for example in examples[-1:])


def test_shared_options_stand_before_or_after_the_name():
    before = parser().parse_args(["--data-dir", "there", "ask", "hi"])
    after = parser().parse_args(["ask", "hi", "--data-dir", "there"])
    assert before.data_dir == after.data_dir == "there"


def test_the_exit_codes_are_those_of_the_page():
    codes = {int(code) for code, _ in table("| code | meaning |")}
    assert codes == {*ExitCode, *(128 + number for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM))}


def test_a_folder_that_is_not_there_is_bad_input(capsys):
    assert main(["--intents", "nowhere", "check"]) == ExitCode.FAULT
    assert capsys.readouterr().err == "assistant: --intents: no such folder: nowhere\n"


def test_the_ui_needs_a_terminal(tmp_path):
    for words in ([], ["run"]):
        ended = run("--data-dir", tmp_path, *words)
        assert ended.returncode == ExitCode.FAULT
        assert "the UI needs a terminal" in ended.stderr


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "assistant", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False, stdin=subprocess.DEVNULL, **options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory, shipped_index):
    """A folder with what the examples need: the command by its name, a recording, and a recorder that has heard one."""
    folder = tmp_path_factory.mktemp("desk")
    tools = folder / "bin"
    tools.mkdir()
    shutil.copytree(shipped_index, folder / "data" / "index")
    spoken = RECORDINGS / "what-time-is-it.wav"
    shutil.copy(spoken, folder / "meeting.mp3")
    with wave.open(str(spoken)) as recording:
        (folder / "raw").write_bytes(recording.readframes(recording.getnframes()))
    program = f'#!/bin/sh\nexec {sys.executable} -m assistant --data-dir {folder}/data "$@"\n'
    for name, script in (("assistant", program), ("arecord", f"#!/bin/sh\nexec cat {folder}/raw\n")):
        (tools / name).write_text(script)
        (tools / name).chmod(0o755)
    return folder


def in_a_shell(line, desk):
    path = f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", line], cwd=desk, env=os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


EXAMPLES = re.findall(r"^    (?!#)(\S.*)$", PAGE.partition("## Examples")[2], re.MULTILINE)
WRITTEN = {
    "in Tokyo": r"It's .* in Tokyo",
    "printf": r"^For how long\?\nTimer set for 10 minutes",
    "unpack an archive": r"answer_match\tHow do I unpack an archive\?\t[01]\.?\d*",
    "how full is my disk": r"[01]\.?\d*\t\w+",
    "meeting.mp3": r"[Ww]hat time is it",
    "arecord": r"It's \d+:\d\d",
    "kitchen lights": r"^$",
    "doctor": r"^(\w[\w ]*: .* -> .*\n)*$",
}


@pytest.mark.model
@pytest.mark.skipif(not shutil.which("jq"), reason="the examples are piped through jq")
@pytest.mark.parametrize("line", EXAMPLES)
def test_the_examples_write_what_they_say(line, desk):
    (expected,) = [pattern for part, pattern in WRITTEN.items() if part in line]
    ended = in_a_shell(line, desk)
    assert re.search(expected, ended.stdout), ended.stderr


@pytest.mark.model
def test_the_line_of_the_page_is_what_ask_writes(desk):
    printed = json.loads(re.findall(r"```json\n(\{\"event\".*?)```", PAGE, re.DOTALL)[0])
    ended = in_a_shell(f"assistant ask --dry-run '{printed['text']}'", desk)
    line = json.loads(ended.stdout.splitlines()[0])
    assert line.keys() == printed.keys()
    for key in printed.keys() - {"t", "n_best", "confidence"}:
        assert line[key] == printed[key]
    assert line["n_best"][0].keys() == printed["n_best"][0].keys()
    assert line["n_best"][0]["id"] == printed["n_best"][0]["id"]


@pytest.mark.model
def test_the_next_ask_answers_what_the_last_one_asked(desk):
    shutil.copytree(desk / "data" / "index", desk / "continued" / "index")
    line = f"assistant --data-dir {desk}/continued ask --json"
    asked = in_a_shell(f"{line} 'set a timer' | jq -r '.text // empty' | tail -1", desk)
    assert "For how long?" in asked.stdout
    answered = in_a_shell(f"{line} --continue 'ten minutes'", desk)
    assert "Timer set for 10 minutes" in answered.stdout, answered.stderr
    over = in_a_shell(f"{line} --continue 'ten minutes'", desk)
    assert (over.returncode, "no question is open" in over.stderr) == (ExitCode.FAULT, True)


@pytest.mark.model
def test_ctrl_c_ends_with_130(desk):
    command = [sys.executable, "-m", "assistant", "--data-dir", str(desk / "data"), "listen", "-"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        # Interrupted inside a library's own Python, the interpreter ends by the signal itself: a shell's 130 too.
        assert process.wait(60) in (130, -signal.SIGINT)


def test_findings_have_the_fields_of_the_page(tmp_path):
    nobodys = os.environ | {"XDG_CONFIG_HOME": str(tmp_path / "config")}  # others may have left files in the shared one
    ended = run("--data-dir", tmp_path, "check", env=nobodys)
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.returncode == 0, ended.stdout
    assert lines
    assert [line for line in lines if line.keys() - {"cure"} != {"subject", "ok", "detail"}] == []
    broken = tmp_path / "intents"
    broken.mkdir()
    (broken / "a.yaml").write_text("intents:\n  A:\n    sentenses: [hi]\n")
    ended = run("--data-dir", tmp_path, "--intents", broken, "check", env=nobodys)
    assert ended.returncode == ExitCode.FAULT
    assert "did you mean 'sentences'" in ended.stderr or "unknown key" in ended.stderr
