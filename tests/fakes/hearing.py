"""Hearing without models: loudness is voice, each half second of it a word, and understanding as slow as it is told."""

from __future__ import annotations

import threading
import time

import numpy as np

from assistant.stt.stream import Transcriber
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, Hypothesis, OutOfScope


class Loudness:
    """A voice detector that takes whatever is not silent for speech."""

    def __init__(self, hears_soft=False):
        pass

    def probabilities(self, frames):
        return [float(frame[0] > 0) for frame in frames]

    def reset(self):
        pass


class WordTranscriber(Transcriber):
    """Hears one word for each half second of sound."""

    prompt_tokens = 200

    def load(self):
        pass

    def decode(self, samples, prompt="", final=True, confusable=None):
        loud = samples.reshape(-1, FRAME_SAMPLES)[:, 0] > 0
        words = [f"word{n}" for n in range(1 + int(loud.sum() * FRAME_SECONDS / 0.5))]
        return (Hypothesis(" ".join(words), 0.9),) if loud.any() else ()

    def count_tokens(self, text):
        return len(text.split())


class SlowSession:
    """Takes `seconds` of the microphone's sound for a question and `prompt` for a prompt; any text is a command."""

    expects_answer = False

    def __init__(self, seconds=0.0, prompt=0.0, microphone=None):
        self.seconds, self.prompt, self.microphone = seconds, prompt, microphone
        self.texts, self.guessed, self.prompted = [], [], []
        self.matcher = self.hints = self
        self.words = self.sentences = ()

    def expected(self, text):
        self.prompted.append(text)
        self._take(self.prompt)
        return ()

    def alternatives(self, text):
        self._take(self.prompt)
        return ()

    def guess(self, utterance):
        self.guessed.append(utterance)
        self._take(self.seconds)
        return OutOfScope(0.1, ())

    def ending(self, text):
        self.texts.append(text)
        self._take(self.seconds)
        return "complete"

    def _take(self, seconds):
        if seconds:
            self.microphone.elapse(seconds)


class PacedMicrophone:
    """Frames no faster than speech: `-` a tenth of a second of it, `.` of silence.

    `~` is speech and `,` silence until what the test awaits has come, however slow the machine: `awaited` has a
    condition for each. `held_up` is True where somebody who took his time got no sound to take it from: the ear waited.
    """

    def __init__(self, sound, patience=30.0, **awaited):
        self.sound, self.patience = sound, patience
        self.awaited = {"~": awaited.get("speech"), ",": awaited.get("silence")}
        self.seconds, self.held_up, self.is_over = 0.0, False, False
        self._given = threading.Condition()

    def frames(self):
        try:
            for letter in self.sound:
                for _ in self._lengths(letter):
                    time.sleep(FRAME_SECONDS)
                    with self._given:
                        self.seconds += FRAME_SECONDS
                        self._given.notify_all()
                    yield np.full(FRAME_SAMPLES, letter in "-~", np.float32)
        finally:
            self.end()

    def _lengths(self, letter, longest=50.0):
        if letter not in self.awaited:
            yield from range(3)
            return
        end = self.seconds + longest
        while not self.awaited[letter]():
            assert self.seconds < end, f"what `{letter}` waits for has not come"
            yield

    def elapse(self, seconds):
        """Return once so much more sound has been given, or there is no more."""
        with self._given:
            end = self.seconds + seconds
            in_time = self._given.wait_for(lambda: self.is_over or self.seconds >= end, self.patience)
            self.held_up |= not in_time

    def end(self):
        """Let whoever waits for more sound go on."""
        with self._given:
            self.is_over = True
            self._given.notify_all()
