"""Replies that a conversation gives about itself."""

from __future__ import annotations

import threading

from assistant.actions.builtins.dialogue import help_with, slower
from assistant.actions.outcome import Context, Outcome
from assistant.config import Config
from assistant.dialogue.meta import Recollection
from assistant.dialogue.respond import Responder
from assistant.dialogue.session import Session
from assistant.events import ReplyEnded
from assistant.values import BuiltInAction, Utterance
from fakes.scripted_dialogue import RecordingActions, ScriptedMatcher, command

MORE = command("More", BuiltInAction("dialogue.more"))


class Surroundings:
    """The little that an action of the conversation asks for."""

    def __init__(self, count):
        self.count = count

    def catalogue(self):
        return [(f"I{number}", f"Title {number}", f"say {number}") for number in range(self.count)]


def talk(meanings, outcomes):
    actions = RecordingActions(outcomes)
    session = Session(lambda: ScriptedMatcher(meanings), Responder(actions))

    def say(text, source="typed"):
        events = list(session.turn(Utterance(text, source), threading.Event()))
        return next(event for event in events if isinstance(event, ReplyEnded))

    return say


def test_help_names_each_command_once_and_begins_again():
    outcome = help_with({}, {}, Surroundings(14))
    memory = Recollection()
    pages = [memory.reply(outcome, Utterance("help"), None, ScriptedMatcher({})).text for _ in range(4)]
    named = [word for page in pages[:3] for word in page.split("“")[1:]]
    assert len(named) == len(set(named)) == 14
    assert pages[3] == pages[0]


def test_what_an_action_has_more_of_is_told_piece_by_piece():
    outcomes = {"news": Outcome("First.", more=("Second.", "Third.")), "More": Outcome("", control="more")}
    say = talk({"the news": command("news"), "more": MORE}, outcomes)
    assert [say(text).text for text in ("the news", "more", "more", "more")] == [
        *("First.", "Second.", "Third."),
        "I have no more on that.",
    ]


def test_another_command_has_no_more_of_the_one_before():
    outcomes = {"news": Outcome("First.", more=("Second.",)), "More": Outcome("", control="more")}
    say = talk({"the news": command("news"), "lamp": command("lamp"), "more": MORE}, outcomes)
    assert [say(text).text for text in ("the news", "lamp", "more")][2] == "I have no more on that."


def test_of_several_responses_the_next_is_told_each_time():
    say = talk({"hi": command("Hi", response=("One.", "Two."))}, {})
    assert [say("hi").text for _ in range(3)] == ["One.", "Two.", "One."]


def test_a_slower_reply_is_read_aloud_slower_and_the_next_is_not():
    outcomes = {"news": Outcome("Snow."), "Slower": Outcome("", {"typed": "Once more: "}, control="slower")}
    say = talk({"news": command("news"), "slower": command("Slower", BuiltInAction("dialogue.slower"))}, outcomes)
    replies = [say(text, "spoken") for text in ("news", "slower", "news")]
    assert [reply.text for reply in replies] == ["Snow."] * 3
    assert [reply.pace == 1 for reply in replies] == [True, False, True]
    assert say("slower").text == "Once more: Snow."


def test_where_nothing_is_read_aloud_slower_says_so():
    outcome = slower({}, {}, Context(Config(), None, None, list))
    assert outcome.control == "slower"
    assert "read" in outcome.values["typed"]
    assert "spoken" not in outcome.values
