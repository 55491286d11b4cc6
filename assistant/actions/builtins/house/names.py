"""The things of a command to the house, as they are spoken of later: `the desk lamp`, `the kitchen lights`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.actions.outcome import Thing

_NOUNS = {
    "awning": "awnings",
    "blind": "blinds",
    "climate": "heating",
    "cover": "blinds",
    "curtain": "curtains",
    "door": "doors",
    "fan": "fans",
    "garage": "garage door",
    "gate": "gate",
    "light": "lights",
    "lock": "lock",
    "media_player": "speaker",
    "shade": "shades",
    "shutter": "shutters",
    "switch": "switches",
    "window": "windows",
}
"""Domain or device class -> the noun for such things in a room."""

_OF_INTENTS = {"HassLight": "light", "HassClimate": "climate", "HassFan": "fan", "HassMedia": "media_player"}
"""Beginning of an intent -> the domain of its things."""


def named(data: Mapping[str, Any], intent: str) -> tuple[Thing, ...]:
    """Name the thing that an intent's data are about, none where they are about the whole house or about nobody."""
    place = data.get("area") or data.get("floor")
    where = {"area": place} if place else {}
    name = str(data.get("name") or "")
    if name == "all" or (name and data.get("domain") in ("scene", "script")):
        return ()
    if name:
        return (Thing(f"the {name}", {**where, "name": name}),)
    domain = next((kind for lead, kind in _OF_INTENTS.items() if intent.startswith(lead)), None)
    kinds = [data.get("device_class"), data.get("domain"), domain]
    noun = next((_NOUNS[kind] for kind in kinds if isinstance(kind, str) and kind in _NOUNS), None)
    if noun is None or not (place or noun == "heating"):
        return ()
    return (Thing(f"the {place} {noun}" if place else f"the {noun}", where),)
