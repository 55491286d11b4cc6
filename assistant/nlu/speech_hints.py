"""Hints for a recogniser: words and sentences to expect, likely mishearings, and whether a sentence may go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Literal, TypeAlias

from assistant.language.mood import sense
from assistant.language.text import breaks_off
from assistant.nlu import vocabulary
from assistant.nlu.operators.find import awaits_command
from assistant.nlu.parts import Parts
from assistant.nlu.phonetic.brief import BriefCommands
from assistant.nlu.phonetic.search import PhoneticSearch
from assistant.nlu.query import Query
from assistant.nlu.ranking.confidence import NO_DOUBT, sigmoid
from assistant.nlu.ranking.rankers import SoundRanker, TemplateRanker, intents_near, nearest_phrases, similarity_to
from assistant.values import AnswerMatch, IntentMatch, Understanding, Utterance

Ending: TypeAlias = Literal["complete", "extendable", "unfinished", "unknown"]
"""Of a sentence: a whole command; one that may go on; the beginning of one; nothing that is known."""

_SURELY_RIGHT = 0.97
"""Confidence of a template with free text from which on the words are taken as heard right."""

NATS = 3.0
"""Log probability for each phoneme that is another one, beside the recogniser's own."""


class SpeechHints:
    """What can be said, for whoever listens. Safe to use from several threads."""

    def __init__(
        self,
        parts: Parts,
        phonetic: PhoneticSearch,
        template_ranker: TemplateRanker,
        sound_ranker: SoundRanker,
        query: Callable[[str], Query],
        match: Callable[[Utterance], Understanding],
    ) -> None:
        self._intents, self._knowledge, self._templates = parts.intents, parts.knowledge, parts.templates
        self._phonetic = phonetic
        self._brief = BriefCommands(parts.intents, parts.templates.sampler)
        self._by_template, self._by_sound, self._query, self._match = template_ranker, sound_ranker, query, match

    def warm(self) -> None:
        """Do now the second of work that the first spoken sentence would wait for."""
        assert self.sentences is not None
        self._brief.alike(self._query("warm"))
        self.ending("warm")

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words that a recogniser should know, most useful first."""
        return vocabulary.vocabulary(self._intents, self._knowledge, self._templates)

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Commands and questions that hold those words, most useful first."""
        return vocabulary.sentences(self.words, self._intents, self._knowledge, self._templates)

    def likely(self, beginning: str, intents: int = 3, most: int = 40) -> tuple[str, ...]:
        """Return the words that sound like a part of a beginning, then the values that may follow it.

        Args:
            beginning: of a sentence, as heard so far.
            intents: nearest ones, whose values are expected.
            most: words returned.
        """
        query = self._query(beginning)
        if not query.plain:
            return ()
        values = [
            value
            for name in intents_near(query.neighbours)[:intents]
            for slot in self._intents.intents[name].slots
            for value in self.values(name, slot)
        ]
        return tuple(dict.fromkeys((*self._phonetic.akin(query.plain, self.words), *values)))[:most]

    def values(self, intent: str, slot: str) -> tuple[str, ...]:
        """Return the phrases for a slot, one for each listed value; none where it is not listed."""
        declared = self._intents.intents[intent].slots.get(slot) if intent in self._intents.intents else None
        if declared is None:
            return ()
        phrases = {
            value: phrase for phrase, value in reversed(self._templates.sampler.list_phrases(declared.type or slot))
        }
        return tuple(reversed(phrases.values()))

    def alternatives(self, text: str, answers: Sequence[str] = ()) -> tuple[tuple[str, float], ...]:
        """Return commands, and answers, that may have been misheard as a text, the likeliest first.

        Each comes with the logarithm of the probability of that mishearing, but for a constant. A text that is a
        command itself is its only alternative; one that means something like one comes first, and not for certain. No
        alternative has another mood: what says who did it, or that it is not to be done, is not taken away.
        """
        query = self._query(text)
        matches = self._by_template.matches(query)
        if any(not match.free for match in matches):
            return ((text, 0.0),)
        if not query.plain:
            return ()
        nearest = nearest_phrases(query.neighbours)
        for match in matches:
            strength = self._by_template.strength(match, similarity_to(match.intent, nearest, query), query.language)
            if sigmoid(strength) >= _SURELY_RIGHT:
                return ((text, 0.0),)
        own = ((text, -NATS),) if matches or _is_like_a_command(query) else ()
        if " " in query.plain and breaks_off(query.plain, query.language):  # it will go on
            return own
        misheard = (
            *self._brief.alike(query, answers),
            *self._phonetic.alternatives(query, intents_near(query.neighbours), bool(matches)),
        )
        mood = query.sense.mood
        alike = [item for item in misheard if sense(item.text, query.language).mood == mood]
        return (*own, *((sentence, -NATS * cost) for cost, sentence in sorted(alike)))

    def ending(self, text: str, nearby: int = 5) -> Ending:
        """Return how complete a sentence is that may not be over yet; `nearby` intents may continue it."""
        query = self._query(text)
        if not query.plain:
            return "unknown"
        matches = self._by_template.matches(query)
        near = list(dict.fromkeys([*(match.intent for match in matches), *intents_near(query.neighbours)]))
        exact = bool(matches) and not matches[0].free
        if not matches and (sound := self._phonetic.nearest(query, near)):
            likely = sigmoid(self._by_sound.strength(sound.unlikeness)) >= NO_DOUBT
            matches = self._by_template.matches(query.with_text(sound.text)) if likely else ()
        whole = bool(matches) and self._intents.intents[matches[0].intent].missing(matches[0].slots) is None
        rest = self._phonetic.continuation(query, near[:nearby])
        hangs = breaks_off(query.plain, query.language)
        if whole and exact:
            return "extendable" if hangs or rest == "value" or _ends_in_number(query) else "complete"
        if hangs or (whole and matches[0].open_ended):
            return "unfinished"
        if whole:
            return "complete" if rest == "none" else "extendable"
        if rest != "none" or awaits_command(query):
            return "unfinished"
        meaning = self._match(Utterance(text))
        known = isinstance(meaning, IntentMatch | AnswerMatch) and meaning.confidence >= NO_DOUBT
        return "extendable" if known else "unknown"


def _is_like_a_command(query: Query, least: float = 0.6) -> bool:
    """True of a sentence that means something like a command or a question: the cosine to its nearest phrase."""
    return any(hit.score >= least for hit in query.neighbours[:1])


def _ends_in_number(query: Query) -> bool:
    """True where a number is last: its unit may follow, as in `set the volume to 40 percent`."""
    return any(span.end == len(query.words) for span in query.spans("number"))
