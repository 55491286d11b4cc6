"""docs/intents.md: slots, lists, several files and commands, messages."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import pytest
from manual import blocks, quoted, rows, section

from assistant.authoring.intents import load_intents
from assistant.authoring.schema import intents as schema_keys
from assistant.language import entities
from assistant.language.tables import TABLES
from assistant.language.text import expand_contractions, tidy, units_apart
from assistant.nlu.slots.names import PartialNames
from assistant.values import Ambiguous, BuiltInAction, IntentMatch
from fakes.matcher import NOW, made
from fakes.one_intent import ACTIONS, load, slots, thing, understood

PAGE = "intents.md"
# -- slots


def test_every_key_of_a_slot_stands_in_its_table():
    named = {key for row in rows(section(PAGE, "Slots"))[:8] for key in quoted(row[0])}
    assert named == set(schema_keys.SLOT)


def test_the_example_of_slots_is_read(tmp_path):
    (example,) = blocks(section(PAGE, "Slots"), "yaml")
    loaded = load(tmp_path, thing("examples: [x]\n" + example))
    assert not loaded.problems
    declared = loaded.intents["Thing"].slots
    assert (declared["duration"].low, declared["duration"].high, declared["duration"].required) == (1, 86400, True)
    assert (declared["colour"].default, declared["note"].type) == ("red", "text")


def spans(kind, text):
    words = tuple(expand_contractions(units_apart(tidy(text))).split())
    return entities.find(kind, words, NOW)


TYPES = {quoted(row[0])[0]: row[1] for row in rows(section(PAGE, "Slots"))[8:] if quoted(row[0])}


def test_every_type_stands_in_its_table():
    named = {kind for row in rows(section(PAGE, "Slots"))[8:] for kind in quoted(row[0])}
    assert named == set(entities.TYPES)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (kind, text)
        for kind, examples in TYPES.items()
        for text in quoted(examples.partition(" not ")[0].partition(" alone ")[0])
    ],
)
def test_a_type_takes_its_examples(kind, text):
    assert spans(kind, text), f"{text} is no {kind}"


def test_what_the_page_says_of_values():
    assert entities.parse("datetime", "friday", NOW) == datetime(2026, 11, 27, 9)
    assert entities.parse("datetime", "at seven", NOW) == datetime(2026, 11, 23, 19)
    assert entities.parse("datetime", "tomorrow at 5", NOW) == datetime(2026, 11, 24, 17)
    assert entities.parse("datetime", "tomorrow at 6", NOW) == datetime(2026, 11, 24, 6)
    assert entities.parse("date", "next friday", NOW) == date(2026, 12, 4)
    assert entities.parse("time", "half past seven", NOW) == time(7, 30)


def test_a_number_of_per_cent_is_taken_where_a_phrase_has_one(tmp_path):
    without = thing("examples: ['set it to {level}', 'put it at {level}']\nslots: {level: number}")
    assert "level" not in getattr(understood(tmp_path / "a", without, "set it to 50%"), "slots", {})
    within = without.replace("'put it at {level}'", "'put it at {level} percent'")
    assert slots(tmp_path / "b", within, "put it at 50%") == {"level": 50}


def test_a_value_outside_the_limits_is_not_taken(tmp_path):
    text = thing("data: [{sentences: ['set it to {level}']}]\nslots: {level: {type: number, min: 1, max: 9}}")
    assert slots(tmp_path / "a", text, "set it to 9") == {"level": 9}
    beyond = understood(tmp_path / "b", text, "set it to 12")
    assert not isinstance(beyond, IntentMatch) or "level" not in beyond.slots


def test_an_example_may_hold_its_value_and_free_text_keeps_its_commas(tmp_path):
    marked = thing("examples: ['play [hey jude](song) by [the beatles](artist)']")
    assert set(load(tmp_path / "x", marked).intents["Thing"].slots) == {"song", "artist"}
    text = thing("data: [{sentences: ['add {item} to the list']}]\nslots: {item: text}")
    assert slots(tmp_path, text, "Add milk, eggs and bread to the list!") == {"item": "milk, eggs and bread"}


def test_a_part_of_several_values_is_none_of_them():
    floors = entities.Vocabulary([("first floor", "first floor"), ("third floor", "third floor")])
    assert floors.repair(["floor"]) is None
    assert floors.repair(["first", "flor"]).value == "first floor"


def test_what_the_page_says_of_a_name_in_part():
    text = section(PAGE, "A name said in part")
    names = PartialNames([(name, name) for name in ("reading lamp", "hallway light", "coffee machine")])
    meant = {
        "the lamp": "reading lamp",
        "the light in the hallway": "hallway light",
        "the coffee thing": "coffee machine",
    }
    numbered = {"cats 2 and 12", "cat 2", "cat 12", "cat 3"}  # tests/nlu/test_own_file.py says them
    assert {*meant, "the garden lamp"} | numbered == set(quoted(text.replace("\n", " ")))
    assert {part: names.find(part.split()).only.value for part in meant} == meant
    assert names.find("the garden lamp".split()) is None
    rooms = entities.Vocabulary([("room 101", "room 101")])
    assert rooms.find("room one oh one".split())[0].value == "room 101"


# -- lists, rules, responses; several files


def test_the_example_of_lists_is_read(tmp_path):
    (example,) = blocks(section(PAGE, "Lists, rules, responses"), "yaml")
    text = thing("examples: [x]").replace("Thing", "LightsOn") + example
    loaded = load(tmp_path, text)
    assert not loaded.problems
    assert [value.value for value in loaded.lists["room"].values] == ["kitchen", "lounge"]
    assert [(value.text, value.value) for value in loaded.lists["shade"].values][:3] == [
        ("red", "red"), ("crimson", "red"), ("scarlet", "red"),
    ]  # fmt: skip
    assert loaded.lists["brightness"].range.step == 5
    assert loaded.lists["message"].is_wildcard
    assert loaded.rules == {"turn_on": "(turn|switch) on"}
    assert loaded.skip_words == ("kindly",)
    assert set(loaded.intents["LightsOn"].responses) == {"default", "dimmed"}


def test_every_key_beside_intents_stands_on_the_page():
    text = section(PAGE, "Lists, rules, responses")
    table = {key: row[1] for row in rows(text) for key in quoted(row[0])}
    assert set(schema_keys.FILE) - {"intents", "lists", "settings"} <= set(table)
    assert set(schema_keys.RANGE) - {"digits", "words", "words_language"} <= set(quoted(table["range"]))


def test_the_first_language_holds(tmp_path):
    load(tmp_path, "language: de\nintents: {A: {examples: [a]}}", "a.yaml")
    loaded = load(tmp_path, "language: fr\nintents: {B: {examples: [b]}}", "b.yaml")
    assert loaded.language == "de"
    assert [(problem.severity, "number words" in problem.message) for problem in loaded.problems] == [("warning", True)]


def test_only_true_and_false_are_truth_values(tmp_path):
    words = quoted(section(PAGE, "Lists, rules, responses").partition("truth values:")[2])
    loaded = load(tmp_path, f"lists: {{a: {{values: [{', '.join(words)}]}}}}")
    assert [value.text for value in loaded.lists["a"].values] == words == ["on", "off", "18:30", "2026-12-24"]


def test_files_add_up_in_a_folder_and_a_later_folder_replaces(tmp_path):
    first, later = tmp_path / "first", tmp_path / "later"
    load(first, "intents: {A: {examples: [a]}, B: {examples: [x]}}\nlists: {l: {values: [red]}}", "a.yaml")
    load(first, "intents: {A: {examples: [b]}}\nlists: {l: {values: [blue]}}", "b.yaml")
    joined = load_intents([first], ACTIONS)
    assert joined.intents["A"].examples == ("a", "b")
    assert [value.text for value in joined.lists["l"].values] == ["red", "blue"]
    load(later, "intents: {A: {examples: [c]}, B: }\nlists: {l: {values: [green]}}")
    loaded = load_intents([first, later], ACTIONS)
    assert {name: intent.examples for name, intent in loaded.intents.items()} == {"A": ("c",)}
    assert [value.text for value in loaded.lists["l"].values] == ["green"]


# -- Home Assistant


def test_a_file_of_home_assistant_works_unchanged(tmp_path):
    loaded = load(
        tmp_path,
        "intents:\n  HassTurnOn:\n    data:\n      - sentences: ['turn on {name} in {area} on {floor}']\n"
        "        requires_context: {domain: light}\n"
        "responses:\n  intents:\n    HassTurnOn:\n      default: 'Turned on {{ slots.name }}'\n"
        "      other: '{% if x %}no{% endif %}'\n",
    )
    (problem,) = loaded.problems
    assert (problem.severity, "Jinja" in problem.message) == ("warning", True)
    assert loaded.intents["HassTurnOn"].blocks[0].requires_context == {}
    assert loaded.intents["HassTurnOn"].action == BuiltInAction("home.intent")
    assert loaded.intents["HassTurnOn"].responses == {"default": "Turned on {name}"}


def test_the_rules_and_lists_that_home_assistant_supplies_are_there(tmp_path):
    names = quoted(section(PAGE, "Home Assistant's own files").partition("every English file")[2].partition("...)")[0])
    lists = ", ".join(f"'say{number} {name}'" for number, name in enumerate(names))
    text = f"language: en\nintents: {{A: {{data: [{{sentences: [{lists}]}}]}}}}\n"
    loaded = load(tmp_path / "a", text)
    assert loaded.problems == ()
    assert len(loaded.intents["A"].blocks[0].sentences) == len(names) == 5
    assert loaded.lists["timer_name"].is_wildcard
    assert loaded.rules["area"] == "[<the>] {area}"
    own = load(tmp_path / "b", text + "expansion_rules: {area: '(here|there)'}\n")
    assert own.rules["area"] == "(here|there)"
    assert "no expansion rule" in load(tmp_path / "c", text.replace("en", "de", 1)).problems[0].message


def test_home_assistants_own_rules_find_their_values(tmp_path):
    body = "data: [{sentences: ['air out <area> [for a while]', 'start <timer_duration> of rest']}]"
    assert slots(tmp_path / "a", thing(body), "air out the kitchen for a while") == {"area": "kitchen"}
    assert slots(tmp_path / "b", thing(body), "start 2 minutes and 5 seconds of rest") == {"minutes": 2, "seconds": 5}


# -- Rasa


def test_a_file_of_rasa_works_unchanged(tmp_path):
    (example,) = blocks(section(PAGE, "Rasa's training data"), "yaml")
    loaded = load(tmp_path / "a", example)
    assert loaded.problems == ()
    soup = loaded.intents["order_soup"]
    assert soup.marked[1:] == ("somewhere with [pan asian](cuisine) food", "a [big](size) bowl of [leek](soup) soup")
    assert soup.slots["soup"].examples == ("lentil", "tomato", "leek")
    assert soup.slots["size"].synonyms["big"] == "large"
    assert {*soup.slots["cuisine"].synonyms} == {"pan asian", "far eastern"}
    replied = load(tmp_path / "b", example + "intents: {order_soup: {response: 'One {soup} soup.'}}\n")
    assert (replied.intents["order_soup"].response, len(replied.intents["order_soup"].examples)) == (
        "One {soup} soup.",
        3,
    )
    regex = load(tmp_path / "c", example + "- regex: number\n  examples: ['- [0-9]+']\n")
    assert [(problem.line, problem.severity) for problem in regex.problems] == [(14, "warning")]


def test_a_synonym_gives_its_meaning(tmp_path):
    examples = ["find [pan asian](cuisine:asian) food", "find [greek](cuisine) food", "find [thai](cuisine) food"]
    text = thing(f"examples: {examples}")
    assert slots(tmp_path / "a", text, "find pan asian food") == {"cuisine": "asian"}
    assert slots(tmp_path / "b", text, "find greek food") == {"cuisine": "greek"}


# -- several commands


HOUSE = """
intents:
  Lights: {data: [{sentences: ["turn off [the] {room} lights", "turn off the lights"]}], response: Off.}
  Timer: {data: [{sentences: ["set a timer for {duration}"]}], response: Set.}
  Blinds: {data: [{sentences: [close the blinds]}], response: Closed.}
  On: {data: [{sentences: ["turn on the {device}"]}], response: On.}
  Off: {data: [{sentences: ["turn off the {device}"]}], response: Off.}
  Remind:
    data: [{sentences: ["remind me to {task} [{datetime}]"]}]
    examples: [remind me to lock the door and turn off the lights at six]
    slots: {task: text}
lists:
  room: {values: [kitchen, bedroom]}
  device: {values: [lamp, fan, radio]}
"""


@pytest.mark.parametrize(
    ("sentence", "intents"),
    zip(
        re.findall(r'"([^"]+)"', section(PAGE, "How a sentence is matched").partition("one after the other:")[2])[:4],
        [["Lights", "Timer"], ["Blinds", "On", "On"], ["Lights", "Lights"], ["Remind"]],
        strict=True,
    ),
)
def test_several_commands_of_the_page_are_taken_apart(tmp_path, sentence, intents):
    parts = made(tmp_path, HOUSE).match_all(" ".join(sentence.split()))
    assert [meaning.intent for _, meaning in parts] == intents


WHEN = section(PAGE, "How a sentence is matched").partition("Words for a time belong")[2]


@pytest.mark.parametrize("phrase", re.findall(r'"([^"]+)"', WHEN.partition("Any other")[2].partition("They are")[0]))
def test_words_for_a_time_are_taken_off_any_command(tmp_path, phrase):
    phrase = " ".join(phrase.split())
    is_whole = any(verb in phrase for verb in ("turn", "close"))
    meaning = made(tmp_path, HOUSE).match(phrase if is_whole else f"turn on the lamp {phrase}")
    assert isinstance(meaning, IntentMatch)
    assert meaning.when is not None


def test_the_languages_of_joining_words_are_named():
    text = section(PAGE, "How a sentence is matched")
    names = text.partition("(in ")[2].partition(")")[0].replace(" and ", ", ").replace("\n", " ")
    codes = {
        "English": "en",
        "German": "de",
        "French": "fr",
        "Spanish": "es",
        "Italian": "it",
        "Dutch": "nl",
        "Portuguese": "pt",
    }
    assert [codes[name] for name in names.split(", ")] == list(TABLES)


def test_two_readings_too_close_are_asked_about(tmp_path):
    text = "intents: {A: {data: [{sentences: [stop]}]}, B: {data: [{sentences: [stop]}]}}"
    assert isinstance(understood(tmp_path, text, "stop"), Ambiguous)


# -- messages


MESSAGES = {
    "unknown key": "examples: [x]\nexmaples: [y]",
    "column 6": "data: [{sentences: ['turn (on', x]}]",
    "no list or slot": "data: [{sentences: ['paint it {colour}', x]}]",
    "no expansion rule": "data: [{sentences: ['<that> it', x]}]",
    "unknown built-in action": "examples: [x]\naction: timer.strat",
    "unknown type": "examples: [x]\nslots: {a: {type: durtion}}",
    "must be text": "examples: [{a: b}, x]",
    "a second time": "examples: [x]\nexamples: [y]",
    "not valid YAML": "examples: [x",
    "none of its sentences": "data: [{sentences: ['<that> it']}]",
    "written out": "data: [{sentences: ['(a;b;c;d;e;f;g;h)', x]}]",
    "no slot": "examples: [x]\ntests: [{say: 'sing', slots: {y: 1}}]",
}


@pytest.mark.parametrize("row", rows(section(PAGE, "Messages of `assistant check`")), ids=lambda row: row[0][:40])
def test_every_message_is_given_as_the_page_has_it(tmp_path, row):
    (body,) = [body for part, body in MESSAGES.items() if part in row[0]]
    message = quoted(row[0])[0].partition("; there are")[0]
    loaded = load(tmp_path, thing(body))
    shape = [part for part in re.split(r"\.\.\.|'x'", message) if part.strip(' "()')]
    assert any(all(part.strip() in str(problem) for part in shape) for problem in loaded.problems), (
        shape, [str(problem) for problem in loaded.problems],
    )  # fmt: skip
