"""What is asked about first: read off the action, whatever the intent and its words."""

from __future__ import annotations

import pytest

from assistant.authoring.definitions import Intent, Slot
from assistant.config import Config, ConfirmConfig, load_config
from assistant.dialogue.consent.policy import Policy
from assistant.errors import ConfigError
from assistant.values import ArgvAction, BuiltInAction, HttpAction, IntentMatch, Understanding
from fakes.matcher import made


def home(intent, /, **data):
    """A command of Home Assistant's, its place and number as said, the rest fixed in the file."""
    said = {key: data.pop(key) for key in ("name", "area", "position") if key in data}
    return IntentMatch("Thing", said, 1.0, (), BuiltInAction("home.intent", {"intent": intent, **data}))


def argv(*words, **slots):
    return IntentMatch("Thing", slots, 1.0, (), ArgvAction(words))


def web(url, method="POST", json=None):
    return IntentMatch("Thing", {}, 1.0, (), HttpAction(url, method, json=json))


def package(name, intent="Thing", **slots):
    return IntentMatch(intent, slots, 1.0, (), BuiltInAction(name))


def asks(match, config=ConfirmConfig(), intent=None, consents=None):  # noqa: B008
    return Policy(config).question(match, intent, consents or {})


DANGEROUS = [
    home("HassTurnOn", name="garage door"),
    home("HassTurnOn", name="the Garage"),
    home("HassTurnOn", name="garage doors"),
    home("HassTurnOn", name="garage door left"),
    home("HassTurnOn", name="cover.garage_door"),
    home("HassTurnOn", name="garage door", domain="cover"),
    home("HassTurnOn", name="door", area="garage"),
    home("HassTurnOn", area="garage", device_class="garage", domain="cover"),
    home("HassOpenCover", name="garage door"),
    home("HassToggle", name="garage door"),
    home("HassSetPosition", name="garage door", position=100.0),
    home("HassTurnOff", name="front door lock"),
    home("HassTurnOff", name="front door"),
    home("HassTurnOn", name="front door"),
    home("HassTurnOff", name="front door", domain="lock"),
    home("HassTurnOff", name="lock.front_door"),
    home("HassTurnOff", domain="lock"),
    home("HassTurnOff", name="lock"),
    home("HassTurnOff", name="lock of the front door"),
    home("HassTurnOn", area="whole house", domain="cover"),
    home("HassUnlock", name="back entrance"),
    home("HassTurnOn", name="gas valve", domain="cover,valve"),
    home("HassOpenValve", name="main valve"),
    home("HassTurnOn", name="oven"),
    home("HassClimateSetTemperature", name="oven"),
    home("HassTurnOn", name="siren"),
    home("HassTurnOff", name="burglar alarm"),
    home("HassTurnOff", name="freezer"),
    home("HassTurnOff", name="my computer"),
    home("HassTurnOff", name="alarm system", area="hallway"),
    home("HassTurnOn", name="unlock the house", domain="script"),
    home("HassTurnOn", name="open garage door"),
    home("HassTurnOn", name="oven door", domain="switch"),
    home("HassTurnOff", domain="light,switch"),
    home("HassTurnOn", domain="cover"),
    home("HassTurnOn", domain="light"),
    home("HassTurnOn", area="kitchen", name="stove"),
    home("HassTurnOn", area="garage", domain="cover"),
    home("HassTurnOn", area="hall", domain="cover", device_class="garage, door"),
    home("HassTurnOff", area="hall"),
    home("HassTurnOn", area="cellar", domain="cover,valve"),
    home("HassTurnOff", area="hall", domain="lock, light"),
    home("HassTurnOff", name="doorlock"),
    home("HassTurnOn", name="garagedoors"),
    home("HassTurnOn", name="ｇａｒａｇｅ ｄｏｏｒ"),
    home("HassTurnOn", name="garage do\u200bor"),
    home("HassTurnOn", name="garage “door”"),
    home("HassTurnOn", name="Anna’s garage’s door"),
    home("HassTurnOn", name="garage—door 🚪"),
    home("HassTurnOn", name="garage door*"),
    home("HassTurnOn", name="garage door upstairs"),
    home("HassTurnOff", name="smoke detector"),
    home("HassTurnOff", name="pc"),
    argv("gpio.sh", "open", "{thing}", thing="garage door"),
    argv("/usr/local/bin/garage-toggle"),
    argv("door", "unlock"),
    argv("bash", "open-garage.sh"),
    argv("mosquitto_pub", "-t", "home/gate/set", "-m", "1"),
    web("http://home:8123/api/services/homeassistant/turn_off", json={"entity_id": "all"}),
    IntentMatch(
        "Thing",
        {"domain": "", "intent": "HassGetState"},
        1.0,
        (),
        BuiltInAction("home.intent", {"intent": "HassTurnOff", "domain": "lock"}),
    ),
    argv("hass-cli", "service", "call", "lock.unlock"),
    argv("systemctl", "poweroff"),
    argv("rm", "-r", "photos"),
    argv("send-sms", "{text}", text="hello"),
    argv("power-off"),
    argv("mkfs.ext4", "/dev/sdz"),
    argv("/usr/sbin/sendmail", "boss"),
    web("http://bank.local/api/v1/transfers", json={"amount": 5}),
    web("http://home:8123/api/services/homeassistant/turn_off", json={"entity_id": "light.hall, lock.front"}),
    web("http://home:8123/api/services/lock/unlock", json={"entity_id": "lock.front"}),
    web("http://home:8123/api/services/homeassistant/turn_on", json={"entity_id": ["light.hall", "cover.garage_door"]}),
    web("http://garage.local/relay/0?turn=on", "GET"),
    web("http://bank.local/transfer", json={"amount": 5}),
    web("http://files.local/photos", "DELETE"),
    package("lock.unlock", door="back door"),
    package("shutters.open", thing="gate"),
    package("bank.pay"),
    package("gpio.pulse", "OpenGate"),
    IntentMatch("Clear", {"list": "shopping"}, 1.0, (), BuiltInAction("list.clear")),
    IntentMatch("Sleep", {}, 1.0, (), BuiltInAction("screen.suspend")),
]

HARMLESS = [
    home("HassTurnOff", name="garage door", domain="cover"),
    home("HassTurnOff", name="gas valve", domain="cover,valve"),
    home("HassTurnOff", name="front door", domain="cover"),
    home("HassCloseCover", name="garage door"),
    home("HassSetPosition", name="garage door", position=0.0),
    home("HassTurnOn", name="front door", domain="lock"),
    home("HassTurnOn", domain="lock"),
    home("HassTurnOn", name="front door lock"),
    home("HassTurnOn", name="alarm system"),
    home("HassTurnOn", name="computer"),
    home("HassTurnOff", name="oven"),
    home("HassTurnOff", name="siren"),
    home("HassTurnOff", domain="light"),
    home("HassTurnOff", domain="cover"),
    home("HassTurnOn", name="oven light"),
    home("HassTurnOn", name="clock"),
    home("HassTurnOn", name="outdoor"),
    home("HassTurnOff", area="kitchen", domain="light,fan"),
    home("HassTurnOn", area="garage", domain="cover", device_class="curtain"),
    home("HassTurnOn", area="bedroom", domain="cover"),
    home("HassTurnOn", name="garage light"),
    home("HassTurnOn", name="oven", domain="light"),
    home("HassTurnOn", area="garage", domain="light"),
    home("HassTurnOn", name="heater", area="garage"),
    home("HassTurnOn", name="coffee machine"),
    home("HassTurnOn", area="bedroom", device_class="blind", domain="cover"),
    home("HassTurnOn", name="skylight", domain="cover,valve"),
    home("HassTurnOn", name="close the garage", domain="script"),
    home("HassGetState", name="front door", domain="lock"),
    home("HassGetState", domain="lock"),
    home("HassVacuumStart"),
    home("HassLightSet", area="kitchen", domain="light"),
    argv("play", "{title}", title="open the gate"),
    argv("notify-send", "--", "Assistant", "{text}", text="the garage door is open"),
    argv("gpio.sh", "close", "gate"),
    argv("loginctl", "lock-session"),
    argv("mosquitto_pub", "-t", "home/gate/set", "-m", "close"),
    web("http://home:8123/api/services/light/turn_off", json={"entity_id": "all"}),
    web("http://lamp.local/api/set?to=5", json={"brightness": 5}),
    web("http://home:8123/api/services/lock/lock", json={"entity_id": "lock.front"}),
    web("http://home:8123/api/services/light/turn_on", json={"entity_id": "light.garage_door"}),
    package("tide.next"),
    IntentMatch("Note", {"text": "open the garage door"}, 1.0, (), BuiltInAction("note.take")),
    IntentMatch("Say", {"text": "open the garage door"}, 1.0, (), None),
]

FREE = Intent("Thing", slots={name: Slot(name, "text") for name in ("text", "title", "name")})
ids = {"ids": lambda match: f"{match.action} {dict(match.slots)}"[:90] if isinstance(match, IntentMatch) else None}


@pytest.mark.parametrize("match", DANGEROUS, **ids)
def test_what_may_let_in_flood_burn_cost_or_lose_is_asked_about(match):
    assert asks(match, intent=FREE)


@pytest.mark.parametrize("match", HARMLESS, **ids)
def test_the_safe_direction_and_things_of_other_kinds_are_not(match):
    assert asks(match, intent=FREE) is None


@pytest.mark.parametrize(
    ("match", "question"),
    [
        (home("HassTurnOn", name="garage door"), "Open the garage door?"),
        (home("HassTurnOff", name="front door lock"), "Unlock the front door lock?"),
        (home("HassTurnOn", name="oven", area="kitchen"), "Turn on the oven in the kitchen?"),
        (home("HassSetPosition", name="garage door", position=40.0), "Set the garage door to 40 percent?"),
        (home("HassOpenValve", name="gas valve"), "Really do a thing: gas valve?"),
    ],
)
def test_the_question_names_the_deed(match, question):
    assert asks(match, intent=Intent("Thing", "Do a thing")) == question


# -- words about one thing ------------------------------------------------------------------------


def test_always_and_never_of_the_settings_come_first():
    iron, garage = home("HassTurnOff", name="iron"), home("HassTurnOn", name="garage door", domain="cover")
    assert asks(iron) is None
    assert asks(iron, ConfirmConfig(always=("The Iron",))) == "Turn off the iron?"
    assert asks(garage, ConfirmConfig(never=("garage door",))) is None
    assert asks(garage, ConfirmConfig(never=("cover.garage_door",))) is None
    assert asks(garage, ConfirmConfig(always=("garage door",), never=("garage door",)))
    own = IntentMatch("Thing", {"name": "gate"}, 1.0, (), None, confirm="Sure?")
    assert asks(own) == "Sure?"
    assert asks(own, ConfirmConfig(never=("gate",))) is None


def test_a_word_about_one_thing_says_nothing_about_another():
    both = web("http://home:8123/api/services/homeassistant/turn_on", json=["light.hall", "cover.garage_door"])
    assert asks(both, ConfirmConfig(never=("light.hall",)))
    assert asks(both, ConfirmConfig(never=("cover.garage_door",))) is None
    kitchen = home("HassTurnOff", name="back door", area="kitchen", domain="lock")
    assert asks(kitchen, ConfirmConfig(never=("kitchen",)))
    assert asks(kitchen, ConfirmConfig(never=("kitchen back door",))) is None


def test_a_listed_value_counts_more_than_its_intent_and_the_rules():
    iron, gate = home("HassTurnOff", name="iron"), home("HassTurnOn", name="gate")
    assert asks(iron, consents={"iron": "always"})
    assert asks(gate, consents={"gate": "never"}) is None
    assert (
        asks(IntentMatch("Thing", {"name": "gate"}, 1.0, (), None, confirm="Sure?"), consents={"gate": "never"}) is None
    )


def test_an_intent_may_say_always_or_never():
    sure = IntentMatch("Thing", {"name": "lamp"}, 1.0, (), None, confirm="Light the {name}?")
    assert asks(sure) == "Light the lamp?"
    always = IntentMatch("Thing", {"name": "lamp"}, 1.0, (), BuiltInAction("note.take"), confirm="always")
    assert asks(always, intent=Intent("Thing", "Light a lamp")) == "Really light a lamp: lamp?"
    gate = home("HassTurnOn", name="gate")
    assert asks(IntentMatch("Thing", gate.slots, 1.0, (), gate.action, confirm="never")) is None


LISTS = """
lists:
  device:
    values: [lamp, {in: "(iron|flat iron)", out: iron, confirm: always}, {in: gate, confirm: never}]
intents:
  Off:
    data: [{sentences: ["(turn off|stop) the {device:name}"]}]
    action: {builtin: home.intent, with: {intent: HassTurnOff}}
  On:
    data: [{sentences: ["turn on the {name}"]}]
    slots: {name: text}
    action: {builtin: home.intent, with: {intent: HassTurnOn}}
"""


def test_a_value_is_known_by_every_way_of_saying_it_in_any_intent(tmp_path, monkeypatch):
    monkeypatch.setattr("fakes.matcher.load_intents", _with_home(monkeypatch))
    matcher = made(tmp_path, LISTS)
    checked = [question(matcher, text) for text in (
        "turn off the flat iron", "stop the iron", "turn on the iron", "turn off the lamp", "turn on the gate",
    )]  # fmt: skip
    assert [bool(confirm) for confirm in checked] == [True, True, True, False, False]


def _with_home(monkeypatch):
    from assistant.authoring.intents import load_intents

    return lambda folders, _: load_intents(folders, {"home.intent"})


def question(matcher, text) -> str | None:
    understanding: Understanding = Policy().checked(matcher.match(text), matcher)
    assert isinstance(understanding, IntentMatch)
    return understanding.confirm


# -- the settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('domains = ["locks"]', "'locks' is not one of alarm_control_panel, automation"),
        ('domains = ["locks"]', "did you mean 'lock'?"),
        ('device_classes = ["garge"]', "did you mean 'garage'?"),
        ('deeds = ["power", "mony"]', "did you mean 'money'?"),
        ('never = "gate"', "must be a list of strings"),
        ("lapse = 0", "out of range: 5.0 to 3600.0"),
        ("laps = 9", "unknown key; did you mean 'lapse'?"),
    ],
)
def test_a_wrong_word_names_its_place_and_the_nearest_legal_one(tmp_path, text, says):
    (tmp_path / "own.toml").write_text(f"[confirm]\n{text}\n")
    with pytest.raises(ConfigError) as error:
        load_config(tmp_path / "own.toml")
    assert str(error.value).startswith(f"{tmp_path}/own.toml:2: [confirm] ")
    assert says in str(error.value)


def test_what_is_left_out_of_the_settings_is_not_asked_about():
    config = ConfirmConfig(domains=(), device_classes=(), things=(), deeds=())
    assert [match for match in DANGEROUS if asks(match, config, FREE)] == [
        match for match in DANGEROUS if "unlock" in str(match).casefold() and asks(match, config, FREE)
    ]
    assert Config().confirm == ConfirmConfig()
