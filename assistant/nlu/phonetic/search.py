"""Sentences that the templates allow and that sound like what was heard: `drip coffee with sugar` for `dip coffee,
which should I`. How they are found, `soundtable` tells.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from hassil import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)

from assistant.authoring.definitions import Block, Intent, IntentSet, WordList
from assistant.authoring.template_syntax import HOME_LISTS, parsed
from assistant.language import entities
from assistant.language.phonemes import exchange, loss, phones
from assistant.language.text import content_words, tidy
from assistant.nlu.phonetic.alignment import Chain, Choice, Heard, Piece, Spans, Way, Words
from assistant.nlu.templates.matcher import Templates

_MOST_PHONES = 90
"""A sentence longer than this is no misheard command."""

_FREE = 0.3
_FREE_PHONE, _FREE_PHONE_BEGUN = 0.05, 0.15
"""Cost of a stretch of free text and of each phone in it, which would swallow everything: in a whole sentence, and in
one that has only begun."""

_SENTENCES = 5
"""The least dear ones, of which the one is taken that is least dear and least unlike together."""

_LONGEST_LIST = 80
"""Values of a list that are looked at; of a longer one, those that sound most like a part of the sentence."""

_AKIN, _MOST_AKIN = 75.0, 24
"""Per cent of a word's phones that are heard somewhere in a sentence of which it may be a part; so many such words."""

_DOUBT = 0.5
"""Added to the cost unless it is nothing: a short sentence is easily something else."""

_OF_WORD = 0.5
"""What the unlikeness of one word counts for the sentence: `ecobee` is no `office`, whatever stands around it."""

_MAYBE, _ALTERNATIVES = 0.35, 8
"""Cost per phone, free text not counted, up to which a sentence may have been misheard of which free text is not more
than half; so many alternatives."""

_TELLING_PHONES = 4
"""Of words shorter than this it is not asked: `with` and `which`."""

_SAME = 0.01
"""Cost up to which it is the same, in sums of small numbers."""

_BEGUN = 0.1
"""Cost per phone up to which a sentence is said to begin so."""

_DEEPEST = 12
"""Levels of rules that refer to each other."""


Continuation: TypeAlias = Literal["value", "words", "none"]
"""Of the beginning of a sentence: with the very words another begins that has a value more; some sentence sounds like
this and has more words; none has. What a template that covers the sentence allows to be added is no matter."""


class PhoneticMatch(NamedTuple):
    """A sentence that the templates allow."""

    text: str
    unlikeness: float
    """How unlike what was heard: 0 for the same sounds, 1 where every phone is an entirely different one.

    What is taken as it was heard, free text and numbers, does not count."""


class PhoneticSearch:
    """The sentences of an `IntentSet`, found by sound. Safe to use from several threads."""

    def __init__(self, intents: IntentSet, templates: Templates) -> None:
        self._intents, self._templates = intents, templates

    def nearest(self, text: str, intents: Sequence[str], now: datetime) -> PhoneticMatch | None:
        """Return the sentence of those intents that sounds most like the text; None where there is none.

        Args:
            text: what was heard.
            intents: names of intents.
            now: what `tomorrow` is relative to.
        """
        heard = Heard(tidy(text), self._intents.language, now)
        if not (pieces := self._search(heard, intents, _FREE_PHONE)):
            return None
        best = sorted(pieces, key=lambda piece: float(piece.cost[0, -1]))[:_SENTENCES]
        found = [(piece, _unlikeness(piece, heard)) for piece in best]
        piece, unlikeness = min(found, key=lambda each: each[1] + float(each[0].cost[0, -1]) / heard.size)
        return PhoneticMatch(_joined(piece.ways(0, heard.size)[0].text), unlikeness)

    def alternatives(self, text: str, intents: Sequence[str], now: datetime, closed: bool) -> tuple[Way, ...]:
        """Return sentences of those intents that may have been misheard as the text, the likeliest first.

        Args:
            text: what was heard.
            intents: names of intents.
            now: what `tomorrow` is relative to.
            closed: only those in which nothing stands as it was heard, neither free text nor numbers.
        """
        heard = Heard(tidy(text), self._intents.language, now)
        pieces = []
        for piece in self._search(heard, intents, _FREE_PHONE):
            given = piece.given(0, heard.size)
            known = heard.size - given
            if given <= (0 if closed else known) and float(piece.cost[0, -1]) <= _MAYBE * known:
                pieces.append(piece)
        pieces.sort(key=lambda piece: float(piece.cost[0, -1]))
        found: dict[tuple[str, ...], Way] = {}
        for cost, said in sorted(way for piece in pieces[:_SENTENCES] for way in piece.ways(0, heard.size)):
            if (sentence := _joined(said)).casefold() != " ".join(heard.words).casefold():
                # `a` or `an` is no matter
                found.setdefault(content_words(sentence, self._intents.language), Way(cost, sentence))
        return tuple(found.values())[:_ALTERNATIVES]

    def continuation(self, text: str, intents: Sequence[str], now: datetime) -> Continuation:
        """Return how a sentence of those intents may go on that begins with what was heard."""
        heard = Heard(tidy(text), self._intents.language, now)
        pieces = self._search(heard, intents, _FREE_PHONE_BEGUN)
        if any(float(piece.open[0]) <= _SAME < float(piece.cost[0, -1]) for piece in pieces):
            return "value"
        return "words" if any(float(piece.begun[0]) <= _BEGUN * heard.size for piece in pieces) else "none"

    def akin(self, text: str, words: Sequence[str]) -> tuple[str, ...]:
        """Return the words that sound like a part of the text, the nearest first."""
        from rapidfuzz import fuzz, process

        said = {word: self._phones(word) for word in words}
        telling = {word: each for word, each in said.items() if len(each) >= _TELLING_PHONES}
        near = process.extract(
            self._phones(text), telling, scorer=fuzz.partial_ratio, score_cutoff=_AKIN, limit=_MOST_AKIN
        )
        return tuple(word for _, _, word in near)

    def _phones(self, text: str) -> str:
        return "".join(phones(word, self._intents.language) for word in text.split())

    def _search(self, heard: Heard, intents: Sequence[str], free: float) -> list[Piece]:
        if not 0 < heard.size <= _MOST_PHONES:
            return []
        search = _Search(heard, self._intents, self._templates, free)
        return [piece for name in intents for piece in search.sentences(self._intents.intents[name])]


_Key: TypeAlias = tuple[object, ...]


class _Search:
    """The tables of one utterance; what several templates have in common is computed once."""

    def __init__(self, heard: Heard, intents: IntentSet, templates: Templates, free: float) -> None:
        self._heard, self._intents, self._templates = heard, intents, templates
        self._free_phone = free
        self._pieces: dict[_Key, Piece] = {}

    def sentences(self, intent: Intent) -> Iterator[Piece]:
        """Yield each template and example of an intent."""
        for block in intent.blocks:
            for text in block.sentences:
                yield self._sentence(parsed(text), _Scope(intent, block))
        for text in intent.examples:
            yield self._sentence(parsed(text), _Scope(intent, Block(())))

    def _sentence(self, expression: Expression, scope: _Scope) -> Piece:
        return self._chained([expression], scope, 0, start=True)

    def _chained(self, items: Sequence[Expression], scope: _Scope, depth: int, start: bool = False) -> Piece:
        flat = list(_flat(items))
        keys = [self._key(item, scope) for item in flat]
        chain: Piece | None = None
        for at, item in enumerate(flat):
            key = ("chain", start, *keys[: at + 1])
            if key not in self._pieces:
                piece = self._piece(item, scope, depth)
                self._pieces[key] = Chain(chain, piece) if chain is not None or start else piece
            chain = self._pieces[key]
        if chain is not None:
            return chain
        nothing = Words("", self._heard)
        return Chain(None, nothing) if start else nothing

    def _key(self, item: Expression, scope: _Scope) -> _Key:
        match item:
            case TextChunk():
                return ("words", item.original_text)
            case ListReference():
                return ("list", item.list_name, item.slot_name, scope.identity(item.list_name))
            case RuleReference():
                return ("rule", item.rule_name, scope.rule(item.rule_name, self._intents))
            case Group():
                return (type(item).__name__, *(self._key(each, scope) for each in item.items))
        raise AssertionError(item)

    def _piece(self, item: Expression, scope: _Scope, depth: int) -> Piece:
        key = self._key(item, scope)
        if key not in self._pieces:
            self._pieces[key] = self._made(item, scope, depth)
        return self._pieces[key]

    def _made(self, item: Expression, scope: _Scope, depth: int) -> Piece:
        match item:
            case TextChunk():
                return Words(" ".join(item.original_text.split()), self._heard)
            case ListReference():
                return self._list(item, scope)
            case RuleReference():
                rule = scope.rule(item.rule_name, self._intents)
                return self._chained([parsed(rule)] if rule and depth < _DEEPEST else [], scope, depth + 1)
            case Alternative():
                return Choice([self._chained([each], scope, depth) for each in item.items])
            case Permutation():
                orders = list(itertools.islice(itertools.permutations(item.items), 24))
                return Choice([self._chained(order, scope, depth) for order in orders])
            case Group():
                return self._chained(item.items, scope, depth)
        raise AssertionError(item)

    def _list(self, item: ListReference, scope: _Scope) -> Piece:
        name = item.list_name
        if item.is_inline_range:
            return self._typed("number")
        words, kind = scope.list(name, self._intents)
        if words and words.values:
            said = self._nearest([way for way, _ in self._templates.ways(words)])
            return Choice([self._piece(TextChunk(way), scope, 0) for way in said], values=True)
        if words and words.range:
            return self._typed("number")
        if kind in entities.TYPES and kind not in entities.FREE and kind not in HOME_LISTS:
            return self._typed(kind)
        return self._free()

    def _typed(self, kind: str) -> Spans:
        heard = self._heard
        spans = {(s.start, s.end): 0.0 for s in entities.find(kind, heard.words, heard.now, heard.language)}
        numbers = entities.find("number", heard.words, heard.now, heard.language) if kind != "number" else ()
        begun = [each.start for each in numbers if each.end == len(heard.words)]  # `for ten ...`
        return Spans(spans, heard, begun)

    def _free(self) -> Spans:
        heard, bounds = self._heard, self._heard.bounds
        spans = {
            (first, last): _FREE + self._free_phone * (bounds[last] - bounds[first])
            for first, last in itertools.combinations(range(len(bounds)), 2)
        }
        return Spans(spans, heard, ())

    def _nearest(self, values: Sequence[str]) -> Sequence[str]:
        """Return the values that sound most like a part of what was heard."""
        if len(values) <= _LONGEST_LIST:
            return values
        from rapidfuzz import fuzz, process

        spoken = ["".join(phones(word, self._heard.language) for word in each.split()) for each in values]
        near = process.extract(self._heard.phones, spoken, scorer=fuzz.partial_ratio, limit=_LONGEST_LIST)
        return [values[at] for _, _, at in near]


class _Scope(NamedTuple):
    """What the names in a template stand for."""

    intent: Intent
    block: Block

    def list(self, name: str, intents: IntentSet) -> tuple[WordList | None, str]:
        """Return the list of that name, and its built-in type where it is none."""
        slot = self.intent.slots.get(name)
        kind = slot.type if slot and slot.type else name
        found = self.block.lists.get(name) or intents.lists.get(kind) or intents.lists.get(name)
        return found, kind

    def identity(self, name: str) -> _Key:
        """Return what tells apart two lists of the same name."""
        own = id(self.block.lists[name]) if name in self.block.lists else 0
        slot = self.intent.slots.get(name)
        return own, slot.type if slot else ""

    def rule(self, name: str, intents: IntentSet) -> str:
        """Return the text of an expansion rule."""
        return self.block.rules.get(name) or intents.rules.get(name, "")


def _flat(items: Sequence[Expression]) -> Iterator[Expression]:
    """Yield the items with the sequences among them opened, and without the blanks."""
    for item in items:
        if isinstance(item, Group) and not isinstance(item, Alternative | Permutation):
            yield from _flat(item.items)
        elif not isinstance(item, TextChunk) or item.original_text.strip():
            yield item


def _unlikeness(piece: Piece, heard: Heard) -> float:
    cost, known = float(piece.cost[0, heard.size]), heard.size - piece.given(0, heard.size)
    if not cost:
        return 0.0
    whole = (cost + _DOUBT) / known if known else 1.0
    return min(1.0, max(whole, _OF_WORD * _worst_word(heard, piece.ways(0, heard.size)[0].text.split())))


def _worst_word(heard: Heard, meant: Sequence[str]) -> float:
    """Return the cost per phone of the word, heard or meant, that fares worst when the two are laid side by side."""
    words = [[phones(word, heard.language) for word in each] for each in (heard.words, meant)]
    one, other = ("".join(each) for each in words)
    costs = [[0.0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, j in itertools.product(range(len(one) + 1), range(len(other) + 1)):
        ways = [costs[i - 1][j] + loss(one[i - 1])] if i else []
        ways += [costs[i][j - 1] + loss(other[j - 1])] if j else []
        ways += [costs[i - 1][j - 1] + exchange(one[i - 1], other[j - 1])] if i and j else []
        costs[i][j] = min(ways, default=0.0)
    borne = [[0.0] * len(one), [0.0] * len(other)]
    i, j = len(one), len(other)
    while i or j:
        here = costs[i][j]
        if i and j and here == costs[i - 1][j - 1] + exchange(one[i - 1], other[j - 1]):
            i, j = i - 1, j - 1
            borne[0][i] = borne[1][j] = here - costs[i][j]
        elif i and here == costs[i - 1][j] + loss(one[i - 1]):
            i -= 1
            borne[0][i] = here - costs[i][j]
        else:
            j -= 1
            borne[1][j] = here - costs[i][j]
    worst = 0.0
    for spoken, cost in zip(words, borne, strict=True):
        start = 0
        for word in spoken:
            if len(word) >= _TELLING_PHONES:
                worst = max(worst, sum(cost[start : start + len(word)]) / len(word))
            start += len(word)
    return worst


def _joined(text: str) -> str:
    return re.sub(r"\s+(?=[,.?!'’])", "", " ".join(text.split()))
