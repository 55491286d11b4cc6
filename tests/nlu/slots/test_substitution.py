"""A fragment after a sentence: its values stand in the place of like ones, and nothing else is changed."""

from __future__ import annotations

import pytest

from fakes.matcher import made

INTENTS = """
lists:
  room: {values: [kitchen, bedroom, office]}
intents:
  Light:
    data: [{sentences: ["turn (on|off) the {room} light [to {level}]", "turn on the light"]}]
    slots: {room: {type: room}, level: percent}
  Timer:
    data: [{sentences: ["set a timer for {duration} [called {label}]"]}]
    slots: {duration: {type: duration, required: true}, label: text}
  Remind:
    data: [{sentences: ["remind me to {task} {at}"]}]
    slots: {task: {type: text, required: true}, at: {type: datetime, required: true}}
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("substitution"), INTENTS)


@pytest.mark.parametrize(
    ("sentence", "fragment", "meant"),
    [
        ("turn on the kitchen light", "in the bedroom", "turn on the bedroom light"),
        ("turn on the kitchen light", "the office light", "turn on the office light"),
        ("turn on the kitchen light", "off", "turn off the kitchen light"),
        ("turn on the light", "in the office", "turn on the light in the office"),
        ("turn on the kitchen light to 30 percent", "60", "turn on the kitchen light to 60"),
        ("set a timer for ten minutes", "fifteen", "set a timer for fifteen minutes"),
        ("set a timer for ten minutes", "an hour", "set a timer for an hour"),
        ("remind me to call Anna tomorrow at five pm", "at six", "remind me to call Anna tomorrow at six pm"),
        ("remind me to call Anna tomorrow at five pm", "on friday", "remind me to call Anna on friday at five pm"),
    ],
)
def test_like_stands_in_the_place_of_like(matcher, sentence, fragment, meant):
    assert next(matcher.answers.amended(matcher.match(sentence), sentence, fragment)) == meant


def test_what_was_wrong_may_be_said(matcher):
    sentence = "remind me to call Anna tomorrow at five pm"
    meant = list(matcher.answers.amended(matcher.match(sentence), sentence, "Berta", "Anna"))
    assert meant == ["remind me to call Berta tomorrow at five pm"]


@pytest.mark.parametrize("fragment", ["that is not what I said", "the bedroom is cold", "what time is it", ""])
def test_words_that_are_no_value_change_nothing(matcher, fragment):
    sentence = "turn on the kitchen light"
    assert list(matcher.answers.amended(matcher.match(sentence), sentence, fragment)) == []


def test_free_text_is_exchanged_only_where_it_may_be(matcher):
    sentence = "remind me to call Anna tomorrow at five pm"
    command = matcher.match(sentence)
    assert list(matcher.answers.amended(command, sentence, "feed the cat")) == []
    meant = list(matcher.answers.amended(command, sentence, "feed the cat", takes_text=True))
    assert meant == ["remind me to feed the cat tomorrow at five pm"]


def test_an_answer_may_hold_more_than_was_asked(matcher):
    from assistant.values import SlotMissing, Utterance

    question = SlotMissing("Remind", {"task": "call Anna"}, "at", "When?", 1.0, ())
    assert matcher.fill(question, Utterance("tomorrow at five pm")).slots["task"] == "call Anna"
