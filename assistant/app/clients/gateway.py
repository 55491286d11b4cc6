"""One assistant for many clients at once: its parts are loaded once, and each client has a conversation of its own.

    gateway = Gateway(config, emit)
    gateway.start()
    for event in gateway.turn(gateway.conversations["kitchen"], Utterance("set a timer"), cancelled): ...

Work is taken in as long as not too much of it waits; then `BusyError` says so at once.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.actions.builtins import tells
from assistant.app import build
from assistant.app.clients.admission import Admission, NotReadyError
from assistant.app.clients.conversations import ClientConversation, Conversations
from assistant.app.clients.stages import Stages
from assistant.app.hearing import HearingEvent
from assistant.app.loader import Loader, Models
from assistant.app.threads import Threads
from assistant.app.worker import NewestWins
from assistant.config import Config
from assistant.dialogue.session import Session
from assistant.events import Announced, Emit, Event, ReplyEnded, Understood
from assistant.values import (
    SAMPLE_RATE,
    AnswerMatch,
    BuiltInAction,
    Chunk,
    FinalTranscript,
    Frame,
    IntentMatch,
    OutOfScope,
    Understanding,
    Utterance,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from assistant.actions.schedule import Planned
    from assistant.actions.timer_service import Timer
    from assistant.stt.stream import Transcriber
    from assistant.tts.speaker import Speaker


class Gateway:
    """The parts of an assistant and the conversations of its clients, for calls from any thread.

    Conversations are in memory alone: who speaks with a server leaves nothing behind but what was asked for.
    """

    def __init__(
        self,
        config: Config,
        emit: Emit,
        file: Path | None = None,
        turns: int = 2,
        waiting: int = 48,
        microphones: int = 16,
        models: Models | None = None,
    ) -> None:
        self.config = replace(config, history=replace(config.history, keep=False))
        self._emit_outside = emit
        self._threads = Threads(config.data_folder() / "faults.log", self.emit)
        self._opened: Callable[[], Session] | None = None
        self._transcriber: Transcriber | None = None
        self._speaker: Speaker | None = None
        self.complete = threading.Event()
        """Set once sentences are understood by their meaning."""
        self._turns = Admission(turns, waiting)
        self._hearing = Admission(turns, waiting)
        self._speaking = Admission(turns, waiting)
        self._microphones = Admission(microphones, 0)
        self.stages = Stages()
        self.conversations = Conversations(self.new_session)
        self._lock = threading.Lock()
        self._subscribers: list[queue.Queue[Event]] = []
        self._loader = Loader((self.config, file), self, self, self._begin, self._due, self.emit, self._threads)
        self._loader.models = models or self._loader.models

    def start(self) -> None:
        """Load everything in the background."""
        self._loader.start()

    def close(self) -> None:
        """End all threads; safe to call twice."""
        self._threads.closed.set()
        self._loader.close()

    @property
    def ready(self) -> tuple[str, ...]:
        """The parts that can be used by now: text, speech, voice."""
        parts = {"text": self._opened, "speech": self._transcriber, "voice": self._speaker}
        return tuple(name for name, part in parts.items() if part is not None)

    @property
    def taken(self) -> Mapping[str, int]:
        """Part -> number of requests at work or waiting."""
        parts = {"text": self._turns, "speech": self._hearing, "voice": self._speaking, "microphone": self._microphones}
        return {name: admission.taken for name, admission in parts.items()}

    # -- what a client asks for ---------------------------------------------------------------

    def new_session(self) -> Session:
        """Open a conversation.

        Raises:
            NotReadyError: the matcher is not loaded yet.
        """
        if self._opened is None:
            raise NotReadyError("sentences are not understood yet: still loading")
        return self._opened()

    def turn(
        self, conversation: ClientConversation, utterance: Utterance, cancelled: threading.Event, may_act: bool = True
    ) -> Iterator[Event]:
        """Yield the events of one turn; who may not act gets answers, and commands are understood only.

        Raises:
            BusyError: too many turns wait.
        """
        with self.stages.watched("turn") as work:
            for event in self._turn(conversation, utterance, cancelled, may_act):
                work.note(event)
                yield event

    def _turn(
        self, conversation: ClientConversation, utterance: Utterance, cancelled: threading.Event, may_act: bool
    ) -> Iterator[Event]:
        with self._turns.place(), conversation.lock:
            session = conversation.session
            if not self.complete.is_set() and not session.understands(utterance):
                self.complete.wait()
            meanings = (
                () if may_act else [event for event in session.preview(utterance) if isinstance(event, Understood)]
            )
            if all(_only_tells(event.understanding) for event in meanings):
                yield from session.turn(utterance, cancelled)
                return
            yield from meanings
            yield ReplyEnded("This would do something, and your token may only ask.", ok=False)

    def transcribe(self, frames: Iterable[Frame]) -> Iterator[FinalTranscript]:
        """Yield the transcripts of the frames as they come, with the words of the user's files expected.

        Raises:
            NotReadyError: the speech model or the matcher is not loaded.
            BusyError: too many are being heard.
            AudioError: the frames break off.
        """
        if self._transcriber is None:
            raise NotReadyError("the speech model is not loaded yet")
        session = self.new_session()
        with self.stages.watched("transcribe"), self._hearing.place():
            for event in build.hear(frames, self._transcriber, lambda: session, self.config):
                if isinstance(event, FinalTranscript):
                    yield event

    def transcribe_file(self, path: Path) -> Iterator[FinalTranscript]:
        """Yield the transcripts of a recording; see `transcribe`."""
        yield from self.transcribe(build.recorded(str(path)))

    def transcribe_pcm(self, blocks: Iterable[bytes], rate: int = SAMPLE_RATE) -> Iterator[FinalTranscript]:
        """Yield the transcripts of 16-bit mono sound; see `transcribe`."""
        from assistant.audio.capture import live_frames

        yield from self.transcribe(frame for frame in live_frames(blocks, rate) if frame is not None)

    def listen(self, blocks: Iterable[bytes | None], rate: int, session: Session) -> Iterator[HearingEvent]:
        """Yield the speech in 16-bit mono sound as it arrives, partial transcripts too; a None ends an utterance.

        Raises:
            NotReadyError: the speech model is not loaded.
            BusyError: too many microphones are open.
            ModelError: the speech model fails.
        """
        from assistant.audio.capture import live_frames

        if self._transcriber is None:
            raise NotReadyError("the speech model is not loaded yet")
        with self._microphones.place():
            yield from build.hear(
                live_frames(blocks, rate), self._transcriber, lambda: session, self.config, NewestWins
            )

    def preview(self, session: Session, utterance: Utterance) -> list[Event]:
        """Return the meanings of an utterance; nothing is done.

        Raises:
            BusyError: too many turns wait.
        """
        with self._turns.place():
            return list(session.preview(utterance))

    def speech(self, text: str, form: str, pace: float = 1.0) -> Iterator[bytes]:
        """Yield a text spoken, as bytes of a sound format.

        Raises:
            NotReadyError: the voice is not loaded.
            BusyError: too many are being spoken to.
            AudioError: there is no such format.
        """
        from assistant.audio.encoding import encoded

        yield from encoded(self._synthesised(text, pace), form)

    def speech_pcm(self, text: str) -> Iterator[tuple[bytes, int]]:
        """Yield a text spoken, each sentence as soon as it is made: 16-bit mono sound, and its rate in Hz.

        Raises:
            NotReadyError: the voice is not loaded.
            BusyError: too many are being spoken to.
        """
        from assistant.audio.encoding import pcm

        for samples, rate in self._synthesised(text):
            yield pcm(samples).tobytes(), rate

    def _synthesised(self, text: str, pace: float = 1.0) -> Iterator[Chunk]:
        if self._speaker is None:
            raise NotReadyError("the voice is not loaded: it may still be, or is turned off in [voice] replies")
        with self.stages.watched("speak"), self._speaking.place():
            yield from self._speaker.synthesise(text, pace)

    @staticmethod
    def media_type(form: str) -> str:
        """Return the media type of a sound format; that of any bytes where there is no such format."""
        from assistant.audio.encoding import FORMATS

        return FORMATS[form][2] if form in FORMATS else "application/octet-stream"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), d).

        Raises:
            NotReadyError: the embedder is not loaded yet.
            BusyError: too much is asked at once.
        """
        with self._turns.place():
            return self.new_session().matcher.parts.embedder.embed(texts)

    @contextlib.contextmanager
    def events(self, most: int = 256) -> Iterator[queue.Queue[Event]]:
        """Give a queue of all events during the block; a reader that is too slow loses the oldest."""
        subscriber: queue.Queue[Event] = queue.Queue(most)
        with self._lock:
            self._subscribers.append(subscriber)
        try:
            yield subscriber
        finally:
            with self._lock:
                self._subscribers.remove(subscriber)

    def emit(self, event: Event) -> None:
        """Tell an event to whoever listens."""
        self._emit_outside(event)
        with self._lock:
            for subscriber in self._subscribers:
                while True:
                    try:
                        subscriber.put_nowait(event)
                        break
                    except queue.Full:
                        with contextlib.suppress(queue.Empty):
                            subscriber.get_nowait()

    # -- what the loader brings ---------------------------------------------------------------

    def use(self, speaker: Speaker | None) -> None:
        """Take the voice."""
        self._speaker = self._speaker or speaker

    def ring(self, timer: Timer) -> None:
        """Tell of a timer that has run out."""
        self.emit(Announced(timer.announcement))

    def run(self, transcriber: Transcriber) -> None:
        """Take the speech model."""
        self._transcriber = transcriber

    def _begin(self, opened: Callable[[], Session], complete: threading.Event) -> None:
        self._opened, self.complete = opened, complete

    def _due(self, planned: Planned) -> None:
        """Carry out a command that was planned for now."""

        def carry_out() -> None:
            self.complete.wait()
            if text := self.new_session().due(planned, self._threads.closed):
                self.emit(Announced(text))

        self._threads.run(carry_out, "schedule")


_OF_THE_TALK = frozenset(
    f"dialogue.{name}" for name in ("asked", "did", "greet", "help", "more", "repeat", "said", "why")
)
"""Built-in actions about the conversation that only say something."""


def _only_tells(understanding: Understanding) -> bool:
    """True of an answer, and of a command after which everything is as it was."""
    match understanding:
        case IntentMatch(action=BuiltInAction(name)) if name in _OF_THE_TALK:
            return True
        case IntentMatch():
            return tells(understanding) and not understanding.when
    return isinstance(understanding, AnswerMatch | OutOfScope)
