"""The vocabulary: frozen values, each of which becomes one JSON line."""

from __future__ import annotations

import dataclasses
import inspect
import json
from datetime import datetime, time, timedelta
from typing import get_args

import pytest

from assistant import events, values
from assistant.event_json import as_json, kind_of
from assistant.events import Event, ReplyEnded, Understood
from assistant.values import Ambiguous, AnswerMatch, Candidate, IntentMatch, OutOfScope, SlotMissing, Utterance

NEAR = (Candidate("intent", "StartTimer", "set a timer", 0.81234567),)
SAID = Utterance("set a timer")


def understood(understanding):
    line = as_json(Understood(SAID, understanding), 1.23456)
    json.dumps(line)
    return line


@pytest.mark.parametrize(
    "cls", {c for module in (events, values) for _, c in inspect.getmembers(module, dataclasses.is_dataclass)}
)
def test_every_value_is_frozen_and_slotted(cls):
    assert cls.__dataclass_params__.frozen
    assert "__slots__" in vars(cls)


@pytest.mark.parametrize("cls", get_args(Event))
def test_every_event_becomes_a_json_line_with_all_its_fields(cls):
    filled = {"str": "x", "float": 0.5, "int": 1, "bool": True, "Utterance": SAID, "Understanding": OutOfScope(0, ())}
    values = {
        each.name: filled.get(str(each.type))
        for each in dataclasses.fields(cls)
        if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
    }
    line = as_json(cls(**values), 2.0)
    assert json.loads(json.dumps(line))["event"] == kind_of(cls(**values))
    assert line["t"] == 2.0
    if cls is not Understood:
        assert {each.name for each in dataclasses.fields(cls)} <= set(line)


def test_a_command_tells_intent_and_slots():
    slots = {"duration": timedelta(minutes=10), "at": datetime(2026, 5, 3, 7, 0), "hour": time(7), "n": 2.5}
    line = understood(IntentMatch("StartTimer", slots, 0.9, NEAR, None))
    assert line == {
        "event": "understood", "t": 1.235, "text": "set a timer", "partial": False,
        "kind": "intent_match", "intent": "StartTimer", "confidence": 0.9,
        "slots": {"duration": 600, "at": "2026-05-03T07:00:00", "hour": "07:00:00", "n": 2.5},
        "n_best": [{"kind": "intent", "id": "StartTimer", "example": "set a timer", "score": 0.8123}],
    }  # fmt: skip


def test_an_answer_tells_question_and_source():
    line = understood(AnswerMatch("Who are you?", "Assistant.", "about.md", 0.8, NEAR))
    assert (line["kind"], line["question"], line["source"]) == ("answer_match", "Who are you?", "about.md")


def test_a_missing_slot_tells_what_is_asked():
    line = understood(SlotMissing("StartTimer", {}, "duration", "For how long?", 0.9, NEAR))
    assert (line["kind"], line["intent"], line["missing"]) == ("slot_missing", "StartTimer", "duration")


def test_an_ambiguity_tells_the_choices_and_the_best_of_them():
    best = IntentMatch("LightsOn", {}, 0.5, NEAR, None)
    line = understood(Ambiguous((best, best), ("on", "off"), 0.5, NEAR))
    assert (line["kind"], line["intent"], line["choices"]) == ("ambiguous", "LightsOn", ["on", "off"])


def test_out_of_scope_has_slots_and_n_best_all_the_same():
    line = understood(OutOfScope(0.1, NEAR))
    assert (line["kind"], line["slots"], len(line["n_best"])) == ("out_of_scope", {}, 1)


def test_a_reply_tells_text_source_and_whether_it_was_generated():
    line = as_json(ReplyEnded("Blue.", source="sky.md"), 0)
    assert (line["event"], line["text"], line["source"], line["generated"]) == ("reply_ended", "Blue.", "sky.md", False)
