"""Thermostats are raised and lowered from what they are set to, and a command to all things leaves some out."""

from __future__ import annotations

import threading

import pytest

from assistant.actions.run import Actions
from assistant.config import Config, HomeAssistantConfig
from assistant.values import BuiltInAction, IntentMatch
from fakes.web_server import JsonHandler, serving


class House(JsonHandler):
    """Home Assistant with the states that a test says; it keeps the calls of services."""

    states: list[object] = []  # noqa: RUF012
    calls: list[tuple[str, object]] = []  # noqa: RUF012

    def respond(self, body):
        if self.path == "/api/states":
            self.answer(200, self.states)
        else:
            self.calls.append((self.path.removeprefix("/api/services/"), body))
            self.answer(200, [])


@pytest.fixture
def house(world):
    House.states, House.calls = [], []
    with serving(House) as address:
        world.config = Config(home_assistant=HomeAssistantConfig(url=address, token="token"))
        yield House


def state(entity, said, name, **attributes):
    return {"entity_id": entity, "state": said, "attributes": {"friendly_name": name, **attributes}}


def thermostat(name, temperature, **attributes):
    return state(f"climate.{name.casefold().replace(' ', '_')}", "heat", name, temperature=temperature, **attributes)


def turned(world, way, **slots):
    return world.do("home.temperature", {"way": way}, **slots)


def set_to(temperature, entity="climate.thermostat"):
    return "climate/set_temperature", {"entity_id": entity, "temperature": temperature}


@pytest.mark.parametrize(
    ("way", "slots", "wanted"), [("up", {"by": 2}, 21), ("down", {"by": 1.5}, 17.5), ("up", {}, 20)]
)
def test_a_thermostat_goes_up_and_down_and_back(world, house, way, slots, wanted):
    house.states = [thermostat("Thermostat", 19), state("light.hall", "on", "Hall")]
    said = turned(world, way, **slots)
    assert said.text == f"The Thermostat is set to {wanted} degrees."
    assert house.calls == [set_to(wanted)]
    said.undo()
    assert house.calls[1:] == [set_to(19)]


def test_one_of_several_is_named_by_its_name_or_its_room(world, house):
    house.states = [thermostat("Bedroom heater", 18), thermostat("Hall heater", 20)]
    said = turned(world, "up")
    assert not said.ok
    assert said.text == "There are the Bedroom heater and the Hall heater: say which."
    assert turned(world, "up", area="bedroom").ok
    assert turned(world, "down", name="hall heater").ok
    assert house.calls == [set_to(19, "climate.bedroom_heater"), set_to(19, "climate.hall_heater")]


@pytest.mark.parametrize(
    ("states", "reply"),
    [
        ([], "Home Assistant knows no thermostat."),
        ([thermostat("Thermostat", None)], "The Thermostat is set to no temperature: say to how many degrees."),
        ([thermostat("Thermostat", "warm")], "The Thermostat is set to no temperature: say to how many degrees."),
        (
            [thermostat("Thermostat", 29.5, min_temp=7, max_temp=30)],
            "That would be 30.5 degrees, and the Thermostat goes from 7 to 30: nothing is changed.",
        ),
    ],
)
def test_where_it_cannot_be_nothing_is_changed(world, house, states, reply):
    house.states = states
    said = turned(world, "up")
    assert not said.ok
    assert said.text == reply
    assert not house.calls


def spared(world, domain, *excluding):
    action = BuiltInAction("home.intent", {"intent": "HassTurnOn", "name": "all", "domain": domain})
    actions = Actions(world.config, world.database, world.timers, list)
    return actions.run(IntentMatch("AllOn", {}, 1.0, (), action, excluding=excluding), threading.Event())


def test_all_doors_are_locked_but_one(world, house):
    house.states = [state("lock.front", "unlocked", "Front door"), state("lock.side", "unlocked", "Side door")]
    assert spared(world, "lock", "the side door").text == "Done: Front door."
    assert house.calls == [("lock/lock", {"entity_id": "lock.front"})]


def test_things_of_several_domains_are_left_out_by_their_names(world, house):
    house.states = [
        state("fan.desk", "off", "Desk fan"),
        state("light.hall", "off", "Hall"),
        state("lock.x", "locked", "X"),
    ]
    assert spared(world, "light,fan", "the desk fan").text == "Done: Hall."
    assert house.calls == [("light/turn_on", {"entity_id": "light.hall"})]
    assert spared(world, "light,fan", "the toaster").text.startswith("I know no thing to leave out by “the toaster”")
