"""The prefilter: no sentence is understood differently because templates that cannot cover it are left out."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime

import pytest

from assistant.authoring.definitions import ListValue, WordList
from assistant.authoring.intents import load_intents
from assistant.nlu.budget import Budget
from assistant.nlu.query import Query
from assistant.nlu.retrieval.corpus import SampleValues
from assistant.nlu.templates.lists import reading
from assistant.nlu.templates.matcher import Templates
from fakes.intent_files import GERMAN, TEMPLATES
from paths import ROOT

NOW = datetime(2026, 11, 23, 14, 10)
SHIPPED = ROOT / "intents"
SKIPPING = """
language: en
skip_words: [please, can you, i want]
lists:
  film: {values: ["(i want|dream)", Solaris]}
intents:
  On: {data: [{sentences: ["[turn] on [the] light[s]", "(lights; on)", "[dim|set] lamp"]}]}
  Say: {data: [{sentences: ["say {text}", "{text} is what (to say|i want)"]}], slots: {text: text}}
  Watch: {data: [{sentences: ["i want to watch {film}", "watch {film} for {1..9:hours} hour[s]"]}]}
"""
ODD = (
    "",
    "?",
    "a" * 3000,
    "ı",
    "dım lamp",
    "ſet lamp",
    "TURN ON THE LİGHTS",
    "what'ſ the time",
    "kitchenlights on",
    "turn-on the kitchen_light",
    "Licht aus in der KÜCHE",
    "can you please turn please on the lights please",
    "say please i want what can you",
    "i want to watch i want",
    "please watch solaris for two hours",
    "red blue",
    "BLUE, red!",
)


class Everything:
    """Holds nothing back."""

    def __init__(self, grammar):
        self.grammar = grammar

    def narrowed(self, _text):
        return self.grammar


def loaded(source, folder):
    if isinstance(source, str):
        (folder / "f.yaml").write_text(source)
        source = folder
    return load_intents([source], ())


def sentences(intents, templates, rng):
    """Commands as they are meant, and with a word too many or too few, in capitals, joined or with signs."""
    for intent in intents.intents.values():
        values = SampleValues(intent, intents, templates.sampler)
        patterns = templates.sampler.patterns(intent)
        written = (values.write(pattern, turn) for turn, pattern in enumerate(patterns))
        commands = [*intent.examples, *written]
        for text in rng.sample(commands, min(len(commands), 8)):
            words = text.split()
            place = rng.randrange(len(words))
            yield text
            yield from (
                " ".join(words[:place] + words[place + 1 :]),
                " ".join([*words[:place], "please", *words[place:]]),
            )
            yield from (text.upper(), "-".join(words), "".join(words), "".join(f"{word}, " for word in words))


@pytest.mark.parametrize(
    "source", [SHIPPED, TEMPLATES, GERMAN, SKIPPING], ids=["shipped", "small", "german", "skipping"]
)
def test_every_sentence_is_matched_as_it_is_by_all_templates(source, tmp_path):
    intents, rng = loaded(source, tmp_path), random.Random(1)
    name, edited = next((name, intent) for name, intent in intents.intents.items() if intent.blocks)
    others = {**intents.intents, name: replace(edited, blocks=edited.blocks[1:])}
    narrow, whole = Templates(intents, Templates(replace(intents, intents=others))), Templates(intents)
    whole.__dict__["_prefilter"] = Everything(whole._grammar)
    commands = list(dict.fromkeys([*sentences(intents, narrow, rng)]))
    texts = [*ODD, *rng.sample(commands, min(len(commands), 800))]
    # Every template is tried for every reading here: more than an utterance is worth.
    queries = [Query(text, intents.language, NOW, budget=Budget(left=10**6)) for text in texts]
    expected = [whole.match(query) for query in queries]
    assert [narrow.match(query) for query in queries] == expected
    assert sum(map(bool, expected)) > len(texts) / 4


def test_an_edit_compiles_what_it_changed(tmp_path):
    before = loaded(TEMPLATES, tmp_path)
    first, second, *_ = (name for name, intent in before.intents.items() if intent.blocks)
    block = before.intents[first].blocks[0]
    longer = replace(block, sentences=(*block.sentences, "knock on wood"), lines=(*block.lines, block.lines[0]))
    edited = replace(before.intents[first], blocks=(longer,))
    old = Templates(before)
    new = Templates(replace(before, intents={**before.intents, first: edited}), old)
    assert new._grammar.intents[second] is old._grammar.intents[second]
    assert [match.intent for match in new.match(Query("knock on wood", "en", NOW))] == [first]
    lists = {**before.lists, "wood": WordList("wood", (ListValue("oak", "oak"),))}
    other = Templates(replace(before, lists=lists), new)
    assert other._grammar.intents[second] is not new._grammar.intents[second]
    assert not other.match(Query("knock on wood", "en", NOW))


def test_a_value_that_equals_another_is_another(tmp_path):
    """Python takes 1 for True, a person does not."""
    source = 'language: en\nintents: {Mark: {data: [{sentences: [mark it], slots: {v: VALUE}}], response: "{v}"}}'
    old, new = (loaded(source.replace("VALUE", value), tmp_path) for value in ("1", "true"))
    (match,) = Templates(new, Templates(old)).match(Query("mark it", "en", NOW))
    assert match.slots["v"] is True


@pytest.mark.parametrize(("text", "most"), [("what is the capital of france", 1), ("turn the lights off", 9)])
def test_hardly_a_template_is_left(text, most, tmp_path):
    templates = Templates(loaded(SHIPPED, tmp_path))
    with reading(Query(text, "en", NOW), text):
        left = templates._prefilter.narrowed(text).intents.values()
    assert sum(len(block.sentences) for intent in left for block in intent.data) <= most


def test_a_template_needs_the_longest_word_of_each_way_to_say_it(tmp_path):
    """In whatever order a process has its sets: what is looked at counts against the budget of an utterance."""
    source = 'language: en\nintents: {On: {data: [{sentences: ["turn (the kitchen lights|my bedroom lamps) on"]}]}}'
    templates = Templates(loaded(source, tmp_path))
    left = {}
    for text in ("turn the lights and my lamps on", "turn the kitchen lights on"):
        with reading(Query(text, "en", NOW), text):
            left[text] = len(templates._prefilter.narrowed(text).intents)
    assert [*left.values()] == [0, 1]
