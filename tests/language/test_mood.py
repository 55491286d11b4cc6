"""What kind of sentence somebody said."""

from __future__ import annotations

import pytest

from assistant.language.mood import as_order, command_alone, hangs_together, sense
from assistant.language.mood.reasons import reasoned

MOODS = {
    "order": [
        "turn off the lights",
        "could you please turn off the lights?",
        "would you mind turning off the lights",
        "would you be up for hiring a boat",
        "I'd appreciate it if you turned off the lights",
        "I'd like the lights off",
        "I need an alarm at seven",
        "you may turn off the fan",
        "why don't you turn on the fan",
        "if you could turn on the heater that would be great",
        "turn on the heater if you don't mind",
        "the blinds should come down",
        "garage door open",
        "the kitchen blinds closed",
        "don't forget to wake me",
        "don't let me sleep past seven",
        "it's time for the vacuum to clean",
        "I said turn off the fan",
        "take a note: she opened the door",
        "the dog is asleep, turn off the lights",
        "I'm going to bed so turn off the lights",
        "it is cold turn on the heater",
        "is it raining? close the windows",
        "see if you can turn off the fan",
        "someone should vacuum here",
        "restaurant named The Palm in Tennyson",
        "the playlist titled the best of autumn",
    ],
    "forbidden": [
        "Anna doesn't want to eat",
        "the fern doesn't need to be watered",
        "don't set an alarm for seven",
        "do not ever open it",
        "you mustn't open it",
        "never lock the front door",
        "there's no need to start a timer",
        "I never want you to open it",
        "can you not start the vacuum",
        "would you mind not opening it",
        "stop, don't turn off the radio",
        "the heater must not be switched on",
        "nobody should turn off the heater",
        "not the kitchen lights",
        "under no circumstances open it",
        "you're not supposed to open it",
        "leave the volume alone",
    ],
    "unwanted": [
        "the fern doesn't need water",
        "Anna no longer wants any food",
        "don't leave the door unlocked",
        "don't let the timer run any longer",
        "I don't want the lights on",
        "the garage should not stay open",
        "we don't need the light any more",
    ],
    "withdrawn": [
        "set a timer for ten minutes, actually don't",
        "turn off the lights, no wait, never mind",
        "turn on the heater, oh no, leave it",
        "close the blinds, wait, leave it as it is",
    ],
    "unfinished": ["turn off the", "close my", "turn off the lights and"],
    "question": [
        "did you cancel the timer?",
        "why did you turn on the heater",
        "who muted the sound?",
        "what happens if I clear the list?",
        "is the light on?",
        "should I close the windows",
        "how do I set an alarm",
        "have I already set an alarm",
        "tell me whether the door is locked",
        "do you know who opened the garage",
        "I wonder if the oven is off",
        "could the heater be on",
        "will you turn it off or should I",
    ],
    "condition": [
        "if it rains close the windows",
        "turn on the heater if it gets cold",
        "imagine I opened the garage",
        "unless somebody is home turn everything off",
        "turn on the lights when somebody comes in",
    ],
    "quote": ["she said turn off the lights", "I didn't say turn on the fan", '"open it" is what he wrote'],
    "report": [
        "we forgot about the reminder completely",
        "she forgot the alarm",
        "we were adding milk to the list",
        "she opened the garage door",
        "I have already set an alarm for seven",
        "the alarm went off at seven",
        "the timer is set",
        "the dishwasher was turned off yesterday",
        "Anna locked the front door",
        "I'm setting an alarm on my phone",
        "she will turn off the heater",
        "yesterday the lights went out",
        "someone must have opened the garage",
    ],
    "habit": [
        "my brother always turns off the lights",
        "I turn on the radio every morning",
        "opening the window helps",
    ],
    "state": [
        "it's too dark",
        "I can't hear the music at all, sorry",
        "the grass is long",
        "I forgot to close the garage",
    ],
}


@pytest.mark.parametrize(("mood", "sentence"), [(mood, text) for mood, texts in MOODS.items() for text in texts])
def test_a_sentence_shows_its_mood(mood, sentence):
    expected = "order" if sentence.startswith("I can't hear") else mood  # a complaint is a wish
    assert sense(sentence, "en").mood == expected


@pytest.mark.parametrize(
    ("mood", "sentence"),
    [
        ("order", "mach das Licht an"),
        ("order", "kannst du bitte das Licht ausmachen"),
        ("order", "vergiss nicht, mich zu wecken"),
        ("forbidden", "mach das Licht nicht an"),
        ("forbidden", "stell keinen Wecker"),
        ("unwanted", "lass die Tür nicht offen"),
        ("question", "hast du das Licht ausgemacht?"),
        ("question", "warum ist das Licht an"),
        ("condition", "wenn es regnet, schließ die Fenster"),
        ("report", "sie hat das Garagentor geöffnet"),
        ("quote", "er sagte mach das Licht an"),
    ],
)
def test_a_german_sentence_shows_its_mood(mood, sentence):
    assert sense(sentence, "de").mood == mood


def test_without_a_grammar_everything_is_an_order():
    assert sense("ne pas ouvrir", "fr").mood == sense("", "en").mood == "order"


@pytest.mark.parametrize(
    ("sentence", "command"),
    [
        ("it's cold, turn on the heater", "turn on the heater"),
        ("open the blinds, it's such a nice day", "open the blinds"),
        ("I'm leaving, turn off everything", "turn off everything"),
        ("the tv is too loud, turn it down", ""),
        ("turn on the fan and close the door", ""),
        ("if it rains, close the windows", ""),
        ("she opened it, he closed it", ""),
    ],
)
def test_a_command_stands_alone_beside_its_reason(sentence, command):
    assert command_alone(sentence, "en") == command


@pytest.mark.parametrize(
    ("sentence", "together"),
    [
        ("did you lock the door and turn off the lights", True),
        ("don't open the door and close the window", True),
        ("don't start a timer, just tell me the time", False),
        ("open the door and close the window", False),
    ],
)
def test_clauses_share_a_mood_but_behind_a_contrast(sentence, together):
    assert hangs_together(sentence, "en") is together


@pytest.mark.parametrize(
    ("sentence", "ours"), [("I bought milk", True), ("we have run out of it", True), ("she bought it", False)]
)
def test_a_report_tells_whose_it_is(sentence, ours):
    assert sense(sentence, "en").mood == "report"
    assert sense(sentence, "en").ours is ours


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("get the lights on in the office", "turn on the lights in the office"),
        ("make sure that the front door is locked", "lock the front door"),
        ("have the radio muted", "mute the radio"),
        ("get all the blinds closed", "close all the blinds"),
        ("get the kids ready", ""),
        ("get milk on the way home", ""),
        ("is the front door locked", ""),
        ("turn off the lights", ""),
    ],
)
def test_an_order_for_a_state_is_the_order_that_brings_it_about(text, order):
    assert as_order(text, "en") == order


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("I'm done cooking, turn the oven off", ["turn the oven off"]),
        ("draw the curtains, the neighbours are looking", ["draw the curtains"]),
        ("it's pitch black in the hallway, put a light on in there", ["put a light on in the hallway"]),
        ("we're out of milk, put it on the list", ["put milk on the list"]),
        ("I need to buy apples, add them to my list", ["add apples to my list"]),
        ("I want to buy apples, turn on the oven", []),
        ("she said it's cold, turn on the heater", []),
        ("it's cold, don't turn on the heater", []),
        ("turn on the heater", []),
    ],
)
def test_a_command_with_its_reason_is_read_without_it(text, sentences):
    assert [*reasoned(text, "en").sentences] == sentences


@pytest.mark.parametrize(
    ("sentence", "denied"),
    [
        ("the fern isn't thirsty", True),
        ("it is no longer dark", True),
        ("it does not look dry", True),
        ("the fern is thirsty", False),
        ("it isn't bright enough in here", False),
        ("my internet isn't working", False),
        ("the wifi doesn't work", False),
    ],
)
def test_a_state_that_is_denied_is_told_from_one_that_lacks(sentence, denied):
    assert sense(sentence, "en").mood == "state"
    assert sense(sentence, "en").denied is denied
