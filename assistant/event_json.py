"""Events as JSON, one line each for a script."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from numbers import Real
from pathlib import Path
from typing import Any

from assistant.events import Event, Understood
from assistant.values import Ambiguous, AnswerMatch, IntentMatch, OutOfScope, SlotMissing, Understanding


def kind_of(value: object) -> str:
    """Return the class name in snake_case: `IntentMatch` -> `intent_match`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(value).__name__).lower()


def as_json(event: Event, t: float) -> dict[str, Any]:
    """Return an event as one JSON object: `event`, `t` (seconds since start), its fields.

    `understood` is flattened: `kind`, `intent` or `question`, `slots`, `confidence` and `n_best` stand at the top,
    where a script looks for them.
    """
    line: dict[str, Any] = {"event": kind_of(event), "t": round(t, 3)}
    if isinstance(event, Understood):
        line |= {"text": event.utterance.text, "partial": event.partial}
        line |= {"part": event.part} if event.part else {}
        line |= _understanding_json(event.understanding)
        return line
    fields: dict[str, Any] = _json_value(event)
    return line | fields


def _understanding_json(understanding: Understanding) -> dict[str, Any]:
    line: dict[str, Any] = {"kind": kind_of(understanding)}
    head = understanding.choices[0] if isinstance(understanding, Ambiguous) else understanding
    match head:
        case IntentMatch() | SlotMissing():
            line |= {"intent": head.intent, "slots": _json_value(head.slots)}
            line |= {"when": _json_value(head.when)} if head.when else {}
        case AnswerMatch():
            line |= {"question": head.question, "source": head.source}
    match understanding:
        case IntentMatch(confirm=str(question)):
            line["confirm"] = question
        case SlotMissing():
            line |= {"missing": understanding.missing, "ask": understanding.ask}
        case Ambiguous():
            line["choices"] = list(understanding.labels)
        case OutOfScope(reason=reason) if reason:
            line["reason"] = reason
    line.setdefault("slots", {})
    line["confidence"] = round(understanding.confidence, 4)
    line["n_best"] = [_json_value(candidate) for candidate in understanding.n_best]
    return line


def _json_value(value: Any) -> Any:
    """Return a value in the types of JSON; a duration becomes its seconds, a date or time ISO 8601."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _json_value(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _json_value(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_json_value(item) for item in value]
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return int(seconds) if seconds == int(seconds) else seconds
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Real) and not isinstance(value, int):  # numpy's too; enough for a score, and short
        return round(float(value), 4)
    return str(value) if isinstance(value, Path) else value
