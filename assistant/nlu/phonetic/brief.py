"""Whole commands of a word or two, found by their sound alone: what is so short has no meaning to be near by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from assistant.authoring.definitions import IntentSet
from assistant.language.phonemes import transcribe
from assistant.nlu.phonetic.alignment import Heard, align_words
from assistant.nlu.phonetic.alternatives import Alternative
from assistant.nlu.phonetic.costs import encode
from assistant.nlu.phonetic.lattice import Pronunciation
from assistant.nlu.query import Query
from assistant.nlu.templates.sampler import Sampler


class BriefCommands:
    """The brief commands of an `IntentSet`: sentences without a value. Safe to use from several threads."""

    def __init__(self, intents: IntentSet, sampler: Sampler) -> None:
        self._intents, self._sampler = intents, sampler

    @cached_property
    def _pronounced(self) -> tuple[tuple[str, Pronunciation], ...]:
        return tuple(pronounced(self._sentences(), self._intents.language))

    def _sentences(self) -> Iterator[str]:
        for intent in self._intents.intents.values():
            for text in (*self._sampler.patterns(intent), *intent.examples):
                if "{" not in text:
                    yield text

    def alike(self, query: Query, more: Iterable[str] = (), most: int = 6) -> tuple[Alternative, ...]:
        """Return the brief commands, and phrases of `more`, that sound like a brief sentence, the likeliest first."""
        return alike(query, (*pronounced(more, query.language), *self._pronounced))[:most]


def alike(
    query: Query, phrases: Sequence[tuple[str, Pronunciation]], most: float = 2.5, per_phoneme: float = 0.5
) -> tuple[Alternative, ...]:
    """Return the phrases that sound like a brief sentence, each once, the likeliest first.

    Args:
        query: the sentence; one that is not brief sounds like none.
        phrases: brief ones.
        most: cost up to which one may have been misheard as the other.
        per_phoneme: the same for each phoneme of the longer of the two.
    """
    if not (phrases and _is_brief(query.phonemes.symbols)):
        return ()
    heard = Heard(query)
    costs = np.full((len(phrases), heard.size + 1, heard.size + 1), np.inf, np.float32)
    align_words([spoken for _, spoken in phrases], heard, costs, np.full(costs.shape[:2], np.inf, np.float32))
    nearest: dict[str, Alternative] = {}
    for place in costs[:, 0, -1].argsort(kind="stable").tolist():
        (text, spoken), cost = phrases[place], float(costs[place, 0, -1])
        if cost > most:
            break
        if cost <= per_phoneme * max(heard.size, len(spoken.codes)):
            nearest.setdefault(text.casefold(), Alternative(cost, text))
    return tuple(nearest.values())


def pronounced(texts: Iterable[str], language: str) -> Iterator[tuple[str, Pronunciation]]:
    """Yield the texts that are brief, each with its phonemes."""
    for text in dict.fromkeys(texts):
        spoken = transcribe(text.split(), language)
        if _is_brief(spoken.symbols):
            yield text, Pronunciation(encode(spoken.symbols), spoken.bounds[1:])


def _is_brief(symbols: str, longest: int = 12) -> bool:
    """True of phonemes that are as few as those of `skip this song`, which has 11."""
    return 0 < len(symbols) <= longest
