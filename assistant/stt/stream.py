"""Speech to text while it is being spoken: partial transcripts on the way, the final one ready when speech ends.

One worker thread decodes; the loop over the frames never waits for it. A decode reads the section under way from its
start, and begins only when the one before it is done:

    speech   ------------------ . . -------------- . . . . . . . . . . . |  SpeechEnded
    decodes      [partial]  [partial]  [partial]     [final]             |  FinalTranscript, at once

* During speech, a partial decode every `partial_interval`. Words on which decodes in a row agree are stable.
* As soon as speech pauses, a final decode, on the chance that the utterance is over. If it is, the decode is done
  before the pause is; if speech goes on, its hypothesis is one more partial transcript.
* A long utterance is closed section by section, at pauses: a model takes `longest_seconds` at once.
* Frames that come faster than they are spoken, from a file or after a delay, get final decodes only.
"""

from __future__ import annotations

import itertools
import math
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeAlias

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

Hypotheses: TypeAlias = tuple[Hypothesis, ...]
"""Of one decode, best first; empty where nobody speaks."""

Confusable: TypeAlias = Callable[[str], Sequence[tuple[str, float]]]
"""Text -> sentences of the assistant's own that may have been misheard as it, each with the logarithm of that
probability; among them the text itself where it is such a sentence."""

_TRAILING_FRAMES = 3
"""Silent frames after which an utterance may be over: 0.1 s, shorter than most gaps between words. A final decode
hears the section up to there, whenever it begins."""

_SECTION_PAUSE = round(0.5 / FRAME_SECONDS)
"""Silent frames at which a section that is half as long as the model can take is closed."""


def no_confusable(_: str) -> Sequence[tuple[str, float]]:
    """Return no sentences: nothing is compared."""
    return ()


class Transcriber(Protocol):
    """A back-end of speech to text, used by one thread at a time.

    A back-end inherits this protocol and defines `load` and `decode`. The other members say what more it can do, and
    their defaults say that it cannot.
    """

    backend: str = ""
    """What it runs on, for people: `cpu, int8, 2 threads`. Set by `load`."""
    longest_seconds: float = 30.0
    """Seconds of audio that one decode takes, at most."""
    prompt_tokens: int = 0
    """Tokens of prompt that it makes use of; 0: it takes no prompt, and none is composed for it."""

    @abstractmethod
    def load(self) -> None:
        """Load the weights or connect to the server; the constructor does neither.

        Raises:
            ModelError: the weights are missing or unreadable, or the server does not answer.
        """

    @abstractmethod
    def decode(
        self, samples: Samples, prompt: str = "", final: bool = True, confusable: Confusable = no_confusable
    ) -> Hypotheses:
        """Return the hypotheses for at most `longest_seconds` of samples, best first; () where nobody speaks.

        `final` is False for a partial transcript, which may be cheaper. `confusable` gives sentences to compare the
        best final hypothesis with; a back-end that cannot score a text for given audio leaves it alone.

        Raises:
            ModelError: the model fails, as when memory runs out.
        """

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens that a text takes in a prompt; by default, the number of its words."""
        return len(text.split())


def transcribe(
    speech: Iterable[SpeechStarted | SpeechFrame | SpeechEnded],
    transcriber: Transcriber,
    config: SttConfig,
    prompt: Callable[[str], str],
    confusable: Confusable,
) -> Iterator[SpeechStarted | PartialTranscript | SpeechEnded | FinalTranscript]:
    """Yield the transcripts of each utterance while it is spoken.

    After `SpeechEnded` comes the `FinalTranscript`, or an empty `PartialTranscript` where there were no words in
    the sound. The worker thread calls `prompt` for each decode with the transcript so far, to compose the prompt,
    and `confusable` for final decodes.

    Raises:
        ModelError: the transcriber fails.
    """
    worker = ThreadPoolExecutor(1, "assistant-decode")

    def submit(samples: Samples, transcript: str, final: bool) -> Future[Hypotheses]:
        return worker.submit(lambda: transcriber.decode(samples, prompt(transcript), final, confusable))

    interval = round(config.partial_interval / FRAME_SECONDS)
    try:
        for event in speech:
            match event:
                case SpeechStarted():
                    utterance = _UtteranceDecoder(submit, interval, transcriber.longest_seconds)
                    yield event
                case SpeechFrame():
                    if partial := utterance.add(event):
                        yield partial
                case SpeechEnded():
                    yield event
                    yield utterance.finish()
    finally:
        worker.shutdown(cancel_futures=True)


@dataclass(slots=True)
class _Decode:
    """A decode of the section under way."""

    frames: int
    """Length of the section when it began."""
    voiced_end: int
    """Frames up to the last voiced one, then."""
    final: bool
    hypotheses: Future[Hypotheses]
    start: float
    """`time.perf_counter()` when it began."""
    shown: bool = False


class _UtteranceDecoder:
    """The frames of one utterance and their transcript so far; another one for the next utterance."""

    def __init__(
        self, submit: Callable[[Samples, str, bool], Future[Hypotheses]], interval: int, longest_seconds: float
    ) -> None:
        self._submit = submit
        self._interval = interval
        self._section_frames = round(longest_seconds / 2 / FRAME_SECONDS)
        """Length from which a section is closed at the next pause."""
        self._longest_section = round((longest_seconds - 2) / FRAME_SECONDS)
        """Length at which a section is closed at the longest pause in its second half."""
        self._sections: list[Future[Hypotheses]] = []
        """Those that are closed."""
        self._frames: list[SpeechFrame] = []
        """Of the section under way."""
        self._voiced_end = 0
        """Number of those frames, up to the last voiced one."""
        self._length = 0
        """Frames of the whole utterance."""
        self._decode: _Decode | None = None
        """The last one of the section under way."""
        self._transcript = ""
        """Of the whole utterance, by the last decode."""
        self._decode_frames = 0
        """Frames that came during the last decode."""
        self._agreement = LocalAgreement()
        self._arrivals: deque[float] = deque(maxlen=10)
        """When the last frames came: enough of them to tell a live source from a file."""

    def add(self, frame: SpeechFrame) -> PartialTranscript | None:
        """Take the next frame; return the transcript of a decode that has finished since the frame before."""
        self._arrivals.append(time.perf_counter())
        self._frames.append(frame)
        self._length += 1
        if frame.voiced:
            self._voiced_end = len(self._frames)
        partial = self._finished_decode()
        if end := self._section_end():
            self._close_section(end)
        elif self._is_idle() and self._is_live():
            self._start_due_decode()
        return partial

    def finish(self) -> FinalTranscript | PartialTranscript:
        """Return the whole transcript, once the decodes still missing are done."""
        start = time.perf_counter()
        self._close_section(len(self._frames))
        sections = [hypotheses for section in self._sections if (hypotheses := section.result())]
        if not sections:
            return PartialTranscript("", "")
        utterance = Utterance(
            " ".join(hypotheses[0].text for hypotheses in sections),
            "spoken",
            _mean_confidence([hypotheses[0] for hypotheses in sections]),
            tuple(hypothesis.text for hypothesis in sections[0][1:]) if len(sections) == 1 else (),
        )
        return FinalTranscript(utterance, self._length * FRAME_SECONDS, time.perf_counter() - start)

    # -- decodes ------------------------------------------------------------------------------

    def _start_due_decode(self) -> None:
        silence = len(self._frames) - self._voiced_end
        new = len(self._frames) - (self._decode.frames if self._decode else 0)
        if silence >= _TRAILING_FRAMES:
            if not self._is_decoded():
                self._start_decode(final=True)
        elif not silence and self._interval and new >= max(self._interval, 2 * self._decode_frames):
            # More rarely on a slow machine: a partial decode would delay the final one.
            self._start_decode(final=False)

    def _start_decode(self, final: bool) -> _Decode:
        end = self._voiced_end + _TRAILING_FRAMES if final else len(self._frames)
        samples = np.concatenate([frame.samples for frame in self._frames[:end]])
        hypotheses = self._submit(samples, self._transcript, final)
        self._decode = _Decode(len(self._frames), self._voiced_end, final, hypotheses, time.perf_counter())
        return self._decode

    def _is_idle(self) -> bool:
        return self._decode is None or self._decode.hypotheses.done()

    def _is_decoded(self) -> bool:
        """Return True where a final decode of all speech so far is done or under way."""
        return self._decode is not None and self._decode.final and self._decode.voiced_end == self._voiced_end

    def _is_live(self) -> bool:
        """Return True where frames arrive about as fast as they are spoken."""
        arrivals = self._arrivals
        return len(arrivals) == arrivals.maxlen and arrivals[-1] - arrivals[0] > len(arrivals) * FRAME_SECONDS / 2

    def _finished_decode(self) -> PartialTranscript | None:
        """Return the partial transcript of a decode that has just finished."""
        decode = self._decode
        if decode is None or decode.shown or not decode.hypotheses.done():
            return None
        decode.shown = True
        self._decode_frames = round((time.perf_counter() - decode.start) / FRAME_SECONDS)
        best = [
            hypotheses[0]
            for future in (*self._sections, decode.hypotheses)
            if (hypotheses := future.result())
        ]  # fmt: skip
        self._transcript = " ".join(hypothesis.text for hypothesis in best)
        if not best:
            return None
        original = ""
        if any(hypothesis.heard for hypothesis in best):
            original = " ".join(hypothesis.heard or hypothesis.text for hypothesis in best)
        return PartialTranscript(*self._agreement.update(self._transcript), self._is_decoded(), original)

    # -- sections -----------------------------------------------------------------------------

    def _section_end(self) -> int:
        """Return the number of frames to close the section with now, 0 to go on."""
        count = len(self._frames)
        if count >= self._section_frames and count - self._voiced_end >= _SECTION_PAUSE:
            return self._voiced_end + _TRAILING_FRAMES
        return _middle_of_longest_pause(self._frames, count // 2) if count >= self._longest_section else 0

    def _close_section(self, end: int) -> None:
        """Decode the first `end` frames of the section for good; the rest begin the next section."""
        rest = self._frames[end:]
        self._frames = self._frames[:end]
        self._voiced_end = min(self._voiced_end, end)
        if self._voiced_end:
            decode = self._decode if self._is_decoded() else self._start_decode(final=True)
            assert decode is not None
            self._sections.append(decode.hypotheses)
        self._frames, self._decode = rest, None
        self._voiced_end = max((number for number, frame in enumerate(rest, start=1) if frame.voiced), default=0)


def _middle_of_longest_pause(frames: list[SpeechFrame], start: int) -> int:
    """Return the index of the middle of the longest silence from `start` on; the end where nobody paused."""
    longest, middle, position = 0, len(frames), start
    for voiced, run in itertools.groupby(frames[start:], key=lambda frame: frame.voiced):
        length = sum(1 for _ in run)
        if not voiced and length > longest:
            longest, middle = length, position + length // 2
        position += length
    return middle


def _mean_confidence(sections: list[Hypothesis]) -> float:
    """Return the geometric mean of the confidence over all words."""
    lengths = [max(1, len(hypothesis.text.split())) for hypothesis in sections]
    logs = [
        length * math.log(max(hypothesis.confidence, 1e-9))
        for length, hypothesis in zip(lengths, sections, strict=True)
    ]
    return math.exp(sum(logs) / sum(lengths))
