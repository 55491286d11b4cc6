"""The smart home: Home Assistant's own intents over its REST API."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from assistant.actions.answer import UNSURE, Response
from assistant.actions.builtins.house.answers import (
    EntityState,
    IntentAnswer,
    conversation_answer,
    entity_state,
    entity_states,
    intent_answer,
)
from assistant.actions.builtins.house.back import ServiceCall, is_done, way_back
from assistant.actions.builtins.house.names import named
from assistant.actions.builtins.house.sparing import SERVICES, others
from assistant.actions.outcome import Context, Outcome, Slots, Thing
from assistant.actions.works import NO_HOME
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

_QUESTIONS = ("HassGetState", "HassClimateGetTemperature", "HassGetWeather")
"""Intents that change nothing, and are answered with states."""

_PLAYING = ("HassMediaPause", "HassMediaNext", "HassMediaPrevious")
"""Intents that find only players that play."""

_PATIENCE = 10.0
"""Seconds for all calls that one command takes."""


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
    house = _House(context)
    focus = named(data, name)
    if name in _QUESTIONS:
        answer = house.handle(name, data)
        if answer.speech or answer.kind == "error" or answer.failed:
            return replace(_result(answer, name, data), focus=focus)
        sentence = spoken.fill(arguments.get("say", ""), slots, {})
        outcome = _state(answer, str(data.get("state", "")), sentence, house)
        return outcome if outcome.focus else replace(outcome, focus=focus)
    if context.excluding:
        return _all_but(name, house, context)
    before = house.all_states()
    answer = house.handle(name, data)
    states = [before[target.entity] for target in answer.success if target.entity in before]
    focus = focus or tuple(Thing(f"the {state.name}", {"name": state.name}) for state in states)
    if answer.kind != "error" and not answer.failed and is_done(name, states):
        things = spoken.joined([f"the {state.name}" for state in states])
        state = states[0].state if len({state.state for state in states}) == 1 else "like that"
        text = f"{spoken.sentence(things)} {'is' if len(states) == 1 else 'are'} {state} already."
        values = {"names": spoken.joined([state.name for state in states])}
        return Outcome(text, values, ok=False, holds=True, focus=focus)
    calls = way_back(name, states, context.config.confirm) if _are_all(states, answer) else ()
    undo = partial(_bring_back, calls, context) if calls else None
    return replace(_result(answer, name, data), undo=undo, focus=focus)


def _all_but(name: str, house: _House, context: Context) -> Outcome:
    """Switch all lights but those that the command leaves out."""
    found = others(house.states(), context.excluding)
    if isinstance(found, str):
        return Outcome(found, ok=False)
    states = [state for state in found if not is_done(name, [state])]
    if not states:
        return Outcome("All others are like that already.", ok=False, holds=True)
    for state in states:
        house.call_service(SERVICES[name], {"entity_id": state.entity})
    calls = way_back(name, states, context.config.confirm)
    focus = tuple(Thing(f"the {state.name}", {"name": state.name}) for state in states)
    undo = partial(_bring_back, calls, context) if calls else None
    names = spoken.joined([state.name for state in states])
    return Outcome(f"Done: {names}.", {"names": names}, undo=undo, focus=focus)


def _are_all(states: Sequence[EntityState], answer: IntentAnswer) -> bool:
    """True of the states of all things that were changed."""
    return len(states) == len([target for target in answer.success if target.entity])


def _bring_back(calls: Sequence[ServiceCall], context: Context) -> str:
    """Bring things back into their old state; what would let somebody in is left to a command that asks first.

    Raises:
        ActionError: nothing could be brought back.
    """
    house = _House(replace(context, cancelled=threading.Event()))
    done = [call for call in calls if not call.lets_in]
    for call in done:
        house.call_service(call.service, call.data)
    left = spoken.joined([f"the {call.state.name} {call.state.state}" for call in calls if call.lets_in])
    refusal = f"I have not made {left} again: please say that yourself." if left else ""
    if not done:
        raise ActionError(refusal)
    return " ".join(filter(None, [*(call.sentence for call in done), refusal]))


def _result(answer: IntentAnswer, name: str, data: Mapping[str, Any]) -> Outcome:
    """Repeat the words of Home Assistant, or name the things that it has changed, and claim no more."""
    if answer.kind == "error" and name in _PLAYING and answer.is_unmatched:
        return Outcome(f"Nothing is playing{f' in the {area}' if (area := data.get('area')) else ''}.", ok=False)
    if answer.kind == "error":
        return Outcome(_fault(answer.speech, data), ok=False)
    names = spoken.joined([target.name for target in answer.success])
    values = {"names": names}
    if answer.failed:
        failed = spoken.sentence(spoken.joined([target.name for target in answer.failed]))
        done = f"Done: {names}. " if names else ""
        return Outcome(f"{done}{failed} did not answer.", values, ok=False)
    if answer.speech:
        return Outcome(spoken.sentence(answer.speech), {**values, "output": answer.speech})
    if names:
        return Outcome(f"Done: {names}.", values)
    if answer.kind == "action_done":
        return Outcome("Home Assistant says that it is done, and names nothing that has changed.", values)
    return Outcome(f"{UNSURE}.", values, ok=False)


def _with_floor(data: dict[str, Any]) -> dict[str, Any]:
    """Move a room that is a floor to `floor`."""
    area = data.get("area")
    if area and "floor" not in data and _FLOOR.fullmatch(area):
        return {**{key: value for key, value in data.items() if key != "area"}, "floor": area}
    return data


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


def _state(answer: IntentAnswer, wanted: str, sentence: str, house: _House, most_read: int = 4) -> Outcome:
    """Read the states of at most `most_read` targets of a question, or count the targets in the state `wanted`.

    Without a target, the conversation agent is asked the sentence.
    """
    entities = [target.entity for target in answer.success if target.entity]
    if wanted and len(entities) > 1:
        return _count([state for entity, state in house.states().items() if entity in entities], wanted)
    if entities:
        return Outcome(" ".join(_state_sentence(house.state(entity)) for entity in entities[:most_read]))
    if sentence:
        reply = house.converse(sentence)
        if reply.speech:
            return Outcome(spoken.sentence(reply.speech), ok=reply.kind != "error")
    return Outcome(f"Home Assistant {'found nothing of that kind' if answer.kind else 'gave no answer'}.", ok=False)


def _count(states: Sequence[EntityState], wanted: str) -> Outcome:
    names = [state.name for state in states if wanted in (_status(state), state.state)]
    number, total = len(names), len(states)
    if not total:
        return Outcome("Home Assistant names no states of these.", {"names": ""}, ok=False)
    if not number:
        return Outcome(f"None of {total} is {wanted}.", {"names": ""})
    listed = spoken.joined(names)
    share = f"All {total} are" if number == total > 1 else f"{number} of {total} {'is' if number == 1 else 'are'}"
    focus = tuple(Thing(f"the {name}", {"name": name}) for name in names)
    return Outcome(f"{share} {wanted}: {listed}.", {"names": listed}, focus=focus)


def _state_sentence(state: EntityState) -> str:
    if state.entity.startswith("weather."):
        temperature = f", {state.temperature} {state.temperature_unit}" if state.temperature else ""
        return f"It is {_SKIES.get(state.state, state.state)}{temperature}."
    status = f"{state.temperature} degrees" if state.temperature else f"{_status(state)} {state.unit}".strip()
    return f"The {state.name} is {status.replace('_', ' ')}."


def _status(state: EntityState) -> str:
    """Word a state as people do: a window's sensor is not on but open."""
    words = _SENSED.get(state.device_class) if state.entity.startswith("binary_sensor.") else None
    return words[state.state == "off"] if words and state.state in ("on", "off") else state.state


def _fixed(value: str) -> str | list[str]:
    """Read a fixed argument; `light,switch` is a list."""
    return value.split(",") if "," in value else value


def _value(key: str, value: Any) -> Any:
    """Write a slot for Home Assistant: percentages and temperatures as numbers, names as text without an article."""
    if isinstance(value, bool | int | float):
        return int(value) if value == int(value) else value
    text = spoken.plain(value)
    return re.sub(r"^(?:the|my|our) ", "", text, flags=re.IGNORECASE) if key in ("name", "area", "floor") else text


def _fault(speech: str, data: Mapping[str, Any]) -> str:
    """Explain a failed intent in words."""
    if speech and not speech.startswith("<"):
        return spoken.sentence(speech)
    named = data.get("name") or data.get("area") or data.get("floor")
    return f"Home Assistant knows no {named}." if named else "Home Assistant found nothing to do that with."


class _House:
    """The Home Assistant of the settings, for the calls of one command."""

    def __init__(self, context: Context) -> None:
        self._settings = context.config.home_assistant
        self._cancelled = context.cancelled
        self._end = time.monotonic() + _PATIENCE

    def handle(self, name: str, data: Mapping[str, Any]) -> IntentAnswer:
        """Post an intent and, where nothing has the name that was said, its `_alternatives` in turn."""
        first = answer = self._intent(name, data)
        for alternative in _alternatives(data):
            if not answer.is_unmatched:
                return answer
            answer = self._intent(name, alternative)
        return first if answer.kind == "error" else answer

    def converse(self, sentence: str) -> IntentAnswer:
        """Put a sentence to the conversation agent."""
        return conversation_answer(self._object("POST", "/api/conversation/process", {"text": sentence}))

    def state(self, entity: str) -> EntityState:
        """Fetch the state of an entity."""
        if (state := entity_state(self._object("GET", f"/api/states/{quote(entity, safe='')}", None))) is None:
            raise self._unexpected("")
        return state

    def states(self, patience: float = _PATIENCE) -> Mapping[str, EntityState]:
        """Fetch the states of all entities, each under its id, within `patience` seconds."""
        if (states := entity_states(self._call("GET", "/api/states", None, patience).json())) is None:
            raise self._unexpected("")
        return {state.entity: state for state in states}

    def all_states(self, patience: float = 1.0) -> Mapping[str, EntityState]:
        """Fetch the same before a deed; none where they do not come at once, for the deed must not wait for them."""
        try:
            return self.states(patience)
        except ActionError:
            if self._cancelled.is_set():
                raise
            return {}

    def call_service(self, service: str, data: Mapping[str, Any]) -> None:
        """Call a service, `light/turn_on`, for one entity."""
        self._call("POST", f"/api/services/{service}", data)

    def _intent(self, name: str, data: Mapping[str, Any]) -> IntentAnswer:
        doubt = "" if name in _QUESTIONS else f", so {UNSURE}"
        return intent_answer(self._object("POST", "/api/intent/handle", {"name": name, "data": data}, doubt))

    def _object(self, method: str, path: str, body: Mapping[str, Any] | None, doubt: str = "") -> Mapping[str, Any]:
        answer = self._call(method, path, body).json()
        if not isinstance(answer, dict):
            raise self._unexpected(doubt)
        return answer

    def _unexpected(self, doubt: str) -> ActionError:
        return ActionError(f"{self._settings.url}: this does not answer like Home Assistant{doubt}")

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None, patience: float = _PATIENCE) -> Response:
        from assistant.actions import http  # late: httpx

        settings = self._settings
        if not settings.url:
            raise ActionError(NO_HOME)
        token = settings.access_token()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        seconds = round(max(min(self._end - time.monotonic(), patience), 0.1), 1)
        answer = http.call(settings.url.rstrip("/") + path, method, headers, body, seconds, self._cancelled)
        if answer.status in (401, 403):
            variable = settings.token[1:] if settings.token.startswith("$") else ""
            where = f"the variable {variable}" if variable else "token under [home_assistant]"
            raise ActionError(f"Home Assistant refused the access token: check {where}.")
        if answer.status == 500 and path.endswith("handle"):
            raise ActionError(f"Home Assistant does not know the intent {(body or {}).get('name')}, or failed at it.")
        if refusal := answer.refusal():
            raise ActionError(f"Home Assistant: {refusal}")
        return answer
