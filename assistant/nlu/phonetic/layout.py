"""The order in which the nodes of a lattice are computed for a sentence, and their rows in the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.phonetic.lattice import Column, IntentLattice, Lattice, NodeKind

Numbers: TypeAlias = NDArray[np.int32]


class _Level(NamedTuple):
    """Nodes whose children are on lower levels, as rows of the tables."""

    choices: Numbers
    branches: list[Numbers]
    """Of each choice."""
    lists: Numbers
    """Those of the choices that are between the values of a list."""
    chains: Numbers
    """Chains, their left and their right parts, shape (3, n)."""


class Layout:
    """The nodes of some intents in the order in which they are computed, each in a row of the tables.

    Openings, which begin where the sentence begins, have rows of their own.
    """

    def __init__(self, lattice: Lattice, intents: Sequence[IntentLattice], symbols: str) -> None:
        nodes = np.concatenate([intent.nodes for intent in intents])
        nodes = nodes[np.unique(nodes[:, Column.NUMBER], return_index=True)[1]]
        numbers, kinds, levels = nodes[:, Column.NUMBER], nodes[:, Column.KIND], nodes[:, Column.LEVEL]
        choices = numbers[kinds == NodeKind.CHOICE].tolist()
        selected = {
            number: lattice.nearest_values(number, symbols) for number in choices if number in lattice.long_lists
        }
        self.branches = {number: lattice.nodes[number].children for number in choices} | selected
        """Children of each choice that are aligned."""
        words = set(numbers[kinds == NodeKind.WORDS].tolist()).union(*selected.values())
        self.words, self.spans = sorted(words), numbers[kinds == NodeKind.SPAN].tolist()
        """Nodes in the first rows, and in those after them."""
        parts = (kinds == NodeKind.CHOICE) | (kinds == NodeKind.CHAIN)
        order = [*self.words, *self.spans, *numbers[parts].tolist()]
        openings = nodes[kinds == NodeKind.OPENING]
        self.size, self.openings = len(order), len(openings)
        self.rows = np.zeros(len(lattice.nodes), np.int32)
        self.rows[order] = np.arange(self.size)
        self.rows[openings[:, Column.NUMBER]] = np.arange(self.openings)
        self.valued = np.zeros(self.size, bool)
        """True of rows with a value in them."""
        self.valued[self.rows[numbers[kinds != NodeKind.OPENING]]] = nodes[kinds != NodeKind.OPENING, Column.VALUED]
        self.levels = [self._level(nodes[parts & (levels == level)], lattice) for level in np.unique(levels[parts])]
        depths = openings[:, Column.LEVEL]
        self.depths = [self._chains(openings[depths == depth]) for depth in np.unique(depths)]
        """Openings that are one part longer than those before; the first have no left part."""

    def _level(self, nodes: Numbers, lattice: Lattice) -> _Level:
        choices = nodes[nodes[:, Column.KIND] == NodeKind.CHOICE, Column.NUMBER]
        lists = [number for number in choices.tolist() if lattice.nodes[number].is_list]
        branches = [self.rows[list(self.branches[number])] for number in choices.tolist()]
        chains = self._chains(nodes[nodes[:, Column.KIND] == NodeKind.CHAIN])
        return _Level(self.rows[choices], branches, self.rows[lists], chains)

    def _chains(self, nodes: Numbers) -> Numbers:
        rows: Numbers = self.rows[nodes[:, [Column.NUMBER, Column.LEFT, Column.RIGHT]]].T
        return rows
