"""Slots of sentences that no template covers."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from assistant.nlu.definitions import IntentSet
from assistant.nlu.intents import load_intents
from assistant.text import normalise

SECOND = "_again"
CLOSED = 0.9
"""A slot is a list where this share of its values is said more than once."""


def imported(rows: Sequence[Mapping[str, Any]]) -> IntentSet:
    """Return marked sentences as intents, read from a file as an author would write it."""
    said: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    examples: dict[str, list[str]] = defaultdict(list)
    for row in map(told_apart, rows):
        for slot in row["slots"]:
            said[row["intent"]][slot["name"]][slot["value"]] += 1
        examples[row["intent"]].append(example(row))
    intents = {
        name: {"examples": each, "slots": {slot: _declared(values) for slot, values in said[name].items()}, "response": name}
        for name, each in examples.items()
    }
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "intents.yaml").write_text(yaml.safe_dump({"language": "en", "intents": intents}, allow_unicode=True))
        return load_intents([Path(work)], ())


def told_apart(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a marked sentence in which a slot that stands there twice has two names."""
    seen, slots = Counter[str](), []
    for slot in sorted(row["slots"], key=lambda slot: slot["start"]):
        seen[slot["name"]] += 1
        again = seen[slot["name"]]
        slots.append({**slot, "name": f"{slot['name']}{SECOND * (again - 1)}"})
    return {**row, "slots": slots}


def example(row: Mapping[str, Any]) -> str:
    """Return a marked sentence with a placeholder for each value."""
    text = row["text"]
    for slot in sorted(row["slots"], key=lambda slot: -slot["start"]):
        text = f"{text[: slot['start']]}{{{slot['name']}}}{text[slot['end'] :]}"
    return text


def _declared(values: Counter[str]) -> dict[str, Any]:
    words = Counter[str]()
    for value, count in values.items():
        words[value.lower()] += count
    again = sum(count for count in words.values() if count > 1)
    if again >= CLOSED * words.total():
        return {"values": [v.replace("(", " ").replace("[", " ") for v in words]}
    return {"type": "text", "examples": list(values)}


def spans(found: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(name.split(SECOND)[0], normalise(text)) for name, text in found.items()}
