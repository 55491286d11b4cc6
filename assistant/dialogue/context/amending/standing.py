"""What of the last command stands beside its new values: answers, and the thing that it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.nlu.slots.domains import widest
from assistant.values import IntentMatch, SlotMissing, Understanding

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


def texts_in(command: IntentMatch, said: str, matcher: Matcher) -> Mapping[str, str]:
    """Return the words of a command's values in its sentence `said`; an answer has brought its own alone."""
    query, texts = matcher.query(said), dict[str, str]()
    for name, value in command.slots.items():
        if isinstance(value, str) and value and value in said:
            texts[name] = value
        elif isinstance(value, datetime | timedelta):
            kinds: Sequence[str] = ("datetime", "date") if isinstance(value, datetime) else ("duration",)
            spans = next(filter(None, (widest(query.spans(kind)) for kind in kinds)), ())
            texts |= {name: spans[0].text} if len(spans) == 1 else {}
    return texts


def with_answers(meaning: Understanding, command: IntentMatch, said: str) -> Understanding:
    """Return a meaning that lacks only values which were given in an answer, not in the sentence `said`, with those."""
    answered = {
        name: value
        for name, value in command.slots.items()
        if command.slot_texts.get(name, "\n").casefold() not in said.casefold()
    }
    if not isinstance(meaning, IntentMatch | SlotMissing) or meaning.intent != command.intent:
        return meaning
    if isinstance(meaning, IntentMatch):
        more = {name: answered[name] for name in command.slot_texts.keys() & answered.keys() - meaning.slots.keys()}
        return replace(meaning, slots={**meaning.slots, **more})
    if meaning.missing not in answered:
        return meaning
    own = {name: str(value) for name, value in meaning.slots.items()}
    return replace(
        command,
        slots={**command.slots, **meaning.slots},
        slot_texts={**command.slot_texts, **own},
        confidence=1.0,  # it was carried out so
        when=meaning.when,
    )


def of_same_thing(meaning: Understanding, command: IntentMatch) -> Understanding:
    """Return a meaning about the very thing of another command, by its number."""
    if not isinstance(meaning, IntentMatch) or "id" not in command.slots:
        return meaning
    return replace(meaning, slots={**meaning.slots, "id": command.slots["id"]})
