"""A claim stands on a sentence that says the same of the same things, not on one that only has its words."""

from __future__ import annotations

import doctest

import pytest

from assistant.dialogue.generation import relations
from assistant.dialogue.generation.grounding import CitedPassage, support


def stands(claim: str, sentence: str) -> bool:
    return support(claim, [CitedPassage(sentence, "a.md")]) is not None


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        (
            "The pharmacy on Market Street closes at six in the evening, and at one on Saturday.",
            "The pharmacy closes at six.",
        ),
        (
            "The pharmacy on Market Street closes at six in the evening, and at one on Saturday.",
            "The pharmacy closes at one on Saturday.",
        ),
        (
            "The pharmacy on Market Street closes at six in the evening, and at one on Saturday.",
            "It closes at 6 in the evening.",
        ),
        ("The filter cleans the water and drives the fan.", "The filter drives the fan."),
        ("The filter cleans the water and the pump drives the fan.", "The pump drives the fan."),
        (
            "Stop the server and copy the folder to another disk.",
            "You can stop the server and copy the folder to another disk.",
        ),
        ("The filter of the pump cleans the water.", "The filter cleans the water."),
        ("Hold the red button for ten seconds to reset the router.", "Hold the red button for ten seconds."),
        ("The battery lasts eight hours and charges in two.", "The battery lasts eight hours."),
        ("Water the fern twice a week in summer.", "You water the fern twice a week in summer."),
        ("Kenya has 47 counties.", "Kenya has 47 counties."),
        ("The gate opens when the bell has rung twice.", "The gate opens when the bell has rung twice."),
        ("To descale the kettle, fill it with vinegar and boil it twice.", "Fill it with vinegar and boil it twice."),
        ("Eggs keep for three weeks in the fridge.", "The eggs keep for three weeks."),
        ("The warranty covers parts and labour for two years.", "The warranty covers labour for two years."),
        ("The warranty covers parts and labour for two years.", "The warranty covers parts and labour for 2 years."),
    ],
)
def test_a_part_of_a_sentence_says_what_it_does(sentence, claim):
    assert stands(claim, sentence)


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("The filter cleans the water before the pump.", "The pump filters the filter."),
        ("The filter cleans the pump.", "The pump cleans the filter."),
        ("The filter is cleaned by the pump.", "The filter cleans the pump."),
        ("The filter cleans the pump.", "The filter is cleaned by the pump."),
        ("Take the pill before the meal.", "Take the pill after the meal."),
        (
            "The red cable goes to the left port and the blue to the right port.",
            "The red cable goes to the right port.",
        ),
        ("The filter cleans the water and the pump drives the fan.", "The filter drives the fan."),
        ("If the light is red, the pump has stopped.", "The pump has stopped."),
        ("The pump near the filter cleans the water.", "The filter cleans the water."),
        ("Some users may see the old page.", "Users see the old page."),
        ("The battery lasts at least eight hours.", "The battery lasts eight hours."),
        ("The bridge is longer than the tunnel.", "The tunnel is longer than the bridge."),
        ("Anna's brother lives in Rome.", "Anna lives in Rome."),
        ("The mayor was elected by the council.", "The mayor elected the council."),
        ("Send the form to the office from the bank.", "Send the form to the bank from the office."),
        ("Only members may park here.", "Members may park here."),
        ("The train from Rome to Paris takes ten hours.", "The train from Paris to Rome takes ten hours."),
        ("The dog that bit the postman was black.", "The postman was black."),
        ("The heater turns off when the window opens.", "The window opens when the heater turns off."),
        ("The cat chased the dog.", "The dog chased the cat."),
        ("The dog was chased by the cat.", "The dog chased the cat."),
        ("Small costs 4 euros, large costs 7 euros.", "Small costs 7 euros."),
        ("| small | 4 euros | large | 7 euros |", "The small one costs 7 euros."),
        ("The owner of the shop sold the bike to the teacher.", "The teacher sold the bike to the owner of the shop."),
        ("The owner of the shop sold the bike.", "The shop sold the bike."),
        ("Do not mix bleach with vinegar.", "Mix bleach with vinegar."),
        ("The lift works unless the alarm rings.", "The lift works."),
        ("The lift works except on Sundays.", "The lift works on Sundays."),
        ("Children under six travel without a ticket.", "Children travel without a ticket."),
        ("Children under six travel without a ticket.", "Children under six travel with a ticket."),
        ("Wash wool at 30 degrees and cotton at 60 degrees.", "Wash wool at 60 degrees."),
        ("The blue valve feeds the boiler; the green valve feeds the tank.", "The blue valve feeds the tank."),
        ("The key opens the door that locks the cellar.", "The key locks the cellar."),
        ("The teacher praised by the pupils left.", "The teacher praised the pupils."),
        ("Rarely does the river flood the village.", "The river floods the village."),
        ("Most trains stop at Ash.", "Trains stop at Ash."),
        ("Turn the lamp off after the film.", "Turn the film off after the lamp."),
        ("Open the valve, then start the pump.", "Start the pump, then open the valve."),
        ("The north door leads to the garden and the south door to the street.", "The north door leads to the street."),
        ("The parcel from Anna is for Ben.", "The parcel from Ben is for Anna."),
        ("The pump does not filter the water that the filter cleans.", "The filter cleans the pump."),
        ("Neither the bus nor the tram runs at night.", "The tram runs at night."),
        ("Milk contains more calcium than water.", "Water contains more calcium than milk."),
        ("The room next to the kitchen is locked.", "The kitchen is locked."),
        ("The light, not the fan, is broken.", "The fan is broken."),
        ("When the tank is empty the pump stops.", "The tank is empty."),
        ("The lid closes the pot.", "The lid is closed."),
        ("The robber was shot by the guard.", "The robber shot the guard."),
        ("The patient is treated daily.", "The patient treated daily."),
    ],
)
def test_the_same_words_in_another_relation_do_not(sentence, claim):
    assert not stands(claim, sentence)


def test_words_of_two_sentences_make_no_third():
    assert not stands("The filter drives the fan.", "The filter cleans the water. The pump drives the fan.")
    assert not stands("The fan drives.", "The filter cleans the fan. The pump drives.")


def test_a_language_without_a_table_needs_every_word():
    claim = "Die Apotheke schließt um sechs."
    passage = [CitedPassage("Die Apotheke am Markt schließt um sechs.", "a.md")]
    assert support(claim, [CitedPassage(claim, "a.md")], "xx") == 0
    assert support("Der Markt schließt die Apotheke.", passage, "xx") is None


def test_the_examples_of_the_docstrings():
    assert doctest.testmod(relations).failed == 0
