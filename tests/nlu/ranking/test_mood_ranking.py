"""A sentence that forbids, asks or tells is no order, unless the intent has such sentences itself."""

from __future__ import annotations

import pytest

from assistant.values import IntentMatch, OutOfScope, Utterance
from fakes.matcher import made

PROGRAMS = """
lists:
  program: {values: [firefox, gimp, start menu]}
  door: {values: [garage, gate]}
intents:
  OpenProgram:
    data: [{sentences: ["open [up] {program}"]}]
    examples: ["I would like to see {program}"]
    slots: {program: program}
    response: Opened.
  CloseDoor:
    data: [{sentences: ["close [the] {door}", "(shut|lower) [the] {door}"]}]
    examples: ["I forgot to close the {door}"]
    slots: {door: door}
    response: Closed.
  OpenDoor:
    data: [{sentences: ["open [the] {door}", "(raise|lift) [the] {door}"]}]
    examples: ["let me into the {door}"]
    slots: {door: door}
    response: Opened.
  DoorState:
    data: [{sentences: ["is [the] {door} open"]}]
    examples: ["did I leave the {door} open"]
    slots: {door: door}
    response: I do not know.
  Note:
    data: [{sentences: ["write down {text}"]}]
    slots: {text: {type: text, required: true}}
    response: Noted.
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("files"), PROGRAMS)


def carried_out(matcher, sentence):
    """Return the intents that a sentence orders; what hangs on a condition is refused by the conversation."""
    meanings = [meaning for _, meaning in matcher.match_all(sentence) if isinstance(meaning, IntentMatch)]
    return [meaning.intent for meaning in meanings if not (meaning.when and meaning.when.condition)]


@pytest.mark.parametrize(
    "sentence",
    [
        "never open firefox",
        "please don't ever open firefox",
        "you must not open firefox",
        "I don't want to see firefox",
        "did you open firefox",
        "who opened firefox",
        "she opened firefox already",
        "if I open firefox",
        "I open firefox every morning",
        "she said open firefox",
        "open firefox, no, don't",
        "did you open the garage",
        "I closed the garage",
        "did I forget to close the garage",
        "did you open firefox and open gimp",
        "my neighbours have a new gate",
        "he is a big fan of gimp",
    ],
)
def test_what_is_no_order_does_nothing(matcher, sentence):
    assert not {"OpenProgram", "OpenDoor", "CloseDoor"} & set(carried_out(matcher, sentence))


@pytest.mark.parametrize(
    ("sentence", "intent"),
    [
        ("could you open firefox", "OpenProgram"),
        ("would you mind not to forget: open gimp", None),
        ("I forgot to close the gate", "CloseDoor"),
        ("did I leave the garage open", "DoorState"),
        ("write down she opened the garage", "Note"),
        ("write down do not open the garage if it rains", "Note"),
        ("I'm tired, open firefox", "OpenProgram"),
    ],
)
def test_what_an_author_wrote_is_believed(matcher, sentence, intent):
    assert carried_out(matcher, sentence) == ([intent] if intent else [])


@pytest.mark.parametrize(
    "sentence",
    [
        "can I leave the garage of a hotel open",
        "where do I leave the garage key when it is open",
        "the biggest garage that is open",
        "what is the largest gate that is left open",
    ],
)
def test_a_question_about_things_in_general_is_not_about_what_is_here(matcher, sentence):
    """What one can do and where, and what is the most of its kind: the intent asks nothing of that form."""
    ranked = {item.owner: item for item in matcher.rank(sentence)}
    assert "mood" in [item.source for item in ranked["DoorState"].evidence]
    ranked = {item.owner: item for item in matcher.rank("did I leave the biggest gate open")}
    assert "mood" not in [item.source for item in ranked["DoorState"].evidence]


def test_what_ends_an_unwanted_state_may_be_done(matcher):
    ranked = {item.owner: item for item in matcher.rank("don't leave the garage open")}
    assert "mood" in [item.source for item in ranked["OpenDoor"].evidence]
    assert "mood" not in [item.source for item in ranked["CloseDoor"].evidence]


def test_what_tells_how_something_is_speaks_against_orders_alone(matcher):
    ranked = {item.owner: item for item in matcher.rank("the garage is open")}
    assert "mood" in [item.source for item in ranked["OpenDoor"].evidence]


@pytest.mark.parametrize("sentence", ["close up the garage", "it's late, close up the garage"])
def test_a_deed_is_ordered_and_not_asked_about(matcher, sentence):
    """`close` begins an order, alone and behind its reason; in `did I leave it closed` it does not."""
    (state,) = [ranked for ranked in matcher.rank(sentence) if ranked.owner == "DoorState"]
    assert "mood" in [item.source for item in state.evidence]
    assert carried_out(matcher, "did I leave the garage open") == ["DoorState"]


def test_what_there_should_be_no_more_of_is_not_begun(matcher):
    assert matcher.query("no more music please").sense.mood == "unwanted"
    assert matcher.query("no more than 20 degrees").sense.mood == "order"


@pytest.mark.parametrize(
    ("sentence", "reply"),
    [
        ("please don't ever open firefox", "All right, I have done nothing."),
        ("my sister opened up firefox", "I have done nothing: that was no order."),
    ],
)
def test_a_refused_order_says_that_nothing_was_done(matcher, sentence, reply):
    meaning = matcher.match(sentence)
    assert isinstance(meaning, OutOfScope)
    assert meaning.reason == "" or meaning.reason.startswith(reply)


def test_an_intent_that_forbids_takes_a_sentence_that_does(tmp_path):
    forbidding = PROGRAMS.replace("examples: [", 'examples: ["never ever open {program}", ', 1)
    (candidate,) = [
        ranked for ranked in made(tmp_path, forbidding).rank("don't open gimp") if ranked.owner == "OpenProgram"
    ]
    assert "mood" not in [item.source for item in candidate.evidence]


def test_an_intent_with_another_prohibition_takes_none_of_its_own_deed(tmp_path):
    matcher = made(tmp_path, PROGRAMS.replace("examples: [", 'examples: ["I don\'t want to miss {program}", ', 1))
    assert not isinstance(matcher.match("never open firefox"), IntentMatch)
    assert matcher.match("I don't want to miss gimp").intent == "OpenProgram"


def test_a_template_to_the_letter_is_believed_in_any_mood(tmp_path):
    asking = PROGRAMS.replace('"open [up] {program}"', '"open [up] {program}", "did you open {program}"')
    assert carried_out(made(tmp_path, asking), "did you open gimp") == ["OpenProgram"]


@pytest.mark.parametrize(
    ("confidence", "alternative", "is_done"),
    [(0.2, "Don't open firefox.", False), (0.2, "Open the firefox.", True), (0.9, "We opened firefox.", True)],
)
def test_an_order_hardly_heard_is_none_where_its_contrary_may_have_been_said(matcher, confidence, alternative, is_done):
    heard = Utterance("Open firefox.", "spoken", confidence, (alternative,))
    assert isinstance(matcher.match(heard), IntentMatch) is is_done


def test_a_topic_is_reported_and_asked_about_too(tmp_path):
    examples = (
        "[report a damaged card, send help for a damaged card, note that a card is damaged, replace a damaged card]"
    )
    topic = f"intents:\n  Damaged: {{examples: {examples}, response: We send another.}}\n"
    deed = (
        f"intents:\n  Damaged: {{data: [{{sentences: [damage my card]}}], examples: {examples}, response: Damaged.}}\n"
    )
    told = "my damaged card was damaged by my kid, a damaged card"
    matcher = made(tmp_path / "topic", topic)
    assert carried_out(matcher, told) == ["Damaged"]
    assert not carried_out(matcher, "never replace a damaged card")
    assert not carried_out(made(tmp_path / "deed", deed), told)


@pytest.mark.parametrize(
    "sentence",
    [
        "how do I get a refund for a purchase",
        "why do people get a refund for a purchase",
        "I want to know if I get a refund",
    ],
)
def test_a_topic_is_spoken_of_in_general_and_has_no_condition(tmp_path, sentence):
    examples = "[get a refund for a purchase, refund my purchase, I want to get a refund, know about a refund]"
    matcher = made(tmp_path, f"intents:\n  Refund: {{examples: {examples}, response: Within a week.}}\n")
    meaning = matcher.match(sentence)
    assert isinstance(meaning, IntentMatch)
    assert (meaning.intent, meaning.when) == ("Refund", None)


@pytest.mark.parametrize(
    ("sentence", "intents"),
    [
        ("could you get the garage open", {"OpenDoor"}),
        ("I want the gate open", {"OpenDoor"}),
        ("is the gate open", {"DoorState"}),
    ],
)
def test_what_is_brought_into_a_state_is_not_asked_for_it(matcher, sentence, intents):
    assert set(carried_out(matcher, sentence)) <= intents


def test_a_complaint_about_a_deed_is_no_order_for_it(tmp_path):
    louder = (
        "intents: {Louder: {data: [{sentences: [turn it up]}], examples: [the sound is too low], response: Louder.}}"
    )
    matcher = made(tmp_path, louder)
    assert carried_out(matcher, "the sound is too low here") == ["Louder"]
    assert not carried_out(matcher, "the sound is too low since you turned it down")
