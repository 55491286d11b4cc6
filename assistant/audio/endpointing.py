"""Endpointing: frames in, `SpeechStarted, SpeechFrame+, SpeechEnded` out for each utterance.

       pre-roll        min_speech                     pause of patience() seconds
    . . . [. . . .]  [v v v] v v v . . v v v v v v  [. . . . . . . . . . . .]
          ^ first SpeechFrame ^ SpeechStarted here                          ^ SpeechEnded here

A frame is voiced (v) where the detector is sure of it; during an utterance, being less sure is enough.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from assistant.config import EndpointConfig
from assistant.values import FRAME_SECONDS, Frame, SpeechEnded, SpeechFrame, SpeechStarted

_HYSTERESIS = 0.15
"""Probability that a voiced frame may lack during an utterance: words fade."""

_RESET_SECONDS = 10.0
"""Time without speech after which the detector is reset: it grows used to a noise, and then to speech in it."""


class VoiceDetector(Protocol):
    """A voice detector over one stream of frames, as `Vad` is."""

    def probabilities(self, frames: Sequence[Frame]) -> Sequence[float]:
        """Return the probability that each of the next frames, one or more, holds speech, 0 to 1."""

    def reset(self) -> None:
        """Take the next frame for the first."""


def segment(
    frames: Iterable[Frame | None], vad: VoiceDetector, config: EndpointConfig, patience: Callable[[], float]
) -> Iterator[SpeechStarted | SpeechFrame | SpeechEnded]:
    """Yield each utterance in the frames as it happens.

    `patience` is called for every silent frame and returns the seconds of silence that end the utterance, so that
    they can depend on its transcript so far. None among the frames, like their end, ends an utterance under way; the
    frames after it have nothing to do with those before.
    """
    recent: deque[SpeechFrame] = deque()  # since the last utterance, or since the last voiced frame of this one
    speaking = False
    start = voiced_end = reset = now = 0.0  # seconds of audio
    is_quiet: Callable[[], bool] = lambda: not speaking and not (recent and recent[-1].voiced)  # noqa: E731
    for judged in _judged(frames, vad, is_quiet, int(config.min_speech / FRAME_SECONDS)):
        if judged is None:
            recent.clear()
            if speaking:
                yield SpeechEnded(voiced_end)
                speaking = False
            continue
        samples, probability = judged
        voiced = probability >= config.threshold - _HYSTERESIS * speaking
        now += FRAME_SECONDS
        frame = SpeechFrame(samples, voiced)
        if speaking:
            yield frame
            if voiced:
                voiced_end = now
                recent.clear()
            else:
                recent.append(frame)
            if _is_over(now - start, now - voiced_end, config, patience):
                yield SpeechEnded(voiced_end)
                speaking, reset = False, now
                vad.reset()
        else:
            recent.append(frame)
            run = _voiced_at_end(recent)
            while (len(recent) - run) * FRAME_SECONDS > config.pre_roll:
                recent.popleft()
            if run and run * FRAME_SECONDS >= config.min_speech:
                speaking = True
                start, voiced_end = now - run * FRAME_SECONDS, now
                yield SpeechStarted(start)
                yield from recent
                recent.clear()
            elif not run and now - reset >= _RESET_SECONDS:
                reset = now
                vad.reset()


def _judged(
    frames: Iterable[Frame | None], vad: VoiceDetector, is_quiet: Callable[[], bool], enough: int, most: int = 3
) -> Iterator[tuple[Frame, float] | None]:
    """Yield each frame with its probability; None where they break off, and at their end.

    While it is quiet, several are asked about at once, which costs less: at most `most`, and no more than `enough`,
    for which somebody must have spoken before it counts, so that no utterance begins later for it.
    """
    waiting: list[Frame] = []
    for frame in itertools.chain(frames, (None,)):
        if frame is not None:
            waiting.append(frame)
        if waiting and (frame is None or len(waiting) >= min(enough, most) or not is_quiet()):
            yield from zip(waiting, vad.probabilities(waiting), strict=True)
            waiting = []
        if frame is None:
            yield None


def _is_over(
    length: float,
    silence: float,
    config: EndpointConfig,
    patience: Callable[[], float],
    nearly_full: float = 0.8,
    short_pause: float = 0.2,
) -> bool:
    """Return True where an utterance of that many seconds, the last ones silent, ends.

    Once `nearly_full` of `max_utterance` is spoken, a `short_pause` ends it: better there than inside a word.
    """
    if length >= config.max_utterance:
        return True
    if not silence:
        return False
    return silence >= patience() or (silence >= short_pause and length >= config.max_utterance * nearly_full)


def _voiced_at_end(frames: deque[SpeechFrame]) -> int:
    """Return the number of last frames that are voiced without a gap."""
    return next((count for count, frame in enumerate(reversed(frames)) if not frame.voiced), len(frames))
