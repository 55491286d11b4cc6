"""The deeds of a sentence and of an intent: their verbs, by the lines of a language's table, and what opposes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from assistant.authoring.definitions import Intent
from assistant.language.tables.table import WordTable

Deeds: TypeAlias = frozenset[tuple[int, int]]
"""Deeds of a verb or an intent: each a line of the table and a side of it."""

_RULE = re.compile(r"<([^<>]+)>")
_VALUE = re.compile(r"\{[^{}]*\}")
_WORD = re.compile(r"[^\W\d_]+")


def deeds_of(words: Iterable[str], table: WordTable) -> Deeds:
    """Return the deeds of words in lower case."""
    return frozenset(deed for word in words for deed in table.deeds_of_verb.get(word, ()))


def opposites(deeds: Deeds) -> Deeds:
    """Deeds that undo some, and are none of them."""
    return frozenset((line, 1 - side) for line, side in deeds) - deeds


def are_opposite(one: str, other: str, table: WordTable) -> bool:
    """True of two words in lower case whose deeds or ways undo each other: `up` and `down`, `open` and `close`."""
    ways = table.follow_ups.ways
    is_undone = not opposites(deeds_of([one], table)).isdisjoint(deeds_of([other], table))
    return is_undone or ways.get(one, 0) * ways.get(other, 0) < 0


def first_word(sentence: str, table: WordTable) -> str:
    """First word that is no function word and no value of a sentence in lower case; nothing where there is none."""
    words = _WORD.findall(_VALUE.sub(" ", sentence))
    return next((word for word in words if word not in table.stop_words), "")


def contrary(words: Sequence[str], deeds: Deeds, table: WordTable) -> Literal["opposite", "other"] | None:
    """Return the degree to which verbs of a sentence are against the deeds of an intent; None where they are not.

    The first word that is no function word, a command's own verb, counts before all others: it may be the opposite, or
    a deed that ends, undoes or changes something else. The others only tell opposites, as `on` and `end` are not always
    verbs, and many a thing can be begun in other words.
    """
    said = [table.deeds_of_verb.get(word, frozenset()) for word in words]
    prepositions = _prepositions(words, table)
    own = (place for place, word in enumerate(words) if word not in table.stop_words and place not in prepositions)
    first = next((said[place] for place in own), frozenset())
    opposed = {(line, 1 - side) for line, side in deeds} - deeds
    if first & deeds:
        return None
    if first & opposed:
        return "opposite"
    if any(verb & deeds for verb in said):
        return None
    if any(verb & opposed for place, verb in enumerate(said) if place not in prepositions):
        return "opposite"
    return "other" if any(side or "|" not in table.deeds[line] for line, side in first) else None


def _prepositions(words: Sequence[str], table: WordTable) -> frozenset[int]:
    """Return the places of particles that belong to no verb: `work on the books`, `I'm off to work`."""
    content = (place for place, word in enumerate(words) if word not in table.stop_words | table.particles)
    verbal = {0, next(content, 0) + 1, len(words) - 1}
    return frozenset(place for place, word in enumerate(words) if word in table.particles and place not in verbal)


def words_of_intent(intent: Intent, rules: Mapping[str, str]) -> frozenset[str]:
    """Return the words of an intent's sentences, examples and title, in lower case, without its values."""
    sentences = [text for block in intent.blocks for text in block.sentences]
    own_rules = {name: text for block in intent.blocks for name, text in block.rules.items()}
    texts, names = [*sentences, *intent.examples, intent.title], set[str]()
    for text in texts:  # grows by the rules that are referred to
        new = set(_RULE.findall(text)) - names
        names |= new
        texts += [{**rules, **own_rules}.get(name, "") for name in new]
    return frozenset(word for text in texts for word in _WORD.findall(_RULE.sub(" ", _VALUE.sub(" ", text)).casefold()))
