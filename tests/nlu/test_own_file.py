"""A short file of an author's own: names with numbers, ranges, denied states, times beside a slot for a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from assistant.values import IntentMatch, OutOfScope, SlotMissing, Utterance
from fakes.matcher import made

GARDEN = """
intents:
  Water:
    data: [{sentences: ["water [the] {plant} [with|for] [{ml} (millilitres|ml)]"]}]
    examples: ["give the {plant} {ml} millilitres", "the {plant} is thirsty", "let the {plant} drink"]
    slots:
      plant: {required: true, ask: "Which plant?"}
      ml: {type: number, min: 10, max: 500, step: 10, default: 100}
    action: {argv: [sprinkle, "{plant}", "{ml}"]}
  Feed:
    examples: ["feed {pet}", "give {pet} {grams} grams of food", "{pet} is hungry", "{pet} is not full"]
    slots:
      pet: {values: [Minka, cat 2, cat 12, old dog], required: true}
      grams: {type: number, min: 5, max: 300}
    action: {argv: [feed, "{pet}", "{grams}"]}
  OpenGate:
    data: [{sentences: ["open [the] {gate}"]}]
    examples: ["let them in at the {gate}", "I need the {gate} open"]
    slots: {gate: {values: [north gate, south gate, gate 3], required: true}}
    action: {argv: [gate, open, "{gate}"]}
  Boiler:
    data: [{sentences: ["[set|put|turn] [the] boiler to {deg} [degrees]"]}]
    slots: {deg: {type: number, min: 30, max: 80, required: true}}
    action: {argv: [boiler, "{deg}"]}
  Pump:
    data: [{sentences: ["(start|run) the pool pump [for {duration}]"]}]
    slots: {duration: {type: duration}}
    action: {argv: [pump, "{duration}"]}
lists:
  plant: {values: [fern, orchid, "lily of the valley", "bed 1", "bed 2", "bed 10"]}
"""


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    return made(tmp_path_factory.mktemp("garden"), GARDEN)


def commands(matcher, text: str) -> list[dict[str, object]]:
    meanings = [meaning for _, meaning in matcher.match_all(Utterance(text))]
    assert all(isinstance(meaning, IntentMatch) for meaning in meanings), meanings
    return [dict(meaning.slots) for meaning in meanings]


@pytest.mark.parametrize("text", ["Minka is hungry", "Minka is not full", "the fern is very thirsty"])
def test_a_state_that_an_author_wrote_is_carried_out(garden, text):
    assert len(commands(garden, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Minka is not hungry",
        "Minka isn't hungry",
        "Minka is full",
        "the fern isn't thirsty",
        "the fern is no longer thirsty",
        "the fern does not look thirsty",
        "the fern is never thirsty",
        "the fern doesn't need water",
    ],
)
def test_what_denies_such_a_state_does_nothing(garden, text):
    ((_, meaning),) = garden.match_all(Utterance(text))
    assert isinstance(meaning, OutOfScope)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("feed cat 2 and cat 12 and the dog", ["cat 2", "cat 12", "old dog"]),
        ("feed cats 2 and 12", ["cat 2", "cat 12"]),
        ("water beds 1 and 2", ["bed 1", "bed 2"]),
        ("water beds one, two and ten", ["bed 1", "bed 2", "bed 10"]),
        ("water the lily", ["lily of the valley"]),
    ],
)
def test_names_are_told_by_their_numbers_and_heads(garden, text, values):
    slots = commands(garden, text)
    assert [command.get("pet", command.get("plant")) for command in slots] == values
    assert all("grams" not in command and command.get("ml", 100) == 100 for command in slots)


def test_a_number_with_its_unit_is_none_of_a_name(garden):
    assert commands(garden, "feed cat 2 20 grams") == [{"pet": "cat 2", "grams": 20}]
    ((_, meaning),) = garden.match_all(Utterance("give cat 20 grams of food"))
    assert isinstance(meaning, SlotMissing)
    assert (meaning.missing, dict(meaning.slots)) == ("pet", {"grams": 20})


def test_values_with_one_end_share_it_however_they_are_written(garden):
    assert commands(garden, "water the fern and bed two with 50 ml") == [
        {"plant": "fern", "ml": 50},
        {"plant": "bed 2", "ml": 50},
    ]


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("feed cat 3", "There is no “cat 3”. Which pet?"),
        ("open the gate", "“gate” may be north gate, south gate or gate 3. Which gate?"),
        ("boiler to between 50 and 60", "Only one of “50” and “60” can be. How many degrees?"),
        ("boiler to 90", "90 does not fit: the number of degrees goes from 30 to 80. How many degrees?"),
        ("put the boiler", "How many degrees?"),
    ],
)
def test_what_is_not_there_or_not_one_is_asked_about(garden, text, ask):
    ((_, meaning),) = garden.match_all(Utterance(text))
    assert isinstance(meaning, SlotMissing)
    assert meaning.ask == ask


@pytest.mark.parametrize(
    ("text", "over"),
    [("water bed 1 to 10", "1 to 10"), ("water the fern twice", "twice"), ("feed Minka twice", "twice")],
)
def test_a_range_and_how_often_are_named_and_not_dropped(garden, text, over):
    ((_, meaning),) = garden.match_all(Utterance(text))
    assert isinstance(meaning, OutOfScope)
    assert meaning.reason == f"I didn't understand “{over}”."


def test_a_slot_for_a_length_keeps_it_beside_a_moment(garden):
    ((_, meaning),) = garden.match_all(Utterance("run the pool pump for an hour and a half at ten pm"))
    assert meaning.slots == {"duration": timedelta(minutes=90)}
    assert (meaning.when.start, meaning.when.end) == (datetime(2026, 11, 23, 22), None)
