"""Templates: a sentence that one covers is understood exactly, values included; others are not touched."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from assistant.authoring.intents import load_intents
from assistant.authoring.template_syntax import TemplateError, check_syntax
from assistant.nlu.query import Query
from assistant.nlu.templates.matcher import Templates
from assistant.nlu.templates.sampler import SAMPLES
from fakes.intent_files import TEMPLATES

NOW = datetime(2026, 11, 23, 14, 10)


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("intents")
    (folder / "f.yaml").write_text(TEMPLATES)
    loaded = load_intents([folder], ())
    assert not loaded.problems
    return Templates(loaded)


def matches(templates, text):
    return templates.match(Query(text, "en", NOW))


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("set a timer for ten minutes", "Timer", {"duration": timedelta(minutes=10)}),
        ("Set a timer for 10 minutes!", "Timer", {"duration": timedelta(minutes=10)}),
        ("could you please start the timer for an hour and a half", "Timer", {"duration": timedelta(minutes=90)}),
        ("ten-minute timer", "Timer", {"duration": timedelta(minutes=10)}),
        ("start a timer for 90 seconds called Eggs", "Timer", {"duration": timedelta(seconds=90), "label": "Eggs"}),
        ("set a timer", "Timer", {}),
        ("remind me to call Mum", "Remind", {"task": "call Mum"}),
        (
            "remind me to call Mum tomorrow at seven",
            "Remind",
            {"task": "call Mum", "datetime": datetime(2026, 11, 24, 7)},
        ),
        ("remind me on friday to pay", "Remind", {"task": "pay", "datetime": datetime(2026, 11, 27, 9)}),
        ("turn on the lounge lights", "Light", {"room": "lounge", "domain": "light"}),
        ("switch off the garage light", "Light", {"room": 7}),
        ("set the kitchen to 40%", "Light", {"room": "kitchen", "level": 40, "domain": "light"}),
        ("set kitchen to twenty one percent", "Light", {"room": "kitchen", "level": 21, "domain": "light"}),
        ("put oat milk on my to do list please", "Add", {"item": "oat milk", "list": "todo"}),
        ("What is the time?", "Time", {}),
        ("whats the time", "Time", {}),
        ("what time is it in New York", "Time", {"place": "New York"}),
        ("can you swim", "Can", {}),
        ("blue red", "Can", {}),
        ("it is kitchen - tomorrow", "Can", {"where": "kitchen", "when": datetime(2026, 11, 24).date()}),
    ],
)
def test_a_covered_sentence_is_understood_with_its_values(templates, text, intent, slots):
    match = matches(templates, text)[0]
    assert match.intent == intent
    assert match.slots == slots


@pytest.mark.parametrize(
    "text",
    [
        "",
        "timer",
        "set a timer for",
        "set a timer for ten",
        "remind me toast bread",
        "set a timer for a while",
        "set a timer for ten minutes and go away",
        "turn on the attic light",
        "what colour is my neighbour's second cousin's boat",
        "remind me to",
        "((((",
        "{duration}",
        "a" * 5000,
    ],
)
def test_any_other_sentence_is_not(templates, text):
    assert matches(templates, text) == ()


def test_free_words_are_counted_and_literal_words_are_kept(templates):
    match = matches(templates, "remind me to feed the cat tomorrow")[0]
    assert (match.free, match.open_ended) == (3, False)
    assert match.texts == {"task": "feed the cat", "datetime": "tomorrow"}
    assert "remind me to" in match.literal
    assert "cat" not in match.literal
    assert matches(templates, "remind me to feed the cat")[0].open_ended


def test_the_response_key_comes_along(templates):
    assert matches(templates, "turn off the kitchen light")[0].response == "off"


def test_samples_are_bounded_the_same_each_time_and_match_their_own_intent(templates):
    for intent in templates._set.intents.values():
        patterns = templates.sampler.patterns(intent)
        assert patterns == templates.sampler.patterns(intent)
        assert 0 < len(patterns) <= SAMPLES * sum(len(block.sentences) for block in intent.blocks)
        for pattern in (pattern for pattern in patterns if "{" not in pattern):
            assert matches(templates, pattern)[0].intent == intent.name


def test_the_phrases_of_a_listed_value_are_written_out(templates):
    assert dict(templates.sampler.list_phrases("room")) == {
        "living room": "living room",
        "lounge": "lounge",
        "kitchen": "kitchen",
        "garage": 7,
    }


@pytest.mark.parametrize("text", ["(a|b", "a]", "{x", "<c", "a (b]", "()", "{}", "<>", ""])
def test_a_template_that_cannot_be_read_says_so(text):
    with pytest.raises(TemplateError):
        check_syntax(text)


def test_matching_from_two_threads_mixes_nothing_up(templates):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        match = list(pool.map(lambda n: matches(templates, f"set a timer for {n} minutes")[0].slots, range(1, 60)))
    assert match == [{"duration": timedelta(minutes=n)} for n in range(1, 60)]
