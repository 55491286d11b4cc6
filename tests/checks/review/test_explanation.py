"""Why a sentence means what it means, and what test foresees: on some shipped files beside a few of a person's own."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET

import pytest

from assistant.app import build
from assistant.app.definitions import read_folders
from assistant.checks.intent_tests import error_rates, test_runs
from assistant.checks.review.explanation import Explainer, taught
from assistant.checks.review.foreseen import foreseen, mistakes
from assistant.checks.review.junit import CaseRun, junit
from assistant.config import SHIPPED, Config, PathsConfig
from assistant.nlu.ranking.classifier import Rates

test_runs.__test__ = False
OWN = """
intents:
  Plants:
    examples:
      - give the ferns a drink
      - water the plants
    response: Watered.
    tests: [water the plants, turn on the lights]
"""


@pytest.mark.model
def test_a_meaning_is_explained_and_mistakes_are_foreseen(tmp_path, fresh_data):
    """One matcher for all of it."""
    few, own = tmp_path / "few", tmp_path / "intents"
    for folder in (few, own):
        folder.mkdir()
    for name in ("lights.yaml", "home.yaml", "timers.yaml", "talk.yaml"):
        shutil.copy(SHIPPED / "intents" / name, few)
    (own / "own.yaml").write_text(OWN)
    config = Config(paths=PathsConfig(data=str(fresh_data), intents=(str(few), str(own))))
    shipped = build.open_matcher(config, read_folders([few], []), lambda _: None)
    files = read_folders([few, own], [])
    matcher = build.retrain(build.renew_matcher(shipped, files, lambda _: None, is_trial=True))
    explainer = Explainer(matcher)

    lights = explainer.explain("trun on the kitchen lights")
    assert (lights["meaning"], lights["read_as"], lights["put_right"]) == (
        "LightsOn", "turn on the kitchen lights", {"turn": "trun"},
    )  # fmt: skip
    file, _, line = lights["rule"].rpartition(":")
    assert "switch_on" in (few / "lights.yaml").read_text().splitlines()[int(line) - 1]
    assert file.endswith("few/lights.yaml")
    assert lights["slots"] == [{"name": "area", "value": "kitchen", "from": "said as “kitchen”"}]
    assert {row["word"]: row["as"] for row in lights["words"]}["kitchen"] == "value of area"
    assert lights["candidates"][0]["evidence"][0]["source"] == "template"
    assert any("only a template of" in line for line in lights["change"])
    assert any(line.startswith("without “lights” it is") for line in lights["change"])

    timer = explainer.explain("set a timer")
    assert {"name": "duration", "value": None, "from": "missing, and asked for"} in timer["slots"]

    unknown = explainer.explain("the ferns look thirsty")
    if unknown["kind"] == "out_of_scope":
        assert any("more log odds, or a [match] threshold of" in line for line in unknown["change"])
    names = [candidate["name"] for candidate in unknown["candidates"]]
    assert "Plants" in names
    before = matcher.parts.retriever.snapshot.source
    (line,) = taught("the ferns look thirsty", {**unknown, "meaning": "x"}, matcher, config, lambda _: None)
    assert line.startswith(f"written as an example of {names[0]}")
    assert shipped.parts.index.retriever().snapshot.source == shipped.parts.retriever.snapshot.source != before

    runs = [run for run in test_runs(matcher, None) if run.group == "Plants"]
    assert [bool(run.fault) for run in runs] == [False, True]
    assert "; LightsOn is in " in runs[1].fault
    assert "few/lights.yaml:" in runs[1].fault
    root = ET.fromstring(junit(runs))
    assert [case.get("name") for case in root.iter("testcase")] == ["water the plants", "turn on the lights"]
    assert root.find("testsuite").get("failures") == "1"

    findings = list(foreseen(matcher))
    assert findings
    assert all(finding.severity for finding in findings)
    refused = [
        mistake for mistake in mistakes(matcher, matcher.intents.intents) if mistake.intent and not mistake.taken_for
    ]
    assert bool(refused) == (matcher.rates().refused > 0)
    drink = next(finding for finding in findings if "give the ferns a drink" in finding.detail)
    assert drink.file.endswith("own.yaml")
    assert "two more examples of Plants" in drink.cure


def test_a_bad_share_is_a_warning_and_says_what_to_add():
    good, bad = Rates(50, 0.01, 0.02, 0.03, 0.04), Rates(50, 0.01, 0.02, 0.656, 0.04)
    assert (error_rates(good).severity, error_rates(good).cure) == ("", "")
    assert error_rates(bad).severity == "warning"
    assert "noise" in error_rates(bad).cure


def test_of_few_examples_no_share_is_told():
    few = error_rates(Rates(3, 0.0, 0.0, 0.5, 0.5))
    assert few.severity == "note"
    assert "3 examples" in few.detail
    assert "%" not in few.detail


def test_a_report_holds_what_no_xml_may_hold_without_it():
    text = junit([CaseRun("a.yaml", 3, "A", "a\x1b <b> & c", "is \x00 nothing", 0.5)])
    (case,) = ET.fromstring(text).iter("testcase")
    assert case.get("name") == "a <b> & c"
