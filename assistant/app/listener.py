"""From the microphone to the events of hearing, on one thread; other threads leave their wishes with it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from assistant.app import build
from assistant.app.hearing import MISSED, Missed
from assistant.app.talker import Talker
from assistant.app.threads import Threads
from assistant.app.worker import NewestWins
from assistant.audio.activation import Activation
from assistant.audio.echo.own_voice import HeardVoice
from assistant.audio.microphone_supervisor import MicrophoneSupervisor
from assistant.config import AudioConfig, Config, Way
from assistant.errors import AssistantError
from assistant.events import (
    Emit,
    Failed,
    FellAsleep,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    Noticed,
    Understood,
    WokeUp,
)
from assistant.values import (
    FinalTranscript,
    Frame,
    PartialTranscript,
    SpeechEnded,
    SpeechStarted,
    Understanding,
    Utterance,
)

if TYPE_CHECKING:
    from assistant.audio.capture import Microphone
    from assistant.dialogue.session import Session
    from assistant.stt.stream import Transcriber


class Listener:
    """Hears what is meant for the assistant while its microphone is wanted.

    Args:
        session: returns the conversation, None until there is one.
        heard: takes each utterance.
        called: is called when the wake word or the key asks for a hearing.
    """

    def __init__(
        self,
        config: Config,
        session: Callable[[], Session | None],
        talker: Talker,
        heard: Callable[[FinalTranscript], None],
        called: Callable[[], None],
        emit: Emit,
        threads: Threads,
    ) -> None:
        self._config = config
        self._session = session
        self._talker = talker
        self._heard = heard
        self._emit = emit
        self._threads = threads
        self._microphone = MicrophoneSupervisor(config.audio)
        self._is_wanted = config.ui.listen
        self._own_voice = HeardVoice(talker, config, called)
        self._activation = Activation(config.listen, lambda: build.open_wake_word(config), self._tell, self._own_voice)
        self._is_spoken_to = False
        """An utterance is under way."""
        self._partial: Utterance | None = None
        """The utterance so far, until its guess has been told."""

    # -- wishes, from any thread --------------------------------------------------------------

    def listen(self, on: bool) -> None:
        """Open or close the microphone, as soon as there is a speech model."""
        self._is_wanted = on
        self._microphone.listen(on)

    def talk(self) -> None:
        """Listen now; while somebody speaks, take the utterance as complete."""
        self._activation.push_to_talk()
        if not self._is_wanted:
            self.listen(True)

    def start_by(self, way: Way) -> None:
        """Change the way in which listening starts."""
        self._activation.start_by(way)

    def expect_answer(self) -> None:
        """Listen for a while, where the microphone is wanted: the assistant has asked something."""
        if self._is_wanted:
            self._activation.expect_answer()

    def use(self, audio: AudioConfig) -> None:
        """Exchange the microphone."""
        self._own_voice.use(audio)
        self._microphone.use(audio)

    def close(self) -> None:
        """End `run`."""
        self._microphone.close()

    # -- the ear's thread ---------------------------------------------------------------------

    def run(self, transcriber: Transcriber) -> None:
        """Hear until closed; after a fault, as soon as the microphone is wanted again."""
        self._microphone.listen(self._is_wanted)
        while not self._threads.closed.is_set():
            with self._threads.reporting("speech"):
                self._hear_periods(transcriber)

    def _hear_periods(self, transcriber: Transcriber) -> None:
        try:
            with contextlib.closing(self._microphone.periods()) as periods:
                for period in periods:
                    if isinstance(period, MicrophoneLost | MicrophoneClosed):
                        self._emit(period)
                    else:
                        self._emit(MicrophoneOpened(period.device.name, period.rate))
                        self._hear(period, transcriber)
        except Exception as error:
            self.listen(False)
            self._emit(MicrophoneClosed(str(error) if isinstance(error, AssistantError) else ""))
            raise

    def _hear(self, microphone: Microphone, transcriber: Transcriber) -> None:
        """Tell the events of hearing until the microphone's frames end."""
        reporting = partial(self._threads.reporting, "speech")
        self._partial, self._is_spoken_to = None, False
        self._own_voice.open()
        with contextlib.closing(NewestWins(self._understand, reporting)) as guess:
            frames = self._activation.gate(self._measured(microphone, guess))
            events = build.hear(
                frames, transcriber, self._session, self._config, lambda answer: NewestWins(answer, reporting)
            )
            missed = Missed()
            for event in self._activation.filter(events):
                self._emit(event)
                if isinstance(event, SpeechStarted | SpeechEnded):
                    self._is_spoken_to = isinstance(event, SpeechStarted)
                if missed.take(event, not self._activation.overhears) and not self._activation.discards:
                    self._emit(Noticed(MISSED))
                self._partial = self._worth_a_guess(event) if isinstance(event, PartialTranscript) else None
                if isinstance(event, FinalTranscript):
                    self._heard(event)
        self._own_voice.resume()

    def _measured(
        self,
        microphone: Microphone,
        guess: NewestWins[Utterance, Understanding | None],
        interval: int = 3,
        still: int = 100,
    ) -> Iterator[Frame]:
        """Yield the frames; tell the level at every third, about ten times a second, and a guess once it is there.

        A level that has been the same for ten seconds, as that of a muted microphone, is told once a second.
        """
        level, same = None, 0
        for number, frame in enumerate(microphone.frames()):
            if number % interval == 0:
                before, level = level, microphone.level()
                same = same + 1 if level == before else 0
                if same < still or same % 10 == 0:
                    self._emit(level)
            if microphone.falls_silent():
                self._emit(Noticed(f"microphone '{microphone.device.name}' sends only silence: is it muted?"))
            if self._partial is not None and (understanding := guess(self._partial)) is not None:
                self._emit(Understood(self._partial, understanding, partial=True))
                self._partial = None
            heard = self._own_voice.cancel(frame, microphone.captured)
            microphone.at_leisure = not self._is_spoken_to and self._own_voice.text() is None
            yield heard

    def _worth_a_guess(self, event: PartialTranscript) -> Utterance | None:
        """Return the utterance so far; None where one word or none has been said."""
        text = f"{event.stable} {event.unstable}".strip()
        return Utterance(text, "spoken", overheard=self._activation.overhears) if len(text.split()) > 1 else None

    def _understand(self, utterance: Utterance) -> Understanding | None:
        """Return the meaning of an utterance so far; the worker's part."""
        session = self._session()
        return session.guess(utterance) if session is not None else None

    def _tell(self, event: WokeUp | FellAsleep | Failed) -> None:
        self._emit(event)
        if self._config.listen.sound and isinstance(event, WokeUp) and event.by in ("wake_word", "key"):
            self._talker.chirp()
