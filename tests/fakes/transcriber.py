"""A transcriber that hears a sound made of numbers: each voiced sample holds the number of its word."""

from __future__ import annotations

import time

import numpy as np

from assistant.stt.stream import Transcriber, no_confusable
from assistant.values import SAMPLE_RATE, Hypothesis


class NumberTranscriber(Transcriber):
    """Writes `w1 w2` for samples of ones and twos, after so many seconds, and keeps the calls.

    `answer` is called in place of that: it returns the hypotheses, or raises.
    """

    def __init__(self, seconds=0.0, answer=None):
        self.seconds, self.answer = seconds, answer
        self.calls = []
        """(seconds of audio, prompt, final) of each decode."""

    def load(self):
        """Do nothing: there are no weights."""

    def decode(self, samples, prompt="", final=True, confusable=no_confusable):
        """Return one hypothesis; none where all samples are zero."""
        self.calls.append((len(samples) / SAMPLE_RATE, prompt, final))
        time.sleep(self.seconds)
        if self.answer is not None:
            return self.answer()
        words = np.unique(samples[samples > 0]).astype(int)
        return (Hypothesis(" ".join(f"w{word}" for word in words), 0.9),) if len(words) else ()

    def finals(self):
        """Seconds of audio of each final decode."""
        return [seconds for seconds, _, final in self.calls if final]
