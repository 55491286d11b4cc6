"""`dialogues:` of an intent file: read in both forms, faults told by line with the nearest word, and nothing taught."""

from __future__ import annotations

import pytest

from assistant.authoring.dialogues.checking import faulty_patterns
from assistant.authoring.intents import load_intents
from assistant.values import OutOfScope, Utterance
from fakes.matcher import made
from fakes.one_intent import load

BOATS = """
intents:
  HireBoat:
    data: [{sentences: ["hire a {boat}", "hire a boat"]}]
    slots: {boat: {values: [canoe, dinghy], required: true, ask: "Which boat?"}}
"""


def written(*lines):
    return f"{BOATS}dialogues:\n" + "".join(f"{line}\n" for line in lines)


def test_a_list_says_and_replies_in_turn(tmp_path):
    loaded = load(tmp_path, written("- [hire a boat, Which boat?, canoe, HireBoat, thanks]"))
    (dialogue,) = loaded.dialogues
    assert not loaded.problems
    assert [(turn.say, turn.expect) for turn in dialogue.turns] == [
        ("hire a boat", {"words": "Which boat?"}),
        ("canoe", {"intent": ["HireBoat"]}),
        ("thanks", {}),
    ]


def test_turns_hold_what_is_said_and_expected(tmp_path):
    turns = "{turns: [{say: hire a boat, expect: {asks: boat, pending: true, any: [{reply: which}]}}, {say: canoe}]}"
    loaded = load(tmp_path, written(f"- {turns}", "- {turns: [{say: hire a boat, expect: Which boat}]}"))
    assert not loaded.problems
    assert [turn.expect for dialogue in loaded.dialogues for turn in dialogue.turns] == [
        {"asks": "boat", "pending": True, "any": [{"reply": "which"}]},
        {},
        {"words": "Which boat"},
    ]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{trns: []}", "unknown key 'trns'; did you mean 'turns'?"),
        ("{turns: []}", "'turns' must be a list"),
        ("{turns: [{say: x, expekt: {}}]}", "unknown key 'expekt'; did you mean 'expect'?"),
        ("{turns: [{expect: {}}]}", "must hold 'say:'"),
        ("{turns: [{say: x, expect: {ask: boat}}]}", "unknown key 'ask'; did you mean 'asks'?"),
        ("{turns: [{say: x, expect: {kind: commando}}]}", "'kind' is 'commando'; did you mean 'command'?"),
        ("{turns: [{say: x, expect: {pending: yes}}]}", "'pending' must be true or false"),
        ("{turns: [{say: x, expect: {intent: HireBoats}}]}", "no intent 'HireBoats'; did you mean 'HireBoat'?"),
        ("{turns: [{say: x, expect: {asks: boats}}]}", "no intent has a slot 'boats'; did you mean 'boat'?"),
        ("{turns: [{say: x, expect: {slots: {bot: canoe}}}]}", "no intent has a slot 'bot'; did you mean 'boat'?"),
        ("{turns: [{say: x, expect: {any: {asks: boat}}}]}", "'any' must be a list"),
        ("{turns: [{say: x, expect: {any: [{ask: boat}]}}]}", "unknown key 'ask'; did you mean 'asks'?"),
        ("{turns: [{say: x, expect: {state: {timer: []}}}]}", "unknown key 'timer'; did you mean 'timers'?"),
        ("{turns: [{say: x, expect: {state: {timers: [{lable: a}]}}}]}", "did you mean 'label'?"),
        ("{turns: [{say: x, expect: {state: {timers: [{left: soon}]}}}]}", "'left' must be a number"),
        ("{setup: {list: {a: [b]}}, turns: [{say: x}]}", "unknown key 'list'; did you mean 'lists'?"),
        ("[hire a boat, HireBot]", "no intent 'HireBot'; did you mean 'HireBoat'?"),
        ("[hire a boat, [canoe]]", "say, reply, say, reply"),
        ("just words", "must hold 'turns:'"),
    ],
)
def test_a_fault_is_one_line_and_costs_that_dialogue_alone(tmp_path, entry, message):
    loaded = load(tmp_path, written("- [hire a boat, Which boat]", f"- {entry}"))
    (problem,) = loaded.problems
    assert message in problem.message
    assert problem.line == 8
    assert len(loaded.dialogues) == 1
    assert set(loaded.intents) == {"HireBoat"}


def test_what_is_no_list_of_dialogues_is_told(tmp_path):
    (problem,) = load(tmp_path, f"{BOATS}dialogues: {{a: b}}\n").problems
    assert (problem.line, "must be a list" in problem.message) == (6, True)


def test_a_reply_that_is_no_regular_expression_is_told(tmp_path):
    entry = "- {turns: [{say: x, expect: {reply: '(a'}}, {say: x, expect: {any: [{not_reply: '[b'}]}}]}"
    loaded = load(tmp_path, written(entry, "- [hire a boat, (which one]"))
    assert len([str(problem) for problem in faulty_patterns(loaded.dialogues)]) == 2
    assert all("is no regular expression" in problem.message for problem in faulty_patterns(loaded.dialogues))


def test_dialogues_go_with_the_intents_of_their_file(tmp_path):
    for name, text in {
        "first": written("- [hire a boat, Which boat]"),
        "same": "intents:\n  HireBoat: {examples: [a boat]}\n",
        "off": "intents:\n  HireBoat:\n",
        "other": "intents:\n  Swim: {examples: [swim]}\n",
    }.items():
        load(tmp_path / name, text)
    kept = {
        later: len(load_intents([tmp_path / "first", tmp_path / later], ()).dialogues)
        for later in ("same", "off", "other")
    }
    assert kept == {"same": 0, "off": 0, "other": 1}


def test_dialogues_teach_nothing(tmp_path):
    taught = made(tmp_path / "with", written("- [a vessel for the lake, HireBoat]"))
    plain = made(tmp_path / "without", BOATS)
    assert taught.parts.retriever.snapshot.rows == plain.parts.retriever.snapshot.rows
    assert isinstance(taught.match(Utterance("a vessel for the lake")), OutOfScope)
