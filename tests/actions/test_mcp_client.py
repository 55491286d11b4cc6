"""A command calls a tool of another program: a real child on stdio, and every way in which it goes wrong."""

from __future__ import annotations

import shlex
import sys
import threading

import psutil
import pytest

from assistant.actions.database import Database
from assistant.actions.run import Actions
from assistant.actions.timer_service import TimerService
from assistant.actions.works import works_here
from assistant.app import build
from assistant.authoring.intents import load_intents
from assistant.checks.files import check
from assistant.config import Config, McpConfig, PathsConfig, load_config
from assistant.errors import ActionError, ConfigError
from assistant.values import IntentMatch, McpAction
from paths import ROOT

SERVER = ROOT / "tests" / "fakes" / "mcp_server.py"
CONFIG = Config(mcp=McpConfig({"notes": shlex.join([sys.executable, str(SERVER)]), "gone": "no-such-program-here"}))
JOT = {"text": "{text}", "copies": "{count}"}


@pytest.fixture
def run(tmp_path):
    database = Database(tmp_path)
    actions = Actions(CONFIG, database, TimerService(database, lambda _: None), catalogue=tuple)

    def run(text, tool="add_note", server="notes", cancelled=None, timeout=60.0, **slots):
        action = McpAction(server, tool, JOT if "count" in slots else {"text": "{text}"}, timeout)
        match = IntentMatch("Jot", {"text": text, **slots}, 1.0, (), action)
        return actions.run(match, cancelled or threading.Event())

    return run


def test_a_tool_gets_its_arguments_and_its_words_and_fields_are_the_answer(run):
    outcome = run("buy milk", count=3)
    assert (outcome.text, outcome.ok) == ("noted 6 times", True)
    assert outcome.values["note.text"] == "buy milk"
    assert outcome.values["note.id"] == "7"
    assert not [child for child in psutil.Process().children() if str(SERVER) in child.cmdline()]


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"text": "nothing"}, "notes: an empty note is refused"),
        ({"text": "x", "tool": "add_notes"}, "notes: has no tool add_notes; did you mean 'add_note'?"),
        ({"text": "x", "server": "nots"}, "No MCP server is called nots; did you mean 'notes'?: set it under"),
        ({"text": "x", "server": "gone"}, "gone: it cannot be started: no such file or directory"),
        ({"text": "die"}, "notes: it ended: MemoryError: no room for notes"),
        ({"text": "sleep", "timeout": 8.0}, "notes: no answer within 8 seconds, so I don't know whether that worked"),
    ],
)
def test_a_fault_is_one_line(run, options, line):
    with pytest.raises(ActionError) as error:
        run(**options)
    assert str(error.value).startswith(line)
    assert "\n" not in str(error.value)


def test_a_call_ends_when_it_is_cancelled(run):
    cancelled = threading.Event()
    threading.Timer(3.0, cancelled.set).start()
    with pytest.raises(ActionError, match="notes: cancelled"):
        run("sleep", cancelled=cancelled)


def load(folder, text):
    (folder / "own.yaml").write_text(text)
    return load_intents([folder], ())


ACTION = "intents:\n  Jot:\n    data: [{sentences: [jot it]}]\n    action: {mcp: %s}\n"


def test_an_intent_file_names_server_tool_and_arguments(tmp_path):
    loaded = load(tmp_path, ACTION % "{server: notes, tool: add_note, arguments: {n: [1, two]}, timeout: 5}")
    assert loaded.problems == ()
    assert loaded.intents["Jot"].action == McpAction("notes", "add_note", {"n": [1, "two"]}, 5.0)


@pytest.mark.parametrize(
    ("mcp", "fault"),
    [
        ("{server: notes}", "'mcp' must hold 'server' and 'tool', both fixed text"),
        ("{server: notes, tool: '{tool}'}", "'mcp' must hold 'server' and 'tool', both fixed text"),
        ("{server: notes, tool: x, argument: {}}", "did you mean 'arguments'?"),
        ("{server: notes, tool: x, timeout: 0}", "'timeout' must be more than 0"),
    ],
)
def test_a_wrong_action_is_told_with_its_place(tmp_path, mcp, fault):
    problems = [str(problem) for problem in load(tmp_path, ACTION % mcp).problems]
    assert [fault in problem for problem in problems] == [True]


def test_a_server_that_is_not_set_up_is_told_by_check_and_does_not_work(tmp_path):
    (tmp_path / "own.yaml").write_text(ACTION % "{server: note, tool: add_note}")
    config = Config(mcp=CONFIG.mcp, paths=PathsConfig(intents=(str(tmp_path),), knowledge=(str(tmp_path),)))
    told = [finding.detail for finding in check(config, build.read_definitions(config)) if not finding.ok]
    assert any("No MCP server is called note; did you mean 'notes'?" in line for line in told)
    assert not works_here(McpAction("note", "x"), config)
    assert works_here(McpAction("notes", "x"), config)


def test_the_servers_stand_in_a_section_of_their_own(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[mcp.servers]\nnotes = "uvx notes"\n')
    assert load_config(file).mcp.servers == {"notes": "uvx notes"}
    file.write_text("\n[mcp.servers]\nnotes = 3\n")
    with pytest.raises(ConfigError, match=r"config.toml:2: \[mcp\] servers: must be a table of texts"):
        load_config(file)
