"""The way back from a command to Home Assistant, and what was done already."""

from __future__ import annotations

import threading

import pytest

from assistant.actions.builtins.house.names import named
from assistant.actions.outcome import Thing
from assistant.config import Config, HomeAssistantConfig
from assistant.errors import ActionError
from fakes.web_server import JsonHandler, serving


class House(JsonHandler):
    """Tells states, carries out any intent on all of them, and notes the services that are called."""

    states: list[dict[str, object]] = []  # noqa: RUF012
    services: list[tuple[str, object]] = []  # noqa: RUF012
    slow = False

    def respond(self, body):
        if self.path == "/api/states":
            threading.Event().wait(1.5 if self.slow else 0)
            self.answer(200, self.states)
        elif self.path.startswith("/api/services/"):
            self.services.append((self.path.removeprefix("/api/services/"), body))
            self.answer(200, [])
        else:
            success = [{"name": s["attributes"]["friendly_name"], "type": "entity", "id": s["entity_id"]}
                       for s in self.states]  # fmt: skip
            data = {"targets": [], "success": success, "failed": []}
            self.answer(200, {"speech": {}, "response_type": "action_done", "data": data})


@pytest.fixture
def house(world):
    House.states, House.services, House.slow = [], [], False
    with serving(House) as address:
        world.config = Config(home_assistant=HomeAssistantConfig(url=address, token="token"))
        yield House


def thing(entity, state, name="thing", **attributes):
    return {"entity_id": entity, "state": state, "attributes": {"friendly_name": name, **attributes}}


LAMP = {"color_mode": "color_temp", "brightness": 80, "color_temp_kelvin": 2700}


@pytest.mark.parametrize(
    ("intent", "before", "service", "data", "told"),
    [
        ("HassTurnOn", thing("light.a", "off"), "light/turn_off", {}, "The thing is off again."),
        ("HassTurnOff", thing("light.a", "on", **LAMP), "light/turn_on",
         {"brightness": 80, "color_temp_kelvin": 2700}, "The thing is on again."),
        ("HassLightSet", thing("light.a", "on", brightness=12), "light/turn_on", {"brightness": 12},
         "The thing is on again."),
        ("HassTurnOff", thing("switch.a", "on"), "switch/turn_on", {}, "The thing is on again."),
        ("HassFanSetSpeed", thing("fan.a", "on", percentage=33), "fan/turn_on", {"percentage": 33},
         "The thing is on again."),
        ("HassTurnOn", thing("cover.a", "closed", device_class="blind"), "cover/close_cover", {},
         "The thing is closed again."),
        ("HassSetPosition", thing("cover.a", "open", current_position=40, device_class="blind"),
         "cover/set_cover_position", {"position": 40}, "The thing is at 40 percent again."),
        ("HassTurnOff", thing("lock.a", "locked"), "lock/lock", {}, "The thing is locked again."),
        ("HassClimateSetTemperature", thing("climate.a", "heat", temperature=19.5), "climate/set_temperature",
         {"temperature": 19.5}, "The thing is set to 19.5 degrees again."),
        ("HassSetVolume", thing("media_player.a", "playing", volume_level=0.25), "media_player/volume_set",
         {"volume_level": 0.25}, "The thing is at 25 percent again."),
        ("HassMediaPause", thing("media_player.a", "playing"), "media_player/media_play", {},
         "The thing is playing again."),
    ],
)  # fmt: skip
def test_a_thing_comes_back_into_its_state(world, house, intent, before, service, data, told):
    house.states = [before]
    outcome = world.do("home.intent", {"intent": intent}, name="thing")
    assert outcome.undo() == told
    assert house.services == [(service, {"entity_id": before["entity_id"], **data})]


@pytest.mark.parametrize(
    ("intent", "before"),
    [
        ("HassTurnOn", thing("lock.a", "unlocked", "front door")),
        ("HassTurnOff", thing("cover.a", "open", "big door", device_class="garage")),
        ("HassSetPosition", thing("cover.a", "open", "big door", device_class="garage", current_position=60)),
        ("HassTurnOff", thing("valve.a", "open", "water valve")),
        ("HassTurnOff", thing("switch.a", "on", "oven")),
        ("HassTurnOn", thing("switch.a", "off", "front door")),
    ],
)
def test_nobody_is_let_in_by_an_undo(world, house, intent, before):
    house.states = [before]
    undo = world.do("home.intent", {"intent": intent}, name="thing").undo
    with pytest.raises(ActionError, match="please say that yourself"):
        undo()
    assert house.services == []


def test_of_several_things_those_come_back_that_may(world, house):
    house.states = [thing("light.a", "on", "front door light"), thing("switch.a", "on", "oven")]
    undo = world.do("home.intent", {"intent": "HassTurnOff", "domain": "light,switch"}, area="kitchen").undo
    assert undo() == ("The front door light is on again. I have not made the oven on again: please say that yourself.")


@pytest.mark.parametrize(
    ("intent", "before"),
    [
        ("HassTurnOn", thing("scene.a", "2026-11-01")),
        ("HassTurnOn", thing("script.a", "off")),
        ("HassMediaNext", thing("media_player.a", "playing")),
        ("HassVacuumStart", thing("vacuum.a", "docked")),
        ("HassTurnOn", thing("light.a", "unavailable")),
    ],
)
def test_what_has_no_way_back_offers_none(world, house, intent, before):
    house.states = [before]
    outcome = world.do("home.intent", {"intent": intent}, name="thing")
    assert (outcome.ok, outcome.undo) == (True, None)


@pytest.mark.parametrize(
    ("intent", "before", "told"),
    [
        ("HassTurnOff", thing("light.a", "off", "kitchen light"), "The kitchen light is off already."),
        ("HassTurnOff", thing("cover.a", "closed", "blind"), "The blind is closed already."),
        ("HassTurnOn", thing("lock.a", "locked", "front door"), "The front door is locked already."),
        ("HassMediaPause", thing("media_player.a", "paused", "TV"), "The TV is paused already."),
    ],
)
def test_what_was_so_already_is_said(world, house, intent, before, told):
    house.states = [before]
    outcome = world.do("home.intent", {"intent": intent}, name="thing")
    assert (outcome.ok, outcome.text, outcome.undo) == (False, told, None)


def test_the_deed_does_not_wait_for_states_that_do_not_come(world, house):
    house.states, house.slow = [thing("light.a", "off")], True
    outcome = world.do("home.intent", {"intent": "HassTurnOn"}, name="thing")
    assert (outcome.ok, outcome.undo) == (True, None)


@pytest.mark.parametrize(
    ("intent", "data", "name"),
    [
        ("HassTurnOn", {"name": "desk lamp", "area": "office"}, "the desk lamp"),
        ("HassTurnOn", {"area": "kitchen", "domain": "light"}, "the kitchen lights"),
        ("HassLightSet", {"area": "kitchen", "brightness": 30}, "the kitchen lights"),
        ("HassTurnOff", {"area": "bedroom", "domain": "cover", "device_class": "blind"}, "the bedroom blinds"),
        ("HassClimateSetTemperature", {"temperature": 20}, "the heating"),
    ],
)
def test_a_thing_is_named_as_one_speaks_of_it(intent, data, name):
    place = {"area": data["area"]} if "area" in data else {}
    own = {"name": data["name"]} if "name" in data else {}
    assert named(data, intent) == (Thing(name, {**place, **own}),)


def test_the_whole_house_is_no_thing_to_speak_of():
    assert named({"name": "all", "domain": "light"}, "HassTurnOff") == ()
