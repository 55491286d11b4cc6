"""A thermostat raised or lowered from what it is set to: Home Assistant's own intents know only a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.actions.builtins.house.answers import EntityState
from assistant.actions.builtins.house.client import House
from assistant.actions.builtins.house.home import way_of
from assistant.actions.outcome import Context, Outcome, Slots, Thing
from assistant.language import spoken


def change(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Raise or lower what a thermostat is set to by the slot `by`, in degrees, one where none is said.

    `with: {way}` is `up` or `down`. The slots `name` and `area` tell which; the only one needs none.
    """
    house = House(context)
    said = " ".join(spoken.plain(slots[name]) for name in ("area", "name") if slots.get(name))
    found = _thermostats(list(house.states().values()), said)
    if len(found) != 1:
        names = spoken.joined([f"the {state.name}" for state in found[:6]])
        which = (
            f"There are {names}: say which." if found else f"Home Assistant knows no thermostat{said and f' {said}'}."
        )
        return Outcome(which, ok=False)
    (state,) = found
    before = state.number("temperature")
    if before is None:
        return Outcome(f"The {state.name} is set to no temperature: say to how many degrees.", ok=False)
    by = slots.get("by", 1)
    step = float(by) if isinstance(by, int | float) else 1.0
    wanted = before + (step if arguments["way"] == "up" else -step)
    low, high = state.number("min_temp"), state.number("max_temp")
    if (low is not None and wanted < low) or (high is not None and wanted > high):
        limits = f"from {spoken.number(low or 0)} to {spoken.number(high or 0)}"
        reached = f"{spoken.number(wanted)} degrees"
        return Outcome(f"That would be {reached}, and the {state.name} goes {limits}: nothing is changed.", ok=False)
    house.call_service("climate/set_temperature", {"entity_id": state.entity, "temperature": wanted})
    undo = way_of("HassClimateSetTemperature", [state], context)
    text = f"The {state.name} is set to {spoken.number(wanted)} degrees."
    focus = (Thing(f"the {state.name}", {"name": state.name}),)
    return Outcome(text, {"names": state.name, "temperature": spoken.number(wanted)}, undo=undo, focus=focus)


def _thermostats(states: Sequence[EntityState], said: str) -> Sequence[EntityState]:
    """Return the thermostats that words may mean, all where there are none."""
    thermostats = [state for state in states if state.domain == "climate"]
    wanted = set(said.casefold().split())
    named = [state for state in thermostats if wanted <= set(state.name.casefold().replace("_", " ").split())]
    return named if wanted else thermostats
