"""Events as JSON-ready objects, one line each for a script."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from assistant.events import Event, Understood
from assistant.values import Ambiguous, AnswerMatch, IntentMatch, SlotMissing, Understanding


def kind_of(value: object) -> str:
    """Return the class name in snake_case: `IntentMatch` -> `intent_match`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(value).__name__).lower()


def as_json(event: Event, t: float) -> dict[str, Any]:
    """Return the event as one JSON-ready object: `event`, `t` (seconds since start), its fields.

    `understood` is flattened: `kind`, `intent` or `question`, `slots`, `confidence`, `n_best` stand
    at the top, since that is what a script asks for.
    """
    line: dict[str, Any] = {"event": kind_of(event), "t": round(t, 3)}
    if isinstance(event, Understood):
        line |= {"text": event.utterance.text, "partial": event.partial}
        line |= {"part": event.part} if event.part else {}
        line |= _understanding_json(event.understanding)
        return line
    for each in dataclasses.fields(event):
        line[each.name] = _plain(getattr(event, each.name))
    return line


def _understanding_json(understanding: Understanding) -> dict[str, Any]:
    line: dict[str, Any] = {"kind": kind_of(understanding)}
    head = understanding.choices[0] if isinstance(understanding, Ambiguous) else understanding
    match head:
        case IntentMatch() | SlotMissing():
            line |= {"intent": head.intent, "slots": _plain(head.slots)}
        case AnswerMatch():
            line |= {"question": head.question, "source": head.source}
    match understanding:
        case SlotMissing():
            line |= {"missing": understanding.missing, "ask": understanding.ask}
        case Ambiguous():
            line["choices"] = list(understanding.labels)
    line.setdefault("slots", {})
    line["confidence"] = round(understanding.confidence, 4)
    line["n_best"] = [_plain(candidate) for candidate in understanding.n_best]
    return line


def _plain(value: Any) -> Any:
    """Return the value in JSON's own types; a duration becomes its seconds, a date ISO 8601."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return int(seconds) if seconds == int(seconds) else seconds
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, np.floating | float):
        return round(float(value), 4)
    return str(value) if isinstance(value, Path) else value
