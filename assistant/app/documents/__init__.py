"""The documents of a config: read, embedded, searched, in step with the files."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from assistant import weights
from assistant.config import Config
from assistant.errors import IndexStoreError, ModelError
from assistant.events import Emit, Noticed

if TYPE_CHECKING:
    from assistant.app.documents.team import Team
    from assistant.authoring.documents.passage import DocumentSet
    from assistant.nlu.documents.features import Scorer
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.retrieval.index import Embedder
    from assistant.nlu.retrieval.passages import PassageIndex, PassageSearch

RERANKER = "ms-marco-minilm"
"""Model that reads passages together with a question."""


class Documents:
    """The documents in the knowledge folders of a config, on one embedder; `index` is one that is open already."""

    noun = "documents"
    """Names their folder in that of the data, and them in progress."""

    def __init__(self, config: Config, embedder: Embedder, index: PassageIndex | None = None) -> None:
        self._config, self._embedder, self._index = config, embedder, index
        self.folder = config.data_folder() / self.noun

    @cached_property
    def index(self) -> PassageIndex:
        """The vectors."""
        from assistant.nlu.retrieval.passages import PassageIndex

        return self._index or PassageIndex(self.folder, self._embedder, self._config.match.server, self.noun)

    @cached_property
    def team(self) -> Team:
        """What a team shares."""
        from assistant.app.documents.team import Team

        return Team(self._config, self.folder, self._embedder, self.index)

    def stored(self) -> PassageSearch:
        """Search of the documents as they were last read, ready at once."""
        return self._search(self._with_team(self.kept()))

    def kept(self) -> DocumentSet:
        """The documents as they were last read, whether they are embedded or not."""
        from assistant.authoring.documents.loading import stored_documents

        return stored_documents(self.folder)

    def read(self, emit: Emit, stop: Callable[[], bool] = bool) -> DocumentSet:
        """Read the documents that changed.

        Raises:
            IndexStoreError: the data folder cannot be written.
        """
        from assistant.authoring.documents.loading import load_documents

        sources = (*self._config.knowledge_folders(), *self._config.added_documents())
        return self._with_team(load_documents(sources, self.folder, emit, stop))

    def embedded(
        self,
        documents: DocumentSet,
        emit: Emit,
        stop: Callable[[], bool] = bool,
        embedder: Embedder | None = None,
    ) -> PassageSearch:
        """Embed what is missing of the documents, by another embedder where one is given; return the search of them.

        Raises:
            IndexStoreError: the data folder cannot be written.
        """
        if not documents.passages and not self.folder.exists():
            return self._search(documents)
        return self.index.embed(documents, emit, stop, embedder=embedder)

    def follow(self, search: PassageSearch, emit: Emit) -> None:
        """Bring Chroma in step with a search.

        Raises:
            IndexStoreError: it cannot be written, or the server does not answer.
        """
        self.index.follow(search, emit)

    def is_missing(self, documents: DocumentSet) -> bool:
        """True where a passage is still to be embedded."""
        return bool(documents.passages) and bool(self.index.missing(documents))

    def summary(self, passages: PassageSearch) -> str:
        """Put the size of all that is in use in one line."""
        return f"{_count(passages.documents):,} documents with {len(passages):,} passages are in use"

    def for_one_command(self, emit: Emit, most: int = 600) -> PassageSearch:
        """Search of the documents as they are now; more than `most` new passages are not waited for: 20 seconds.

        Raises:
            IndexStoreError: the data folder cannot be written.
        """
        told = self.kept().problems
        if self._has_team and self.team.is_new:
            self.in_step_with_team(emit)
        documents = self.read(emit)
        for problem in documents.problems:
            if problem not in told:  # else it was told when the file was read
                emit(Noticed(str(problem)))
        if not documents.passages:
            return self._search(documents)
        missing = len(self.index.missing(documents))
        if missing <= most:
            return self.embedded(documents, emit) if missing else self.index.search(documents)
        emit(Noticed(f"{missing:,} passages of your {self.noun} are still to be learnt: assistant index build"))
        return self.index.search(documents)

    def reranker(self, emit: Emit, fetch: bool = True) -> Scorer | None:
        """Open the model that reads passages together with a question; its weights are read when it is first asked.

        Where they cannot be had that is one event, and documents are searched without it. Unless `fetch` they must be
        on this machine.
        """
        from assistant.nlu.documents.reranker import Reranker

        models = replace(self._config.models, offline=self._config.models.offline or not fetch)
        try:
            return Reranker(weights.resolve(RERANKER, "reranker", replace(self._config, models=models), emit))
        except ModelError as error:
            if fetch:
                emit(Noticed(f"{error}; documents are searched without it"))
            return None

    def in_step_with_team(self, emit: Emit, shared: PassageSearch | None = None) -> bool:
        """Bring the copy of a team in step or, with passages, what it sees of them; False where that fails."""
        try:
            if shared is None:
                self.team.fetch(emit)
            else:
                self.team.share(shared, emit)
        except IndexStoreError as error:
            emit(Noticed(str(error)))
            return False
        return True

    @property
    def _has_team(self) -> bool:
        return bool(self._config.match.team)

    def _with_team(self, own: DocumentSet) -> DocumentSet:
        return self.team.with_copy(own) if self._has_team else own

    def _search(self, documents: DocumentSet) -> PassageSearch:
        from assistant.nlu.retrieval.passages import PassageSearch

        return self.index.search(documents) if documents.passages else PassageSearch(documents)


def kept_count(config: Config) -> int:
    """Count the documents with text, as they were last read."""
    from assistant.authoring.documents.loading import stored_documents

    return _count(stored_documents(config.data_folder() / Documents.noun))


def _count(documents: DocumentSet) -> int:
    return sum(document.count > 0 for document in getattr(documents.passages, "documents", ()))


def in_the_background() -> None:
    """Give every other thread of this machine the way from now on; threads that this one starts do the same."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


def with_passages(matcher: Matcher, passages: PassageSearch, reranker: Scorer | None = None) -> Matcher:
    """Build a matcher that is as another, with other documents; without a reranker it keeps its own."""
    from assistant.nlu.matcher import Matcher

    parts = replace(matcher.parts, passages=passages, reranker=reranker or matcher.parts.reranker)
    return Matcher(parts, matcher.config, before=matcher)
