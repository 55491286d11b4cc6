"""Evidence against an intent whose own sentences never name the deed of a sentence: `close firefox` opens nothing.

The verbs of a deed, and those of its opposite, stand in the table of the language. A verb that the intent has itself,
or one of the same deed, says nothing; nor does one inside a value. `playing` is no deed of an intent that stops it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from assistant.authoring.definitions import IntentSet
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.nlu.query import Query
from assistant.nlu.ranking.combine import Ranked, apart
from assistant.nlu.ranking.evidence import Evidence, RankingWeights
from assistant.nlu.ranking.polarity.deeds import Deeds, contrary, deeds_of, first_word, opposites, words_of_intent
from assistant.nlu.ranking.polarity.directions import is_contrary, leads_of
from assistant.nlu.ranking.rankers import MeaningRanker, SlotRanker, TemplateRanker
from assistant.nlu.templates.sampler import Sampler
from assistant.values import AnswerMatch, IntentMatch, SlotMissing

Choice: TypeAlias = IntentMatch | AnswerMatch | SlotMissing


class PolarityRanker:
    """Evidence by the verbs of a sentence that are not those of an intent."""

    def __init__(
        self,
        intents: IntentSet,
        sampler: Sampler,
        templates: TemplateRanker,
        meaning: MeaningRanker,
        slots: SlotRanker,
        weights: RankingWeights,
    ) -> None:
        self._templates, self._meaning, self._slots = templates, meaning, slots
        self._weights = weights.polarity
        self._intents, self._sampler = intents, sampler
        self._table = table_of(intents.language)
        self._verbs = self._table.deeds_of_verb
        self._deeds: dict[str, Deeds] = {}
        self._leads: dict[str, tuple[Mapping[str, frozenset[str]], frozenset[str]]] = {}

    def warm(self, name: str) -> None:
        """Read now the deeds and the directions of an intent's own sentences."""
        self._deeds_of(name)
        self._leads_of(name)

    def rank(self, query: Query) -> Iterator[Evidence]:
        """Yield the likeliest intents to which a verb of the sentence is contrary; a template's own words are not."""
        words = [word.casefold() for word in query.words]
        is_cured = query.sense.mood == "unwanted"  # `don't leave it open` closes it
        directed = self._turns(words)
        turning = self._table.undirected.intersection(words[:1])
        is_plain = self._verbs.keys().isdisjoint(words) and not directed and not turning
        if is_cured or is_plain or self._templates.exact(query):
            return
        covered = {match.intent for match in self._templates.covering(query)}
        for item in self._meaning.ranked(query)[: int(self._weights["candidates"])]:
            is_topic = self._intents.intents[item.owner].is_topic
            deeds = self._deeds_of(item.owner)
            if directed and item.owner not in covered and self._is_turned(item.owner, words, query):
                yield Evidence("intent", item.owner, "polarity", self._weights["topic" if is_topic else "opposite"])
                continue
            if turning and item.owner not in covered and not is_topic and self._is_directed(item.owner, words):
                yield Evidence("intent", item.owner, "polarity", self._weights["other"])
                continue
            if item.owner in covered or not contrary(words, deeds, self._table):
                continue
            texts = self._slots.filled(query, item.owner).texts.values()
            values = [text.casefold().split() for text in texts]
            degree = contrary(_without(words, filter(self._is_named, values)), deeds, self._table)
            if degree == "opposite" or (degree == "other" and not is_topic):
                yield Evidence("intent", item.owner, "polarity", self._weights["topic" if is_topic else degree])

    def rivals(self, ranked: Sequence[Ranked], margin: float, least: float, wider: float = 1.25) -> list[Ranked]:
        """The first of some candidates, and those too near to it to choose between: within a margin.

        It is `wider` by so much where they do the opposite, which may also be less sure than `least`.
        """
        first = ranked[0]

        def is_near(other: Ranked) -> bool:
            lead = apart(first, other)
            if other.confidence >= least and lead < margin:
                return True
            return lead < min(wider * margin, 0.5) and self._are_opposite(first, other)

        return [first, *filter(is_near, ranked[1:])]

    def differing(self, query: Query, choices: Sequence[tuple[Ranked, Choice]]) -> Sequence[tuple[Ranked, Choice]]:
        """Return readings without those of the same deed for which an author wrote no sentence with such values.

        Only where the intent of the first has all words of the sentence that tell something.

        `Make it louder` is the volume, and no player of the house, where all sentences of that one say which.
        """
        first, *others = choices
        if first[0].match or not self._slots.is_worded(first[1]) or not self._has_words(first[0].owner, query):
            return choices
        same = (item for item in others if item[0].match is None and self._is_same_deed(first[0], item[0]))
        idle = [item for item in same if not self._slots.is_worded(item[1])]
        return [item for item in choices if item not in idle]

    def _has_words(self, name: str, query: Query) -> bool:
        phrases = phrases_of(query.language)
        own = words_of_intent(self._intents.intents[name], self._intents.rules)
        return phrases is not None and own | phrases.asides | phrases.verbs >= {*query.content_words}

    def _is_same_deed(self, first: Ranked, other: Ranked) -> bool:
        if not {first.owner, other.owner} <= self._intents.intents.keys():
            return False
        is_same = not self._deeds_of(first.owner).isdisjoint(self._deeds_of(other.owner))
        return is_same and not self._are_opposite(first, other)

    def _are_opposite(self, first: Ranked, other: Ranked) -> bool:
        if not {first.owner, other.owner} <= self._intents.intents.keys():
            return False
        deeds, others = self._deeds_of(first.owner), self._deeds_of(other.owner)
        return not (opposites(deeds).isdisjoint(others) and opposites(others).isdisjoint(deeds))

    def _turns(self, words: Sequence[str]) -> bool:
        """True of words with a preposition of direction, not behind the verb: `from Anna`, not `turn off`."""
        return not (self._table.sources | self._table.goals).isdisjoint(words[2:])

    def _is_turned(self, name: str, words: Sequence[str], query: Query) -> bool:
        """True of a sentence in which a value goes where the intent takes it from, or comes from where it sends it."""
        leads, own = self._leads_of(name)
        sides = (self._table.sources, self._table.goals)
        if all(side.isdisjoint(own) for side in sides) or not any(side.isdisjoint(own) for side in sides):
            return False
        return is_contrary(words, self._slots.filled(query, name).texts, leads, own, self._table)

    def _is_directed(self, name: str, words: Sequence[str]) -> bool:
        """True of an intent that goes one of two ways, where the sentence says none and the intent's own always do."""
        deeds = self._deeds_of(name)
        is_said = any(self._verbs.get(word, frozenset()) & deeds for word in words)
        return bool(opposites(deeds)) and not is_said and self._table.undirected.isdisjoint(self._leads_of(name)[1])

    def _leads_of(self, name: str) -> tuple[Mapping[str, frozenset[str]], frozenset[str]]:
        """The words before each slot in an intent's sentences, and all words of them."""
        if name not in self._leads:
            intent = self._intents.intents[name]
            patterns = (*self._sampler.patterns(intent), *intent.examples)
            self._leads[name] = leads_of(patterns), words_of_intent(intent, self._intents.rules)
        return self._leads[name]

    def _deeds_of(self, name: str) -> Deeds:
        if name not in self._deeds:
            intent, table = self._intents.intents[name], self._table
            deeds = deeds_of(words_of_intent(intent, self._intents.rules), table)
            patterns = (*self._sampler.patterns(intent), *intent.examples)
            firsts = deeds_of(filter(None, (first_word(text.casefold(), table) for text in patterns)), table)
            self._deeds[name] = deeds - {deed for deed in opposites(firsts) if deed not in firsts}
        return self._deeds[name]

    def _is_named(self, value: Sequence[str]) -> bool:
        """True where a value is more than verbs: `be closed` is the name of nothing."""
        return any(word not in self._verbs and word not in self._table.stop_words for word in value)


def _without(words: Sequence[str], values: Iterable[Sequence[str]]) -> list[str]:
    """Return the words, nothing in place of those of a value."""
    rest = list(words)
    for value in values:
        for start in range(len(words) - len(value) + 1):
            if value and words[start : start + len(value)] == list(value):
                rest[start : start + len(value)] = [""] * len(value)
    return rest
