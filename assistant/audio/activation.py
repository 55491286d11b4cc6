"""Which sound is meant for the assistant: a gate before the stages of hearing, and what they say about it.

            wake word, key, question
    asleep ---------------------------> awake      frames go on to the endpointer
           <---------------------------
            the utterance is over, nobody began to speak, the key again

Hands-free it is always awake. What others want of it, from whatever thread, is done between two frames by the
thread that hears, to which all else here belongs.
"""

from __future__ import annotations

import math
import queue
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol, TypeAlias

from assistant.config import ListenConfig, Way
from assistant.errors import ModelError
from assistant.events import Failed, FellAsleep, WokeUp
from assistant.values import FRAME_SECONDS, FinalTranscript, Frame, PartialTranscript, SpeechEnded, SpeechStarted

Heard: TypeAlias = SpeechStarted | SpeechEnded | PartialTranscript | FinalTranscript

_REMNANT = 0.26
"""Seconds. Speech that begins with the listening and is no longer is the end of the wake word, or of a reply."""

_AT_ONCE = 10
"""Frames after waking in which such a remnant begins."""

_DICTATED = 2.0
"""Seconds into an utterance after which a wake word in it is just a word."""


class Detector(Protocol):
    """What `Activation` needs of a `WakeWord`."""

    phrase: str
    late: int

    def heard(self, frame: Frame) -> bool:
        """Return whether the wake word ended just now."""

    def is_in(self, text: str) -> bool:
        """Return whether reading the text aloud would sound like it."""


class Activation:
    """Decides frame by frame whether somebody is listened to.

    `detector` is opened when the way of starting needs one. `called` is called when the wake word or the key asks
    for a hearing: what is being spoken should fall silent. `aloud` returns the text being spoken, None if none is.
    """

    def __init__(
        self,
        config: ListenConfig,
        detector: Callable[[], Detector],
        emit: Callable[[WokeUp | FellAsleep | Failed], None],
        called: Callable[[], None],
        aloud: Callable[[], str | None],
    ) -> None:
        self._config = config
        self._open_detector = detector
        self._emit = emit
        self._called = called
        self._aloud = aloud
        self._wishes: queue.SimpleQueue[Callable[[], Iterator[None]]] = queue.SimpleQueue()
        self._way: Way = config.start
        self._detector: Detector | None = None
        self._recent: deque[Frame] = deque()
        """Those that may follow the wake word when it is noticed."""
        self._awake = False
        self._patience = 0.0
        """Seconds left in which to begin to speak."""
        self._called_for = 0.0
        """Seconds left in which what is begun hands-free is meant: somebody has pressed the key."""
        self._over_voice = False
        """Whether it woke up while something was being spoken, which is dying away."""
        self._remnant = False
        """Whether the end of the wake word, or of a reply, may be heard first."""
        self._given = 0
        """Frames let through since it woke up."""
        self._began: int | None = None
        """`_given` when the utterance under way began."""
        self._spoilt = False
        """Whether that utterance is to be forgotten."""

    # -- what others want of it ---------------------------------------------------------------

    def key(self) -> None:
        """Listen now; while somebody speaks, take it that that was all; while nobody does, stop listening."""
        self._wishes.put(self._on_key)

    def expect_answer(self) -> None:
        """Listen for a while: something has been asked."""
        self._wishes.put(self._on_question)

    def start_by(self, way: Way) -> None:
        """Change the way in which listening starts."""
        self._wishes.put(lambda: self._on_way(way))

    # -- the gate -----------------------------------------------------------------------------

    def heed(self, frames: Iterable[Frame]) -> Iterator[Frame | None]:
        """Yield the frames that are meant for the assistant, and None where they break off."""
        self._began, self._spoilt = None, False
        yield from self._on_way(self._way)
        for frame in frames:
            while not self._wishes.empty():
                yield from self._wishes.get()()
            yield from self._judge(frame)

    def sift(self, events: Iterable[Heard]) -> Iterator[Heard]:
        """Yield what was heard in the frames let through, less what was not meant; fall asleep when it is over."""
        started = 0.0
        for event in events:
            match event:
                case SpeechStarted():
                    self._began, started = self._given, event.at
                    self._remnant &= self._given <= _AT_ONCE
                case SpeechEnded():
                    self._spoilt |= self._remnant and event.at - started < _REMNANT
                    self._began = None
                case FinalTranscript() if self._spoilt:
                    event = PartialTranscript("", "")
                case FinalTranscript(utterance):
                    event = replace(event, utterance=replace(utterance, overheard=self.overhears))
                    self._called_for = 0.0
            yield event
            if isinstance(event, FinalTranscript):
                self._sleep()
            elif event == PartialTranscript("", ""):
                self._spoilt = self._remnant = False

    @property
    def overhears(self) -> bool:
        """True while nobody may have meant the assistant with what is said."""
        return self._way == "hands_free" and self._called_for <= 0

    def _judge(self, frame: Frame) -> Iterator[Frame | None]:
        aloud = self._aloud()
        self._over_voice &= aloud is not None
        if self._detector is not None:
            self._recent.append(frame)
        if self._is_wake_word(frame, aloud):
            yield from self._on_wake_word()
        elif self._awake and (aloud is None or self._over_voice):
            self._given += 1
            yield frame
            if self._began is None:
                self._patience -= FRAME_SECONDS
                self._called_for -= FRAME_SECONDS
                if self._patience <= 0:
                    self._sleep()

    def _is_wake_word(self, frame: Frame, aloud: str | None) -> bool:
        if self._detector is None or not self._detector.heard(frame):
            return False
        is_own_voice = aloud is not None and self._detector.is_in(aloud)
        is_dictated = self._began is not None and (self._given - self._began) * FRAME_SECONDS > _DICTATED
        return not is_own_voice and not is_dictated

    # -- waking and falling asleep ------------------------------------------------------------

    def _on_wake_word(self) -> Iterator[Frame | None]:
        self._spoilt = self._began is not None  # what has been said so far was the wake word
        yield None
        self._wake(WokeUp("wake_word"), self._config.wait)
        self._remnant = True
        if not self._over_voice:
            yield from self._recent

    def _on_key(self) -> Iterator[None]:
        listens = self._awake and self._aloud() is None
        self._called_for = self._config.wait
        yield None
        if listens:
            self._sleep()
        else:
            self._wake(WokeUp("key"), self._config.wait)

    def _on_question(self) -> Iterator[None]:
        if not self._awake and self._config.answer_wait:
            yield None
            self._wake(WokeUp("question"), self._config.answer_wait)

    def _on_way(self, way: Way) -> Iterator[None]:
        self._way, self._detector = way, None
        if way == "wake_word":
            try:
                self._detector = self._open_detector()
                self._recent = deque(maxlen=self._detector.late)
            except ModelError as error:
                self._way = "key"
                self._emit(Failed(f"{error}; the key starts listening instead", "wake"))
        if self._way == "hands_free":
            self._wake(WokeUp("hands_free"), math.inf)
        elif self._began is None:
            self._awake = True
            self._sleep()
        else:  # when the utterance under way is over
            self._patience = 0.0
        yield from ()

    def _wake(self, event: WokeUp, wait: float) -> None:
        is_call = event.by in ("wake_word", "key")
        self._patience = math.inf if self._way == "hands_free" else wait
        self._given = 0
        self._awake = True
        self._over_voice = self._remnant = is_call and self._aloud() is not None
        if is_call:
            self._called()
        self._emit(event)

    def _sleep(self) -> None:
        if self._awake and self._way != "hands_free":
            self._awake = False
            self._emit(FellAsleep(self._way, self._detector.phrase if self._detector else ""))
