"""docs/intents.md: every example and every claim that the files alone decide."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest
from manual import blocks, quoted, rows, section

from assistant.authoring import intent_file, word_lists
from assistant.authoring.intents import load_intents
from assistant.language import entities
from assistant.language.tables import TABLES
from assistant.language.text import expand_contractions, tidy, units_apart
from assistant.values import Ambiguous, BuiltInAction, IntentMatch
from fakes.matcher import NOW, made

PAGE = "intents.md"
ACTIONS = {"timer.start", "home.intent"}


def load(folder, text, name="f.yaml"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return load_intents([folder], ACTIONS)


def thing(body, more=""):
    """Return a file with one intent of the keys, and more beside `intents`."""
    return "intents:\n  Thing:\n" + "".join(f"    {line}\n" for line in body.strip("\n").splitlines()) + more


def understood(folder, text, sentence):
    """Return the understanding of a sentence by the intents of a file."""
    return made(folder, text).match(sentence)


def slots(folder, text, sentence):
    understanding = understood(folder, text, sentence)
    assert isinstance(understanding, IntentMatch), understanding
    return dict(understanding.slots)


# -- files


def test_files_are_found_in_folders_and_by_both_endings(tmp_path):
    load(tmp_path / "below", "intents: {A: {examples: [a]}}", "a.yml")
    assert set(load(tmp_path, "intents: {B: {examples: [b]}}").intents) == {"A", "B"}


def test_the_first_example_means_what_its_test_says(tmp_path):
    (example,) = blocks(section(PAGE, "Intents").partition("## ")[0], "yaml")
    loaded = load(tmp_path / "x", example)
    assert not loaded.problems
    (case,) = loaded.intents["StartTimer"].tests
    understanding = understood(tmp_path, example, case.say)
    assert (understanding.intent, understanding.slots) == ("StartTimer", {"duration": timedelta(minutes=10)})
    assert understood(tmp_path / "2", example, "wake me from my nap in an hour").intent == "StartTimer"
    assert understood(tmp_path / "3", example, "set the timer").slots == {}


# -- keys


def test_every_key_of_an_intent_stands_in_its_table():
    assert [quoted(row[0])[0] for row in rows(section(PAGE, "Keys of an intent"))] == list(intent_file._INTENT)


def test_an_intent_needs_data_or_examples_and_may_do_nothing(tmp_path):
    assert "has no sentence" in load(tmp_path, thing("response: Hm.")).problems[0].message
    loaded = load(tmp_path, thing("examples: [x]"))
    assert not loaded.problems
    assert (loaded.intents["Thing"].action, loaded.intents["Thing"].response) == (None, None)


@pytest.mark.parametrize("action", quoted(rows(section(PAGE, "Keys of an intent"))[5][1]))
def test_every_form_of_an_action_is_one(tmp_path, action):
    written = action.replace("NAME", "timer.start").replace("with: {...}", "with: {a: b}").replace("[...]", "[say, hi]")
    written = written.replace("{http: {...}}", "{http: {url: 'http://host/'}}")
    loaded = load(tmp_path, thing(f"examples: [x]\naction: {written}"))
    assert not loaded.problems
    assert loaded.intents["Thing"].action


# -- templates


@pytest.mark.parametrize(
    ("template", "sentence", "values"),
    [
        ("(a|b)", "b", {}),
        ("go [x]", "go", {}),
        ("go [a|b]", "go b", {}),
        ("(a;b)", "b a", {}),
        ("{list}", "red", {"list": "red"}),
        ("{list:slot}", "red", {"slot": "red"}),
        ("set {0..100:slot}", "set 42", {"slot": 42}),
        ("set {0..100,5:slot}", "set 45", {"slot": 45}),
        ("<rule> it", "paint it", {}),
    ],
)
def test_every_form_of_a_template_means_what_its_row_says(tmp_path, template, sentence, values):
    forms = {form for row in rows(section(PAGE, "Templates"))[:7] for form in quoted(row[0])}
    assert any(form in template.replace("go ", "") for form in forms), forms
    more = "lists: {list: {values: [red]}}\nexpansion_rules: {rule: (paint|dye)}\n"
    text = thing(f"data: [{{sentences: ['{template}']}}]", more)
    assert slots(tmp_path, text, sentence) == values


def test_a_backslash_makes_a_character_itself(tmp_path):
    loaded = load(tmp_path, thing("data: [{sentences: ['draw a \\{ here']}]"))
    assert not loaded.problems
    assert loaded.intents["Thing"].blocks


@pytest.mark.parametrize(
    "sentence", ["what is the time", "What's the TIME?", "could you tell me what's the time please"]
)
def test_case_punctuation_contractions_and_politeness_make_no_difference(tmp_path, sentence):
    text = thing("data: [{sentences: ['[tell me] what is the time']}]")
    assert understood(tmp_path, text, sentence).confidence > 0.9


@pytest.mark.parametrize("template", ["{x} it", "[a] b", "say: x", "a #b"])
def test_a_template_that_yaml_would_misread_stands_in_quotes(tmp_path, template):
    plain = load(tmp_path, thing(f"data:\n  - sentences:\n      - {template}\nslots: {{x: text}}"))
    in_quotes = load(tmp_path, thing(f"data:\n  - sentences:\n      - '{template}'\nslots: {{x: text}}"))
    kept = [intent.blocks[0].sentences for intent in plain.intents.values() if intent.blocks]
    assert kept != [(template,)]
    assert in_quotes.intents["Thing"].blocks[0].sentences == (template,)


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        (", lists: {number: {values: [{in: seven, out: of the block}]}}", "of the block"),
        ("", "of the slot"),
    ],
)
def test_the_list_of_the_block_comes_before_the_slot(tmp_path, declared, value):
    slot = "slots: {number: {values: [{in: seven, out: of the slot}]}}"
    text = thing(f"data: [{{sentences: ['take {{number}}']{declared}}}]\n{slot}")
    text += "lists: {number: {values: [{in: seven, out: of the file}]}}\n"
    assert slots(tmp_path, text, "take seven") == {"number": value}


def test_the_list_of_a_file_comes_before_the_type(tmp_path):
    body = "data: [{sentences: ['take {number}']}]"
    listed = thing(body, "lists: {number: {values: [{in: seven, out: of the file}]}}\n")
    assert slots(tmp_path / "a", listed, "take seven") == {"number": "of the file"}
    assert slots(tmp_path / "b", thing(body), "take seven") == {"number": 7}


def test_free_text_ends_at_a_value_of_the_next_slot(tmp_path):
    body = "data: [{sentences: ['remind me to {task} [{datetime}]']}]\nslots: {task: text, datetime: datetime}"
    found = slots(tmp_path, thing(body), "remind me to call mum tomorrow at seven")
    assert found == {"task": "call mum", "datetime": datetime(2026, 11, 24, 7)}


def test_every_key_of_a_block_stands_on_the_page():
    text = section(PAGE, "Templates")
    named = {key for row in rows(text.partition("a block may have")[2]) for key in quoted(row[0])} | {"sentences"}
    others = quoted(text.partition("Other keys of Home Assistant (")[2].partition(")")[0])
    assert named | set(others) == set(intent_file._BLOCK)


def test_context_and_keywords_of_a_block_decide(tmp_path):
    text = thing(
        "data:\n  - sentences: ['press {thing}']\n    requires_context: {kind: button}\n"
        "  - sentences: ['[kindly] go on']\n    required_keywords: [kindly]\n",
        "lists: {thing: {values: [{in: start, context: {kind: button}}, {in: grapes, context: {kind: fruit}}]}}\n",
    )
    assert slots(tmp_path / "a", text, "press start") == {"thing": "start"}
    assert (
        understood(tmp_path / "b", text, "press start").confidence
        > understood(tmp_path / "c", text, "press grapes").confidence
    )
    assert understood(tmp_path / "d", text, "kindly go on").confidence > 0.9


# -- slots


def test_every_key_of_a_slot_stands_in_its_table():
    named = {key for row in rows(section(PAGE, "Slots"))[:7] for key in quoted(row[0])}
    assert named == set(intent_file._SLOT)


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


TYPES = {quoted(row[0])[0]: row[1] for row in rows(section(PAGE, "Slots"))[7:] if quoted(row[0])}


def test_every_type_stands_in_its_table():
    named = {kind for row in rows(section(PAGE, "Slots"))[7:] for kind in quoted(row[0])}
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
    assert entities.parse("datetime", "tomorrow at 8", NOW) == datetime(2026, 11, 24, 8)
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
    other = understood(tmp_path / "b", text, "set it to 12")
    assert not isinstance(other, IntentMatch) or "level" not in other.slots


def test_an_example_may_hold_its_value_and_free_text_keeps_its_commas(tmp_path):
    marked = thing("examples: ['play [hey jude](song) by [the beatles](artist)']")
    assert set(load(tmp_path / "x", marked).intents["Thing"].slots) == {"song", "artist"}
    text = thing("data: [{sentences: ['add {item} to the list']}]\nslots: {item: text}")
    assert slots(tmp_path, text, "Add milk, eggs and bread to the list!") == {"item": "milk, eggs and bread"}


def test_a_part_of_several_values_is_none_of_them():
    floors = entities.Vocabulary([("first floor", "first floor"), ("third floor", "third floor")])
    assert floors.repair(["floor"]) is None
    assert floors.repair(["first", "flor"]).value == "first floor"


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
    table = {quoted(row[0])[0]: row[1] for row in rows(text)}
    assert set(intent_file._FILE) - {"intents", "lists", "settings"} <= set(table)
    assert set(word_lists._RANGE) - {"digits", "words", "words_language"} <= set(quoted(table["range"]))


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
    assert {problem.severity for problem in loaded.problems} == {"warning"}
    assert sum("any words are taken" in problem.message for problem in loaded.problems) == 3
    assert any("Jinja" in problem.message for problem in loaded.problems)
    assert loaded.intents["HassTurnOn"].action == BuiltInAction("home.intent")
    assert loaded.intents["HassTurnOn"].responses == {"default": "Turned on {name}"}


# -- several commands


HOUSE = """
intents:
  Lights: {data: [{sentences: ["turn off [the] {room} lights", "turn off the lights"]}], response: Off.}
  Timer: {data: [{sentences: ["set a timer for {duration}"]}], response: Set.}
  Blinds: {data: [{sentences: [close the blinds]}], response: Closed.}
  On: {data: [{sentences: ["turn on the {device}"]}], response: On.}
  Remind:
    data: [{sentences: ["remind me to {task} [{datetime}]"]}]
    examples: [remind me to lock the door and turn off the lights at six]
    slots: {task: text}
lists:
  room: {values: [kitchen, bedroom]}
  device: {values: [lamp, fan]}
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
