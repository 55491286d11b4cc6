"""A satellite: microphone, wake word, voice detector and loudspeaker here, everything else on another machine."""

from __future__ import annotations

import dataclasses
import queue
import threading
from collections.abc import Callable

from assistant.app.edge.far_assistant import FarAssistant
from assistant.app.listener import Listener
from assistant.app.talker import Talker
from assistant.app.threads import Threads
from assistant.config import Config
from assistant.errors import ModelError
from assistant.events import Emit, Failed, Noticed, ReplyEnded, TurnEnded
from assistant.remote.standby import Standby
from assistant.stt.remote import RemoteTranscriber
from assistant.stt.stream import Confusable, Hypotheses, Transcriber, no_confusable
from assistant.tts.remote import RemoteSpeaker
from assistant.values import FinalTranscript, Samples, Utterance


class Satellite:
    """Hears, asks the other machine, and speaks its reply; a server that is gone is looked for until it is back."""

    def __init__(self, config: Config, emit: Emit) -> None:
        there = config.satellite
        heard = dataclasses.replace(config.stt, url=there.url, key=there.token, url_model="", partial_interval=0.0)
        spoken = dataclasses.replace(config.voice, url=there.url, key=there.token, url_model="", url_voice="")
        listening = dataclasses.replace(config, stt=heard, ui=dataclasses.replace(config.ui, listen=True))
        self._emit = emit
        self._there = FarAssistant(there)
        self._threads = threads = Threads(config.data_folder() / "faults.log", emit)
        self._inbox: queue.SimpleQueue[Utterance | None] = queue.SimpleQueue()
        self._talker = Talker(spoken, lambda: config.audio, emit, threads)
        self._talker.use(RemoteSpeaker(spoken, "satellite", seconds=120.0))
        self._listener = Listener(listening, lambda: None, self._talker, self._hear, self._talker.hush, emit, threads)
        gone, back = f"{self._there.host} hears nothing until it is back", f"{self._there.host} is back"
        standby = Standby(gone, back, lambda line: emit(Noticed(line)), pause=1.0)
        self._ears = _FarEars(RemoteTranscriber(heard, "satellite", seconds=120.0), standby)

    def start(self) -> None:
        """Open the microphone, and follow what the other machine announces."""
        self._threads.run(lambda: self._listener.run(self._ears), "speech")
        self._threads.run(self._answer, "turn")
        self._threads.run(self._follow, "events")

    def close(self) -> None:
        """End all threads; safe to call twice."""
        self._threads.closed.set()
        self._talker.hush()
        self._listener.close()
        self._inbox.put(None)

    def _hear(self, event: FinalTranscript) -> None:
        self._inbox.put(event.utterance)

    def _answer(self) -> None:
        while (utterance := self._inbox.get()) is not None:
            with self._threads.reporting("turn"):
                self._turn(utterance)

    def _turn(self, utterance: Utterance) -> None:
        try:
            reply = self._there.ask(utterance.text)
        except ModelError as error:
            self._emit(Failed(f"{error}; “{utterance.text}” is not done", "turn"))
            return
        with self._talker.replying_to(utterance) as say:
            self._emit(ReplyEnded(reply.text, ok=reply.ok, expects_answer=reply.expects_answer))
            say(reply.aloud)
        self._emit(TurnEnded({}))
        if reply.expects_answer:
            self._listener.expect_answer()

    def _follow(self, pause: float = 2.0) -> None:
        """Speak the announcements of the server; a connection that breaks off is made again."""
        while not self._threads.closed.wait(pause):
            try:
                self._there.follow(self._announce)
            except ModelError:
                continue  # the ears tell of it

    def _announce(self, text: str) -> None:
        self._threads.run(lambda: self._talker.announce(text), "voice")


class _FarEars(Transcriber):
    """The recogniser on the other machine; what is said while that is gone is not heard."""

    prompt_tokens = 0
    """It knows the words of its own files better."""

    def __init__(self, remote: RemoteTranscriber, standby: Standby) -> None:
        self._remote, self._standby = remote, standby
        self.backend = remote.backend

    def load(self) -> None:
        """Do nothing: the server may come later."""

    def decode(
        self, samples: Samples, prompt: str = "", final: bool = True, confusable: Confusable = no_confusable
    ) -> Hypotheses:
        """Return the hypotheses of the server; none while it is gone."""
        return self._standby.call(lambda: self._remote.decode(samples, prompt, final, confusable), tuple)


def serve_a_room(config: Config, emit: Emit, ended: threading.Event, opened: Callable[[], None]) -> None:
    """Be a satellite until `ended`."""
    satellite = Satellite(config, emit)
    satellite.start()
    opened()
    try:
        ended.wait()
    finally:
        satellite.close()
