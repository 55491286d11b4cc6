"""The assistant at work for one person who talks and types at the same time.

    microphone -> ear thread (Activation, build.hear) --\\
                                                           inbox -> turn thread (Session.turn) -> emit, voice thread
    keyboard -> submit() ---------------------------------/

Every `Event` leaves through `emit`, which is called from any of these threads. An `AssistantError` in one
of them becomes one `Failed` event and the others go on. A cancel token is made when an utterance enters
the inbox and travels with it, so that an interruption is never lost.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.app import build
from assistant.app.build import Definitions, Emit
from assistant.audio.activation import Activation
from assistant.config import Config, Way, remember
from assistant.dialogue.session import Session
from assistant.errors import AssistantError
from assistant.events import (
    Announced,
    Failed,
    FellAsleep,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    Noticed,
    Ready,
    ReplyChunk,
    ReplyEnded,
    SpeakingEnded,
    SpeakingStarted,
    TurnEnded,
    Understood,
    WokeUp,
)
from assistant.language.sentences import stream_sentences
from assistant.values import (
    BuiltInAction,
    Chunk,
    DeviceChoice,
    Direction,
    FinalTranscript,
    Frame,
    IntentMatch,
    PartialTranscript,
    Utterance,
)

if TYPE_CHECKING:
    from assistant.actions.timer_service import Timer, TimerService
    from assistant.audio.capture import Microphone
    from assistant.audio.microphone_supervisor import MicrophoneSupervisor
    from assistant.dialogue.respond import Generator
    from assistant.stt.stream import Transcriber
    from assistant.tts.speaker import Speaker

_LEVEL_FRAMES = 3
"""Frames between two AudioLevel events: about 96 ms."""

_ECHO_SECONDS = 0.25
"""How long the room still rings with the assistant's own voice."""

_RELOAD_SECONDS = 1.0
_RING_SECONDS = 60.0
_RING_PAUSE = 4.0
"""Silence between two chimes, in which `stop` can be said."""

_STOP = BuiltInAction("dialogue.stop")


class Runtime:
    """Ear, turn and voice threads around one `Session`; `file` is where choices of devices are remembered."""

    def __init__(self, config: Config, emit: Emit, file: Path | None = None) -> None:
        self._config = config
        self._emit = emit
        self._file = file
        self._closed = threading.Event()
        self._inbox: queue.SimpleQueue[tuple[Utterance, float, threading.Event] | None] = queue.SimpleQueue()
        self._live: set[threading.Event] = set()
        """Cancel tokens of the turns waiting and under way."""
        self._lock = threading.Lock()
        self._hushed = threading.Event()
        """Cancels what is being spoken or rung; a new one for each."""
        self._speaking = threading.Event()
        """The microphone is not listened to while this is set, but for the wake word."""
        self._saying = ""
        """What is being spoken, as far as it has been made."""
        self._session: Session | None = None
        self._timers: TimerService | None = None
        self._transcriber: Transcriber | None = None
        self._generator: Generator | None = None
        self._voice: Speaker | None = None
        self._voice_loaded = threading.Event()
        """Set once the voice can be used, or never will be: a reply that comes earlier waits for it."""
        self._ear: MicrophoneSupervisor | None = None
        self._wants_to_listen = config.ui.listen
        self._attention = Activation(
            config.listen, lambda: build.open_wake_word(config), self._attend, self._give_way, self._aloud
        )

    # -- what a front end calls ---------------------------------------------------------------

    def start(self) -> None:
        """Load everything in the background; `Ready` tells what can be used from when."""
        for work, where in [(self._load_text, "start"), (self._load_speech, "speech")]:
            self._run(work, where)

    def submit(self, text: str) -> None:
        """Take a typed utterance; what is being spoken is cut short."""
        self._hushed.set()
        self._enqueue(Utterance(text), 0.0)

    def interrupt(self) -> None:
        """Stop speaking, generating and ringing, and forget what waits in the inbox."""
        self._hushed.set()
        with self._lock:
            for token in self._live:
                token.set()

    def listen(self, on: bool) -> None:
        """Open or close the microphone; before the speech model is loaded, remember the wish."""
        self._wants_to_listen = on
        if self._ear is not None:
            self._ear.listen(on)

    def talk(self) -> None:
        """Listen now, whatever listening waits for; while somebody is speaking, take it that that was all."""
        self._attention.push_to_talk()
        if not self._wants_to_listen:
            self.listen(True)

    def start_by(self, way: Way) -> None:
        """Change the way in which listening starts."""
        self._attention.start_by(way)

    def devices(self) -> tuple[DeviceChoice, ...]:
        """Return what can be chosen: the system's defaults, then each microphone and loudspeaker.

        Raises:
            AudioError: the devices cannot be listed.
        """
        return build.device_choices(self._config.audio)

    def choose(self, direction: Direction, name: str) -> None:
        """Take another microphone or loudspeaker, from now on and at the next start."""
        self._config = dataclasses.replace(
            self._config, audio=dataclasses.replace(self._config.audio, **{direction: name})
        )
        if direction == "input" and self._ear is not None:
            self._ear.use(self._config.audio)
        with self._reporting("config"):
            if self._file is not None:
                remember(self._file, "audio", direction, name)
                self._emit(Noticed(f'[audio] {direction} = "{name}", kept in {self._file}'))

    def close(self) -> None:
        """End all threads; safe to call twice."""
        self._closed.set()
        self._voice_loaded.set()
        self.interrupt()
        if self._ear is not None:
            self._ear.close()
        self._inbox.put(None)
        if self._timers is not None:
            self._timers.close()

    # -- loading ------------------------------------------------------------------------------

    def _load_text(self) -> None:
        from assistant.actions.timer_service import TimerService

        build.announce_user_folders(self._config, self._emit)
        files = build.read_definitions(self._config)
        self._emit(files.summary())
        matcher = build.open_matcher(self._config, files, self._emit)
        store = build.open_store(self._config, self._emit)
        self._timers = TimerService(store, self._ring)
        self._session = build.open_session(self._config, matcher, store, self._timers, lambda: self._generator)
        self._emit(Ready("text"))
        self._run(self._converse, "turn")
        self._run(matcher.hints.warm, "speech")
        self._run(lambda: build.follow(matcher, self._emit), "index")
        self._run(self._load_voice, "voice")
        self._timers.start()
        if self._config.generator.enabled:
            self._run(self._load_generator, "generator")
        self._run(self._watch_files, "files")

    def _load_speech(self) -> None:
        from assistant.audio.microphone_supervisor import MicrophoneSupervisor

        self._transcriber = build.open_transcriber(self._config, self._emit)
        self._emit(Ready("speech", self._config.stt.model))
        self._ear = MicrophoneSupervisor(self._config.audio)
        self._ear.listen(self._wants_to_listen)
        while not self._closed.is_set():
            with self._reporting("speech"):
                self._hear(self._ear)

    def _load_voice(self) -> None:
        from assistant.tts.speaker import open_speaker

        try:
            if self._config.voice.replies != "never":
                self._voice = open_speaker(self._config.voice)
                self._emit(Ready("voice"))
        finally:
            self._voice_loaded.set()

    def _load_generator(self) -> None:
        self._generator = build.open_generator(self._config, self._emit)
        self._emit(Ready("generator", self._config.generator.model))

    def _watch_files(self) -> None:
        """Bring edited intents and knowledge into use; a file that breaks leaves the rest as it was."""
        seen = build.fingerprint(self._config)
        while not self._closed.wait(_RELOAD_SECONDS):
            now = build.fingerprint(self._config)
            if now == seen:
                continue
            seen = now
            with self._reporting("files"):
                files: Definitions = build.read_definitions(self._config)
                assert self._session is not None
                self._session.matcher = build.renew_matcher(self._session.matcher, files, self._emit)
                self._emit(files.summary())
                self._session.matcher.hints.warm()
                build.follow(self._session.matcher, self._emit)

    # -- hearing ------------------------------------------------------------------------------

    def _hear(self, ear: MicrophoneSupervisor) -> None:
        """Listen whenever it is wanted; after a fault, when it is wanted again."""
        try:
            with contextlib.closing(ear.periods()) as periods:
                for period in periods:
                    if isinstance(period, MicrophoneLost | MicrophoneClosed):
                        self._emit(period)
                    else:
                        self._emit(MicrophoneOpened(period.device.name, period.rate))
                        self._hear_through(period)
        except Exception as error:
            self.listen(False)
            self._emit(MicrophoneClosed(str(error) if isinstance(error, AssistantError) else ""))
            raise

    def _hear_through(self, microphone: Microphone) -> None:
        """Act on what is said until the microphone's frames end."""
        assert self._transcriber is not None
        frames = self._attention.gate(self._measured(microphone))
        events = build.hear(frames, self._transcriber, self._session_now, self._config)
        for event in self._attention.filter(events):
            self._emit(event)
            if isinstance(event, FinalTranscript):
                self._enqueue(event.utterance, event.latency)
            elif isinstance(event, PartialTranscript):
                self._guess(f"{event.stable} {event.unstable}".strip())

    def _session_now(self) -> Session | None:
        return self._session

    def _measured(self, microphone: Microphone) -> Iterator[Frame]:
        """Yield the frames, showing their level."""
        for number, frame in enumerate(microphone.frames()):
            if number % _LEVEL_FRAMES == 0:
                self._emit(microphone.level())
            if microphone.falls_silent():
                self._emit(Noticed(f"microphone '{microphone.device.name}' sends only silence: is it muted?"))
            yield frame

    def _attend(self, event: WokeUp | FellAsleep | Failed) -> None:
        self._emit(event)
        if self._config.listen.sound and isinstance(event, WokeUp) and event.by in ("wake_word", "key"):
            self._run(self._chirp, "voice")

    def _give_way(self) -> None:
        """Fall silent, since somebody wants to be heard; what is thought but not yet spoken is still done."""
        if self._speaking.is_set():
            self.interrupt()
        self._hushed.set()

    def _aloud(self) -> str | None:
        return self._saying if self._speaking.is_set() else None

    def _guess(self, text: str) -> None:
        """Show what is being understood while it is said."""
        if self._session is not None and len(text.split()) > 1:
            utterance = Utterance(text, "spoken")
            self._emit(Understood(utterance, self._session.matcher.match(utterance), partial=True))

    # -- turns --------------------------------------------------------------------------------

    def _enqueue(self, utterance: Utterance, latency: float) -> None:
        cancelled = threading.Event()
        with self._lock:
            self._live.add(cancelled)
        self._inbox.put((utterance, latency, cancelled))

    def _converse(self) -> None:
        while (item := self._inbox.get()) is not None:
            utterance, latency, cancelled = item
            if cancelled.is_set():
                self._emit(TurnEnded({}))
            else:
                with self._reporting("turn"):
                    self._turn(utterance, latency, cancelled)
                    self._await_answer(utterance)
            with self._lock:
                self._live.discard(cancelled)

    def _await_answer(self, utterance: Utterance) -> None:
        """Listen to the answer, where something was asked; whoever types will go on typing."""
        if utterance.source == "spoken" and self._wants_to_listen and self._session and self._session.expects_answer:
            self._attention.expect_answer()

    def _turn(self, utterance: Utterance, latency: float, cancelled: threading.Event) -> None:
        assert self._session is not None
        replies = self._config.voice.replies
        aloud = replies == "always" or (replies == "spoken" and utterance.source == "spoken")
        with self._mouth(aloud) as say:
            streamed = False
            for event in self._session.turn(utterance, cancelled):
                match event:
                    case Understood(understanding=IntentMatch(action=action)) if action == _STOP:
                        self._hushed.set()
                    case ReplyChunk():
                        streamed = True
                        say(event.text)
                    case ReplyEnded() if not streamed:
                        say(event.text)
                    case TurnEnded() if utterance.source == "spoken":
                        event = TurnEnded({"transcribe": latency, **event.times})
                self._emit(event)

    # -- speaking -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def _mouth(self, aloud: bool) -> Iterator[Callable[[str], None]]:
        """Give a function that says a piece of text; on leaving, wait until all has been said."""
        if not aloud:
            yield lambda _: None
            return
        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._hushed = hushed = threading.Event()
        thread = self._run(lambda: self._speak(stream_sentences(iter(pieces.get, None)), hushed), "voice")
        try:
            yield pieces.put
        finally:
            pieces.put(None)
            thread.join()

    def _speak(self, sentences: Iterator[str], hushed: threading.Event) -> None:
        self._voice_loaded.wait()
        if (voice := self._voice) is None:
            return

        def chunks() -> Iterator[Chunk]:
            self._saying = ""
            for sentence in sentences:
                self._saying += f" {sentence}"
                yield from voice.synthesise(sentence)

        self._play(chunks(), hushed)

    def _play(self, chunks: Iterable[Chunk], hushed: threading.Event) -> None:
        """Play until the end or until hushed; nothing but the wake word is listened to meanwhile."""
        from assistant.audio.playback import play

        def on_start() -> None:
            self._speaking.set()
            self._emit(SpeakingStarted())

        try:
            play(chunks, self._config.audio, hushed, on_start)
        finally:
            if self._speaking.is_set():
                self._emit(SpeakingEnded(hushed.is_set()))
                time.sleep(_ECHO_SECONDS)
                self._speaking.clear()

    def _ring(self, timer: Timer) -> None:
        """Announce a timer and chime until somebody stops it; called by the timers' thread."""
        self._emit(Announced(timer.announcement))
        self._hushed = hushed = threading.Event()
        self._run(lambda: self._chime(timer.announcement, hushed), "voice")

    def _chime(self, announcement: str, hushed: threading.Event) -> None:
        from assistant.audio.playback import chime

        until = time.monotonic() + _RING_SECONDS
        while time.monotonic() < until and not hushed.is_set():
            self._saying = announcement
            spoken = self._voice.synthesise(announcement) if self._voice is not None else ()
            self._play(itertools.chain([chime()], spoken), hushed)
            hushed.wait(_RING_PAUSE)

    def _chirp(self) -> None:
        """Tell softly that somebody is listened to, without ceasing to listen."""
        from assistant.audio.playback import chirp, play

        play([chirp()], self._config.audio, threading.Event(), lambda: None)

    # -- threads ------------------------------------------------------------------------------

    def _run(self, work: Callable[[], None], where: str) -> threading.Thread:
        def reported() -> None:
            with self._reporting(where):
                work()

        thread = threading.Thread(target=reported, name=f"assistant-{where}", daemon=True)
        thread.start()
        return thread

    @contextlib.contextmanager
    def _reporting(self, where: str) -> Iterator[None]:
        """Turn an error into one `Failed` event: the one place where that is done."""
        try:
            yield
        except AssistantError as error:
            if not self._closed.is_set():
                self._emit(Failed(str(error), where))
        except Exception as error:
            # A fault of ours in one turn must not end the conversation, nor go unseen.
            log = self._config.data_folder() / "faults.log"
            with contextlib.suppress(OSError), log.open("a", encoding="utf-8") as file:
                traceback.print_exc(file=file)
            self._emit(Failed(f"a fault in the assistant itself ({error!r}); see {log}", where))
