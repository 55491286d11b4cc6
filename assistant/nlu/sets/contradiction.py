"""Several values for what can have only one: `set the volume to 30 and 40`, where `timers for 5 and 10` are two.

What a value is brought `to` is a state, unless the intent's own sentences name things in that place: `the {room}`, `a
{duration} timer`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.language.placeholders import PLACEHOLDER
from assistant.language.spoken import joined
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.language.text import tidy
from assistant.nlu.query import Query
from assistant.nlu.ranking.polarity.directions import leads_of
from assistant.values import IntentMatch, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.slots.filler import SlotFiller


def settled(
    query: Query, parts: Sequence[tuple[Utterance, Understanding]], filler: Callable[[str], SlotFiller]
) -> Sequence[tuple[Utterance, Understanding]]:
    """Return the commands of a sentence; where they are one with several values for one state, the question which.

    A command that stands in the sentence as it is, behind the first, is one of its own: `set it to 5, set it to 6`.

    Args:
        query: the sentence.
        parts: its commands, each with its meaning.
        filler: intent -> what fills its slots.
    """
    commands = [meaning for _, meaning in parts if isinstance(meaning, IntentMatch)]
    if len(commands) < 2 or len(commands) < len(parts) or not _begins_to_set(query):
        return parts
    (utterance, _), *others = parts
    plain = query.plain
    if any(tidy(other.text).casefold() in plain for other, _ in others) or not (name := _differing(commands)):
        return parts
    slots = filler(commands[0].intent)
    domain = slots.domains.get(name)
    if domain is None or domain.free or not is_state(name, slots.patterns, domain.listed is not None, query.language):
        return parts
    values = [command.slot_texts.get(name, str(command.slots[name])) for command in commands]
    ask = f"Only one of {joined([f'“{value}”' for value in values])} can be. {slots.question(name)}"
    kept = {other: value for other, value in commands[0].slots.items() if other != name}
    question = SlotMissing(commands[0].intent, kept, name, ask, commands[0].confidence, commands[0].n_best)
    return ((replace(utterance, text=query.text), question),)


def _begins_to_set(query: Query) -> bool:
    """True of a sentence that begins with a verb of any deed: `set`, `turn`, `make`."""
    phrases = phrases_of(query.language)
    return phrases is not None and not phrases.verbs.isdisjoint(query.bare.casefold().split()[:1])


def _differing(commands: Sequence[IntentMatch]) -> str:
    """Return the only slot in which commands of one intent differ; nothing where they differ in more."""
    first, *others = commands
    if any(
        (other.intent, other.when, other.slots.keys()) != (first.intent, first.when, first.slots.keys())
        for other in others
    ):
        return ""
    names = [name for name in first.slots if any(other.slots[name] != first.slots[name] for other in others)]
    return names[0] if len(names) == 1 else ""


def is_state(name: str, patterns: Iterable[str], is_listed: bool, language: str) -> bool:
    """Recognise a slot that says how something is to be.

    Args:
        name: of the slot.
        patterns: the sentences of its intent, with its place.
        is_listed: True where its values are those of a list, which may have an article: `a blue light`.
        language: of the sentences.
    """
    table, sentences = table_of(language), tuple(patterns)
    if table.states.isdisjoint(leads_of(sentences).get(name, ())):
        return False
    articles = set[str]() if is_listed else {*table.articles.split("|")}
    determiners = articles | {*table.follow_ups.determiners.split("|")}
    led = re.compile(rf"(\w+) {PLACEHOLDER.pattern}", re.IGNORECASE)
    places = (place for sentence in sentences for place in led.findall(sentence))
    return not any(lead.casefold() in determiners and (slot or listed) == name for lead, listed, slot in places)
