"""What the README shows and promises is done as it stands there, on the shipped files and the real models."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import threading
import tomllib

import pytest
import yaml
from textual.app import App

from assistant import weights
from assistant.app import build
from assistant.app.runtime import Runtime
from assistant.authoring.intents import load_intents
from assistant.cli.arguments import parser
from assistant.config import Config, HomeAssistantConfig, PathsConfig, UiConfig, VoiceConfig, user_config_folder
from assistant.events import Ready, Reloaded, ReplyEnded
from assistant.values import Utterance
from fakes import apart
from paths import RECORDINGS, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
(INTENT_FILE,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def paragraph(title: str) -> str:
    """Return the paragraph that begins with a bold title."""
    return README.partition(f"**{title}**")[2].partition("\n\n")[0]


def section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


# -- install ----------------------------------------------------------------------------------


def test_the_two_commands_are_targets_and_light_is_known():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in re.findall(r"^    make (\w+)", section("Two commands"), re.MULTILINE):
        assert re.search(rf"^{command}:", makefile, re.MULTILINE), command
    (sizes,) = re.findall(r"`make run LIGHT=1`.+?([\d.]+ GB in\splace\sof\s[\d.]*\d)", README, re.DOTALL)
    assert re.search(rf"^# +LIGHT=1 .+{re.escape(' '.join(sizes.split()))}", makefile, re.MULTILINE)


def test_the_oldest_python_is_the_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')} or newer" in README


def test_it_is_installed_completed_erased_and_removed_as_the_readme_says(monkeypatch):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [line.partition("  #")[0].strip() for line in section("Two commands").splitlines() if line[:4] == "    "]
    own = [shlex.split(line.partition(">")[0])[1:] for line in lines if line.startswith("assistant ")]
    assert [words[:2] for words in own] == [["completion", "bash"], ["privacy", "erase"]]
    assert all(parser().parse_args(words).command for words in own)
    assert f"pipx uninstall {project['name']}" in lines
    assert project["scripts"].keys() == {"assistant"}
    for extras in re.findall(r"'\.\[([\w,]+)\]'", section("Two commands")):
        assert {*extras.split(",")} <= project["optional-dependencies"].keys()
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/somewhere")
    kept = {str(user_config_folder()), str(Config().models_folder().parent)}
    stated = re.findall(r"`(~/[^`]+)`", section("Two commands"))
    assert {path.replace("~", "/somewhere") for path in stated} == kept


def test_the_size_of_the_first_download_is_that_of_the_default_weights():
    config = Config()
    names = (config.stt.model, config.match.embedder)
    megabytes = sum(file.bytes for name in names for file in weights.KNOWN[name].files) / 1e6
    (stated,) = re.findall(r"fetches about (\d+) MB", README)
    assert abs(int(stated) - megabytes) < 10


# -- one minute each --------------------------------------------------------------------------


def test_the_keys_are_bound():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "assistant" / "ui").rglob("*.py"))
    keys = set(",".join(re.findall(r"\bBinding\(\"([^\"]+)\"", source)).split(",")) | {App.COMMAND_PALETTE_BINDING}
    named = re.findall(r"\b(Escape|Ctrl\+\w|F\d+)\b", section("One minute each"))
    assert {key.lower() for key in named} <= keys
    assert all(f'"{word}"' in source for word in re.findall(r"wait for \*(\w+)\*", README))


def test_the_wake_word_is_the_default():
    assert f'wake word "{Config().listen.wake_word}"' in " ".join(README.split())


EXAMPLES = {
    "set a timer for ten minutes": ["StartTimer"],
    "how many cups are in a litre": ["ConvertUnits"],
    "add milk and eggs to my shopping list": ["AddToList"],
    "undo": ["Undo"],
    "how do I unpack an archive": ["How do I unpack an archive?"],
    "turn off the bedroom lights and set a timer for ten minutes": ["LightsOff", "StartTimer"],
    "turn off the fan in ten minutes": ["DeviceOff"],
    "what is scheduled": ["ListScheduled"],
    "any ideas": ["Suggest"],
    "quit": ["Goodbye"],
}
"""What each sentence of the README means: intents, or the question that is answered."""

ELSEWHERE = {
    "turn off the kitchen lights": ["LightsOff"],
    "turn on the lamp and the fan": ["LightsOn", "DeviceOn"],
}
"""The same for the sentences of docs/architecture.md."""


def test_every_example_sentence_is_tested():
    quoted = re.findall(r'Say "([^"]+)"', paragraph("Speak.")) + re.findall(r"`([^`]+)`", paragraph("Chat."))
    assert {" ".join(sentence.split()) for sentence in quoted} == EXAMPLES.keys()
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert set(re.findall(r'"(turn [^"]+)"', architecture)) == ELSEWHERE.keys()


@pytest.fixture(scope="module")
def session(data):
    """A conversation over the shipped files."""
    home = HomeAssistantConfig(url="http://homeassistant.local:8123")
    return build.one_shot(Config(paths=PathsConfig(data=str(data)), home_assistant=home), lambda event: None)


@pytest.mark.model
@pytest.mark.parametrize(("sentence", "meanings"), (EXAMPLES | ELSEWHERE).items())
def test_an_example_sentence_means_what_the_manual_says(session, sentence, meanings):
    understood = [event.understanding for event in session.preview(Utterance(sentence))]
    assert [getattr(part, "intent", None) or part.question for part in understood] == meanings


def test_the_intent_file_has_no_problem(tmp_path):
    assert yaml.safe_load(INTENT_FILE)["intents"]
    (tmp_path / "work.yaml").write_text(INTENT_FILE, encoding="utf-8")
    loaded = load_intents([tmp_path], frozenset())
    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.intents["StartWork"].tests


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """The config folder of somebody who has never started the assistant."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "assistant"


@pytest.mark.model
def test_an_intent_saved_while_it_runs_is_used(own_folder, data, session, tmp_path, monkeypatch):
    """The whole of "Write an intent", with a `logger` that writes into a file."""
    logger = tmp_path / "bin" / "logger"
    logger.parent.mkdir()
    logger.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/log\n')
    logger.chmod(0o755)
    monkeypatch.setenv("PATH", str(logger.parent), prepend=os.pathsep)
    events, news = [], threading.Condition()

    def emit(event):
        with news:
            events.append(event)
            news.notify_all()

    def until(kind, count):
        with news:
            assert news.wait_for(lambda: sum(isinstance(event, kind) for event in events) >= count, 120), events
        return [event for event in events if isinstance(event, kind)][count - 1]

    runtime = Runtime(
        Config(paths=PathsConfig(data=str(data)), ui=UiConfig(listen=False), voice=VoiceConfig("never")),
        emit,
    )
    runtime.start()
    try:
        until(Ready, 1)
        folder = own_folder / "intents"
        assert folder.is_dir()
        assert any(str(folder) in getattr(event, "message", "") for event in events)
        (folder / "work.yaml").write_text(INTENT_FILE, encoding="utf-8")
        until(Reloaded, 2)
        elsewhere, unfinished, answer = re.findall(r'"([^"\n]+)"', README.partition("```\n\n")[2].partition("\n\n")[0])
        asked = iter(range(1, 4))
        for sentence, reply in ((elsewhere, "Begun: accounts."), (unfinished, "On which project?")):
            runtime.submit(sentence)
            assert until(ReplyEnded, next(asked)).text == reply
        (tmp_path / "log").unlink()
        runtime.submit(answer)
        assert until(ReplyEnded, next(asked)).text == "Begun: accounts."
        assert (tmp_path / "log").read_text() == "begun: accounts"
    finally:
        runtime.close()


# -- the command line -------------------------------------------------------------------------


def assistant(*arguments, cwd, data):
    return apart.assistant("--data-dir", data, *arguments, cwd=cwd)


@pytest.mark.model
def test_the_commands_about_ones_own_files(own_folder, fresh_data, tmp_path):
    (own_folder / "intents").mkdir(parents=True)
    (own_folder / "intents" / "work.yaml").write_text(INTENT_FILE, encoding="utf-8")
    some = tmp_path / "some"  # of what is shipped: its own sentences are tested elsewhere
    some.mkdir()
    shutil.copy(ROOT / "intents" / "clock.yaml", some)
    (own_folder / "config.toml").write_text(f'[paths]\nintents = ["{some}", "{own_folder}/intents"]\n')
    block = re.findall(r"^    assistant (\w+)(?: (--dry-run) \"(.+)\")?", section("One minute each"), re.MULTILINE)
    assert [command for command, *_ in block] == ["check", "test", "ask"]
    for words in block:
        ended = assistant(*filter(None, words), cwd=tmp_path, data=fresh_data)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    (understood,) = map(json.loads, ended.stdout.splitlines())
    assert (understood["intent"], understood["slots"]) == ("StartWork", {"project": "garden"})
    begins, asks = re.findall(r'"([^"]+)" (?:begins the accounts|asks on\nwhich project)', README)
    understood = json.loads(assistant("ask", "--dry-run", begins, cwd=tmp_path, data=fresh_data).stdout)
    assert (understood["intent"], understood["slots"]) == ("StartWork", {"project": "accounts"})
    understood = json.loads(assistant("ask", "--dry-run", asks, cwd=tmp_path, data=fresh_data).stdout)
    assert (understood["intent"], understood["ask"]) == ("StartWork", "On which project?")


@pytest.mark.model
def test_the_commands_in_a_script_and_their_exit_codes(data, tmp_path):
    shutil.copy(RECORDINGS / "what-time-is-it.wav", tmp_path / "recording.wav")
    (question,) = re.findall(r'^    assistant ask "(.+)"', section("In a script"), re.MULTILINE)
    for arguments, code in (
        (["ask", question], 0),
        (["listen", "recording.wav"], 0),
        (["ask", "sing a sea shanty"], 1),
        (["listen", "nowhere.wav"], 2),
        (["ask"], 2),
    ):
        ended = assistant(*arguments, cwd=tmp_path, data=data)
        assert ended.returncode == code, ended.stderr
        assert all("event" in json.loads(line) for line in ended.stdout.splitlines())
        assert bool(ended.stdout) == (code < 2)


def test_a_wrong_key_is_one_line(own_folder, tmp_path):
    own_folder.mkdir(parents=True)
    (own_folder / "config.toml").write_text('[stt]\nmodell = "base"\n')
    ended = assistant("check", cwd=tmp_path, data=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.endswith("config.toml:2: [stt] modell: unknown key; did you mean 'model'?\n")
    assert ended.stderr.count("\n") == 1


def test_the_licences_of_the_weights_are_listed(tmp_path):
    ended = assistant("models", cwd=tmp_path, data=tmp_path)
    for name, model in weights.KNOWN.items():
        assert name in ended.stdout
        assert model.licence in ended.stdout


# -- figures ----------------------------------------------------------------------------------


def test_the_figures_are_those_of_the_benchmarks():
    """A figure of the README is that of the table in docs/benchmarks.md, rounded to the places that are shown."""
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `(\w+)` \| (.+) \| ([\d.]+) (\S+) \| (.+): ([\d.]+) (\S+) \|$", README, re.MULTILINE)
    assert len(shown) == section("Measured").count("\n| ") - 2
    for name, figure, value, unit, rival, rival_value, rival_unit in shown:
        table = page.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0]
        pattern = rf"^\| {re.escape(figure)} \| ([\d.]+) (\S+) \| {re.escape(rival)} \| ([\d.]+) (\S+) \|"
        ((here, here_unit, theirs, their_unit),) = re.findall(pattern, table, re.MULTILINE)
        assert (unit, rival_unit) == (here_unit, their_unit)
        for written, measured in ((value, here), (rival_value, theirs)):
            assert float(written) == round(float(measured), len(written.partition(".")[2])), f"{name}: {figure}"
