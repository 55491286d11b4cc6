"""Misspelt words are put right by the words of the files; words of the language, names and opposites stay."""

from __future__ import annotations

from datetime import datetime

import pytest

from assistant.nlu.query import Query
from assistant.nlu.spelling import in_dictionary, slip_cost
from assistant.values import OutOfScope, Utterance
from fakes.matcher import made

FILES = """
intents:
  On: {data: [{sentences: ["turn on [the] {lamp} light[s]", "unlock the {lamp}"]}], examples: [what is the brightness]}
  Off:
    data: [{sentences: ["turn off [the] {lamp} light[s]", "lock the {lamp}"]}]
    examples: [pause the music, in ten minutes]
  Note:
    data: [{sentences: ["write into my diary {text}", "remember for my diary {text}"]}]
    slots: {text: {type: text}}
  Cat: {examples: [increase the temperature, make it louder]}
  Dog: {examples: [decrease the temperature, make it lower]}
lists:
  lamp: {values: [kitchen, dining room, cellar]}
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("files"), FILES)


@pytest.fixture(scope="module")
def spelling(matcher):
    return matcher._spelling


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tunr", "turn"),
        ("trun", "turn"),
        ("teh", "the"),
        ("minuts", "minutes"),
        ("hte", "the"),
        ("lihgts", "lights"),
        ("kitchn", "kitchen"),
        ("kitcehn", "kitchen"),
        ("pasue", "pause"),
        ("unlcok", "unlock"),
        ("offf", "off"),
        ("tempreture", "temperature"),
        ("brigthness", "brightness"),
        ("wendesday", "wednesday"),
    ],
)
def test_a_slip_of_the_fingers_is_put_right(spelling, typed, meant):
    assert spelling.meant(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        "tune",
        "lamp",
        "cellars",
        "quiche",
        "sprinkles",
        "lol",
        "xiomara",
        "sonos",
        "wifi",
        "lightbulb",
        "on",
        "crease",
        "bags",
        "locating",
        "doesnt",
    ],
)
def test_words_and_names_stay(spelling, word):
    assert spelling.meant(word) == word


@pytest.mark.parametrize(
    ("typed", "meant"), [("donut", "donut"), ("dotn", "dont"), ("donnt", "dont"), ("cant", "cant")]
)
def test_no_other_letter_makes_a_prohibition(spelling, typed, meant):
    assert spelling.meant(typed) == meant


def test_a_value_of_free_text_is_meant_for_no_other(tmp_path):
    guests = """
    intents:
      Seat:
        examples: ["seat [michel](guest) now", "seat [corrina](guest) by the window", "seat [lamp](guest) now"]
        slots: {guest: {type: text}}
      Lamp: {examples: [the lamp please]}
    """
    spelling = made(tmp_path, guests)._spelling
    assert [spelling.meant(word) for word in ("michele", "corina", "lapm")] == ["michele", "corina", "lamp"]


@pytest.mark.parametrize("word", ["xncrease", "onf", "ecrease", "lowder"])
def test_what_lies_between_opposites_stays(spelling, word):
    assert spelling.meant(word) == word


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("Tunr on teh lights!", "Turn on the lights!"),
        ("TUNR ON THE LIGHTS", "TURN ON THE LIGHTS"),
        ("call Trun", "call Trun"),
        ("open trun.org", "open trun.org"),
        ("mail me@trun.org", "mail me@trun.org"),
        ("turn on the kitchen lights", "turn on the kitchen lights"),
    ],
)
def test_names_and_addresses_are_left_alone(spelling, typed, corrected):
    query = Query(typed, "en", datetime(2026, 11, 23))
    assert spelling.corrected(query).text == corrected


def test_a_sentence_without_a_misspelling_is_the_same_query(spelling):
    query = Query("turn on the kitchen lights", "en", datetime(2026, 11, 23))
    assert spelling.corrected(query) is query


def test_meaning_is_asked_of_the_right_words_and_free_text_keeps_what_was_typed(matcher):
    assert matcher.match("tunr off the kitchn lights").intent == "Off"
    assert matcher.match("remebmer for my diary teh rent").slots == {"text": "teh rent"}


def test_spoken_words_are_never_misspelt(matcher):
    assert isinstance(matcher.match(Utterance("tunr", "spoken")), OutOfScope)


def test_another_language_is_not_put_right(tmp_path):
    german = "language: de\nintents: {An: {examples: [mach das Licht an, schalte die Lampe ein]}}"
    spelling = made(tmp_path, german)._spelling
    query = Query("mahc das Licht an", "de", datetime(2026, 11, 23))
    assert spelling.corrected(query) is query


def test_slips_cost_by_how_easily_they_happen():
    costs = [
        slip_cost("tunr", "turn"),
        slip_cost("offf", "off"),
        slip_cost("kitchn", "kitchen"),
        slip_cost("tuxn", "turn"),
    ]
    assert costs == sorted(costs)
    assert slip_cost("turn", "turn") == 0


def test_the_dictionary_is_there_and_holds_no_slips():
    assert all(map(in_dictionary, ("kitchen", "colour", "color", "theatre", "zoom")))
    assert not any(map(in_dictionary, ("teh", "tunr", "pasue", "kitchn", "recieve", "")))


@pytest.mark.parametrize(("typed", "meant"), [("diningroom", "dining room"), ("mydiary", "my diary"), ("onto", "onto")])
def test_words_that_were_run_together_are_taken_apart(spelling, typed, meant):
    assert spelling.meant(typed) == meant


@pytest.mark.parametrize(
    "sentence", ["turn of the kitchen light", "please turn of the diningroom light", "turn the cellar light of"]
)
def test_a_particle_that_lost_a_letter_is_told_by_its_verb(matcher, sentence):
    assert matcher.match(sentence).intent == "Off"


def test_a_preposition_behind_another_verb_and_in_free_text_stays(matcher):
    assert matcher.match("write into my diary turn of the screw").slots == {"text": "turn of the screw"}
    query = matcher.query("remember of the kitchen")
    assert matcher._spelling.corrected(query) is query
