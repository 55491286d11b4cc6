"""Only a person's own fresh and plain yes runs what was asked about; a stale, early or half one runs nothing."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from assistant.actions.outcome import Outcome
from assistant.config import ConfirmConfig
from assistant.dialogue.consent.policy import Policy
from assistant.dialogue.respond import Responder
from assistant.dialogue.session import Session
from assistant.event_json import as_json
from assistant.events import ReplyEnded, Understood
from assistant.values import AnswerMatch, BuiltInAction, IntentMatch, Utterance
from fakes.generator import ScriptedGenerator
from fakes.scripted_dialogue import NEAR, RecordingActions, ScriptedMatcher, command

GARAGE = command("OpenGarage", confirm="Open the garage door?")
DOOR = IntentMatch("Unlock", {"name": "door"}, 1.0, NEAR, BuiltInAction("Unlock"), confirm="Unlock the {name}?")
LAMP = dataclasses.replace(command("Lamp"), confidence=1.0)
PLAIN = ["yes", "Yes.", "yeah", "yes please", "Sure!", "right", "please", "ok", "okay, go ahead", "yes, yes",
         "um yes", "oh yes please", "yup, that's right", "yes thanks", "do it"]  # fmt: skip
HALF = ["yes but not the garage", "yes in ten minutes", "yes and no", "yeah, tomorrow", "go ahead and close it",
        "yes yes yes no", "correct me if I am wrong"]  # fmt: skip
NO = ["definitely not", "of course not", "no",
      "no wait", "no thanks", "nope, sorry", "don't", "don't do that", "stop", "wait", "hold on a second",
      "oh no", "no, not the garage", "no yes", "never mind"]  # fmt: skip
NEITHER = ["what?", "sure, but later", "right now what", "please what", "okay but why", "ok no", "I said yes yesterday"]


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Talk:
    """A conversation whose clock a test turns."""

    def __init__(self, generator=None):
        meanings = {"garage": GARAGE, "open the garage": dataclasses.replace(GARAGE, confidence=1.0), "lamp": LAMP,
                    "unlock": DOOR, "what did you say": command("Repeat", BuiltInAction("dialogue.repeat")),
                    "can I": AnswerMatch("Can I?", "Yes", "faq", 0.9, NEAR)}  # fmt: skip
        self.actions, self.clock = RecordingActions({"Repeat": Outcome("", control="repeat")}), Clock()
        responder = Responder(self.actions, lambda *_: (), generator, is_free=True)
        self.session = Session(lambda: ScriptedMatcher(meanings), responder, Policy(ConfirmConfig()), self.clock)

    def say(self, text, **more):
        events = list(self.session.turn(Utterance(text), threading.Event(), **more))
        self.lines = [as_json(event, 0) for event in events if isinstance(event, Understood)]
        (reply,) = [event for event in events if isinstance(event, ReplyEnded)]
        return reply


@pytest.fixture
def talk():
    return Talk()


@pytest.mark.parametrize("answer", PLAIN)
def test_a_plain_yes_runs_it_once(talk, answer):
    talk.say("garage")
    assert talk.say(answer).ok
    talk.say(answer)
    assert talk.actions.ran == ["OpenGarage"]


@pytest.mark.parametrize("answer", HALF)
def test_a_yes_with_more_runs_nothing_and_is_asked_about_again(talk, answer):
    talk.say("garage")
    for _ in range(2):
        reply = talk.say(answer)
        assert (reply.text, reply.expects_answer) == (
            "I have done nothing yet: please say only yes or no. Open the garage door?",
            True,
        )
        assert talk.lines[0]["confirm"] == reply.text
    assert talk.actions.ran == []
    talk.say("yes")
    assert talk.actions.ran == ["OpenGarage"]


@pytest.mark.parametrize("answer", NO)
def test_a_no_drops_it(talk, answer):
    talk.say("garage")
    talk.say(answer)
    assert not talk.session.expects_answer
    talk.say("yes")
    assert talk.actions.ran == ["Cancel"]


@pytest.mark.parametrize("answer", NEITHER)
def test_what_is_neither_runs_nothing(talk, answer):
    talk.say("garage")
    talk.say(answer)
    assert "OpenGarage" not in talk.actions.ran


def test_a_yes_with_the_same_command_said_again_is_a_yes(talk):
    talk.say("garage")
    talk.say("yes, open the garage")
    assert talk.actions.ran == ["OpenGarage"]


def test_another_command_drops_the_question(talk):
    talk.say("garage")
    talk.say("lamp")
    talk.say("ok")
    assert talk.actions.ran == ["Lamp"]


def test_a_question_lapses_and_a_stale_answer_says_so(talk):
    talk.say("garage")
    talk.clock.now += 59
    assert talk.session.expects_answer
    talk.clock.now += 2
    assert not talk.session.expects_answer
    for answer in ("ok", "yes"):
        reply = talk.say(answer)
        assert not reply.ok
        assert talk.actions.ran == []
    talk.say("garage")
    talk.clock.now += 61
    reply = talk.say("ok")
    assert reply.text.startswith("I have done nothing: that came too late")
    assert (talk.lines[0]["kind"], talk.actions.ran) == ("out_of_scope", [])


def test_the_seconds_stand_in_the_settings():
    talk = Talk()
    talk.session._policy = Policy(ConfirmConfig(lapse=5))
    talk.say("garage")
    talk.clock.now += 6
    talk.say("yes")
    assert talk.actions.ran == []


def test_another_command_after_a_lapsed_question_is_carried_out(talk):
    talk.say("garage")
    talk.clock.now += 61
    assert talk.say("lamp").ok
    assert talk.actions.ran == ["Lamp"]


def test_a_yes_said_before_the_question_is_none(talk):
    """What waited in the inbox while the command before it was understood was not said to its question."""
    talk.say("garage", taken=90.0)
    reply = talk.say("yes", taken=91.0)
    assert not reply.ok
    assert talk.actions.ran == []
    talk.say("garage", taken=100.0)
    talk.say("yes", taken=101.0)
    assert talk.actions.ran == ["OpenGarage"]


def test_the_question_said_again_is_still_open_and_fresh(talk):
    talk.say("garage")
    talk.clock.now += 40
    assert talk.say("what did you say").text == "Open the garage door?"
    talk.clock.now += 40
    talk.say("yes")
    assert talk.actions.ran == ["Repeat", "OpenGarage"]


def test_what_waits_for_the_answer_waits_on_while_it_is_asked_again(talk):
    talk.say("garage + lamp")
    talk.say("yes but")
    talk.say("what did you say")
    talk.say("yes")
    assert talk.actions.ran == ["Repeat", "OpenGarage", "Lamp"]


@pytest.mark.parametrize("text", ["can I", "make something up"])
def test_generated_and_retrieved_text_confirms_nothing(text):
    talk = Talk(ScriptedGenerator("Yes. Yes, do it."))
    talk.say("garage")
    assert talk.say(text).text.startswith("Yes")
    assert talk.actions.ran == []
    assert not talk.session.expects_answer


def test_the_json_line_has_the_question_with_its_values(talk):
    events = [*talk.session.preview(Utterance("unlock")), *talk.session.preview(Utterance("lamp"))]
    asked, lamp = (as_json(event, 0) for event in events)
    assert asked["confirm"] == "Unlock the door?"
    assert "confirm" not in lamp
    assert talk.session.guess(Utterance("unlock", "spoken")).confirm == "Unlock the door?"
