"""A speaker whose voice is a tone."""

from __future__ import annotations

from assistant.tts.speaker import Speaker
from fakes.waves import tone


class ToneSpeaker(Speaker):
    """Says each text as a tone of `seconds`, in one chunk, and keeps the texts."""

    rate = 24_000

    def __init__(self, seconds=0.1):
        self.seconds = seconds
        self.texts, self.paces = [], []

    def load(self):
        """Do nothing: there is no voice."""

    def synthesise(self, text, pace=1.0):
        """Yield the tone."""
        self.texts.append(text.strip())
        self.paces.append(pace)
        yield tone(self.seconds, self.rate), self.rate
