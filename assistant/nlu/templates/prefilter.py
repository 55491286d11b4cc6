"""The few templates that may cover a sentence, chosen within microseconds: few sentences are a command to the letter.

Spaces, signs and case are left out of account, for hassil is lenient about them. What is left of a sentence must begin
and end with letters with which a template can, and hold the words and typed values that it cannot do without.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
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

from assistant.nlu.templates.lists import Sentences, SpeltList, TypedList

_COMPARED = 5
"""Letters of a beginning or an end that are compared."""

_MORE = "*"
"""Stands for any letters, or none."""

_Forms: TypeAlias = frozenset[str]
"""How something can start or, reversed, end: so many letters, or fewer that are all of it, or fewer and `_MORE`."""

_ANYHOW: _Forms = frozenset((_MORE,))

_VALUES = attrgetter("values")

_Step: TypeAlias = Literal[1, -1]
"""Whether letters are read forwards or, for an end, backwards."""


class Prefilter:
    """The templates of a grammar, by what a sentence must have to be covered by them."""

    def __init__(self, grammar: Intents, before: Prefilter | None = None) -> None:
        """Look at the templates; those of blocks that are in `before` too are taken over."""
        self._grammar = grammar
        self._by_block: dict[int, list[_Template]] = {}
        self._starting: dict[str, int] = defaultdict(int)
        """Templates by how they can start, a bit for each."""
        known = before._by_block if before else {}
        listed, spelt = dict[tuple[_Step, int], _Forms](), dict[int, SpeltList]()
        for intent in grammar.intents.values():
            for block in intent.data:
                assert isinstance(block, Sentences)
                lists, rules = grammar.slot_lists | block.slot_lists, grammar.expansion_rules | block.expansion_rules
                scope = _TemplateScope(lists, rules, listed)
                spelt |= {id(values): values for values in lists.values() if isinstance(values, SpeltList)}
                own = [_Template(intent.name, block, sentence, scope) for sentence in block.sentences]
                self._by_block[id(block)] = known.get(id(block)) or own
        self._templates = [template for templates in self._by_block.values() for template in templates]
        self._spelt = tuple(spelt.values())
        for place, template in enumerate(self._templates):
            for start in template.starts:
                self._starting[start] |= 1 << place

    def warm(self) -> None:
        """Work out what each template needs, which is else done when it is first looked at."""
        for template in self._templates:
            template.warm()

    def narrowed(self, text: str) -> Intents:
        """Return the grammar with no other templates than may cover a tidied sentence; every one that does is there.

        The typed lists must hold what stands in that sentence.
        """
        forms, starting = {_letters(form) for form in self._forms(text)}, 0
        for start in _starts(forms, 1):
            starting |= self._starting.get(start, 0)
        letters, ends, intents = " ".join(forms), _starts(forms, -1), dict[str, Intent]()
        while starting:
            lowest = starting & -starting
            starting ^= lowest
            template = self._templates[lowest.bit_length() - 1]
            if not template.ends.isdisjoint(ends) and template.needs_met(letters):
                intents.setdefault(template.intent, Intent(template.intent)).data.append(template.alone)
        return replace(self._grammar, intents=intents)

    def _forms(self, text: str) -> Iterator[str]:
        """Yield the text as hassil compares it: with the words that it skips and without, at an end or anywhere.

        Also with listed values as they are written where it spells them otherwise.
        """
        for form in dict.fromkeys((text, *(values.respelt(text) for values in self._spelt))):
            yield form
            if skipped := self._grammar.skip_words:
                plain = normalize_for_matching(form).text
                for start, end in ((True, True), (True, False), (False, True)):
                    yield remove_skip_words(plain, skipped, False, start, end)


def _letters(text: str) -> str:
    """Return the part of a text about which hassil is strict; a dotless i counts as an i where case does not."""
    return "".join(filter(str.isalnum, text.casefold().replace("\N{LATIN SMALL LETTER DOTLESS I}", "i")))


def _starts(forms: Iterable[str], step: _Step) -> _Forms:
    """Return the ways of starting that letters are examples of."""
    firsts = {form[::step][:_COMPARED] for form in forms}
    shorter = {first[:length] + _MORE for first in firsts for length in range(min(_COMPARED, len(first) + 1))}
    return frozenset(firsts | shorter)


def _breadth(words: frozenset[str]) -> tuple[int, int, list[str]]:
    """Return the order of clauses by how many sentences hold a word of one: few words and long ones are in few."""
    return len(words), -min(map(len, words)), sorted(words)


@dataclass(frozen=True)
class _Template:
    intent: str
    block: Sentences
    sentence: Sentence
    scope: _TemplateScope

    def needs_met(self, letters: str) -> bool:
        """Return True for letters of a sentence that hold the words and typed values which the template needs."""
        for words in self._clauses:
            for word in words:
                if word in letters:
                    break
            else:
                return False
        return all(map(_VALUES, self._typed))

    def warm(self) -> None:
        """Work out now what a sentence must have."""
        _ = self.ends, self._clauses, self._typed

    @cached_property
    def alone(self) -> Sentences:
        """Its block without the other templates."""
        return replace(self.block, parsed=[self.sentence])

    @cached_property
    def starts(self) -> _Forms:
        """The ways in which a sentence can start."""
        return self.scope.starts(self.sentence.expression, 1)

    @cached_property
    def ends(self) -> _Forms:
        """The ways in which a sentence can end."""
        return self.scope.starts(self.sentence.expression, -1)

    @cached_property
    def _clauses(self) -> tuple[tuple[str, ...], ...]:
        """Letters of words: a sentence holds at least one of each of these."""
        return tuple(map(tuple, self.scope.clauses(self.sentence.expression)))

    @cached_property
    def _typed(self) -> tuple[TypedList, ...]:
        return tuple(self.scope.typed(self.sentence.expression).values())


@dataclass(frozen=True, slots=True)
class _TemplateScope:
    """The lists and rules that the names in a block's templates stand for."""

    lists: dict[str, SlotList]
    rules: dict[str, Sentence]
    listed: dict[tuple[_Step, int], _Forms]
    """Starts and ends of the values of lists, shared by all scopes."""
    ruled: dict[tuple[_Step, str], _Forms] = field(default_factory=dict)

    def starts(self, expression: Expression, step: _Step) -> _Forms:
        """Return the ways in which the sentences of an expression can start, or end."""
        match expression:
            case TextChunk():
                return frozenset((_letters(expression.text)[::step][:_COMPARED],))
            case ListReference():
                return self._listed(self.lists.get(expression.list_name), step)
            case RuleReference():
                return self._ruled(expression.rule_name, step)
            case Alternative():
                return frozenset().union(*(self.starts(item, step) for item in expression.items))
            case Permutation():
                firsts = (first for item in expression.items for first in self.starts(item, step))
                return frozenset((first.rstrip(_MORE) + _MORE)[:_COMPARED] for first in firsts)
            case Group():
                return self._chained(expression.items[::step], step)
        return _ANYHOW

    def _chained(self, items: Sequence[Expression], step: _Step) -> _Forms:
        complete, short = set[str](), {""}
        for item in items:
            longer = {(before + start)[:_COMPARED] for before in short for start in self.starts(item, step)}
            short = {start for start in longer if len(start) < _COMPARED and not start.endswith(_MORE)}
            complete |= longer - short
            if not short:
                break
        return frozenset(complete | short)

    def _listed(self, values: SlotList | None, step: _Step) -> _Forms:
        if not isinstance(values, TextSlotList) or isinstance(values, TypedList):
            return _ANYHOW
        key = step, id(values)
        if key not in self.listed:
            nameless = _TemplateScope({}, {}, self.listed)
            written = values.written.values if isinstance(values, SpeltList) else values.values
            self.listed[key] = frozenset().union(*(nameless.starts(value.text_in, step) for value in written))
        return self.listed[key]

    def _ruled(self, name: str, step: _Step) -> _Forms:
        key = step, name
        if key not in self.ruled:
            self.ruled[key] = self.starts(self.rules[name].expression, step) if name in self.rules else _ANYHOW
        return self.ruled[key]

    def clauses(self, expression: Expression) -> frozenset[frozenset[str]]:
        """Return letters of words, at least one of each set of which is in every sentence of the expression."""
        match expression:
            case TextChunk():
                return frozenset(frozenset((word,)) for word in map(_letters, expression.text.split()) if word)
            case RuleReference():
                return self.clauses(self.rules[expression.rule_name].expression)
            case Alternative():
                branches = [self.clauses(item) for item in expression.items]
                telling = [min(branch, key=_breadth) for branch in branches if branch]
                return frozenset((frozenset().union(*telling),) if len(telling) == len(branches) else ())
            case Group():
                return frozenset().union(*map(self.clauses, expression.items))
        return frozenset()

    def typed(self, expression: Expression) -> dict[str, TypedList]:
        """Return the typed lists, by kind, of which a value is in every sentence of the expression."""
        match expression:
            case ListReference():
                values = self.lists.get(expression.list_name)
                return {values.kind: values} if isinstance(values, TypedList) else {}
            case RuleReference():
                return self.typed(self.rules[expression.rule_name].expression)
            case Alternative():
                first, *rest = map(self.typed, expression.items)
                return {kind: values for kind, values in first.items() if all(kind in branch for branch in rest)}
            case Group():
                return {kind: values for item in expression.items for kind, values in self.typed(item).items()}
        return {}
