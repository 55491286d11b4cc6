"""What a question denies is asked for as its contrary, and refused where there is none."""

from __future__ import annotations

import pytest

from assistant.values import IntentMatch, OutOfScope
from fakes.matcher import made

LAMPS = """
lists:
  lamp: {values: [hall lamp, desk lamp]}
  state: {values: [{in: "(on|burning)", out: "on"}, "off", wet]}
intents:
  LampState:
    data: [{sentences: ["is [the] {lamp} {state}", "which lamps are {state}"]}]
    examples: ["tell me which lamps are {state}"]
    slots: {lamp: lamp, state: state}
    response: I do not know.
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("files"), LAMPS)


@pytest.mark.parametrize(
    ("sentence", "state"),
    [
        ("which lamps are on", "on"),
        ("which lamps are not on", "off"),
        ("which lamps aren't off", "on"),
        ("which lamps are not burning", "off"),
        ("is the desk lamp no longer on", "off"),
        ("tell me which lamps are not on", "off"),
        ("is the hall lamp not wet", "wet"),
    ],
)
def test_a_denied_value_is_its_contrary(matcher, sentence, state):
    meaning = matcher.match(sentence)
    assert isinstance(meaning, IntentMatch)
    assert meaning.slots["state"] == state


def test_a_denied_value_without_a_contrary_is_refused_by_name(matcher):
    meaning = matcher.match("which lamps are not wet")
    assert isinstance(meaning, OutOfScope)
    assert "“not wet”" in meaning.reason
