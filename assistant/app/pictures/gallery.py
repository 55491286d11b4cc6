"""The pictures of a conversation: searched as they are known, and renewed when they are others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.app.pictures.library import Pictures
from assistant.config import Config
from assistant.errors import Problem
from assistant.events import Emit, Noticed

if TYPE_CHECKING:
    from assistant.authoring.documents.passage import DocumentSet
    from assistant.nlu.pictures.finding import PictureFinder, PictureFindings
    from assistant.nlu.retrieval.index import Embedder


class Gallery:
    """The search of the pictures: opened when it is first asked, in use until another takes its place.

    Where nobody follows the files, they are looked at before each search.
    """

    def __init__(self, config: Config, embedder: Callable[[], Embedder]) -> None:
        self.config, self._embedder = config, embedder
        self._pictures: Pictures | None = None
        self._finder: PictureFinder | None = None
        self._opening = threading.RLock()
        self.is_followed = False
        """True while a watcher keeps it in step with the files."""
        self._told = set[Problem]()
        """Faults of files that were told or are nothing new."""

    def find(self, text: str, now: datetime | None = None) -> PictureFindings:
        """Find pictures for some words.

        Raises:
            AssistantError: the data folder cannot be written, or the model that sees cannot be opened.
        """
        return self.finder().find(text, now or datetime.now(), self.config.match.threshold)

    def finder(self) -> PictureFinder:
        """The search of the pictures as they are known now.

        Raises:
            AssistantError: the data folder cannot be written.
        """
        with self._opening:
            if self._finder is None or not self.is_followed:
                self._finder = self.pictures.finder(lambda _: None, at_once=self.is_followed)
            return self._finder

    @property
    def pictures(self) -> Pictures:
        """The pictures of the config."""
        with self._opening:
            if self._pictures is None:
                self._pictures = Pictures(self.config, self._embedder())
            return self._pictures

    def use(self, config: Config) -> None:
        """Take up another config: other folders, or another model."""
        with self._opening:
            self.config, self._pictures = config, None

    def renew(self, emit: Emit, stop: Callable[[], bool], embedder: Callable[[], Embedder]) -> None:
        """Read, embed and see what changed of the pictures, and put a search over them to use; `stop` ends it early.

        Raises:
            AssistantError: the data folder cannot be written, or the model that sees cannot be opened.
        """
        pictures = self.pictures
        before = pictures.kept()
        read = pictures.read(emit, stop)
        if stop():
            return
        self._tell(read, before, emit)
        is_missing = pictures.is_missing(read)
        if read.digest == before.digest and not is_missing and self._finder is not None:
            return
        search = pictures.embedded(read, emit, stop, embedder() if is_missing else None)
        if stop():
            return
        finder = pictures.finder_over(search, emit)
        with self._opening:
            if pictures is self._pictures:
                self._finder = finder
        if len(finder) and (is_missing or read.digest != before.digest):
            emit(Noticed(pictures.summary(search)))
        pictures.follow(search, emit)

    def _tell(self, read: DocumentSet, before: DocumentSet, emit: Emit) -> None:
        """Tell the new faults of files; where all files are as at the last start, those of whole folders alone."""
        is_news, folders = read.digest != before.digest or self._finder is not None, self.config.picture_folders()
        for problem in read.problems:
            if problem not in {*before.problems, *self._told} and (is_news or problem.file in folders):
                emit(Noticed(str(problem)))
        self._told = {*read.problems}
