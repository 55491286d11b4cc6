"""Search of the turns that are kept, by their words and by their meaning.

What a search by meaning compares with is made when it is wanted, or while nothing else is done: never in the turn that
is kept. It stands in an index of its own on this machine, which Chroma follows as it does the other one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.actions.database.turns import StoredTurn
from assistant.dialogue.history import KeptConversation
from assistant.events import Emit

if TYPE_CHECKING:
    from assistant.nlu.retrieval.index import Embedder, Index
    from assistant.nlu.retrieval.retriever import Retriever

_ENDINGS = ("", "s", "es", "'s", "n", "en", "e", "er", "ed", "ing")
"""Endings with which a word is still the same one."""

_LITTLE = frozenset(
    "a an the my your our his her their this that these those some any of to in on at for with and or is are was were"
    " der die das den dem des ein eine einen mein meine dein deine und oder von zu im am".split()
)
"""Words that a search does not look for."""


class TurnSearch:
    """Finds turns of a kept conversation; `index` and `embedder` are opened by the first search by meaning."""

    def __init__(
        self, kept: KeptConversation, index: Callable[[Embedder], Index], embedder: Callable[[], Embedder]
    ) -> None:
        self._kept = kept
        self._open_index, self._open_embedder = index, embedder
        self._index: Index | None = None

    def by_words(self, words: str, replies: bool = True) -> tuple[StoredTurn, ...]:
        """The turns with all the words, oldest first; in the replies too, unless only a person's own count."""
        wanted = [word for word in _words(words) if word not in _LITTLE] or _words(words)
        return tuple(
            turn
            for turn in self._kept.turns()
            if _has_all(wanted, _words(f"{turn.text} {turn.reply}" if replies else turn.text))
        )

    def by_meaning(
        self, words: str, emit: Emit = lambda _: None, most: int = 10, least: float = 0.35
    ) -> tuple[tuple[StoredTurn, float], ...]:
        """The turns whose words mean something like these, the nearest first, each with its likeness.

        Args:
            words: what they are about.
            emit: told of the progress where much is to be compared.
            most: number of turns.
            least: cosine similarity that a turn must have.

        Raises:
            ModelError: the embedder's weights are missing or corrupt.
            IndexStoreError: the vectors cannot be written.
        """
        turns = {turn.text: turn for turn in self._kept.turns()}
        embedder = self._open_embedder()
        hits = self._retriever(turns, embedder, emit).nearest(embedder.embed([words])[0], most)
        return tuple((turns[hit.row.text], hit.score) for hit in hits if hit.score >= least)

    def about(self, words: str) -> tuple[StoredTurn, ...]:
        """The turns in which a person spoke of something, oldest first: by its words, else by its meaning."""
        turns = self.by_words(words, replies=False) if words else self._kept.turns()
        if not turns and words:
            turns = tuple(turn for turn, _ in self.by_meaning(words, most=5, least=0.5))
        return tuple(sorted(turns, key=lambda turn: turn.id))

    def prepare(self, emit: Emit) -> None:
        """Make the vectors that a search by meaning will want, and bring Chroma in step with them.

        Raises:
            IndexStoreError: it cannot be written; a search makes it in memory.
        """
        if turns := {turn.text: turn for turn in self._kept.turns()}:
            retriever = self._retriever(turns, self._open_embedder(), emit)
            assert self._index is not None
            self._index.follow(retriever, emit)

    def close(self) -> None:
        """Let go of the index; the next search opens it again."""
        if self._index is not None:
            self._index.close()
            self._index = None

    def _retriever(self, texts: Sequence[str] | dict[str, StoredTurn], embedder: Embedder, emit: Emit) -> Retriever:
        from assistant.nlu.retrieval.snapshot import Row

        if self._index is None:
            self._index = self._open_index(embedder)
        return self._index.sync(lambda: [Row("turn", "", text) for text in texts], emit)[0]


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’]+", text.casefold())


def _has_all(wanted: Sequence[str], words: Sequence[str]) -> bool:
    """True if all words wanted are there, with an ending or without."""
    return all(any(_is_same(word, other) for other in words) for word in wanted)


def _is_same(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return long.startswith(short) and (long[len(short) :] in _ENDINGS if len(short) > 2 else short == long)
