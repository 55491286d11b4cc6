"""A misheard command is taken for the sentence of the templates that it sounds like, and other speech for none."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from assistant.authoring.intents import load_intents
from assistant.language.phonemes import pronounce
from assistant.nlu.phonetic.costs import encode, indel, indels, substitution, substitutions
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
    match = nearest(search, heard)
    assert match.text == meant
    assert likely(match.unlikeness)


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
    match = nearest(search, text)
    assert match is None or not likely(match.unlikeness)


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


def test_other_letters_than_the_alphabet_are_alike_only_to_themselves():
    codes = encode("pжщ")
    assert substitutions(codes, codes).tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert indels(codes).tolist() == [indel("p")] * 3


@pytest.mark.parametrize(
    ("heard", "closed", "first"),
    [
        ("open the pot bay doors", True, "open the pod bay doors"),
        ("get me a lat with whole milk", True, "get me a latte with whole milk"),
        ("set a tyre for ten minutes", False, "set a timer for ten minutes"),
    ],
)
def test_alternatives_come_cheapest_first_and_can_all_be_said(search, heard, closed, first):
    alternatives = search.alternatives(query(heard), NAMES, closed)
    assert alternatives[0].text == first
    assert [cost for cost, _ in alternatives] == sorted(cost for cost, _ in alternatives)
    assert all(cost < len(heard) for cost, _ in alternatives)


def test_nothing_heard_as_it_is_stands_in_a_closed_alternative(search):
    assert search.alternatives(query("set a tyre for ten minutes"), ("StartTimer",), True) == ()


@pytest.mark.parametrize(
    ("heard", "rest"),
    [
        ("set a timer for", "value"),
        ("get me a small", "value"),
        ("open the pod bay", "words"),
        ("set the volume to 50", "none"),
        ("zebras graze in the savannah", "none"),
    ],
)
def test_the_beginning_of_a_sentence_may_go_on(search, heard, rest):
    assert search.continuation(query(heard), NAMES) == rest


def edit_distance(first: str, second: str) -> float:
    """The weighted edit distance of two strings of phonemes, cell by cell."""
    costs = np.zeros((len(first) + 1, len(second) + 1))
    for i, j in itertools.product(range(len(first) + 1), range(len(second) + 1)):
        steps = [costs[i - 1, j] + indel(first[i - 1])] if i else []
        steps += [costs[i, j - 1] + indel(second[j - 1])] if j else []
        steps += [costs[i - 1, j - 1] + substitution(first[i - 1], second[j - 1])] if i and j else []
        costs[i, j] = min(steps, default=0.0)
    return float(costs[-1, -1])


@pytest.mark.parametrize("heard", ["an nice mocker", "the door lock", "get me it"])
def test_the_cost_of_a_template_is_the_least_over_its_sentences(search, heard):
    """Every sentence of the templates, written out, is as far away as the lattice says or farther."""
    sizes, extras = ("", "small", "large", "twenty ounce"), ("milk", "sugar", "whole milk", "sweetener")
    drinks = ("drip coffee", "latte", "cappuccino", "cap", "iced mocha")
    ends = (
        "",
        *(f"with {extra}" for extra in extras),
        *(f"with {extra} and {more}" for extra in extras for more in extras),
    )
    starts = itertools.product(("I want", "can I have", "get me"), ("a", "an"), sizes, drinks, ends)
    spoken = ["".join(map(pronounce, " ".join(words).split())) for words in starts]
    spoken += ["".join(map(pronounce, words.split())) for words in ("lock please the door", "lock the door")]
    spoken += ["".join(map(pronounce, words.split())) for words in ("the door lock", "the door please lock")]
    (least, _), *_ = sorted((edit_distance(query(heard).phonemes.symbols, symbols), symbols) for symbols in spoken)
    alignment = search._aligned(query(heard), ("Order", "Both"), 0.05)
    assert alignment.costs.min() == pytest.approx(least, abs=1e-4)


def test_a_rule_means_what_each_blocks_own_lists_say(tmp_path):
    (tmp_path / "a.yaml").write_text("""
intents:
  Feed: {data: [{sentences: ["feed <pet>"], lists: {name: {values: [dalmatian]}}}]}
  Walk: {data: [{sentences: ["walk <pet>"], lists: {name: {values: [labrador]}}}]}
expansion_rules: {pet: "the {name}"}
""")
    intents = load_intents([tmp_path], ())
    search = PhoneticSearch(intents, Sampler(intents))
    assert search.nearest(query("feet the dalmation"), ("Feed", "Walk")).text == "feed the dalmatian"
    assert search.nearest(query("walk the labradoor"), ("Feed", "Walk")).text == "walk the labrador"


def test_threads_compile_the_same_lattice(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    (tmp_path / "a.yaml").write_text(INTENTS, encoding="utf-8")
    intents = load_intents([tmp_path], ())
    search, texts = PhoneticSearch(intents, Sampler(intents)), ["I want a lat with milk", "the door locked"] * 8
    with ThreadPoolExecutor(4) as pool:
        matches = list(pool.map(lambda text: search.nearest(query(text), NAMES), texts))
    assert matches == [search.nearest(query(text), NAMES) for text in texts]
