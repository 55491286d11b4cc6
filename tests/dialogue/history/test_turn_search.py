"""Turns are found by their words, and by their meaning without a vector made in the turn."""

from __future__ import annotations

from datetime import datetime

import pytest

from assistant.actions.database import Database
from assistant.app import build
from assistant.config import Config, HistoryConfig, MatchConfig, PathsConfig
from assistant.dialogue.history import KeptConversation
from assistant.values import OutOfScope, Utterance
from fakes.embedder import WordHashes

NOW = datetime(2026, 11, 23, 14, 10)
SAID = [
    ("the car is parked on level three", "Noted: the car is parked on level three."),
    ("what time is it", "It's ten past two."),
    ("turn the lights off in the kitchen", "Done."),
    ("add cards to the shopping list", "Added cards. The car keys are there already."),
    ("buy bread", "I don't know that."),
]


@pytest.fixture
def config(tmp_path):
    return Config(paths=PathsConfig(data=str(tmp_path)), match=MatchConfig(server="http://127.0.0.1:9"))


@pytest.fixture
def kept(config):
    conversation = KeptConversation(Database(config.data_folder()), HistoryConfig(), now=lambda: NOW)
    for text, reply in SAID:
        conversation.keep(Utterance(text), [OutOfScope(0.1, ())], reply)
    return conversation


@pytest.fixture
def embedder():
    return WordHashes()


@pytest.fixture
def search(config, kept, embedder):
    return build.open_search(config, kept, lambda: embedder)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("car", [0, 3]),
        ("the car", [0, 3]),
        ("cars", [0, 3]),
        ("card", [3]),
        ("light kitchen", [2]),
        ("kitchen of the light", [2]),
        ("time", [1]),
        ("boat", []),
        ("the", [0, 2, 3]),
    ],
)
def test_all_the_words_must_be_there_in_whatever_form(search, words, found):
    assert [turn.text for turn in search.by_words(words)] == [SAID[place][0] for place in found]


def test_what_a_person_said_is_looked_for_in_their_own_words(search):
    assert [turn.text for turn in search.about("the car")] == [SAID[0][0]]
    assert [turn.text for turn in search.about("")] == [text for text, _ in SAID]


def test_by_meaning_the_nearest_comes_first_and_nothing_far_is_told(search):
    (nearest, score), *_ = search.by_meaning("kitchen lights turn off")
    assert nearest.text == SAID[2][0]
    assert 0.35 < score <= 1
    assert search.by_meaning("quantum physics") == ()


def test_only_new_turns_are_embedded_and_none_while_it_is_kept(search, kept, embedder):
    assert embedder.embedded == 0
    search.by_meaning("car")
    assert embedder.embedded == len(SAID) + 1
    kept.keep(Utterance("one more"), [OutOfScope(0.1, ())], "")
    search.by_meaning("car")
    assert embedder.embedded == len(SAID) + 3


def test_chroma_follows_in_a_collection_of_its_own_and_no_server_is_told(search, config):
    search.prepare(lambda _: None)
    assert (config.data_folder() / "conversation" / "chroma.json").is_file()
    assert search.by_meaning("the car is parked")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (config.data_folder() / "conversation").rglob("*"))
    search._index.close()


def test_what_is_erased_is_found_no_more(search, kept):
    search.by_meaning("car")
    kept._database.erase(["conversation"])
    assert (search.by_words("car"), search.by_meaning("car"), search.about("")) == ((), (), ())


@pytest.mark.model
def test_other_words_of_the_same_meaning_find_a_turn(config, kept):
    search = build.open_search(config, kept, lambda: build.load_embedder(config, lambda _: None))
    for words, place in [("my vehicle", 0), ("the lamps", 2), ("groceries", 4), ("the clock", 1)]:
        assert [turn.text for turn, _ in search.by_meaning(words, most=1)] == [SAID[place][0]], words
