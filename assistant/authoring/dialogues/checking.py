"""What dialogues refer to: intents, slots and regular expressions. What refers to nothing is noted and left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from assistant.authoring.definitions import DialogueTest, DialogueTurn, Intent
from assistant.authoring.dialogues.reading import SHORT
from assistant.errors import Problem, did_you_mean

_NAME = re.compile(r"[A-Z]\w*[a-z]\w*[A-Z]\w*")
"""A text that can only be meant as the name of an intent: `StartTimer`."""


def checked_dialogues(
    dialogues: Iterable[DialogueTest], intents: Mapping[str, Intent], problems: list[Problem]
) -> tuple[DialogueTest, ...]:
    """Return the dialogues whose intents and slots are there; a short expectation is written out.

    Args:
        dialogues: as they were read.
        intents: those in use, by name.
        problems: takes the faults.
    """
    kept = []
    for dialogue in dialogues:
        turns = tuple(replace(turn, expect=_written_out(turn.expect, intents)) for turn in dialogue.turns)
        faults = [Problem(dialogue.file, turn.line, fault) for turn in turns for fault in _faults(turn, intents)]
        problems += faults
        if not faults:
            kept.append(replace(dialogue, turns=turns))
    return tuple(kept)


def faulty_patterns(dialogues: Iterable[DialogueTest]) -> Iterator[Problem]:
    """Yield each `reply:` and `not_reply:` that is no regular expression."""
    for dialogue in dialogues:
        for turn in dialogue.turns:
            for key, wanted in _entries(turn.expect):
                if key in ("reply", "not_reply"):
                    try:
                        re.compile(wanted)
                    except re.error as error:
                        message = f"{_place(turn)}: '{key}' is no regular expression: {error}"
                        yield Problem(dialogue.file, turn.line, message)


def _written_out(expect: Mapping[str, Any], intents: Collection[str]) -> Mapping[str, Any]:
    """Return an expectation that is one text with its key: the name of an intent, else words of the reply."""
    if (text := expect.get(SHORT)) is None:
        return expect
    return {"intent": [text]} if text in intents or _NAME.fullmatch(text) else {"words": text}


def _faults(turn: DialogueTurn, intents: Mapping[str, Intent]) -> Iterator[str]:
    """Word each intent and each slot that is not there, with the nearest that is."""
    slots = {name for intent in intents.values() for name in _slots_of(intent)}
    for key, wanted in _entries(turn.expect):
        if key in ("intent", "intents"):
            for name in wanted:
                if name not in intents:
                    yield f"{_place(turn)}: '{key}': no intent '{name}'{did_you_mean(name, intents)}"
        elif key in ("slots", "asks"):
            for name in (wanted,) if key == "asks" else wanted:
                if name not in slots:
                    yield f"{_place(turn)}: '{key}': no intent has a slot '{name}'{did_you_mean(name, slots)}"


def _slots_of(intent: Intent) -> Iterator[str]:
    yield from intent.slots
    for block in intent.blocks:
        yield from block.slots


def _entries(expect: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each key with what is wanted, those of `any:` too."""
    for key, wanted in expect.items():
        if key == "any":
            for option in wanted:
                yield from _entries(option)
        else:
            yield key, wanted


def _place(turn: DialogueTurn) -> str:
    return f"dialogues, “{turn.say}”"
