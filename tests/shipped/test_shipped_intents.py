"""The shipped intents do what they say: enough of them, each with examples and tests, and no talk triggers them."""

from __future__ import annotations

import pytest

from assistant.app import build
from assistant.checks.intent_tests import run_tests
from assistant.config import Config, PathsConfig
from assistant.values import OutOfScope, Utterance

NOT_FOR_US = """
what colour is my neighbour's second cousin's boat
did you see the match last night
my sister is getting married in june
I think the soup needs more salt
can a penguin fly
the train was late again this morning
who won the world cup in 1998
how tall is mount everest
tell me about quantum physics
I love this song so much
the kids are at school until three
we should repaint the bedroom
what do you think about politics
he said he would call me back
book a flight to paris
send an email to my boss
what's the capital of peru
where did I leave my keys
the choir sang a song for us
what is the price of bitcoin
she doesn't want to come to the party
let's go to the beach on sunday
how do I bake a chocolate cake
my back hurts when I sit too long
there is a spider in the bathroom
""".strip().splitlines()


def test_nothing_is_wrong_in_what_is_shipped(shipped):
    assert [str(problem) for problem in shipped.problems] == []


def test_there_are_enough_of_them(shipped):
    intents = shipped.intents.intents
    assert len(intents) >= 25
    assert len({intent.file for intent in intents.values()}) >= 8


def test_each_intent_is_explained_exemplified_and_tested(shipped):
    for name, intent in shipped.intents.intents.items():
        assert intent.description, name
        assert intent.action is not None or intent.response, name
        assert sum(len(block.sentences) for block in intent.blocks) >= 3, name
        assert len(intent.examples) >= 4, name
        assert len(intent.tests) >= 2, name
        assert all(slot.ask for slot in intent.slots.values() if slot.required), name


def test_there_are_enough_answers(shipped):
    entries = shipped.knowledge.entries
    assert len(entries) >= 80
    assert all(entry.source and entry.answer and len(entry.also) >= 2 for entry in entries)
    wordings = [text.casefold().strip("?") for entry in entries for text in (entry.question, *entry.also)]
    assert len(wordings) == len(set(wordings))


@pytest.fixture(scope="module")
def config(data):
    return Config(paths=PathsConfig(data=str(data)))


@pytest.mark.model
def test_every_sentence_in_the_files_is_understood_as_its_intent(config):
    faults = [finding.detail for finding in run_tests(config, lambda _: None) if not finding.ok]
    assert faults == []


@pytest.mark.model
def test_everyday_talk_triggers_nothing(config):
    matcher = build.one_shot(config, lambda _: None).matcher
    accepted = [text for text in NOT_FOR_US if not isinstance(matcher.match(Utterance(text)), OutOfScope)]
    assert accepted == []


@pytest.mark.model
@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("does my voice ever leave this machine", "Do you send anything to the cloud?"),
        ("how can I teach you a command of my own", "How do I write a new intent?"),
        ("where do the weights live on disk", "Where are the model weights kept?"),
        ("which command unpacks a tar file", "How do I unpack an archive?"),
        ("my headset mic is not picked up by you", "Why don't you hear me?"),
        ("how can I restart a systemd daemon", "How do I restart a service?"),
    ],
)
def test_fresh_wordings_find_their_answer_or_offer_it_first(config, asked, question):
    understanding = build.one_shot(config, lambda _: None).matcher.match(Utterance(asked))
    nearest = next((candidate.id for candidate in understanding.n_best if candidate.kind == "question"), "")
    assert (getattr(understanding, "question", "") or nearest) == question
