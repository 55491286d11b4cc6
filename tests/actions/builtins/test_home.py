"""Home Assistant: an intent goes there, and the answer is put in words."""

from __future__ import annotations

import threading

import pytest

from assistant.actions.run import Actions
from assistant.config import Config, HomeAssistantConfig
from assistant.errors import ActionError
from assistant.values import BuiltInAction, IntentMatch
from fakes.web_server import JsonHandler, serving


class House(JsonHandler):
    """Home Assistant, as far as it matters here."""

    calls: list[tuple[str, object]] = []  # noqa: RUF012
    intents: dict[str, object] = {}  # noqa: RUF012
    conversation = ""
    states: list[dict[str, object]] = []  # noqa: RUF012

    def respond(self, body):
        if self.path != "/api/states":  # asked before each deed
            self.calls.append((self.path, body))
        if self.headers.get("Authorization") != "Bearer token":
            self.answer(401, {"message": "Unauthorized"})
        elif self.path == "/api/conversation/process":
            speech = {"plain": {"speech": self.conversation}}
            self.answer(200, {"response": {"speech": speech, "response_type": "query_answer"}})
        elif self.path == "/api/states":
            self.answer(200, self.states)
        elif self.path.startswith("/api/states/"):
            front_door = {
                "entity_id": "lock.front",
                "state": "locked",
                "attributes": {"friendly_name": "Front door"},
            }
            states = {f"/api/states/{state['entity_id']}": state for state in self.states}
            self.answer(200, states.get(self.path, front_door))
        elif body["name"] in self.intents:
            reply = self.intents[body["name"]]
            self.answer(200, reply(body["data"]) if callable(reply) else reply)
        else:
            self.answer(500, {})


@pytest.fixture
def house(world):
    House.calls, House.intents, House.conversation, House.states = [], {}, "", []
    with serving(House) as address:
        world.config = Config(home_assistant=HomeAssistantConfig(url=f"{address}/", token="token"))
        yield House


def response(speech="", kind="action_done", **targets):
    words = {"plain": {"speech": speech, "extra_data": None}} if speech else {}
    return {"speech": words, "response_type": kind, "data": {"targets": [], "success": [], "failed": [], **targets}}


def entity(name, entity_id="light.x"):
    return {"name": name, "type": "entity", "id": entity_id}


def test_an_intent_goes_to_home_assistant_and_its_words_come_back(world, house):
    house.intents["HassTurnOn"] = response("turned on the lights")
    said = world.do("home.intent", {"intent": "HassTurnOn", "domain": "light"}, area="the kitchen")
    assert said.text == "Turned on the lights"
    assert house.calls == [
        ("/api/intent/handle", {"name": "HassTurnOn", "data": {"domain": "light", "area": "kitchen"}})
    ]


def test_an_intent_of_a_home_assistant_file_goes_there_under_its_own_name(world, house):
    house.intents["HassOpenValve"] = response("opened")
    actions = Actions(world.config, world.database, world.timers, list)
    match = IntentMatch("HassOpenValve", {"name": "tap"}, 1.0, (), BuiltInAction("home.intent"))
    assert actions.run(match, threading.Event()).text == "Opened"
    assert house.calls[0][1] == {"name": "HassOpenValve", "data": {"name": "tap"}}


def test_what_really_changed_is_named_where_home_assistant_says_nothing(world, house):
    house.intents["HassTurnOn"] = response(success=[entity("Ceiling"), entity("Counter")])
    assert world.do("home.intent", {"intent": "HassTurnOn"}, area="kitchen").text == "Done: Ceiling and Counter."
    house.intents["HassTurnOn"] = response(failed=[entity("Ceiling")])
    failed = world.do("home.intent", {"intent": "HassTurnOn"}, area="kitchen")
    assert (failed.ok, failed.text) == (False, "Ceiling did not answer.")


def test_numbers_are_sent_as_numbers_and_several_domains_as_a_list(world, house):
    house.intents["HassLightSet"] = response("ok")
    world.do("home.intent", {"intent": "HassLightSet", "domain": "light,switch"}, brightness=30.0, color="red")
    assert house.calls[0][1]["data"] == {"domain": ["light", "switch"], "brightness": 30, "color": "red"}


def test_a_question_is_answered_with_the_state(world, house):
    house.intents["HassGetState"] = response(kind="query_answer", success=[entity("Front door", "lock.front")])
    said = world.do("home.intent", {"intent": "HassGetState", "domain": "lock"}, name="front door")
    assert said.text == "The Front door is locked."
    assert house.calls[-1] == ("/api/states/lock.front", None)


def test_a_question_without_words_is_put_to_the_conversation(world, house):
    house.intents["HassClimateGetTemperature"] = response(kind="query_answer")
    house.conversation = "21.5 °C"
    with_say = {"intent": "HassClimateGetTemperature", "say": "what is the temperature in the {area}"}
    assert world.do("home.intent", with_say, area="bedroom").text == "21.5 °C"
    assert house.calls[-1] == ("/api/conversation/process", {"text": "what is the temperature in the bedroom"})


def test_what_home_assistant_does_not_know_is_said_plainly(world, house):
    house.intents["HassTurnOn"] = response("<MatchFailedError result=...>", kind="error")
    unknown = world.do("home.intent", {"intent": "HassTurnOn"}, name="teleporter")
    assert (unknown.ok, unknown.text) == (False, "Home Assistant knows no teleporter.")
    with pytest.raises(ActionError, match="does not know the intent HassMagic"):
        world.do("home.intent", {"intent": "HassMagic"})


def only(**wanted):
    """A Home Assistant that knows these data alone."""
    unknown = response("<MatchFailedError result=...>", kind="error")
    return lambda data: response("done") if data == wanted else unknown


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ({"area": "upstairs"}, {"floor": "upstairs"}),
        ({"area": "second floor"}, {"floor": "second floor"}),
        ({"name": "ceiling light", "area": "kitchen"}, {"name": "kitchen ceiling light"}),
        ({"area": "hall", "device_class": "window"}, {"name": "hall window"}),
        ({"area": "office", "domain": "light"}, {"name": "office lights", "domain": "light"}),
        ({"name": "play corner lights"}, {"name": "play corner", "domain": "light"}),
        ({"name": "bedroom lamp"}, {"area": "bedroom", "domain": "light"}),
    ],
)
def test_a_thing_is_found_under_what_it_may_be_called(world, house, said, known):
    house.intents["HassTurnOn"] = only(**known)
    assert world.do("home.intent", {"intent": "HassTurnOn"}, **said).text == "Done"
    assert not world.do("home.intent", {"intent": "HassTurnOn"}, name="coffee machine").ok


def test_a_player_goes_louder_and_quieter_by_steps(world, house):
    house.intents["HassSetVolumeRelative"] = response("ok")
    for step in ({}, {"volume_step": 20.0}):
        for way in ("up", "down"):
            world.do("home.intent", {"intent": "HassSetVolumeRelative", "volume_step": way}, name="TV", **step)
    assert [body["data"]["volume_step"] for _, body in house.calls] == ["up", "down", 20, -20]


def state(entity_id, said, name, **attributes):
    return {"entity_id": entity_id, "state": said, "attributes": {"friendly_name": name, **attributes}}


def test_which_of_several_are_on_or_open_is_counted(world, house):
    house.states = [
        state("light.a", "on", "Ceiling"),
        state("light.b", "off", "Counter"),
        state("cover.a", "closed", "Roof window"),
        state("binary_sensor.a", "on", "Kitchen window", device_class="window"),
        state("light.elsewhere", "on", "Hall"),
    ]
    asked = {"intent": "HassGetState", "domain": "light"}
    house.intents["HassGetState"] = response(success=[entity("Ceiling", "light.a"), entity("Counter", "light.b")])
    assert world.do("home.intent", asked, state="on").text == "1 of 2 is on: Ceiling."
    assert world.do("home.intent", asked, state="open").text == "None of 2 is open."
    windows = [entity("Roof window", "cover.a"), entity("Kitchen window", "binary_sensor.a")]
    house.intents["HassGetState"] = response(success=windows)
    assert world.do("home.intent", asked, state="open").text == "1 of 2 is open: Kitchen window."
    house.intents["HassGetState"] = response(success=windows[1:])
    assert world.do("home.intent", asked, state="closed").text == "The Kitchen window is open."


def test_the_weather_is_told_in_words(world, house):
    house.intents["HassGetWeather"] = response(success=[entity("Home", "weather.home")])
    house.states = [state("weather.home", "partlycloudy", "Home", temperature=21.5, temperature_unit="°C")]
    asked = {"intent": "HassGetWeather", "without": "I know the weather only from Home Assistant"}
    assert world.do("home.intent", asked).text == "It is partly cloudy, 21.5 °C."
    house.intents["HassGetWeather"] = response("No weather entity found", kind="error")
    assert world.do("home.intent", asked).text == "No weather entity found"
    world.config = Config()
    told = world.do("home.intent", asked)
    assert (told.ok, told.text.startswith("I know the weather only from Home Assistant, and none is set up")) == (
        False,
        True,
    )


@pytest.mark.parametrize("name", ["all", "everything", "every lamp", "the whole house", "all the doors"])
def test_the_whole_house_is_not_switched_by_a_name(world, house, name):
    assert not world.do("home.intent", {"intent": "HassTurnOff"}, name=name).ok
    assert house.calls == []


def test_a_wrong_token_an_absent_server_and_none_at_all_are_one_line(world, house):
    url = world.config.home_assistant.url
    world.config = Config(home_assistant=HomeAssistantConfig(url=url, token="wrong"))
    with pytest.raises(ActionError, match="refused the access token: check token under"):
        world.do("home.intent", {"intent": "HassTurnOn"}, name="lamp")
    world.config = Config(home_assistant=HomeAssistantConfig(url="http://127.0.0.1:1", token="token"))
    with pytest.raises(ActionError, match="cannot be reached"):
        world.do("home.intent", {"intent": "HassTurnOn"}, name="lamp")
    world.config = Config()
    with pytest.raises(ActionError, match=r"set url under \[home_assistant\]"):
        world.do("home.intent", {"intent": "HassTurnOn"}, name="lamp")
