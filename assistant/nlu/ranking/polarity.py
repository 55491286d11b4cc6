"""Evidence against an intent whose own sentences never name the deed of a sentence: `close firefox` opens nothing.

The verbs of a deed, and those of its opposite, stand in the table of the language. A verb that the intent has itself,
or one of the same deed, says nothing; nor does one inside a value. A sentence that forbids speaks against every intent
none of whose sentences forbids: `never wake me at 7` sets no alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from assistant.authoring.definitions import Intent, IntentSet
from assistant.language.tables import table_of
from assistant.language.tables.table import WordTable
from assistant.language.text import expand_contractions, strip_filler
from assistant.nlu.query import Query
from assistant.nlu.ranking.evidence import Evidence, RankingWeights
from assistant.nlu.ranking.rankers import MeaningRanker, SlotRanker, TemplateRanker

Deeds: TypeAlias = frozenset[tuple[int, int]]
"""Deeds of a verb or an intent: each a line of the table and a side of it."""

_RULE = re.compile(r"<([^<>]+)>")
_VALUE = re.compile(r"\{[^{}]*\}")
_WORD = re.compile(r"[^\W\d_]+")
_SYNTAX = re.compile(r"[()\[\]]")


class PolarityRanker:
    """Evidence by the verbs of a sentence that are not those of an intent."""

    def __init__(
        self,
        intents: IntentSet,
        templates: TemplateRanker,
        meaning: MeaningRanker,
        slots: SlotRanker,
        weights: RankingWeights,
    ) -> None:
        self._intents, self._templates, self._meaning, self._slots = intents, templates, meaning, slots
        self._weights = weights.polarity
        self._table = table_of(intents.language)
        self._verbs = self._table.deeds_of_verb
        self._deeds: dict[str, Deeds] = {}
        self._forbidding: dict[str, frozenset[str]] = {}

    def rank(self, query: Query) -> Iterator[Evidence]:
        """Yield the likeliest intents to which a verb of the sentence is contrary; a template's own words are not."""
        words = [word.casefold() for word in query.words]
        forbidden = self._forbidden(query.spelt_out)
        if (forbidden is None and self._verbs.keys().isdisjoint(words)) or self._templates.exact(query):
            return
        covered = {match.intent for match in self._templates.covering(query)}
        for item in self._meaning.ranked(query)[: int(self._weights["candidates"])]:
            if forbidden is not None and item.owner not in covered and not self._may_forbid(item.owner, forbidden):
                yield Evidence("intent", item.owner, "polarity", self._weights["opposite"])
                continue
            deeds = self._deeds_of(item.owner)
            if item.owner in covered or not contrary(words, deeds, self._table):
                continue
            texts = self._slots.filled(query, item.owner).texts.values()
            values = [text.casefold().split() for text in texts]
            if degree := contrary(_without(words, filter(self._is_named, values)), deeds, self._table):
                yield Evidence("intent", item.owner, "polarity", self._weights[degree])

    def _is_named(self, value: Sequence[str]) -> bool:
        """True where a value is more than verbs: `be closed` is the name of nothing."""
        return any(word not in self._verbs and word not in self._table.stop_words for word in value)

    def _forbidden(self, text: str) -> str | None:
        """Return the first word with content of what a sentence forbids; None where it forbids nothing."""
        bare = strip_filler(text, self._intents.language)
        if not (pattern := self._table.prohibition) or not (match := pattern.search(bare)):
            return None
        rest = (word.casefold() for word in _WORD.findall(bare[match.end() :]))
        return next((word for word in rest if word not in self._table.stop_words), "")

    def _may_forbid(self, name: str, verb: str) -> bool:
        """True where the intent has sentences that forbid, and the verb is not one by which it is ordered.

        `do not remind me` cancels a reminder, `I don't want to hear it` mutes, and `never mute it` does not.
        """
        if name not in self._forbidding:
            intent = self._intents.intents[name]
            texts = (*intent.examples, *(text for block in intent.blocks for text in block.sentences))
            spelt = (expand_contractions(_SYNTAX.sub("", text), self._intents.language) for text in texts)
            self._forbidding[name] = frozenset(filter(None, map(self._forbidden, spelt)))
        own = self._forbidding[name]
        return verb in own or (
            bool(own) and verb not in words_of_intent(self._intents.intents[name], self._intents.rules)
        )

    def _deeds_of(self, name: str) -> Deeds:
        if name not in self._deeds:
            words = words_of_intent(self._intents.intents[name], self._intents.rules)
            self._deeds[name] = frozenset(deed for word in words for deed in self._verbs.get(word, ()))
        return self._deeds[name]


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


def _without(words: Sequence[str], values: Iterable[Sequence[str]]) -> list[str]:
    """Return the words, nothing in place of those of a value."""
    rest = list(words)
    for value in values:
        for start in range(len(words) - len(value) + 1):
            if value and words[start : start + len(value)] == list(value):
                rest[start : start + len(value)] = [""] * len(value)
    return rest
