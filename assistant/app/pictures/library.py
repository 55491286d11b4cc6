"""The pictures of a config: read, embedded by their words and by what is to be seen on them, in step with the files."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import weights
from assistant.app.documents import Documents
from assistant.config import Config
from assistant.errors import AssistantError, IndexStoreError, ModelError
from assistant.events import Emit, Noticed

if TYPE_CHECKING:
    from assistant.authoring.documents.loading import SourceKind
    from assistant.authoring.documents.passage import DocumentSet
    from assistant.authoring.pictures.picture import Picture
    from assistant.nlu.pictures.finding import PictureFinder
    from assistant.nlu.pictures.sight import Sight, SightSearch
    from assistant.nlu.retrieval.index import Embedder
    from assistant.nlu.retrieval.passages import PassageIndex, PassageSearch


class Pictures(Documents):
    """The pictures in the folders of a config, kept and found as documents are, on one embedder."""

    noun = "pictures"

    def __init__(self, config: Config, embedder: Embedder) -> None:
        super().__init__(config, embedder)
        self._sights: dict[str, PassageIndex] = {}
        self._seen: tuple[str, DocumentSet] | None = None
        """The rows of what is to be seen, with the digest of the pictures that they are of."""

    def summary(self, passages: PassageSearch) -> str:
        """Put the number of all that can be found in one line."""
        return f"{len(passages):,} {'picture' if len(passages) == 1 else 'pictures'} can be found"

    @property
    def thumbnails(self) -> Path:
        """Folder of the thumbnails."""
        return self.folder / "thumbnails"

    def kept(self) -> DocumentSet:
        """The pictures as they were last read."""
        from assistant.authoring.documents.loading import stored_documents

        return stored_documents(self.folder, self._kind)

    def read(self, emit: Emit, stop: Callable[[], bool] = bool) -> DocumentSet:
        """Read the pictures that changed, and forget the thumbnails of those that are no more.

        Raises:
            IndexStoreError: the data folder cannot be written.
        """
        from assistant.authoring.documents.loading import load_documents

        before = self.kept().digest
        pictures = load_documents(self._config.picture_folders(), self.folder, emit, stop, self._kind)
        if before and pictures.digest != before:
            self._forget_thumbnails(pictures)
        return pictures

    def embedded(
        self,
        documents: DocumentSet,
        emit: Emit,
        stop: Callable[[], bool] = bool,
        embedder: Embedder | None = None,
    ) -> PassageSearch:
        """Embed what is missing of the words, and see the pictures that were not seen, where a model for that is here.

        Raises:
            IndexStoreError: the data folder cannot be written.
        """
        search = super().embedded(documents, emit, stop, embedder)
        if documents.passages and (sight := self.sight(emit)) is not None:
            self._index_of(sight).embed(self._seen_set(documents), emit, stop)
        return search

    def is_missing(self, documents: DocumentSet) -> bool:
        """True where the words of a picture are still to be embedded, or it is still to be seen."""
        return super().is_missing(documents) or self.unseen(documents) > 0

    def unseen(self, documents: DocumentSet) -> int:
        """Count the pictures that are still to be seen; 0 without a model for that."""
        sight = self.sight(lambda _: None) if documents.passages else None
        return len(self._index_of(sight).missing(self._seen_set(documents))) if sight else 0

    def sight(self, emit: Emit, fetch: bool = False) -> Sight | None:
        """Open the model that sees pictures, where one is named; its weights are read when it first sees one.

        Unless `fetch` they must be on this machine. Where they cannot be had that is one event.
        """
        names = filter(None, (self._config.pictures.model, self._config.pictures.words_model))
        if not self._config.pictures.model:
            return None
        from assistant.nlu.pictures.sight import Sight

        models = replace(self._config.models, offline=self._config.models.offline or not fetch)
        config = replace(self._config, models=models)
        try:
            return Sight(*(weights.resolve(name, "sight", config, emit) for name in names))
        except ModelError as error:
            emit(Noticed(f"{error}; pictures are found by their words alone"))
            return None

    def finder(self, emit: Emit, at_once: bool = False, most: int = 200) -> PictureFinder:
        """Open the search of the pictures as they are now; with `at_once` as they were last read.

        More than `most` that are still to be seen are not waited for. Where the data folder cannot be written, they are
        as they were last read, and that is one event.
        """
        try:
            search = self.stored() if at_once else self.for_one_command(emit)
        except IndexStoreError as error:
            emit(Noticed(f"{error}; your {self.noun} are found as they were last read"))
            search, at_once = self.stored(), True
        if not at_once and (count := self.unseen(search.documents)) > 0:
            if count <= most:
                search = self.embedded(search.documents, emit)
            else:
                emit(Noticed(f"{count:,} of your pictures are still to be seen: assistant index build"))
        return self.finder_over(search, emit)

    def looked_at(self, path: Path, folder: Path) -> tuple[Picture, Path]:
        """Read a picture that need not be one of those; return it with its thumbnail, which is written into a folder.

        Raises:
            AssistantError: it cannot be read.
        """
        from assistant.authoring.documents.apart import ReaderProcess, from_record
        from assistant.authoring.pictures.picture import Picture
        from assistant.authoring.pictures.reading import thumbnail_of

        with ReaderProcess((str(folder),)) as reader:
            records, problems = reader.read(path, path.name)
        picture = from_record(records[0], path, path.name) if records else None
        if not isinstance(picture, Picture):
            raise AssistantError(str(problems[0]) if problems else f"{path}: cannot be read")
        return picture, thumbnail_of(folder, picture.facts.digest)

    def finder_over(self, search: PassageSearch, emit: Emit) -> PictureFinder:
        """Open the finder over a search of the pictures."""
        from assistant.nlu.pictures.finding import PictureFinder
        from assistant.nlu.ranking.evidence import ranking_weights

        if not search.documents.passages:
            return PictureFinder(search, None, ranking_weights(), self._embedder.embed)
        reranker = self.reranker(emit, fetch=False)
        sight = self.seen(search.documents, emit)
        return PictureFinder(search, self.folder, ranking_weights(), self._embedder.embed, reranker, sight)

    def seen(self, documents: DocumentSet, emit: Emit) -> SightSearch | None:
        """Open the search of the pictures by what is to be seen on them; None without a model for that."""
        from assistant.nlu.pictures.sight import SightSearch

        if (sight := self.sight(emit)) is None:
            return None
        return SightSearch(sight, self._index_of(sight).search(self._seen_set(documents)), documents)

    def follow(self, search: PassageSearch, emit: Emit) -> None:
        """Bring Chroma in step with the pictures, by their words and by what is to be seen on them.

        Raises:
            IndexStoreError: it cannot be written, or the server does not answer.
        """
        self.index.follow(search, emit)
        if search.documents.passages and (sight := self.sight(emit)) is not None:
            index = self._index_of(sight)
            index.follow(index.search(self._seen_set(search.documents)), emit)

    def _index_of(self, sight: Sight) -> PassageIndex:
        from assistant.nlu.retrieval.passages import PassageIndex

        if sight.id not in self._sights:
            folder, server = self.folder / "seen", self._config.match.server
            self._sights[sight.id] = PassageIndex(folder, sight, server, "pictures")
        return self._sights[sight.id]

    def _seen_set(self, documents: DocumentSet) -> DocumentSet:
        from assistant.nlu.pictures.sight import seen_set

        if self._seen is None or self._seen[0] != documents.digest:
            self._seen = documents.digest, seen_set(documents, self.thumbnails)
        return self._seen[1]

    @property
    def _has_team(self) -> bool:
        return False

    @property
    def _kind(self) -> SourceKind:
        from assistant.authoring.documents.loading import SourceKind
        from assistant.authoring.pictures.reading import PICTURE_FILES, VERSION
        from assistant.authoring.pictures.sidecars import sidecars
        from assistant.authoring.pictures.written import reader

        version = f"{VERSION} {'with' if reader() else 'without'} words"
        return SourceKind(PICTURE_FILES, version, self.noun, (str(self.thumbnails),), sidecars, True)

    def _forget_thumbnails(self, pictures: DocumentSet) -> None:
        from assistant.authoring.pictures.picture import Picture

        wanted = {picture.facts.digest for picture in pictures.passages if isinstance(picture, Picture)}
        for file in self.thumbnails.glob("*/*.jpg"):
            if file.stem not in wanted:
                with contextlib.suppress(OSError):
                    file.unlink()
