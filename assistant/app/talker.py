"""Everything that the assistant makes heard: spoken replies, ringing timers, the chirp of being listened to."""

from __future__ import annotations

import contextlib
import itertools
import math
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.app.threads import Threads
from assistant.audio.echo.played import Played
from assistant.config import AudioConfig, VoiceConfig
from assistant.errors import AudioError, ModelError
from assistant.events import Announced, Emit, Failed, SpeakingEnded, SpeakingStarted
from assistant.language.sentences import stream_sentences
from assistant.values import Chunk, Utterance

if TYPE_CHECKING:
    from assistant.actions.timer_service import Timer
    from assistant.tts.speaker import Speaker


@dataclass(slots=True, eq=False)
class _Sound:
    """A reply, or the ringing of a timer; moments are those of `time.monotonic`."""

    text: str = ""
    """As far as it has been made."""
    start: float = math.inf
    """Of its first sample; infinite until it is played."""
    end: float = math.inf


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
        """Held while `_sounds` or `_lately` changes."""
        self._paused = threading.Event()
        self._lately: tuple[_Sound, ...] = ()
        """Those that were played last, or are being played."""
        self.played = Played()
        """All samples that went out."""

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
        self._paused.clear()

    def pause(self) -> None:
        """Be silent for a while, and keep the rest."""
        self._paused.set()

    def resume(self) -> None:
        """Go on after a pause."""
        self._paused.clear()

    def aloud(self, at: float | None = None, lag: float | None = None, echo: float = 0.25) -> str | None:
        """Return the text that is heard at a moment, by default now; None where nothing is.

        It is heard until `lag` seconds after it was played, and the room goes on sounding for `echo` seconds more.
        """
        moment, tail = time.monotonic() if at is None else at, echo + (lag or 0.0)
        sounds = [sound for sound in self._lately if sound.start <= moment <= sound.end + tail]
        return sounds[-1].text if sounds else None

    def spoken(self, since: float, until: float) -> str:
        """Return the text played between two moments, "" where nothing was."""
        return " ".join(sound.text for sound in self._lately if sound.start <= until and since <= sound.end)

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

        sound = _Sound()

        def chunks() -> Iterator[Chunk]:
            for text in texts:
                sound.text += f" {text}"
                yield from speaker.synthesise(text, pace())

        self._play(chunks(), hushed, sound)

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
                speaker = self._speaker.result() if self._speaker.done() else None
                words = speaker.synthesise(announcement) if speaker else ()
                try:
                    self._play(itertools.chain([chime()], words), hushed, _Sound(announcement))
                except AudioError as error:  # a sound server that has died comes back, and then it rings
                    if not is_told:
                        self._emit(Failed(str(error), "voice"))
                    is_told = True
                hushed.wait(pause)

    def chirp(self) -> None:
        """Tell softly that somebody is listened to, while listening goes on."""
        from assistant.audio.playback import chirp, play

        def run() -> None:
            play([chirp()], self._device(), threading.Event(), lambda: None, played=self.played)

        self._threads.run(run, "voice")

    def try_out(self, device: AudioConfig, text: str = "", pace: float = 1.0) -> None:
        """Say a text at a pace, or chime where there is none, on some loudspeaker; return when it is over.

        Raises:
            AudioError: the loudspeaker cannot be opened, or takes no sound.
            ModelError: there is no voice yet, or none at all.
        """
        from assistant.audio.playback import chime

        speaker = self._speaker.result() if self._speaker.done() else None
        if text and speaker is None:
            is_off = self._config.replies == "never"
            raise ModelError("no voice is loaded: " + ("[voice] replies was never at the start" if is_off else "wait"))
        chunks: Iterable[Chunk] = speaker.synthesise(text, pace) if speaker and text else [chime()]
        with self._silenced_by(self._token()) as hushed:
            self._play(chunks, hushed, _Sound(text), device)

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

    def _play(
        self, chunks: Iterable[Chunk], hushed: threading.Event, sound: _Sound, device: AudioConfig | None = None
    ) -> None:
        """Play until the end or until hushed, on the loudspeaker in use or another one."""
        from assistant.audio.playback import play

        def on_start() -> None:
            sound.start = time.monotonic()
            with self._lock:
                self._lately = (*self._lately[-15:], sound)
            self._emit(SpeakingStarted())

        try:
            play(chunks, device or self._device(), hushed, on_start, self._paused, self.played)
        finally:
            if sound in self._lately:
                sound.end = time.monotonic()
                self._emit(SpeakingEnded(hushed.is_set()))
