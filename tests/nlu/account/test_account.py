"""Every word of a command is somebody's; what is left over is named, and nothing is done then."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from assistant.app import build
from assistant.config import Config, PathsConfig
from assistant.language.tables.phrases import phrases_of
from assistant.nlu.matcher import Matcher
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, SlotMissing, Utterance
from fakes.matcher import made
from paths import ROOT

HOUSE = """
language: en
lists:
  room: {values: [kitchen, attic, garden]}
  device: {values: [fan, coffee machine]}
intents:
  LightOn:
    description: Turn a light on
    data: [{sentences: ["(turn|switch) on [the] {room} light[s]", "(turn|switch) on [the] lights in [the] {room}"]}]
    examples: ["it is dark in the {room}, light please"]
    slots: {room: {type: room, required: true, ask: "In which room?"}}
    action: timer.start
  FanOn:
    data: [{sentences: ["(turn|switch) on [the] {device}", "(turn|switch) [the] {device} on"]}]
    examples: ["let the {device} run"]
    slots: {device: {type: device, required: true, ask: "Which one?"}}
    action: timer.start
  Warm:
    description: Set the heating
    data: [{sentences: ["set [the] heating to {number:degrees} [degrees]"]}]
    examples: ["heat it to {degrees} degrees"]
    slots: {degrees: {type: number, required: true, ask: "To how many degrees?"}}
    action: timer.start
  Device:
    data: [{sentences: ["start [the|my] {name}"]}]
    slots: {name: {type: text, required: true, ask: "What?"}}
    action: timer.start
  Card:
    examples: [my card was swallowed by the machine, the machine has kept my card]
    response: We send you another one.
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory) -> Matcher:
    return made(tmp_path_factory.mktemp("house"), HOUSE)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("turn on the kitchen light instead of mine", "instead of mine"),
        ("turn on the kitchen light but not the attic", "but not the attic"),
        ("turn on the kitchen light and feed my cat", "and feed my cat"),
        ("turn on the kitchen light garden", "garden"),
        ("turn on the kitchen kettle light", "kettle"),
        ("turn on the fan light in the cellar", "cellar"),
        ("set the heating to 20 or 22 degrees", "22"),
    ],
)
def test_what_is_left_over_is_named_and_nothing_is_done(matcher, text, named):
    understanding = matcher.match(text)
    assert isinstance(understanding, OutOfScope | SlotMissing), understanding
    assert named in (understanding.reason if isinstance(understanding, OutOfScope) else understanding.ask)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("turn on the kitchen light please mate", "LightOn"),
        ("quick turn on the kitchen light", "LightOn"),
        ("turn on the kitchen light if you can", "LightOn"),
        ("turn on the kitchen light I am freezing", "LightOn"),
        ("turn the damn fan on already", "FanOn"),
        ("start the christmas tree", "Device"),
    ],
)
def test_a_word_that_changes_nothing_costs_nothing(matcher, text, intent):
    understanding = matcher.match(text)
    assert isinstance(understanding, IntentMatch), understanding
    assert understanding.intent == intent


def test_a_refusal_tells_what_can_be_done(matcher):
    reason = matcher.match("turn on the kitchen light instead of mine").reason
    assert reason == "I can turn on the kitchen light. I didn't understand “instead of mine”."
    assert matcher.match("turn on the kitchen kettle light").reason.startswith("I can turn a light on. ")


def test_a_template_of_the_author_is_believed_to_the_letter(tmp_path):
    matcher = made(
        tmp_path, "intents: {Nap: {data: [{sentences: [wake me unless 7 cats sleep]}], action: timer.start}}"
    )
    assert isinstance(matcher.match("wake me unless 7 cats sleep"), IntentMatch)


@pytest.mark.parametrize("text", ["my card was swallowed by the machine at 7 in the kitchen until the kids came"])
def test_an_intent_of_examples_alone_takes_what_it_is_told(matcher, text):
    understanding = matcher.match(text)
    assert isinstance(understanding, IntentMatch)
    assert understanding.intent == "Card"


def test_a_language_without_a_table_is_left_alone(tmp_path):
    swedish = HOUSE.replace("language: en", "language: sv")
    found = made(tmp_path, swedish).match("turn on the kitchen light unless garden")
    assert isinstance(found, IntentMatch)


@pytest.mark.parametrize(
    ("word", "other"), [("closes", "close"), ("running", "run"), ("heater", "heating"), ("lights", "lighting")]
)
def test_relatives_share_a_stem(word, other):
    phrases = phrases_of("en")
    assert phrases.stem(word) == phrases.stem(other)


ROWS = [json.loads(line) for line in (ROOT / "benchmarks" / "data" / "leftovers.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.model
def test_orders_with_a_grave_leftover_are_refused_and_natural_ones_are_not(data):
    """Both halves of the file, the second unread before it was judged."""
    matcher = build.one_shot(Config(paths=PathsConfig(data=str(data))), lambda _: None).matcher
    counts: Counter[tuple[str, str]] = Counter()
    for row in ROWS:
        meanings = [meaning for _, meaning in matcher.match_all(Utterance(row["text"]))]
        commands = [meaning for meaning in meanings if isinstance(meaning, IntentMatch)]
        acts = [command for command in commands if not (command.when or command.excluding)]
        if "left" in row:
            counts["wrong", row["half"]] += bool(acts)
        else:
            counts["lost", row["half"]] += not any(meaning.intent in row["intent"].split("/") for meaning in acts)
        assert not (isinstance(meanings[0], AnswerMatch) and "intent" in row), row
    assert counts["wrong", "before"] <= 9
    assert counts["lost", "before"] <= 9


def test_a_warm_matcher_embeds_no_words_of_intents_while_a_sentence_waits(tmp_path, monkeypatch):
    """Nor does the matcher that follows it, unless its files have new ones."""
    matcher = made(tmp_path, HOUSE)
    matcher.warm()
    renewed, embedded = Matcher(matcher.parts, matcher.config, before=matcher), list[str]()
    embed = matcher.parts.embedder.embed
    monkeypatch.setattr(matcher.parts.embedder, "embed", lambda texts: embedded.extend(texts) or embed(texts))
    for reader in (matcher, renewed):
        reader.match("turn on the kitchen chandelier light")
    assert {*embedded} == {"turn on the kitchen chandelier light", "chandelier"}
