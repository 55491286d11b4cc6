"""What came of a turn, compared with what a person would expect: the home and the desktop too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from assistant.checks.scripted import judge
from assistant.checks.scripted.judge import TurnResult, nothing_changed, same, says, state_is
from assistant.checks.scripted.kept_state import STATE_CHECKS, KeptState, unless
from benchmarks.cases.home import home_name

_SHRUG = re.compile(r"I don't know that\.?(?: The nearest I know:.*)?", re.IGNORECASE | re.DOTALL)
_NO = re.compile(r"\b(?:no|not|none|never|cannot|only|unable)\b|n['’]t\b|\?", re.IGNORECASE)
"""A word that says no, or a question."""


@dataclass(frozen=True, slots=True)
class State(KeptState):
    """All that a turn may change."""

    home: Mapping[str, Any] = field(default_factory=dict)
    touched: frozenset[str] = frozenset()
    orders: int = 0
    volume: int = 0

    def lasting(self) -> tuple[object, ...]:
        """Parts that are equal before and after a turn that changed nothing now, whatever it has planned."""
        return (self.timers, self.lists, self.notes, self.deeds, self.home, self.orders, self.volume)


def _refuses(wanted: Any, result: TurnResult) -> str:
    words = _SHRUG.sub("", result.reply)
    named = bool(_NO.search(words) and says(wanted, words))
    return nothing_changed(True, result) or unless(named, f"no, with {str(wanted)[:60]}", result.reply)


def _home_is(wanted: Mapping[str, Any], state: State, _: datetime) -> str:
    wrong = {
        name: state.home.get(home_name(name), "untouched")
        for name, value in wanted.items()
        if (home_name(name) in state.touched if value is None else not same(value, state.home.get(home_name(name))))
    }
    return unless(not wrong, f"home {dict(wanted)}", wrong)


def _volume_is(wanted: Any, state: State, _: datetime) -> str:
    volume, bound = state.volume, str(wanted).strip("<> ")
    holds = {"<": volume < int(bound), ">": volume > int(bound)}.get(str(wanted)[0], volume == int(bound))
    return unless(holds, f"volume {wanted}", volume)


CHECKS = {
    **judge.CHECKS,
    "refuses": _refuses,
    "state": state_is({**STATE_CHECKS, "home": _home_is, "volume": _volume_is}),
}
"""Key of the schema -> its check."""

faults = partial(judge.faults, checks=CHECKS)
"""Words each key of an expectation that does not hold."""
