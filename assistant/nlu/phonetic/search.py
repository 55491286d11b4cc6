"""Sentences that the templates allow and that sound like what was heard: `drip coffee with sugar` for `dip coffee,
which should I`. `alignment` says how they are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from assistant.authoring.definitions import IntentSet
from assistant.language.phonemes import transcribe
from assistant.language.text import content_words
from assistant.nlu.phonetic.alignment import Alignment, Heard
from assistant.nlu.phonetic.alternatives import Alternative, Alternatives
from assistant.nlu.phonetic.lattice import Lattice
from assistant.nlu.phonetic.similarity import TELLING_PHONEMES, worst_word
from assistant.nlu.query import Query
from assistant.nlu.templates.sampler import Sampler

_LONGEST = 90
"""Phonemes of a sentence beyond which it is no misheard command."""

_FREE, _FREE_BEGUN = 0.05, 0.15
"""Cost of a phoneme of free text, in a whole sentence and in one that has only begun: free text could be anything."""

_SENTENCES = 5
"""Sentences, the cheapest, among which the likeliest is looked for."""

_DOUBT = 0.5
"""Added to the cost unless it is nothing: a short sentence is easily something else."""

_OF_WORD = 0.5
"""Weight of the unlikeness of one word for the sentence: `ecobee` is no `office`, whatever stands around it."""

_MISHEARD, _ALTERNATIVES = 0.35, 8
"""Cost per phoneme, free text not counted, up to which a sentence may have been misheard of which free text is not more
than half; so many alternatives."""

_SAME = 0.01
"""Cost up to which sounds are the same, in sums of small numbers."""

_BEGUN = 0.1
"""Cost per phoneme up to which a sentence is said to begin so."""

Continuation: TypeAlias = Literal["value", "words", "none"]
"""Of the beginning of a sentence: with the very words another begins that has a value more; some sentence sounds like
this and has more words; none has. What a template that covers the sentence allows to be added is no matter."""


class PhoneticMatch(NamedTuple):
    """A sentence that the templates allow."""

    text: str
    unlikeness: float
    """How unlike what was heard: 0 for the same sounds, 1 where every phoneme is an entirely different one.

    What is taken as it was heard, free text and numbers, does not count."""


class PhoneticSearch:
    """The sentences of an `IntentSet`, found by sound. Safe to use from several threads."""

    def __init__(self, intents: IntentSet, sampler: Sampler) -> None:
        self._language = intents.language
        self._lattice = Lattice(intents, sampler)

    def warm(self, intents: Iterable[str]) -> None:
        """Compile the templates of intents, which a spoken sentence near to one would wait for."""
        for name in intents:
            self._lattice.intent(name)

    def nearest(self, query: Query, intents: Sequence[str]) -> PhoneticMatch | None:
        """Return the sentence of those intents that sounds most like the query; None where there is none.

        That is the one whose cost and unlikeness together are least.
        """
        if (alignment := self._aligned(query, intents, _FREE)) is None:
            return None
        n_best, size = Alternatives(alignment), alignment.heard.size
        best: tuple[float, PhoneticMatch] | None = None
        for sentence, cost in _cheapest(alignment)[:_SENTENCES]:
            text = n_best.of_sentence(sentence)[0].text
            unlikeness = self._unlikeness(cost, size - n_best.taken(sentence), alignment.heard, text)
            if best is None or unlikeness + cost / size < best[0]:
                best = unlikeness + cost / size, PhoneticMatch(_joined(text), unlikeness)
        return best[1] if best else None

    def alternatives(self, query: Query, intents: Sequence[str], closed: bool) -> tuple[Alternative, ...]:
        """Return sentences of those intents that may have been misheard as the query, the likeliest first.

        Args:
            query: the sentence heard.
            intents: names of intents.
            closed: only those in which nothing stands as it was heard, neither free text nor numbers.
        """
        if (alignment := self._aligned(query, intents, _FREE)) is None:
            return ()
        n_best, size = Alternatives(alignment), alignment.heard.size
        misheard: list[Alternative] = []
        sentences = 0
        for sentence, cost in _cheapest(alignment):
            if cost > _MISHEARD * size or sentences == _SENTENCES:
                break
            compared = size - n_best.taken(sentence)
            if size - compared <= (0 if closed else compared) and cost <= _MISHEARD * compared:
                misheard += n_best.of_sentence(sentence)
                sentences += 1
        alternatives: dict[tuple[str, ...], Alternative] = {}
        for cost, text in sorted(misheard):
            if (sentence_text := _joined(text)).casefold() != query.plain:
                # `a` or `an` is no matter
                key = content_words(sentence_text, self._language)
                alternatives.setdefault(key, Alternative(cost, sentence_text))
        return tuple(alternatives.values())[:_ALTERNATIVES]

    def continuation(self, query: Query, intents: Sequence[str]) -> Continuation:
        """Return the continuation of a sentence of those intents that begins with what was heard."""
        if (alignment := self._aligned(query, intents, _FREE_BEGUN)) is None:
            return "none"
        begun, before_value = alignment.beginnings()
        if ((before_value <= _SAME) & (alignment.costs > _SAME)).any():
            return "value"
        return "words" if (begun <= _BEGUN * alignment.heard.size).any() else "none"

    def akin(self, text: str, words: Sequence[str], likeness: float = 75.0, most: int = 24) -> tuple[str, ...]:
        """Return the words that sound like a part of the text, the nearest first.

        Args:
            text: what was heard.
            words: all that may have been said.
            likeness: per cent of a word's phonemes that are heard somewhere in the text.
            most: words returned.
        """
        from rapidfuzz import fuzz, process

        spoken = {word: self._symbols(word) for word in words}
        telling = {word: symbols for word, symbols in spoken.items() if len(symbols) >= TELLING_PHONEMES}
        nearest = process.extract(
            self._symbols(text), telling, scorer=fuzz.partial_ratio, score_cutoff=likeness, limit=most
        )
        return tuple(word for _, _, word in nearest)

    def _symbols(self, text: str) -> str:
        return transcribe(text.split(), self._language).symbols

    def _aligned(self, query: Query, intents: Sequence[str], free: float) -> Alignment | None:
        """Align a sentence with the templates of some intents; None where there is nothing to align."""
        if not 0 < len(query.phonemes.symbols) <= _LONGEST:
            return None
        lattices = [lattice for name in intents if (lattice := self._lattice.intent(name)).sentences]
        return Alignment(Heard(query), self._lattice, lattices, free) if lattices else None

    def _unlikeness(self, cost: float, compared: int, heard: Heard, text: str) -> float:
        """Return the unlikeness of an alternative; `compared` phonemes were not taken as they were heard."""
        if not cost:
            return 0.0
        whole = (cost + _DOUBT) / compared if compared else 1.0
        return min(1.0, max(whole, _OF_WORD * worst_word(heard.words, text.split(), self._language)))


def _cheapest(alignment: Alignment) -> list[tuple[int, float]]:
    """Return the sentences that can have been said, each with its cost, the cheapest first."""
    costs = alignment.costs
    order = costs.argsort(kind="stable").tolist()
    return [(alignment.sentences[place], float(costs[place])) for place in order if costs[place] < float("inf")]


def _joined(text: str) -> str:
    return re.sub(r"\s+(?=[,.?!'’])", "", " ".join(text.split()))
