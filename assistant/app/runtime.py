"""The assistant at work for one person who talks and types at the same time.

    microphone -> Listener (ear's thread) --\\
                                             inbox -> Turns (turn thread: Session.turn) -> emit, Talker (voice threads)
    keyboard -> submit() -------------------/
                                Loader, Watcher (own threads): put the parts to use, and a new matcher when files change

Every `Event` leaves through `emit`, which is called from any of these threads. An `AssistantError` in one of them
becomes one `Failed` event and the others go on.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from assistant.app.listener import Listener
from assistant.app.loader import Loader
from assistant.app.pictures.attaching import utterance_of
from assistant.app.talker import Talker
from assistant.app.threads import Current, Threads
from assistant.app.worker import NewestWins
from assistant.audio.chosen_devices import ChosenDevices
from assistant.config import Config, Way
from assistant.dialogue.history.session import KeptSession
from assistant.dialogue.session import Session
from assistant.embedding_map import EmbeddingMap
from assistant.errors import AssistantError
from assistant.events import (
    DeviceChoice,
    Direction,
    EarlierTurn,
    Emit,
    Event,
    Noticed,
    Progress,
    Quit,
    ReplyChunk,
    ReplyEnded,
    Suggested,
    TurnEnded,
    Understood,
)
from assistant.values import BuiltInAction, FinalTranscript, IntentMatch, Utterance

if TYPE_CHECKING:
    from assistant.actions.schedule import Planned
    from assistant.nlu.matcher import Matcher

_STOP = BuiltInAction("dialogue.stop")

_Item: TypeAlias = "tuple[Utterance, float, threading.Event, float] | Planned"
"""An utterance, the seconds that its transcript took, the token that cancels its turn, the moment it was taken; or a
command that was planned for now."""


class Turns:
    """The inbox, and the thread that answers it: one utterance after the other, none lost.

    A cancel token is made when an utterance is taken and travels with it, so that no interruption is lost. `asked` is
    called after a spoken turn that ends with a question.
    """

    def __init__(self, talker: Talker, asked: Callable[[], None], emit: Emit, threads: Threads) -> None:
        self._talker = talker
        self._asked = asked
        self._emit = emit
        self._threads = threads
        self._inbox: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._tokens: set[threading.Event] = set()
        """Those of the turns that wait or are under way."""
        self._lock = threading.Lock()
        """Held while `_tokens` changes."""

    def take(self, utterance: Utterance, latency: float = 0.0) -> None:
        """Put an utterance into the inbox."""
        cancelled = threading.Event()
        with self._lock:
            self._tokens.add(cancelled)
        self._inbox.put((utterance, latency, cancelled, time.monotonic()))

    def take_due(self, planned: Planned) -> None:
        """Put a command that was planned for now into the inbox; no interruption of a person's turn cancels it."""
        self._inbox.put(planned)

    def cancel(self) -> None:
        """End the turn under way and those that wait."""
        with self._lock:
            for token in self._tokens:
                token.set()

    def close(self) -> None:
        """End `run` after the turn under way."""
        self._inbox.put(None)

    def run(self, session: Session, complete: threading.Event) -> None:
        """Answer what is in the inbox until closed; until `complete`, what is not understood waits for it."""
        while (item := self._inbox.get()) is not None:
            if not isinstance(item, tuple):
                with self._threads.reporting("schedule"):
                    self._carry_out(session, item, complete)
                continue
            utterance, latency, cancelled, taken = item
            if cancelled.is_set():
                self._emit(TurnEnded({}))
            else:
                with self._threads.reporting("turn"):
                    self._await_meaning(session, utterance, complete, cancelled)
                    self._turn(session, utterance, latency, cancelled, taken)
                    if utterance.source == "spoken" and session.expects_answer:
                        self._asked()
            with self._lock:
                self._tokens.discard(cancelled)

    def _carry_out(self, session: Session, planned: Planned, complete: threading.Event) -> None:
        """Carry out a planned command in a turn of its own; one that comes to its turn too late is left unclaimed."""
        cancelled = self._threads.closed
        self._await_meaning(session, Utterance(planned.text), complete, cancelled)
        if not cancelled.is_set() and (text := session.due(planned, cancelled)):
            self._talker.announce(text)

    def _await_meaning(
        self, session: Session, utterance: Utterance, complete: threading.Event, cancelled: threading.Event
    ) -> None:
        if complete.is_set() or session.understands(utterance):
            return
        self._emit(Noticed(f"'{utterance.text}' waits for the index"))
        while not (complete.wait(0.1) or cancelled.is_set() or self._threads.closed.is_set()):
            pass

    def _turn(
        self, session: Session, utterance: Utterance, latency: float, cancelled: threading.Event, taken: float
    ) -> None:
        quits: Event | None = None
        with self._talker.replying_to(utterance) as say:
            is_streamed = False
            for event in session.turn(utterance, cancelled, taken):
                match event:
                    case Understood(understanding=IntentMatch(action=action)) if action == _STOP:
                        self._talker.hush()
                    case ReplyChunk():
                        is_streamed = True
                        say(event.text)
                    case ReplyEnded() if not is_streamed:
                        say(event.aloud or event.text, event.pace)
                    case TurnEnded() if utterance.source == "spoken":
                        event = TurnEnded({"transcribe": latency, **event.times})
                    case Quit():
                        quits = event
                        continue
                self._emit(event)
        if quits is not None:  # after the last word has been spoken
            self._emit(quits)


class Runtime:
    """The running assistant, as a front end calls it; `file` is the config.toml that choices are kept in."""

    def __init__(self, config: Config, emit: Emit, file: Path | None = None) -> None:
        self._config, self._emit = config, emit
        self._threads = threads = Threads(config.data_folder() / "faults.log", emit)
        self._devices = ChosenDevices(config.audio, file)
        self._session: Current[Session | None] = Current(None)
        self._whole = threading.Event()
        """Set once sentences are understood by meaning too."""
        self._talker = Talker(config.voice, lambda: self._devices.config, emit, threads)
        self._listener = Listener(config, self._session, self._talker, self._hear, self._give_way, emit, threads)
        self._turns = Turns(self._talker, self._listener.expect_answer, self._emit_of_turn, threads)
        self._suggesting = NewestWins(self._suggest, lambda: threads.reporting("suggestions"), "suggestions")
        """Asked by a number of its own after each turn: suggestions are made beside the turns, for the last alone."""
        self._considering = NewestWins(self._consider, lambda: threads.reporting("suggestions"), "consider")
        self._asked_for = 0
        self._loader = Loader(
            (config, file), self._talker, self._listener, self._begin, self._turns.take_due, emit, threads
        )

    def start(self) -> None:
        """Load everything in the background; `Ready` tells what can be used from when."""
        self._loader.start()

    def submit(self, text: str) -> None:
        """Take a typed utterance; what is being spoken is cut short."""
        self._talker.hush()
        self._turns.take(utterance_of(text))

    def consider(self, text: str) -> None:
        """Tell what a line that is still being typed would mean by itself, unless another follows first."""
        self._considering(Utterance(text))

    def interrupt(self) -> None:
        """Stop speaking, generating and ringing, and forget what waits in the inbox."""
        self._talker.hush()
        self._turns.cancel()

    def listen(self, on: bool) -> None:
        """Open or close the microphone; before the speech model is loaded, remember the wish."""
        self._listener.listen(on)

    def talk(self) -> None:
        """Listen now, whatever listening waits for; while somebody is speaking, take the utterance as complete."""
        self._listener.talk()

    def start_by(self, way: Way) -> None:
        """Change the way in which listening starts."""
        self._listener.start_by(way)

    def devices(self) -> tuple[DeviceChoice, ...]:
        """List the choices: the system's defaults, each microphone and each loudspeaker.

        Raises:
            AudioError: the devices cannot be listed.
        """
        return self._devices.choices()

    def choose(self, direction: Direction, name: str) -> None:
        """Take another microphone or loudspeaker, from now on and at the next start."""
        self._devices.choose(direction, name)
        if direction == "input":
            self._listener.use(self._devices.config)
        with self._threads.reporting("config"):
            if notice := self._devices.remember(direction):
                self._emit(Noticed(notice))

    def try_loudspeaker(self, name: str) -> None:
        """Chime on a loudspeaker; return when it is over, or raise AudioError."""
        self._talker.try_out(replace(self._devices.config, output=name))

    def try_voice(self, text: str, pace: float) -> None:
        """Say a text at a part of the voice's speed; return when it is over, or raise AssistantError."""
        self._talker.try_out(self._devices.config, text, pace)

    def find_turns(self, words: str, most: int = 200) -> Sequence[EarlierTurn]:
        """List turns that are kept: those with all the words, else those that mean something like them.

        Raises:
            AssistantError: nothing is understood yet, or the vectors cannot be had.
        """
        from assistant.app.build import open_search

        session = self._opened()
        if not isinstance(session, KeptSession):
            return ()
        search = open_search(self._config, session.kept, lambda: session.matcher.parts.embedder)
        with contextlib.closing(search):
            turns = (search.by_words(words) if words else session.kept.turns(most))[::-1][:most]
            if not turns and len(words) > 3:
                turns = tuple(turn for turn, _ in search.by_meaning(words))
        return [EarlierTurn(turn.at, turn.text, turn.reply) for turn in turns]

    def _opened(self) -> Session:
        if (session := self._session()) is None:
            raise AssistantError("One moment: your files are still being read.")
        return session

    def matcher(self) -> Matcher:
        """Return the matcher in use.

        Raises:
            AssistantError: nothing is understood yet.
        """
        return self._opened().matcher

    def whole_matcher(self) -> Matcher:
        """Return the matcher in use once it knows more than templates, which takes a minute at the very first start.

        Raises:
            AssistantError: nothing is understood yet, or this is closed.
        """
        self._opened()
        while not self._whole.wait(0.1):
            if self._threads.closed.is_set():
                raise AssistantError("the assistant is being closed")
        return self.matcher()

    def embedding_map(self) -> EmbeddingMap:
        """Lay out everything that can be said, and what was said last.

        Raises:
            AssistantError: nothing is understood yet.
        """
        from assistant.app.pictures.library import Pictures
        from assistant.nlu.map.drawing import draw_map

        session = self._opened()
        parts = session.matcher.parts
        said = session.kept.said() if isinstance(session, KeptSession) else {}
        self._emit(Progress(task := "drawing the map", 0, 0))
        try:
            return draw_map(parts, Pictures(self._config, parts.embedder).stored().retriever, said)
        finally:
            self._emit(Progress(task, 1, 1))

    def close(self) -> None:
        """End all threads; safe to call twice."""
        self._threads.closed.set()
        self.interrupt()
        self._listener.close()
        self._turns.close()
        self._suggesting.close()
        self._considering.close()
        self._loader.close()

    # -- wiring -------------------------------------------------------------------------------

    def _begin(self, opened: Callable[[], Session], complete: threading.Event) -> None:
        """Begin to answer what is in the inbox."""
        self._whole = complete
        session = opened()
        self._session.swap(session)
        self._threads.run(lambda: self._turns.run(session, complete), "turn")
        self._threads.run(lambda: self._suggest_first(complete), "suggestions")

    def _emit_of_turn(self, event: Event) -> None:
        self._emit(event)
        if isinstance(event, TurnEnded):
            self._ask_for_suggestions()

    def _suggest_first(self, complete: threading.Event) -> None:
        complete.wait()
        self._ask_for_suggestions()

    def _ask_for_suggestions(self) -> None:
        self._asked_for += 1
        self._suggesting(self._asked_for)

    def _suggest(self, _: int, least: float = 0.03) -> bool:
        """Tell of suggestions that are as likely as `least`; of none as well, so that those before it go."""
        if (session := self._session()) is not None and session.suggester is not None:
            likely = [suggestion for suggestion in session.suggester.suggestions() if suggestion.score >= least]
            self._emit(Suggested(tuple((suggestion.text, suggestion.why) for suggestion in likely)))
        return True

    def _consider(self, utterance: Utterance) -> None:
        if (session := self._session()) is not None:
            self._emit(Understood(utterance, session.guess(utterance), partial=True))

    def _hear(self, event: FinalTranscript) -> None:
        self._turns.take(event.utterance, event.latency)

    def _give_way(self) -> None:
        """Fall silent, since somebody wants to be heard; a turn whose reply is not heard yet goes on."""
        if self._talker.aloud() is not None:
            self._turns.cancel()
        self._talker.hush()
