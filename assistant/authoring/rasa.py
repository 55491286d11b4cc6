"""Rasa's training data in the terms of intent files: values marked in examples, and the section `nlu:`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.authoring.source.yaml_tree import Items, Table
from assistant.authoring.source_file import SourceFile

_MARKED = re.compile(r"\[(?P<words>[^\[\]()]+)\](?:\((?P<slot>\w+)(?::(?P<value>[^()]+))?\)|(?P<object>\{[^{}]*\}))")
_ITEM = ("intent", "synonym", "lookup", "regex", "examples", "metadata")


class MarkedValue(NamedTuple):
    """A value in an example."""

    slot: str
    words: str
    value: str
    """The words, or the value that they are a synonym of."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """The section `nlu:` of a file."""

    examples: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """Intent -> its examples, each with its line."""
    lines: dict[str, int] = field(default_factory=dict)
    """Intent -> the line where it first stands."""
    synonyms: dict[str, str] = field(default_factory=dict)
    """Words in lower case -> the value that they stand for, in whatever slot."""
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Slot -> some of its values."""


def is_plain(text: str) -> bool:
    """Return True for a sentence without the signs of templates; values may be marked in it.

    >>> is_plain("play [Yesterday](song)"), is_plain("play [it")
    (True, False)
    """
    return not re.search(r"[\[\]()<>|]", re.sub(r"\[[^\[\]]+\]\(\w+(?::[^()]+)?\)", "", text))


def plain_marks(text: str) -> tuple[str, tuple[MarkedValue, ...]]:
    """Write `[x](slot:value)` and `[x]{"entity": "slot", "value": "value"}` as `[x](slot)`; return the values too.

    A `role` is the slot where there is one.

    >>> plain_marks('fly to [rome]{"entity": "city", "role": "to"} in [may](month:5)')[0]
    'fly to [rome](to) in [may](month)'
    """
    values: list[MarkedValue] = []

    def plain(match: re.Match[str]) -> str:
        slot, value = match["slot"], match["value"] or match["words"]
        if match["object"]:
            marks = _object(match["object"])
            slot = marks.get("role") or marks.get("entity", "")
            value = marks.get("value") or match["words"]
            if not re.fullmatch(r"\w+", slot):
                return match[0]
        values.append(MarkedValue(slot, match["words"], value))
        return f"[{match['words']}]({slot})"

    return _MARKED.sub(plain, text), tuple(values)


def _object(text: str) -> dict[str, str]:
    """Return the texts and numbers of a JSON object; nothing where it is none."""
    try:
        parsed = json.loads(text, parse_int=str, parse_float=str)
    except ValueError:
        return {}
    return {key: value for key, value in parsed.items() if isinstance(value, str)}


def read_training_data(file: SourceFile, top: Table) -> TrainingData:
    """Read the section `nlu:` of a file; regular expressions are told as not used."""
    rows = top.get("nlu")
    data = TrainingData()
    if rows is None:
        return data
    if not isinstance(rows, Items):
        file.report(file.line(top, "nlu"), "'nlu' must be a list of entries with 'intent:' and 'examples:'")
        return data
    for row, line in zip(rows, rows.lines, strict=True):
        kind = next((key for key in _ITEM[:4] if isinstance(row, Table) and key in row), "")
        if not kind:
            file.report(line, "an entry of 'nlu' must hold one of 'intent:', 'synonym:' and 'lookup:'")
            continue
        file.check_keys(row, _ITEM, "nlu")
        name = file.text(row, kind, "nlu")
        if not name:
            file.report(line, f"nlu: '{kind}' needs a name")
            continue
        if kind == "regex":
            file.warn(line, f"nlu: the regular expression '{name[:80]}' is not used")
            continue
        texts = _texts(file, row, f"nlu, {kind} {name[:80]}")
        if kind == "intent":
            data.examples.setdefault(name, []).extend(texts)
            data.lines.setdefault(name, line)
        elif kind == "synonym":
            data.synonyms.update({text.casefold(): name for text, _ in texts})
        else:
            data.lookups[name] = (*data.lookups.get(name, ()), *(text for text, _ in texts))
    return data


def _texts(file: SourceFile, row: Table, where: str) -> list[tuple[str, int]]:
    """Return the examples of an entry; each may be a mapping with `text:`."""
    examples = row.get("examples")
    if not isinstance(examples, Items) or not any(isinstance(item, Table) for item in examples):
        return file.texts(row, "examples", where)
    nested = (item for item in examples if isinstance(item, Table))
    return [entry for item in nested for entry in file.texts(item, "text", where)]
