"""What a question names must agree with the passage: numbers, models, days, and the word that tells sections apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.authoring.documents.passage import Passage
from assistant.nlu.documents.particulars import is_sibling_asked, lacking_particulars, particulars
from assistant.nlu.documents.words import split


def passage(text: str, heading: str, file: str = "shop.md") -> Passage:
    return Passage(text, Path(file), file, (heading,), 1)


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("how long do I press to reset the X20", "Hold the button of the X20 for 10 seconds.", 0),
        ("how long do I press to reset the X30", "Hold the button of the X20 for 10 seconds.", 1),
        ("what is done at the 60,000 kilometre service", "At 60000 km the timing belt is changed.", 0),
        ("how many sheets fit into tray two", "Tray 2 takes 500 sheets.", 0),
        ("is the shop open on Sunday", "On Mondays from 8 to 12.", 1),
        ("is the shop open on mondays", "On Monday from 8 to 12.", 0),
        ("what changed in version 3.2", "Since 3.2.1 there is a menu.", 0),
        ("what changed in version 3.2", "Since 3.21 there is a menu.", 1),
        ("where is order 5400 packed", "Orders from 5001 to 6000 are packed in Leeds.", 0),
        ("which ink for the hj-410", "The HJ-410 takes cartridge 62.", 0),
        ("how does it work", "In 12 steps.", 0),
    ],
)
def test_numbers_models_and_days_are_held_or_lacking(question, text, lacking):
    """A number is a number however it is written."""
    assert lacking_particulars(question, passage(text, "Notes"), "en") == (lacking, 0)


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("rice for nine people", "For five people take 375 grams.", (1, 0)),
        ("what does exit status 7 mean", "If an error occurs, exit status is 1.", (1, 0)),
        ("is there one for big families", "For five people take 375 grams.", (0, 1)),
        ("leave out files above one megabyte", "Give the option --larger-than a size.", (0, 1)),
        ("what is the tax in 2024", "In 2023 it was 12 percent.", (1, 0)),
        ("what is the tax in 2024", "It is 12 percent.", (0, 1)),
        ("when do you close on Friday", "Open until 18:00 on Monday.", (1, 0)),
        ("when do you close on Friday", "Open until 18:00.", (0, 1)),
    ],
)
def test_a_number_of_the_askers_own_is_not_another_one(question, text, lacking):
    """Nine people are not five; but a size that the asker chose stands in no manual."""
    assert lacking_particulars(question, passage(text, "Notes"), "en") == lacking


def test_spoken_numbers_are_digits():
    """What is said and what is written are compared in one form."""
    words = particulars("Which ink for the HJ-410, on Fridays at twenty degrees?", "en")
    assert words == {"20": {"degree", "friday"}, "friday": frozenset(), "hj410": frozenset()}


@pytest.mark.parametrize(
    ("question", "is_sibling"),
    [
        ("what does shipping to Finland cost", True),
        ("what does shipping to Norway cost", False),
        ("shipping to sweden", False),
        ("who wrote this", False),
    ],
)
def test_sections_that_differ_in_one_word_answer_for_their_own(question, is_sibling):
    """Finland is told neither below Norway nor below Sweden."""
    norway, sweden = passage("12 euros", "Shipping to Norway"), passage("9 euros", "Shipping to Sweden")
    elsewhere = passage("9 euros", "Shipping to Sweden", "other.md")
    assert is_sibling_asked(split(question), norway, [sweden, passage("x", "Returns")], "en") == is_sibling
    assert not is_sibling_asked(split(question), norway, [elsewhere], "en")


def test_a_section_that_has_every_word_and_an_option_are_meant():
    """`mouse [on | off]` and `MOUSE SUPPORT` are no two of a kind."""
    mouse, support = passage("Use it to select panes.", "Mouse [on | off]"), passage("x", "Mouse support")
    assert not is_sibling_asked(split("how do I use the mouse"), mouse, [support], "en")
    assert not is_sibling_asked(split("how does the mouse scroll"), passage("y", "mouse [on | off]"), [support], "en")


@pytest.mark.parametrize(
    ("question", "lacking"),
    [("is the shop in Oslo open", 1), ("is the shop in Bergen open", 0), ("is the shop in winter open", 0)],
)
def test_a_heading_with_another_name_in_the_same_place_is_of_another_thing(question, lacking):
    hours = passage("From 10 to 18.", "Opening hours of the shop in Bergen")
    assert lacking_particulars(question, hours, "en") == (lacking, 0)
