"""The pictures of a config: read, embedded, found, in step with the files."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.app.documents import Documents
from assistant.config import Config
from assistant.events import Emit

if TYPE_CHECKING:
    from assistant.authoring.documents.loading import SourceKind
    from assistant.authoring.documents.passage import DocumentSet
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.pictures.finding import PictureFinder, PictureFindings
    from assistant.nlu.retrieval.passages import PassageSearch


class Pictures(Documents):
    """The pictures in the folders of a config, kept and found as documents are, on one embedder."""

    noun = "pictures"

    def summary(self, passages: PassageSearch) -> str:
        """Put the number of all that can be found in one line."""
        return f"{len(passages):,} pictures can be found"

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

    def finder(self, emit: Emit, at_once: bool = False) -> PictureFinder:
        """Open the search of the pictures as they are now; with `at_once` as they were last read.

        Raises:
            IndexStoreError: the data folder cannot be written.
        """
        from assistant.nlu.pictures.finding import PictureFinder
        from assistant.nlu.ranking.evidence import ranking_weights

        search = self.stored() if at_once else self.for_one_command(emit)
        folder = self.folder if search.documents.passages else None
        return PictureFinder(search, folder, ranking_weights(), self._embedder.embed)

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
        return SourceKind(PICTURE_FILES, version, self.noun, (str(self.thumbnails),), sidecars)

    def _forget_thumbnails(self, pictures: DocumentSet) -> None:
        from assistant.authoring.pictures.picture import Picture

        wanted = {picture.facts.digest for picture in pictures.passages if isinstance(picture, Picture)}
        for file in self.thumbnails.glob("*/*.jpg"):
            if file.stem not in wanted:
                with contextlib.suppress(OSError):
                    file.unlink()


def pictures_for(text: str, config: Config, matcher: Matcher, now: datetime) -> PictureFindings:
    """Find pictures for some words on the embedder of a matcher; those that are new are read first.

    Raises:
        AssistantError: the data folder cannot be written.
    """
    finder = Pictures(config, matcher.parts.embedder).finder(lambda _: None)
    return finder.find(text, now, config.match.threshold)
