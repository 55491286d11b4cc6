"""The words of a growing transcript that can be relied on: those on which several hypotheses in a row agree.

This is LocalAgreement (Liu et al. 2020, Machacek et al. 2023): each hypothesis hears more audio than the one before
it, and the beginning that they share becomes stable. Stable words are never taken back.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections import deque

_AGREEING = 3
"""Hypotheses that have to agree. With two, 3 in 100 stable words are wrong after all; with three, 1 in 100."""


class LocalAgreement:
    """The hypotheses of one utterance, one after the other."""

    def __init__(self) -> None:
        self._stable: list[str] = []
        self._tails: deque[list[str]] = deque(maxlen=_AGREEING - 1)
        """The words after the stable ones in the hypotheses before."""

    def update(self, text: str) -> tuple[str, str]:
        """Take a new hypothesis and return its words as (stable, unstable).

        The last word of a hypothesis does not become stable: it may only be half spoken.
        """
        tail = self._after_stable(text.split())
        is_full = len(self._tails) == self._tails.maxlen
        agreed = min(_common_prefix(earlier, tail[:-1]) for earlier in self._tails) if is_full else 0
        self._stable += tail[:agreed]
        self._tails.append(tail)
        for words in self._tails:
            del words[:agreed]
        return " ".join(self._stable), " ".join(tail)

    def _after_stable(self, words: list[str]) -> list[str]:
        """Return the words that follow the stable ones, which a hypothesis may have worded differently."""
        count = len(self._stable)
        if _common_prefix(self._stable, words) == count:
            return words[count:]
        matcher = difflib.SequenceMatcher(None, _keys(self._stable), _keys(words), autojunk=False)
        for block in reversed(matcher.get_matching_blocks()):
            if block.size:
                # The stable words after the last common one stand where as many words of this hypothesis stand.
                return words[block.b + block.size + (count - block.a - block.size) :]
        return words[count:]


def key(word: str) -> str:
    """Return the form that two spellings of a word share: `Timer,` and `timer` are the same."""
    return re.sub(r"[^\w']", "", word).casefold()


def _keys(words: list[str]) -> list[str]:
    return [key(word) for word in words]


def _common_prefix(first: list[str], second: list[str]) -> int:
    """Return the number of words that both begin with."""
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(_keys(first), _keys(second), strict=False))
    return sum(1 for _ in same)
