"""Everything that the assistant makes heard: spoken replies, ringing timers, the chirp of being listened to."""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, InvalidStateError
from typing import TYPE_CHECKING

from assistant.app.threads import Threads
from assistant.config import AudioConfig, VoiceConfig
from assistant.errors import AudioError
from assistant.events import Announced, Emit, Failed, SpeakingEnded, SpeakingStarted
from assistant.language.sentences import stream_sentences
from assistant.values import Chunk, Utterance

if TYPE_CHECKING:
    from assistant.actions.timer_service import Timer
    from assistant.tts.speaker import Speaker


class Talker:
    """Speaks, rings and falls silent. `device` returns the audio devices in use."""

    def __init__(self, config: VoiceConfig, device: Callable[[], AudioConfig], emit: Emit, threads: Threads) -> None:
        self._config = config
        self._device = device
        self._emit = emit
        self._threads = threads
        self._speaker: Future[Speaker | None] = Future()
        """None: there will be no voice."""
        self._sounds: set[threading.Event] = set()
        """A token for each reply being spoken and each timer ringing, which silences it."""
        self._lock = threading.Lock()
        """Held while `_sounds` changes."""
        self._is_heard = threading.Event()
        """Set from the first sample to the last echo."""
        self._text = ""
        """The text being spoken, as far as it has been made."""

    # -- from any thread ----------------------------------------------------------------------

    def use(self, speaker: Speaker | None) -> None:
        """Speak with this voice from now on, or never; replies that came earlier have waited for it. Once only."""
        with contextlib.suppress(InvalidStateError):
            self._speaker.set_result(speaker)

    def hush(self) -> None:
        """Silence everything that is being spoken or rung."""
        with self._lock:
            for token in self._sounds:
                token.set()

    @property
    def is_heard(self) -> bool:
        """True while the room may carry the assistant's own sound."""
        return self._is_heard.is_set()

    def aloud(self) -> str | None:
        """Return the text being spoken, None where nothing is heard."""
        return self._text if self._is_heard.is_set() else None

    # -- replies ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def replying_to(self, utterance: Utterance) -> Iterator[Callable[..., None]]:
        """Give a function that speaks the next piece of a reply at a pace; on leaving, wait until all is spoken.

        A reply that is not to be spoken is taken silently.
        """
        if self._config.replies == "never" or (self._config.replies == "spoken" and utterance.source != "spoken"):
            yield lambda *_: None
            return
        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        paces = [1.0]

        def say(text: str, pace: float = 1.0) -> None:
            paces.append(pace)
            pieces.put(text)

        with self._silenced_by(self._token()) as hushed:
            texts = stream_sentences(iter(pieces.get, None))
            thread = self._threads.run(lambda: self._speak(texts, hushed, lambda: paces[-1]), "voice")
            try:
                yield say
            finally:
                pieces.put(None)
                thread.join()

    def _speak(self, texts: Iterable[str], hushed: threading.Event, pace: Callable[[], float] = lambda: 1.0) -> None:
        if (speaker := self._speaker.result()) is None:
            return

        def chunks() -> Iterator[Chunk]:
            self._text = ""
            for text in texts:
                self._text += f" {text}"
                yield from speaker.synthesise(text, pace())

        self._play(chunks(), hushed)

    def announce(self, text: str) -> None:
        """Show a text that nobody has asked for, and read it aloud to its end where replies are read at all."""
        self._emit(Announced(text))
        if self._config.replies != "never":
            with self._silenced_by(self._token()) as hushed:
                self._threads.run(lambda: self._speak([text], hushed), "voice").join()

    # -- other sounds -------------------------------------------------------------------------

    def ring(self, timer: Timer) -> None:
        """Announce a timer, and chime until somebody stops it."""
        self._emit(Announced(timer.announcement))
        hushed = self._token()
        self._threads.run(lambda: self._chime(timer.announcement, hushed), "voice")

    def _chime(self, announcement: str, hushed: threading.Event, seconds: float = 60.0, pause: float = 4.0) -> None:
        """Chime for so many seconds, with pauses in which `stop` can be said."""
        from assistant.audio.playback import chime

        end, is_told = time.monotonic() + seconds, False
        with self._silenced_by(hushed):
            while time.monotonic() < end and not hushed.is_set():
                self._text = announcement
                speaker = self._speaker.result() if self._speaker.done() else None
                words = speaker.synthesise(announcement) if speaker else ()
                try:
                    self._play(itertools.chain([chime()], words), hushed)
                except AudioError as error:  # a sound server that has died comes back, and then it rings
                    if not is_told:
                        self._emit(Failed(str(error), "voice"))
                    is_told = True
                hushed.wait(pause)

    def chirp(self) -> None:
        """Tell softly that somebody is listened to, while listening goes on."""
        from assistant.audio.playback import chirp, play

        self._threads.run(lambda: play([chirp()], self._device(), threading.Event(), lambda: None), "voice")

    # -- inside -------------------------------------------------------------------------------

    def _token(self) -> threading.Event:
        """Return a token that silences a sound which is about to be made."""
        token = threading.Event()
        with self._lock:
            self._sounds.add(token)
        return token

    @contextlib.contextmanager
    def _silenced_by(self, token: threading.Event) -> Iterator[threading.Event]:
        """Forget the token after the block that makes its sound."""
        try:
            yield token
        finally:
            with self._lock:
                self._sounds.discard(token)

    def _play(self, chunks: Iterable[Chunk], hushed: threading.Event, echo: float = 0.25) -> None:
        """Play until the end or until hushed, and count the room's echo for so many seconds as heard, too."""
        from assistant.audio.playback import play

        def on_start() -> None:
            self._is_heard.set()
            self._emit(SpeakingStarted())

        try:
            play(chunks, self._device(), hushed, on_start)
        finally:
            if self._is_heard.is_set():
                self._emit(SpeakingEnded(hushed.is_set()))
                time.sleep(echo)
                self._is_heard.clear()
