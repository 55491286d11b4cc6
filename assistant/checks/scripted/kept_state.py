"""All that is kept for a user, before and after a turn, and what a dialogue says that it should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from assistant.actions.database import Database, StoredTimer
from assistant.language.numbers import digits

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class KeptState:
    """Everything that a turn may change."""

    timers: tuple[StoredTimer, ...]
    lists: Mapping[str, Sequence[str]]
    notes: tuple[str, ...]
    commands: tuple[str, ...]
    """What is planned, in words."""
    deeds: tuple[str, ...] = ()
    """What was done, or would have been, outside of what is kept."""

    def lasting(self) -> tuple[object, ...]:
        """Parts that are equal before and after a turn that changed nothing."""
        return (self.timers, self.lists, self.notes, self.commands, self.deeds)


def kept(store: Database) -> KeptState:
    """Read everything that is kept now."""
    return KeptState(
        store.timers(),
        {name: [item.text for item in store.items(name)] for name in store.list_names()},
        tuple(note.text for note in store.notes()),
        tuple(f"{command.text} {command.due:.0f}" for command in store.commands()),
    )


def set_up(store: Database, setup: Mapping[str, Any], now: datetime) -> None:
    """Put the lists, notes and timers of a dialogue's `setup` into an empty store."""
    for name, items in (setup.get("lists") or {}).items():
        store.add_items(name, [str(item) for item in items])
    for note in setup.get("notes") or ():
        store.add_note(str(note), now.timestamp())
    for timer in setup.get("timers") or ():
        _set_timer(store, timer, now)


def _set_timer(store: Database, timer: Mapping[str, Any], now: datetime) -> None:
    due = moment(str(timer["at"]), now) if "at" in timer else now + timedelta(seconds=float(timer.get("left", 0)))
    length = float(timer.get("length", (due - now).total_seconds()))
    stored = store.add_timer(timer.get("kind", "timer"), str(timer.get("label") or ""), due.timestamp(), length)
    if timer.get("rang"):
        store.claim_timer(stored, now.timestamp())


# -- what should be there ---------------------------------------------------------------------

StateCheck: TypeAlias = Callable[[Any, Any, datetime], str]
"""(what is wanted, the state, the local wall clock) -> the fault, or nothing."""


def unless(holds: bool, wanted: object, got: object) -> str:
    """Word a fault; nothing where the condition holds."""
    return "" if holds else f"wanted {in_words(wanted)}, got {in_words(got)}"


def in_words(value: object) -> str:
    """Write a value as a person reads it: `OpenDoor, OpenGate`, `room = den`, `yes`, `nothing`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {in_words(part)}" for name, part in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return ("; " if any(isinstance(part, Mapping) for part in value) else ", ").join(
            map(in_words, value)
        ) or "nothing"
    return str(value)


def _timers_are(wanted: Sequence[Mapping[str, Any]], state: KeptState, now: datetime) -> str:
    timers = [timer for timer in state.timers if timer.state != "rung"]
    return unless(_assigned(wanted, timers, now), f"timers {in_words(list(wanted))}", _shown(timers, now))


def _assigned(wanted: Sequence[Mapping[str, Any]], timers: Sequence[StoredTimer], now: datetime) -> bool:
    """True where each wanted timer is another of the timers, and none is left."""
    if not wanted:
        return not timers
    fitting = [place for place, timer in enumerate(timers) if _fits(wanted[0], timer, now)]
    return any(_assigned(wanted[1:], [*timers[:place], *timers[place + 1 :]], now) for place in fitting)


def _next_is(wanted: Mapping[str, Any], state: KeptState, now: datetime) -> str:
    timers = [timer for timer in state.timers if timer.kind == wanted["kind"] and timer.state == "waiting"]
    first = min(timers, key=lambda timer: timer.due, default=None)
    return unless(first is not None and _fits(wanted, first, now), f"next {in_words(wanted)}", _shown(timers, now))


def _fits(
    wanted: Mapping[str, Any], timer: StoredTimer, now: datetime, left_within: float = 30.0, due_within: float = 60.0
) -> bool:
    """Compare a timer with the keys that are given; rest and moment may differ by so many seconds."""
    left = timer.remaining if timer.state == "paused" else timer.due - now.timestamp()
    label = str(wanted.get("label", timer.label)).casefold()
    return (
        wanted.get("kind", timer.kind) == timer.kind
        and (label in timer.label.casefold() if label else not timer.label)
        and wanted.get("paused", timer.state == "paused") == (timer.state == "paused")
        and abs(left - wanted.get("left", left)) <= left_within
        and ("at" not in wanted or abs(timer.due - moment(str(wanted["at"]), now).timestamp()) <= due_within)
    )


def _shown(timers: Sequence[StoredTimer], now: datetime) -> list[str]:
    return [
        f"{timer.kind} '{timer.label}' {timer.state} {datetime.fromtimestamp(timer.due):%a %d %H:%M}"
        f" ({timer.remaining or timer.due - now.timestamp():.0f} s)"
        for timer in timers
    ]


def moment(words: str, now: datetime) -> datetime:
    """Read a time of a dialogue: `+1d 07:00`, `next monday 09:00`, `clock 19:00`, `soon 7:00`, `2026-11-28 07:00`.

    Raises:
        ValueError: it is none.
    """
    day, _, time = words.rpartition(" ")
    hour, minute = map(int, time.split(":"))
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    match day.split():
        case [ahead] if ahead.startswith("+"):
            return today + timedelta(days=int(ahead[1:-1]))
        case ["clock"]:
            return today if today > now else today + timedelta(days=1)
        case ["soon"]:
            return min(due for half in range(4) if (due := today + timedelta(hours=12 * half - 12)) > now)
        case [("next" | "second") as turn, weekday]:
            due = today + timedelta(days=(_DAYS.index(weekday) - now.weekday()) % 7)
            due = due if due > now else due + timedelta(days=7)
            return due if turn == "next" else due + timedelta(days=7)
    return datetime.fromisoformat(words)


def _lists_are(wanted: Mapping[str, Sequence[str]], state: KeptState, _: datetime) -> str:
    lists = {name: [_plain(item) for item in state.lists.get(name, ())] for name in wanted}
    items = {name: [_plain(item) for item in texts or ()] for name, texts in wanted.items()}
    return unless(lists == items, f"lists {in_words(wanted)}", state.lists)


def _notes_are(wanted: Sequence[str], state: KeptState, _: datetime) -> str:
    return unless(sorted(map(_plain, state.notes)) == sorted(map(_plain, wanted)), wanted, state.notes)


def _plain(text: object) -> str:
    """Return a text in lower case, its numbers as digits, without a full stop."""
    words = str(text).casefold().rstrip(".").split()
    return " ".join(word.text for word in digits(tuple(words)))


STATE_CHECKS: Mapping[str, StateCheck] = {
    "timers": _timers_are,
    "next": _next_is,
    "lists": _lists_are,
    "notes": _notes_are,
}
"""Key under `state:` -> its check."""
