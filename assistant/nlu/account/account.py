"""`Accounts`: what an understanding explains of a sentence, and what becomes of one that leaves words over.

Each word left over lowers the confidence by how much it means. Below the threshold a command is refused with those
words, or asked about where a slot may be meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.authoring.definitions import Intent, IntentSet
from assistant.authoring.template_syntax import HOME_LISTS
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.nlu.account.leftovers import Leftover, LeftoverFinder
from assistant.nlu.account.owners import NOTHING, OwnedWords, OwnWords, owned
from assistant.nlu.query import Query
from assistant.nlu.ranking.confidence import log_odds, sigmoid
from assistant.nlu.retrieval.index import Embedder
from assistant.values import IntentMatch, OutOfScope, SlotMissing, SlotValue

_BREAKING = ("limit", "clause", "verb")
"""Leftovers that no answer to the question for another value makes good."""


@dataclass(frozen=True)
class Account:
    """A sentence as an intent explains it."""

    sentence: OwnedWords
    leftovers: tuple[Leftover, ...] = ()
    cost: float = 0.0
    """Log odds that the leftovers take from the confidence."""

    @property
    def grave(self) -> tuple[Leftover, ...]:
        """Those that change what is meant."""
        return tuple(leftover for leftover in self.leftovers if leftover.kind not in ("told", "word"))

    def lowered(self, confidence: float) -> float:
        """Return a confidence less the cost."""
        return sigmoid(log_odds(confidence) + self.cost) if self.cost else confidence


class Accounts:
    """Accounts for sentences by the intents of one moment.

    Args:
        intents: the intents.
        is_listed: True of a text in lower case that is a value of a list.
        weights: log odds of each kind of leftover; `related` and `related_verb` are the cosines from which
            on a word is a relative of another.
        embedder: of words.
        before: accounts with the same embedder, whose vectors of words are shared.
    """

    def __init__(
        self,
        intents: IntentSet,
        is_listed: Callable[[str], bool],
        weights: Mapping[str, float],
        embedder: Embedder,
        before: Accounts | None = None,
    ) -> None:
        self._intents, self._is_listed, self._weights, self._embedder = intents, is_listed, weights, embedder
        self._table, self._phrases = table_of(intents.language), phrases_of(intents.language)
        self._own: dict[str, OwnWords] = {}
        self._vectors: dict[str, NDArray[np.float32]] = before._vectors if before else {}

    def warm(self) -> None:
        """Embed the words of all intents."""
        explained = filter(self._explains, self._intents.intents.values())
        words = {word for intent in explained for word in self._own_words(intent).telling}
        self._vectors |= (
            dict(zip(new, self._embedder.embed(new), strict=True))
            if (new := sorted(words - self._vectors.keys()))
            else {}
        )

    def account(
        self, intent: Intent, slots: Mapping[str, SlotValue], texts: Mapping[str, str], query: Query, is_covered: bool
    ) -> Account | None:
        """Return the account of a sentence; None where nothing is said about the words of the intent.

        That is where it has no templates, or neither an action nor slots, and in a language without `PhraseWords`.

        Args:
            intent: the intent.
            slots: the values that were read.
            texts: slot name -> the words that its value was read from.
            query: the sentence.
            is_covered: True where a template holds all words that are no value.
        """
        if self._phrases is None or not self._explains(intent):
            return None
        own = self._own_words(intent)
        sentence = owned(query, texts, None if is_covered else own, self._table, self._phrases)
        names = frozenset(
            name for name in texts if name in HOME_LISTS or getattr(intent.slots.get(name), "type", "") == "place"
        )
        is_limited = self._phrases.limit.search(" ".join(sentence.plain)) or not sentence.ranges.isdisjoint(
            sentence.plain
        )
        if not sentence.left and not names and not is_limited:
            return Account(sentence)
        values = tuple(slots.values())
        likeness = cache(lambda word: self._likeness(own, word, query))
        reader = LeftoverFinder(sentence, query, values, self._is_listed, likeness, self._weights, names)
        leftovers = reader.leftovers()
        return Account(sentence, leftovers, sum(self._weights[leftover.kind] for leftover in leftovers))

    def _explains(self, intent: Intent) -> bool:
        return self._phrases is not None and bool(intent.blocks and (intent.action or intent.slots))

    def _own_words(self, intent: Intent) -> OwnWords:
        assert self._phrases
        if intent.name not in self._own:
            self._own[intent.name] = OwnWords(intent, self._intents.rules, self._table, self._phrases)
        return self._own[intent.name]

    def _likeness(self, own: OwnWords, word: str, query: Query) -> float:
        """Return the cosine of a word to the nearest word of an intent; all are embedded once."""
        telling = own.telling
        new = [text for text in (word, *telling) if text not in self._vectors]
        if new:
            query.spend(0, more=2 + len(new))
            self._vectors |= dict(zip(new, self._embedder.embed(new), strict=True))
        return max((float(self._vectors[word] @ self._vectors[other]) for other in telling), default=0.0)


def judged(
    command: IntentMatch | SlotMissing, account: Account | None, intent: Intent, threshold: float
) -> IntentMatch | SlotMissing | OutOfScope:
    """Return a command as sure as its account leaves it, or the refusal or the question that names what is left."""
    if account is None or not account.leftovers:
        return command
    confidence = account.lowered(command.confidence)
    if confidence >= threshold or (not account.grave and isinstance(command, SlotMissing)):
        return replace(command, confidence=confidence)
    if isinstance(command, SlotMissing) and not any(_breaks(leftover, account) for leftover in account.grave):
        return replace(command, ask=f"{_not_understood(account)} {command.ask}")
    return OutOfScope(confidence, (), f"{_understood(account, intent)} {_not_understood(account)}".strip())


def _breaks(leftover: Leftover, account: Account) -> bool:
    """True of a leftover that no answer makes good: one in the place of the verb, `water the plants`, among them."""
    behind = account.sentence.plain[leftover.end : leftover.end + 1]
    is_verb = leftover.start == 0 and not account.sentence.phrases.determiners.isdisjoint(behind)
    return leftover.kind in _BREAKING or is_verb


def _not_understood(account: Account, most: int = 2) -> str:
    """Return the sentence that names the leftovers; nothing where none of them is grave."""
    texts = dict.fromkeys(_named(account.sentence, leftover) for leftover in account.grave)
    named = " and ".join(f"“{text}”" for text in list(texts)[:most])
    return f"I didn't understand {named}." if named else ""


def _named(sentence: OwnedWords, leftover: Leftover) -> str:
    """Return the words of a leftover, with the words before it that belong to nothing else: `in the attic`."""
    start = leftover.start
    while start and sentence.owners[start - 1] == NOTHING and sentence.plain[start - 1] not in sentence.table.particles:
        start -= 1
    return sentence.text(start if leftover.kind != "thing" else leftover.start, leftover.end)


def _understood(account: Account, intent: Intent) -> str:
    """Return the sentence of what can be done: the order without an end that is left over, else that of the intent."""
    sentence, grave = account.sentence, account.grave
    if not grave:
        return ""
    rest = range(grave[0].start)
    is_end = all(map(sentence.is_empty, _after(grave, len(sentence.words))))
    determiners = sentence.phrases.determiners - sentence.table.particles
    while rest and not (sentence.is_explained(rest[-1]) and sentence.plain[rest[-1]] not in determiners):
        rest = rest[:-1]
    if is_end and rest and grave[0].kind != "thing" and _is_order(sentence):
        return f"I can {_begun(sentence.text(0, len(rest)))}."
    return ability(intent)


def ability(intent: Intent) -> str:
    """Return the sentence that tells what an intent is for; nothing where it has no description."""
    return f"I can {_begun(intent.description.rstrip('.'))}." if intent.description else ""


def _after(leftovers: Sequence[Leftover], count: int) -> list[int]:
    """Return the places behind the first leftover that are in none."""
    places = range(leftovers[0].start, count)
    return [place for place in places if not any(leftover.holds(place) for leftover in leftovers)]


def _is_order(sentence: OwnedWords) -> bool:
    """True where a sentence begins with a verb of the intent."""
    verbs = sentence.phrases.verbs | sentence.table.deeds_of_verb.keys()
    return sentence.is_explained(0) and sentence.plain[0] in verbs


def _begun(text: str) -> str:
    """Return a text as the rest of a sentence: its first word in lower case, unless it has more capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
