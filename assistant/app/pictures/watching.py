"""The pictures followed as their files change."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.app.documents import in_the_background
from assistant.app.pictures.gallery import Gallery
from assistant.app.threads import Threads
from assistant.app.watcher import changes
from assistant.app.worker import NewestWins
from assistant.config import PicturesConfig, load_config
from assistant.errors import ConfigError
from assistant.events import Emit

if TYPE_CHECKING:
    from assistant.nlu.retrieval.index import Embedder


class PictureWatcher:
    """Keeps a gallery in step with the pictures; it gives way to everything else."""

    def __init__(
        self,
        gallery: Gallery,
        embedder: Callable[[], Embedder],
        emit: Emit,
        threads: Threads,
        file: Path | None = None,
    ) -> None:
        """Take what opens another embedder, whose threads are not those of a turn, and the file of the config."""
        self._gallery, self._embedder, self._emit, self._threads = gallery, embedder, emit, threads
        is_named_there = file is not None and named_pictures(file) == gallery.config.pictures
        self._file = file if is_named_there else None
        """The config file that names the folders; None where something else does."""
        self._bursts_seen = 0

    def run(self) -> None:
        """Follow the pictures until the threads are to end."""
        self._gallery.is_followed = True
        reporting = partial(self._threads.reporting, "pictures")
        with contextlib.closing(NewestWins(self._renew, reporting, "pictures")) as renew:
            for _ in changes(self._folders, self._threads.closed):
                self._follow_config()
                self._bursts_seen += 1
                renew(self._bursts_seen)

    def _folders(self) -> tuple[Path, ...]:
        folders = self._gallery.config.picture_folders()
        return (*folders, self._file) if self._file else folders

    def _follow_config(self) -> None:
        """Take up folders that were added or removed; a faulty config file changes nothing."""
        pictures = named_pictures(self._file) if self._file else None
        if pictures is not None and pictures != self._gallery.config.pictures:
            self._gallery.use(replace(self._gallery.config, pictures=pictures))

    def _renew(self, burst: int) -> bool:
        in_the_background()
        self._gallery.renew(
            self._emit, lambda: self._threads.closed.is_set() or self._bursts_seen != burst, self._embedder
        )
        return True


def named_pictures(file: Path) -> PicturesConfig | None:
    """Read the section on pictures of a config file; None where it is at fault."""
    try:
        return load_config(file).pictures if file.is_file() else PicturesConfig()
    except ConfigError:
        return None
