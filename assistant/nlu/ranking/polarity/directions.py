"""Directions of a sentence and of an intent: `take five points from Anna` is none that gives points to somebody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from assistant.language.placeholders import PLACEHOLDER
from assistant.language.tables.table import WordTable

_LED = re.compile(rf"(\w+) (?:(?:the|my|a|an|our|der|die|das|den|dem) )?{PLACEHOLDER.pattern}", re.IGNORECASE)


def leads_of(patterns: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Collect the words that stand before each slot in the sentences of an intent.

    >>> leads_of(["give {amount} points to {player:who}"])["who"]
    frozenset({'to'})
    """
    leads: dict[str, set[str]] = {}
    for pattern in patterns:
        for lead, listed, name in _LED.findall(pattern):
            leads.setdefault(name or listed, set()).add(lead.casefold())
    return {name: frozenset(words) for name, words in leads.items()}


def is_contrary(
    words: Sequence[str],
    texts: Mapping[str, str],
    leads: Mapping[str, frozenset[str]],
    own: Collection[str],
    table: WordTable,
) -> bool:
    """True if a value comes from where the intent's sentences only send it, or the reverse.

    Args:
        words: of the sentence, in lower case.
        texts: slot name -> the words of its value.
        leads: slot name -> the words before it in the intent's sentences.
        own: all words of the intent.
        table: the words of the language.
    """
    for name, text in texts.items():
        if (lead := _lead(text.casefold().split(), words, table)) is None or lead in own:
            continue
        known = leads.get(name, frozenset())
        if lead in table.sources and known & table.goals and table.sources.isdisjoint(own):
            return True
        if lead in table.goals and known & table.sources and table.goals.isdisjoint(own):
            return True
    return False


def _lead(value: Sequence[str], words: Sequence[str], table: WordTable) -> str | None:
    """The word before a value, an article left out; None where the value does not stand there in one row."""
    size = len(value)
    starts = (start for start in range(1, len(words) - size + 1) if [*words[start : start + size]] == [*value])
    if (place := next(starts, None)) is None:
        return None
    is_article = place > 1 and words[place - 1] in table.stop_words - table.sources - table.goals
    return words[place - 1 - is_article]
