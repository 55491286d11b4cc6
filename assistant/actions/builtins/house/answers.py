"""The answers of Home Assistant, by their schema: what is missing or ill-typed is empty, and never an error.

Of a version to come, or of another program at that address, everything may be different.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.actions.answer import text_at, value_at


@dataclass(frozen=True, slots=True)
class Target:
    """A thing or a place that an intent was about."""

    name: str
    """As a person calls it; `one` where it is not told."""
    entity: str
    """Its entity id; empty where it is a room or a floor."""


@dataclass(frozen=True, slots=True)
class IntentAnswer:
    """The answer to an intent, or to a sentence."""

    kind: str
    """`action_done`, `partial_action_done`, `query_answer` or `error`; empty where it is not told."""
    speech: str
    """Its words, on one line."""
    success: tuple[Target, ...]
    """Things that were changed, or asked about."""
    failed: tuple[Target, ...]
    """Things that could not be changed."""

    @property
    def is_unmatched(self) -> bool:
        """True where nothing has the name that was said; Home Assistant writes that in its own notation, `<...>`."""
        return self.kind == "error" and self.speech.startswith("<")


@dataclass(frozen=True, slots=True)
class EntityState:
    """The state of an entity."""

    entity: str
    """Its id, like `light.kitchen`."""
    state: str
    """Such as `on`, `21.5`, `unavailable`."""
    name: str
    """As a person calls it."""
    device_class: str
    """Kind of a sensor; empty for most."""
    unit: str
    """Unit of the state."""
    temperature: str
    """Of a thermostat's room or of the weather; empty for others."""
    temperature_unit: str
    """`°C`, `°F`, or `degrees` where it is not told."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """All that is told of it beside the state: `brightness`, `current_position`, `volume_level`."""

    @property
    def domain(self) -> str:
        """The kind of thing by its id: `light`."""
        return self.entity.partition(".")[0]

    def number(self, name: str) -> float | None:
        """Read an attribute as a number, None where it is none."""
        value = self.attributes.get(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def intent_answer(body: object) -> IntentAnswer:
    """Read the answer to an intent, or the `response` in that of the conversation."""
    kind = text_at(body, "response_type")
    speech = " ".join(text_at(body, "speech", "plain", "speech").split())
    return IntentAnswer(kind, speech, _targets(body, "success"), _targets(body, "failed"))


def conversation_answer(body: object) -> IntentAnswer:
    """Read the answer to a sentence."""
    return intent_answer(value_at(body, "response"))


def entity_state(body: object) -> EntityState | None:
    """Read a state; None where it is none."""
    entity, state = text_at(body, "entity_id"), text_at(body, "state")
    if not entity or not state:
        return None
    return EntityState(
        entity,
        state,
        text_at(body, "attributes", "friendly_name") or entity,
        text_at(body, "attributes", "device_class"),
        text_at(body, "attributes", "unit_of_measurement"),
        text_at(body, "attributes", "temperature" if entity.startswith("weather.") else "current_temperature"),
        text_at(body, "attributes", "temperature_unit") or "degrees",
        attributes if isinstance(attributes := value_at(body, "attributes"), dict) else {},
    )


def entity_states(body: object) -> tuple[EntityState, ...] | None:
    """Read a list of states, those left out that are none; None where it is no list."""
    if not isinstance(body, list):
        return None
    return tuple(state for item in body if (state := entity_state(item)) is not None)


def _targets(body: object, key: str) -> tuple[Target, ...]:
    items = value_at(body, "data", key)
    return tuple(
        Target(text_at(item, "name") or "one", text_at(item, "id") if text_at(item, "type") == "entity" else "")
        for item in (items if isinstance(items, list) else ())
        if isinstance(item, dict)
    )
