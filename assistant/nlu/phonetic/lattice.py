"""The sentences of templates as one lattice: nodes that templates have in common are stored once.

A template is a regular expression over words; compiled, it is a graph whose nodes are word sequences, stretches taken
as they are heard (numbers, times, free text), alternatives and concatenations. Equal nodes are the same node
(hash-consing), and each intent keeps the nodes that its sentences are made of, so that a sentence is aligned with all
of an intent's templates in a few operations on arrays.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple, TypeAlias

import numpy as np
from hassil import Alternative, Expression, Group, ListReference, Permutation, RuleReference, TextChunk
from numpy.typing import NDArray

from assistant.authoring.definitions import Block, Intent, IntentSet, WordList
from assistant.authoring.template_syntax import HOME_LISTS, parsed
from assistant.language import entities
from assistant.language.phonemes import transcribe
from assistant.nlu.phonetic.costs import encode
from assistant.nlu.templates.sampler import Sampler

FREE_TEXT = "text"
"""Kind of a span that any words fill."""

_LONGEST_LIST = 80
"""Values of a list that are aligned; of a longer one, those that sound most like a part of the sentence."""

_ORDERS = 24
"""Orders of a permutation that are compiled: all of up to four items."""


class NodeKind(IntEnum):
    """The kinds of nodes."""

    WORDS = 0
    SPAN = 1
    """A stretch that is taken as it was heard."""
    CHOICE = 2
    CHAIN = 3
    OPENING = 4
    """A chain that begins where the sentence begins."""


class Node(NamedTuple):
    """A part of templates. A child is the number of another node."""

    kind: NodeKind
    children: tuple[int, ...] = ()
    text: str = ""
    """The words, or the type of the values of a span."""
    is_list: bool = False
    """True of a choice between the values of a list."""


class Pronunciation(NamedTuple):
    """The phonemes of the words of a node."""

    codes: NDArray[np.int32]
    ends: tuple[int, ...]
    """Position after each word."""


NodeTable: TypeAlias = NDArray[np.int32]
"""Nodes as rows, shape (n, 6), by number."""


class Column(IntEnum):
    """Columns of a `NodeTable`.

    A node's children are on lower levels; the levels of openings count openings alone. The left part of a chain is -1
    where there is none; `VALUED` is 1 of a node with a value in it.
    """

    NUMBER, KIND, LEVEL, LEFT, RIGHT, VALUED = range(6)


class IntentLattice(NamedTuple):
    """The compiled templates of an intent."""

    sentences: tuple[int, ...]
    """Node of each template and example."""
    nodes: NodeTable
    """All of which they consist, each once, by number."""


class Lattice:
    """The templates of an `IntentSet`, each intent compiled when it is first asked for. Safe for threads."""

    def __init__(self, intents: IntentSet, sampler: Sampler) -> None:
        self._intents, self._sampler = intents, sampler
        self._lock = threading.Lock()
        self._compiled: dict[str, IntentLattice] = {}
        self.nodes: list[Node] = []
        """Grows as intents are compiled; a node that is there never changes."""
        self.pronunciations: dict[int, Pronunciation] = {}
        """Of the nodes that are words."""
        self.long_lists: dict[int, tuple[str, ...]] = {}
        """Phonemes of each value, of choices between more values than are aligned."""
        self._numbers: dict[Node, int] = {}
        self._rows: list[tuple[int, ...]] = []

    def intent(self, name: str) -> IntentLattice:
        """Return the compiled templates and examples of an intent."""
        with self._lock:
            if name not in self._compiled:
                self._compiled[name] = self._compile(self._intents.intents[name])
            return self._compiled[name]

    def nearest_values(self, choice: int, symbols: str) -> tuple[int, ...]:
        """Return the children of a choice between many values that sound most like a part of those phonemes."""
        from rapidfuzz import fuzz, process

        children, spoken = self.nodes[choice].children, self.long_lists[choice]
        nearest = process.extract(symbols, spoken, scorer=fuzz.partial_ratio, limit=_LONGEST_LIST)
        return tuple(children[place] for _, _, place in nearest)

    # -- compiling

    def _compile(self, intent: Intent) -> IntentLattice:
        blocks = [(text, block) for block in intent.blocks for text in block.sentences]
        examples = [(text, Block(())) for text in intent.examples]
        scopes = {id(block): _Scope(intent, block, self._intents, {}) for _, block in (*blocks, *examples)}
        sentences = [
            self._chained([parsed(text)], scopes[id(block)], opening=True) for text, block in (*blocks, *examples)
        ]
        reachable, pending = set[int](), [*sentences]
        while pending:
            number = pending.pop()
            if number not in reachable:
                reachable.add(number)
                pending += () if number in self.long_lists else self.nodes[number].children
        table = np.array([self._rows[number] for number in sorted(reachable)], np.int32).reshape(-1, len(Column))
        return IntentLattice(tuple(sentences), table)

    def _number(self, node: Node) -> int:
        """Return the number of a node, a new one where there is none like it."""
        if node not in self._numbers:
            number = self._numbers[node] = len(self.nodes)
            left, right = (-1, *node.children)[-2:] if node.kind >= NodeKind.CHAIN else (-1, -1)
            below = node.children[:-1] if node.kind == NodeKind.OPENING else node.children
            level = 1 + max((self._rows[child][Column.LEVEL] for child in below), default=-1)
            valued = any(self._rows[child][Column.VALUED] for child in node.children)
            self._rows.append(
                (number, node.kind, level, left, right, valued or node.is_list or node.kind == NodeKind.SPAN)
            )
            if node.kind == NodeKind.WORDS:
                phonemes = transcribe(node.text.split(), self._intents.language)
                self.pronunciations[number] = Pronunciation(encode(phonemes.symbols), phonemes.bounds[1:])
            self.nodes.append(node)
        return self._numbers[node]

    def _words(self, text: str) -> int:
        return self._number(Node(NodeKind.WORDS, text=" ".join(text.split())))

    def _chained(self, items: Sequence[Expression], scope: _Scope, opening: bool = False) -> int:
        """Return the node of a sequence; two that begin alike share the beginning."""
        numbers = [self._item(item, scope) for item in _flat(items)] or [self._words("")]
        first, *others = numbers
        kind = NodeKind.OPENING if opening else NodeKind.CHAIN
        chain = self._number(Node(kind, (first,))) if opening else first
        for number in others:
            chain = self._number(Node(kind, (chain, number)))
        return chain

    def _item(self, item: Expression, scope: _Scope) -> int:
        match item:
            case TextChunk():
                return self._words(item.original_text)
            case ListReference():
                return self._list(item, scope)
            case RuleReference():
                if item.rule_name not in scope.rules:
                    text = scope.rule(item.rule_name)
                    scope.rules[item.rule_name] = self._chained([parsed(text)] if text else [], scope)
                return scope.rules[item.rule_name]
            case Alternative():
                return self._choice([self._chained([branch], scope) for branch in item.items])
            case Permutation():
                orders = itertools.islice(itertools.permutations(item.items), _ORDERS)
                return self._choice([self._chained(order, scope) for order in orders])
            case Group():
                return self._chained(item.items, scope)
        raise AssertionError(item)

    def _choice(self, branches: Sequence[int], is_list: bool = False) -> int:
        return self._number(Node(NodeKind.CHOICE, tuple(branches) or (self._words(""),), is_list=is_list))

    def _list(self, item: ListReference, scope: _Scope) -> int:
        words, kind = scope.list(item.list_name)
        if item.is_inline_range or (words and words.range):
            return self._number(Node(NodeKind.SPAN, text="number"))
        if words and words.values:
            return self._values([phrase for phrase, _ in self._sampler.phrases(words)])
        typed = kind in entities.TYPES and kind not in entities.FREE and kind not in HOME_LISTS
        return self._number(Node(NodeKind.SPAN, text=kind if typed else FREE_TEXT))

    def _values(self, phrases: Sequence[str]) -> int:
        choice = self._choice([self._words(phrase) for phrase in phrases], is_list=True)
        if len(phrases) > _LONGEST_LIST and choice not in self.long_lists:
            language = self._intents.language
            self.long_lists[choice] = tuple(transcribe(phrase.split(), language).symbols for phrase in phrases)
        return choice


class _Scope(NamedTuple):
    """The lists and rules that the names in a block's templates stand for."""

    intent: Intent
    block: Block
    intents: IntentSet
    rules: dict[str, int]
    """Nodes of the rules compiled so far."""

    def list(self, name: str) -> tuple[WordList | None, str]:
        """Return the list of that name, and its built-in type where it is none."""
        slot = self.intent.slots.get(name)
        kind = slot.type if slot and slot.type else name
        lists: Mapping[str, WordList] = self.intents.lists
        return self.block.lists.get(name) or lists.get(kind) or lists.get(name), kind

    def rule(self, name: str) -> str:
        """Return the text of an expansion rule."""
        return self.block.rules.get(name) or self.intents.rules.get(name, "")


def _flat(items: Sequence[Expression]) -> Iterator[Expression]:
    """Yield the items, those of sequences among them one by one, and without the blanks."""
    for item in items:
        if isinstance(item, Group) and not isinstance(item, Alternative | Permutation):
            yield from _flat(item.items)
        elif not isinstance(item, TextChunk) or item.original_text.strip():
            yield item
