"""The slots of sentences that no template covers, and those that templates leave behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.authoring.intents import load_intents
from assistant.authoring.knowledge import load_knowledge
from assistant.config import MatchConfig
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.query import Query
from assistant.nlu.retrieval.index import Index
from assistant.nlu.slots.domains import count_unlisted
from assistant.nlu.slots.filler import SlotFiller
from assistant.nlu.templates.matcher import Templates
from assistant.nlu.templates.sampler import Sampler
from fakes.embedder import WordHashes

NOW = datetime(2026, 11, 25, 12, 0)
INTENTS = """
language: en
lists:
  room: {values: [kitchen, bedroom, den, "(living room|lounge)", first floor, third floor]}
  player: {values: [bedroom tv, kitchen speaker, radio]}
  colour: {values: [red, {in: "(blue|navy)", out: blue}, warm white]}
  level: {range: {from: 0, to: 100, type: percentage}}
  steps: {range: {from: 1, to: 5, multiplier: 2}}
  unit: {values: [{in: "(km|kilometer[s])", out: kilometer}, {in: "mile[s]", out: mile}, {in: "(c|celsius)", out: C}]}
intents:
  Warm:
    data: [{sentences: ["set [the] {room} to {temperature} degrees"]}]
    examples: ["make the {room} {temperature}"]
    slots: {room: room, temperature: {type: number, min: 5, max: 35}}
  Dim:
    data: [{sentences: ["dim [the] {room} [to] {level}"]}]
    slots: {room: room, level: percent, count: number}
  Lamp:
    data: [{sentences: ["(set|change) [the] {room} [lamp] to {level} percent", "make [the] {room} {colour}"]}]
  Nudge:
    data: [{sentences: ["nudge [it] {steps} (steps|notches)"]}]
  Convert:
    data: [{sentences: ["convert {amount} {unit:from_unit} to {unit:to_unit}"]}]
    examples: ["how many {to_unit} is {amount} {from_unit}", "{amount} {from_unit} in {to_unit}"]
    slots: {amount: number, from_unit: unit, to_unit: unit}
  Lights:
    data: [{sentences: ["turn off [the] {name}", "turn off [the] lights in [the] {room}"]}]
    slots: {name: text, room: room, delay: duration}
  Play:
    data: [{sentences: ["play [in [the] {room}]", "pause [the] {player}"]}]
    examples: ["some music in the {room}", "stop the {player}"]
    slots: {room: {type: room}, player: {type: player, required: true}}
  Add:
    data: [{sentences: ["(add|put) {items} (to|on) [the|my] {list} list"]}]
    examples: ["we ran out of {items}", "{items} should be on the {list} list"]
    slots: {items: text, list: {values: [shopping, to-do]}}
  Song:
    examples:
      - put {song} by {artist} on
      - I want to hear {song} by {artist}
      - something by {artist}
      - play {artist}'s {song}
      - put on {artist}'s {song}
      - find me {song} by {artist}
      - is there anything of {artist}
    slots:
      song: {type: text, examples: [yellow submarine, hey jude, bohemian rhapsody, dancing queen, help, like a virgin]}
      artist: {type: text, examples: [the beatles, abba, queen, david bowie, johnny cash, adele]}
  Guess:
    data: [{sentences: ["(pick|guess) a number (between|from) {low} (and|to) {high}"]}]
    slots: {low: number, high: number}
"""


def query(text: str) -> Query:
    return Query(text, "en", NOW)


@pytest.fixture(scope="module")
def fill(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("intents")
    (folder / "f.yaml").write_text(INTENTS)
    loaded = load_intents([folder], ())
    assert not loaded.problems
    templates = Templates(loaded)
    fillers = {
        name: SlotFiller(intent, loaded, templates.sampler, folder / "cached")
        for name, intent in loaded.intents.items()
    }

    def filled(intent: str, text: str):
        return fillers[intent].fill(query(text), {})

    filled.fillers, filled.templates = fillers, templates
    return filled


@pytest.mark.parametrize(
    ("intent", "text", "slots"),
    [
        ("Warm", "make it a bit warmer in the den, say twenty one", {"room": "den", "temperature": 21}),
        ("Warm", "could the lounge be 30°", {"room": "lounge", "temperature": 30}),
        ("Warm", "20 degrees for the kitchen", {"room": "kitchen", "temperature": 20}),
        ("Warm", "20°C in the kitchen", {"room": "kitchen", "temperature": 20}),
        ("Warm", "twenty one and a half degrees in the bedroom", {"room": "bedroom", "temperature": 21.5}),
        ("Warm", "the den to 50%", {"room": "den"}),
        ("Warm", "the den in five more minutes", {"room": "den"}),
        ("Warm", "the den should have 21 by 8 pm", {"room": "den", "temperature": 21}),
        ("Dim", "the den ought to be dim in ten minutes", {"room": "den"}),
        ("Warm", "the den to 50 degrees", {"room": "den", "temperature": 50}),
        ("Dim", "make the den half as bright", {"room": "den", "level": 50}),
        ("Dim", "I want the den at 50%", {"room": "den", "level": 50}),
        ("Lamp", "40% for the bedroom", {"room": "bedroom", "level": 40}),
        ("Lamp", "could the bedroom be navy", {"room": "bedroom", "colour": "blue"}),
        ("Nudge", "three notches more", {"steps": 6}),
        ("Convert", "what is 5km in miles", {"amount": 5, "from_unit": "kilometer", "to_unit": "mile"}),
        ("Convert", "how many km is 3 miles", {"amount": 3, "from_unit": "mile", "to_unit": "kilometer"}),
        ("Guess", "any number from ten to twenty", {"low": 10, "high": 20}),
        ("Lights", "turn the lights in the den off in 5 minutes", {"room": "den", "delay": timedelta(minutes=5)}),
        (
            "Song",
            "I would like to hear Waterloo Sunset by The Kinks",
            {"song": "Waterloo Sunset", "artist": "The Kinks"},
        ),
        ("Song", "play Madonna's Like a Prayer", {"song": "Like a Prayer", "artist": "Madonna"}),
    ],
)
def test_values_are_found_in_sentences_that_no_template_covers(fill, intent, text, slots):
    assert fill(intent, text).slots == slots


def test_commas_of_free_text_are_kept(fill):
    assert fill("Add", "we ran out of milk, eggs and bread").slots == {"items": "milk, eggs and bread"}
    (match,) = fill.templates.match(query("Add milk, eggs, and bread to my shopping list."))
    assert match.slots == {"items": "milk, eggs, and bread", "list": "shopping"}


@pytest.mark.parametrize("text", ["some music on the floor", "stop the music in the bedroom", "what about the bedroom"])
def test_a_word_is_not_completed_to_a_longer_value(fill, text):
    filled = fill("Play", text).slots
    assert "player" not in filled
    assert filled.get("room") in (None, "bedroom")


def test_a_misspelt_value_is_repaired_with_its_confidence(fill):
    filled = fill("Warm", "make the bedrom 21")
    assert filled.slots == {"room": "bedroom", "temperature": 21}
    assert 0.8 <= filled.confidence < 1


def test_a_delay_is_taken_out_of_the_free_text_of_a_template(fill):
    (match,) = (
        match for match in fill.templates.match(query("turn off the fan in 5 minutes")) if match.intent == "Lights"
    )
    slots, texts = dict(match.slots), dict(match.texts)
    fill.fillers["Lights"].completed(slots, texts, query("turn off the fan in 5 minutes"))
    assert slots == {"name": "fan", "delay": timedelta(minutes=5)}
    assert texts == {"name": "fan", "delay": "in 5 minutes"}


@pytest.mark.parametrize("text", ["set the den to 30°", "set the den to 30 °C", "set the den to thirty degrees"])
def test_signs_are_words_to_a_template(fill, text):
    assert [dict(match.slots) for match in fill.templates.match(query(text)) if match.intent == "Warm"] in (
        [{"room": "den", "temperature": 30}],
        [] if "C" in text else None,
    )


def test_a_sentence_is_tagged_once(fill):
    song, text = fill.fillers["Song"], query("hear Imagine by John Lennon")
    tagging = song._tagging(text)
    song.fill(text, {})
    assert song._tagging(text) is tagging
    assert song.log_probability(text) == tagging.log_probability < 0
    assert fill.fillers["Add"]._tagging(text) is not tagging


@pytest.mark.parametrize(
    ("intent", "text", "general"),
    [
        ("Song", "I want to hear Purple Rain by Prince", "I want to hear something by something"),
        ("Song", "hear Imagine by John Lennon", "hear something by something"),
        ("Add", "we ran out of milk", None),
        ("Song", "Purple Rain", None),
    ],
)
def test_the_words_of_free_text_with_samples_can_be_left_out(fill, intent, text, general):
    generalised = fill.fillers[intent].generalised(query(text))
    assert (generalised and generalised.text) == general


def test_the_slots_of_an_intent_account_best_for_its_own_sentences(fill):
    song, add, lights = (fill.fillers[name].log_probability for name in ("Song", "Add", "Lights"))
    imagine, silence = query("hear Imagine by John Lennon"), query("")
    assert 0 > song(imagine) > add(imagine)
    assert song(silence) == lights(silence) == 0


def test_taggers_lie_beside_the_index_and_one_edit_trains_one_anew(tmp_path):
    def cached(text: str) -> set[str]:
        (tmp_path / "i").mkdir(exist_ok=True)
        (tmp_path / "i" / "f.yaml").write_text(text)
        embedder = WordHashes()
        index = Index(tmp_path / "index", embedder)
        parts = make_parts(load_intents([tmp_path / "i"], ()), load_knowledge([]), index, embedder, lambda _: None)
        matcher = Matcher(parts, MatchConfig())
        matcher.warm()
        matcher.forget_unused()
        index.close()
        return {path.name for path in (tmp_path / "index" / "slots").iterdir()}

    before = cached(INTENTS)
    after = cached(INTENTS.replace("some music in the {room}", "a little music in the {room}"))
    assert len(before) == len(after) == 10
    assert len(before & after) == 9


BLOCKS = """
lists:
  room: {values: [kitchen, bedroom]}
intents:
  TurnOn:
    data:
      - sentences: ["turn on [the] {name}"]
        lists: {name: {values: [bedroom lamp, desk light]}}
      - sentences: ["turn on [the] {name}"]
        lists: {name: {values: [ceiling fan]}}
      - sentences: ["[turn on] [the] lights in [the] {room}"]
        slots: {domain: light}
      - sentences: ["[turn on] [the] fans in [the] {room}"]
        slots: {domain: fan}
"""


@pytest.fixture(scope="module")
def block_filler(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blocks")
    (folder / "a.yaml").write_text(BLOCKS, encoding="utf-8")
    intents = load_intents([folder], ())
    return SlotFiller(intents.intents["TurnOn"], intents, Sampler(intents))


@pytest.mark.parametrize("thing", ["bedroom lamp", "desk light", "ceiling fan"])
def test_a_value_is_looked_for_in_the_lists_of_every_block(block_filler, thing):
    assert block_filler.fill(query(f"pop the {thing} on"), {}).slots == {"name": thing}


UNITS = """
language: en
lists:
  area: {values: [kitchen, den]}
  cloth: {values: [curtain, blind]}
  machine: {values: [oven, kettle]}
intents:
  Longer:
    data:
      - sentences:
          - "(add|put) {number:minutes} minute[s] (to|on) [the|my] [{area}] timer"
          - "(add|put) {number:hours} hour[s] (to|on) [the|my] [{area}] timer"
          - "(add|put) {number:minutes} minute[s] (to|on) [the|my] {number:start_minutes} minute timer"
  Look:
    data:
      - {sentences: ["[is|are] {cloth:kind} [in] {area}"], slots: {domain: cover}}
      - {sentences: ["[is|are] {machine:kind} [in] {area}"], slots: {domain: device}}
  Light:
    data: [{sentences: ["make [the] {area} {number:level} percent bright"]}]
"""


@pytest.fixture(scope="module")
def unit_fillers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("units")
    (folder / "a.yaml").write_text(UNITS, encoding="utf-8")
    intents = load_intents([folder], ())
    sampler = Sampler(intents)
    return {name: SlotFiller(intent, intents, sampler) for name, intent in intents.intents.items()}


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("tack five more minutes onto the kitchen timer", {"minutes": 5, "area": "kitchen"}),
        ("the den timer needs two hours more", {"hours": 2, "area": "den"}),
        ("the timer should get ten minutes", {"minutes": 10}),
    ],
)
def test_a_number_goes_to_the_slot_of_its_unit_that_sentences_name(unit_fillers, text, slots):
    assert unit_fillers["Longer"].fill(query(text), {}).slots == slots


def test_what_a_block_implies_follows_from_its_lists(unit_fillers):
    look = unit_fillers["Look"]
    assert look.implied(query("the kitchen"), {"kind": "blind", "area": "kitchen"}) == {"domain": "cover"}
    assert look.implied(query("the kitchen"), {"kind": "oven", "area": "kitchen"}) == {"domain": "device"}


def test_a_value_that_all_sentences_have_beside_the_others_is_lacking(unit_fillers):
    assert unit_fillers["Light"].lacking({"area": "den"}) == "level"
    assert unit_fillers["Longer"].lacking({"area": "den"}) in ("minutes", "hours")
    assert unit_fillers["Longer"].lacking({"minutes": 5}) == ""


def test_what_goes_without_saying_is_that_of_the_nearest_block(block_filler):
    assert block_filler.implied(query("I need lights in the kitchen"), {"room": "kitchen"}) == {"domain": "light"}
    assert block_filler.implied(query("I need fans in the kitchen"), {"room": "kitchen"}) == {"domain": "fan"}
    assert block_filler.implied(query("something in the kitchen"), {"room": "kitchen"}) == {}
    assert block_filler.implied(query("lights"), {}) == {}


def test_values_count_where_a_sentence_names_those_slots(block_filler):
    assert block_filler.count_known_values({"room": "kitchen"}) == 1
    assert block_filler.count_known_values({"room": "kitchen", "name": "desk light"}) == 0


SIGNS = """
language: en
lists:
  up: {range: {from: 0, to: 100, type: percentage}}
  down: {range: {from: 0, to: 100, type: percentage, multiplier: -1}}
  known: {values: ["on", "off"]}
intents:
  Volume: {data: [{sentences: ["turn up the volume by {up:step}", "turn down the volume by {down:step}"]}]}
  State: {data: [{sentences: ["is it {known:state} at {up:level}", "does it look {text:state} at {up:level}"]}]}
"""


@pytest.fixture(scope="module")
def sign_fillers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signs")
    (folder / "a.yaml").write_text(SIGNS, encoding="utf-8")
    intents = load_intents([folder], ())
    return {name: SlotFiller(intent, intents, Sampler(intents)) for name, intent in intents.intents.items()}


def test_a_number_that_may_be_up_or_down_is_neither(sign_fillers):
    assert sign_fillers["Volume"].fill(query("bump the volume by 10 percent"), {}).slots == {}


def test_any_words_are_no_listed_value(sign_fillers):
    domains = sign_fillers["State"].domains
    assert count_unlisted(domains, {"state": "on", "level": "5"}) == 0
    assert count_unlisted(domains, {"state": "crumbs", "level": "5"}) == 1
