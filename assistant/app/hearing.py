"""The stages of hearing in their order, and what a conversation expects of an utterance under way."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from assistant.app.worker import AtOnce, NewestWins
from assistant.config import Config
from assistant.values import FinalTranscript, Frame, PartialTranscript, SpeechEnded, SpeechFrame, SpeechStarted

if TYPE_CHECKING:
    from assistant.dialogue.session import Session
    from assistant.stt.stream import Transcriber

HearingEvent: TypeAlias = SpeechStarted | SpeechEnded | PartialTranscript | FinalTranscript

MISSED = "somebody spoke, but no words were understood; please say it again"
"""The line that tells of speech in which no word was understood."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence after which somebody may go on."""

    session: Session
    text: str
    """All that has been said so far."""
    utterance: int
    """Number of the utterance: the same text may mean another thing in the next."""


Worker: TypeAlias = Callable[[Callable[[Pause], float]], AtOnce[Pause, float] | NewestWins[Pause, float]]
"""Makes a worker out of the function that tells the seconds of a pause."""


class Anticipation:
    """The pause that ends an utterance, the words and sentences that are likely in it.

    `patience`, `following` and `take` belong to the thread that hears; `prompt` and `alternatives`, which take longer,
    to the one that decodes. Until the worker has answered, a pause is as long as any: no answer comes too late.
    """

    def __init__(
        self,
        session: Callable[[], Session | None],
        config: Config,
        transcriber: Transcriber,
        worker: Worker = AtOnce,
    ) -> None:
        self._session = session
        self._config = config
        self._transcriber = transcriber
        self._count_tokens = cache(transcriber.count_tokens)
        lengths = config.endpoint
        self._pauses = {
            "complete": lengths.short_pause,
            "extendable": lengths.pause,
            "unfinished": lengths.long_pause,
            "unknown": lengths.long_pause,
            "awaited": lengths.answer_pause,
        }
        self._ask = worker(lambda pause: self._pauses[pause.session.ending(pause.text)])
        self._utterance = 0
        """Number of the utterance under way."""
        self._transcript: str | None = None
        """All that has been said, once that is transcribed and nobody has gone on."""

    def following(
        self, segmented: Iterator[SpeechStarted | SpeechFrame | SpeechEnded]
    ) -> Iterator[SpeechStarted | SpeechFrame | SpeechEnded]:
        """Pass the segments on, noting where somebody goes on speaking."""
        for event in segmented:
            self._utterance += isinstance(event, SpeechStarted)
            if not isinstance(event, SpeechFrame) or event.voiced:
                self._transcript = None
            yield event

    def take(self, event: HearingEvent) -> None:
        """Note what has been transcribed; where it is all that was said, ask for its pause."""
        if isinstance(event, PartialTranscript) and event.settled:
            self._transcript = event.heard or f"{event.stable} {event.unstable}".strip()
            self.patience()

    def patience(self) -> float:
        """Return the seconds of silence that end the utterance, as far as is known now."""
        session = self._session()
        if session is None:
            return self._pauses["unknown"]
        longest = self._pauses["awaited" if session.expects_answer else "unknown"]
        if self._transcript is None:
            return longest
        seconds = self._ask(Pause(session, self._transcript, self._utterance))
        return longest if seconds is None else seconds

    def prompt(self, transcript: str) -> str:
        """Return the words and sentences to expect after the beginning of an utterance, as a prompt."""
        from assistant.stt.prompt import compose_prompt

        session, budget = self._session(), self._transcriber.prompt_tokens
        if session is None or not budget or not self._config.stt.bias:
            return ""
        hints = session.matcher.hints
        return compose_prompt(hints.words, hints.sentences, budget, self._count_tokens, session.expected(transcript))

    def alternatives(self, text: str) -> Sequence[tuple[str, float]]:
        """Return sentences that may have been misheard as the text, with their log probability."""
        session = self._session()
        return session.alternatives(text) if session is not None and self._config.stt.bias else ()

    def close(self) -> None:
        """End the worker."""
        self._ask.close()


def hear(
    frames: Iterable[Frame | None],
    transcriber: Transcriber,
    session: Callable[[], Session | None],
    config: Config,
    worker: Worker = AtOnce,
) -> Iterator[HearingEvent]:
    """Yield the speech in the frames: the stages of hearing, nested. A None among them ends an utterance at once.

    `session` returns the conversation, None while there is none; `worker` answers how long its pauses may last, beside
    the thread that hears or, for recordings, at once.
    """
    from assistant.audio.endpointing import segment
    from assistant.audio.vad import Vad
    from assistant.stt.stream import transcribe

    expected = Anticipation(session, config, transcriber, worker)
    with contextlib.closing(expected):
        segmented = expected.following(segment(frames, Vad(hears_soft=True), config.endpoint, expected.patience))
        for event in transcribe(segmented, transcriber, config.stt, expected.prompt, expected.alternatives):
            expected.take(event)
            yield event


class Missed:
    """Notices speech in which no word was understood.

    Where it is not known that the assistant is spoken to, it may be a noise that goes on: it is told once then, until
    words are understood or some time has passed.
    """

    def __init__(self, least: float = 0.5, least_addressed: float = 0.2, every: float = 20.0) -> None:
        """Take the seconds of speech from which it may have held words, and those until it is told again."""
        self._least, self._least_addressed, self._every = least, least_addressed, every
        self._start = self._end = self._next = 0.0

    def take(self, event: HearingEvent, is_addressed: bool = False) -> bool:
        """Take the next event of hearing and return True where speech without words has just ended."""
        match event:
            case SpeechStarted(at):
                self._start = self._end = at
            case SpeechEnded(at):
                self._end = at
            case PartialTranscript("", "") if is_addressed or self._end >= self._next:
                seconds, self._start = self._end - self._start, self._end
                if seconds >= (self._least_addressed if is_addressed else self._least):
                    self._next = self._end + self._every
                    return True
            case FinalTranscript():
                self._next = 0.0
        return False
