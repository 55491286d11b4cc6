"""The matcher: exact where a template covers the words, by meaning elsewhere, and a no where nothing fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from assistant.authoring.intents import load_intents
from assistant.authoring.knowledge import KnowledgeSet
from assistant.config import MatchConfig
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.retrieval.index import Index
from assistant.values import Ambiguous, AnswerMatch, BuiltInAction, IntentMatch, OutOfScope, SlotMissing, Utterance
from fakes.embedder import WordHashes
from fakes.matcher import INTENTS, KNOWLEDGE, NOW, made


@pytest.fixture(scope="module")
def matcher(tmp_path_factory) -> Matcher:
    return made(tmp_path_factory.mktemp("files"), INTENTS, KNOWLEDGE)


def say(matcher: Matcher, text: str, *others: str):
    return matcher.match(Utterance(text, alternatives=others))


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("set a timer for ten minutes", "StartTimer", {"duration": timedelta(minutes=10)}),
        ("Could you please set a timer for ten minutes?", "StartTimer", {"duration": timedelta(minutes=10)}),
        ("could you put some milk on my shopping list", "AddItem", {"item": "some milk", "list": "shopping"}),
        ("make the lamp red", "Colour", {"colour": "red"}),
    ],
)
def test_what_a_template_covers_is_understood(matcher, text, intent, slots):
    found = say(matcher, text)
    assert isinstance(found, IntentMatch)
    assert (found.intent, found.slots) == (intent, slots)
    assert found.confidence > 0.8


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("wake me from this nap in half an hour", "StartTimer", {"duration": timedelta(minutes=30)}),
        ("count down ninety minutes", "StartTimer", {"duration": timedelta(minutes=90)}),
        ("brightness of that lamp to forty percent", "Brightness", {"level": 40, "seconds": timedelta(seconds=2)}),
        (
            "lamp brightness 50% please, 20 minutes fade",
            "Brightness",
            {"level": 50, "seconds": timedelta(minutes=20)},
        ),
        (
            "do not let me forget to feed the cat tomorrow at seven",
            "Remind",
            {"task": "feed the cat", "datetime": datetime(2026, 11, 24, 7)},
        ),
        ("I would like turkwoise light from the lamp", "Colour", {"colour": "turquoise"}),
        ("we are out of oat milk, shopping list", "AddItem", {"item": "oat milk", "list": "shopping"}),
    ],
)
def test_what_no_template_covers_is_understood_by_its_words_with_its_values(matcher, text, intent, slots):
    found = say(matcher, text)
    assert isinstance(found, IntentMatch), found
    assert (found.intent, found.slots) == (intent, slots)
    assert set(found.slot_texts) <= set(slots)


def test_a_match_carries_all_that_is_needed_to_act(matcher):
    found = say(matcher, "set a timer for ten minutes")
    assert found.action == BuiltInAction("timer.start")
    assert found.response == "Timer set for {duration}."
    assert found.slot_texts == {"duration": "ten minutes"}
    assert found.n_best[0].id == "StartTimer"
    assert say(matcher, "shut down").confirm == "Really?"
    assert say(matcher, "shut down").response == "Bye now."


@pytest.mark.parametrize(
    "text",
    [
        "what colour is my neighbour's second cousin's boat",
        "zebras graze",
        "🙂",
        "qwertz " * 200,
        "what is xyzzy plugh foo",
    ],
)
def test_what_nothing_covers_is_out_of_scope_with_the_nearest_first(matcher, text):
    found = say(matcher, text)
    assert isinstance(found, OutOfScope)
    assert 0 < len(found.n_best) <= MatchConfig().n_best
    assert found.confidence < 0.5


@pytest.mark.parametrize("text", ["", "   ", "?!"])
def test_no_words_mean_nothing(matcher, text):
    assert say(matcher, text) == OutOfScope(0.0, ())


@pytest.mark.parametrize(
    "text", ["How do I add a command of my own?", "how do i add a command of my own", "where do new commands go?"]
)
def test_a_question_is_answered_with_its_source(matcher, text):
    found = say(matcher, text)
    assert isinstance(found, AnswerMatch)
    assert (found.answer, found.source) == ("Write a YAML file.", "the manual")
    assert found.n_best[0].kind == "question"


def test_a_required_value_that_is_missing_is_asked_for(matcher):
    found = say(matcher, "set a timer")
    assert isinstance(found, SlotMissing)
    assert (found.intent, found.missing, found.ask) == ("StartTimer", "duration", "For how long?")
    later = say(matcher, "remind me to call Mum")
    assert (later.missing, later.slots) == ("datetime", {"task": "call Mum"})


def test_a_value_out_of_bounds_is_asked_for_again(matcher):
    assert isinstance(say(matcher, "wake me from my nap in three days"), SlotMissing)


def test_one_sentence_of_two_intents_is_asked_about(matcher):
    found = say(matcher, "stop")
    assert isinstance(found, Ambiguous)
    assert set(found.labels) == {"Stop talking", "Stop the music"}
    assert {choice.intent for choice in found.choices} == {"Halt", "StopMusic"}
    assert say(matcher, "stop the music").intent == "StopMusic"


def test_a_named_near_miss_is_not_taken_for_the_intent(matcher):
    found = say(matcher, "how long is the timer still running")
    assert getattr(found, "intent", "") != "StartTimer"
    assert isinstance(say(matcher, "how much longer is the timer running"), OutOfScope)


def test_the_alternatives_of_the_recogniser_are_tried(matcher):
    found = say(matcher, "said a thai mere four tan", "zebras graze", "set a timer for ten minutes")
    assert found.slots == {"duration": timedelta(minutes=10)}
    assert found.confidence < say(matcher, "set a timer for ten minutes").confidence
    assert isinstance(say(matcher, "said a thai mere", "zebras graze"), OutOfScope)


def test_a_first_reading_that_means_something_is_kept(matcher):
    assert say(matcher, "make the lamp red", "set a timer for ten minutes").intent == "Colour"


def test_a_first_reading_in_doubt_yields_to_a_surer_one(matcher):
    assert say(matcher, "some yellow light").confidence < 0.9
    assert say(matcher, "some yellow light", "set a timer for ten minutes").intent == "StartTimer"
    assert say(matcher, "some yellow light", "zebras graze").intent == "Colour"


def answer(matcher, pending, text):
    assert isinstance(pending, SlotMissing)
    return matcher.fill(pending, Utterance(text))


@pytest.mark.parametrize("text", ["ten minutes", "for ten minutes please", "um, make it ten minutes", "ten", "10 min"])
def test_the_answer_fills_the_slot(matcher, text):
    filled = answer(matcher, say(matcher, "set a timer"), text)
    assert isinstance(filled, IntentMatch)
    assert filled.slots == {"duration": timedelta(minutes=10)}
    assert filled.action == BuiltInAction("timer.start")


def test_what_was_filled_before_is_kept_and_the_next_slot_is_asked_for(matcher):
    pending = say(matcher, "remind me to call Mum")
    assert answer(matcher, pending, "tomorrow at seven").slots == {
        "task": "call Mum",
        "datetime": datetime(2026, 11, 24, 7),
    }
    empty = SlotMissing("Remind", {}, "task", "Of what?", 1.0, ())
    following = answer(matcher, empty, "the milk")
    assert (following.missing, following.slots) == ("datetime", {"task": "the milk"})


@pytest.mark.parametrize("text", ["stop the music", "blue", "no idea", ""])
def test_what_is_no_answer_is_left_alone(matcher, text):
    assert answer(matcher, say(matcher, "set a timer"), text) is None


def test_a_listed_answer_is_repaired(matcher):
    pending = SlotMissing("Colour", {}, "colour", "Which colour?", 1.0, ())
    assert answer(matcher, pending, "the turkoise one").slots == {"colour": "turquoise"}


def test_an_answer_to_a_question_of_an_intent_that_is_gone(matcher):
    assert matcher.fill(SlotMissing("Gone", {}, "x", "?", 1.0, ()), Utterance("x")) is None


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("set a timer for ten minutes", "complete"),
        ("set a timer for ten minutes called pasta", "unfinished"),  # sauce
        ("a ten minutes timer", "complete"),
        ("what is 3 plus 4", "unfinished"),  # free text
        ("set a timer for", "unfinished"),
        ("set a timer for ten", "unfinished"),
        ("set a tyre for", "unfinished"),
        ("set a timer", "unfinished"),
        ("set", "unfinished"),
        ("make the", "unfinished"),
        ("make the lamp red", "complete"),
        ("make the lamb red", "complete"),
        ("put milk on my", "unfinished"),
        ("put milk on my to do list", "complete"),
        ("remind me to call", "unfinished"),
        ("halt", "complete"),
        ("zebras", "unknown"),
        ("", "unknown"),
    ],
)
def test_where_a_partial_sentence_stops(matcher, text, ending):
    assert matcher.hints.ending(text) == ending


def test_topics_and_listed_values_are_among_the_words(matcher):
    words = matcher.hints.words
    assert {"turquoise", "timer"} <= set(words)
    assert len(set(words)) == len(words)


def test_sentences_hold_the_words_and_the_values(matcher):
    held = " ".join(matcher.hints.sentences).casefold()
    assert all(word in held for word in ("timer", "lamp", "shopping", "remind"))
    assert len(set(matcher.hints.sentences)) == len(matcher.hints.sentences)
    assert "{" not in held


def test_what_was_said_tells_which_words_are_likely(matcher):
    assert {"red", "turquoise", "yellow"} <= set(matcher.hints.likely("make the lamp"))
    assert "turquoise" in matcher.hints.likely("I would like the turk voice one")
    assert matcher.hints.likely("") == ()
    assert matcher.hints.values("Colour", "colour") == ("red", "turquoise", "yellow")
    assert matcher.hints.values("Colour", "size") == matcher.hints.values("Gone", "colour") == ()


def test_the_threshold_and_the_margin_are_obeyed(tmp_path):
    strict = made(tmp_path / "a", INTENTS, config=MatchConfig(threshold=0.9999))
    assert isinstance(say(strict, "count down for ninety seconds maybe"), OutOfScope)
    assert isinstance(say(strict, "set a timer for ten minutes"), IntentMatch)
    lax = made(tmp_path / "b", INTENTS, config=MatchConfig(threshold=0.0, n_best=2))
    assert not isinstance(found := say(lax, "zebras graze"), OutOfScope)
    assert len(found.n_best) == 2


def test_what_is_overheard_and_no_template_confirms_must_be_surer(matcher):
    assert isinstance(say(matcher, "some yellow light"), IntentMatch)
    overheard = Utterance("some yellow light", "spoken", 0.95, overheard=True)
    assert isinstance(matcher.match(overheard), OutOfScope)
    assert isinstance(matcher.match(replace(overheard, text="make the lamp yellow")), IntentMatch)


@pytest.mark.parametrize("text", ["some yellow light", "make the lamp yellow", "brightness of the lamp to half", "hm"])
def test_a_sentence_means_the_same_typed_and_spoken(matcher, text):
    spoken, typed = matcher.match(Utterance(text, "spoken", 0.85)), say(matcher, text)
    assert replace(spoken, n_best=()) == replace(typed, n_best=())


ON_OFF = """
intents:
  LightsOn:
    data: [{sentences: ["(turn|switch) on [all] the lights", "lights on"]}]
    examples: [make it bright in here, I need more light]
  LightsOff:
    data: [{sentences: ["(turn|switch) off [all] the lights", "lights out"]}]
    examples: [make it dark in here, no light any more]
  StopMusic:
    data: [{sentences: ["(turn|switch) off the music", "stop the music"]}]
    examples: [no more songs]
"""


def test_sound_decides_where_meaning_is_in_doubt_but_not_against_words_of_commands(tmp_path):
    matcher = made(tmp_path, ON_OFF)
    misheard = {"turn ovv the lights": "LightsOff", "turn off the lice": "LightsOff", "stomp the music": "StopMusic"}
    for text, intent in misheard.items():
        understood = matcher.match(Utterance(text, "spoken", 0.85))
        assert isinstance(understood, IntentMatch)
        assert understood.intent == intent
    spoken, typed = matcher.match(Utterance("turn on the music", "spoken", 0.85)), say(matcher, "turn on the music")
    assert replace(spoken, n_best=()) == replace(typed, n_best=())


def test_a_matcher_never_changes_and_a_reload_makes_another_beside_it(tmp_path):
    old = made(tmp_path, INTENTS, KNOWLEDGE)
    before = {text: old.match(text) for text in ("is anything sent to the cloud", "set a timer for ten minutes")}
    knowledge = KnowledgeSet(old.knowledge.entries[:1])
    parts = make_parts(old.intents, knowledge, old.parts.index, old.parts.embedder, lambda _: None)
    new = Matcher(parts, old.config, clock=lambda: NOW)
    assert isinstance(new.match("is anything sent to the cloud"), OutOfScope)
    assert {text: old.match(text) for text in before} == before


def test_nothing_loaded_understands_nothing(tmp_path):
    empty = made(tmp_path, "intents: {}")
    assert say(empty, "hello") == OutOfScope(0.0, ())
    assert empty.hints.words == ()
    assert empty.hints.ending("hello") == "unknown"


MARKED = """
intents:
  Play:
    examples:
      - play [hey jude](song) by [the beatles](artist)
      - put on [yesterday](song) by [the beatles](artist)
      - I want to hear [waterloo](song) from [abba](artist)
      - let me hear [dancing queen](song) by [abba](artist)
    response: Playing.
  Weather:
    examples:
      - what is the weather in [paris](place)
      - will it rain in [rome](place)
    response: Fine.
"""


def test_values_marked_in_examples_are_all_that_is_needed(tmp_path):
    matcher = made(tmp_path, MARKED)
    found = matcher.match("put on purple rain by prince")
    assert isinstance(found, IntentMatch)
    assert (found.intent, found.slots) == ("Play", {"song": "purple rain", "artist": "prince"})
    assert matcher.match("will it rain in lisbon").slots == {"place": "lisbon"}


def test_an_edit_changes_those_intents_that_are_edited_or_name_what_is(tmp_path):
    def loaded(intents: str):
        (tmp_path / "f.yaml").write_text(intents)
        return load_intents([tmp_path], ())

    text = """
intents:
  Paint: {data: [{sentences: ["<use> {colour} paint"]}]}
  Tint: {data: [{sentences: ["tint it {colour}"]}]}
  Rest: {examples: [have a rest]}
lists: {colour: {values: [red, blue]}}
expansion_rules: {use: "(use|take)"}
"""
    old = loaded(text)
    parts = make_parts(old, KnowledgeSet(()), Index(None, embedder := WordHashes()), embedder, lambda _: None)

    def untrained(new: str) -> frozenset[str]:
        edited = loaded(new)
        return make_parts(edited, KnowledgeSet(()), parts.index, embedder, lambda _: None, parts).untrained

    assert untrained(text.replace("blue", "green")) == {"Paint", "Tint"}
    assert untrained(text.replace("use|take", "use|get")) == {"Paint"}
    assert untrained(text.replace("have a rest", "take a break")) == {"Rest"}
    assert untrained(text.replace("lists: {", "lists: {size: {values: [big]}, ")) == set()


def test_the_tests_of_an_intent_teach_nothing(tmp_path):
    intent = "intents: {Jot: {data: [{sentences: ['jot {text}']}], examples: ['keep {text}'], slots: {text: text}%s}}"
    plain = made(tmp_path / "plain", intent % "")
    tested = made(tmp_path / "tested", intent % ", tests: [{say: jot quince, slots: {text: quince}}]")
    rows = [set(matcher.parts.retriever.snapshot.rows) for matcher in (plain, tested)]
    assert rows[0] == rows[1]
    assert plain._filler("Jot").cached_name == tested._filler("Jot").cached_name


def test_an_intent_of_a_later_folder_wins_a_tie(tmp_path):
    for folder, intent in (
        ("shipped", "A: {data: [{sentences: [stop it, halt]}]}"),
        ("own", "B: {examples: [stop it]}"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "f.yaml").write_text(f"intents: {{{intent}}}")
    (tmp_path / "own" / "g.yaml").write_text("intents: {C: {data: [{sentences: [halt]}]}}")
    loaded, embedder = load_intents([tmp_path / "shipped", tmp_path / "own"], ()), WordHashes()
    parts = make_parts(loaded, KnowledgeSet(), Index(None, embedder), embedder, lambda _: None)
    matcher = Matcher(parts, MatchConfig(), clock=lambda: NOW)
    assert say(matcher, "halt").intent == "C"
    assert say(matcher, "stop it").intent == "A"


def test_without_a_margin_nothing_is_asked_back(tmp_path):
    matcher = made(tmp_path, INTENTS, KNOWLEDGE, MatchConfig(margin=0.0))
    assert isinstance(say(matcher, "stop"), IntentMatch)
