"""The language of a sentence where files of several languages are in use: the one whose words explain most of it."""

from __future__ import annotations

import re
from functools import cached_property

from assistant.authoring.definitions import IntentSet
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.nlu.ranking.polarity.deeds import words_of_intent

_WORD = re.compile(r"[^\W\d_]+")


class Languages:
    """Languages of the intents of one moment; that of the set counts where another explains no more."""

    def __init__(self, intents: IntentSet) -> None:
        self._intents = intents
        own = {intent.language[:2].lower() for intent in intents.intents.values() if intent.language}
        self._others = sorted(own - {intents.language[:2].lower()})

    def of(self, text: str) -> str:
        """Return the language of a sentence."""
        if not self._others:
            return self._intents.language
        words = _WORD.findall(text.casefold())
        counts = {name: sum(word in known for word in words) for name, known in self._words.items()}
        own = self._intents.language
        best = max((own, *self._others), key=lambda name: counts[name])
        return best if counts[best] > counts[own] else own

    @cached_property
    def _words(self) -> dict[str, frozenset[str]]:
        """Language -> its function words and those of its intents."""
        own = self._intents.language
        words: dict[str, set[str]] = {name: set(_function_words(name)) for name in (own, *self._others)}
        for intent in self._intents.intents.values():
            name = intent.language[:2].lower()
            words[name if name in words else own] |= words_of_intent(intent, self._intents.rules)
        return {name: frozenset(known) for name, known in words.items()}


def _function_words(language: str) -> frozenset[str]:
    table, phrases = table_of(language), phrases_of(language)
    words = table.stop_words | table.particles | table.pointers | table.negations | {*table.leads.split("|")}
    if phrases is None:
        return frozenset(words)
    return frozenset(words | phrases.determiners | phrases.locatives | phrases.auxiliaries | phrases.asides)
