"""Talking over a spoken reply in simulated rooms: heard with its echo and without, and turns that it starts itself."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterator, Sequence

import numpy as np

from assistant.app import build
from assistant.audio.activation import Activation
from assistant.audio.echo.canceller import EchoCanceller
from assistant.audio.echo.own_voice import HeardVoice
from assistant.audio.echo.played import Played
from assistant.audio.vad import Vad
from assistant.audio.wake_word import WakeWord
from assistant.config import Config, ListenConfig, VoiceConfig
from assistant.stt.stream import Transcriber
from assistant.tts.speaker import open_speaker
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE, FinalTranscript, Frame, Samples
from benchmarks import Options, Row, json_lines, quiet
from benchmarks.simulated_room import Loudspeaker, SimulatedRoom, frames_of, loudness

LEVELS = (12, 6, 0, -6)
"""dB of the voice over the reply at the microphone."""
ROOMS = {"a room": SimulatedRoom(), "drift 60 ppm": SimulatedRoom(drift=60), "clipping": SimulatedRoom(drive=4.0)}
LAGS = (0.0, 0.15, 0.3, 0.5, 0.7, 1.0)
REPLIES = (
    "Timer set for ten minutes.",
    "The kitchen lights are on now, and the lamp in the bedroom is off.",
    "Turn off the oven first, let it cool down, and then clean it.",
    "Set an alarm for seven in the morning?",
    "Yes.",
    "You have three timers: tea, two minutes; pasta, nine minutes; and laundry, forty minutes.",
    "It is half past seven in the evening. What is the time in Paris?",
    "The library is open from nine to six on weekdays, and it is closed on Sundays.",
)
WARM = 6.0
"""Seconds of the reply before somebody speaks."""


def run(options: Options) -> list[Row]:
    """Measure the wake word and speech over a reply, and what replies played back start."""
    replies = [_spoken(text) for text in REPLIES]
    talk = np.concatenate([replies[number] for number in (1, 2, 5, 6, 7)])
    folder = options.test_data or options.folder("wake/picovoice")
    rows = [row for row in json_lines(folder / "manifest.jsonl") if row.get("text") == "alexa"]
    voices = [_samples(str(folder / row["audio"])) for row in options.some(rows)]
    return [*_heard(talk, voices), *_own_turns(replies, options)]


def _heard(talk: Samples, voices: Sequence[Samples]) -> Iterator[Row]:
    count = len(voices)
    for name, base in ROOMS.items():
        for level in LEVELS if name == "a room" else (0,):
            raw = cancelled = noticed = 0
            delays: list[float] = []
            for number, voice in enumerate(voices):
                room = dataclasses.replace(base, seed=number)
                began, heard, left, near = _cancelled(room, np.roll(talk, -number * 7919), _from_onset(voice), level)
                raw += _detects(heard)
                cancelled += _detects(left)
                late = [frame * FRAME_SECONDS - began for frame in near if frame * FRAME_SECONDS > began]
                noticed += bool(late)
                delays += late[:1]
            label = f"{name}, {level:+d} dB"
            yield Row(f"“alexa” over a reply heard, {label}, of {count}", cancelled, "", "not cancelled", raw)
            yield Row(f"speech over a reply noticed, {label}, of {count}", noticed, "", "all", count)
            if delays:
                yield Row(f"after so long, p50, {label}", statistics.median(delays), "s", "limit", 0.2)


def _cancelled(
    room: SimulatedRoom, talk: Samples, voice: Samples, level: int
) -> tuple[float, list[Frame], list[Frame], list[int]]:
    """Return the second at which the voice begins, what is heard, what is left, and the frames with somebody in it."""
    echo = room.echo(talk)
    start = int((WARM + room.lag) * SAMPLE_RATE)
    near = room.voice(voice, level)
    heard = echo[: start + len(near) + SAMPLE_RATE // 2].copy()
    heard[start : start + len(near)] += near[: len(heard) - start]
    heard = np.clip(heard + room.noise(len(heard)), -1.0, 1.0)
    played = Played()
    track = played.track()
    track.rate, track.start = SAMPLE_RATE, 5.0
    canceller, detector = EchoCanceller(played), Vad()
    left: list[Frame] = []
    over: list[bool] = []
    noticed: list[int] = []
    frames = list(frames_of(heard))
    for number, (frame, block) in enumerate(zip(frames, frames_of(talk), strict=False)):
        track.add(block)
        left.append(canceller.cancel(frame, 5.0 + (number + 1) * FRAME_SECONDS))
        over.append(detector.probability(left[-1]) >= 0.5 and canceller.is_near())
        if over[-1] and sum(over[-4:]) >= 3:
            noticed.append(number + 1)
    return start / SAMPLE_RATE, frames, left, noticed


def _detects(frames: Sequence[Frame], before: float = 1.0) -> bool:
    word = WakeWord("alexa", Config().listen.sensitivity)
    first = int((WARM - before) / FRAME_SECONDS)
    return any(word.detects(frame) and number > first for number, frame in enumerate(frames))


def _own_turns(replies: Sequence[Samples], options: Options) -> Iterator[Row]:
    """Play replies hands-free, with the whole ear behind the microphone and with the recogniser alone."""
    transcriber = build.open_transcriber(Config(), quiet)
    cases = [(number, lag) for number in range(len(replies)) for lag in LAGS]
    cases = cases[:: max(1, len(cases) // options.limit)] if options.limit else cases
    ours = sum(_turns(transcriber, number, replies[number], lag, True) for number, lag in cases)
    theirs = sum(_turns(transcriber, number, replies[number], lag, False) for number, lag in cases)
    yield Row(f"turns started by {len(cases)} replies, lags 0 to 1 s", ours, "", "without a gate", theirs)


class _Reply:
    """A reply that is played in the time of its sound, as `HeardVoice` asks for it."""

    def __init__(self, text: str, samples: Samples, room: SimulatedRoom) -> None:
        self.played = Played()
        self._track = self.played.track()
        self._track.rate, self._track.start = SAMPLE_RATE, 5.0
        self._text, self._samples, self._place, self._paused = text, samples, 0, False
        self._loudspeaker = Loudspeaker(room, 0.05 / loudness(samples))
        self.now, self._end = 5.0, float("inf")

    def frames(self, seconds: float) -> Iterator[Frame]:
        """Yield what the microphone hears."""
        rng = np.random.default_rng(0)
        for _ in range(int(seconds / FRAME_SECONDS)):
            part = np.zeros(0, np.float32) if self._paused else self._samples[self._place :][:FRAME_SAMPLES]
            self._place += len(part)
            if self._place >= len(self._samples):
                self._end = min(self._end, self.now)
            sound = np.pad(part, (0, FRAME_SAMPLES - len(part)))
            self._track.add(sound)
            self.now += FRAME_SECONDS
            noise = rng.standard_normal(FRAME_SAMPLES).astype(np.float32) * np.float32(0.0003)
            yield self._loudspeaker.frame(sound) + noise

    def aloud(self, at: float | None = None, lag: float | None = None) -> str | None:
        """Return the text while it is heard."""
        return self._text if at is not None and at <= self._end + 0.25 + (lag or 0.0) else None

    def spoken(self, since: float, until: float) -> str:  # noqa: ARG002 (it began before)
        """Return the text, if it was spoken then."""
        return self._text if since <= self._end else ""

    def pause(self) -> None:
        """Fall silent."""
        self._paused = True

    def resume(self) -> None:
        """Go on."""
        self._paused = False


def _turns(transcriber: Transcriber, number: int, samples: Samples, lag: float, gated: bool) -> int:
    """Return the number of utterances that are taken for somebody's."""
    reply = _Reply(REPLIES[number], samples, SimulatedRoom(number, lag=lag))
    frames = reply.frames(len(samples) / SAMPLE_RATE + lag + 3.0)
    if not gated:
        return sum(isinstance(event, FinalTranscript) for event in build.hear(frames, transcriber, _none, Config()))
    voice = HeardVoice(reply, Config(), _stop)
    voice.open()
    activation = Activation(ListenConfig("hands_free"), lambda: WakeWord("alexa", 0.5), quiet, voice)
    clean = (voice.cancel(frame, reply.now) for frame in frames)
    events = activation.filter(build.hear(activation.gate(clean), transcriber, _none, Config()))
    return sum(isinstance(event, FinalTranscript) for event in events)


def _stop() -> None:
    """Do nothing: the reply is over anyway."""


def _none() -> None:
    """Return None: there is no session."""


def _from_onset(voice: Samples) -> Samples:
    detector = Vad()
    start = next((number for number, frame in enumerate(frames_of(voice)) if detector.probability(frame) > 0.5), 0)
    return voice[start * FRAME_SAMPLES :]


def _samples(file: str) -> Samples:
    return np.concatenate(list(build.recorded(file)))


def _spoken(text: str) -> Samples:
    import soxr

    parts = [soxr.resample(part, rate, SAMPLE_RATE) for part, rate in open_speaker(VoiceConfig()).synthesise(text)]
    return np.concatenate(parts).astype(np.float32)
