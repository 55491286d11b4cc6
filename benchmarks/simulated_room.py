"""Rooms made of numbers: a loudspeaker and a microphone with an echo, a lag, clocks that differ, and clipping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.values import FRAME_SAMPLES, SAMPLE_RATE, Frame, Samples


@dataclass(frozen=True, slots=True)
class SimulatedRoom:
    """The way from a loudspeaker to a microphone."""

    seed: int = 0
    lag: float = 0.15
    """Seconds, those of both sound devices."""
    drift: float = 0.0
    """Parts in a million by which the microphone's clock is ahead."""
    drive: float = 0.0
    """How far the loudspeaker is driven into clipping; 0: not at all."""
    reverberation: float = 0.4
    """Seconds in which a sound fades by 60 dB."""

    def response(self, offset: int = 0) -> Samples:
        """Return the impulse response: the direct sound, a few reflections and a tail of noise, 2 dB below it."""
        rng = np.random.default_rng(self.seed + offset)
        count = int(self.reverberation * SAMPLE_RATE)
        tail = rng.standard_normal(count) * 10 ** (-3 * np.arange(count) / count)
        tail[:40] = 0.0
        tail *= 10 ** (-2 / 20) / np.sqrt(np.sum(tail**2))
        tail[0] += 1.0
        for place in rng.integers(40, 500, 6):
            tail[place] += rng.uniform(-0.5, 0.5)
        return tail.astype(np.float32)

    def echo(self, played: Samples, level: float = 0.05) -> Samples:
        """Return what the microphone hears of the loudspeaker, its speech at `level`."""
        sound = played
        if self.drive:
            peak = float(np.abs(sound).max())
            sound = (np.tanh(sound / peak * self.drive) * peak).astype(np.float32)
        if self.drift:
            import soxr

            sound = soxr.resample(sound, 1e6, 1e6 + self.drift, quality="VHQ").astype(np.float32)
        heard = convolved(sound, self.response())
        return np.concatenate([np.zeros(round(self.lag * SAMPLE_RATE), np.float32), heard * (level / loudness(heard))])

    def voice(self, speech: Samples, decibels: float, level: float = 0.05) -> Samples:
        """Return what it hears of somebody who speaks so much louder than the loudspeaker."""
        heard = convolved(speech, self.response(1)[: SAMPLE_RATE // 4])
        louder: Samples = heard * np.float32(level * 10 ** (decibels / 20) / loudness(heard))
        return louder

    def noise(self, count: int, level: float = 0.0003) -> Samples:
        """Return the noise of the microphone."""
        return (np.random.default_rng(self.seed + 2).standard_normal(count) * level).astype(np.float32)


class Loudspeaker:
    """What is played in real time into a room without drift; `frame` gives the next frame of the microphone."""

    def __init__(self, room: SimulatedRoom, gain: float) -> None:
        self._response = room.response() * np.float32(gain)
        self._lag = round(room.lag * SAMPLE_RATE)
        self._coming = np.zeros(self._lag + len(self._response) + FRAME_SAMPLES, np.float32)

    def frame(self, played: Frame) -> Frame:
        """Play the next frame and return what is heard meanwhile."""
        heard = convolved(played, self._response)
        self._coming[self._lag : self._lag + len(heard)] += heard[: len(self._coming) - self._lag]
        frame = self._coming[:FRAME_SAMPLES].copy()
        self._coming = np.concatenate([self._coming[FRAME_SAMPLES:], np.zeros(FRAME_SAMPLES, np.float32)])
        return frame


def convolved(sound: Samples, response: Samples) -> Samples:
    """Return a sound in a room."""
    count = len(sound) + len(response) - 1
    size = 1 << (count - 1).bit_length()
    product = np.fft.rfft(sound, size) * np.fft.rfft(response, size)
    return np.fft.irfft(product, size)[:count].astype(np.float32)


def loudness(sound: Samples) -> float:
    """Return the RMS of the parts of a sound that are not silent."""
    power: NDArray[np.float64] = np.square(np.stack(list(frames_of(sound))), dtype=np.float64).mean(axis=1)
    return float(np.sqrt(power[power > 0.01 * power.max()].mean()))


def frames_of(sound: Samples) -> Iterator[Frame]:
    """Yield the whole frames of a sound."""
    yield from sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
