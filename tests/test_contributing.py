"""Each smallest diff of the contributor's guide applies to the program, passes the linters, and does what it is for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib

import pytest

from fakes.patches import apply, copy_of_the_program, diff_of
from paths import ROOT, TESTS

PAGE = ROOT / "docs" / "contributing.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_gates_run_what_the_guide_says():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipes = dict(re.findall(r"^(\w+):.*##.*\n((?:\t.*\n)+)", makefile, re.MULTILINE))
    for command in ("ruff format --check", "ruff check", "mypy"):
        assert f"`{command}`" in TEXT
        assert f"/{command}" in recipes["check"]
    assert '-m "not model and not audio"' in recipes["unit"]
    assert " check\n" in recipes["test"]
    assert "pytest" in recipes["test"]
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert tools["mypy"]["strict"]
    strict, *foreign = tools["pytest"]["ini_options"]["filterwarnings"]
    assert strict == "error"
    assert [line for line in foreign if line.rpartition(":")[2] != "wyoming"] == []


@pytest.fixture
def patched(tmp_path):
    """Apply the diff of a section to a copy, and run code or a module there."""
    tree = copy_of_the_program(tmp_path / "copy")

    def with_diff(heading: str):
        changed = [file for file in apply(diff_of(PAGE, heading), tree) if file.suffix == ".py"]
        for gate in (["format", "--check"], ["check"]):
            ruff = [sys.executable, "-m", "ruff", *gate, "--no-cache", *map(str, changed)]
            ended = subprocess.run(ruff, cwd=tree, capture_output=True, text=True, timeout=60)
            assert ended.returncode == 0, ended.stdout

        def run(*arguments: str) -> str:
            env = os.environ | {"PYTHONPATH": f"{tree}{os.pathsep}{TESTS}"}
            ended = subprocess.run(
                [sys.executable, *arguments], cwd=tree, env=env, capture_output=True, text=True, timeout=240
            )
            assert ended.returncode == 0, ended.stderr
            return ended.stdout

        return run

    return with_diff


ACTION = """
import threading
from assistant.actions.run import Actions
from assistant.config import Config
from assistant.values import BuiltInAction, IntentMatch
assert "chance.card" in Actions.names()
match = IntentMatch("Draw", {}, 1.0, (), BuiltInAction("chance.card"))
print(Actions(Config(), None, None, tuple).run(match, threading.Event()).text)
"""


def test_a_new_action_is_carried_out(patched):
    assert re.fullmatch(r"The (ace|king|queen|jack)\.\n", patched("An action")("-c", ACTION))


SLOT_TYPE = """
import pathlib, tempfile
from fakes.matcher import made
INTENTS = '''
intents:
  OpenTab:
    data: [{sentences: ["(open|show) [the] {tab} tab"]}]
    examples: ["please bring the tab number {tab} to the front"]
    slots: {tab: {type: ordinal, required: true, ask: "Which?"}}
    response: "{tab}"
'''
matcher = made(pathlib.Path(tempfile.mkdtemp()), INTENTS)
for sentence in ("show the third tab", "bring my 21st tab to the front"):
    print(dict(matcher.match(sentence).slots))
"""


def test_a_new_slot_type_is_read_in_templates_and_beside_them(patched):
    assert patched("A slot type")("-c", SLOT_TYPE) == "{'tab': 3}\n{'tab': 21}\n"


TRANSCRIBER = """
import pathlib, sys
from assistant.app import build
from assistant.config import Config, SttConfig
from assistant.values import FinalTranscript
config = Config(stt=SttConfig(model="loudness"))
transcriber = build.open_transcriber(config, lambda event: None)
for event in build.hear(build.recorded(sys.argv[1]), transcriber, lambda: None, config):
    if isinstance(event, FinalTranscript):
        print(event.utterance.text)
"""


def test_a_new_transcriber_hears_a_recording(patched):
    run = patched("A back-end")
    assert run("-c", TRANSCRIBER, str(TESTS / "recordings" / "what-time-is-it.wav")).startswith("that was ")


LANGUAGE = """
from assistant.nlu.sets.clauses import Clauses
print(list(Clauses("släck lampan och sätt en timer", "sv")))
"""


def test_a_new_language_joins_commands(patched):
    assert patched("A language")("-c", LANGUAGE) == "['släck lampan', 'sätt en timer']\n"


def test_a_new_benchmark_is_listed_and_writes_its_table(patched, tmp_path):
    run = patched("A benchmark")
    assert "counting         Counting: " in run("-m", "benchmarks")
    assert "| a sum |" in run("-m", "benchmarks", "counting", "--limit", "10", "--write")
    written = (tmp_path / "copy" / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert "<!-- counting -->\nMeasured " in written


def test_each_seam_is_opened_where_the_guide_says():
    rows = re.findall(r"^\| `(\w+)` \| `(\S+/)` \| `(\w+)` in `(\S+)` \|$", TEXT, re.MULTILINE)
    assert len(rows) == 4
    for seam, folder, opener, file in rows:
        assert any(re.search(rf"class \w*{seam}\b", path.read_text()) for path in (ROOT / folder).rglob("*.py")), seam
        assert f"def {opener}(" in (ROOT / file).read_text(), opener
