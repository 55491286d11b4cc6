"""A sentence counts where a passage says it, and nowhere else."""

from __future__ import annotations

import doctest

import pytest

from assistant.dialogue.generation import grounding
from assistant.dialogue.generation.grounding import CitedPassage, quote, refuses, support, unmarked

GROUNDS = [
    CitedPassage(
        "The pharmacy on Market Street closes at six in the evening, and at one on Saturday. It is closed on Sunday. "
        "Prescriptions are not filled after five.",
        "a.md",
    ),
    CitedPassage(
        "Stop the server and copy the folder `/var/lib/jellyfin` to another disk.", "b.md", "Jellyfin › Backup"
    ),
    CitedPassage("| size | price |\n| --- | --- |\n| small | 4 euros |\n| large | 7 euros |", "c.md"),
]


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("The pharmacy closes at six in the evening.", 0),
        ("The pharmacy closes at 6 in the evening.", 0),
        ("The pharmacy closes at one on Saturday.", 0),
        ("Prescriptions are not filled after five.", 0),
        ("Stop the server and copy the folder /var/lib/jellyfin to another disk.", 1),
        ("Stop the server.", 1),
    ],
)
def test_a_sentence_that_a_passage_says_stands_on_it(sentence, place):
    assert support(sentence, GROUNDS) == place


@pytest.mark.parametrize(
    "sentence",
    [
        "The pharmacy closes at seven.",
        "The pharmacy closes at one in the evening.",
        "It is not closed on Sunday.",
        "Prescriptions are filled after five.",
        "The pharmacy on Station Street closes at six in the evening.",
        "Stop the server and copy /var/lib/plex to another disk.",
        "Stop the server and delete the folder /var/lib/jellyfin with --force.",
        "The small one costs 7 euros.",
        "Stop the server and copy the folder to another disk with -R.",
        "The pharmacy on Market Street is closed in the evening.",
        "Market Street closes at six in the evening.",
        "Bananas are yellow.",
    ],
)
def test_a_changed_number_name_address_or_negation_does_not_stand(sentence):
    assert support(sentence, GROUNDS) is None


@pytest.mark.parametrize("name", ["Plex", "plex"])
def test_what_is_asked_about_is_not_put_in_the_place_of_what_is_told(name):
    assert support(f"Stop the {name} server.", GROUNDS) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "I don't know that.",
        "I\u2019m sorry, but I cannot answer that.",
        "As an AI language model, I have no opinion.",
        "The passages do not mention the price.",
        "The provided text does not say.",
        "That is not mentioned in the passages.",
        "There is no information about it.",
        "I'm not sure how to answer this question.",
    ],
)
def test_a_refusal_is_no_answer(sentence):
    assert refuses(sentence)
    assert support(sentence, [CitedPassage(sentence, "a.md")]) is None


@pytest.mark.parametrize(
    "sentence", ["It is not open on Sunday.", "The lamp cannot be dimmed.", "Do not open the passage.", "No."]
)
def test_a_denial_is_no_refusal(sentence):
    assert not refuses(sentence)


def test_what_a_pronoun_stands_for_may_be_named():
    assert support("The pharmacy is closed on Sunday.", GROUNDS) == 0
    assert support("The pharmacy is not filled after five.", GROUNDS) is None


def test_numbers_in_brackets_and_headings_cite_nothing():
    assert unmarked("It is closed on Sunday [7][2].", GROUNDS) == "It is closed on Sunday."
    assert unmarked("Jellyfin › Backup Stop the server. [^1]", GROUNDS) == "Stop the server."


def test_a_quotation_is_what_has_most_in_common_with_the_question():
    assert quote(GROUNDS[0], "is it closed on sunday") == (
        "It is closed on Sunday. Prescriptions are not filled after five."
    ) or "It is closed on Sunday." in quote(GROUNDS[0], "is it closed on sunday")
    assert quote(GROUNDS[1], "anything") == GROUNDS[1].text


def test_the_examples_of_the_docstrings():
    assert doctest.testmod(grounding).failed == 0
