"""The smart home: Home Assistant's own intents over its REST API."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from assistant.actions import http
from assistant.actions.outcome import Context, Outcome, Slots
from assistant.errors import ActionError
from assistant.language import spoken

_TIMEOUT = 10.0
_READ = 4
"""Entities whose state is read aloud at once."""

_OPTIONS = ("intent", "say", "without")

_STOREY = re.compile(r"upstairs|downstairs|.*\bfloor", re.IGNORECASE)
"""A room that is a floor there."""

_LIGHT = re.compile(r"(?P<rest>.+) (?:lights?|lamps?)", re.IGNORECASE)
"""A light that may be called there without the word, or be all the lights of a room."""

_SENSED = {
    "door": ("open", "closed"),
    "garage_door": ("open", "closed"),
    "opening": ("open", "closed"),
    "window": ("open", "closed"),
    "lock": ("unlocked", "locked"),
    "motion": ("occupied", "clear"),
    "occupancy": ("occupied", "clear"),
    "presence": ("occupied", "clear"),
    "moisture": ("wet", "dry"),
}
"""TimerKind of a sensor -> what its `on` and `off` mean."""

_SKIES = {"partlycloudy": "partly cloudy", "clear-night": "clear", "lightning-rainy": "stormy and rainy"}
"""Weathers of Home Assistant that are no words."""

_BROAD = re.compile(r"(?:all|every|everything|anything|each|the whole)\b", re.IGNORECASE)
"""A name that means the whole house: only an intent that asks first may say it."""


def intent(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Let Home Assistant carry out an intent and say what it says.

    The intent is `with: {intent}`, else this one's own name; its data are the slots and the other fixed
    arguments. `with: {say}` is a sentence for its conversation agent, used where the intent's own answer
    has no words and names nothing. `with: {without}` is said where no Home Assistant is set.
    """
    if not context.config.home_assistant.url and (without := arguments.get("without")):
        return Outcome(f"{without}, and none is set up: set url under [home_assistant] in config.toml.", ok=False)
    name = arguments.get("intent", context.intent)
    fixed = {key: _fixed(value) for key, value in arguments.items() if key not in _OPTIONS}
    if _BROAD.match(str(slots.get("name", ""))):
        return Outcome("That is a lot at once. Name one thing, or say “turn off everything”.", ok=False)
    wanted = _bounded({**fixed, **{key: _value(key, value) for key, value in slots.items() if value not in (None, "")}})
    if fixed.get("volume_step") == "down" and isinstance(step := wanted["volume_step"], int | float):
        wanted["volume_step"] = -step
    answer = _carried_out(context, name, wanted)
    said = _speech(answer)
    if answer.get("response_type") == "error":
        return Outcome(_fault(said, wanted), ok=False)
    done = answer.get("data") or {}
    values = {"names": spoken.joined([str(each.get("name", "")) for each in done.get("success") or []])}
    if said:
        return Outcome(spoken.sentence(said), {**values, "output": said})
    if failed := done.get("failed"):
        return Outcome(
            f"{spoken.sentence(spoken.joined([str(each.get('name', 'one')) for each in failed]))} did not answer.",
            ok=False,
        )
    if name in ("HassGetState", "HassClimateGetTemperature", "HassGetWeather"):
        return _state(done, str(wanted.get("state", "")), spoken.fill(arguments.get("say", ""), slots, {}), context)
    names = f": {values['names']}" if values["names"] else ""
    return Outcome(f"Done{names}.", values)


def _bounded(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the data with a room that is a floor as the `floor`."""
    floor = wanted.get("area")
    if floor and "floor" not in wanted and _STOREY.fullmatch(floor):
        return {**{key: value for key, value in wanted.items() if key != "area"}, "floor": floor}
    return wanted


def _carried_out(context: Context, name: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer to an intent; where nothing is called so, that to the same in other words."""
    first = answer = _post(context, "/api/intent/handle", {"name": name, "data": wanted})
    for other in _otherwise(wanted):
        if answer.get("response_type") != "error" or not _speech(answer).startswith("<"):
            return answer
        answer = _post(context, "/api/intent/handle", {"name": name, "data": other})
    return first if answer.get("response_type") == "error" else answer


def _otherwise(wanted: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what else may be meant: an entity whose name begins with that of the room, and as `_LIGHT`."""
    name, area, kind = str(wanted.get("name", "")), wanted.get("area"), wanted.get("device_class")
    rest = {key: value for key, value in wanted.items() if key not in ("name", "area", "device_class")}
    if area and (name or kind):
        yield {**rest, "name": f"{area} {name or kind}"}
    elif area and rest.get("domain") == "light":
        yield {**rest, "name": f"{area} light"}
        yield {**rest, "name": f"{area} lights"}
    elif light := _LIGHT.fullmatch(name):
        yield {**rest, "name": light["rest"], "domain": "light"}
        yield {**rest, "area": light["rest"], "domain": "light"}


def _state(done: Mapping[str, Any], wanted: str, sentence: str, context: Context) -> Outcome:
    """Read the state of what a question was about, or tell which of several are as asked."""
    entities = [each for each in done.get("success") or [] if each.get("type") == "entity" and each.get("id")]
    if wanted and len(entities) > 1:
        return _count(_states(context, {each["id"] for each in entities}), wanted)
    if entities:
        return Outcome(" ".join(_told(_get(context, f"/api/states/{each['id']}")) for each in entities[:_READ]))
    if sentence:
        answer = _post(context, "/api/conversation/process", {"text": sentence}).get("response") or {}
        if said := _speech(answer):
            return Outcome(spoken.sentence(said), ok=answer.get("response_type") != "error")
    return Outcome("Home Assistant found nothing of that kind.", ok=False)


def _count(states: Sequence[Mapping[str, Any]], wanted: str) -> Outcome:
    names = [_name(each) for each in states if wanted in (_status(each), each.get("state"))]
    number, of = len(names), len(states)
    if not number:
        return Outcome(f"None of {of} is {wanted}.", {"names": ""})
    who = spoken.joined(names)
    share = f"All {of} are" if number == of else f"{number} of {of} {'is' if number == 1 else 'are'}"
    return Outcome(f"{share} {wanted}: {who}.", {"names": who})


def _told(state: Mapping[str, Any]) -> str:
    attributes = state.get("attributes") or {}
    if str(state.get("entity_id", "")).startswith("weather."):
        return _weather(str(state.get("state", "unknown")), attributes)
    unit = attributes.get("unit_of_measurement", "")
    warmth = attributes.get("current_temperature")
    said = f"{warmth} degrees" if warmth is not None else f"{_status(state)}{f' {unit}' if unit else ''}"
    return f"The {_name(state)} is {said.replace('_', ' ')}."


def _weather(sky: str, attributes: Mapping[str, Any]) -> str:
    warmth = attributes.get("temperature")
    at = f", {warmth} {attributes.get('temperature_unit', 'degrees')}" if warmth is not None else ""
    return f"It is {_SKIES.get(sky, sky)}{at}."


def _name(state: Mapping[str, Any]) -> str:
    return str((state.get("attributes") or {}).get("friendly_name") or state.get("entity_id", "it"))


def _status(state: Mapping[str, Any]) -> str:
    """Return the state as one says it: a window's sensor is not on but open."""
    said, kind = str(state.get("state", "unknown")), (state.get("attributes") or {}).get("device_class")
    sensed = _SENSED.get(str(kind)) if str(state.get("entity_id", "")).startswith("binary_sensor.") else None
    return sensed[said == "off"] if sensed and said in ("on", "off") else said


def _fixed(value: str) -> str | list[str]:
    """Return a fixed argument; `light,switch` is a list."""
    return value.split(",") if "," in value else value


def _value(key: str, value: Any) -> Any:
    """Return a slot as Home Assistant wants it: percentages and temperatures as numbers, names as text."""
    if isinstance(value, bool | int | float):
        return int(value) if value == int(value) else value
    text = spoken.plain(value)
    return re.sub(r"^(?:the|my|our) ", "", text, flags=re.IGNORECASE) if key in ("name", "area", "floor") else text


def _speech(answer: Mapping[str, Any]) -> str:
    """Return the words of an intent response."""
    plain = (answer.get("speech") or {}).get("plain") or {}
    return " ".join(str(plain.get("speech") or "").split())


def _fault(said: str, wanted: Mapping[str, Any]) -> str:
    """Return why an intent failed, in words; a failed match is told by Home Assistant in its own notation."""
    if said and not said.startswith("<"):
        return spoken.sentence(said)
    named = wanted.get("name") or wanted.get("area") or wanted.get("floor")
    return f"Home Assistant knows no {named}." if named else "Home Assistant found nothing to do that with."


def _post(context: Context, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    return _object(_call(context, "POST", path, body), context)


def _get(context: Context, path: str) -> Mapping[str, Any]:
    return _object(_call(context, "GET", path, None), context)


def _states(context: Context, ids: Collection[str]) -> Sequence[Mapping[str, Any]]:
    """Return the states of the entities, all at once."""
    found = _call(context, "GET", "/api/states", None)
    if not isinstance(found, list):
        raise _stranger(context)
    return [each for each in found if isinstance(each, dict) and each.get("entity_id") in ids]


def _object(found: object, context: Context) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise _stranger(context)
    return found


def _stranger(context: Context) -> ActionError:
    return ActionError(f"{context.config.home_assistant.url}: this does not answer like Home Assistant")


def _call(context: Context, method: str, path: str, body: Mapping[str, Any] | None) -> object:
    home = context.config.home_assistant
    if not home.url:
        raise ActionError("No Home Assistant is set up: set url under [home_assistant] in config.toml.")
    token = home.access_token()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = http.call(home.url.rstrip("/") + path, method, headers, body, _TIMEOUT)
    if answer.status in (401, 403):
        where = f"the variable {home.token[1:]}" if home.token.startswith("$") else "token under [home_assistant]"
        raise ActionError(f"Home Assistant refused the access token: check {where}.")
    if answer.status == 500 and path.endswith("handle"):
        raise ActionError(f"Home Assistant does not know the intent {(body or {}).get('name')}, or failed at it.")
    if why := http.refusal(answer):
        raise ActionError(f"Home Assistant: {why}")
    return answer.json()
