"""The ways in which a case can be carried out: who answers, and how a turn reaches it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from assistant.actions.database import Database
from assistant.actions.timer_service import TimerService
from assistant.app import build
from assistant.checks.scripted.rehearsal import Talks
from assistant.config import Config
from assistant.nlu.matcher import Matcher
from assistant.values import Utterance
from benchmarks.cases.clock import now

Opener: TypeAlias = Callable[[Config, Matcher, Database, TimerService], Talks]
"""Opens a conversation over a matcher, on data of its own."""

Ears: TypeAlias = Callable[[Talks, Mapping[str, Any]], Iterable[Utterance]]
"""The utterances that a turn becomes."""


def open_ours(config: Config, matcher: Matcher, store: Database, timers: TimerService) -> Talks:
    """Open the assistant's own conversation."""
    return build.open_session(config, lambda: matcher, store, timers, now=now)


def as_written(_: Talks, turn: Mapping[str, Any]) -> Iterable[Utterance]:
    """Take a turn to the letter; silence is nothing."""
    if not turn.get("say"):
        return ()
    if turn.get("source") != "spoken":
        return (Utterance(str(turn["say"]), "typed", float(turn.get("confidence", 1))),)
    readings = tuple(turn.get("alternatives") or ())
    return (Utterance(str(turn["say"]), "spoken", float(turn.get("confidence", 0.9)), readings),)


@dataclass(frozen=True, slots=True)
class Manner:
    """Who answers, and how a turn reaches it."""

    opener: Opener = open_ours
    ears: Ears = as_written
