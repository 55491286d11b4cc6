"""The smart home: Home Assistant's own intents over its REST API."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from assistant.actions import http
from assistant.actions.outcome import Context, Outcome, Slots
from assistant.errors import ActionError
from assistant.language import spoken

_FLOOR = re.compile(r"upstairs|downstairs|.*\bfloor", re.IGNORECASE)
"""A room that is a `floor` in Home Assistant."""

_LIGHT = re.compile(r"(?P<rest>.+) (?:lights?|lamps?)", re.IGNORECASE)
"""A light that Home Assistant may know without the word, or as all the lights of a room."""

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
"""Kind of a sensor -> the meaning of its `on` and `off`."""

_SKIES = {"partlycloudy": "partly cloudy", "clear-night": "clear", "lightning-rainy": "stormy and rainy"}
"""Weathers of Home Assistant that are no English words."""

_BROAD = re.compile(r"(?:all|every|everything|anything|each|the whole)\b", re.IGNORECASE)
"""A name that means the whole house: only an intent that asks first may use it."""


def intent(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Let Home Assistant carry out an intent and read out its answer.

    The intent is `with: {intent}`, else this one's own name; its data are the slots and the other fixed
    arguments. `with: {say}` is a sentence for its conversation agent, used where the intent's own answer
    has no words and names nothing. `with: {without}` is said where no Home Assistant is set.
    """
    if not context.config.home_assistant.url and (without := arguments.get("without")):
        return Outcome(f"{without}, and none is set up: set url under [home_assistant] in config.toml.", ok=False)
    name = arguments.get("intent", context.intent)
    fixed = {key: _fixed(value) for key, value in arguments.items() if key not in ("intent", "say", "without")}
    if _BROAD.match(str(slots.get("name", ""))):
        return Outcome("That is a lot at once. Name one thing, or say “turn off everything”.", ok=False)
    data = _with_floor(
        {**fixed, **{key: _value(key, value) for key, value in slots.items() if value not in (None, "")}}
    )
    if fixed.get("volume_step") == "down" and isinstance(step := data["volume_step"], int | float):
        data["volume_step"] = -step
    answer = _handle(context, name, data)
    speech = _speech(answer)
    if answer.get("response_type") == "error":
        return Outcome(_fault(speech, data), ok=False)
    targets = answer.get("data") or {}
    values = {"names": spoken.joined([str(target.get("name", "")) for target in targets.get("success") or []])}
    if speech:
        return Outcome(spoken.sentence(speech), {**values, "output": speech})
    if failed := targets.get("failed"):
        names = spoken.joined([str(target.get("name", "one")) for target in failed])
        return Outcome(f"{spoken.sentence(names)} did not answer.", ok=False)
    if name in ("HassGetState", "HassClimateGetTemperature", "HassGetWeather"):
        return _state(targets, str(data.get("state", "")), spoken.fill(arguments.get("say", ""), slots, {}), context)
    return Outcome(f"Done: {values['names']}." if values["names"] else "Done.", values)


def _with_floor(data: dict[str, Any]) -> dict[str, Any]:
    """Move a room that is a floor to `floor`."""
    area = data.get("area")
    if area and "floor" not in data and _FLOOR.fullmatch(area):
        return {**{key: value for key, value in data.items() if key != "area"}, "floor": area}
    return data


def _handle(context: Context, name: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Post an intent and, where nothing has the name that was said, its `_alternatives` in turn."""
    first = answer = _post(context, "/api/intent/handle", {"name": name, "data": data})
    for alternative in _alternatives(data):
        if answer.get("response_type") != "error" or not _speech(answer).startswith("<"):
            return answer
        answer = _post(context, "/api/intent/handle", {"name": name, "data": alternative})
    return first if answer.get("response_type") == "error" else answer


def _alternatives(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the same data for an entity whose name begins with that of the room, and as `_LIGHT`."""
    name, area, kind = str(data.get("name", "")), data.get("area"), data.get("device_class")
    rest = {key: value for key, value in data.items() if key not in ("name", "area", "device_class")}
    if area and (name or kind):
        yield {**rest, "name": f"{area} {name or kind}"}
    elif area and rest.get("domain") == "light":
        yield {**rest, "name": f"{area} light"}
        yield {**rest, "name": f"{area} lights"}
    elif light := _LIGHT.fullmatch(name):
        yield {**rest, "name": light["rest"], "domain": "light"}
        yield {**rest, "area": light["rest"], "domain": "light"}


def _state(targets: Mapping[str, Any], wanted: str, sentence: str, context: Context, most_read: int = 4) -> Outcome:
    """Read the states of at most `most_read` targets of a question, or count the targets in the state `wanted`.

    Without a target, the conversation agent is asked the sentence.
    """
    entities = [row["id"] for row in targets.get("success") or [] if row.get("type") == "entity" and row.get("id")]
    if wanted and len(entities) > 1:
        return _count(_states(context, set(entities)), wanted)
    if entities:
        states = [_get(context, f"/api/states/{entity}") for entity in entities[:most_read]]
        return Outcome(" ".join(_state_sentence(state) for state in states))
    if sentence:
        answer = _post(context, "/api/conversation/process", {"text": sentence}).get("response") or {}
        if speech := _speech(answer):
            return Outcome(spoken.sentence(speech), ok=answer.get("response_type") != "error")
    return Outcome("Home Assistant found nothing of that kind.", ok=False)


def _count(states: Sequence[Mapping[str, Any]], wanted: str) -> Outcome:
    names = [_name(state) for state in states if wanted in (_status(state), state.get("state"))]
    number, total = len(names), len(states)
    if not number:
        return Outcome(f"None of {total} is {wanted}.", {"names": ""})
    listed = spoken.joined(names)
    share = f"All {total} are" if number == total else f"{number} of {total} {'is' if number == 1 else 'are'}"
    return Outcome(f"{share} {wanted}: {listed}.", {"names": listed})


def _state_sentence(state: Mapping[str, Any]) -> str:
    attributes = state.get("attributes") or {}
    if str(state.get("entity_id", "")).startswith("weather."):
        return _weather(str(state.get("state", "unknown")), attributes)
    unit = attributes.get("unit_of_measurement", "")
    degrees = attributes.get("current_temperature")
    status = f"{degrees} degrees" if degrees is not None else f"{_status(state)}{f' {unit}' if unit else ''}"
    return f"The {_name(state)} is {status.replace('_', ' ')}."


def _weather(sky: str, attributes: Mapping[str, Any]) -> str:
    degrees = attributes.get("temperature")
    temperature = f", {degrees} {attributes.get('temperature_unit', 'degrees')}" if degrees is not None else ""
    return f"It is {_SKIES.get(sky, sky)}{temperature}."


def _name(state: Mapping[str, Any]) -> str:
    return str((state.get("attributes") or {}).get("friendly_name") or state.get("entity_id", "it"))


def _status(state: Mapping[str, Any]) -> str:
    """Word a state as people do: a window's sensor is not on but open."""
    status, kind = str(state.get("state", "unknown")), (state.get("attributes") or {}).get("device_class")
    words = _SENSED.get(str(kind)) if str(state.get("entity_id", "")).startswith("binary_sensor.") else None
    return words[status == "off"] if words and status in ("on", "off") else status


def _fixed(value: str) -> str | list[str]:
    """Read a fixed argument; `light,switch` is a list."""
    return value.split(",") if "," in value else value


def _value(key: str, value: Any) -> Any:
    """Write a slot for Home Assistant: percentages and temperatures as numbers, names as text without an article."""
    if isinstance(value, bool | int | float):
        return int(value) if value == int(value) else value
    text = spoken.plain(value)
    return re.sub(r"^(?:the|my|our) ", "", text, flags=re.IGNORECASE) if key in ("name", "area", "floor") else text


def _speech(answer: Mapping[str, Any]) -> str:
    """Return the words of an intent response, empty where it has none."""
    plain = (answer.get("speech") or {}).get("plain") or {}
    return " ".join(str(plain.get("speech") or "").split())


def _fault(speech: str, data: Mapping[str, Any]) -> str:
    """Explain a failed intent in words; Home Assistant writes a failed match in its own notation, `<...>`."""
    if speech and not speech.startswith("<"):
        return spoken.sentence(speech)
    named = data.get("name") or data.get("area") or data.get("floor")
    return f"Home Assistant knows no {named}." if named else "Home Assistant found nothing to do that with."


def _post(context: Context, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    return _object(_call(context, "POST", path, body), context)


def _get(context: Context, path: str) -> Mapping[str, Any]:
    return _object(_call(context, "GET", path, None), context)


def _states(context: Context, ids: Collection[str]) -> Sequence[Mapping[str, Any]]:
    """Fetch the states of the entities, all at once."""
    states = _call(context, "GET", "/api/states", None)
    if not isinstance(states, list):
        raise _unexpected(context)
    return [state for state in states if isinstance(state, dict) and state.get("entity_id") in ids]


def _object(body: object, context: Context) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise _unexpected(context)
    return body


def _unexpected(context: Context) -> ActionError:
    return ActionError(f"{context.config.home_assistant.url}: this does not answer like Home Assistant")


def _call(context: Context, method: str, path: str, body: Mapping[str, Any] | None) -> object:
    home = context.config.home_assistant
    if not home.url:
        raise ActionError("No Home Assistant is set up: set url under [home_assistant] in config.toml.")
    token = home.access_token()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = http.call(home.url.rstrip("/") + path, method, headers, body)
    if answer.status in (401, 403):
        where = f"the variable {home.token[1:]}" if home.token.startswith("$") else "token under [home_assistant]"
        raise ActionError(f"Home Assistant refused the access token: check {where}.")
    if answer.status == 500 and path.endswith("handle"):
        raise ActionError(f"Home Assistant does not know the intent {(body or {}).get('name')}, or failed at it.")
    if refusal := http.refusal(answer):
        raise ActionError(f"Home Assistant: {refusal}")
    return answer.json()
