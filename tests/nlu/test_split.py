"""Two commands in one breath: what is taken apart, what is carried over, and what stays whole."""

from __future__ import annotations

import time

import pytest

from assistant.nlu import split
from assistant.values import IntentMatch, SlotMissing, Utterance
from fakes.matcher import made

INTENTS = """
lists:
  room: {values: [kitchen, "(living room|lounge)", bedroom]}
  thing: {values: [fan, desk lamp, radio]}
intents:
  LightsOff:
    data: [{sentences: ["(turn|switch) off the lights [in [the] {room}]", "(turn|switch) off the {room} lights"]}]
    slots: {room: {type: room}}
  TurnOn:
    data: [{sentences: ["turn on [the] {thing}"]}]
    slots: {thing: {type: thing, required: true}}
  StartTimer:
    data: [{sentences: ["set a timer [for {duration}]"]}]
    slots: {duration: {type: duration, required: true, ask: "How long?"}}
    action: timer.start
  AddItem:
    data: [{sentences: ["add {item} to my list"]}]
    slots: {item: {type: text, required: true}}
  Remind:
    data: [{sentences: ["remind me to {task}"]}]
    slots: {task: {type: text, required: true}}
  LampOn:
    data: [{sentences: ["turn on [the] lamp [in [the] {room}]"]}]
    slots: {room: {type: room, required: true, ask: "Which room?"}}
  Stop: {data: [{sentences: [stop]}]}
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("files"), INTENTS)


def parts(matcher, text: str) -> list[str]:
    return [part.text for part, _ in matcher.match_all(Utterance(text))]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("turn off the lights and set a timer for ten minutes", ["turn off the lights", "set a timer for ten minutes"]),
        ("Turn off the lights. Set a timer!", ["Turn off the lights", "Set a timer"]),
        ("turn off the lights, then stop", ["turn off the lights", "stop"]),
        ("stop and turn on the fan and set a timer", ["stop", "turn on the fan", "set a timer"]),
        ("turn on the desk lamp and the fan", ["turn on the desk lamp", "turn on the fan"]),
        (
            "turn on the fan, the radio and the desk lamp",
            ["turn on the fan", "turn on the radio", "turn on the desk lamp"],
        ),
        (
            "switch off the living room and bedroom lights",
            ["switch off the living room lights", "switch off the bedroom lights"],
        ),
        (
            "turn off the lights in the kitchen and the lounge",
            ["turn off the lights in the kitchen", "turn off the lights in the lounge"],
        ),
        (
            "turn off the kitchen and bedroom lights and set a timer for an hour",
            ["turn off the kitchen lights", "turn off the bedroom lights", "set a timer for an hour"],
        ),
        ("turn on the lamp and the fan", ["turn on the lamp", "turn on the fan"]),
        ("turn on the fan and the lamp", ["turn on the fan", "turn on the lamp"]),
        (
            "turn on the lamp in the kitchen, the fan and the radio",
            ["turn on the lamp in the kitchen", "turn on the fan", "turn on the radio"],
        ),
        ("add milk to my list and turn on the radio", ["add milk to my list", "turn on the radio"]),
        ("stop and add eggs to my list", ["stop", "add eggs to my list"]),
    ],
)
def test_commands_in_one_breath_are_taken_apart(matcher, text, commands):
    assert parts(matcher, text) == commands


@pytest.mark.parametrize(
    "text",
    [
        "turn off the lights",
        "add milk and bread to my list",
        "add milk, eggs and bread to my list",
        "remind me to call mum and turn off the lights",
        "turn off the lights and sing me something",
        "my brother and his wife came over, and we talked",
        "and",
        "stop, ",
    ],
)
def test_one_command_and_what_is_none_stay_whole(matcher, text):
    assert parts(matcher, text) == [text]


def test_each_part_has_its_own_values_and_lacks(matcher):
    found = [meaning for _, meaning in matcher.match_all(Utterance("turn on the radio and set a timer", "spoken", 0.9))]
    assert isinstance(found[0], IntentMatch)
    assert found[0].slots == {"thing": "radio"}
    assert isinstance(found[1], SlotMissing)


def test_what_one_part_asks_for_does_not_lose_the_other(matcher):
    first, second = [meaning for _, meaning in matcher.match_all(Utterance("turn on the lamp and the fan"))]
    assert isinstance(first, SlotMissing)
    assert isinstance(second, IntentMatch)
    assert (first.intent, second.intent, second.slots) == ("LampOn", "TurnOn", {"thing": "fan"})


def test_joints_are_words_of_the_language():
    assert split.cuts("Licht aus und Radio an", "de") == [("Licht aus", "Radio an")]
    assert split.cuts("Licht aus und Radio an", "en") == []
    assert split.cuts("valot pois. radio", "fi") == [("valot pois", "radio")]
    assert split.cuts("it is 3.5 degrees", "en") == []


def test_a_very_long_chain_of_commands_is_not_taken_apart(matcher):
    began = time.perf_counter()
    chain = "turn on the lamp and " * 200
    assert [part.text for part, _ in matcher.match_all(chain)] == [chain]
    assert time.perf_counter() - began < 5
