"""Wake words: misses, false alarms, delay, cost and the command in the same breath, beside openWakeWord's figures.

Recordings of people exist for "alexa" alone; the other words are said by the assistant's own voice, at four speeds.
openWakeWord runs in the same process with its own threshold where pyopen-wakeword is installed; else what it aims
at stands beside: under 5 in 100 missed, under half a false alarm an hour.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from rapidfuzz.distance import Levenshtein

from assistant.app import build
from assistant.audio.activation import Activation
from assistant.audio.vad import Vad
from assistant.audio.wake_word import WakeWord
from assistant.config import WAKE_WORDS, Config, ListenConfig, VoiceConfig
from assistant.stt.agreement import key
from assistant.stt.stream import Transcriber
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE, FinalTranscript, Frame, Samples
from benchmarks import Options, Row, json_lines, quiet

Heard: TypeAlias = Callable[[Frame], Iterable[str]]
"""Tells which words have just been heard."""

Detector: TypeAlias = Callable[[Sequence[str]], Heard]

PEOPLE, NEAR = "wake/picovoice", "wake/precise-community"
NOISE = "negatives/noise"
SPEECH = (
    "negatives/speech", "speech/librispeech-test-other", "speech/speechocean762", "speech/kathleen-arctic",
    "speech/ljspeech", "speech/common-voice", "speech/commands", "speech/long-and-spontaneous",
)  # fmt: skip

AIM_MISSED, AIM_ALARMS = 5.0, 0.5
"""In 100, and an hour: what openWakeWord's authors aim at."""

_SNR = 10.0
"""dB of the speech over the noise."""

_ANSWERS = 60
"""Of the shipped ones, read aloud."""

_PAUSE = np.zeros(SAMPLE_RATE, np.float32)


def run(options: Options) -> list[Row]:
    """Measure every word of the library."""
    rival = _open_wake_word()
    name = "openWakeWord" if rival else "openWakeWord's aim"
    rng = np.random.default_rng(options.seed)
    alexa = [clip for text, clip in _clips(options, PEOPLE) if text == "alexa"]
    noise = np.concatenate([clip for _, clip in _clips(options, NOISE)])
    noisy = [_mixed(clip, noise, rng) for clip in alexa]
    rows = [
        Row(what, _missed(_ours, "alexa", clips), "in 100", name, _missed(rival, "alexa", clips, AIM_MISSED))
        for what, clips in [
            (f"“alexa” missed, {len(alexa)} people", alexa),
            (f"the same, with noise {_SNR:g} dB below", noisy),
        ]
    ]
    for word in WAKE_WORDS:
        said = _said(word)
        what = f"“{word}” missed, {len(said)} times by the assistant's voice"
        rows.append(Row(what, _missed(_ours, word, said), "in 100", name, _missed(rival, word, said, AIM_MISSED)))
    rows += _false_alarms(options, rival, name, noise)
    delays = [delay for clip in alexa if (delay := _delay(clip)) is not None]
    ours, theirs = _cost(_ours, noise), _cost(rival, noise) if rival else 10.0
    after, alone = _same_breath(options, alexa)
    return [
        *rows,
        Row("end of the word to its being heard, p50", statistics.median(delays), "s", "limit", 0.3),
        Row("the same, p95", sorted(delays)[int(len(delays) * 0.95)], "s", "limit", 0.3),
        Row("processor time per second heard", ours, "ms", "openWakeWord" if rival else "limit", theirs),
        Row("words wrong in commands right after “alexa”", after, "%", "the same commands alone", alone),
    ]


def _false_alarms(options: Options, rival: Detector | None, name: str, noise: Samples) -> Iterator[Row]:
    speech = np.concatenate([clip for each in SPEECH for _, clip in _clips(options, each)])
    other = [clip for text, clip in [*_clips(options, PEOPLE), *_clips(options, NEAR)] if text not in (None, "alexa")]
    answers = _read_aloud()
    for what, sounds in [
        (f"in {_minutes(speech)} min of other speech and {_minutes(noise)} of noise", [speech, noise]),
        (f"in {_minutes(answers)} min of answers that do not name it, in the assistant's voice", [answers]),
    ]:
        hours = sum(len(sound) for sound in sounds) / SAMPLE_RATE / 3600
        ours, theirs = _alarms(_ours, WAKE_WORDS, sounds), _alarms(rival, WAKE_WORDS, sounds) if rival else None
        for word in WAKE_WORDS:
            aim = theirs[word] / hours if theirs is not None else AIM_ALARMS
            yield Row(f"“{word}” heard {what}", ours[word] / hours, "an hour", name, aim)
    ours, theirs = _alarms(_ours, WAKE_WORDS, other), _alarms(rival, WAKE_WORDS, other) if rival else None
    for word in WAKE_WORDS:
        what = f"“{word}” heard in {len(other)} near-misses and other wake words"
        yield Row(what, ours[word], "times", name if theirs else "", theirs[word] if theirs is not None else None)


# -- detectors --------------------------------------------------------------------------------


def _ours(words: Sequence[str]) -> Heard:
    opened = {word: WakeWord(word, Config().listen.sensitivity) for word in words}
    return lambda frame: [word for word, each in opened.items() if each.detects(frame)]


def _open_wake_word() -> Detector | None:
    """Return openWakeWord's own networks, each with the threshold that its authors recommend."""
    try:
        import pyopen_wakeword as library
    except ImportError:
        return None

    def open_words(words: Sequence[str]) -> Heard:
        networks: dict[str, Any] = {
            word: library.OpenWakeWord.from_builtin(library.Model(word.replace(" ", "_"))) for word in words
        }
        features: Any = library.OpenWakeWordFeatures.from_builtin()
        firing = dict.fromkeys(words, False)

        def heard(frame: Frame) -> Iterator[str]:
            for step in features.process_streaming((np.clip(frame, -1, 1) * 32767).astype("<i2").tobytes()):
                for word, network in networks.items():
                    before, firing[word] = firing[word], any(p > 0.5 for p in list(network.process_streaming(step)))
                    if firing[word] and not before:
                        yield word

        return heard

    return open_words


def _missed(detector: Detector | None, word: str, clips: Sequence[Samples], aim: float = 0.0) -> float:
    """Return in how many of 100 clips the word is not heard; without a detector, what is aimed at."""
    if detector is None:
        return aim
    return 100 * sum(not _alarms(detector, [word], [clip]) for clip in clips) / len(clips)


def _alarms(detector: Detector, words: Sequence[str], sounds: Iterable[Samples]) -> Counter[str]:
    """Return how often each word is heard, with a pause around each sound."""
    heard = detector(words)
    return Counter(word for sound in sounds for frame in _frames([_PAUSE, sound, _PAUSE]) for word in heard(frame))


def _cost(detector: Detector, sound: Samples) -> float:
    """Return milliseconds of processor time for a second of sound."""
    heard, frames = detector(["alexa"]), list(_frames([sound]))
    began = time.process_time()
    for frame in frames:
        list(heard(frame))
    return 1000 * (time.process_time() - began) / (len(frames) * FRAME_SECONDS)


def _delay(clip: Samples) -> float | None:
    """Return seconds from the end of the voice to the frame in which the word is heard."""
    heard, spoken = _ours(["alexa"]), _voiced(clip)
    numbers = [number for number, frame in enumerate(_frames([clip, _PAUSE]), start=1) if heard(frame)]
    return numbers[0] * FRAME_SECONDS - spoken.stop / SAMPLE_RATE if numbers else None


# -- the command in the same breath -----------------------------------------------------------


def _same_breath(options: Options, alexa: Sequence[Samples]) -> tuple[float, float]:
    """Return the words wrong in 100 of commands 0.1 s after the wake word, and of the same commands alone."""
    transcriber = build.open_transcriber(Config(), quiet)
    commands = [(text or "", clip[_voiced(clip).start :]) for text, clip in _clips(options, "speech/commands")]
    wrong_after = wrong_alone = words = 0
    for word, (text, command) in zip(alexa, itertools.cycle(commands), strict=False):
        loud = command * float(np.abs(word).max() / np.abs(command).max())
        after = [_PAUSE, word[: _voiced(word).stop], _PAUSE[: SAMPLE_RATE // 10], loud, _PAUSE, _PAUSE]
        config = ListenConfig("wake_word", "alexa")
        activation = Activation(config, lambda: WakeWord("alexa", 0.5), quiet, _nothing, _nothing)
        said = [key(each) for each in text.split()]
        words += len(said)
        wrong_after += Levenshtein.distance(said, _transcript(transcriber, activation.gate(_frames(after))))
        wrong_alone += Levenshtein.distance(said, _transcript(transcriber, _frames([_PAUSE, loud, _PAUSE, _PAUSE])))
    return 100 * wrong_after / words, 100 * wrong_alone / words


def _transcript(transcriber: Transcriber, frames: Iterable[Frame | None]) -> list[str]:
    events = build.hear(frames, transcriber, _nothing, Config())
    texts = [event.utterance.text for event in events if isinstance(event, FinalTranscript)]
    return [key(word) for text in texts for word in text.split()]


def _nothing() -> None:
    """Return None: nobody speaks, there is no session."""


# -- sounds -----------------------------------------------------------------------------------


def _clips(options: Options, name: str) -> Iterator[tuple[str | None, Samples]]:
    """Yield the recordings of a set, each with what is said in it."""
    folder = options.test_data / name if options.test_data else options.folder(name)
    for row in options.some(json_lines(folder / "manifest.jsonl")):
        yield row.get("text"), _samples(folder / row["audio"])


def _samples(file: Path) -> Samples:
    return np.concatenate(list(build.recorded(str(file))))


def _frames(sounds: Sequence[Samples]) -> Iterator[Frame]:
    sound = np.concatenate(sounds)
    yield from sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)


def _voiced(clip: Samples) -> slice:
    """Return where the voice begins and ends."""
    vad = Vad()
    voiced = [number for number, frame in enumerate(_frames([clip, _PAUSE])) if vad.probability(frame) > 0.5]
    return slice(voiced[0] * FRAME_SAMPLES, (voiced[-1] + 1) * FRAME_SAMPLES) if voiced else slice(0, len(clip))


def _mixed(clip: Samples, noise: Samples, rng: np.random.Generator) -> Samples:
    """Return the clip with a stretch of noise below its voice."""
    start = int(rng.integers(0, len(noise) - len(clip)))
    stretch, voice = noise[start : start + len(clip)], clip[_voiced(clip)]
    scale = float(np.sqrt(np.mean(voice**2) / max(float(np.mean(stretch**2)), 1e-9))) * 10 ** (-_SNR / 20)
    mixed: Samples = np.clip(clip + scale * stretch, -1.0, 1.0).astype(np.float32)
    return mixed


def _said(word: str) -> list[Samples]:
    """Return the word as the assistant's voice says it, alone and before commands."""
    sentences = (f"{word}.", f"{word}, what time is it?", f"{word}, turn on the lights.", f"{word} stop.")
    return [_spoken(text.capitalize(), speed) for speed in (0.85, 1.0, 1.15, 1.3) for text in sentences]


def _read_aloud() -> Samples:
    """Return shipped answers in the assistant's voice, but those that name a wake word."""
    words = [WakeWord(word, 0.5) for word in WAKE_WORDS]
    answers = [each.answer for each in build.read_definitions(Config()).knowledge.entries]
    answers = [answer for answer in answers if not any(word.occurs_in(answer) for word in words)]
    return np.concatenate([_spoken(answer, 1.0) for answer in answers[:: max(1, len(answers) // _ANSWERS)]])


def _spoken(text: str, speed: float) -> Samples:
    import soxr

    from assistant.tts.speaker import open_speaker

    if speed not in _VOICES:
        _VOICES[speed] = open_speaker(VoiceConfig(speed=speed))
    parts = [soxr.resample(samples, rate, SAMPLE_RATE) for samples, rate in _VOICES[speed].synthesise(text)]
    return np.concatenate(parts).astype(np.float32) if parts else _PAUSE


_VOICES: dict[float, Any] = {}


def _minutes(sound: Samples) -> str:
    return f"{len(sound) / SAMPLE_RATE / 60:.0f}"
