"""Which templates may cover a sentence, told within microseconds: hardly any sentence is a command to the letter.

Spaces, signs and case are left out of account, for hassil is lenient about them. What is left of a sentence must begin
and end with letters with which a template can, and hold the words and typed values that it cannot do without.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

from hassil import (
    Alternative,
    Expression,
    Group,
    Intents,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    SlotList,
    TextChunk,
    TextSlotList,
)
from hassil.intents import Intent
from hassil.util import normalize_for_matching, remove_skip_words

from assistant.nlu.templates.lists import Sentences, TypedList

_LOOKED_AT = 5
"""Letters of a beginning or an end that are compared."""

_MORE = "*"
"""Stands for any letters, or none."""

_Starts: TypeAlias = frozenset[str]
"""How something can start: with so many letters, or fewer that are all of it, or fewer and `_MORE`."""

_ANYHOW: _Starts = frozenset((_MORE,))

_Step: TypeAlias = Literal[1, -1]
"""Whether letters are read forwards or, for an end, backwards."""


class Prefilter:
    """The templates of a grammar, by what a sentence must have to be covered by them."""

    def __init__(self, grammar: Intents) -> None:
        self._grammar = grammar
        self._templates: list[_Template] = []
        self._starting: dict[str, int] = defaultdict(int)
        """Templates by how they can start, a bit for each."""
        listed = dict[tuple[_Step, int], _Starts]()
        for intent in grammar.intents.values():
            for block in intent.data:
                assert isinstance(block, Sentences)
                lists, rules = grammar.slot_lists | block.slot_lists, grammar.expansion_rules | block.expansion_rules
                scope = _Scope(lists, rules, listed)
                self._templates += [_Template(intent.name, block, each, scope) for each in block.sentences]
        for at, template in enumerate(self._templates):
            for start in template.scope.starts(template.sentence.expression, 1):
                self._starting[start] |= 1 << at

    def narrowed(self, text: str) -> Intents:
        """Return the grammar with no other templates than may cover a tidied sentence; every one that does is there.

        The typed lists must hold what stands in that sentence.
        """
        heard, found = {_letters(each) for each in self._heard(text)}, 0
        for start in _starts(heard, 1):
            found |= self._starting.get(start, 0)
        ends, intents = _starts(heard, -1), dict[str, Intent]()
        for template in self._at(found):
            if template.may_cover(heard, ends):
                alone = replace(template.block, parsed=[template.sentence])
                intents.setdefault(template.intent, Intent(template.intent)).data.append(alone)
        return replace(self._grammar, intents=intents)

    def _heard(self, text: str) -> Iterator[str]:
        """Yield the text as hassil compares it: with the words that it skips and without, at an end or anywhere."""
        yield text
        if skipped := self._grammar.skip_words:
            plain = normalize_for_matching(text).text
            for start, end in ((True, True), (True, False), (False, True)):
                yield remove_skip_words(plain, skipped, False, start, end)

    def _at(self, found: int) -> Iterator[_Template]:
        while found:
            lowest = found & -found
            yield self._templates[lowest.bit_length() - 1]
            found ^= lowest


def _letters(text: str) -> str:
    """Return the part of a text about which hassil is strict; a dotless i counts as an i where case does not."""
    return "".join(filter(str.isalnum, text.casefold().replace("\N{LATIN SMALL LETTER DOTLESS I}", "i")))


def _starts(heard: Iterable[str], step: _Step) -> _Starts:
    """Return the ways of starting that letters are examples of."""
    firsts = {each[::step][:_LOOKED_AT] for each in heard}
    shorter = {each[:length] + _MORE for each in firsts for length in range(min(_LOOKED_AT, len(each) + 1))}
    return frozenset(firsts | shorter)


@dataclass(frozen=True)
class _Template:
    intent: str
    block: Sentences
    sentence: Sentence
    scope: _Scope

    def may_cover(self, heard: Iterable[str], ends: _Starts) -> bool:
        """Return whether a sentence has what the template needs, but for how it starts."""
        words = all(any(word in said for word in each for said in heard) for each in self._words)
        return words and not self._ends.isdisjoint(ends) and all(each.values for each in self._typed)

    @cached_property
    def _words(self) -> tuple[tuple[str, ...], ...]:
        """Letters of words: a sentence holds at least one of each of these."""
        return tuple(tuple(map(_letters, each)) for each in self.sentence.get_required_clauses(self.scope.rules))

    @cached_property
    def _ends(self) -> _Starts:
        return self.scope.starts(self.sentence.expression, -1)

    @cached_property
    def _typed(self) -> tuple[TypedList, ...]:
        return tuple(self.scope.typed(self.sentence.expression).values())


@dataclass(frozen=True, slots=True)
class _Scope:
    """What templates of a block can be."""

    lists: dict[str, SlotList]
    rules: dict[str, Sentence]
    listed: dict[tuple[_Step, int], _Starts]
    """How values of a list can start, for all scopes."""
    ruled: dict[tuple[_Step, str], _Starts] = field(default_factory=dict)

    def starts(self, expression: Expression, step: _Step) -> _Starts:
        """Return how whatever the expression covers can start, or end."""
        match expression:
            case TextChunk():
                return frozenset((_letters(expression.text)[::step][:_LOOKED_AT],))
            case ListReference():
                return self._listed(self.lists.get(expression.list_name), step)
            case RuleReference():
                return self._ruled(expression.rule_name, step)
            case Alternative():
                return frozenset().union(*(self.starts(each, step) for each in expression.items))
            case Permutation():
                firsts = (each for item in expression.items for each in self.starts(item, step))
                return frozenset((each.rstrip(_MORE) + _MORE)[:_LOOKED_AT] for each in firsts)
            case Group():
                return self._chained(expression.items[::step], step)
        return _ANYHOW

    def _chained(self, items: Sequence[Expression], step: _Step) -> _Starts:
        done, short = set[str](), {""}
        for item in items:
            longer = {(before + each)[:_LOOKED_AT] for before in short for each in self.starts(item, step)}
            short = {each for each in longer if len(each) < _LOOKED_AT and not each.endswith(_MORE)}
            done |= longer - short
            if not short:
                break
        return frozenset(done | short)

    def _listed(self, values: SlotList | None, step: _Step) -> _Starts:
        if not isinstance(values, TextSlotList) or isinstance(values, TypedList):
            return _ANYHOW
        key = step, id(values)
        if key not in self.listed:
            nameless = _Scope({}, {}, self.listed)
            self.listed[key] = frozenset().union(*(nameless.starts(each.text_in, step) for each in values.values))
        return self.listed[key]

    def _ruled(self, name: str, step: _Step) -> _Starts:
        key = step, name
        if key not in self.ruled:
            self.ruled[key] = self.starts(self.rules[name].expression, step) if name in self.rules else _ANYHOW
        return self.ruled[key]

    def typed(self, expression: Expression) -> dict[str, TypedList]:
        """Return the lists of typed values, by kind, of which one value is in whatever the expression covers."""
        match expression:
            case ListReference():
                values = self.lists.get(expression.list_name)
                return {values.kind: values} if isinstance(values, TypedList) else {}
            case RuleReference():
                return self.typed(self.rules[expression.rule_name].expression)
            case Alternative():
                first, *others = map(self.typed, expression.items)
                return {kind: values for kind, values in first.items() if all(kind in each for each in others)}
            case Group():
                return {kind: values for each in expression.items for kind, values in self.typed(each).items()}
        return {}
