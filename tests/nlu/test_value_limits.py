"""Values that do not fit, that lack, and that are spelt otherwise: asked for with the reason, never a part of one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from assistant.values import IntentMatch, OutOfScope, SlotMissing, Utterance
from fakes.matcher import made

RANGES = """
intents:
  PutGlow:
    data: [{sentences: ["put the glow at {glow} [percent]"]}]
    response: "Glow at {glow}."
  TurnDial:
    data: [{sentences: ["turn the dial to {step}"]}]
    response: "Dial at {step}."
  Sink:
    data: [{sentences: ["sink by {0..50,5:depth}"]}]
    response: "Down {depth}."
  WarmZone:
    data: [{sentences: ["set zone {zone} to {n} [degrees]"]}]
    response: "Zone {zone} at {n}."
  Exchange:
    data: [{sentences: ["(exchange|change) {amount} euros to {currency}"]}]
    response: "{amount} euros in {currency}."
  Soak:
    data: [{sentences: ["soak [the] beans for {time}", "soak [the] {label} for {time}", "soak for [the] {label}"]}]
    examples: ["the beans want {time} in water"]
    slots: {time: {type: duration, required: true, ask: "How long?", min: 60, max: 86400}, label: text}
  Meet:
    data: [{sentences: ["meet on {day}"]}]
    slots: {day: {type: date, required: true, ask: "Which day?"}}
lists:
  glow: {range: {from: 0, to: 100}}
  step: {range: {from: 0, to: 100, step: 5}}
  zone: {values: ["1", "2"]}
  n: {range: {from: 5, to: 30, fractions: halves}}
  amount: {range: {from: 1, to: 1000}}
  currency: {values: [dollars, pounds, francs]}
"""

NAMES = """
intents:
  Channel:
    data: [{sentences: ["(go|switch|change) [the (tv|television)] to {ch}", "put on {ch}", "watch {ch}"]}]
    examples: ["I would like to see {ch}", "what about {ch} on the telly"]
    slots: {ch: {type: ch, required: true, ask: "Which channel?"}}
  Zone:
    data: [{sentences: ["set {zone} to {n} [degrees]", "make {zone} {n} degrees"]}]
    examples: ["{zone} should be at {n}", "heat {zone} to {n}"]
    slots: {zone: {type: zone, required: true}, n: {type: n, required: true, ask: "How warm?"}}
  Gadget:
    data: [{sentences: ["power up [the] {gadget}", "fire up [the] {gadget}"]}]
    examples: ["get the {gadget} going", "I need the {gadget}"]
    slots: {gadget: {type: gadget, required: true}}
lists:
  ch: {values: [channel 1, channel 11, channel 101, BBC One, BBC Two, E4, Channel 5, 4Music]}
  zone: {values: [zone 1, zone 2, zone 12, "upstairs 2"]}
  n: {range: {from: 5, to: 30}}
  gadget:
    values: ["Anna's lamp", TV box, "A/C unit", "lamp #2", PS5, R2-D2, café machine, Bücherregal light, 3D printer,
             "pump no. 7", Mac mini M2, {in: "(Ben & Jerry's|ice) freezer", out: freezer}]
"""


@pytest.fixture(scope="module")
def ranges(tmp_path_factory):
    return made(tmp_path_factory.mktemp("ranges"), RANGES)


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    return made(tmp_path_factory.mktemp("names"), NAMES)


@pytest.mark.parametrize(
    ("text", "missing", "ask"),
    [
        ("put the glow at 150", "glow", "150 does not fit: the glow goes from 0 to 100 in whole numbers. Which glow?"),
        ("put the glow at minus 5", "glow", "-5 does not fit"),
        ("put the glow at two and a half percent", "glow", "2.5 does not fit"),
        ("turn the dial to 23", "step", "23 does not fit: the step goes from 0 to 100 in steps of 5."),
        ("sink by 7", "depth", "7 does not fit: the depth goes from 0 to 50 in steps of 5"),
        ("set zone 1 to 20.3", "n", "20.3 does not fit: the n goes from 5 to 30 in steps of 0.5"),
        ("exchange 20 euros to yen", "currency", "Which currency: dollars, pounds or francs?"),
        ("exchange some euros to dollars", "amount", "Which amount?"),
        ("put the glow", "glow", "Which glow?"),
        ("soak the beans for 0 seconds", "time", "0 seconds does not fit: the time goes from 1 minute to 1 day. How"),
        ("soak the beans for minus five minutes", "time", "Minus 5 minutes does not fit"),
        ("soak for 5", "time", "How long?"),
        ("soak for five or ten minutes", "time", "not one length of time. How long?"),
        ("meet on february 30", "day", "There is no February 30. Which day?"),
        ("meet on 3/4/2027", "day", "3/4/2027 may be March 4th or April 3rd. Which day?"),
    ],
)
def test_a_value_that_does_not_fit_or_lacks_is_asked_for_with_the_reason(ranges, text, missing, ask):
    understood = ranges.match(text)
    assert isinstance(understood, SlotMissing), understood
    assert understood.missing == missing
    assert ask in understood.ask


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("put the glow at 50", {"glow": 50}),
        ("put the glow at fifty percent", {"glow": 50}),
        ("turn the dial to 25", {"step": 25}),
        ("sink by forty five", {"depth": 45}),
        ("set zone one to 20,5 degrees", {"zone": "1", "n": 20.5}),
        ("soak the rice for 1 hour 30", {"label": "rice", "time": timedelta(minutes=90)}),
        ("soak the beans for 5 no 10 minutes", {"time": timedelta(minutes=10)}),
    ],
)
def test_one_that_fits_is_taken(ranges, text, slots):
    understood = ranges.match(text)
    assert isinstance(understood, IntentMatch), understood
    assert {name: understood.slots.get(name) for name in slots} == slots


def test_an_answer_is_checked_like_the_sentence(ranges):
    asked = ranges.match("put the glow at 150")
    again = ranges.fill(asked, Utterance("a hundred and one"))
    assert again.ask.startswith("101 does not fit")
    assert ranges.fill(again, Utterance("a hundred")).slots == {"glow": 100}
    money = ranges.match("exchange 20 euros to yen")
    assert ranges.fill(money, Utterance("francs")).slots == {"amount": 20, "currency": "francs"}


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("go to channel one", {"ch": "channel 1"}),
        ("Go to channel 1.", {"ch": "channel 1"}),
        ("watch channel eleven", {"ch": "channel 11"}),
        ("put on bbc 1", {"ch": "BBC One"}),
        ("what about e four on the telly", {"ch": "E4"}),
        ("watch four music", {"ch": "4Music"}),
        ("set zone one to twenty", {"zone": "zone 1", "n": 20}),
        ("set zone twelve to 21 degrees", {"zone": "zone 12", "n": 21}),
        ("set upstairs two to 19", {"zone": "upstairs 2", "n": 19}),
        ("power up lamp two", {"gadget": "lamp #2"}),
        ("power up lamp number two", {"gadget": "lamp #2"}),
        ("power up the cafe machine", {"gadget": "café machine"}),
        ("fire up the bucherregal light", {"gadget": "Bücherregal light"}),
        ("power up the three d printer", {"gadget": "3D printer"}),
        ("power up r two d two", {"gadget": "R2-D2"}),
        ("fire up the ac unit", {"gadget": "A/C unit"}),
        ("fire up the a/c unit ❄️", {"gadget": "A/C unit"}),
        ("power up pump seven", {"gadget": "pump no. 7"}),
        ("power up the “mac mini m two”", {"gadget": "Mac mini M2"}),
        ("get the annas lamp going", {"gadget": "Anna's lamp"}),
        ("power up the ben and jerry's freezer", {"gadget": "freezer"}),
    ],
)
def test_a_name_is_known_however_its_numbers_and_signs_are_spelt(names, text, slots):
    understood = names.match(text)
    assert isinstance(understood, IntentMatch), understood
    assert understood.slots == slots


@pytest.mark.parametrize(
    "text",
    ["go to channel 3", "go to channel 10", "watch channel one hundred", "set zone 4 to 20", "set zone three to 20",
     "power up lamp three", "power up lamp", "I need pump eight", "watch bbc three"],
)  # fmt: skip
def test_another_number_is_another_name(names, text):
    assert not isinstance(names.match(text), IntentMatch)


SENSES = """
intents:
  Fan:
    data: [{sentences: ["run the fan at {level}", "fan at {number:level}"]}]
    slots: {level: {type: number, min: 1, max: 5, step: 1}}
  Glow:
    data: [{sentences: ["glow at {level}"]}]
    slots: {level: {type: percent, min: 10, max: 80}}
  Heat:
    data: [{sentences: ["heat to {degrees}"]}]
    slots: {degrees: {type: number, required: true, ask: "How warm?", min: 5, max: 30}}
  Crow:
    data: [{sentences: ["crow at {datetime:at}"]}]
    slots: {at: {type: datetime, prefer: morning}}
  Wake:
    data: [{sentences: ["stir me at {datetime:at}"]}]
    action: alarm.set
  Nap:
    data: [{sentences: ["nap until {datetime:at}"]}]
    slots: {at: {type: datetime, prefer: soon}}
    action: alarm.set
  Call:
    data: [{sentences: ["call at {at}"]}]
    slots: {at: datetime}
"""


@pytest.fixture(scope="module")
def senses(tmp_path_factory):
    return made(tmp_path_factory.mktemp("senses"), SENSES)


@pytest.mark.parametrize(
    ("text", "intent", "value"),
    [
        ("run the fan at half", "Fan", 3),
        ("run the fan at max", "Fan", 5),
        ("fan at the minimum", "Fan", 1),
        ("fan at two thirds", "Fan", 4),
        ("fan at 2", "Fan", 2),
        ("glow at half", "Glow", 50),
        ("glow at the max", "Glow", 80),
        ("glow at minimum", "Glow", 10),
        ("glow at 50%", "Glow", 50),
        ("crow at six", "Crow", datetime(2026, 11, 24, 6)),
        ("crow at half past six tomorrow", "Crow", datetime(2026, 11, 24, 6, 30)),
        ("crow at quarter to three", "Crow", datetime(2026, 11, 23, 14, 45)),
        ("crow at six in the evening", "Crow", datetime(2026, 11, 23, 18)),
        ("stir me at six", "Wake", datetime(2026, 11, 24, 6)),
        ("nap until six", "Nap", datetime(2026, 11, 23, 18)),
        ("call at six", "Call", datetime(2026, 11, 23, 18)),
        ("call at two", "Call", datetime(2026, 11, 24, 14)),
        ("call at six tomorrow", "Call", datetime(2026, 11, 24, 6)),
    ],
)
def test_a_value_has_the_sense_of_its_slot(senses, text, intent, value):
    meaning = senses.match(text)
    assert (meaning.intent, list(meaning.slots.values())) == (intent, [value])


@pytest.mark.parametrize("text", ["heat to max", "heat to half way"])
def test_a_range_that_begins_elsewhere_is_no_scale(senses, text):
    assert not isinstance(senses.match(text), IntentMatch)


GERMAN = """
language: de
intents:
  Wecker:
    data: [{sentences: ["(weck|wecke) mich {datetime:at}", "[stell] [einen] wecker (für|auf) {datetime:at}"]}]
    action: alarm.set
  Erinnern:
    data: [{sentences: ["erinnere mich {datetime:at} an {text:was}"]}]
  Lautstaerke:
    data: [{sentences: ["(stell|dreh) die lautstärke auf {level}"]}]
    slots: {level: {type: percent, min: 0, max: 100}}
"""


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    return made(tmp_path_factory.mktemp("german"), GERMAN)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("Weck mich um halb sieben", {"at": datetime(2026, 11, 24, 6, 30)}),
        ("Wecke mich morgen um sechs", {"at": datetime(2026, 11, 24, 6)}),
        ("Weck mich in einer Viertelstunde", {"at": datetime(2026, 11, 23, 14, 25)}),
        ("Stell einen Wecker auf Freitag Viertel vor acht", {"at": datetime(2026, 11, 27, 7, 45)}),
        ("Wecker für übermorgen 7 Uhr 15", {"at": datetime(2026, 11, 25, 7, 15)}),
        ("Erinnere mich heute Abend um acht an Anna", {"at": datetime(2026, 11, 23, 20), "was": "Anna"}),
        ("Erinnere mich am 3. Dezember um 9 Uhr an die Miete", {"at": datetime(2026, 12, 3, 9), "was": "die Miete"}),
        ("Stell die Lautstärke auf zwei Drittel", {"level": 67}),
        ("Dreh die Lautstärke auf 30 Prozent", {"level": 30}),
    ],
)
def test_values_in_german_commands(german, text, slots):
    assert german.match(text).slots == slots


@pytest.mark.parametrize("text", ["stir me at six or seven", "glow at 20 or 30", "call at noon or midnight"])
def test_of_two_values_none_is_taken(senses, text):
    understood = senses.match(text)
    assert isinstance(understood, SlotMissing | OutOfScope)
    assert "is not one value" in (understood.ask if isinstance(understood, SlotMissing) else understood.reason)
