"""Operators of several commands in one sentence: `in ten minutes turn off the fan and close the blinds`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from assistant.language.tables import table_of
from assistant.language.tables.operators import operators_of
from assistant.language.text import tidy
from assistant.nlu.operators.find import Operator, recurrences, times
from assistant.nlu.operators.sentence_words import SentenceWords
from assistant.nlu.query import Query
from assistant.values import IntentMatch, SlotMissing, SlotValue, Understanding


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
    if len(parts) > 1 and all(_when(meaning(part)) for part in parts):
        return parts
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


def in_turn(query: Query, meaning: Callable[[str], Understanding]) -> Sequence[str]:
    """Return the commands of a sentence with several recurrences, each with its own time; nothing of any other.

    `Wake me at 7 on weekdays and at 9 on sundays` is two commands.
    """
    table = table_of(query.language)
    if table.conjunction not in query.plain.split():
        return ()
    words, joint = operators_of(query.language), table.conjunction
    text = re.sub(rf" {joint} (?=\d\S* (?:{words.on}|{words.every}) )", f" {words.moment.split('|')[0]} ", query.tidied)
    query = query.with_text(re.sub(rf" {joint} (?=(?:{words.moment}|{words.on}) )", " ", text))
    wording = SentenceWords(query)
    rows = [*recurrences(wording, query)]
    if len(rows) < 2:
        return ()
    beside = (item for item in times(wording, query) if not any(map(item.overlaps, (row.stretch for row in rows))))
    groups = list[list[Operator]]()
    for item in sorted([*rows, *beside], key=lambda item: item.stretch):
        if not groups or item.kind in {other.kind for other in groups[-1]}:
            groups.append([])
        groups[-1].append(item)
    gaps = [(one[-1].stretch[1], other[0].stretch[0]) for one, other in pairwise(groups)]
    joints = {word.casefold() for gap in gaps for word in wording.words[slice(*gap)]}
    if len({frozenset(item.kind for item in group) for group in groups}) > 1 or not joints <= {joint}:
        return ()
    rest = wording.without([*(item.stretch for group in groups for item in group), *gaps])
    commands = [f"{rest} {' '.join(wording.said(item.stretch) for item in group)}" for group in groups]
    meanings = [meaning(command) for command in commands]
    are_whole = all(isinstance(item, IntentMatch) and item.when and item.when.rule for item in meanings)
    return commands if are_whole else ()


def time_last(own: str, typed: Callable[[str, str], SlotValue | None], longest: int = 6) -> str:
    """Return a clause with the words for its time behind it: `at nine turn it on`; one without is as it was."""
    words = tidy(own).split()
    for count in range(min(longest, len(words) - 1), 0, -1):
        if typed("datetime", (lead := " ".join(words[:count])).casefold()) is not None:
            return f"{' '.join(words[count:])} {lead}"
    return own


def at_own_time(
    before: str,
    own: str,
    meaning: Callable[[str], Understanding],
    exact: Callable[[str], object],
    typed: Callable[[str, str], SlotValue | None],
    particles: Collection[str],
) -> str:
    """Return `turn off the fan at 9` of `turn off the lamp at 8` and `the fan at 9`; nothing where it is none.

    Args:
        before: a command for later.
        own: another thing, which begins with an article, and its time.
        meaning: of a command.
        exact: what covers a command to the letter, if anything does.
        typed: the value of a type that words are.
        particles: parts of a verb behind its thing: `off`.
    """
    first = meaning(before)
    if not isinstance(first, IntentMatch) or not first.when:
        return ""
    words, (article, *_) = first.when.command.split(), own.casefold().split()
    if (count := next((place for place, word in enumerate(words) if word.casefold() == article), 0)) == 0:
        return ""
    form = f"{' '.join(words[:count])} {own}"
    if words[-1].casefold() in particles:  # turn the lamp | on
        said = own.split()
        ends = (place for place in range(1, len(said)) if typed("datetime", " ".join(said[place:])) is not None)
        place = next(ends, len(said))
        form = " ".join([*words[:count], *said[:place], words[-1], *said[place:]])
    other = meaning(form)
    if not isinstance(other, IntentMatch) or not other.when or not exact(other.when.command):
        return ""
    return form if (other.intent, other.slots) != (first.intent, first.slots) else ""


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
