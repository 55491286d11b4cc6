"""Hearing without models: loudness is voice, each half second of it a word, and understanding as slow as it is told."""

from __future__ import annotations

import time

import numpy as np

from assistant.stt.stream import Transcriber
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, Hypothesis, OutOfScope


class Loudness:
    """A voice detector that takes whatever is not silent for speech."""

    def probability(self, frame):
        return float(frame[0] > 0)

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
    """Takes `seconds` for each question and `prompt` for each prompt; any text is a whole command."""

    expects_answer = False

    def __init__(self, seconds, prompt=0.0):
        self.prompt = prompt
        self.seconds, self.texts, self.guessed = seconds, [], []
        self.matcher = self.hints = self
        self.words = self.sentences = ()

    def expected(self, text):
        time.sleep(self.prompt)
        return ()

    def alternatives(self, text):
        time.sleep(self.prompt)
        return ()

    def guess(self, utterance):
        self.guessed.append(utterance)
        time.sleep(self.seconds)
        return OutOfScope(0.1, ())

    def ending(self, text):
        self.texts.append(text)
        time.sleep(self.seconds)
        return "complete"


class PacedMicrophone:
    """Frames at the pace of speech: `-` a tenth of a second of it, `.` of silence; sees how long each is held."""

    def __init__(self, sound):
        self.sound, self.longest_hold, self.seconds = sound, 0.0, 0.0

    def frames(self):
        due = time.perf_counter()
        for letter in self.sound:
            for _ in range(3):
                due += FRAME_SECONDS
                time.sleep(max(0.0, due - time.perf_counter()))
                self.seconds += FRAME_SECONDS
                given = time.perf_counter()
                yield np.full(FRAME_SAMPLES, letter == "-", np.float32)
                self.longest_hold = max(self.longest_hold, time.perf_counter() - given)
