"""Loading in the background: each part is put to use as soon as it can be, and told with `Ready`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.app import build
from assistant.app.pictures.gallery import Gallery
from assistant.app.pictures.watching import PictureWatcher
from assistant.app.threads import Current, Threads, settle
from assistant.app.watcher import Watcher
from assistant.config import Config
from assistant.dialogue.session import Session
from assistant.events import Emit, Noticed, Progress, Ready, ScheduleChanged, TimersChanged

if TYPE_CHECKING:
    from assistant.actions.database import Database
    from assistant.actions.schedule import Planned, Schedule
    from assistant.actions.timer_service import Timer, TimerService
    from assistant.app.definitions import Definitions
    from assistant.llm.on_demand import OnDemandGenerator
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.retrieval.index import Embedder
    from assistant.stt.stream import Transcriber
    from assistant.tts.speaker import Speaker


class Models:
    """Opens the models of an assistant in this process; `ModelError` where one cannot be had."""

    def embedder(self, config: Config, emit: Emit) -> Embedder:
        """Load the embedder."""
        return build.load_embedder(config, emit)

    def transcriber(self, config: Config, emit: Emit) -> Transcriber:
        """Load the speech model."""
        return build.open_transcriber(config, emit)

    def speaker(self, config: Config, emit: Emit) -> Speaker:
        """Load the voice."""
        from assistant.tts.speaker import open_speaker

        return open_speaker(config.voice, emit)

    def generator(self, config: Config, emit: Emit) -> OnDemandGenerator | None:
        """Make the language model, if one is on; it is loaded when it is first asked."""
        return build.open_generator(config, emit)


class Mouth(Protocol):
    """Whoever speaks and rings."""

    def use(self, speaker: Speaker | None) -> None:
        """Take the voice, None where there will be none; called again, do nothing."""

    def ring(self, timer: Timer) -> None:
        """Announce a timer that has run out."""


class Ears(Protocol):
    """Whoever hears."""

    def run(self, transcriber: Transcriber) -> None:
        """Hear until closed."""


class Loader:
    """Builds the parts of a running assistant. `begin` takes what opens a conversation, once one can be held.

    The event beside it is set once sentences are understood by meaning too. `due` takes what was planned for now.
    `config` stands with the file of a person's own that it was read from.
    """

    def __init__(
        self,
        config: tuple[Config, Path | None],
        mouth: Mouth,
        ears: Ears,
        begin: Callable[[Callable[[], Session], threading.Event], None],
        due: Callable[[Planned], None],
        emit: Emit,
        threads: Threads,
    ) -> None:
        self._config, self._file = config
        self.models = Models()
        """Their source; to be set before `start`."""
        self._mouth = mouth
        self._ears = ears
        self._begin = begin
        self._due = due
        self._emit = emit
        self._threads = threads
        self._timers: TimerService | None = None
        self._schedule: Schedule | None = None
        self._complete = threading.Event()
        """Set once the matcher knows more than templates, or never will."""
        self._read = threading.Event()
        """Set once the documents are in use."""

    def start(self) -> None:
        """Load everything, text and speech at the same time."""
        self._threads.run(self._load_text, "start")
        self._threads.run(self.load_speech, "speech")

    def close(self) -> None:
        """Let go of the parts that must be closed; safe to call twice."""
        self._mouth.use(None)
        if self._schedule is not None:
            self._schedule.close()
        if self._timers is not None:
            self._timers.close()

    def _load_text(self) -> None:
        from assistant.actions.schedule import Schedule
        from assistant.actions.timer_service import TimerService

        build.announce_user_folders(self._config, self._emit)
        store = build.open_store(self._config, self._emit)
        self._emit(build.open_history(self._config, store).recalled())
        files = build.read_definitions(self._config)
        self._emit(files.summary(self._config))
        embedder = self.models.embedder(self._config, self._emit)
        provisional = build.open_provisional_matcher(self._config, files, embedder)
        matcher = Current(provisional or build.open_matcher(self._config, files, self._emit, embedder, at_once=True))
        self._timers = timers = TimerService(store, self._mouth.ring, changed=self._show_timers)
        self._schedule = schedule = Schedule(store, self._due, self._show_planned)
        if self._threads.closed.is_set():
            return
        generator = self.models.generator(self._config, self._emit)
        parts = (self._config, matcher, store, timers, generator)
        gallery = Gallery(self._config, lambda: matcher().parts.embedder)
        if generator is not None:
            generator.may_recall = self._read.is_set
        self._begin(partial(build.open_session, *parts, kept=(schedule, gallery)), self._complete)
        if provisional:
            self._emit(Noticed("the index is being made: what no template covers is answered when it is there"))
        self._emit(Ready("text"))
        if provisional:
            self._emit(Progress("index", 0, 0, "phrases"))
        self._threads.run(self._load_voice, "voice")
        timers.start()
        schedule.start()
        self._threads.run(lambda: self._make_whole(files, matcher, store, gallery, provisional is not None), "index")

    def _make_whole(
        self, files: Definitions, matcher: Current[Matcher], store: Database, gallery: Gallery, provisional: bool
    ) -> None:
        """Make the index where it is still to be made, and do what the first sentence need not wait for."""
        try:
            if provisional:
                matcher.swap(
                    build.open_matcher(self._config, files, self._emit, matcher().parts.embedder, at_once=True)
                )
                self._emit(Noticed("the index is made: sentences are understood by their meaning now"))
        finally:
            self._complete.set()
        watcher = Watcher(self._config, files, matcher, self._emit, self._threads, self._file)
        watcher.read = self._read.set
        self._threads.run(watcher.run, "files")
        with self._threads.reporting("speech"):  # files are followed meanwhile: at the first start it takes long
            _warm(matcher())
        self._watch_pictures(gallery)
        build.follow(matcher(), self._emit)
        build.prepare_search(self._config, store, matcher().parts.embedder, self._emit)

    def _watch_pictures(self, gallery: Gallery) -> None:
        """Keep the pictures in step with their files."""
        embedder = partial(self.models.embedder, self._config, self._emit)
        watcher = PictureWatcher(gallery, embedder, self._emit, self._threads, self._file)
        self._threads.run(watcher.run, "pictures")

    def _show_planned(self, planned: Sequence[Planned]) -> None:
        now = datetime.now()
        self._emit(ScheduleChanged(tuple((item.moment(now).removeprefix("at "), item.text) for item in planned)))

    def _show_timers(self, timers: Sequence[Timer]) -> None:
        rows = ((timer.name, timer.due.timestamp(), timer.length.total_seconds()) for timer in timers)
        self._emit(TimersChanged(tuple(rows)))

    def load_speech(self) -> None:
        """Load the speech model, and hear in the same thread from then on."""
        transcriber = self.models.transcriber(self._config, self._emit)
        self._emit(Ready("speech", self._config.stt.url_model or self._config.stt.model))
        self._ears.run(transcriber)

    def _load_voice(self) -> None:
        try:
            if self._config.voice.replies != "never":
                self._mouth.use(self.models.speaker(self._config, self._emit))
                self._emit(Ready("voice"))
        finally:
            self._mouth.use(None)  # where there is no voice by now, there will be none


def _warm(matcher: Matcher) -> None:
    matcher.warm()
    settle()
