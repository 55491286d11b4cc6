"""All but some: what a command to the whole house leaves as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.actions.builtins.house.answers import EntityState
from assistant.language import spoken
from assistant.language.tables import table_of
from assistant.language.text import content_words

_SERVICES = {
    "lock": {"HassTurnOn": "lock", "HassTurnOff": "unlock"},
    "cover": {"HassTurnOn": "open_cover", "HassTurnOff": "close_cover"},
    "valve": {"HassTurnOn": "open_valve", "HassTurnOff": "close_valve"},
}
"""Domain -> an intent for all its things, and the service that does the same with one."""


def service_of(intent: str, domain: str) -> str:
    """Return the service that does with one thing what an intent does with all: `light/turn_off`."""
    usual = {"HassTurnOn": "turn_on", "HassTurnOff": "turn_off"}
    return f"{domain}/{_SERVICES.get(domain, usual)[intent]}"


def is_spared(state: EntityState, words: str, language: str = "en") -> bool:
    """True of a thing that words name: `the one in the hall`, `the desk lamp`, `the garage`.

    A room may be said shorter than its light is called: `hall` for `hallway light`.
    """
    small = (
        {"light", "lamp", *table_of(language).stand_ins} if state.domain == "light" else table_of(language).stand_ins
    )
    wanted = [word for word in (w.removesuffix("s") for w in content_words(words, language)) if word not in small]
    own = state.name.casefold().replace("_", " ").split()
    return bool(wanted) and all(any(name.startswith(word) for name in own) for word in wanted)


def others(
    states: Mapping[str, EntityState], excluding: Sequence[str], domains: Sequence[str]
) -> Sequence[EntityState] | str:
    """Return the things that a command does not leave out, or the reply where it leaves out what is not there.

    Args:
        states: of all entities, by their ids.
        excluding: the words for what is left out.
        domains: kinds of things that the command is about.
    """
    things = [state for state in states.values() if state.domain in domains]
    noun = "light" if list(domains) == ["light"] else "thing"
    for words in excluding:
        if not any(is_spared(state, words) for state in things):
            names = spoken.joined([f"the {state.name}" for state in things[:6]])
            known = f" There {'is' if len(things) == 1 else 'are'} {names}." if things else ""
            return f"I know no {noun} to leave out by “{words}”, so I have done nothing.{known}"
    return [state for state in things if not any(is_spared(state, words) for words in excluding)]
