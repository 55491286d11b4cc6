"""The alignment of a heard sentence with a lattice of templates, by weighted edit distance over phonemes.

What was heard is a string of phonemes, positions 0 to N between them. Each node of the lattice becomes a table whose
entry (i, j) is the least cost at which the node was heard between positions i and j. Words are aligned by edit
distance (Wagner and Fischer, J. ACM 21(1), 1974) from all starts at once, concatenations by a min-plus product,
alternatives by the least entry: approximate matching of regular expressions (Myers and Miller, Bull. Math. Biol.
51(1), 1989), the Viterbi recursion on a lattice in place of a sequence. Nodes of one level are computed together.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.phonetic.costs import encode, indels, substitutions
from assistant.nlu.phonetic.lattice import FREE_TEXT, IntentLattice, Lattice, Pronunciation
from assistant.nlu.phonetic.layout import Layout
from assistant.nlu.query import Query

Costs: TypeAlias = NDArray[np.float32]
"""Infinite where something cannot be heard."""

_FREE = 0.3
"""Cost of a stretch of free text beside that of its phonemes; without it free text would swallow everything."""


class Heard:
    """The phonemes of a sentence as arrays."""

    def __init__(self, query: Query) -> None:
        self.query, self.words = query, tuple(query.tidied.split())
        self.symbols, self.bounds = query.phonemes
        self.size = len(self.symbols)
        self.codes = encode(self.symbols)
        lost = indels(self.codes).astype(np.float32)
        self.lost: Costs = np.concatenate([np.zeros(1, np.float32), np.cumsum(lost)])
        """Cost of hearing nothing in what lies before each position, shape (N + 1,)."""
        ahead = self.lost[None, :] - self.lost[:, None]
        self.skipped: Costs = np.where(ahead < 0, np.float32(np.inf), ahead)
        """Cost of hearing nothing between two positions, shape (N + 1, N + 1)."""


class Alignment:
    """The tables of a sentence for the templates of some intents.

    Args:
        heard: the sentence.
        lattice: the nodes.
        intents: those whose templates are aligned; at least one.
        free: cost of a phoneme of free text.
    """

    def __init__(self, heard: Heard, lattice: Lattice, intents: Sequence[IntentLattice], free: float) -> None:
        self.heard, self.lattice = heard, lattice
        self.layout = layout = Layout(lattice, intents, heard.symbols)
        self.sentences = tuple(itertools.chain.from_iterable(intent.sentences for intent in intents))
        """Nodes of the templates and examples, in the order of the intents."""
        self.tables = np.full((layout.size, heard.size + 1, heard.size + 1), np.inf, np.float32)
        """Cost of each node that is no opening between each two positions."""
        self.starts = np.empty((layout.openings, heard.size + 1), np.float32)
        """Cost of each opening up to each position."""
        words = len(layout.words)
        self._begun = np.full(self.tables.shape[:2], np.inf, np.float32)
        pronunciations = [lattice.pronunciations[number] for number in layout.words]
        align_words(pronunciations, heard, self.tables[:words], self._begun[:words])
        self.typed: dict[int, dict[tuple[int, int], str]] = {}
        """Values of each span, by positions: their words."""
        for row, number in enumerate(layout.spans, words):
            self._fill_span(number, self.tables[row], self._begun[row], free)
        for level in layout.levels:
            for row, branches in zip(level.choices.tolist(), level.branches, strict=True):
                np.minimum.reduce(self.tables[branches], axis=0, out=self.tables[row])
            rows, left, right = level.chains
            if rows.size:
                self.tables[rows] = min_plus(self.tables[left], self.tables[right])
        (rows, _, right), *longer = layout.depths
        self.starts[rows] = self.tables[right, 0]
        for rows, left, right in longer:
            self.starts[rows] = np.minimum.reduce(self.starts[left][:, :, None] + self.tables[right], axis=1)

    @property
    def costs(self) -> Costs:
        """The cost of each sentence, shape (n,)."""
        costs: Costs = self.starts[self.layout.rows[list(self.sentences)], -1]
        return costs

    def _fill_span(self, number: int, table: Costs, begun: Costs, free: float) -> None:
        """Set the cost of what is taken as it is heard, and of the beginnings of it."""
        heard, kind = self.heard, self.lattice.nodes[number].text
        begun[-1] = 0.0
        if kind == FREE_TEXT:
            bounds = np.array(heard.bounds)
            lengths = bounds[None, :] - bounds[:, None]
            table[bounds[:, None], bounds[None, :]] = np.where(lengths > 0, _FREE + free * lengths, np.inf)
            return
        words = self.typed[number] = {}
        for span in heard.query.spans(kind, heard.words):
            start, end = heard.bounds[span.start], heard.bounds[span.end]
            if start < end:
                table[start, end] = 0.0
                words.setdefault((start, end), " ".join(heard.words[span.start : span.end]))
        if kind != "number":  # `for ten ...`
            numbers = heard.query.spans("number", heard.words)
            begun[[heard.bounds[span.start] for span in numbers if span.end == len(heard.words)]] = 0.0

    def beginnings(self) -> tuple[Costs, Costs]:
        """Return the cost of the whole of what was heard as the beginning of each sentence, shape (n,).

        The second are the costs where a value is still to come in the rest of the sentence.
        """
        layout, tables = self.layout, self.tables
        begun, before = self._begun, np.full_like(self._begun, np.inf)
        spans = slice(len(layout.words), len(layout.words) + len(layout.spans))
        before[spans] = begun[spans]
        for level in layout.levels:
            for row, branches in zip(level.choices.tolist(), level.branches, strict=True):
                np.minimum.reduce(begun[branches], axis=0, out=begun[row])
                np.minimum.reduce(before[branches], axis=0, out=before[row])
            before[level.lists] = begun[level.lists]
            rows, left, right = level.chains
            first = np.where(layout.valued[right, None], begun[left], before[left])
            begun[rows] = np.minimum(begun[left], (tables[left] + begun[right][:, None]).min(axis=2))
            before[rows] = np.minimum(first, (tables[left] + before[right][:, None]).min(axis=2))
        (rows, _, right), *longer = layout.depths
        whole, valued = np.empty((2, layout.openings), np.float32)
        whole[rows], valued[rows] = begun[right, 0], before[right, 0]
        for rows, left, right in longer:
            first = np.where(layout.valued[right], whole[left], valued[left])
            whole[rows] = np.minimum(whole[left], (self.starts[left] + begun[right]).min(axis=1))
            valued[rows] = np.minimum(first, (self.starts[left] + before[right]).min(axis=1))
        sentences = layout.rows[list(self.sentences)]
        return whole[sentences].astype(np.float64), valued[sentences].astype(np.float64)


def min_plus(left: Costs, right: Costs) -> Costs:
    """Return the least cost of one table after another, each of shape (n, N + 1, N + 1)."""
    costs = np.full_like(left, np.inf)
    for middle in range(left.shape[1]):  # nothing is heard backwards: starts lie before it, ends behind it
        part = costs[:, : middle + 1, middle:]
        np.minimum(part, left[:, : middle + 1, middle, None] + right[:, middle, None, middle:], out=part)
    return costs


def align_words(pronunciations: Sequence[Pronunciation], heard: Heard, tables: Costs, begun: Costs) -> None:
    """Set the cost of hearing each sequence of words, and of hearing some of its words where the sentence ends.

    Args:
        pronunciations: of n sequences.
        heard: the sentence.
        tables: cost between each two positions, shape (n, N + 1, N + 1).
        begun: cost of the first words from each position to the end, shape (n, N + 1); infinite before.
    """
    lengths = np.array([len(codes) for codes, _ in pronunciations])
    order = np.argsort(-lengths, kind="stable")
    longest = int(lengths.max(initial=0))
    codes = np.zeros((len(order), longest), np.int32)
    pauses = np.zeros((len(order), longest + 1), bool)
    for place, number in enumerate(order.tolist()):
        spoken, ends = pronunciations[number]
        codes[place, : len(spoken)] = spoken
        pauses[place, list(ends[:-1])] = True
        begun[number, -1] = 0.0 if ends else np.inf
    alphabet, letters = np.unique(codes, return_inverse=True)
    letters = letters.reshape(codes.shape)
    exchanged, lost = substitutions(alphabet, heard.codes).astype(np.float32), indels(alphabet).astype(np.float32)
    ahead = heard.lost[:, None, None]
    # by end, sequence and start: positions come first, so that one operation serves all sequences
    costs: Costs = np.repeat(heard.skipped.T[:, None, :], len(order), axis=1)
    for step in range(longest + 1):
        pausing = pauses[: costs.shape[1], step]
        paused = order[: costs.shape[1]][pausing]
        begun[paused] = np.minimum(begun[paused], costs[-1, pausing])
        active = int(np.count_nonzero(lengths > step))
        tables[order[active : costs.shape[1]]] = costs[:, active:].transpose(1, 2, 0)
        if not active:
            break
        heads = letters[:active, step]
        after = costs[:, :active] + lost[heads][None, :, None]
        np.minimum(after[1:], costs[:-1, :active] + exchanged[heads].T[:, :, None], out=after[1:])
        after -= ahead
        for end in range(1, heard.size + 1):
            np.minimum(after[end], after[end - 1], out=after[end])
        after += ahead
        costs = after
    nothing = [number for number, (_, ends) in enumerate(pronunciations) if not ends]
    tables[nothing] = np.where(np.eye(heard.size + 1, dtype=bool), np.float32(0.0), np.float32(np.inf))
