"""The matcher as a library: what the manual prints and says, run as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading

import pytest

import assistant
from paths import ROOT

PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")


def test_everything_that_the_package_offers_is_there():
    for name in assistant._HOME:
        assert getattr(assistant, name) is not None


def test_every_name_of_the_page_is_offered():
    (listed,) = re.findall(r"An understanding is (.*?)All can be imported", PAGE, re.DOTALL)
    for name in re.findall(r"`([A-Z]\w+)`", listed):
        assert name in dir(assistant)


@pytest.mark.model
def test_the_manuals_ten_lines_do_what_they_say(shipped_index, tmp_path):
    shutil.copytree(shipped_index, tmp_path / "index")  # the vectors; the classifier is made here
    (tmp_path / "index" / "classifier.npz").unlink()
    for name in ("intents", "knowledge"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(code.strip().splitlines()) <= 10
    code += "\nimport sys; assert 'torch' not in sys.modules"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300
    )
    assert ended.stderr == ""
    lines = ended.stdout.splitlines()
    assert lines[0] == "LightsOff {'area': 'kitchen'}"
    assert lines[1].startswith("SlotMissing 1.0 ['StartTimer'")
    assert re.match(r"AnswerMatch [01]\.\d+ \['What is an intent\?'", lines[2])
    assert lines[3].startswith("OutOfScope 0.")
    assert (tmp_path / "index" / "classifier.npz").is_file()


@pytest.fixture(scope="module")
def matcher(data):
    return assistant.load_matcher(ROOT / "intents", index=data / "index")


@pytest.mark.model
def test_the_indented_lines_of_the_page_run(matcher):
    """`match_all`, a spoken utterance, and a matcher with a config of one's own."""
    from assistant.config import Config, MatchConfig

    apart, spoken, own = re.findall(r"^      (\S.*)$", PAGE, re.MULTILINE)
    names = {"matcher": matcher, "Utterance": assistant.Utterance, "Config": Config, "MatchConfig": MatchConfig}
    pairs = eval(apart, names)
    assert [meaning.intent for _, meaning in pairs] == ["PauseMedia", "StartTimer"]
    assert all(isinstance(part, assistant.Utterance) for part, _ in pairs)
    assert eval(spoken, names).intent == "LightsOff"
    configs = []
    names["load_matcher"] = lambda folder, config: configs.append((folder, config.match.threshold))
    eval(own, names)
    assert configs == [("intents", 0.7)]


@pytest.mark.model
def test_the_rest_of_the_page_holds(matcher):
    meaning = matcher.match("switch off the light in the kitchen")
    assert meaning.action.name == "home.intent"
    assert 0 <= meaning.confidence <= 1
    assert (meaning.n_best[0].kind, meaning.n_best[0].id) == ("intent", "LightsOff")
    assert matcher.match("set a timer").ask
    assert matcher.problems == ()
    assert 0 < matcher.rates().mistaken < 0.3
    kept = []
    threads = [threading.Thread(target=lambda: kept.append(matcher.match("set a timer").intent)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept == ["StartTimer"] * 4


def test_nothing_is_imported_before_it_is_asked_for():
    code = "import sys, assistant; assert 'numpy' not in sys.modules; print(dir(assistant)); assistant.Unknown"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "load_matcher" in ended.stdout
    assert "module 'assistant' has no attribute 'Unknown'" in ended.stderr


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no such folder: .*nowhere"):
        assistant.load_matcher(tmp_path / "nowhere")
