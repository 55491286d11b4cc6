"""The smart home: Home Assistant's own intents over its REST API."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from assistant.actions.answer import UNSURE
from assistant.actions.builtins.house.answers import (
    EntityState,
    IntentAnswer,
)
from assistant.actions.builtins.house.back import ServiceCall, is_done, way_back
from assistant.actions.builtins.house.client import QUESTIONS, House
from assistant.actions.builtins.house.names import named
from assistant.actions.builtins.house.sparing import others, service_of
from assistant.actions.outcome import Context, Outcome, Slots, Thing
from assistant.errors import ActionError
from assistant.language import spoken

_FLOOR = re.compile(r"upstairs|downstairs|.*\bfloor", re.IGNORECASE)
"""A room that is a `floor` in Home Assistant."""

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

_PLAYING = ("HassMediaPause", "HassMediaNext", "HassMediaPrevious")
"""Intents that find only players that play."""


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
    house = House(context)
    focus = named(data, name)
    if name in QUESTIONS:
        answer = house.handle(name, data)
        if answer.speech or answer.kind == "error" or answer.failed:
            return replace(_result(answer, name, data), focus=focus)
        sentence = spoken.fill(arguments.get("say", ""), slots, {})
        outcome = _state(answer, str(data.get("state", "")), sentence, house)
        return outcome if outcome.focus else replace(outcome, focus=focus)
    if context.excluding:
        return _all_but(name, data, house, context)
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
    undo = way_of(name, states, context) if _are_all(states, answer) else None
    return replace(_result(answer, name, data), undo=undo, focus=focus)


def _all_but(name: str, data: Mapping[str, Any], house: House, context: Context) -> Outcome:
    """Switch, open or lock all things of some domains but those that the command leaves out."""
    domains = data["domain"]
    found = others(house.states(), context.excluding, [domains] if isinstance(domains, str) else domains)
    if isinstance(found, str):
        return Outcome(found, ok=False)
    states = [state for state in found if not is_done(name, [state])]
    if not states:
        return Outcome("All others are like that already.", ok=False, holds=True)
    for state in states:
        house.call_service(service_of(name, state.domain), {"entity_id": state.entity})
    focus = tuple(Thing(f"the {state.name}", {"name": state.name}) for state in states)
    names = spoken.joined([state.name for state in states])
    return Outcome(f"Done: {names}.", {"names": names}, undo=way_of(name, states, context), focus=focus)


def way_of(name: str, states: Sequence[EntityState], context: Context) -> Callable[[], str] | None:
    """Return the way to bring things back after an intent, None where there is no way."""
    calls = way_back(name, states, context.config.confirm)
    return partial(_bring_back, calls, context) if calls else None


def _are_all(states: Sequence[EntityState], answer: IntentAnswer) -> bool:
    """True of the states of all things that were changed."""
    return len(states) == len([target for target in answer.success if target.entity])


def _bring_back(calls: Sequence[ServiceCall], context: Context) -> str:
    """Bring things back into their old state; what would let somebody in is left to a command that asks first.

    Raises:
        ActionError: nothing could be brought back.
    """
    house = House(replace(context, cancelled=threading.Event()))
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


def _state(answer: IntentAnswer, wanted: str, sentence: str, house: House, most_read: int = 4) -> Outcome:
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
