"""What somebody said before is told with its moment, that of the question itself never."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest

from assistant.actions.database import Database
from assistant.actions.database.turns import StoredTurn
from assistant.actions.run import Actions
from assistant.app import build
from assistant.config import Config, HistoryConfig, PathsConfig
from assistant.errors import ModelError
from assistant.values import BuiltInAction, IntentMatch

NOW = datetime(2026, 11, 23, 14, 10)
SAID = [
    (9, 9, "the boiler makes a noise", "Other"),
    (1, 7, "what time is it", "TellTime"),
    (1, 20, "lights off", "LightsOff"),
    (0, 8, "what did I say about the boiler", "WhatISaidBefore"),
    (0, 9, "***", "Disarm"),
    (0, 13, "add milk", "AddToList"),
]


@pytest.fixture
def config(tmp_path):
    return Config(paths=PathsConfig(data=str(tmp_path)))


@pytest.fixture
def ask(config):
    database = Database(config.data_folder())
    for days, hour, text, name in SAID:
        moment = (NOW - timedelta(days=days)).replace(hour=hour, minute=0)
        database.turns.add(StoredTurn(0, moment.timestamp(), "typed", text, "intent_match", name, ""))

    def ask(config=config, recall=None, **slots):
        search = build.open_search(config, build.open_history(config, database, lambda: NOW), no_embedder)
        actions = Actions(config, database, None, list, lambda: NOW, recall or search.about)
        match = IntentMatch("WhatISaidBefore", slots, 1, (), BuiltInAction("dialogue.history"))
        return actions.run(match, threading.Event())

    return ask


def no_embedder():
    raise ModelError("no weights")


def test_the_turns_of_a_day_or_of_a_part_of_it_are_told(ask):
    yesterday = date(2026, 11, 22)
    assert ask(day=yesterday).text == "Yesterday at 7:00 AM: “what time is it”. Yesterday at 8:00 PM: “lights off”."
    assert ask(day=yesterday, part="evening").text == "Yesterday at 8:00 PM: “lights off”."
    assert ask(part="afternoon").text == "Today at 1:00 PM: “add milk”."
    assert ask(part="morning").text == "You said nothing today in the morning that I have kept."


def test_a_day_that_is_to_come_means_the_last_of_its_name(ask):
    assert "“lights off”" in ask(day=date(2026, 11, 29)).text
    assert "“the boiler makes a noise”" in ask(day=date(2027, 11, 14)).text


def test_what_was_said_about_something_is_told_but_for_the_questions_themselves(ask):
    assert ask(about="the boiler").text == "Saturday, November 14th at 9:00 AM: “the boiler makes a noise”."
    day = date(2026, 11, 20)
    assert ask(about="milk", day=day).text == "You said nothing about milk on Friday, November 20th that I have kept."


def test_of_many_the_latest_are_told(ask):
    many = [StoredTurn(number, NOW.timestamp(), "typed", f"turn {number}", "k", "n", "") for number in range(9)]
    text = ask(recall=lambda _: many).text
    assert text.startswith(("9 times, the latest 5: ", "Nine times, the latest 5: "))
    assert ("turn 3" in text, "turn 8" in text) == (False, True)


def test_without_a_history_or_its_model_it_says_so(ask, config):
    off = Config(paths=config.paths, history=HistoryConfig(keep=False))
    assert not ask(config=off).ok
    assert (ask(about="nothing of the kind").text, ask(about="nothing of the kind").ok) == ("no weights", False)
