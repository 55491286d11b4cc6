"""A language model that is loaded when it is first asked, and leaves the memory when nobody asks any more."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

from assistant.config import GeneratorConfig
from assistant.errors import ModelError
from assistant.events import Emit, Progress
from assistant.llm.backend import Engine
from assistant.llm.chat_prompt import REMEMBERING, Prompt
from assistant.llm.sentences import whole_sentences


class OnDemandGenerator:
    """Answers prompts, one at a time.

    Args:
        open_engine: makes the engine ready, and may take long; it tells of that meanwhile.
        config: bounds of an answer, and the minutes without a question after which the engine is let go.
        emit: takes the progress of the loading.
    """

    def __init__(self, open_engine: Callable[[Emit], Engine], config: GeneratorConfig, emit: Emit) -> None:
        self._open, self._config, self._emit = open_engine, config, emit
        self.may_recall: Callable[[], bool] = lambda: True
        """False while the documents are read in which an answer may stand: nothing is told from memory then."""
        self._lock = threading.Lock()
        """Held by whoever changes what follows."""
        self._turn = threading.Lock()
        """Held while an answer is made: one at a time."""
        self._engine: Engine | None = None
        self._loading: _Loading | None = None
        self._uses = 0
        """How often it was asked: a timer that was set before the last time lets nothing go."""

    @property
    def is_loaded(self) -> bool:
        """True while the engine is in memory."""
        return self._engine is not None

    def stream(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        """Yield the answer piece by piece; it ends within a token of `cancelled`, and within its time.

        Where the engine is not loaded yet, that comes first; it goes on in the background where `cancelled` is set.

        Raises:
            ModelError: the model cannot be had, or failed.
        """
        if prompt.rules == REMEMBERING and not self.may_recall():
            raise ModelError("your documents are still being read: ask again when they are in use")
        with self._turn:
            if (engine := self._ready(cancelled)) is None:
                return
            try:
                yield from self._bounded(engine, prompt, cancelled)
            finally:
                self._rest()

    def _bounded(self, engine: Engine, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        limit = prompt.limit or self._config.max_tokens
        pieces = self._timed(engine.pieces(prompt, cancelled))
        for piece in whole_sentences(pieces, limit) if prompt.whole else pieces:
            if cancelled.is_set():
                return
            if piece:
                yield piece

    def _timed(self, pieces: Iterator[str]) -> Iterator[str]:
        """Pass pieces on until the time for an answer is over."""
        end = time.monotonic() + self._config.seconds
        for piece in pieces:
            yield piece
            if time.monotonic() > end:
                return

    def _ready(self, cancelled: threading.Event) -> Engine | None:
        """Return the engine, None where `cancelled` is set before it is loaded."""
        with self._lock:
            self._uses += 1
            if self._engine is not None:
                return self._engine
            if self._loading is None:
                self._loading = _Loading(self._open, self._emit)
            loading = self._loading
        while not loading.done.wait(0.05):
            if cancelled.is_set():
                return None
        with self._lock:
            self._loading = None
            self._engine = loading.engine
        if loading.fault:
            raise ModelError(str(loading.fault)) from loading.fault
        return self._engine

    def _rest(self) -> None:
        """Let the engine go once nobody has asked for as long as is configured."""
        if self._config.idle:
            timer = threading.Timer(self._config.idle * 60, partial(self._let_go, self._uses))
            timer.daemon = True
            timer.start()

    def _let_go(self, uses: int) -> None:
        with self._lock:
            if uses != self._uses:
                return
            self._engine = None
        gc.collect()


class _Loading:
    """A loading under way, in a thread of its own."""

    def __init__(self, open_engine: Callable[[Emit], Engine], emit: Emit) -> None:
        self.done = threading.Event()
        self.engine: Engine | None = None
        self.fault: Exception | None = None
        self._emit = emit
        threading.Thread(target=self._load, args=(open_engine,), name="generator", daemon=True).start()

    def _load(self, open_engine: Callable[[Emit], Engine], task: str = "loading the language model") -> None:
        self._emit(Progress(task, 0, 0))
        try:
            self.engine = open_engine(self._emit)
        except Exception as error:  # raised where it is waited for
            self.fault = error
        finally:
            self._emit(Progress(task, 1, 1))
            self.done.set()
