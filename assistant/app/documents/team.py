"""The documents of a team: what the others share as a copy on this machine, and what is shared with them."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.authoring.documents.passage import DocumentSet
from assistant.authoring.documents.store import JoinedPassages, StoredPassages
from assistant.config import Config, expanded
from assistant.events import Emit, Noticed
from assistant.private_file import private_folder, write

if TYPE_CHECKING:
    from assistant.nlu.retrieval.index import Embedder
    from assistant.nlu.retrieval.passages import PassageIndex, PassageSearch
    from assistant.nlu.retrieval.passages.team import TeamCollection


class Team:
    """The team of a config, or nobody.

    Args:
        config: names it, its server, and what is shared with it.
        folder: keeps the copies of all teams.
        embedder: makes the vectors.
        index: keeps them.
    """

    def __init__(self, config: Config, folder: Path, embedder: Embedder, index: PassageIndex) -> None:
        self._server, self._name = config.match.server, config.match.team
        self._shared = tuple(expanded(path).absolute() for path in config.paths.shared)
        self._embedder, self._index = embedder, index
        place = hashlib.sha256(f"{self._server}\0{self._name}".encode()).hexdigest()
        self._owner_folder, self._folder = folder, folder / f"team-{place[:12]}"
        self._state = self._folder / "state.json"

    def with_copy(self, own: DocumentSet) -> DocumentSet:
        """Join one's own documents with the copy of the others'; only these where there is none."""
        from assistant.authoring.documents.loading import copied_documents, document_set

        copied = copied_documents(self._folder) if self._name else StoredPassages()
        if not copied:
            return own
        parts = [part for part in (own.passages, copied) if isinstance(part, StoredPassages)]
        joined = document_set(JoinedPassages(parts), [])
        return DocumentSet(joined.passages, own.problems, joined.digest)

    @property
    def is_new(self) -> bool:
        """True where there is a team, and no copy of its documents yet."""
        return bool(self._name) and not self._state.exists()

    def fetch(self, emit: Emit) -> None:
        """Bring the copy in step with what the others share.

        Raises:
            IndexStoreError: the server does not answer, or the copy cannot be written.
        """
        if not self._name:
            return
        from assistant.authoring.documents.loading import copied_documents

        copy = self._collection().fetch(self._remembered("revision"))
        if copy is None:
            return
        if copy.vectors is not None:
            self._index.take([passage.key for passage in copy.passages], copy.vectors, emit)
        documents = copied_documents(self._folder, copy.passages).documents
        self._remember("revision", copy.revision)
        emit(Noticed(f"team {self._name}: {len(documents):,} documents, {len(copy.passages):,} passages"))

    def share(self, search: PassageSearch, emit: Emit) -> None:
        """Bring the passages that the others see in step with the documents that are shared; nothing else goes there.

        Raises:
            IndexStoreError: the server does not answer, or another embedder made what it has.
        """
        digest = hashlib.sha256(json.dumps([search.documents.digest, *map(str, self._shared)]).encode()).hexdigest()
        if not self._name or (not self._shared and not self._remembered("shared")):
            return
        if self._remembered("shared") == digest or self._index.missing(search.documents):
            return
        passages = [passage for passage in search.documents.passages if self._is_shared(passage.file)]
        changed = self._collection().publish(passages, search.vectors)
        self._remember("shared", digest if self._shared else "")
        if changed:
            emit(Noticed(f"team {self._name}: {len(passages):,} passages of yours are shared"))

    def _is_shared(self, file: Path) -> bool:
        """True of a file in a folder that is shared; not of one that a link there leads to."""
        real = file.resolve()
        return any(
            folder in (file, *file.parents) and folder.resolve() in (real, *real.parents) for folder in self._shared
        )

    def _collection(self) -> TeamCollection:
        from assistant.nlu.retrieval.chroma import owner_of
        from assistant.nlu.retrieval.passages.team import TeamCollection

        return TeamCollection(self._server, self._name, owner_of(self._owner_folder), self._embedder.id)

    def _remembered(self, name: str) -> str:
        with contextlib.suppress(Exception):  # a damaged file raises anything
            return str(json.loads(self._state.read_text("utf-8")).get(name, ""))
        return ""

    def _remember(self, name: str, value: str) -> None:
        state = {key: self._remembered(key) for key in ("revision", "shared")} | {name: value}
        private_folder(self._folder)
        write(self._state, json.dumps(state))
