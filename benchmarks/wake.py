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
from assistant.tts.speaker import Speaker, open_speaker
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE, FinalTranscript, Frame, Samples
from benchmarks import Options, Row, json_lines, quiet

Detect: TypeAlias = Callable[[Frame], Iterable[str]]
"""Next frame -> the words that have just ended."""

Detector: TypeAlias = Callable[[Sequence[str]], Detect]
"""Words -> their detection in one stream of frames."""

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

_SPEAKERS: dict[float, Speaker] = {}
"""By speed."""


def run(options: Options) -> list[Row]:
    """Measure every word of the library."""
    rival = _open_wake_word()
    name = "openWakeWord" if rival else "openWakeWord's aim"
    rng = np.random.default_rng(options.seed)
    alexa = [clip for text, clip in _clips(options, PEOPLE) if text == "alexa"]
    noise = np.concatenate([clip for _, clip in _clips(options, NOISE)])
    noisy = [_mixed(clip, noise, rng) for clip in alexa]
    rows = [
        Row(label, _missed(_ours, "alexa", clips), "in 100", name, _missed(rival, "alexa", clips, AIM_MISSED))
        for label, clips in [
            (f"“alexa” missed, {len(alexa)} people", alexa),
            (f"the same, with noise {_SNR:g} dB below", noisy),
        ]
    ]
    for word in WAKE_WORDS:
        clips = _own_voice(word)
        label = f"“{word}” missed, {len(clips)} times by the assistant's voice"
        rows.append(Row(label, _missed(_ours, word, clips), "in 100", name, _missed(rival, word, clips, AIM_MISSED)))
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
    speech = np.concatenate([clip for folder in SPEECH for _, clip in _clips(options, folder)])
    labelled = [*_clips(options, PEOPLE), *_clips(options, NEAR)]
    near_misses = [clip for text, clip in labelled if text not in (None, "alexa")]
    answers = _read_aloud()
    for label, sounds in [
        (f"in {_minutes(speech)} min of other speech and {_minutes(noise)} of noise", [speech, noise]),
        (f"in {_minutes(answers)} min of answers that do not name it, in the assistant's voice", [answers]),
    ]:
        hours = sum(len(sound) for sound in sounds) / SAMPLE_RATE / 3600
        ours, theirs = _alarms(_ours, WAKE_WORDS, sounds), _alarms(rival, WAKE_WORDS, sounds) if rival else None
        for word in WAKE_WORDS:
            aim = theirs[word] / hours if theirs is not None else AIM_ALARMS
            yield Row(f"“{word}” heard {label}", ours[word] / hours, "an hour", name, aim)
    ours = _alarms(_ours, WAKE_WORDS, near_misses)
    theirs = _alarms(rival, WAKE_WORDS, near_misses) if rival else None
    for word in WAKE_WORDS:
        label = f"“{word}” heard in {len(near_misses)} near-misses and other wake words"
        yield Row(label, ours[word], "times", name if theirs else "", theirs[word] if theirs is not None else None)


# -- detectors --------------------------------------------------------------------------------


def _ours(words: Sequence[str]) -> Detect:
    detectors = {word: WakeWord(word, Config().listen.sensitivity) for word in words}
    return lambda frame: [word for word, detector in detectors.items() if detector.detects(frame)]


def _open_wake_word() -> Detector | None:
    """Return openWakeWord's own networks, each with the threshold that its authors recommend."""
    try:
        import pyopen_wakeword as library
    except ImportError:
        return None

    def open_words(words: Sequence[str]) -> Detect:
        networks: dict[str, Any] = {
            word: library.OpenWakeWord.from_builtin(library.Model(word.replace(" ", "_"))) for word in words
        }
        features: Any = library.OpenWakeWordFeatures.from_builtin()
        firing = dict.fromkeys(words, False)

        def detect(frame: Frame) -> Iterator[str]:
            for step in features.process_streaming((np.clip(frame, -1, 1) * 32767).astype("<i2").tobytes()):
                for word, network in networks.items():
                    before, firing[word] = firing[word], any(p > 0.5 for p in list(network.process_streaming(step)))
                    if firing[word] and not before:
                        yield word

        return detect

    return open_words


def _missed(detector: Detector | None, word: str, clips: Sequence[Samples], aim: float = 0.0) -> float:
    """Return in how many of 100 clips the word is not heard; without a detector, what is aimed at."""
    if detector is None:
        return aim
    return 100 * sum(not _alarms(detector, [word], [clip]) for clip in clips) / len(clips)


def _alarms(detector: Detector, words: Sequence[str], sounds: Iterable[Samples]) -> Counter[str]:
    """Return the number of detections of each word, with a pause around each sound."""
    detect = detector(words)
    return Counter(word for sound in sounds for frame in _frames([_PAUSE, sound, _PAUSE]) for word in detect(frame))


def _cost(detector: Detector, sound: Samples) -> float:
    """Return milliseconds of processor time for a second of sound."""
    detect, frames = detector(["alexa"]), list(_frames([sound]))
    began = time.process_time()
    for frame in frames:
        list(detect(frame))
    return 1000 * (time.process_time() - began) / (len(frames) * FRAME_SECONDS)


def _delay(clip: Samples) -> float | None:
    """Return seconds from the end of the voice to the frame in which the word is heard."""
    detect, voice = _ours(["alexa"]), _voiced(clip)
    numbers = [number for number, frame in enumerate(_frames([clip, _PAUSE]), start=1) if detect(frame)]
    return numbers[0] * FRAME_SECONDS - voice.stop / SAMPLE_RATE if numbers else None


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
        activation = Activation(config, lambda: WakeWord("alexa", 0.5), quiet, _Silence())
        reference = list(map(key, text.split()))
        words += len(reference)
        alone = _frames([_PAUSE, loud, _PAUSE, _PAUSE])
        wrong_after += Levenshtein.distance(reference, _transcript(transcriber, activation.gate(_frames(after))))
        wrong_alone += Levenshtein.distance(reference, _transcript(transcriber, alone))
    return 100 * wrong_after / words, 100 * wrong_alone / words


def _transcript(transcriber: Transcriber, frames: Iterable[Frame | None]) -> list[str]:
    events = build.hear(frames, transcriber, _nothing, Config())
    texts = [event.utterance.text for event in events if isinstance(event, FinalTranscript)]
    return [key(word) for text in texts for word in text.split()]


def _nothing() -> None:
    """Return None: nobody speaks, there is no session."""


class _Silence:
    """The own voice of an assistant that does not speak."""

    def text(self) -> None:
        """Return None: it is silent."""

    def is_talked_over(self, _: Frame) -> bool:
        """Return False."""
        return False

    def says(self, _: str) -> bool:
        """Return False."""
        return False

    def goes_on_after(self, _: str) -> bool:
        """Return False."""
        return False

    def begins(self) -> None:
        """Do nothing, as the others."""

    pause = resume = stop = begins


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
    """Return the samples from the first voiced frame to the last."""
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


def _own_voice(word: str) -> list[Samples]:
    """Return the word as the assistant's voice says it, alone and before commands."""
    sentences = (f"{word}.", f"{word}, what time is it?", f"{word}, turn on the lights.", f"{word} stop.")
    return [_spoken(text.capitalize(), speed) for speed in (0.85, 1.0, 1.15, 1.3) for text in sentences]


def _read_aloud() -> Samples:
    """Return shipped answers in the assistant's voice, but those that name a wake word."""
    words = [WakeWord(word, 0.5) for word in WAKE_WORDS]
    answers = [entry.answer for entry in build.read_definitions(Config()).knowledge.entries]
    answers = [answer for answer in answers if not any(word.occurs_in(answer) for word in words)]
    return np.concatenate([_spoken(answer, 1.0) for answer in answers[:: max(1, len(answers) // _ANSWERS)]])


def _spoken(text: str, speed: float) -> Samples:
    import soxr

    if speed not in _SPEAKERS:
        _SPEAKERS[speed] = open_speaker(VoiceConfig(speed=speed))
    parts = [soxr.resample(samples, rate, SAMPLE_RATE) for samples, rate in _SPEAKERS[speed].synthesise(text)]
    return np.concatenate(parts).astype(np.float32) if parts else _PAUSE


def _minutes(sound: Samples) -> str:
    return f"{len(sound) / SAMPLE_RATE / 60:.0f}"
