"""A misheard command is taken for the sentence of the templates that it sounds like, and other speech for none."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from assistant.authoring.intents import load_intents
from assistant.language.phonemes import indel, pronounce, substitution
from assistant.nlu.phonetic.search import PhoneticSearch
from assistant.nlu.query import Query
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.templates.sampler import Sampler

NOW = datetime(2026, 11, 23, 14, 10)
INTENTS = """
intents:
  Order:
    data:
      - sentences:
          - "(I want|can I have|get me) (a|an) [{size}] {drink} [with {extra} [and {extra:second}]]"
  StartTimer:
    data: [{sentences: ["(set|start) [a|the] timer for {duration}"], lists: {}}]
    slots: {duration: {type: duration}}
  Remember:
    data: [{sentences: ["<remind> to {task}"]}]
    slots: {task: text}
  Volume:
    data: [{sentences: ["set [the] volume to {0..100:level}"]}]
  Both:
    data: [{sentences: ["(lock;[please];the door)"]}]
  Learnt:
    examples: [open the pod bay doors]
expansion_rules:
  remind: "[please] remind me"
lists:
  size: {values: [small, large, twenty ounce]}
  drink: {values: ["drip coffee", latte, {in: "(cappuccino|cap)", out: cappuccino}, iced mocha]}
  extra: {values: [milk, sugar, whole milk, sweetener]}
"""


NAMES = ("Order", "StartTimer", "Remember", "Volume", "Both", "Learnt")


def likely(unlikeness: float) -> bool:
    """True where it is likelier than not that the sentence was misheard."""
    return unlikeness < ranking_weights().sound["even"]


@pytest.fixture(scope="module")
def search(tmp_path_factory) -> PhoneticSearch:
    folder = tmp_path_factory.mktemp("intents")
    (folder / "all.yaml").write_text(INTENTS, encoding="utf-8")
    intents = load_intents([Path(folder)], ())
    assert not intents.problems
    assert tuple(intents.intents) == NAMES
    return PhoneticSearch(intents, Sampler(intents))


def query(text: str) -> Query:
    return Query(text, "en", NOW)


def nearest(search, text):
    return search.nearest(query(text), NAMES)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("I want a 20 ounce latte", "I want a twenty ounce latte"),
        ("I want to dip coffee with sugar,", "I want a drip coffee with sugar"),
        ("get me a lat with whole milk and sweet and her", "get me a latte with whole milk and sweetener"),
        ("can I have a nice mocha?", "can I have an iced mocha"),
        ("set a tyre for ten minutes", "set a timer for ten minutes"),
        ("set the volume two 50", "set the volume to 50"),
        ("the door locked please", "the door lock please"),
        ("remained me to water the plants", "remind me to water the plants"),
        ("open the pot bay door's", "open the pod bay doors"),
    ],
)
def test_what_was_misheard_is_found(search, heard, meant):
    found = nearest(search, heard)
    assert found.text == meant
    assert likely(found.unlikeness)


def test_the_same_sounds_are_no_doubt(search):
    assert nearest(search, "can I have a small latte").unlikeness == 0.0
    assert nearest(search, "I want a 20 ounce latte").unlikeness == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "darkness hid him from Jeanne",
        "the applicants are invited for coffee and a visa is given immediately",
        "stomp",
        "is it cold outside",
        "because we were the last to leave, he reminded nobody of it at all",
    ],
)
def test_other_speech_is_like_nothing(search, text):
    found = nearest(search, text)
    assert found is None or not likely(found.unlikeness)


def test_silence_and_speeches_are_not_looked_at(search):
    assert nearest(search, "") is None
    assert nearest(search, "...") is None
    assert nearest(search, "I want a latte and " * 12) is None
    assert search.nearest(query("I want a latte"), ()) is None


def test_phonemes():
    assert pronounce("20") == pronounce("twenty")
    assert pronounce("sum") == pronounce("some") != pronounce("same")
    assert pronounce("Wetter", "de") == "wetter"
    assert substitution("p", "p") == 0 < substitution("p", "b") < substitution("p", "k") < substitution("p", "s") == 1
    assert indel("ə") < indel("k")
