"""Activation: the gate before the stages of hearing, and the filter after them.

            wake word, push-to-talk, question, speech over a reply
    asleep ----------------------------------> awake      frames go on to the endpointer
           <----------------------------------
            the utterance is over, nobody began to speak, push-to-talk again

Hands-free it is always awake. Requests come from any thread; the thread that hears carries them out between two
frames, and all else here belongs to that thread.
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

SpeechEvent: TypeAlias = SpeechStarted | SpeechEnded | PartialTranscript | FinalTranscript

_REMNANT_SECONDS, _REMNANT_FRAMES = 0.26, 10
"""Speech that is no longer, and begins within so many frames of waking, is the end of the wake word or of a reply."""


class WakeWordDetector(Protocol):
    """A wake word in one stream of frames, as `WakeWord` is."""

    phrase: str
    """The words to say."""
    lag: int
    """Frames between the end of the wake word and its detection; speech may have begun in them."""

    def detects(self, frame: Frame) -> bool:
        """Take the next frame and return True where the wake word has just ended."""

    def occurs_in(self, text: str) -> bool:
        """Return True where reading the text aloud would set off the detector."""


class OwnVoice(Protocol):
    """The assistant's own voice in the frames that pass, as `HeardVoice` knows it."""

    def text(self) -> str | None:
        """Return the text of the own voice in the frame under way, None where it is silent."""

    def is_talked_over(self, frame: Frame) -> bool:
        """True if somebody has spoken over the own voice; to be asked of each frame that has it."""

    def pause(self) -> None:
        """Fall silent, and keep the rest."""

    def resume(self) -> None:
        """Speak the rest."""

    def stop(self) -> None:
        """Fall silent for good."""

    def begins(self) -> None:
        """Note that an utterance begins."""

    def says(self, text: str) -> bool:
        """True if the utterance that has just ended is the own voice."""

    def goes_on_after(self, text: str) -> bool:
        """True of an utterance at which a speaker goes on."""


class Activation:
    """Decides frame by frame whether the assistant listens.

    `open_detector` is called when listening starts by wake word. The wake word and push-to-talk stop a reply that is
    being spoken. Speech over it makes it pause, in every way of listening: words stop it, and it goes on after a cough
    or a `mhm`. A wake word later than `dictation_seconds` into an utterance is a part of it.
    """

    def __init__(
        self,
        config: ListenConfig,
        open_detector: Callable[[], WakeWordDetector],
        emit: Callable[[WokeUp | FellAsleep | Failed], None],
        own_voice: OwnVoice,
        dictation_seconds: float = 2.0,
    ) -> None:
        self._config = config
        self._open_detector = open_detector
        self._emit = emit
        self.own_voice = own_voice
        self._dictation_seconds = dictation_seconds
        self._requests: queue.SimpleQueue[Callable[[], Iterator[None]]] = queue.SimpleQueue()
        self._start: Way = config.start
        self._detector: WakeWordDetector | None = None
        self._recent: deque[Frame] = deque()
        """The last frames, in which speech after the wake word may have begun when it is detected."""
        self._over_reply: deque[Frame] = deque(maxlen=16)
        """The last frames of a reply, in which somebody may have begun to speak."""
        self._awake = False
        self._seconds_left = 0.0
        """In which to begin to speak."""
        self._addressed_seconds_left = 0.0
        """In which an utterance, begun hands-free, is meant for the assistant: somebody has pushed to talk."""
        self._barged_in = False
        """It woke up during a spoken reply, which is fading away."""
        self._interrupts = False
        """It did so because somebody spoke, who may yet have said nothing."""
        self._may_be_remnant = False
        """The end of the wake word, or of a reply, may come first."""
        self._passed = 0
        """Frames let through since it woke up."""
        self._utterance_start: int | None = None
        """`_passed` when the utterance under way began; None between utterances."""
        self._discards = False
        """The utterance under way is to be dropped."""

    # -- requests, from any thread ------------------------------------------------------------

    def push_to_talk(self) -> None:
        """Listen now; during an utterance, end it; while awake and nobody speaks, fall asleep."""
        self._requests.put(self._on_push_to_talk)

    def expect_answer(self) -> None:
        """Listen for `answer_wait` seconds: the assistant has asked something."""
        self._requests.put(self._on_question)

    def start_by(self, way: Way) -> None:
        """Change the way in which listening starts."""
        self._requests.put(lambda: self._on_start(way))

    # -- gate and filter ----------------------------------------------------------------------

    def gate(self, frames: Iterable[Frame]) -> Iterator[Frame | None]:
        """Yield the frames that are meant for the assistant, and None where they break off."""
        self._utterance_start, self._discards, self._interrupts = None, False, False
        yield from self._on_start(self._start)
        for frame in frames:
            while not self._requests.empty():
                yield from self._requests.get()()
            yield from self._gated(frame)

    def filter(self, events: Iterable[SpeechEvent]) -> Iterator[SpeechEvent]:
        """Yield the events of the frames let through, overheard utterances marked; fall asleep after an utterance.

        A remnant, and the wake word itself, end in an empty `PartialTranscript` in place of a transcript.
        """
        start = 0.0
        for event in events:
            match event:
                case SpeechStarted():
                    self._utterance_start, start = self._passed, event.at
                    self.own_voice.begins()
                    self._may_be_remnant &= self._passed <= _REMNANT_FRAMES
                case SpeechEnded():
                    self._discards |= self._may_be_remnant and event.at - start < _REMNANT_SECONDS
                    self._utterance_start = None
                case FinalTranscript() if self._discards:
                    event = PartialTranscript("", "")
                case FinalTranscript(utterance) if self._is_nothing(utterance.text):
                    self._discards = True
                    event = PartialTranscript("", "")
                case PartialTranscript("", "") if self._interrupts:
                    self._discards = True
                case FinalTranscript(utterance):
                    event = replace(event, utterance=replace(utterance, overheard=self.overhears))
                    if self._interrupts:
                        self._interrupts = False
                        self.own_voice.stop()
                    self._addressed_seconds_left = 0.0
            yield event
            if isinstance(event, FinalTranscript):
                self._sleep()
            elif event == PartialTranscript("", ""):
                self._discards = self._may_be_remnant = False
                self._go_on()

    def _is_nothing(self, text: str) -> bool:
        """True of the own voice, and of a sound over it that is no word."""
        return self.own_voice.says(text) or (self._interrupts and self.own_voice.goes_on_after(text))

    @property
    def discards(self) -> bool:
        """True while the utterance under way, or the one that has just ended, is dropped: it was the wake word."""
        return self._discards

    @property
    def overhears(self) -> bool:
        """True while an utterance may be meant for somebody else: hands-free or over a reply, without the key."""
        return self._interrupts or (self._start == "hands_free" and self._addressed_seconds_left <= 0)

    def _gated(self, frame: Frame) -> Iterator[Frame | None]:
        reply = self.own_voice.text()
        self._barged_in &= reply is not None
        if reply is None:
            self._over_reply.clear()
        else:
            self._over_reply.append(frame)
        if self._detector is not None:
            self._recent.append(frame)
        if self._is_wake_word(frame, reply):
            yield from self._on_wake_word()
        elif reply is not None and not self._barged_in and self.own_voice.is_talked_over(frame):
            yield from self._on_speech_over_reply()
        elif self._awake and (reply is None or self._barged_in):
            self._passed += 1
            yield frame
            if self._interrupts and self._utterance_start is None and self._passed > _REMNANT_FRAMES + 2 * 16:
                self._go_on()
            if self._utterance_start is None:
                self._seconds_left -= FRAME_SECONDS
                self._addressed_seconds_left -= FRAME_SECONDS
                if self._seconds_left <= 0:
                    self._sleep()

    def _is_wake_word(self, frame: Frame, reply: str | None) -> bool:
        if self._detector is None or not self._detector.detects(frame):
            return False
        is_own_voice = reply is not None and self._detector.occurs_in(reply)
        start = self._utterance_start
        is_dictated = start is not None and (self._passed - start) * FRAME_SECONDS > self._dictation_seconds
        return not is_own_voice and not is_dictated

    # -- waking and falling asleep ------------------------------------------------------------

    def _on_wake_word(self) -> Iterator[Frame | None]:
        self._discards = self._utterance_start is not None  # it consists of the wake word
        yield None
        self._wake(WokeUp("wake_word"), self._config.wait)
        self._may_be_remnant = True
        if not self._barged_in:
            yield from self._recent

    def _on_speech_over_reply(self) -> Iterator[Frame | None]:
        yield None
        self.own_voice.pause()
        self._wake(WokeUp("voice"), self._config.wait)
        self._barged_in = self._interrupts = True
        yield from self._over_reply

    def _go_on(self) -> None:
        """Speak on: whoever seemed to interrupt has said nothing."""
        if self._interrupts:
            self._interrupts = self._barged_in = False
            self.own_voice.resume()
            self._sleep()

    def _on_push_to_talk(self) -> Iterator[None]:
        listens = self._awake and self.own_voice.text() is None
        self._addressed_seconds_left = self._config.wait
        yield None
        if listens:
            self._sleep()
        else:
            self._wake(WokeUp("key"), self._config.wait)

    def _on_question(self) -> Iterator[None]:
        if not self._awake and self._config.answer_wait:
            yield None
            self._wake(WokeUp("question"), self._config.answer_wait)

    def _on_start(self, way: Way) -> Iterator[None]:
        self._start, self._detector = way, None
        if way == "wake_word":
            try:
                self._detector = self._open_detector()
                self._recent = deque(maxlen=self._detector.lag)
            except ModelError as error:
                self._start = "key"
                self._emit(Failed(f"{error}; the key starts listening instead", "wake"))
        if self._start == "hands_free":
            self._wake(WokeUp("hands_free"), math.inf)
        elif self._utterance_start is None:
            self._awake = True
            self._sleep()
        else:  # asleep as soon as the utterance under way is over
            self._seconds_left = 0.0
        yield from ()

    def _wake(self, event: WokeUp, wait: float) -> None:
        is_call = event.by in ("wake_word", "key")
        self._seconds_left = math.inf if self._start == "hands_free" else wait
        self._passed = 0
        self._awake = True
        self._barged_in = self._may_be_remnant = is_call and self.own_voice.text() is not None
        self._interrupts = False
        if is_call:
            self.own_voice.stop()
        self._emit(event)

    def _sleep(self) -> None:
        if self._awake and self._start != "hands_free":
            self._awake = False
            self._emit(FellAsleep(self._start, self._detector.phrase if self._detector else ""))
