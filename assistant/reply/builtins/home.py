"""The smart home: Home Assistant's own intents over its REST API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.errors import ActionError
from assistant.reply import say, web
from assistant.reply.outcome import Context, Outcome, Slots

_TIMEOUT = 10.0
_READ = 4
"""Entities whose state is read aloud at once."""

_OPTIONS = ("intent", "say")

_BROAD = re.compile(r"(?:all|every|everything|anything|each|the whole)\b", re.IGNORECASE)
"""A name that means the whole house: only an intent that asks first may say it."""


def intent(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Let Home Assistant carry out an intent and say what it says.

    The intent is `with: {intent}`, else this one's own name; its data are the slots and the other fixed
    arguments. `with: {say}` is a sentence for its conversation agent, used where the intent's own answer
    has no words and names nothing.
    """
    name = arguments.get("intent", context.intent)
    fixed = {key: _fixed(value) for key, value in arguments.items() if key not in _OPTIONS}
    if _BROAD.match(str(slots.get("name", ""))):
        return Outcome("That is a lot at once. Name one thing, or say “turn off everything”.", ok=False)
    wanted = {**fixed, **{key: _value(key, value) for key, value in slots.items() if value not in (None, "")}}
    answer = _post(context, "/api/intent/handle", {"name": name, "data": wanted})
    said = _speech(answer)
    if answer.get("response_type") == "error":
        return Outcome(_fault(said, wanted), ok=False)
    done = answer.get("data") or {}
    values = {"names": say.joined([str(each.get("name", "")) for each in done.get("success") or []])}
    if said:
        return Outcome(say.sentence(said), {**values, "output": said})
    if failed := done.get("failed"):
        return Outcome(
            f"{say.sentence(say.joined([str(each.get('name', 'one')) for each in failed]))} did not answer.", ok=False
        )
    if name in ("HassGetState", "HassClimateGetTemperature"):
        return _state(done, say.fill(arguments.get("say", ""), slots, {}), context)
    names = f": {values['names']}" if values["names"] else ""
    return Outcome(f"Done{names}.", values)


def _state(done: Mapping[str, Any], sentence: str, context: Context) -> Outcome:
    """Read the state of what a question was about."""
    entities = [each for each in done.get("success") or [] if each.get("type") == "entity" and each.get("id")]
    if entities:
        return Outcome(" ".join(_told(_get(context, f"/api/states/{each['id']}")) for each in entities[:_READ]))
    if sentence:
        answer = _post(context, "/api/conversation/process", {"text": sentence}).get("response") or {}
        if said := _speech(answer):
            return Outcome(say.sentence(said), ok=answer.get("response_type") != "error")
    return Outcome("Home Assistant found nothing of that kind.", ok=False)


def _told(state: Mapping[str, Any]) -> str:
    attributes = state.get("attributes") or {}
    name = attributes.get("friendly_name") or state.get("entity_id", "it")
    unit = attributes.get("unit_of_measurement", "")
    warmth = attributes.get("current_temperature")
    said = f"{warmth} degrees" if warmth is not None else f"{state.get('state', 'unknown')}{f' {unit}' if unit else ''}"
    return f"The {name} is {said.replace('_', ' ')}."


def _fixed(value: str) -> str | list[str]:
    """Return a fixed argument; `light,switch` is a list."""
    return value.split(",") if "," in value else value


def _value(key: str, value: Any) -> Any:
    """Return a slot as Home Assistant wants it: percentages and temperatures as numbers, names as text."""
    if isinstance(value, bool | int | float):
        return int(value) if value == int(value) else value
    text = say.plain(value)
    return re.sub(r"^(?:the|my|our) ", "", text, flags=re.IGNORECASE) if key in ("name", "area", "floor") else text


def _speech(answer: Mapping[str, Any]) -> str:
    """Return the words of an intent response."""
    plain = (answer.get("speech") or {}).get("plain") or {}
    return " ".join(str(plain.get("speech") or "").split())


def _fault(said: str, wanted: Mapping[str, Any]) -> str:
    """Return why an intent failed, in words; a failed match is told by Home Assistant in its own notation."""
    if said and not said.startswith("<"):
        return say.sentence(said)
    named = wanted.get("name") or wanted.get("area") or wanted.get("floor")
    return f"Home Assistant knows no {named}." if named else "Home Assistant found nothing to do that with."


def _post(context: Context, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    return _call(context, "POST", path, body)


def _get(context: Context, path: str) -> Mapping[str, Any]:
    return _call(context, "GET", path, None)


def _call(context: Context, method: str, path: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
    home = context.config.home_assistant
    if not home.url:
        raise ActionError("No Home Assistant is set up: set url under [home_assistant] in config.toml.")
    token = home.access_token()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = web.call(home.url.rstrip("/") + path, method, headers, body, _TIMEOUT)
    if answer.status in (401, 403):
        where = f"the variable {home.token[1:]}" if home.token.startswith("$") else "token under [home_assistant]"
        raise ActionError(f"Home Assistant refused the access token: check {where}.")
    if answer.status == 500 and path.endswith("handle"):
        raise ActionError(f"Home Assistant does not know the intent {(body or {}).get('name')}, or failed at it.")
    if why := web.refusal(answer):
        raise ActionError(f"Home Assistant: {why}")
    found = answer.json()
    if not isinstance(found, dict):
        raise ActionError(f"{home.url}: this does not answer like Home Assistant")
    return found
