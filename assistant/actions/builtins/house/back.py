"""The way back from a command to Home Assistant: the services that bring things into the state that they had before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.actions.builtins.house.answers import EntityState
from assistant.config import ConfirmConfig
from assistant.language import spoken

_AS_BEFORE = frozenset("fan humidifier input_boolean light media_player remote siren switch".split())
"""Domains whose things are turned on and off."""

_HARMLESS = frozenset({"fan", "humidifier", "light", "media_player"})
"""Domains whose things are called after what they stand at: `front door light`."""

_WAYS_IN = ("door", "gate", "lock", "deadbolt", "alarm", "garage")
"""Things that open where they are switched on in one house, and where they are switched off in another."""

_COLOURS = {
    "color_temp": ("color_temp_kelvin", "color_temp"),
    "hs": ("hs_color",),
    "rgb": ("rgb_color",),
    "rgbw": ("rgbw_color",),
    "rgbww": ("rgbww_color",),
    "xy": ("xy_color", "hs_color"),
}
"""Mode of a light -> the attributes that hold its colour, the best first."""

_DONE = {
    **dict.fromkeys(("HassTurnOn", "HassOpenCover", "HassOpenValve", "HassLock"), ("on", "open", "locked")),
    **dict.fromkeys(("HassTurnOff", "HassCloseCover", "HassCloseValve", "HassUnlock"), ("off", "closed", "unlocked")),
    "HassMediaPause": ("paused",),
    "HassMediaUnpause": ("playing",),
}
"""Intent -> the states that it brings."""

_VOLUME = ("HassSetVolume", "HassSetVolumeRelative")
_MUTE = ("HassMediaPlayerMute", "HassMediaPlayerUnmute")
_PLAYING = ("HassMediaPause", "HassMediaUnpause")


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A call of a service that brings one thing back."""

    service: str
    """Domain and service: `light/turn_on`."""
    data: Mapping[str, Any]
    state: EntityState
    """The state that it brings back."""
    lets_in: bool = False
    """True of one that opens, unlocks or turns on something guarded."""

    @property
    def sentence(self) -> str:
        """The thing, in its old state again."""
        name, state = self.state.name, self.state.state.replace("_", " ")
        for attribute, words in (("position", "at {} percent"), ("temperature", "set to {} degrees")):
            if attribute in self.data:
                state = words.format(spoken.number(self.data[attribute]))
        if "volume_level" in self.data:
            state = f"at {round(self.data['volume_level'] * 100)} percent"
        if "is_volume_muted" in self.data:
            state = "muted" if self.data["is_volume_muted"] else "to be heard"
        return f"The {name} is {state} again."


def is_done(intent: str, states: Sequence[EntityState]) -> bool:
    """True of states that an intent would bring, all of them."""
    return bool(states) and all(state.state in _DONE.get(intent, ()) for state in states)


def way_back(intent: str, states: Sequence[EntityState], confirm: ConfirmConfig) -> tuple[ServiceCall, ...]:
    """Return the calls that bring things back after an intent; none where one of them has no way back."""
    calls = [_call_back(intent, state) for state in states]
    if not all(calls):
        return ()
    return tuple(
        ServiceCall(service, {"entity_id": state.entity, **data}, state, _lets_in(service, state, confirm))
        for state, (service, data) in ((state, call) for state, call in zip(states, calls, strict=True) if call)
    )


def _call_back(intent: str, state: EntityState) -> tuple[str, Mapping[str, Any]] | None:
    match state.domain, state.state:
        case _, "unavailable" | "unknown":
            return None
        case "media_player", _ if intent in (*_VOLUME, *_MUTE, *_PLAYING):
            return _player_back(intent, state)
        case "media_player", _ if not intent.startswith("HassTurn"):
            return None
        case domain, "off" if domain in _AS_BEFORE:
            return f"{domain}/turn_off", {}
        case "light", "on":
            return "light/turn_on", _light(state)
        case "fan", "on":
            percentage = state.number("percentage")
            return "fan/turn_on", {} if percentage is None else {"percentage": percentage}
        case domain, _ if domain in _AS_BEFORE:
            return f"{domain}/turn_on", {}
        case "cover" | "valve" as domain, _:
            position = state.number("current_position")
            if position is not None:
                return f"{domain}/set_{domain}_position", {"position": position}
            return f"{domain}/{'close' if state.state in ('closed', 'closing') else 'open'}_{domain}", {}
        case "lock", "locked" | "unlocked":
            return f"lock/{state.state.removesuffix('ed')}", {}
        case "climate", _ if intent == "HassClimateSetTemperature" and state.number("temperature") is not None:
            return "climate/set_temperature", {"temperature": state.number("temperature")}
    return None


def _light(state: EntityState) -> Mapping[str, Any]:
    """Return the brightness and the colour of a light that is on."""
    data = {"brightness": brightness} if (brightness := state.number("brightness")) is not None else {}
    names = _COLOURS.get(str(state.attributes.get("color_mode")), ())
    colour = next((name for name in names if state.attributes.get(name) is not None), None)
    return {**data, colour: state.attributes[colour]} if colour else data


def _player_back(intent: str, state: EntityState) -> tuple[str, Mapping[str, Any]] | None:
    level, muted = state.number("volume_level"), state.attributes.get("is_volume_muted")
    if intent in _VOLUME and level is not None:
        return "media_player/volume_set", {"volume_level": level}
    if intent in _MUTE and isinstance(muted, bool):
        return "media_player/volume_mute", {"is_volume_muted": muted}
    if intent in _PLAYING and state.state in ("playing", "paused"):
        return f"media_player/media_{'play' if state.state == 'playing' else 'pause'}", {}
    return None


def _lets_in(service: str, state: EntityState, confirm: ConfirmConfig) -> bool:
    """True of a call that opens, unlocks or turns on something guarded by its domain, class or name."""
    name = f" {state.name.casefold().replace('_', ' ')} "
    if any(f" {word} " in name or word == state.entity for word in confirm.always):
        return True
    is_way_in = state.domain in ("input_boolean", "switch") and any(f" {word} " in name for word in _WAYS_IN)
    if state.domain in _HARMLESS or is_way_in:
        return is_way_in
    if service.endswith(("turn_off", "close_cover", "close_valve")) or service == "lock/lock":
        return False
    if service.endswith("position") and not state.number("current_position"):
        return False
    is_guarded = state.domain in confirm.domains or state.device_class in confirm.device_classes
    return is_guarded or any(f" {thing} " in name for thing in confirm.things)
