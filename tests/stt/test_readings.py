"""What was heard stands unless a known sentence is nearly as likely for the sound; a prompt invents nothing."""

from __future__ import annotations

import pytest

from assistant.stt.readings import Chooser, Reading

PROMPT = "timer, Dvořák, kitchen lights. Unlock the front door. Turn off the fan."


def reading(text, score=-0.3):
    return Reading(text, score, sure=score > -0.7)


def chooser(likelihoods, confusable=None, prompt=PROMPT):
    """One for a sound of which the model finds each text as likely as is said; the others are no matter."""
    table = confusable or {}
    return Chooser(
        prompt,
        lambda text: table.get(text, ()),
        lambda text: likelihoods.get(text, -50.0),
        lambda text: len(text.split()),
    )


def known(text):
    return {text: ((text, 0.0),)}


def test_a_clear_known_sentence_needs_no_second_reading():
    text = "Unlock the front door."
    assert chooser({}, known(text)).knows([reading(text, -0.05)])
    assert not chooser({}, known(text)).knows([reading(text, -0.3)])
    assert not chooser({}).knows([reading(text, -0.05)])
    assert not chooser({}).knows([])


def test_a_prompted_command_that_the_sound_does_not_bear_out_is_not_taken():
    bent, said = "Unlock the front door.", "Anna locked the front door."
    chosen = chooser({bent: -12.0, said: -1.0}, known(bent)).choose([reading(bent)], [reading(said)])
    assert chosen[0].text == said
    assert bent not in [other.text for other in chosen]


def test_a_prompted_command_stands_where_the_other_reading_is_hardly_likelier():
    command, garbled = "Brew a mocha with sugar.", "We'll muck with sugar."
    chosen = chooser({command: -6.0, garbled: -2.0}, known(command)).choose([reading(command)], [reading(garbled)])
    assert (chosen[0].text, chosen[0].sure) == (command, True)


@pytest.mark.parametrize("text", ["Turn off the fan.", "Kitchen lights"])
def test_a_part_of_the_prompt_is_nothing_where_nothing_is_heard_without_it(text):
    assert chooser({}, known(text)).choose([reading(text, -0.81)], []) == ()
    assert chooser({}, known(text)).choose([reading(text)], [reading(text)])[0].text == text


def test_a_command_in_a_hard_recording_is_no_echo_of_words_that_are_like_it():
    text = "Set timer for 5 minutes."
    assert chooser({}, known(text)).choose([reading(text, -0.6)], [])[0].text == text


def test_a_command_of_the_prompt_that_is_heard_clearly_with_it_alone_is_no_echo():
    text = "Turn off the fan."
    assert chooser({}, known(text)).choose([reading(text, -0.28)], [])[0].text == text


def test_words_that_babble_is_taken_for_are_nothing():
    assert chooser({}).choose([reading("Let's give these pictures in the empty room.", -0.89)], []) == ()


def test_the_reading_without_the_prompt_counts_for_what_is_no_command():
    bent, said = "Four queen of close.", "Four queen of clubs."
    chosen = chooser({bent: -3.0, said: -2.0}).choose([reading(bent)], [reading(said)])
    assert {other.text for other in chosen} == {said}


def test_the_reading_with_the_prompt_counts_for_what_is_like_a_command():
    named, plain = "Play some Dvořák.", "Play some D-Vorec."
    table = {named: ((named, -3.0),)}
    assert chooser({named: -4.0, plain: -2.0}, table).choose([reading(named)], [reading(plain)])[0].text == named


def test_a_word_that_is_not_the_prompts_is_no_gain_of_it():
    bent, said = "Change that a half pass to.", "Change that a half past two."
    table = {bent: ((bent, -3.0),), said: ((said, -3.0),)}
    assert chooser({bent: -4.0, said: -2.0}, table).choose([reading(bent)], [reading(said)])[0].text == said


def test_a_known_sentence_is_found_by_the_reading_without_the_prompt():
    bent, said = "Watch the weather.", "What's the weather?"
    assert chooser({}, known(said)).choose([reading(bent)], [reading(said)])[0].text == said


def test_a_sentence_that_makes_sense_now_replaces_one_that_does_not():
    heard = "And you."
    table = {heard: (("undo", -2.8), ("redo", -4.0))}
    best = chooser({heard: -1.4, "Undo.": -2.0}, table).choose([reading(heard)], [reading(heard)])[0]
    assert (best.text, best.heard) == ("Undo.", heard)
    assert chooser({heard: -1.4, "Undo.": -9.0}, table).choose([reading(heard)], [reading(heard)])[0].text == heard


def test_a_command_gives_way_only_to_what_is_likelier_than_it():
    heard, answer = "Note the back door.", "no the back door"
    table = {heard: ((heard, 0.0), (answer, -1.0))}
    for likelihood, chosen in ((-1.0, "No the back door."), (-3.5, heard)):
        readings = chooser({heard: -3.0, "No the back door.": likelihood}, table).choose([reading(heard)], [])
        assert readings[0].text == chosen
