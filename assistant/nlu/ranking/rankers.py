"""The rankers of commands: templates, meaning, slots and sound."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from assistant.authoring.definitions import IntentSet
from assistant.authoring.template_syntax import HOME_LISTS
from assistant.language.tables import table_of
from assistant.language.text import content_words
from assistant.nlu.phonetic.search import PhoneticSearch
from assistant.nlu.query import Query
from assistant.nlu.ranking.classifier import Classifier
from assistant.nlu.ranking.confidence import CERTAIN, NO_DOUBT, log_odds, sigmoid
from assistant.nlu.ranking.evidence import Evidence, RankingWeights
from assistant.nlu.retrieval.snapshot import Hit
from assistant.nlu.slots.domains import count_unlisted
from assistant.nlu.slots.filler import Filled, SlotFiller
from assistant.nlu.templates.matcher import TemplateMatch, Templates
from assistant.values import AnswerMatch, IntentMatch, SlotMissing


@dataclass(frozen=True, slots=True)
class SlotFeatures:
    """The evidence of slots for one intent, not yet weighed."""

    owner: str
    meaning: float
    """Log odds by meaning alone."""
    shift: float
    """Log odds that every candidate of the sentence is moved by."""
    values: Mapping[str, float]
    """Feature -> its value, by the keys of `[slots]` in weights.toml; what is not there is 0."""

    def strength(self, weights: Mapping[str, float]) -> float:
        """Return the log odds that the slots add to those by meaning."""
        return self.shift + sum(weights[name] * value for name, value in self.values.items())


class TemplateRanker:
    """Evidence by the templates that cover a sentence from end to end; `home` are the intents about devices."""

    def __init__(self, templates: Templates, weights: RankingWeights, home: Collection[str] = ()) -> None:
        self._weights = weights.template
        self._all = templates
        self._home = home

    def matches(self, query: Query) -> tuple[TemplateMatch, ...]:
        """Return the template matches of a query, best first."""
        return query.once((self, "matches"), lambda: self._all.match(query))

    def covering(self, query: Query) -> Sequence[TemplateMatch]:
        """Return the matches that count: those to the letter of the best rank, else those with free text."""
        return query.once((self, "covering"), lambda: self._covering(query))

    def _covering(self, query: Query) -> Sequence[TemplateMatch]:
        matches = self.matches(query)
        exact = [match for match in matches if not match.free]
        own = [match for match in exact if match.rank == exact[0].rank]
        return own or [match for match in matches if not self._names_anothers(match, query)]

    def _names_anothers(self, match: TemplateMatch, query: Query) -> bool:
        """Recognise a device whose name is a word of a nearer intent about no device: `switch the timer off`."""
        names = [match.texts[slot] for slot in HOME_LISTS & match.texts.keys()]
        hits = [hit.row for hit in query.neighbours if hit.row.kind == "intent"] if names else []
        if not hits or hits[0].owner in self._home or any(row.owner == match.intent for row in hits):
            return False
        others = {word for row in hits if row.owner == hits[0].owner for word in row.text.casefold().split()}
        return any(others.issuperset(content_words(name.casefold(), query.language)) for name in names)

    def exact(self, query: Query) -> bool:
        """True where a template covers the sentence to the letter."""
        return any(not match.free for match in self.matches(query))

    @property
    def listed_words(self) -> frozenset[str]:
        """The words of all lists."""
        return self._all.sampler.listed_words

    def is_certain(self, query: Query) -> bool:
        """True where the templates of one intent alone cover the sentence to the letter."""
        covering = self.covering(query)
        return len(covering) == 1 and not covering[0].free

    def rank(self, query: Query) -> Iterator[Evidence]:
        """Yield the intents whose templates cover the sentence."""
        if not (covering := self.covering(query)):
            return
        exact = not covering[0].free
        nearest = {} if exact else nearest_phrases(query.neighbours)
        for match in covering:
            similarity = similarity_to(match.intent, nearest, query) if not exact else 1.0
            strength = self.strength(match, similarity, query.language)
            yield Evidence("intent", match.intent, "template", strength, match.template, similarity, match)

    def strength(self, match: TemplateMatch, similarity: float, language: str) -> float:
        """Return the log odds of a match: certain without free text, else by what stands around it.

        `similarity` is the cosine of the whole sentence to the intent's nearest phrase.
        """
        if not match.free:
            return CERTAIN
        features = template_features(match, similarity, language)
        return self._weights["bias"] + sum(self._weights[name] * value for name, value in features.items())


class MeaningRanker:
    """Evidence by the classifier that was trained on all phrases, less what near misses say."""

    def __init__(
        self,
        classifier: Classifier,
        intents: Collection[str],
        untrained: Set[str],
        weights: RankingWeights,
    ) -> None:
        """Take the classifier and the intents in use; those of `untrained` it does not know as they are now."""
        self._classifier, self._intents, self._untrained = classifier, intents, untrained
        self._weights = weights.meaning

    def rank(self, query: Query) -> Iterator[Evidence]:
        """Yield the intents with a phrase nearby, and the likeliest of the others."""
        yield from self.ranked(query)

    def ranked(self, query: Query) -> tuple[Evidence, ...]:
        """Return the evidence for a query, the likeliest first."""
        return query.once((self, "ranked"), lambda: self._ranked(query))

    def strength(self, query: Query, owner: str) -> float:
        """Return the log odds of one intent for a sentence in which words stand for others: no near miss is one."""
        if owner in self._untrained:
            return max((item.strength for item in self.ranked(query) if item.owner == owner), default=-CERTAIN)
        return self.trained_odds(query).get(owner, -CERTAIN)

    def trained_odds(self, query: Query) -> Mapping[str, float]:
        """Log odds of the intents that the classifier was trained on."""
        return query.once((self, "odds"), lambda: self._trained_odds(query))

    def _trained_odds(self, query: Query) -> Mapping[str, float]:
        odds = self._classifier.odds(query.vector, query.plain)
        return {owner: strength for owner, strength in odds.items() if owner in self._intents}

    def _ranked(self, query: Query, without_neighbours: int = 5) -> tuple[Evidence, ...]:
        query.look_around()
        self.trained_odds(query)  # meanwhile
        nearest = nearest_phrases(query.neighbours)
        odds = self._odds(query, nearest)
        nearest = {owner: hit for owner, hit in nearest.items() if owner in odds}
        misses = {hit.row.owner: hit.score for hit in reversed(query.neighbours) if hit.row.kind == "not"}
        likely = sorted(odds, key=odds.__getitem__, reverse=True)[:without_neighbours]
        evidence = []
        for owner in dict.fromkeys((*nearest, *likely)):
            phrase, similarity = (nearest[owner].row.text, nearest[owner].score) if owner in nearest else ("", 0.0)
            miss = self._weights["near_miss"] * max(0.0, misses.get(owner, similarity) - similarity)
            evidence.append(Evidence("intent", owner, "meaning", odds[owner] + miss, phrase, similarity))
        return tuple(sorted(evidence, key=lambda item: (-item.strength, -item.similarity)))

    def _odds(self, query: Query, nearest: Mapping[str, Hit]) -> dict[str, float]:
        """Return the log odds of each intent; nearness stands in where the classifier has not been trained yet."""
        odds = dict(self.trained_odds(query))
        slope, even = self._weights["untrained_nearness"], self._weights["untrained_even"]
        for owner in self._untrained & nearest.keys():
            odds[owner] = max(odds.get(owner, -CERTAIN), slope * (nearest[owner].score - even))
        return odds


class SlotRanker:
    """Evidence by how well the slots of the likeliest intents account for a sentence, and by the values they find."""

    def __init__(
        self,
        intents: IntentSet,
        filler: Callable[[str], SlotFiller],
        meaning: MeaningRanker,
        templates: TemplateRanker,
        weights: RankingWeights,
    ) -> None:
        self._intents, self._filler, self._meaning, self._templates = intents, filler, meaning, templates
        self._weights = weights.slots

    def rank(self, query: Query) -> Iterator[Evidence]:
        """Yield the likeliest intents, where no template covers the sentence to the letter."""
        for candidate in self.features(query):
            yield Evidence("intent", candidate.owner, "slots", candidate.strength(self._weights))

    def features(self, query: Query) -> list[SlotFeatures]:
        """Return the features of the likeliest intents by meaning; none where a template covers all to the letter."""
        likely = self._meaning.ranked(query)[: int(self._weights["candidates"])]
        covering = self._templates.covering(query)
        if not likely or self._templates.exact(query):
            return []
        values: dict[str, dict[str, float]] = {item.owner: {} for item in likely}
        shift = 0.0
        if not covering and likely[0].strength < log_odds(NO_DOUBT):
            query.spend(0.25 * len(likely))
            for item in likely:
                values[item.owner]["account"] = self._filler(item.owner).log_probability(query)
            shift = self._shift(query, likely, values)
        candidates = [SlotFeatures(item.owner, item.strength, shift, values[item.owner]) for item in likely]
        covered = {match.intent: self._filler(match.intent).count_known_values(match.texts) for match in covering}
        odds = {
            candidate.owner: candidate.meaning + candidate.strength(self._weights)
            for candidate in candidates
            if candidate.owner not in covered
        }
        for owner, features in self._values(query, odds, covered).items():
            values[owner] |= features
        return candidates

    def _shift(self, query: Query, likely: Sequence[Evidence], values: Mapping[str, Mapping[str, float]]) -> float:
        """Return the log odds that make the intent with the best account as sure as the surest was by its meaning.

        Also by the meaning of the sentence with `something` for free text: a song's title says nothing of what is
        meant.
        """
        best = max(item.strength + self._weights["account"] * values[item.owner]["account"] for item in likely)
        return max([likely[0].strength, *self._generalised(query, likely)]) - best

    def _generalised(self, query: Query, likely: Sequence[Evidence]) -> Iterator[float]:
        """Yield the log odds of intents for the sentence with `something` for their free text."""
        for item in likely:
            if form := self._filler(item.owner).generalised(query):
                yield self._meaning.strength(form, item.owner)

    def _values(
        self, query: Query, odds: Mapping[str, float], covered: Mapping[str, int]
    ) -> dict[str, dict[str, float]]:
        """Return the features of the values that each intent finds, lacks and leaves to others."""
        least = self._weights["filled_from"]
        filled = {owner: self.filled(query, owner) for owner in odds if sigmoid(odds[owner]) >= least}
        counts = {owner: self._filler(owner).count_known_values(slots.texts) for owner, slots in filled.items()}
        most = max([*counts.values(), *covered.values()], default=0)
        any_words = {owner: count_unlisted(self._filler(owner).domains, slots.texts) for owner, slots in filled.items()}
        return {
            owner: {
                "several_values": float(counts[owner] - any_words[owner] > 1),
                "untaken_value": float(most - counts[owner]),
                "repair": 1 - slots.confidence,
                "missing_value": float(self._intents.intents[owner].missing(slots.slots) is not None),
            }
            for owner, slots in filled.items()
        }

    def warm(self, query: Query, intent: str) -> None:
        """Read now what filling the slots of an intent waits for: its tagger, and the parts of listed names."""
        self.filled(query, intent)
        for domain in self._filler(intent).domains.values():
            if domain.names:
                domain.names.find(query.words)

    def is_worded(self, choice: IntentMatch | AnswerMatch | SlotMissing) -> bool:
        """True of a command with values for which its author wrote a sentence: those slots, and no others."""
        if not isinstance(choice, IntentMatch):
            return False
        return frozenset(choice.slot_texts) in self._filler(choice.intent).wording.named

    def filled(self, query: Query, intent: str) -> Filled:
        """Return the slots of an intent in a query."""
        return query.once((self, intent), lambda: self._fill(query, intent))

    def _fill(self, query: Query, intent: str) -> Filled:
        query.spend(0.25)
        filler = self._filler(intent)
        filled = filler.fill(query, {})
        return filled._replace(slots={**filler.implied(query, filled.slots), **filled.slots})


class SoundRanker:
    """Evidence by templates that sound like the sentence: what was misheard may have been one of them."""

    def __init__(self, phonetic: PhoneticSearch, templates: TemplateRanker, weights: RankingWeights) -> None:
        self._phonetic, self._templates, self._weights = phonetic, templates, weights.sound

    def rank(self, query: Query) -> Iterator[Evidence]:
        """Yield the template of a nearby intent that sounds most like the sentence.

        One with free text is no evidence: that would take anything as it was heard. Nor is one that sounds little
        like it: a sentence heard right is as often near to another command's sound. Nor is one that only
        replaces words which commands nearby have in that place, or takes away the words of another mood: `don't`, `we`.
        """
        near = intents_near(query.neighbours)
        forms = dict.fromkeys((query.tidied, query.bare))
        query.spend(0, more=sum(80 + 3 * len(form) for form in forms))
        heard = [self._phonetic.nearest(query.with_text(form), near) for form in forms]
        match = min((item for item in heard if item), key=lambda item: item.unlikeness, default=None)
        if match is None or (strength := self.strength(match.unlikeness)) < self._weights["least"]:
            return
        if _said_so(query, match.text) or query.with_text(match.text).sense.mood != query.sense.mood:
            return
        for reading in self._templates.matches(query.with_text(match.text)):
            if reading.intent in near and not reading.free:
                yield Evidence("intent", reading.intent, "sound", strength, reading.template, 0.0, reading)
                return

    def strength(self, unlikeness: float) -> float:
        """Return the log odds that a sentence was misheard for one that sounds like it.

        Of 184 sentences from public recordings of people reading none is nearer than 0.3 to any shipped command; of
        orders in kitchen noise at 6 dB, misheard by Whisper base, nine in ten are nearer than 0.2.
        """
        return self._weights["slope"] * (self._weights["even"] - unlikeness)


def _said_so(query: Query, other: str) -> bool:
    """True where each word that another sentence lacks follows the same word in a command nearby.

    `turn on the music` was not misheard for `turn off the music`; `turn of the music` was.
    """
    kept = set(other.casefold().split())
    replaced = {pair for pair in _pairs(query.plain) if pair[1] not in kept}
    phrases = (hit.row.text.casefold() for hit in query.neighbours if hit.row.kind == "intent")
    return bool(replaced) and replaced <= {pair for phrase in phrases for pair in _pairs(phrase)}


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return each word after the one before it; nothing stands before the first."""
    words = text.split()
    return list(zip(["", *words], words, strict=False))


def template_features(match: TemplateMatch, similarity: float, language: str) -> dict[str, float]:
    """Return the features of a match with free text, by the keys of `[template]` in weights.toml.

    Words of the template beyond three say no more, nor do the first four words of free text.
    """
    words = match.literal.casefold().split()
    is_clause = bool(words) and words[-1] in table_of(language).clause_words
    telling = min(3, len(content_words(match.literal, language)) + is_clause)
    return {"telling_word": telling, "free_word": max(0, match.free - 4), "nearness": similarity}


def nearest_phrases(hits: Sequence[Hit]) -> dict[str, Hit]:
    """Return for each intent its nearest phrase among hits that come nearest first."""
    return {hit.row.owner: hit for hit in reversed(hits) if hit.row.kind == "intent"}


def similarity_to(intent: str, nearest: Mapping[str, Hit], query: Query) -> float:
    """Return the cosine to an intent's nearest phrase, or to the last neighbour: no phrase beyond it is nearer."""
    if intent in nearest:
        return nearest[intent].score
    return query.neighbours[-1].score if query.neighbours else 0.0


def intents_near(hits: Sequence[Hit], most: int = 8) -> list[str]:
    """Return the intents nearest in meaning, near misses included: what is misheard may sound like one."""
    return list(dict.fromkeys(hit.row.owner for hit in hits if hit.row.kind in ("intent", "not")))[:most]
