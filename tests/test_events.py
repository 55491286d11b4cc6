"""The vocabulary: frozen values, each of which becomes one JSON line."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import get_args

import pytest

from assistant import events, values
from assistant.event_json import as_json, kind_of
from assistant.events import Event, ReplyEnded, Understood
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    BuiltInAction,
    Candidate,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Utterance,
)

NEAR = (Candidate("intent", "StartTimer", "set a timer", 0.81234567),)
SAID = Utterance("set a timer")


def understood(understanding):
    line = as_json(Understood(SAID, understanding), 1.23456)
    json.dumps(line)
    return line


VOCABULARY = sorted(
    {cls for module in (events, values) for _, cls in inspect.getmembers(module, dataclasses.is_dataclass)},
    key=lambda cls: cls.__name__,
)
SAMPLES = {
    "str": "x", "float": 0.5, "int": 1, "bool": True, "Any": {"a": ["b", 1.5, None]},
    "Utterance": SAID, "Understanding": OutOfScope(0, ()), "Action | None": BuiltInAction("timer.start", {"a": "b"}),
    "Path | None": Path("/tmp"), "str | None": "x", "tuple[str, ...]": ("x", "y"), "tuple[Candidate, ...]": NEAR,
    "tuple[tuple[Utterance, str, float], ...]": ((SAID, "Done.", 0.5),),
    "Mapping[str, str]": {"a": "b"}, "Mapping[str, float]": {"a": 0.25}, "tuple[tuple[str, str], ...]": (("a", "b"),),
    "tuple[tuple[str, float, float], ...]": (("a", 0.5, 1.0),),
    "Mapping[str, SlotValue]": {"a": timedelta(minutes=1), "b": time(7), "c": datetime(2026, 5, 3), "d": True},
    "tuple[IntentMatch | AnswerMatch | SlotMissing, ...]": (AnswerMatch("Q?", "A.", "s", 0.5, NEAR),),
}  # fmt: skip


def filled(cls):
    """Return an instance with something in every field."""
    return cls(**{field.name: SAMPLES.get(str(field.type), "x") for field in dataclasses.fields(cls)})


@pytest.mark.parametrize("cls", VOCABULARY, ids=lambda cls: cls.__name__)
def test_every_value_is_frozen_slotted_and_explained(cls):
    assert cls.__dataclass_params__.frozen
    assert "__slots__" in vars(cls)
    (body,) = [node.body for node in ast.parse(inspect.getsource(cls)).body]
    assert isinstance(body[0], ast.Expr), "a class needs a docstring"
    for node, following in itertools.pairwise([*body[1:], None]):
        if isinstance(node, ast.AnnAssign):
            doc = following.value.value if isinstance(following, ast.Expr) else ""
            assert doc, f"{node.target.id} needs a docstring"
            assert "\n" not in doc


@pytest.mark.parametrize(
    "cls", [cls for cls in VOCABULARY if cls is not values.SpeechFrame], ids=lambda cls: cls.__name__
)
def test_every_value_but_sound_survives_json(cls):
    line = as_json(filled(cls), 1.0)
    assert json.loads(json.dumps(line, allow_nan=False)) == line


@pytest.mark.parametrize("cls", get_args(Event))
def test_every_event_becomes_a_json_line_with_all_its_fields(cls):
    event = filled(cls)
    line = as_json(event, 2.0)
    assert json.loads(json.dumps(line))["event"] == kind_of(event)
    assert line["t"] == 2.0
    if cls is not Understood:
        assert {field.name for field in dataclasses.fields(cls)} <= set(line)


def test_a_command_tells_intent_and_slots():
    slots = {"duration": timedelta(minutes=10), "at": datetime(2026, 5, 3, 7, 0), "hour": time(7), "n": 2.5}
    line = understood(IntentMatch("StartTimer", slots, 0.9, NEAR, None))
    assert line == {
        "event": "understood", "t": 1.235, "text": "set a timer", "partial": False,
        "kind": "intent_match", "intent": "StartTimer", "confidence": 0.9,
        "slots": {"duration": 600, "at": "2026-05-03T07:00:00", "hour": "07:00:00", "n": 2.5},
        "n_best": [{"kind": "intent", "id": "StartTimer", "example": "set a timer", "score": 0.8123, "phrase": ""}],
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
