"""A stand-in for Home Assistant: it keeps the states of things by name, whatever they are called."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.cases.web_server import JsonHandler, serving

_ON_OFF = {
    **dict.fromkeys(("HassTurnOn", "HassOpenCover", "HassOpenValve", "HassLock"), "on"),
    **dict.fromkeys(("HassTurnOff", "HassCloseCover", "HassCloseValve", "HassUnlock"), "off"),
}
"""Intent -> the state that it brings: a lock that is on is locked, a cover that is on is open."""

_VALUES = {
    "HassLightSet": ("brightness", "color", "temperature"),
    "HassSetPosition": ("position",),
    "HassFanSetSpeed": ("percentage", "speed"),
    "HassSetVolume": ("volume_level",),
}
"""Intent -> the data that it sets, each kept under the thing's name and its own."""

_SERVICES = {
    **dict.fromkeys(("turn_on", "open_cover", "open_valve", "lock", "media_play"), "on"),
    **dict.fromkeys(("turn_off", "close_cover", "close_valve", "unlock", "media_pause"), "off"),
}
"""Service -> the state that it brings."""

_WORDS = {"lock": {"on": "locked", "off": "unlocked"}, "cover": {"on": "open", "off": "closed"}}
"""Domain -> the states of its things as Home Assistant calls them."""

_QUESTIONS = ("HassGetState", "HassClimateGetTemperature", "HassGetWeather")


class Home:
    """The states of one house."""

    def __init__(self) -> None:
        self.states: dict[str, Any] = {}
        self.touched: set[str] = set()
        """Names of what an order was about."""
        self.orders = 0
        """Number of orders that are more than a state, such as the next title."""

    def reset(self, states: Mapping[str, Any]) -> None:
        """Begin anew with these states."""
        self.states = {home_name(name): state for name, state in states.items()}
        self.touched, self.orders = set(), 0

    def handle(self, intent: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out an intent, or answer it, and return the response."""
        thing = _target(intent, data)
        if intent in _QUESTIONS:
            if thing not in self.states:
                return _response("<MatchFailedError result=MatchTargetsResult(is_match=False)>", "error")
            return _response("", "query_answer", thing)
        if intent in _ON_OFF:
            self._set(thing, _ON_OFF[intent])
        elif intent == "HassClimateSetTemperature":
            self._set(thing, data.get("temperature"))
        elif intent in _VALUES:
            for key in _VALUES[intent]:
                if key in data:
                    self._set(f"{thing} {key.removesuffix('_level')}", data[key])
        else:
            self.orders += 1
            self._set(thing, intent.removeprefix("Hass"))
        return _response("", "action_done", thing)

    def serve(self, entity: str, service: str, data: Mapping[str, Any]) -> None:
        """Carry out a service for one thing."""
        name = next((name for name in self.states if _entity(name) == entity), "")
        if name and (state := _SERVICES.get(service)):
            self._set(name, state)
        if name and "brightness" in data:
            self._set(f"{name} brightness", round(data["brightness"] * 100 / 255))
        for key in ("brightness_pct", "position", "temperature", "volume_level"):
            if name and key in data:
                own = name if key == "temperature" else f"{name} {key.removesuffix('_pct').removesuffix('_level')}"
                self._set(own, data[key])

    def _set(self, name: str, state: Any) -> None:
        self.states[name] = state
        self.touched.add(name)

    def state(self, name: str) -> dict[str, Any]:
        """Return the state of a thing as the REST API tells it."""
        attributes: dict[str, Any] = {"friendly_name": name}
        if (percent := self.states.get(f"{name} brightness")) is not None:
            attributes["brightness"] = round(percent * 255 / 100)
        if _domain(name) == "climate":
            attributes["temperature"] = self.states[name]
        words = _WORDS.get(_domain(name), {})
        state = str(self.states[name])
        return {"entity_id": _entity(name), "state": words.get(state, state), "attributes": attributes}


def home_name(name: str) -> str:
    """Return the name under which a thing is kept: `Kitchen lights` and `kitchen lamp` are the `kitchen light`."""
    words = re.sub(r"\s+", " ", name.casefold()).strip()
    words = re.sub(r"\b(?:lights|lamps?)$", "light", words)
    return re.sub(r"\b(?:blinds|shutters?|shades?|curtains?|covers?)\b", "blind", words)


def _target(intent: str, data: Mapping[str, Any]) -> str:
    name, place = str(data.get("name") or ""), str(data.get("area") or data.get("floor") or "")
    domain = data.get("domain")
    if name == "all":
        return str(domain) if domain in ("light", "lock") else "everything"
    if name:
        return home_name(name)
    kind = str(data.get("device_class") or (domain if isinstance(domain, str) else ""))
    kind = "heating" if intent.startswith("HassClimate") else "blind" if kind == "cover" else kind
    return home_name(f"{place} {kind}".strip())


def _response(speech: str, kind: str, *things: str) -> dict[str, Any]:
    words = {"plain": {"speech": speech, "extra_data": None}} if speech else {}
    success = [{"name": thing, "type": "entity", "id": _entity(thing)} for thing in things]
    code = {"code": "no_valid_targets"} if kind == "error" else {}
    targets = {"targets": [], "success": success, "failed": []}
    return {"speech": words, "card": {}, "language": "en", "response_type": kind, "data": {**code, **targets}}


def _domain(name: str) -> str:
    """Return the kind of a thing by the last word of its name; a switch is everything else."""
    kinds = {
        "light": "light",
        "heating": "climate",
        "thermostat": "climate",
        "door": "lock",
        "blind": "cover",
        "fan": "fan",
    }
    return "cover" if "garage" in name else kinds.get(name.split()[-1] if name else "", "switch")


def _entity(name: str) -> str:
    return f"{_domain(name)}.{re.sub(r'[^a-z0-9]+', '_', name.casefold()).strip('_')}"


@contextlib.contextmanager
def serving_home(home: Home) -> Iterator[str]:
    """Serve a house over the REST API of Home Assistant and give the address; any token will do."""

    class House(JsonHandler):
        def respond(self, body: Any) -> None:
            by_id = {_entity(name): name for name in home.states}
            match self.path.removeprefix("/api/").split("/"):
                case ["intent", "handle"]:
                    self.answer(200, home.handle(body["name"], body.get("data") or {}))
                case ["states"]:
                    self.answer(200, [home.state(name) for name in home.states])
                case ["states", entity] if entity in by_id:
                    self.answer(200, home.state(by_id[entity]))
                case ["services", _, service]:
                    home.serve(str(body.get("entity_id")), service, body)
                    self.answer(200, [])
                case ["conversation", "process"]:
                    self.answer(200, {"response": _response("Sorry, I couldn't understand that", "error")})
                case _:
                    self.answer(404, {"message": "Entity not found."})

    with serving(House) as address:
        yield address
