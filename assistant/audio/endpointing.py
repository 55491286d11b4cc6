"""Where an utterance begins and ends: frames in, `SpeechStarted, SpeechFrame+, SpeechEnded` out, again and again.

       pre-roll        min_speech                     pause of patience() seconds
    . . . [. . . .]  [v v v] v v v . . v v v v v v  [. . . . . . . . . . . .]
          ^ first SpeechFrame ^ SpeechStarted here                          ^ SpeechEnded here

A frame is voiced (v) when the detector is sure of it; once speech is under way, being less sure is enough.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from assistant.config import EndpointConfig
from assistant.values import FRAME_SECONDS, Frame, SpeechEnded, SpeechFrame, SpeechStarted

_HYSTERESIS = 0.15
"""How much less sure the detector may be inside speech: words fade."""

_NEARLY_FULL = 0.8
"""From this part of `max_utterance` on, a short pause is enough to end it: better there than inside a word."""

_BREATH = 0.2
"""Seconds of that short pause."""


_MEMORY = 10.0
"""Seconds without speech after which the detector begins anew: it grows used to a noise, and then to speech in it."""


class VoiceDetector(Protocol):
    """What `segment` needs of a `Vad`."""

    def probability(self, frame: Frame) -> float:
        """Return how likely the frame holds speech, 0 to 1."""

    def forget(self) -> None:
        """Take the next frame for the first."""


def segment(
    frames: Iterable[Frame | None], vad: VoiceDetector, config: EndpointConfig, patience: Callable[[], float]
) -> Iterator[SpeechStarted | SpeechFrame | SpeechEnded]:
    """Yield each utterance in the frames as it happens.

    `patience` is asked at every silent frame how many seconds of silence end the utterance, so that it can
    depend on what has been said. Where None stands among the frames, and at their end, an utterance ends that is
    still going on, and what comes next has nothing to do with it.
    """
    recent: deque[SpeechFrame] = deque()  # since the last utterance, or the last voiced frame in this one
    speaking = False
    started = voiced_end = begun = now = 0.0  # seconds of audio
    for frame in frames:
        if frame is None:
            recent.clear()
            if speaking:
                yield SpeechEnded(voiced_end)
                speaking = False
            continue
        voiced = vad.probability(frame) >= config.threshold - _HYSTERESIS * speaking
        now += FRAME_SECONDS
        heard = SpeechFrame(frame, voiced)
        if speaking:
            yield heard
            if voiced:
                voiced_end = now
                recent.clear()
            else:
                recent.append(heard)
            if _is_over(now - started, now - voiced_end, config, patience):
                yield SpeechEnded(voiced_end)
                speaking, begun = False, now
                vad.forget()
        else:
            recent.append(heard)
            run = _voiced_at_end(recent)
            while (len(recent) - run) * FRAME_SECONDS > config.pre_roll:
                recent.popleft()
            if run and run * FRAME_SECONDS >= config.min_speech:
                speaking = True
                started, voiced_end = now - run * FRAME_SECONDS, now
                yield SpeechStarted(started)
                yield from recent
                recent.clear()
            elif not run and now - begun >= _MEMORY:
                begun = now
                vad.forget()
    if speaking:
        yield SpeechEnded(voiced_end)


def _is_over(spoken: float, silent: float, config: EndpointConfig, patience: Callable[[], float]) -> bool:
    """Whether an utterance ends after so many seconds, the last ones silent."""
    if spoken >= config.max_utterance:
        return True
    if not silent:
        return False
    return silent >= patience() or (silent >= _BREATH and spoken >= config.max_utterance * _NEARLY_FULL)


def _voiced_at_end(frames: deque[SpeechFrame]) -> int:
    """Return how many of the last frames are voiced without a gap."""
    return next((count for count, each in enumerate(reversed(frames)) if not each.voiced), len(frames))
