"""`additions:` and `noise:` of a file hold for intents of any folder."""

from __future__ import annotations

import pytest

from assistant.authoring.intents import load_intents

SHIPPED = """
intents:
  Play:
    examples: ["play {song}"]
    slots: {song: {type: text, examples: [yesterday]}, loud: {type: percent}}
    tests: [play help]
  Stop: {examples: [stop it], not: [do not stop]}
"""
OWN = """
additions:
  Play:
    examples: ["put on [hey jude](song)", "at [40](loud)"]
    tests: [put on help]
    not: [play up]
noise: [oh my]
"""


@pytest.fixture
def loaded(tmp_path):
    def load(own):
        for name, text in (("a", SHIPPED), ("b", own)):
            (tmp_path / name).mkdir()
            (tmp_path / name / "f.yaml").write_text(text)
        return load_intents([tmp_path / "a", tmp_path / "b"], ())

    return load


def test_phrases_tests_and_values_are_added_and_nothing_is_replaced(loaded):
    intents = loaded(OWN)
    play = intents.intents["Play"]
    assert play.examples == ("play {song}", "put on {song}", "at {loud}")
    assert [test.say for test in play.tests] == ["play help", "put on help"]
    assert (play.negatives, play.slots["song"].examples) == (("play up",), ("yesterday", "hey jude"))
    assert (play.slots["loud"].type, intents.noise, intents.problems) == ("percent", ("oh my",), ())
    assert intents.intents["Stop"].folder == 0


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        ("additions: {Paly: {examples: [x]}}", "additions: there is no intent 'Paly'; did you mean 'Play'?"),
        ("additions: {Play: {exmaples: [x]}}", "additions to Play: unknown key 'exmaples'; did you mean 'examples'?"),
        (
            "additions: {Play: {action: clock.time}}",
            "additions to Play: unknown key 'action'; legal: examples, not, tests",
        ),
        (
            "additions: {Play: {examples: ['x {sogn}']}}",
            "example \"x {sogn}\" names no slot with {sogn}; did you mean 'song'?",
        ),
        ("additions: [Play]", "'additions' must hold keys and values, not a list"),
        ("noise: {a: b}", "'noise' must be a list of texts"),
    ],
)
def test_what_cannot_be_added_is_one_line(loaded, own, fault):
    (problem,) = loaded(own).problems
    assert fault in str(problem)
    assert "f.yaml:" in str(problem)
