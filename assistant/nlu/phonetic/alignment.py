"""The tables in which a sentence is looked for by its sound.

What was heard is a string of phones, positions 0 to N between them. Each part of a template becomes a table
whose entry (i, j) is the least cost at which the part was heard between positions i and j; the tables of a
sequence are chained by the least sum (a min-plus product), those of alternatives joined by the least entry. The
best sentences are read back from them.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.language.phonemes import exchanges, losses, phones

Table: TypeAlias = NDArray[np.float32]
"""Cost between each two positions, shape (N + 1, N + 1), or of the start only, shape (1, N + 1).

Of a part that has only begun where the sentence ends, the cost from each position, shape (N + 1,) or (1,): `begun`,
and `open` where a value is still to come in the rest of it."""

_NEVER = 1e6

_WAYS = 6
"""Ways to say a part that are looked at, the least dear."""


class Way(NamedTuple):
    """How a part was perhaps said; the parts of a sentence keep their places in what was heard."""

    cost: float
    text: str


class Heard:
    """The phones of what was heard."""

    def __init__(self, text: str, language: str, now: datetime) -> None:
        self.language, self.now = language, now
        self.words = tuple(text.split())
        said = [phones(word, language) for word in self.words]
        self.phones = "".join(said)
        self.size = len(self.phones)
        self.bounds = [0, *itertools.accumulate(map(len, said))]
        """Position before each word, and the end."""
        self._lost = np.concatenate([np.zeros(1, np.float32), np.cumsum(losses(self.phones))])
        ahead = self._lost[None, :] - self._lost[:, None]
        self.skipped: Table = np.where(ahead < 0, np.float32(_NEVER), ahead).astype(np.float32)
        """Cost of hearing nothing in what lies between."""
        self.nothing: Table = np.full_like(self.skipped, _NEVER)
        np.fill_diagonal(self.nothing, 0.0)
        self.never: Table = np.full(self.size + 1, _NEVER, np.float32)

    def tables(self, words: Sequence[str]) -> Iterator[Table]:
        """Yield the cost of hearing the words so far, after each: edit distances from every position at once."""
        costs = self.skipped
        for word in words:
            spoken = phones(word, self.language)
            for phone, lost in zip(spoken, losses(spoken), strict=True):
                after = costs + lost
                exchanged = costs[:, :-1] + exchanges(phone, self.phones)[None, :]
                after[:, 1:] = np.minimum(after[:, 1:], exchanged)
                costs = np.minimum.accumulate(after - self._lost, axis=1) + self._lost
            yield costs


class Words:
    """Words that stand there."""

    def __init__(self, text: str, heard: Heard) -> None:
        self._text = text
        *some, self.cost = heard.nothing, *heard.tables(text.split())
        self.begun: Table = np.min([heard.never, *(each[:, -1] for each in some)], axis=0)
        self.open: Table = heard.never
        self.valued: bool = False

    def ways(self, start: int, end: int) -> list[Way]:
        """Return how it was perhaps said between the two positions, the least dear first."""
        return [Way(float(self.cost[start, end]), self._text)]

    def given(self, _start: int, _end: int) -> int:
        """Return how many phones between the two positions were taken as they are."""
        return 0


class Spans:
    """Stretches of what was heard, taken as they are."""

    def __init__(self, spans: Mapping[tuple[int, int], float], heard: Heard, begun: Collection[int]) -> None:
        """`begun`: words from which on the sentence may be the beginning of such a stretch."""
        self._heard = heard
        self.begun: Table = heard.never.copy()
        self.begun[[heard.bounds[word] for word in begun]] = 0.0
        self.begun[-1] = 0.0
        self.open: Table = self.begun
        self.valued: bool = True
        self.cost = np.full_like(heard.skipped, _NEVER)
        self._words: dict[tuple[int, int], str] = {}
        for (first, last), cost in spans.items():
            start, end = heard.bounds[first], heard.bounds[last]
            if start < end and cost < self.cost[start, end]:
                self.cost[start, end] = cost
                self._words[start, end] = " ".join(heard.words[first:last])

    def ways(self, start: int, end: int) -> list[Way]:
        """Return how it was perhaps said between the two positions, the least dear first."""
        return [Way(float(self.cost[start, end]), self._words.get((start, end), ""))]

    def given(self, start: int, end: int) -> int:
        """Return how many phones between the two positions were taken as they are."""
        return end - start


class Choice:
    """One of several parts, or of the values of a list."""

    def __init__(self, items: Sequence[Piece], values: bool = False) -> None:
        self._items, self._costs = items, np.stack([item.cost for item in items])
        self.begun: Table = np.min([item.begun for item in items], axis=0)
        self.open: Table = self.begun if values else np.min([item.open for item in items], axis=0)
        self.valued: bool = values or any(item.valued for item in items)
        self.cost: Table = self._costs.min(axis=0)

    def ways(self, start: int, end: int) -> list[Way]:
        """Return how it was perhaps said between the two positions, the least dear first."""
        cheapest: list[int] = self._costs[:, start, end].argsort(kind="stable")[:_WAYS].tolist()
        return sorted(way for pick in cheapest for way in self._items[pick].ways(start, end))[:_WAYS]

    def given(self, start: int, end: int) -> int:
        """Return how many phones between the two positions were taken as they are."""
        return self._items[int(self._costs[:, start, end].argmin())].given(start, end)


class Chain:
    """One after the other."""

    def __init__(self, left: Piece | None, right: Piece) -> None:
        self._left, self._right = left, right
        if left is None:  # the start of a sentence
            self.cost: Table = right.cost[:1]
            self.begun: Table = right.begun[:1]
            self.open: Table = right.open[:1]
            self.valued: bool = right.valued
            return
        sums = left.cost[:, :, None] + right.cost[None, :, :]
        self._split = sums.argmin(axis=1)
        self.cost = sums.min(axis=1)
        self.valued = left.valued or right.valued
        self.begun = np.minimum(left.begun, (left.cost + right.begun[None, :]).min(axis=1))
        self.open = np.minimum(left.begun if right.valued else left.open, (left.cost + right.open[None, :]).min(axis=1))

    def ways(self, start: int, end: int) -> list[Way]:
        """Return how it was perhaps said between the two positions, the least dear first."""
        if self._left is None:
            return self._right.ways(start, end)
        middle = int(self._split[start, end])
        pairs = itertools.product(self._left.ways(start, middle), self._right.ways(middle, end))
        return sorted(Way(one.cost + other.cost, f"{one.text} {other.text}") for one, other in pairs)[:_WAYS]

    def given(self, start: int, end: int) -> int:
        """Return how many phones between the two positions were taken as they are."""
        if self._left is None:
            return self._right.given(start, end)
        middle = int(self._split[start, end])
        return self._left.given(start, middle) + self._right.given(middle, end)


Piece: TypeAlias = Words | Spans | Choice | Chain
