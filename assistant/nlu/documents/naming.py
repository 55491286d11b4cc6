"""The documents that a question names: `how does borg prune` is asked of borg's manual, and there about pruning.

A manual seldom says its own name, and the name in a question draws it to those passages that do. So the passages of
the named documents are searched alone, half by the whole question and half by what is left of it without the name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.authoring.documents.passage import DocumentSet
from assistant.language.tables import table_of
from assistant.nlu.documents.words import WordIndex, split
from assistant.nlu.query import Query
from assistant.nlu.retrieval.embedder import unit
from assistant.nlu.retrieval.snapshot import Vectors


@dataclass(frozen=True, slots=True)
class Named:
    """The documents that a question names."""

    keys: frozenset[str]
    """Of their passages."""
    vector: Vectors
    """The unit vector by which they are searched, shape (d,)."""


class DocumentNames:
    """The names of documents, from their folders and files."""

    def __init__(self, documents: DocumentSet, index: WordIndex) -> None:
        self._documents, self._index = documents, index
        self._shares = dict[str, float]()

    def named(self, query: Query, least: float = 0.6) -> Named | None:
        """Return the documents that a question names, those of most of its names; None where it names none.

        A word is a name that at most some documents have, and of the passages that hold it at least so many are theirs:
        `create` is none, though there is a `create.html`. A number is none alone.
        """
        language, said = query.language, dict.fromkeys(split(query.text))
        words = [word for word in said if word in self._files and word not in table_of(language).stop_words]
        names = {word for word in words if len(self._files[word]) < len(self._places) and self._share(word) >= least}
        if all(map(str.isdigit, names)):
            return None
        held = Counter(name for word in names for name in self._files[word])
        most = max(held.values())
        keys = self._documents.keys
        own = frozenset(keys[place] for name, count in held.items() if count == most for place in self._places[name])
        rest = " ".join(word for word in query.plain.split() if names.isdisjoint(split(word)))
        return Named(own, unit((query.vector + query.with_text(rest).vector)[None])[0] if rest else query.vector)

    def _share(self, word: str) -> float:
        """Return the share of the passages with a word in their text that are of documents with it in their name."""
        if word not in self._shares:
            own = {self._documents.keys[place] for name in self._files[word] for place in self._places[name]}
            holding = self._index.with_word(self._documents, word)
            self._shares[word] = sum(key in own for key in holding) / len(holding) if holding else 1.0
        return self._shares[word]

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        """The name of each document -> the places of its passages."""
        passages, places = self._documents.passages, dict[str, list[int]]()
        stored = getattr(passages, "documents", None)
        if stored is None:
            names = [passage.name for passage in passages]
        else:
            names = [document.name for document in stored for _ in range(document.count)]
        for place, name in enumerate(names):
            places.setdefault(name, []).append(place)
        return places

    @cached_property
    def _files(self) -> Mapping[str, frozenset[str]]:
        """Word -> the documents in whose name it stands."""
        files = dict[str, set[str]]()
        for name in self._places:
            for word in split(re.sub(r"\.\w+$", "", name)):
                files.setdefault(word, set()).add(name)
        return {word: frozenset(names) for word, names in files.items()}
