"""Which words of a growing transcript can be relied on: those that several readings in a row agree on.

This is LocalAgreement (Liu et al. 2020, Machacek et al. 2023): each reading sees more audio than the one
before it, and what they all begin with becomes stable. Stable words are never taken back.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections import deque

_READINGS = 3
"""That have to agree. With two, three in a hundred stable words are wrong after all; with three, one is."""


class LocalAgreement:
    """The readings of one utterance, one after the other."""

    def __init__(self) -> None:
        self._stable: list[str] = []
        self._before: deque[list[str]] = deque(maxlen=_READINGS - 1)
        """What followed the stable words in the readings before."""

    def update(self, text: str) -> tuple[str, str]:
        """Take a new reading and return its words as (stable, unstable).

        The last word of a reading does not become stable: it may only be half spoken.
        """
        rest = self._after_stable(text.split())
        agreed = min(_agreed(before, rest[:-1]) for before in self._before) if self._is_read_enough() else 0
        self._stable += rest[:agreed]
        self._before.append(rest)
        for before in self._before:
            del before[:agreed]
        return " ".join(self._stable), " ".join(rest)

    def _is_read_enough(self) -> bool:
        return len(self._before) == _READINGS - 1

    def _after_stable(self, words: list[str]) -> list[str]:
        """Return the words that follow the stable ones, which a reading may have put in another way."""
        count = len(self._stable)
        if _agreed(self._stable, words) == count:
            return words[count:]
        matcher = difflib.SequenceMatcher(None, _keys(self._stable), _keys(words), autojunk=False)
        for block in reversed(matcher.get_matching_blocks()):
            if block.size:
                # The stable words after the last common one stand where as many words of this reading stand.
                return words[block.b + block.size + (count - block.a - block.size) :]
        return words[count:]


def key(word: str) -> str:
    """Return what two spellings of a word have in common: `Timer,` and `timer` are the same."""
    return re.sub(r"[^\w']", "", word).casefold()


def _keys(words: list[str]) -> list[str]:
    return [key(word) for word in words]


def _agreed(first: list[str], second: list[str]) -> int:
    """Return how many words both begin with."""
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(_keys(first), _keys(second), strict=False))
    return sum(1 for _ in same)
