"""A language model proposes words; they are understood as if typed, and nothing is done without a yes."""

from __future__ import annotations

import json
import threading

import pytest

from assistant.authoring.definitions import Block, Intent, Slot
from assistant.dialogue.generation.last_resort import is_elliptical, read_call
from assistant.dialogue.respond import Responder
from assistant.dialogue.session import Session
from assistant.events import ReplyEnded, Understood
from assistant.values import BuiltInAction, IntentMatch, Utterance
from fakes.generator import ScriptedGenerator

LIGHT = Intent(
    "Light",
    "Turn off a light",
    (Block(("turn off the {name} light",)),),
    slots={"name": Slot("name")},
    action=BuiltInAction("light"),
)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "turn off the light",
        "[1]",
        "{",
        '{"intent": "Light"}',
        '{"intent": null, "slots": {}}',
        '{"intent": "Unlock", "slots": {}}',
        '{"intent": ["Light"], "slots": {}}',
        '{"intent": "Light", "slots": ["kitchen"]}',
        '{"intent": "Light", "slots": {"name": 5}}',
        '{"intent": "Light", "slots": {"name": " "}}',
        '{"intent": "Light", "slots": {"room": "kitchen"}}',
        '{"intent": "Light", "slots": {}, "confirm": false}',
        "{" * 5000,
        '{"a":' * 5000,
    ],
)
def test_what_is_no_call_of_an_offered_command_is_dropped(answer):
    assert read_call(answer, {"Light": LIGHT}) is None


def test_a_call_is_read_out_of_what_stands_around_it():
    answer = 'Sure! ```json\n{"intent": "Light", "slots": {"name": "kitchen"}}\n``` Done.'
    assert read_call(answer, {"Light": LIGHT}) == ("Light", {"name": "kitchen"})


@pytest.mark.parametrize("text", ["and in the kitchen", "what about Rome", "no, the other", "who wrote it", "and him"])
def test_a_follow_up_is_told_from_a_whole_sentence(text):
    assert is_elliptical(text, "en")


@pytest.mark.parametrize("text", ["who won the world cup in 1998", "how far away is the moon from here"])
def test_a_whole_sentence_is_none(text):
    assert not is_elliptical(text, "en")


class Talk:
    def __init__(self, shipped, generator, tools=True):
        from assistant.config import ConfirmConfig
        from assistant.dialogue.consent.policy import Policy
        from assistant.dialogue.context.interpreter import Interpreter
        from assistant.dialogue.generation.last_resort import LastResort
        from fakes.scripted_dialogue import RecordingActions

        self.actions, policy = RecordingActions({}), Policy(ConfirmConfig())
        last_resort = LastResort(generator, tools, Interpreter(policy, None).checked)
        responder = Responder(self.actions, generator=generator)
        self.session = Session(lambda: shipped, responder, policy, last_resort=last_resort)

    def say(self, text):
        self.events = list(self.session.turn(Utterance(text), threading.Event()))
        return next(event for event in self.events if isinstance(event, ReplyEnded))

    @property
    def understood(self):
        return next(event for event in self.events if isinstance(event, Understood))


def call(intent, **slots):
    return json.dumps({"intent": intent, "slots": slots})


@pytest.fixture(scope="module")
def shipped(data):
    from assistant.app import build
    from assistant.config import Config, PathsConfig

    config = Config(paths=PathsConfig(data=str(data)))
    return build.open_matcher(config, build.read_definitions(config), lambda _: None)


@pytest.mark.model
class TestShipped:
    """On the shipped intents."""

    def test_a_command_is_shown_and_asked_about_before_it_is_done(self, shipped):
        strange = "my eyes hurt in the lounge"
        talk = Talk(shipped, ScriptedGenerator(call("LightsOff", area="lounge")))
        reply = talk.say(strange)
        if not isinstance(talk.understood.understanding, IntentMatch):
            pytest.fail(f"not offered: {reply.text}")
        assert reply.expects_answer
        assert talk.actions.ran == []
        talk.say("yes")
        assert len(talk.actions.ran) == 1
        talk = Talk(shipped, ScriptedGenerator(call("LightsOff", area="lounge")))
        talk.say(strange)
        talk.say("no")
        assert talk.actions.ran == ["Cancel"]

    def test_values_that_nobody_said_and_commands_that_nobody_offered_are_dropped(self, shipped):
        strange = "my eyes hurt in the lounge"
        for answer in (call("LightsOff", area="moon base"), call("Shutdown"), "yes", "turn off the lounge lights"):
            talk = Talk(shipped, ScriptedGenerator(answer))
            reply = talk.say(strange)
            assert not reply.expects_answer, answer
            assert talk.actions.ran == []

    def test_a_follow_up_is_completed_from_what_was_said(self, shipped):
        talk = Talk(shipped, ScriptedGenerator("set a timer for ten minutes"), tools=False)
        talk.session._history.append(("how long does a pizza take", "A pizza takes ten minutes, set a timer."))
        reply = talk.say("do so for these minutes")
        assert talk.actions.ran == []
        assert reply.expects_answer or not reply.ok

    def test_without_tools_a_whole_sentence_goes_to_nobody(self, shipped):
        generator = ScriptedGenerator(call("LightsOff", area="lounge"))
        talk = Talk(shipped, generator, tools=False)
        assert not talk.say("my eyes hurt in the lounge").expects_answer
        assert generator.prompts == []
