"""`SpeechHints`: what a recogniser should know before a sentence is said, while it is said, and of how it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeAlias

from assistant.authoring.definitions import IntentSet
from assistant.authoring.knowledge import KnowledgeSet
from assistant.language import entities
from assistant.language.text import breaks_off, tidy
from assistant.nlu import vocabulary
from assistant.nlu.phonetic.search import PhoneticSearch
from assistant.nlu.ranking import confidence as decide
from assistant.nlu.retrieval import corpus
from assistant.nlu.retrieval.snapshot import Hit
from assistant.nlu.templates.matcher import Templates
from assistant.values import AnswerMatch, IntentMatch, Understanding, Utterance

Ending: TypeAlias = Literal["complete", "extendable", "unfinished", "unknown"]
"""Of a sentence: a whole command; one that may go on; the beginning of one; nothing that is known."""

_LISTENED_FOR = 8
"""Intents, the nearest in meaning, whose templates a misheard sentence is compared with by sound."""

_SURELY_SAID = 0.97
"""Confidence of a template with free text from which on nothing else is looked for."""

_NATS = 3.0
"""Log probability for each phone that is another one."""

_LIKELY, _MOST_LIKELY = 3, 40
"""Intents, the nearest to the beginning of a sentence, whose values are expected in the rest; so many words."""

_GO_ON = 5
"""Intents, those that cover a sentence and the nearest, of which it may be the beginning."""


class SpeechHints:
    """What can be said, for whoever listens. `nearest` finds the rows near a sentence, `match` understands one."""

    def __init__(
        self,
        intents: IntentSet,
        knowledge: KnowledgeSet,
        templates: Templates,
        sounds: PhoneticSearch,
        nearest: Callable[[str], Sequence[Hit]],
        match: Callable[[Utterance], Understanding],
        clock: Callable[[], datetime],
    ) -> None:
        self._intents, self._knowledge, self._templates, self._sounds = intents, knowledge, templates, sounds
        self._nearest, self._match, self._clock = nearest, match, clock

    def words(self) -> tuple[str, ...]:
        """Return the words that a recogniser should know, most useful first."""
        return self._words

    def likely(self, said: str) -> tuple[str, ...]:
        """Return those of `words` that sound like a part of what was said, then the values that may follow it."""
        if not (plain := corpus.prepared(said)):
            return ()
        near = intents_near(self._nearest(plain))[:_LIKELY]
        values = [
            value for name in near for slot in self._intents.intents[name].slots for value in self.values(name, slot)
        ]
        return tuple(dict.fromkeys((*self._sounds.akin(plain, self._words), *values)))[:_MOST_LIKELY]

    def alternatives(self, text: str) -> tuple[tuple[str, float], ...]:
        """Return commands that may have been misheard as a text; the text itself, and no other, where it is one.

        None for one that breaks off: it will go on.

        Each with the logarithm of how likely it is to be misheard so, but for a constant; the likeliest first.
        """
        now, plain = self._clock(), corpus.prepared(text)
        covering = self._templates.match(text, now)
        if any(not one.free for one in covering):
            return ((text, 0.0),)
        if not plain or breaks_off(plain, self._intents.language):
            return ()
        hits = self._nearest(plain)
        near = intents_near(hits)
        best = {hit.row.owner: hit.score for hit in reversed(hits) if hit.row.kind == "intent"}
        floor = hits[-1].score if hits else 0.0
        if any(decide.of_template(one, best.get(one.intent, floor)) >= _SURELY_SAID for one in covering):
            return ((text, 0.0),)
        return tuple((said, -_NATS * cost) for cost, said in self._sounds.alternatives(text, near, now, bool(covering)))

    def values(self, intent: str, slot: str) -> tuple[str, ...]:
        """Return what can be said for a slot, one way for each listed value; nothing where it is not listed."""
        declared = self._intents.intents[intent].slots.get(slot) if intent in self._intents.intents else None
        ways = (
            {value: way for way, value in reversed(self._templates.phrases(declared.type or slot))} if declared else {}
        )
        return tuple(reversed(ways.values()))

    def warm(self) -> None:
        """Do now the second of work that the first spoken sentence would wait for."""
        assert self.sentences is not None
        self.ending("warm")

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return vocabulary.vocabulary(self._intents, self._knowledge, self._templates)

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Commands and questions that hold those words, most useful first."""
        return vocabulary.sentences(self._words, self._intents, self._knowledge, self._templates)

    def ending(self, text: str) -> Ending:
        """Return where in a command a sentence stops that may not be over yet."""
        now, plain = self._clock(), corpus.prepared(text)
        if not plain:
            return "unknown"
        found, heard = self._templates.match(text, now), tidy(text)
        hits = self._nearest(plain)
        near = list(dict.fromkeys([*(each.intent for each in found), *intents_near(hits)]))
        exact = bool(found) and not found[0].free
        if not found and (alike := self._sounds.nearest(heard, near, now)):
            found = (
                self._templates.match(alike.text, now) if decide.of_sound(alike.unlikeness) >= decide.NO_DOUBT else ()
            )
        whole = bool(found) and self._intents.intents[found[0].intent].missing(found[0].slots) is None
        rest = self._sounds.continuation(heard, near[:_GO_ON], now)
        hangs = breaks_off(plain, self._intents.language)
        if whole and exact:
            return "extendable" if hangs or rest == "value" or self._counts(heard, now) else "complete"
        if hangs or (whole and found[0].open_ended):
            return "unfinished"
        if whole:
            return "complete" if rest == "none" else "extendable"
        if rest != "none":
            return "unfinished"
        meant = self._match(Utterance(text))
        known = isinstance(meant, IntentMatch | AnswerMatch) and meant.confidence >= decide.NO_DOUBT
        return "extendable" if known else "unknown"

    def _counts(self, heard: str, now: datetime) -> bool:
        """Return whether a number is last: its unit may follow, as in `set the volume to 40 percent`."""
        words = tuple(heard.split())
        return any(one.end == len(words) for one in entities.find("number", words, now, self._intents.language))


def intents_near(hits: Sequence[Hit]) -> list[str]:
    """Return the intents nearest in meaning, near misses included: what is misheard may sound like one."""
    return list(dict.fromkeys(hit.row.owner for hit in hits if hit.row.kind in ("intent", "not")))[:_LISTENED_FOR]
