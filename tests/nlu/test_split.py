"""Two commands in one breath: what is taken apart, what is carried over, and what stays whole."""

from __future__ import annotations

import pytest

from assistant.nlu.sets import split
from assistant.values import IntentMatch, OutOfScope, SlotMissing, Utterance
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


@pytest.fixture(scope="module")
def shipped(data):
    """A matcher over the shipped files."""
    from assistant.app import build
    from assistant.config import Config, PathsConfig

    config = Config(paths=PathsConfig(data=str(data)))
    return build.open_matcher(config, build.read_definitions(config), lambda _: None)


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
    assert list(split.Clauses("Licht aus und Radio an", "de")) == ["Licht aus", "Radio an"]
    assert list(split.Clauses("Licht aus und Radio an", "en")) == ["Licht aus und Radio an"]
    assert list(split.Clauses("valot pois. radio", "fi")) == ["valot pois", "radio"]
    assert list(split.Clauses("it is 3.5 degrees", "en")) == ["it is 3.5 degrees"]


ITEMS = "eggs bread milk peas fish rice tea jam salt oil pears plums beans corn leek kale soap wine beer cheese".split()


@pytest.mark.parametrize("joint", [" and ", ", ", ", and ", "; "])
@pytest.mark.parametrize("frame", ["add {} to my shopping list", "please put {} on the list"])
def test_a_list_of_twenty_items_is_one_command_that_holds_them_all(shipped, joint, frame):
    ((_, meaning),) = shipped.match_all(frame.format(joint.join(ITEMS)))
    assert isinstance(meaning, IntentMatch)
    assert meaning.intent == "AddToList"
    assert meaning.slots["items"] == joint.join(ITEMS)


@pytest.mark.parametrize("joint", [" and ", ", ", ", and ", "; "])
def test_twenty_items_without_a_list_are_not_taken_apart(shipped, joint):
    ((_, meaning),) = shipped.match_all(f"add {joint.join(ITEMS)}")
    assert meaning.n_best[0].id == "AddToList"


def test_a_list_beside_a_command_stays_a_list(shipped):
    text = f"stop the music and add {', '.join(ITEMS[:8])} to my shopping list and turn on the kitchen lights"
    listed = f"add {', '.join(ITEMS[:8])} to my shopping list"
    assert parts(shipped, text) == ["stop the music", listed, "turn on the kitchen lights"]


def test_twenty_commands_are_twenty_commands(matcher):
    things = ("fan", "radio", "desk lamp", "lamp") * 5
    text = f"turn on the {things[0]}{''.join(f' and the {thing}' for thing in things[1:])}"
    assert parts(matcher, text) == [f"turn on the {thing}" for thing in things]


def test_values_before_one_end_may_be_many(matcher):
    rooms = ("kitchen", "living room", "bedroom", "lounge")
    text = f"turn off the {rooms[0]}, {rooms[1]}, the {rooms[2]} and {rooms[3]} lights"
    assert parts(matcher, text) == [f"turn off the {room} lights" for room in rooms]


@pytest.mark.parametrize(
    "text",
    [
        "turn on the lamp and " * 200,
        "hm and " * 60,
        f"add {' and '.join(ITEMS)}",
        f"add {', '.join(ITEMS)} to my list",
        "turn on the lamp and sing and " * 20,
        "and then " * 60,
        ", ".join("abcdefghijklmnopqrst" * 5),
    ],
)
def test_each_part_is_understood_once_however_many_there_are(matcher, text):
    """No part of a chain is read twice, and what is too much is refused as a whole."""
    embedder, before = matcher.parts.embedder, matcher.parts.embedder.embedded
    meanings = [meaning for _, meaning in matcher.match_all(text)]
    assert embedder.embedded - before <= 150
    assert len(meanings) == 1
    assert isinstance(meanings[0], OutOfScope | SlotMissing | IntentMatch)


BAKERY = """
lists:
  bread: {values: [rolls, baguettes, {in: "(rye bread|rye)", out: rye}]}
intents:
  Bake:
    examples: ["bake {count} {bread}", "we need {count} more {bread} in the oven"]
    slots: {count: {type: number, required: true, min: 1, max: 60}, bread: {type: bread, required: true}}
    action: {argv: [bake, "{count}", "{bread}"]}
  Stock:
    examples: ["how many {bread} are left", "is there any {bread} left"]
    slots: {bread: bread}
    response: "I would have to look."
  Heat:
    examples: ["heat the oven to {degrees} degrees"]
    slots: {degrees: {type: number, required: true, min: 100, max: 280}}
    action: {argv: [oven, "{degrees}"]}
"""


@pytest.fixture(scope="module")
def bakery(tmp_path_factory):
    return made(tmp_path_factory.mktemp("bakery"), BAKERY)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("bake 12 rolls and 6 baguettes", [(12, "rolls"), (6, "baguettes")]),
        ("bake 12 rolls, 6 baguettes and 3 rye", [(12, "rolls"), (6, "baguettes"), (3, "rye")]),
        ("bake 12 rolls and rye bread", [(12, "rolls"), (12, "rye")]),
        ("we need a dozen more baguettes in the oven", [(12, "baguettes")]),
    ],
)
def test_commands_by_examples_carry_their_beginning_too(bakery, text, values):
    commands = [meaning for _, meaning in bakery.match_all(Utterance(text))]
    assert [(command.slots["count"], command.slots["bread"]) for command in commands] == values


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("bake 12 rolls 15", "15"),
        ("bake 12 rolls not baguettes", "baguettes"),
        ("heat the oven to 200 degrees 220", "220"),
    ],
)
def test_a_second_value_is_never_left_over_in_silence(bakery, text, over):
    ((_, meaning),) = bakery.match_all(Utterance(text))
    assert isinstance(meaning, OutOfScope)
    assert meaning.reason == f"I didn't understand “{over}”."


def test_what_only_tells_may_leave_a_value_over(bakery):
    ((_, meaning),) = bakery.match_all(Utterance("how many rolls and baguettes are left"))
    assert meaning.intent == "Stock"
