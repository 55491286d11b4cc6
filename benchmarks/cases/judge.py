"""What came of a turn, compared with what a person would expect."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assistant.actions.database import StoredTimer
from assistant.event_json import as_json
from assistant.events import Understood
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
)
from benchmarks.cases.home import home_name

_LEFT, _DUE = 30.0, 60.0
"""Seconds by which a timer's rest and its time may differ."""

_SHRUG = re.compile(r"I don't know that\.?(?: The nearest I know:.*)?", re.IGNORECASE | re.DOTALL)
_NO = re.compile(r"\b(?:no|not|none|never|cannot|only|unable)\b|n['’]t\b|\?", re.IGNORECASE)
"""A word that says no, or a question."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class State:
    """All that a turn may change."""

    timers: tuple[StoredTimer, ...]
    lists: Mapping[str, Sequence[str]]
    notes: tuple[str, ...]
    home: Mapping[str, Any]
    touched: frozenset[str]
    orders: int
    volume: int
    calls: tuple[str, ...]

    def lasting(self) -> tuple[object, ...]:
        """Return what is equal before and after a turn that changed nothing."""
        return (*(getattr(self, name) for name in ("timers", "lists", "notes", "home", "orders", "volume", "calls")),)


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What came of one turn."""

    understood: tuple[Understanding, ...]
    """The meaning of each command in it."""
    reply: str
    pending: bool
    """True where a question is open afterwards."""
    before: State
    after: State
    now: datetime
    """Local wall clock after the turn."""

    @property
    def kinds(self) -> list[str]:
        """The kind of each command, by the schema."""
        return [_kind(understanding) for understanding in self.understood]

    @property
    def intents(self) -> list[str]:
        """The names of the intents, in order."""
        return [item.intent for item in self.understood if isinstance(item, IntentMatch | SlotMissing)]

    def summary(self) -> str:
        """Return one line for a person who mends what failed."""
        meanings = " + ".join(map(_described, self.understood)) or "nothing understood"
        return f"{meanings}; said: {self.reply}"


def faults(expect: Mapping[str, Any], result: TurnResult) -> list[str]:
    """Return a line for each key that does not hold; none where all do."""
    lines = []
    for key, wanted in expect.items():
        if key == "any":
            options = [faults(option, result) for option in wanted]
            if all(options):
                lines.append(f"any of: {' | '.join('; '.join(option) for option in options)}")
        elif fault := _CHECKS[key](wanted, result):
            lines.append(f"{key}: {fault}")
    return lines


def _kind(understanding: Understanding) -> str:
    match understanding:
        case IntentMatch():
            return "confirm" if understanding.confirm else "command"
        case SlotMissing():
            return "asks"
        case AnswerMatch():
            return "answer"
        case Ambiguous():
            return "which"
        case OutOfScope():
            return "unknown"
    return type(understanding).__name__


def _described(understanding: Understanding) -> str:
    match understanding:
        case IntentMatch() | SlotMissing():
            slots = {name: str(value) for name, value in understanding.slots.items()}
            return f"{_kind(understanding)} {understanding.intent} {slots}"
        case AnswerMatch():
            return f"answer “{understanding.question}”"
        case Ambiguous():
            return f"which {list(understanding.labels)}"
    return _kind(understanding)


def _listed(wanted: Any) -> list[str]:
    return [str(item) for item in wanted] if isinstance(wanted, list) else [str(wanted)]


def _unless(holds: bool, wanted: object, got: object) -> str:
    return "" if holds else f"wanted {wanted}, got {got}"


def _kind_is(wanted: Any, result: TurnResult) -> str:
    names = _listed(wanted)
    legal = {*names, "confirm"} if "command" in names else {*names}
    return _unless(not legal.isdisjoint(result.kinds), wanted, result.kinds)


def _question_is(wanted: Any, result: TurnResult) -> str:
    questions = [item.question for item in result.understood if isinstance(item, AnswerMatch)]
    return _unless(wanted in questions, wanted, questions or result.kinds)


def _slots_are(wanted: Mapping[str, Any], result: TurnResult) -> str:
    lines = [as_json(Understood(Utterance(""), item), 0).get("slots") or {} for item in result.understood]
    return _unless(
        any(all(_same(value, slots.get(name)) for name, value in wanted.items()) for slots in lines), wanted, lines
    )


def _asks_for(wanted: Any, result: TurnResult) -> str:
    missing = [item.missing for item in result.understood if isinstance(item, SlotMissing)]
    return _unless(wanted in missing and result.pending, wanted, missing or result.kinds)


def _matches(wanted: Any, result: TurnResult) -> str:
    return _unless(bool(re.search(str(wanted), result.reply, re.IGNORECASE | re.DOTALL)), wanted, result.reply)


def _nothing_changed(wanted: Any, result: TurnResult) -> str:
    if wanted is not True or result.before.lasting() == result.after.lasting():
        return ""
    pairs = zip(result.before.lasting(), result.after.lasting(), strict=True)
    return f"changed: {[after for before, after in pairs if before != after]}"


def _refuses(wanted: Any, result: TurnResult) -> str:
    words = _SHRUG.sub("", result.reply)
    named = bool(_NO.search(words) and re.search(str(wanted), words, re.IGNORECASE | re.DOTALL))
    return _nothing_changed(True, result) or _unless(named, f"no, with {str(wanted)[:60]}", result.reply)


def _same(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        try:
            return abs(float(got) - wanted) < 1e-6
        except (TypeError, ValueError):
            return False
    return str(wanted).casefold() == str(got).casefold()


# -- the state afterwards ---------------------------------------------------------------------


def _state_is(wanted: Mapping[str, Any], result: TurnResult) -> str:
    return "; ".join(filter(None, (_STATES[part](value, result) for part, value in wanted.items())))


def _timers_are(wanted: Sequence[Mapping[str, Any]], result: TurnResult) -> str:
    timers = [timer for timer in result.after.timers if timer.state != "rung"]
    return _unless(_assigned(wanted, timers, result.now), f"timers {list(wanted)}", _shown(timers, result.now))


def _assigned(wanted: Sequence[Mapping[str, Any]], timers: Sequence[StoredTimer], now: datetime) -> bool:
    """Return True where each wanted timer is another of the timers, and none is left."""
    if not wanted:
        return not timers
    fitting = [place for place, timer in enumerate(timers) if _fits(wanted[0], timer, now)]
    return any(_assigned(wanted[1:], [*timers[:place], *timers[place + 1 :]], now) for place in fitting)


def _next_is(wanted: Mapping[str, Any], result: TurnResult) -> str:
    timers = [timer for timer in result.after.timers if timer.kind == wanted["kind"] and timer.state == "waiting"]
    first = min(timers, key=lambda timer: timer.due, default=None)
    return _unless(
        first is not None and _fits(wanted, first, result.now), f"next {dict(wanted)}", _shown(timers, result.now)
    )


def _fits(wanted: Mapping[str, Any], timer: StoredTimer, now: datetime) -> bool:
    left = timer.remaining if timer.state == "paused" else timer.due - now.timestamp()
    label = str(wanted.get("label", timer.label)).casefold()
    return (
        wanted.get("kind", timer.kind) == timer.kind
        and (label in timer.label.casefold() if label else not timer.label)
        and wanted.get("paused", timer.state == "paused") == (timer.state == "paused")
        and abs(left - wanted.get("left", left)) <= _LEFT
        and ("at" not in wanted or abs(timer.due - moment(str(wanted["at"]), now).timestamp()) <= _DUE)
    )


def _shown(timers: Sequence[StoredTimer], now: datetime) -> list[str]:
    return [
        f"{timer.kind} '{timer.label}' {timer.state} {datetime.fromtimestamp(timer.due):%a %d %H:%M}"
        f" ({timer.remaining or timer.due - now.timestamp():.0f} s)"
        for timer in timers
    ]


def moment(words: str, now: datetime) -> datetime:
    """Read a time of the schema: `+1d 07:00`, `next monday 09:00`, `clock 19:00`, `soon 7:00`, `2026-11-28 07:00`."""
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


def _lists_are(wanted: Mapping[str, Sequence[str]], result: TurnResult) -> str:
    lists = {name: [str(item).casefold() for item in result.after.lists.get(name, ())] for name in wanted}
    return _unless(
        lists == {name: [str(item).casefold() for item in items] for name, items in wanted.items()},
        f"lists {dict(wanted)}",
        dict(result.after.lists),
    )


def _notes_are(wanted: Sequence[str], result: TurnResult) -> str:
    notes = sorted(note.casefold().rstrip(".") for note in result.after.notes)
    return _unless(notes == sorted(str(note).casefold().rstrip(".") for note in wanted), wanted, result.after.notes)


def _home_is(wanted: Mapping[str, Any], result: TurnResult) -> str:
    home = result.after.home
    wrong = {
        name: home.get(home_name(name), "untouched")
        for name, value in wanted.items()
        if (home_name(name) in result.after.touched if value is None else not _same(value, home.get(home_name(name))))
    }
    return _unless(not wrong, f"home {dict(wanted)}", wrong)


def _volume_is(wanted: Any, result: TurnResult) -> str:
    volume, bound = result.after.volume, str(wanted).strip("<> ")
    holds = {"<": volume < int(bound), ">": volume > int(bound)}.get(str(wanted)[0], volume == int(bound))
    return _unless(holds, f"volume {wanted}", volume)


_STATES: Mapping[str, Callable[[Any, TurnResult], str]] = {
    "timers": _timers_are,
    "next": _next_is,
    "lists": _lists_are,
    "notes": _notes_are,
    "home": _home_is,
    "volume": _volume_is,
}

_CHECKS: Mapping[str, Callable[[Any, TurnResult], str]] = {
    "kind": _kind_is,
    "not_kind": lambda wanted, result: _unless({*_listed(wanted)}.isdisjoint(result.kinds), wanted, result.kinds),
    "intent": lambda wanted, result: _unless(
        not {*_listed(wanted)}.isdisjoint(result.intents), wanted, result.intents or result.kinds
    ),
    "not_intent": lambda wanted, result: _unless(
        {*_listed(wanted)}.isdisjoint(result.intents), f"not {wanted}", result.intents
    ),
    "intents": lambda wanted, result: _unless(_listed(wanted) == result.intents, wanted, result.intents),
    "slots": _slots_are,
    "asks": _asks_for,
    "pending": lambda wanted, result: _unless(result.pending is bool(wanted), wanted, result.pending),
    "question": _question_is,
    "reply": _matches,
    "not_reply": lambda wanted, result: _unless(bool(_matches(wanted, result)), f"not {wanted}", result.reply),
    "nothing": _nothing_changed,
    "refuses": _refuses,
    "state": _state_is,
}
"""Key of the schema -> the fault, or nothing."""
