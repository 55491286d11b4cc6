"""In a conversation, what sounds like an answer or a follow-up may have been one, if it makes sense there."""

from __future__ import annotations

import threading

import pytest

from assistant.actions.outcome import Outcome
from assistant.dialogue.respond import Responder
from assistant.dialogue.session import Session
from assistant.values import Utterance
from fakes.matcher import made
from fakes.scripted_dialogue import RecordingActions

INTENTS = """
lists: {thing: {values: [front door, back door, kitchen lamp]}}
intents:
  Unlock:
    data: [{sentences: ["unlock the {thing}"]}]
    slots: {thing: {required: true}}
    action: note.read
  Party:
    data: [{sentences: ["book a table [for {people}]"]}]
    slots: {people: {type: number, required: true, ask: "For how many?"}}
    action: note.read
  Undo:
    data: [{sentences: ["undo"]}]
    action: dialogue.undo
  Off:
    data: [{sentences: ["off"]}]
    action: media.now
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("misheard"), INTENTS)


@pytest.fixture
def session(matcher):
    actions = RecordingActions({"Undo": Outcome("", control="undo")})
    return Session(lambda: matcher, Responder(actions, lambda n_best, knowledge: (), lambda: None))


def say(session, text):
    return list(session.turn(Utterance(text), threading.Event()))


def texts(session, heard):
    return [text for text, _ in session.alternatives(heard)]


@pytest.mark.parametrize(("heard", "meant"), [("And you.", "undo"), ("Of.", "off"), ("Undue", "undo")])
def test_a_word_alone_is_compared_with_the_commands_of_a_word(session, heard, meant):
    assert texts(session, heard)[0] == meant


@pytest.mark.parametrize("heard", ["Undo.", "off", "Unlock the back door."])
def test_a_command_is_taken_as_it_was_heard(session, heard):
    assert session.alternatives(heard) == ((heard, 0.0),)


@pytest.mark.parametrize("heard", ["I gave it to my neighbour", "fourteen", ""])
def test_what_sounds_like_none_is_compared_with_none(session, heard):
    assert not [text for text in texts(session, heard) if text != heard]


def test_a_correction_may_begin_with_a_misheard_no(session):
    assert "no the back door" not in texts(session, "Know the back door.")
    say(session, "unlock the front door")
    assert "no the back door" in texts(session, "Know the back door.")
    assert "no your limits" not in texts(session, "Know your limits.")


def test_a_correction_that_was_heard_right_stays(session):
    say(session, "unlock the front door")
    assert "not the back door" not in texts(session, "no the back door")


def test_a_number_that_is_asked_for_may_be_a_word_of_the_same_sound(session):
    assert "4" not in texts(session, "For.")
    say(session, "book a table")
    assert "4" in texts(session, "For.")
    assert session.alternatives("Four.") == (("Four.", 0.0),)


def test_a_plain_answer_to_a_question_is_expected(session):
    assert "cancel" not in texts(session, "Counsel.")
    say(session, "book a table")
    assert texts(session, "Counsel.")[0] == "cancel"
