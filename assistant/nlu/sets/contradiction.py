"""Several values for what can have only one, and a deed with its opposite, of which one sentence can want only one.

`Set the volume to 30 and 40` asks which, where `timers for 5 and 10` are two; `turn the volume up and down` asks, too.

What a value is brought `to` is a state, unless the intent's own sentences name things in that place: `the {room}`, `a
{duration} timer`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.language.mood import commands, sense
from assistant.language.placeholders import PLACEHOLDER
from assistant.language.spoken import joined
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.language.text import tidy
from assistant.nlu.query import Query
from assistant.nlu.ranking.polarity.deeds import are_opposite
from assistant.nlu.ranking.polarity.directions import leads_of
from assistant.nlu.sets.exceptions import APART
from assistant.nlu.sets.split import split
from assistant.values import Ambiguous, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.sets.clauses import Reader
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
    orders = [meaning for _, meaning in parts if isinstance(meaning, IntentMatch)]
    if len(orders) < 2 or len(orders) < len(parts) or not _begins_to_set(query):
        return parts
    (utterance, _), *others = parts
    plain = query.plain
    if any(tidy(other.text).casefold() in plain for other, _ in others) or not (name := _differing(orders)):
        return parts
    slots = filler(orders[0].intent)
    domain = slots.domains.get(name)
    if domain is None or domain.free or not is_state(name, slots.patterns, domain.listed is not None, query.language):
        return parts
    values = [command.slot_texts.get(name, str(command.slots[name])) for command in orders]
    ask = f"Only one of {joined([f'“{value}”' for value in values])} can be. {slots.question(name)}"
    kept = {other: value for other, value in orders[0].slots.items() if other != name}
    question = SlotMissing(orders[0].intent, kept, name, ask, orders[0].confidence, orders[0].n_best)
    return ((replace(utterance, text=query.text), question),)


def contradicted(query: Query, reader: Reader) -> Ambiguous | OutOfScope | None:
    """Return the question which of two opposite deeds is wanted: `turn the volume up and down`, `open and close it`.

    Where neither is understood by itself, it is the reason why nothing is done; where they are words of a value, None.
    """
    table, words = table_of(query.language), query.bare.split()
    plain = [word.casefold() for word in words]
    joints = {table.conjunction, *table.disjunction.split("|")}
    for place in range(1, len(words) - 1):
        if plain[place] not in joints or not are_opposite(plain[place - 1], plain[place + 1], table):
            continue
        if place + 2 < len(words) and plain[place - 2 : place - 1] and plain[place + 2] in table.particles:
            continue
        texts = (" ".join((*words[:place], *words[place + 2 :])), " ".join((*words[: place - 1], *words[place + 1 :])))
        meanings = [reader.meaning(text) for text in texts]
        whole, said = reader.meaning(query.text), " ".join(plain[place - 1 : place + 2])
        if any(said in text.casefold() for text in getattr(whole, "slot_texts", {}).values()):
            return None
        commands = [meaning for meaning in meanings if isinstance(meaning, IntentMatch | SlotMissing)]
        if len(commands) == 2 and commands[0].intent != commands[1].intent:
            return Ambiguous(tuple(commands), texts, commands[0].confidence, commands[0].n_best)
        if isinstance(whole, IntentMatch) and not reader.exact(query.text):
            return OutOfScope(whole.confidence, whole.n_best, f"I can't do both: “{said}”. Nothing is done.")
    return None


def undecided(query: Query, reader: Reader, few: int = 2) -> Ambiguous | SlotMissing | None:
    """Return the question which of two commands is wanted: `set an alarm for 7, or was it 8`; else None.

    What holds both in one value, as a note may, and what asks about both, is one sentence. Behind a pause, `few` words
    are another thing, and no part of the value.
    """
    pattern = table_of(query.language).undecided
    if pattern is None or not (doubt := pattern.search(query.text)):
        return None
    left, right = query.text[: doubt.start()], query.text[doubt.end() :]
    if sense(left, query.language).mood == "question":
        return None
    whole, word = reader.meaning(query.text), tidy(doubt.group()).casefold().split()[0]
    texts = getattr(whole, "slot_texts", {}).values()
    has_pause = doubt.group().startswith(",") and len(right.split()) <= few
    if reader.exact(query.text) or (not has_pause and any(word in text.casefold().split() for text in texts)):
        return None
    if isinstance(whole, SlotMissing) and has_pause:
        return whole
    if isinstance(whole, SlotMissing) or (isinstance(whole, IntentMatch) and whole.action is None):
        return None
    parts = split(f"{left} {table_of(query.language).conjunction} {right}", reader) or _exchanged(left, right, reader)
    meanings = [reader.meaning(part) for part in parts]
    commands = [meaning for meaning in meanings if isinstance(meaning, IntentMatch | SlotMissing)]
    if len(parts) < 2 or len(commands) < len(parts):
        return None
    return Ambiguous(tuple(commands), tuple(parts), commands[0].confidence, commands[0].n_best)


def _exchanged(left: str, right: str, reader: Reader, few: int = 3) -> tuple[str, ...]:
    """Return a command, and the same with other words in the place of a value, where they are one."""
    first = reader.meaning(left)
    if not isinstance(first, IntentMatch):
        return ()
    for text in filter(None, first.slot_texts.values()):
        lead, *rest = text.split()
        if len(text.split()) > max(few, len(right.split()) + 1):
            continue  # a note, a task
        unit = " ".join(rest[-1:])
        for own in (right, f"{lead} {right}", f"{right} {unit}", f"{lead} {right} {unit}"):
            form = left.replace(text, own)
            other = reader.meaning(form) if form != left else None
            if isinstance(other, IntentMatch) and _differing([first, other]) and other.confidence >= APART:
                return (left, form)
    return ()


def _begins_to_set(query: Query) -> bool:
    """True of a sentence that begins with a verb of any deed, `set`, `turn`, or with none: `boiler to 50 and 60`."""
    phrases = phrases_of(query.language)
    if phrases is None:
        return False
    return not commands(query.bare, query.language) or not phrases.verbs.isdisjoint(query.bare.casefold().split()[:1])


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
