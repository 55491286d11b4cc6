"""The user's files, read again when they change on disk."""

from __future__ import annotations

import contextlib
import stat
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from assistant.app import build
from assistant.app.definitions import Definitions
from assistant.app.documents import Documents, in_the_background, with_passages
from assistant.app.threads import Current, Threads, settle
from assistant.app.worker import NewestWins
from assistant.authoring.source.folders import paths_below
from assistant.config import Config, MatchConfig, load_config, user_config_folder
from assistant.errors import ConfigError
from assistant.events import Emit, Noticed

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.retrieval.passages import PassageSearch

Identity: TypeAlias = tuple[int, int, int]
"""Device, inode and, of a file, time of change in ns."""


class Watcher:
    """Brings edited intents and knowledge into use: a new matcher is built beside the one in use, then swapped in.

    Whatever takes longer is made up for by a worker, for the newest matcher only. Documents have a worker of their own
    that gives way to everything else: until it is done, those of before answer.
    """

    def __init__(
        self,
        config: Config,
        files: Definitions,
        matcher: Current[Matcher],
        emit: Emit,
        threads: Threads,
        file: Path | None = None,
    ) -> None:
        self._config = config
        self._files = files
        """Those that the matcher in use was built from."""
        self._matcher = matcher
        self._emit = emit
        self._threads = threads
        self.read: Callable[[], None] = lambda: None
        """Called when the documents are in use."""
        own = _own_config(file)
        self._file = file if own else None
        """The config file that is followed; None where there is none."""
        self._names_documents = own is not None and _documents(own) == _documents(config)
        """False where the command line names them."""
        self._replacing = threading.Lock()
        """Held from the moment that the matcher in use is looked at until another takes its place."""
        self._bursts_seen = 0
        self._is_team_in_step = True
        """False once it was told that the team's server does not answer."""

    def run(self) -> None:
        """Follow the files until the threads are to end; a file that breaks leaves the rest as it was."""
        reporting = partial(self._threads.reporting, "index")
        with (
            contextlib.closing(NewestWins(self._complete, reporting, "index")) as completion,
            contextlib.closing(NewestWins(self._look_at_documents, reporting, "documents")) as documents,
        ):
            if self._config.match.team:
                self._threads.run(partial(self._look_at_team, documents), "documents")
            for _ in changes(lambda: _folders(self._config, self._file), self._threads.closed):
                self._follow_config()
                self._bursts_seen += 1
                documents(self._bursts_seen)
                with self._threads.reporting("files"):
                    if matcher := self._renewed():
                        completion(matcher)

    def _follow_config(self) -> None:
        """Take up documents that were added or removed, and other limits; a faulty config file changes nothing."""
        if (own := _own_config(self._file)) is None:
            return
        if self._names_documents:
            documents, shared = _documents(own)
            self._config = replace(self._config, paths=replace(self._config.paths, documents=documents, shared=shared))
        used, wanted = self._config.match, own.match
        limits = replace(used, threshold=wanted.threshold, margin=wanted.margin, n_best=wanted.n_best)
        if limits != used:
            self._config = replace(self._config, match=limits)
            with self._replacing:
                matcher = _within(self._matcher(), limits)
                self._matcher.swap(matcher)
            matcher.warm()
            settle()

    def _look_at_team(self, renew: Callable[[int], object], pause: float = 300) -> None:
        """Look every so many seconds at what a team shares."""
        while not self._threads.closed.wait(pause):
            self._bursts_seen += 1
            renew(self._bursts_seen)

    def _in_step_with_team(self, documents: Documents, shared: PassageSearch | None = None) -> None:
        """Bring the documents of a team in step, where there is one; a server that is gone is told once."""
        if self._config.match.team:
            emit = self._emit if self._is_team_in_step else lambda _: None
            self._is_team_in_step = documents.in_step_with_team(emit, shared)

    def _renewed(self) -> Matcher | None:
        """Put a matcher over the files as they are now to use; return it, None where they say the same as before."""
        files = build.read_definitions(self._config)
        if files == self._files:
            return None
        with self._replacing:
            matcher = build.renew_matcher(self._matcher(), files, self._emit)
            self._matcher.swap(matcher)
        self._files = files
        self._emit(files.summary(self._config))
        return matcher

    def _complete(self, matcher: Matcher) -> bool:
        """Make a new matcher as good as one that was built at the start."""
        matcher.hints.warm()
        trained = build.retrain(matcher)
        trained.warm()
        settle()
        with self._replacing:
            current = self._matcher()
            if current.parts.retriever is matcher.parts.retriever and current is not matcher:
                matcher, trained = current, _within(with_passages(trained, current.parts.passages), current.config)
            self._matcher.improve(matcher, trained)
        build.follow(trained, self._emit)
        return True

    def _look_at_documents(self, burst: int) -> bool:
        """Bring the documents in step; tell once they are, or as far as they can be."""
        try:
            return self._renew_documents(burst)
        finally:
            if self._bursts_seen == burst:
                self.read()

    def _renew_documents(self, burst: int) -> bool:
        """Read and embed what changed of the documents, and put a matcher over them to use.

        A newer change of files ends it early, and what was embedded by then is not embedded again.
        """

        def is_over() -> bool:
            return self._threads.closed.is_set() or self._bursts_seen != burst

        in_the_background()
        before = self._matcher().parts.passages
        documents = Documents(self._config, self._matcher().parts.embedder, before.index)
        self._in_step_with_team(documents)
        read = documents.read(self._emit, is_over)
        if is_over() or not (read.passages or before.documents.passages or read.problems):
            return True
        if read.problems != before.documents.problems:
            for problem in read.problems:
                self._emit(Noticed(str(problem)))
        passages, reranker = before, self._matcher().parts.reranker
        if reranker is None and read.passages:
            reranker = documents.reranker(self._emit)
        if reranker is not self._matcher().parts.reranker:
            with self._replacing:
                self._matcher.swap(with_passages(self._matcher(), before, reranker))
        if read != before.documents or documents.is_missing(read):
            # a model of its own, whose threads give way to those of a turn
            embedder = build.load_embedder(self._config, self._emit) if documents.is_missing(read) else None
            passages = documents.embedded(read, self._emit, is_over, embedder)
            if is_over():
                return True
            with self._replacing:
                self._matcher.swap(with_passages(self._matcher(), passages))
            self._matcher().warm()
            settle()
            self._emit(Noticed(documents.summary(passages)))
        self._in_step_with_team(documents, passages)
        documents.index.follow(passages, self._emit)
        return True


def _own_config(file: Path | None) -> Config | None:
    """Read the config file; the defaults where it is not there, None where it is at fault or there is to be none."""
    try:
        return None if file is None else load_config(file) if file.is_file() else Config()
    except ConfigError:
        return None


def _documents(config: Config) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the documents of a config, and those that it shares."""
    return config.paths.documents, config.paths.shared


def _within(matcher: Matcher, limits: MatchConfig) -> Matcher:
    """Build a matcher that is as another, with another threshold, margin and number of candidates."""
    from assistant.nlu.matcher import Matcher

    return Matcher(matcher.parts, limits, before=matcher)


def _folders(config: Config, file: Path | None) -> tuple[Path, ...]:
    """Return the folders and files that are read, those included that would be if they were there."""
    own = [user_config_folder() / kind for kind in ("intents", "knowledge") if not getattr(config.paths, kind)]
    folders = (*config.intent_folders(), *config.knowledge_folders(), *config.added_documents(), *own)
    return tuple(dict.fromkeys(filter(None, (*folders, file))))


def changes(folders: Callable[[], Sequence[Path]], closed: threading.Event, tick: float = 0.25) -> Iterator[None]:
    """Yield at the start, and after each burst of changes in or below the folders, until closed.

    A folder need not be there yet, and may be moved away and come back. The system tells of changes inside folders; of
    the folders themselves, and of files behind symbolic links, it does not: they are looked at every `tick` seconds.
    """
    while not closed.is_set():
        watched = _watched(folders())
        is_new = True  # a change may have come before the system was asked to tell
        for burst in _bursts([path for path in watched if path.is_dir()], closed, tick):
            if burst or is_new:
                yield
                is_new = False
            if watched != (_watched(folders()) if burst else _identities({*watched, *folders()})):
                break


def _watched(folders: Sequence[Path]) -> dict[Path, Identity]:
    """Return the identity of each folder that is there and of each file behind a symbolic link in one."""
    links = [path for folder in folders for path in paths_below(folder) if path.is_symlink()]
    return _identities({*folders, *links})


def _identities(paths: Collection[Path]) -> dict[Path, Identity]:
    identities: dict[Path, Identity] = {}
    for path in paths:
        with contextlib.suppress(OSError):
            status = path.stat()
            is_folder = stat.S_ISDIR(status.st_mode)
            identities[path] = (status.st_dev, status.st_ino, 0 if is_folder else status.st_mtime_ns)
    return identities


def _bursts(folders: Sequence[Path], closed: threading.Event, tick: float) -> Iterator[bool]:
    """Yield True after each burst of changes, False after each tick without one; end where a folder is gone."""
    if not folders:
        while not closed.wait(tick):
            yield False
        return
    from watchfiles import watch

    for polling in (None, True):  # where the system watches no more folders, they are looked at
        try:
            for burst in watch(
                *folders,
                watch_filter=lambda _, name: not Path(name).name.startswith(".") and not name.endswith("~"),
                debounce=400,  # ms that a burst may last
                stop_event=closed,
                step=100,  # ms between two looks at what the system has told
                rust_timeout=round(tick * 1000),
                yield_on_timeout=True,
                raise_interrupt=False,
                force_polling=polling,
                ignore_permission_denied=True,
            ):
                yield bool(burst)
            return
        except FileNotFoundError:
            return
        except (OSError, RuntimeError):
            if polling:
                raise
