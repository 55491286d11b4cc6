"""Speech to text while it is being said: partial transcripts on the way, the final one there when speech ends.

All decoding happens in one worker thread, one *reading* at a time; the loop over the frames never waits for it.
A reading decodes the passage from its start, and is begun only when the one before it is done:

    speech   ------------------ . . -------------- . . . . . . . . . . . |  SpeechEnded
    readings     [partial]  [partial]  [partial]     [final]             |  FinalTranscript, at once

* While somebody speaks, a partial reading every `partial_interval`. What two in a row agree on is stable.
* As soon as nobody does, a final reading, in the hope that this was all. If so, it is done before the pause is
  over. If speech goes on, it has been one more partial reading.
* A long utterance is closed passage by passage, at pauses: Whisper hears no more than half a minute at once.
* Where frames come faster than they are spoken, from a file or after a delay, only final readings are made.
"""

from __future__ import annotations

import itertools
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assistant.config import SttConfig
from assistant.stt.agreement import LocalAgreement
from assistant.values import (
    FRAME_SECONDS,
    FinalTranscript,
    Hypothesis,
    PartialTranscript,
    Samples,
    SpeechEnded,
    SpeechFrame,
    SpeechStarted,
    Utterance,
)

Hypotheses = tuple[Hypothesis, ...]
Known = Callable[[str], Sequence[tuple[str, float]]]
"""Gives sentences that may have been misheard as a text, with the logarithm of how likely that is."""
Decode = Callable[[Samples, str, bool], Future[Hypotheses]]

_SETTLED = 3
"""Silent frames after which speech may be over. A final reading ends here, whenever it is begun."""

_PASSAGE = round(15 / FRAME_SECONDS)
"""Frames after which a passage is closed at the next pause of `_PAUSE` frames."""

_PAUSE = round(0.5 / FRAME_SECONDS)

_LONGEST_PASSAGE = round(28 / FRAME_SECONDS)
"""Frames after which a passage is closed at the longest pause there was in its second half."""

_RECENT = 10
"""Frames by whose arrival it is judged whether they come as they are spoken."""


class Transcriber(Protocol):
    """Turns samples into text."""

    def decode(self, samples: Samples, prompt: str = "", final: bool = True, known: Known = ...) -> Hypotheses:
        """Return the readings of at most 30 s of samples, best first; () where nobody speaks."""


def transcribe(
    segmented: Iterable[SpeechStarted | SpeechFrame | SpeechEnded],
    transcriber: Transcriber,
    config: SttConfig,
    prompt: Callable[[str], str],
    known: Known,
) -> Iterator[SpeechStarted | PartialTranscript | SpeechEnded | FinalTranscript]:
    """Yield what is said in each utterance while it is said.

    After `SpeechEnded` comes the `FinalTranscript`, or an empty `PartialTranscript` where there were no words in
    the sound. The worker thread asks `prompt` at each reading which words to expect, given what the last one made of
    the utterance, and `known` which sentences a final reading may have been misheard for.

    Raises:
        ModelError: the transcriber fails.
    """
    worker = ThreadPoolExecutor(1, "assistant-decode")

    def decode(samples: Samples, said: str, final: bool) -> Future[Hypotheses]:
        return worker.submit(lambda: transcriber.decode(samples, prompt(said), final, known))

    try:
        for event in segmented:
            match event:
                case SpeechStarted():
                    utterance = _Utterance(decode, round(config.partial_interval / FRAME_SECONDS))
                    yield event
                case SpeechFrame():
                    if news := utterance.hear(event):
                        yield news
                case SpeechEnded():
                    yield event
                    yield utterance.end()
    finally:
        worker.shutdown(cancel_futures=True)


@dataclass(slots=True)
class _Reading:
    """A decode of the passage under way."""

    begun: int
    """Frames of the passage when it was begun."""
    voiced: int
    """Frames up to the last voiced one, then."""
    final: bool
    hypotheses: Future[Hypotheses]
    began_at: float
    """By the clock."""
    shown: bool = False


class _Utterance:
    """What has been heard since speech began, and what has been made of it so far."""

    def __init__(self, decode: Decode, interval: int) -> None:
        self._decode = decode
        self._interval = interval
        self._passages: list[Future[Hypotheses]] = []
        """Those that are closed."""
        self._heard: list[SpeechFrame] = []
        """Frames of the passage under way."""
        self._voiced = 0
        """How many of them, up to the last voiced one."""
        self._length = 0
        """Frames of the whole utterance."""
        self._reading: _Reading | None = None
        self._said = ""
        """What the last reading made of it."""
        self._cost = 0
        """Frames that went by during the last reading."""
        self._agreement = LocalAgreement()
        self._arrivals: deque[float] = deque(maxlen=_RECENT)

    def hear(self, frame: SpeechFrame) -> PartialTranscript | None:
        """Take the next frame; return what has been understood since the last one."""
        self._arrivals.append(time.perf_counter())
        self._heard.append(frame)
        self._length += 1
        if frame.voiced:
            self._voiced = len(self._heard)
        news = self._news()
        if end := self._passage_end():
            self._close_passage(end)
        elif self._is_idle() and self._comes_live():
            self._read_on()
        return news

    def end(self) -> FinalTranscript | PartialTranscript:
        """Return the whole transcript, after waiting for what of it is still missing."""
        asked = time.perf_counter()
        self._close_passage(len(self._heard))
        passages = [found for passage in self._passages if (found := passage.result())]
        if not passages:
            return PartialTranscript("", "")
        utterance = Utterance(
            " ".join(found[0].text for found in passages),
            "spoken",
            _mean_confidence([found[0] for found in passages]),
            tuple(each.text for each in passages[0][1:]) if len(passages) == 1 else (),
        )
        return FinalTranscript(utterance, self._length * FRAME_SECONDS, time.perf_counter() - asked)

    # -- readings -----------------------------------------------------------------------------

    def _read_on(self) -> None:
        """Begin the reading that is due, if one is."""
        silent = len(self._heard) - self._voiced
        since = len(self._heard) - (self._reading.begun if self._reading else 0)
        if silent >= _SETTLED:
            if not self._is_read():
                self._begin(final=True)
        elif not silent and self._interval and since >= max(self._interval, 2 * self._cost):
            self._begin(final=False)  # on a slow machine more rarely: it would be in the way of the final one

    def _begin(self, final: bool) -> _Reading:
        frames = [each.samples for each in self._heard]
        if final:
            frames = frames[: self._voiced + _SETTLED]
        hypotheses = self._decode(np.concatenate(frames), self._said, final)
        self._reading = _Reading(len(self._heard), self._voiced, final, hypotheses, time.perf_counter())
        return self._reading

    def _is_idle(self) -> bool:
        return self._reading is None or self._reading.hypotheses.done()

    def _is_read(self) -> bool:
        """Whether a final reading of all that has been said is done or under way."""
        return self._reading is not None and self._reading.final and self._reading.voiced == self._voiced

    def _comes_live(self) -> bool:
        """Whether frames arrive about as fast as they are spoken."""
        recent = self._arrivals
        return len(recent) == _RECENT and recent[-1] - recent[0] > _RECENT * FRAME_SECONDS / 2

    def _news(self) -> PartialTranscript | None:
        """Return the outcome of a reading that has just been finished."""
        reading = self._reading
        if reading is None or reading.shown or not reading.hypotheses.done():
            return None
        reading.shown = True
        self._cost = round((time.perf_counter() - reading.began_at) / FRAME_SECONDS)
        best = [found[0] for each in (*self._passages, reading.hypotheses) if (found := each.result())]
        self._said = " ".join(each.text for each in best)
        heard = " ".join(each.heard or each.text for each in best) if any(each.heard for each in best) else ""
        return PartialTranscript(*self._agreement.update(self._said), self._is_read(), heard) if best else None

    # -- passages -----------------------------------------------------------------------------

    def _passage_end(self) -> int:
        """Return how many frames the passage has if it is to be closed now, else 0."""
        count = len(self._heard)
        if count >= _PASSAGE and count - self._voiced >= _PAUSE:
            return self._voiced + _SETTLED
        return _middle_of_longest_pause(self._heard, count // 2) if count >= _LONGEST_PASSAGE else 0

    def _close_passage(self, end: int) -> None:
        """Decode the first `end` frames of the passage for good; the rest begins the next."""
        rest = self._heard[end:]
        self._heard = self._heard[:end]
        self._voiced = min(self._voiced, end)
        if self._voiced:
            reading = self._reading if self._is_read() else self._begin(final=True)
            assert reading is not None
            self._passages.append(reading.hypotheses)
        self._heard, self._reading = rest, None
        self._voiced = max((number for number, each in enumerate(rest, start=1) if each.voiced), default=0)


def _middle_of_longest_pause(frames: list[SpeechFrame], start: int) -> int:
    """Return where the longest silence from `start` on has its middle; the end where nobody paused."""
    best, middle, at = 0, len(frames), start
    for voiced, run in itertools.groupby(frames[start:], key=lambda frame: frame.voiced):
        length = sum(1 for _ in run)
        if not voiced and length > best:
            best, middle = length, at + length // 2
        at += length
    return middle


def _mean_confidence(passages: list[Hypothesis]) -> float:
    """Return the geometric mean over all words."""
    lengths = [max(1, len(each.text.split())) for each in passages]
    logs = [length * math.log(max(each.confidence, 1e-9)) for length, each in zip(lengths, passages, strict=True)]
    return math.exp(sum(logs) / sum(lengths))
