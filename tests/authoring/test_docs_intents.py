"""docs/intents.md: files, keys of an intent and templates."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from manual import blocks, quoted, rows, section

from assistant.authoring.schema import intents as schema_keys
from fakes.one_intent import load, slots, thing, understood

PAGE = "intents.md"
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
    assert [quoted(row[0])[0] for row in rows(section(PAGE, "Keys of an intent"))] == list(schema_keys.INTENT)


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
    values = slots(tmp_path, thing(body), "remind me to call mum tomorrow at seven")
    assert values == {"task": "call mum", "datetime": datetime(2026, 11, 24, 7)}


def test_every_key_of_a_block_stands_on_the_page():
    text = section(PAGE, "Templates")
    named = {key for row in rows(text.partition("a block may have")[2]) for key in quoted(row[0])} | {"sentences"}
    others = quoted(text.partition("Other keys of Home Assistant (")[2].partition(")")[0])
    assert named | set(others) == set(schema_keys.BLOCK)


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
