"""What an edit leaves as it was."""

from __future__ import annotations

from assistant.authoring.intents import load_intents
from assistant.nlu.parts import _unchanged

PAINT = (
    'language: en\nintents:\n  Paint:\n    data: [{sentences: ["<what> needs paint"], expansion_rules: '
    '{what: "my {colour} gate"}}]\n    response: Painted.\n  Knock: {examples: [knock on wood], response: Knocked.}\n'
)


def test_an_intent_changes_with_the_lists_that_it_reaches_by_a_rule_of_its_own(tmp_path):
    (tmp_path / "paint.yaml").write_text(PAINT)
    (tmp_path / "lists.yaml").write_text("lists: {colour: {values: [umber]}}\n")
    before = load_intents([tmp_path], ())
    assert _unchanged(load_intents([tmp_path], ()), before) == {"Paint", "Knock"}
    (tmp_path / "lists.yaml").write_text("lists: {colour: {values: [magenta]}}\n")
    assert _unchanged(load_intents([tmp_path], ()), before) == {"Knock"}
    (tmp_path / "lists.yaml").write_text("lists: {colour: {values: [{in: umber, out: 1}]}}\n")
    one = load_intents([tmp_path], ())
    (tmp_path / "lists.yaml").write_text("lists: {colour: {values: [{in: umber, out: true}]}}\n")
    assert _unchanged(load_intents([tmp_path], ()), one) == {"Knock"}
