"""All lights but some: what a command to the whole house leaves as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.actions.builtins.house.answers import EntityState
from assistant.language import spoken
from assistant.language.tables import table_of
from assistant.language.text import content_words

SERVICES = {"HassTurnOn": "light/turn_on", "HassTurnOff": "light/turn_off"}
"""Intent for all lights -> the service that does the same with one."""


def is_spared(state: EntityState, words: str, language: str = "en") -> bool:
    """True of a light that words name: `the one in the hall`, `the desk lamp`.

    A room may be said shorter than its light is called: `hall` for `hallway light`.
    """
    small = {"light", "lamp", *table_of(language).stand_ins}
    wanted = [word for word in (w.removesuffix("s") for w in content_words(words, language)) if word not in small]
    own = state.name.casefold().replace("_", " ").split()
    return bool(wanted) and all(any(name.startswith(word) for name in own) for word in wanted)


def others(states: Mapping[str, EntityState], excluding: Sequence[str]) -> Sequence[EntityState] | str:
    """Return the lights that a command does not leave out, or the reply where it leaves out what is not there."""
    lights = [state for state in states.values() if state.domain == "light"]
    for words in excluding:
        if not any(is_spared(state, words) for state in lights):
            names = spoken.joined([f"the {state.name}" for state in lights[:6]])
            known = f" There {'is' if len(lights) == 1 else 'are'} {names}." if lights else ""
            return f"I know no light to leave out by “{words}”, so I have done nothing.{known}"
    return [state for state in lights if not any(is_spared(state, words) for words in excluding)]
