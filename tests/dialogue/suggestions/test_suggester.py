"""Suggestions of a conversation: understood as meant, harmless, working here, from the files in use now."""

from __future__ import annotations

import dataclasses
import threading
from datetime import datetime, timedelta

import pytest

from assistant.actions.outcome import Outcome
from assistant.app import build
from assistant.config import Config, ConfirmConfig, HomeAssistantConfig, PathsConfig
from assistant.dialogue.consent.policy import Policy
from assistant.dialogue.exchange import Exchange
from assistant.dialogue.suggestions.dialogues import ShippedDialogues, shipped_dialogues
from assistant.dialogue.suggestions.suggester import Suggester
from assistant.dialogue.suggestions.values import Saying
from assistant.values import Utterance
from fakes.matcher import made

NOW = datetime(2026, 11, 27, 7, 30)
INTENTS = """
intents:
  Weather: {tests: [what is the weather], data: [{sentences: [what is the weather]}], response: Fine.}
  Door: {tests: [open the front door], data: [{sentences: [open the front door]}], action: {argv: [unlock, front door]}}
  Files: {tests: [wipe the disk], data: [{sentences: [wipe the disk]}], action: {argv: [sh, wipe]}}
  Sure: {tests: [order a pizza], data: [{sentences: [order a pizza]}], confirm: "Really?", response: Ordered.}
  Robot: {tests: [start the robot], data: [{sentences: [start the robot]}], action: {argv: [no-such-program]}}
  Paint:
    tests: [make the lamp red]
    data: [{sentences: ["make the lamp {colour}", make the lamp nice]}]
    slots: {colour: {values: [red, blue], required: true, ask: "Which?"}}
    response: OK.
"""
KNOWLEDGE = """
- question: Is anything sent to the cloud?
  answer: Nothing.
- question: Is anything sent to the neighbours?
  answer: Nothing.
"""


def sayings(*texts, days=6):
    names = {"what is the weather": "Weather", "open the front door": "Door", "wipe the disk": "Files",
             "order a pizza": "Sure", "start the robot": "Robot"}  # fmt: skip
    return [
        Saying(NOW - timedelta(days=day), text, ("intent", names.get(text, "Paint")))
        for day in range(days, 0, -1)
        for text in texts
    ]


@dataclasses.dataclass
class Held:
    """A conversation."""

    matcher: object
    exchanges: tuple = ()
    expects_answer: bool = False


def suggester(folder, earlier=(), works=lambda _: True, policy=Policy(), dialogues=None):  # noqa: B008
    held = Held(made(folder, INTENTS, KNOWLEDGE))
    table = dialogues or ShippedDialogues({})
    return held, Suggester(lambda: held, lambda: earlier, policy, works, lambda: NOW, table)


def texts(suggester):
    return [suggestion.text for suggestion in suggester.suggestions(9)]


def test_what_is_asked_about_first_or_deletes_is_never_suggested(tmp_path):
    """Not even where the settings ask about nothing."""
    habits = sayings("what is the weather", "open the front door", "wipe the disk", "order a pizza")
    lax = Policy(ConfirmConfig(domains=(), device_classes=(), things=(), deeds=(), never=("front door", "disk")))
    for number, policy in enumerate((Policy(), lax)):
        _, made_by_habit = suggester(tmp_path / str(number), habits, policy=policy)
        offered = texts(made_by_habit)
        assert offered[0] == "what is the weather"
        assert not {"open the front door", "wipe the disk", "order a pizza"} & {*offered}


def test_what_cannot_work_here_is_not_suggested(tmp_path):
    _, limited = suggester(tmp_path, sayings("what is the weather", "start the robot"), works=lambda action: not action)
    assert "start the robot" not in texts(limited)


def test_what_was_said_in_a_conversation_and_means_nothing_alone_is_not_suggested(tmp_path):
    """An elliptical sentence, or one that lacks a value, is replaced by the author's."""
    _, elliptical = suggester(tmp_path, sayings("and blue", "make the lamp nice", "*** ***"))
    assert texts(elliptical)[0] == "make the lamp red"
    assert not {"and blue", "make the lamp nice", "*** ***"} & {*texts(elliptical)}


def test_after_an_answer_related_questions_are_suggested(tmp_path):
    held, related = suggester(tmp_path)
    meaning = held.matcher.match("Is anything sent to the cloud?")
    held.exchanges = (Exchange("is anything sent to the cloud", meaning, Outcome(""), "Nothing."),)
    (offer, *_) = related.suggestions()
    assert offer.text == "Is anything sent to the neighbours?"
    assert offer.why == "it is close to “is anything sent to the cloud”"


def test_nothing_is_suggested_while_a_question_is_open(tmp_path):
    held, habits = suggester(tmp_path, sayings("what is the weather"))
    held.expects_answer = True
    assert texts(habits) == []


def test_politeness_is_no_reason_and_no_suggestion(tmp_path):
    table = ShippedDialogues({"unsuggested": ["Weather"]})
    _, polite = suggester(tmp_path, sayings("what is the weather"), dialogues=table)
    assert "what is the weather" not in texts(polite)


def test_what_follows_in_the_dialogues_of_intent_files_is_suggested(tmp_path):
    """A user's own dialogue teaches it, with no history at all; the shipped table stays as it is."""
    written = "dialogues:\n  - [what is the weather, Fine, make the lamp nice, OK]\n"
    held = Held(made(tmp_path, f"{INTENTS.replace('required: true, ', '')}{written}", KNOWLEDGE))
    match = held.matcher.match("what is the weather")
    held.exchanges = (Exchange("what is the weather", match, Outcome("Fine."), "Fine."),)
    table = ShippedDialogues({})
    offers = Suggester(lambda: held, tuple, Policy(), lambda _: True, lambda: NOW, table).suggestions(9)
    follower = next(offer for offer in offers if offer.owner == ("intent", "Paint"))
    assert follower.grounds["next"] > 0
    assert table.next([("intent", "Weather")], NOW) == {}


def test_another_matcher_gives_other_suggestions(tmp_path):
    matchers = [made(tmp_path / str(number), files, KNOWLEDGE) for number, files in
                enumerate((INTENTS, INTENTS.replace("Weather", "Sky").replace("the weather", "the sky")))]  # fmt: skip
    habits = [Saying(NOW - timedelta(days=day), "what is the sky", ("intent", "Sky")) for day in (3, 2, 1)]
    table = ShippedDialogues({})
    made_of = Suggester(lambda: Held(matchers[0]), lambda: habits, Policy(), lambda _: True, lambda: NOW, table)
    assert "what is the sky" not in texts(made_of)
    matchers.reverse()
    assert texts(made_of)[0] == "what is the sky"


# -- the shipped files


@pytest.fixture(scope="module")
def config(data):
    return Config(paths=PathsConfig(data=str(data)))


@pytest.mark.model
def test_the_table_names_shipped_intents(config):
    known = set(build.read_definitions(config).intents.intents)
    assert shipped_dialogues().unsuggested | shipped_dialogues().names <= known


@pytest.mark.model
def test_a_conversation_of_the_shipped_files(config):
    """Asked for in words, of this conversation alone: nothing that needs a house or a player, or that deletes."""
    session = build.one_shot(config, lambda _: None)
    for text in ("set a timer for ten minutes", "how do I make you stop talking"):
        for _ in session.turn(Utterance(text), threading.Event()):
            pass
        offered = [suggestion.text for suggestion in session.suggester.suggestions(9)]
        assert text not in offered
        assert not [text for text in offered if any(word in text.split() for word in ("cancel", "delete", "lights"))]
    replies = [event for event in session.turn(Utterance("any ideas"), threading.Event()) if hasattr(event, "ok")]
    assert replies[0].text.startswith("Perhaps “")
    assert "it is close to" in replies[0].text


@pytest.mark.model
def test_every_suggestion_of_a_day_is_understood_as_meant(config):
    at_home = dataclasses.replace(config, home_assistant=HomeAssistantConfig("http://127.0.0.1:1"))
    matcher = build.one_shot(at_home, lambda _: None).matcher
    for hour in range(0, 24, 3):
        moment = NOW.replace(hour=hour)
        offers = Suggester(lambda: Held(matcher), tuple, Policy(), lambda _: True, lambda: moment).suggestions(20)  # noqa: B023
        assert len(offers) >= 5
        meanings = [matcher.match(offer.text) for offer in offers]
        assert [getattr(m, "intent", None) or getattr(m, "question", None) for m in meanings] == [
            offer.owner[1] for offer in offers
        ]
