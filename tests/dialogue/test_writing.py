"""Texts that are asked for: written by the model, marked, kept as a note on request."""

from __future__ import annotations

import threading

import pytest

from assistant.actions.database import Database
from assistant.actions.run import Actions
from assistant.actions.timer_service import TimerService
from assistant.config import Config, GeneratorConfig, PathsConfig
from assistant.dialogue.respond import Responder
from assistant.dialogue.session import Session
from assistant.events import ReplyChunk, ReplyEnded
from assistant.values import BuiltInAction, IntentMatch, Utterance
from fakes.generator import ScriptedGenerator
from fakes.scripted_dialogue import ScriptedMatcher

WRITE = IntentMatch("WriteText", {"kind_of_text": "limerick"}, 1.0, (), BuiltInAction("generate.text"))
SAVE = IntentMatch("SaveText", {}, 1.0, (), BuiltInAction("generate.save"))
UNDO = IntentMatch("Undo", {}, 1.0, (), BuiltInAction("dialogue.undo"))
LINES = "Rain fell on a hat\nof a very old cat."


class Talk:
    def __init__(self, folder, generate="grounded", *answers):
        config = Config(paths=PathsConfig(data=str(folder)), generator=GeneratorConfig(generate=generate))
        self.store = Database(folder)
        self.generator = ScriptedGenerator(*answers)
        actions = Actions(config, self.store, TimerService(self.store, lambda _: None), list)
        responder = Responder(actions, generator=self.generator if config.generator.is_on else None)
        matcher = ScriptedMatcher({"write a limerick about rain": WRITE, "save that": SAVE, "undo": UNDO})
        self.session = Session(lambda: matcher, responder)

    def say(self, text):
        self.events = list(self.session.turn(Utterance(text), threading.Event()))
        return next(event for event in self.events if isinstance(event, ReplyEnded))


@pytest.fixture
def talk(tmp_path):
    return Talk(tmp_path, "grounded", LINES)


def test_a_text_is_written_piece_by_piece_and_marked(talk):
    reply = talk.say("write a limerick about rain")
    assert reply == ReplyEnded(LINES, generated=True)
    assert len([event for event in talk.events if isinstance(event, ReplyChunk)]) > 3
    (prompt,) = talk.generator.prompts
    assert prompt.question == "write a limerick about rain"
    assert "passages" not in prompt.rules


def test_it_is_kept_as_a_note_with_its_lines_and_that_is_undone(talk):
    talk.say("write a limerick about rain")
    assert talk.say("save that") == ReplyEnded("Saved as a note.")
    assert [note.text for note in talk.store.notes()] == [LINES]
    assert talk.say("undo").text == "The note is gone again."
    assert list(talk.store.notes()) == []


def test_nothing_written_is_nothing_to_save(talk):
    reply = talk.say("save that")
    assert (reply.text, reply.ok) == ("There is nothing to save: I have written nothing yet.", False)


def test_a_refusal_is_not_kept(tmp_path):
    talk = Talk(tmp_path, "free", "I'm sorry, as an AI I cannot write that.")
    assert not talk.say("write a limerick about rain").ok
    assert not talk.say("save that").ok


def test_without_a_model_the_setting_is_named(tmp_path):
    talk = Talk(tmp_path, "off")
    reply = talk.say("write a limerick about rain")
    assert not reply.ok
    assert not reply.generated
    assert reply.text == (
        "I can't write that without a language model: set generate in the section [generator] of config.toml "
        'to "grounded" or "free".'
    )


def test_what_is_written_starts_no_action(tmp_path):
    talk = Talk(tmp_path, "free", "save that")
    talk.say("write a limerick about rain")
    assert list(talk.store.notes()) == []
