"""An order that is understood by itself, but not with what is said around it: `it's late, so close the blinds`.

What stands around it must be harmless: it tells something of nobody's devices, with no value, moment, condition or
negation in it, and the order must point to nothing that is told there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time

from assistant.language import mood
from assistant.language.tables import table_of
from assistant.language.text import tidy
from assistant.nlu.sets.clauses import Reader
from assistant.values import Ambiguous, IntentMatch, OutOfScope, SlotMissing

_WHOLE = frozenset({"forbidden", "unwanted", "withdrawn", "quote", "unfinished", "condition"})
"""Moods of all of a sentence in which no clause of it is an order."""


def unframed(text: str, reader: Reader, split: Callable[[str], Sequence[str]]) -> tuple[str, ...]:
    """Return the commands of a sentence that is not understood, without what is said around them; nothing where that
    is more than a remark.

    Args:
        text: the sentence.
        reader: of its parts.
        split: a part to its commands, nothing where it is one.
    """
    words = table_of(reader.language).frames
    if words.joint is None or ":" in text or not words.joint.search(text):
        return ()
    if not isinstance(reader.meaning(text), OutOfScope | Ambiguous) or mood.sense(text, reader.language).mood in _WHOLE:
        return ()
    for frame, rest in _frames(text, reader):
        parts = tuple(split(rest)) or (rest,)
        if all(_is_order(part, frame, reader) for part in parts):
            return parts
    return ()


def _frames(text: str, reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield the first harmless clause with what follows it, and the last with what precedes it."""
    joint = table_of(reader.language).frames.joint
    joints = [match.span() for match in joint.finditer(text)] if joint else []
    for start, end in joints:
        if _is_harmless(text[:start], reader):
            yield text[:start], text[end:]
            break
    for start, end in reversed(joints):
        if _is_harmless(text[end:], reader):
            yield text[end:], text[:start]
            break


def _is_harmless(clause: str, reader: Reader) -> bool:
    """True of a clause that says nothing of an order beside it."""
    words, plain = table_of(reader.language).frames, tidy(clause)
    if not words.told.fullmatch(plain) or words.barred.search(plain):
        return False
    return not reader.has_value(words.loose.sub(" ", plain)) and not mood.commands(plain, reader.language)


def _is_order(part: str, frame: str, reader: Reader, sure: float = 0.8) -> bool:
    """True of a command or a question that is surely understood, and points to nothing said elsewhere.

    One that lacks a value takes none from the frame, and one with a moment no day.
    """
    asks = mood.sense(part, reader.language).mood == "question"
    if not (asks or mood.commands(part, reader.language) or reader.exact(part)):
        return False
    meaning = reader.meaning(part)
    if not isinstance(meaning, IntentMatch | SlotMissing) or meaning.confidence < sure:
        return False
    if isinstance(meaning, SlotMissing) and any(map(reader.is_value, tidy(frame).casefold().split())):
        return False
    is_timed = meaning.when or any(isinstance(value, date | time) for value in meaning.slots.values())
    if is_timed and reader.has_value(frame):
        return False
    rest = part.casefold()
    for value in getattr(meaning, "slot_texts", {}).values():
        rest = rest.replace(value.casefold(), " ") if len(value.split()) > 1 else rest
    pointing = table_of(reader.language).moods.references
    return asks or not re.search(rf"\b(?:{pointing})\b", rest)
