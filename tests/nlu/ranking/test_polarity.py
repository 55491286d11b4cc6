"""A verb of the opposite, or of another deed, speaks against an intent that never names it."""

from __future__ import annotations

import pytest

from assistant.authoring.definitions import Block, Intent
from assistant.language.tables import TABLES, table_of
from assistant.nlu.ranking.combine import Ranked
from assistant.nlu.ranking.polarity.deeds import contrary, words_of_intent
from assistant.values import IntentMatch
from fakes.matcher import made

ENGLISH = table_of("en")
PROGRAMS = """
lists:
  program: {values: [firefox, gimp, start menu]}
intents:
  OpenProgram:
    examples: ["open {program}", "I would like to see {program}"]
    slots: {program: program}
    response: Opened.
  Note:
    examples: ["write down {text}", "a note that says {text}"]
    slots: {text: {type: text, examples: [close the window, stop smoking]}}
    response: Noted.
"""


def deeds(*words):
    return frozenset(deed for word in words for deed in ENGLISH.deeds_of_verb.get(word, ()))


@pytest.mark.parametrize(
    ("sentence", "own", "degree"),
    [
        ("close firefox", "open launch", "opposite"),
        ("kill firefox", "open launch", "opposite"),
        ("get rid of firefox", "open launch", "other"),
        ("uninstall firefox", "open launch", "other"),
        ("rename firefox", "open launch", "other"),
        ("make the lamp go off", "on", "opposite"),
        ("flip off the lamp", "on", "opposite"),
        ("everything needs ordered off my list", "order on", None),
        ("i am off to work on the books", "begin on", None),
        ("the lights off in the kitchen", "on", "opposite"),
        ("off with the lights", "on", "opposite"),
        ("run firefox", "open launch", None),
        ("install firefox", "open launch", "other"),
        ("create an alarm", "set wake", None),
        ("cancel an alarm", "set wake", "other"),
        ("stop the film", "pause", None),
        ("open the closed door", "open", None),
        ("start closing the blinds", "close", None),
        ("how is it going in the end", "on", None),
        ("what is on at the moment", "tell", None),
        ("firefox", "open launch", None),
    ],
)
def test_the_verb_of_a_command_counts_before_its_other_words(sentence, own, degree):
    assert contrary(sentence.split(), deeds(*own.split()), ENGLISH) == degree


def test_the_words_of_an_intent_are_those_of_its_rules_too_and_none_of_its_values():
    block = Block(("<start> {app:close}",), rules={"inner": "launch"})
    intent = Intent("X", "Begin it", (block,), ("let {name} run",))
    assert words_of_intent(intent, {"start": "(open|<inner>) [the]"}) == {
        *("begin", "it", "open", "the", "launch", "let", "run"),
    }


def test_the_verbs_of_each_language_stand_on_one_side_of_a_deed():
    for code, table in TABLES.items():
        for deed in table.deeds:
            assert deed.count("|") <= 1
            sides = [set(side.split()) for side in deed.split("|")]
            assert all(sides), (code, deed)
            assert len(set.union(*sides)) == sum(map(len, sides)), (code, deed)


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("files"), PROGRAMS)


@pytest.mark.parametrize("verb", ["close", "kill", "quit", "stop", "uninstall", "update", "rename", "get rid of"])
def test_an_intent_of_ten_lines_does_not_do_the_opposite(matcher, verb):
    (candidate,) = [ranked for ranked in matcher.rank(f"{verb} firefox") if ranked.owner == "OpenProgram"]
    assert candidate.confidence < 0.05
    assert [item.source for item in candidate.evidence if item.strength < 0][-1] == "polarity"


@pytest.mark.parametrize("sentence", ["open firefox", "I would like to see the start menu", "launch gimp"])
def test_the_same_deed_in_other_words_is_not_spoken_against(matcher, sentence):
    (candidate,) = [ranked for ranked in matcher.rank(sentence) if ranked.owner == "OpenProgram"]
    assert "polarity" not in [item.source for item in candidate.evidence]


def test_a_value_of_nothing_but_verbs_is_none(tmp_path):
    matcher = made(tmp_path, PROGRAMS.replace("{program: program}", "{program: text}"))
    (candidate,) = [ranked for ranked in matcher.rank("program should be closed") if ranked.owner == "OpenProgram"]
    assert "polarity" in [item.source for item in candidate.evidence]


def test_a_verb_inside_a_value_is_none_of_the_command(matcher):
    understanding = matcher.match("write down close the window")
    assert isinstance(understanding, IntentMatch)
    assert understanding.intent == "Note"


def test_the_object_of_a_verb_is_no_deed_of_an_intent(tmp_path):
    block = "data: [{sentences: ['(stop|pause) [the] playing']}], examples: [no more playing], response: Paused."
    player = f"intents: {{Pause: {{{block}}}}}"
    matcher = made(tmp_path, player)
    assert isinstance(matcher.match("please do stop playing"), IntentMatch)
    assert not isinstance(matcher.match("continue the playing"), IntentMatch)


def test_the_opposite_is_asked_about_where_another_deed_is_not(tmp_path):
    intents = {"On": "lamp on", "Off": "lamp off", "Tell": "tell me of the lamp"}
    lines = "".join(f"  {name}: {{examples: [{text}], response: Done.}}\n" for name, text in intents.items())
    matcher = made(tmp_path, f"intents:\n{lines}")

    def near(first, other, confidence):
        ranked = [Ranked("intent", first, 0.55, ()), Ranked("intent", other, confidence, ())]
        return [item.owner for item in matcher._polarity.rivals(ranked, 0.06, 0.5)]

    assert near("Off", "On", 0.52) == near("Off", "On", 0.48) == ["Off", "On"]
    assert near("Off", "Tell", 0.52) == ["Off", "Tell"]
    assert near("Off", "Tell", 0.48) == near("Off", "On", 0.4) == ["Off"]


LEVELS = """
intents:
  Louder:
    data: [{sentences: [increase the sound, turn the sound up]}]
    examples: [more volume]
    response: Louder.
  SetVolume:
    examples: ["set the volume to {level}", "change the level to {level}"]
    slots: {level: {type: percent, required: true}}
    response: Set.
"""


@pytest.mark.parametrize(("sentence", "is_against"), [("change the volume", True), ("increase the volume", False)])
def test_a_change_that_names_no_way_goes_none(tmp_path, sentence, is_against):
    ranked = {item.owner: item.evidence for item in made(tmp_path, LEVELS).rank(sentence)}
    assert ("polarity" in [item.source for item in ranked["Louder"]]) is is_against
    assert "polarity" not in [item.source for item in ranked.get("SetVolume", ())]
