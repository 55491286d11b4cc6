"""A reply that is played into a simulated room in the time of its sound, as `Talker` does it with a real one."""

from __future__ import annotations

import numpy as np

from assistant.audio.echo.played import Played
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE
from benchmarks.simulated_room import Loudspeaker, loudness

START = 100.0
"""On the clock of the room."""


class SpokenReply:
    """What `HeardVoice` asks of the one who speaks; `frames` are the microphone's, each with the moment of its end."""

    def __init__(self, room, samples, text="It is late.", level=0.05):
        self.samples, self.words, self.place = samples, text, 0
        self.paused = False
        self.played = Played()
        self.track = self.played.track()
        self.track.rate, self.track.start = SAMPLE_RATE, START
        self.loudspeaker = Loudspeaker(room, level / loudness(samples))
        self.now, self.ended = START, None

    @property
    def is_over(self):
        return self.place >= len(self.samples)

    def frame(self):
        """The next frame of the microphone."""
        sound = np.zeros(FRAME_SAMPLES, np.float32)
        if not self.paused:
            part = self.samples[self.place : self.place + FRAME_SAMPLES]
            sound[: len(part)] = part
            self.place += FRAME_SAMPLES
        if self.is_over and self.ended is None:
            self.ended = self.now
        self.track.add(sound)
        self.now += FRAME_SECONDS
        return self.loudspeaker.frame(sound)

    def aloud(self, at=None, lag=None):
        end = np.inf if self.ended is None else self.ended
        return self.words if at <= end + 0.25 + (lag or 0.0) else None

    def spoken(self, since, until):
        return self.words if since <= (np.inf if self.ended is None else self.ended) else ""

    def pause(self):
        self.paused = True

    def resume(self):
        self.paused = False
