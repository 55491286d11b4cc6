"""Sentences that two commands would both take, tried on the shipped files with a few of a person's own."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from assistant.app import build
from assistant.app.definitions import read_folders
from assistant.checks.review.overlaps import OverlapFinder
from assistant.config import SHIPPED, Config, PathsConfig
from fakes.matcher import made

OWN = """
intents:
  NightMode:
    data: [{sentences: ["good night house", "turn off everything upstairs"]}]
    examples: [turn on the lights, we are going to bed now]
    response: Good night.
  MyClock:
    data: [{sentences: ["what time is it"]}]
    response: Late.
  Quiet:
    data: [{sentences: ["hush hush"]}]
    response: Hush.
"""


@pytest.mark.model
def test_an_own_file_is_tried_against_the_shipped_ones(fresh_data, tmp_path):
    few = tmp_path / "few"
    for folder in (few, tmp_path / "intents"):
        folder.mkdir()
    for name in ("lights.yaml", "home.yaml", "timers.yaml", "clock.yaml"):
        shutil.copy(SHIPPED / "intents" / name, few)
    (tmp_path / "intents" / "own.yaml").write_text(OWN)
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "own.yaml").write_text(
        "- {question: set a timer for ten minutes, answer: Do it yourself.}\n"
    )
    config = Config(paths=PathsConfig(data=str(fresh_data)))
    before = build.open_matcher(config, read_folders([few], []), lambda _: None)
    files = read_folders([few, tmp_path / "intents"], [tmp_path / "knowledge"])
    matcher = build.retrain(build.renew_matcher(before, files, lambda _: None))
    overlaps = list(OverlapFinder(matcher).overlaps())
    lost = {(row.text, row.owner, row.winner) for row in overlaps if row.is_lost}
    assert ("turn on the lights", "NightMode", "LightsOn") in lost
    assert any(owner != "MyClock" and winner == "MyClock" for _, owner, winner in lost), "a tie is won by one's own"
    assert ("set a timer for ten minutes", "set a timer for ten minutes", "StartTimer") in lost
    assert not any("Quiet" in (row.owner, row.rival) for row in overlaps)
    findings = list(OverlapFinder(matcher).findings())
    assert findings
    assert all(finding.file.startswith(str(tmp_path)) for finding in findings)
    (finding,) = [finding for finding in findings if "“turn on the lights”" in finding.detail]
    assert (Path(finding.file).name, finding.line, finding.severity) == ("own.yaml", 5, "warning")
    assert "template" in finding.cure


def test_a_template_that_never_wins_is_told(tmp_path):
    """Of two commands with the same template in one folder neither is taken; a third wording keeps one of them."""
    matcher = made(
        tmp_path,
        "intents:\n  A: {data: [{sentences: [stop]}], response: a}\n"
        "  B:\n    data: [{sentences: [stop, halt there]}]\n    response: b\n",
    )
    findings = [dataclasses.astuple(finding) for finding in OverlapFinder(matcher).findings()]
    told = " ".join(str(row) for row in findings)
    assert "it is asked whether it or B is meant" in told
    assert "intent A: “stop” is never reached" in told
