"""Sentences that are shown: as an author wrote them, never raw samples of a template."""

from __future__ import annotations

import pytest

from assistant.app import build
from assistant.config import Config, PathsConfig
from assistant.nlu.phrases import Phrases
from assistant.values import OutOfScope
from fakes.matcher import INTENTS, KNOWLEDGE, made
from fakes.one_intent import load, thing


@pytest.fixture(scope="module")
def shipped(data):
    return build.one_shot(Config(paths=PathsConfig(data=str(data))), lambda _: None).matcher


def best(folder, body, more=""):
    return Phrases(load(folder, thing(body, more))).best("intent", "Thing")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('tests: ["Wake Bob, please"]\nexamples: [get bob up]\ndata: [{sentences: [wake bob]}]', "Wake Bob, please"),
        ('examples: ["{who} wakes", rouse bob]\nslots: {who: text}', "rouse bob"),
        (
            'examples: ["wake somebody", "{who} should wake"]\nslots: {who: {values: [bob], required: true}}',
            "bob should wake",
        ),
        ('data: [{sentences: ["(wake|rouse) [up] [the] cat [now]"]}]', "wake up the cat now"),
        ('data: [{sentences: ["[cat] wake cat", "wake the cat"]}]', "wake the cat"),
        ('data: [{sentences: ["wake [the cat] for", "wake [it] for [it]"]}]', "wake it for it"),
        (
            'data: [{sentences: ["wake it", "wake {who}"]}]\nslots: {who: {values: [bob], required: true}}',
            "wake bob",
        ),
        ('data: [{sentences: ["call {whoever}"]}]\nslots: {whoever: text}', ""),
    ],
)
def test_a_test_an_example_or_a_whole_template_stands_for_an_intent(tmp_path, body, sentence):
    assert best(tmp_path / "i", body) == sentence


def test_a_question_stands_for_itself_and_one_that_is_gone_for_nothing(tmp_path):
    phrases = made(tmp_path, INTENTS, KNOWLEDGE).phrases
    assert phrases.best("question", "Is anything sent to the cloud?") == "Is anything sent to the cloud?"
    assert phrases.best("question", "Is it raining?") == phrases.best("intent", "Gone") == ""


def test_a_candidate_is_shown_by_a_sentence_of_its_author(tmp_path):
    """The raw sample that matched stands beside it."""
    matcher = made(tmp_path, INTENTS, KNOWLEDGE)
    meaning = matcher.match("start timer for the big cake somewhere")
    timer = next(candidate for candidate in meaning.n_best if candidate.id == "StartTimer")
    assert timer.example in {"wake me from my nap in ten minutes", "count down ten minutes", "count down 30 seconds"}
    assert timer.phrase != timer.example


def test_what_a_template_covers_is_shown_as_it_was_said(tmp_path):
    """The template itself, with its brackets, is no sentence."""
    best_candidate = made(tmp_path, INTENTS).match("Start a timer for ten minutes!").n_best[0]
    assert best_candidate.example == "Start a timer for ten minutes"
    assert best_candidate.phrase == "(set|start) [a|the] timer for {duration} [called {label}]"


def test_wordings_of_a_question_are_shown_as_written(tmp_path):
    meaning = made(tmp_path, INTENTS, KNOWLEDGE).match("where do new commands go then, in the big forest of trees")
    shown = [candidate.example for candidate in meaning.n_best if candidate.kind == "question"]
    assert shown[0] == "where do new commands go"


@pytest.mark.model
def test_the_nearest_commands_read_as_sentences(shipped):
    """Not one of them is a sample: those lack articles and end anywhere."""
    phrases = shipped.phrases
    for text in (
        "tell me weather of the sea floor", "delete that thing you know", "remove from it the list of songs",
        "paint the fence", "how tall is the tower of pisa", "bake a cake", "who won the game", "translate hello",
        "book me a flight", "is there a bus soon", "order a pizza", "what rhymes with orange",
    ):  # fmt: skip
        meaning = shipped.match(text)
        written = {sentence for c in meaning.n_best for sentence in phrases.written(c.kind, c.id).values()}
        if isinstance(meaning, OutOfScope):
            assert {candidate.example for candidate in meaning.n_best if candidate.example} <= written


@pytest.mark.model
def test_every_shipped_intent_has_a_sentence(shipped):
    assert [name for name in shipped.intents.intents if not shipped.phrases.best("intent", name)] == []
