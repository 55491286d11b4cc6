"""Operators of several commands in one sentence: `in ten minutes turn off the fan and close the blinds`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.language.tables import table_of
from assistant.language.text import tidy
from assistant.nlu.operators.find import Operator, recurrences, times
from assistant.nlu.operators.sentence_words import SentenceWords
from assistant.nlu.query import Query
from assistant.values import IntentMatch, SlotMissing, Understanding


def spread(
    query: Query,
    parts: Sequence[str],
    meaning: Callable[[str], Understanding],
    split: Callable[[str], Sequence[str]],
) -> Sequence[str]:
    """Return the commands of a sentence, each with the words for its time.

    Words before the first command are those of all that follow and have none of their own. Words behind the last are
    its own, unless it borrows other words from the first: `turn on the lamp and the fan at 8`, not `and then the fan`.

    Args:
        query: the sentence.
        parts: its commands as they stand there; none where it is one.
        meaning: of a command.
        split: of another sentence into its commands.
    """
    lead, tail, rest = _edges(query)
    if parts:
        first = _when(meaning(parts[0]))
        lead = first if first and tidy(parts[0]).casefold().startswith(tidy(first).casefold()) else ""
        if lead:
            return (parts[0], *(part if _when(meaning(part)) else f"{lead} {part}" for part in parts[1:]))
    if not (lead or tail) or not (commands := split(rest)):
        return parts
    if not lead and (sequence := table_of(query.language).sequence) and sequence.search(rest):
        return (*commands[:-1], f"{commands[-1]} {tail}")
    if lead or commands[-1].casefold() not in rest.casefold():
        return tuple(f"{lead} {command} {tail}".strip() for command in commands)
    return parts


def _when(meaning: Understanding) -> str:
    when = meaning.when if isinstance(meaning, IntentMatch | SlotMissing) else None
    return when.text if when else ""


def _edges(query: Query) -> tuple[str, str, str]:
    """Return the words for a time at the beginning and at the end of a sentence, and the rest of it."""
    wording = SentenceWords(query)
    operators: list[Operator] = [*recurrences(wording, query)]
    taken = [item.stretch for item in operators]
    free = (item for item in times(wording, query) if not any(map(item.overlaps, taken)))
    operators = sorted([*operators, *free], key=lambda item: item.stretch)
    stretches = [item.stretch for item in operators]
    leading = [stretch for stretch in stretches if wording.begins(stretch[0], stretches)]
    trailing = [stretch for stretch in stretches if wording.ends(stretch[1], stretches) and stretch not in leading]
    lead, tail = (" ".join(map(wording.said, edge)) for edge in (leading, trailing))
    return lead, tail, wording.without([*leading, *trailing])
