"""What an alignment says was meant: the n best alternatives of each node, read back from the tables.

See Huang and Chiang, "Better k-best parsing", IWPT 2005; the split of a chain is that of its best alternative.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assistant.nlu.phonetic.alignment import Alignment
from assistant.nlu.phonetic.lattice import FREE_TEXT, NodeKind


class Alternative(NamedTuple):
    """Words that may have been said."""

    cost: float
    text: str


class Alternatives:
    """Reads an alignment: of each node its `most` cheapest alternatives.

    Words that were taken as they were heard keep their places.
    """

    def __init__(self, alignment: Alignment, most: int = 6) -> None:
        self._most = most
        self._alignment, self._nodes = alignment, alignment.lattice.nodes
        self._rows, self._tables = alignment.layout.rows, alignment.tables
        self._end = alignment.heard.size
        self._best: dict[tuple[int, int, int], list[tuple[float, str]]] = {}

    def of_sentence(self, sentence: int) -> list[Alternative]:
        """Return the ways in which a sentence of the templates may have been said, the cheapest first."""
        return [Alternative(*pair) for pair in self._read(sentence, 0, self._end)]

    def taken(self, sentence: int) -> int:
        """Return the number of phonemes that the best alternative takes as they were heard."""
        return self._taken(sentence, 0, self._end)

    def _read(self, number: int, start: int, end: int) -> list[tuple[float, str]]:
        """Return costs and texts of a node's alternatives: plain pairs, for there are thousands."""
        key = number, start, end
        if key not in self._best:
            node = self._nodes[number]
            if node.kind == NodeKind.CHOICE:
                alternatives = []
                for branch in self._cheapest(number, start, end):
                    alternatives += self._read(branch, start, end)
                self._best[key] = sorted(alternatives)[: self._most]
            elif node.kind >= NodeKind.CHAIN and len(node.children) > 1:
                self._best[key] = self._chained(number, start, end)
            elif node.kind == NodeKind.OPENING:
                self._best[key] = self._read(node.children[0], start, end)
            else:
                cost = float(self._tables[self._rows[number], start, end])
                text = node.text if node.kind == NodeKind.WORDS else self._heard(number, start, end)
                self._best[key] = [(cost, text)] if cost < np.inf else []
        return self._best[key]

    def _cheapest(self, choice: int, start: int, end: int) -> list[int]:
        branches = self._alignment.layout.branches[choice]
        costs = self._tables[self._rows[list(branches)], start, end]
        return [
            branches[place] for place in costs.argsort(kind="stable")[: self._most].tolist() if costs[place] < np.inf
        ]

    def _chained(self, chain: int, start: int, end: int) -> list[tuple[float, str]]:
        left, right = self._nodes[chain].children
        middle = self._split(chain, start, end)
        firsts, seconds = self._read(left, start, middle), self._read(right, middle, end)
        pairs = [(cost + added, f"{text} {rest}") for cost, text in firsts for added, rest in seconds]
        return sorted(pairs)[: self._most]

    def _split(self, chain: int, start: int, end: int) -> int:
        """Return the position at which the parts of a chain meet."""
        left, right = self._nodes[chain].children
        opening = self._nodes[chain].kind == NodeKind.OPENING
        before = self._alignment.starts[self._rows[left]] if opening else self._tables[self._rows[left], start]
        return int((before + self._tables[self._rows[right], :, end]).argmin())

    def _heard(self, span: int, start: int, end: int) -> str:
        heard = self._alignment.heard
        if self._nodes[span].text == FREE_TEXT and start < end:
            return " ".join(heard.words[heard.bounds.index(start) : heard.bounds.index(end)])
        return self._alignment.typed.get(span, {}).get((start, end), "")

    def _taken(self, number: int, start: int, end: int) -> int:
        node = self._nodes[number]
        if node.kind == NodeKind.SPAN:
            return end - start
        if node.kind == NodeKind.WORDS:
            return 0
        if node.kind == NodeKind.CHOICE:
            branches = self._cheapest(number, start, end)
            return self._taken(branches[0], start, end) if branches else 0
        if len(node.children) == 1:
            return self._taken(node.children[0], start, end)
        middle = self._split(number, start, end)
        return self._taken(node.children[0], start, middle) + self._taken(node.children[1], middle, end)
