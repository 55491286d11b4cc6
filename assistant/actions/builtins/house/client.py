"""Home Assistant over its REST API: intents, states and services."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
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
from assistant.actions.outcome import Context
from assistant.actions.works import NO_HOME
from assistant.errors import ActionError

_LIGHT = re.compile(r"(?P<rest>.+) (?:lights?|lamps?)", re.IGNORECASE)
"""A light that Home Assistant may know without the word, or as all the lights of a room."""

QUESTIONS = ("HassGetState", "HassClimateGetTemperature", "HassGetWeather")
"""Intents that change nothing, and are answered with states."""

_PATIENCE = 10.0
"""Seconds for all calls that one command takes."""


class House:
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
        doubt = "" if name in QUESTIONS else f", so {UNSURE}"
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
