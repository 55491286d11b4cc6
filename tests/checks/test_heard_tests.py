"""Recordings named by the tests of an intent file are heard, and must be understood as what is said in them."""

from __future__ import annotations

import shutil

import pytest

from assistant.authoring.intents import load_intents
from assistant.checks.intent_tests import left_out, run_tests
from assistant.config import SHIPPED, Config, PathsConfig
from assistant.errors import Problem
from paths import RECORDINGS

FILE = """
intents:
  Clock:
    examples: [what time is it, tell me the time]
    response: Late.
    tests:
      - {say: what time is it, hear: time.wav}
      - {say: tell me the time, hear: timer.wav}
      - {say: what time is it, hear: broken.wav}
  Timer:
    data: [{sentences: ["set a timer for {duration}"]}]
    slots: {duration: {type: duration, required: true}}
    response: Set.
    tests: [{say: set a timer for ten minutes, hear: timer.wav, slots: {duration: 600}}]
"""


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "intents"
    folder.mkdir()
    (folder / "own.yaml").write_text(FILE)
    for name, recording in (("time", "what-time-is-it"), ("timer", "set-a-timer-for-ten-minutes")):
        shutil.copy(RECORDINGS / f"{recording}.wav", folder / f"{name}.wav")
    (folder / "broken.wav").write_bytes(b"RIFF")
    return folder


@pytest.mark.model
def test_what_is_heard_must_mean_the_intent_too(own, tmp_path):
    (tmp_path / "knowledge").mkdir()
    paths = PathsConfig((str(own),), (str(tmp_path / "knowledge"),), str(tmp_path / "data"))
    runs = []
    (own / "bees.yaml").write_text("intents: {Bees: {examples: [count the bees}}\n")
    findings = list(run_tests(Config(paths=paths), lambda _: None, runs=runs))
    assert (findings[0].ok, findings[0].file, findings[0].line) == (False, str(own / "bees.yaml"), 1)
    assert (runs[0].file, runs[0].group) == (str(own / "bees.yaml"), "files")  # in JUnit's report too
    assert "not valid YAML" in runs[0].fault
    faults = {run.say: run.fault for run in runs}
    assert faults["what time is it (time.wav)"] == faults["set a timer for ten minutes (timer.wav)"] == ""
    assert "heard as “Set a timer for ten minutes.”, it is" in faults["tell me the time (timer.wav)"]
    assert "is intent_match Timer, not Clock" in faults["tell me the time (timer.wav)"]
    assert "broken.wav" in faults["what time is it (broken.wav)"]


def test_what_is_not_read_of_a_file_of_ones_own_is_a_fault(own):
    (own / "bees.yaml").write_text("intents: {Bees: {examples: [count the bees}}\n")
    (told,) = left_out(load_intents([own], frozenset()).problems)
    assert not told.ok
    assert told.detail.startswith(f"{own / 'bees.yaml'}:1")
    shipped = Problem(SHIPPED / "intents" / "chat.yaml", 1, "is not valid YAML")
    assert list(left_out([shipped, Problem(own / "own.yaml", 1, "is odd", "warning")])) == []


def test_a_recording_that_is_not_there_is_one_line(own):
    (own / "time.wav").unlink()
    loaded = load_intents([own], frozenset())
    (problem,) = loaded.problems
    assert str(problem).startswith(f"{own / 'own.yaml'}:7")
    assert f"'hear' names no recording: {own / 'time.wav'}" in str(problem)
    assert len(loaded.intents["Clock"].tests) == 2
