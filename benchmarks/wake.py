"""Wake words: misses, false alarms, delay, cost and the command in the same breath, beside openWakeWord's figures.

Recordings of people exist for "alexa" alone; the other words are said by the assistant's own voice, at four speeds.
openWakeWord runs in the same process with its own threshold where pyopen-wakeword is installed; else what it aims
at stands beside: under 5 in 100 missed, under half a false alarm an hour.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from assistant import assembly
from assistant.audio.attention import Attention
from assistant.audio.vad import Vad
from assistant.audio.wake import WakeWord
from assistant.config import WAKE_WORDS, Config, ListenConfig, VoiceConfig
from assistant.events import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE, FinalTranscript, Frame, Samples
from assistant.stt.agreement import key
from assistant.stt.whisper import WhisperTranscriber
from benchmarks import Options, Row, json_lines, quiet

Heard: TypeAlias = Callable[[Frame], bool]
Detector: TypeAlias = Callable[[str], Heard]

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
    breath = _same_breath(options, alexa)
    return [
        *rows,
        Row("end of the word to its being heard, p50", statistics.median(delays), "s", "limit", 0.3),
        Row("the same, p95", sorted(delays)[int(len(delays) * 0.95)], "s", "limit", 0.3),
        Row("processor time per second heard", ours, "ms", "openWakeWord" if rival else "limit", theirs),
        Row("commands right after “alexa” read as without it", breath, "%", "limit", 90.0),
    ]


def _false_alarms(options: Options, rival: Detector | None, name: str, noise: Samples) -> Iterator[Row]:
    speech = np.concatenate([clip for each in SPEECH for _, clip in _clips(options, each)])
    other = [clip for text, clip in [*_clips(options, PEOPLE), *_clips(options, NEAR)] if text not in (None, "alexa")]
    answers = _read_aloud()
    around = np.concatenate([speech, noise])
    for word in WAKE_WORDS:
        for what, sound in [
            (f"“{word}” heard in {_minutes(speech)} min of other speech and {_minutes(noise)} of noise", around),
            (f"“{word}” heard in {_minutes(answers)} min of the assistant's own answers", answers),
        ]:
            theirs = _alarms(rival, word, [sound]) / _hours(sound) if rival else AIM_ALARMS
            yield Row(what, _alarms(_ours, word, [sound]) / _hours(sound), "an hour", name, theirs)
        what = f"“{word}” heard in {len(other)} near-misses and other wake words"
        count = _alarms(rival, word, other) if rival else None
        yield Row(what, _alarms(_ours, word, other), "times", name if rival else "", count)


# -- detectors --------------------------------------------------------------------------------


def _ours(word: str) -> Heard:
    return WakeWord(word, Config().listen.sensitivity).heard


def _open_wake_word() -> Detector | None:
    """Return openWakeWord's own networks, each with the threshold that its authors recommend."""
    try:
        import pyopen_wakeword as library
    except ImportError:
        return None

    def open_word(word: str) -> Heard:
        network: Any = library.OpenWakeWord.from_builtin(library.Model(word.replace(" ", "_")))
        features: Any = library.OpenWakeWordFeatures.from_builtin()
        armed = True

        def heard(frame: Frame) -> bool:
            nonlocal armed
            steps = features.process_streaming((np.clip(frame, -1, 1) * 32767).astype("<i2").tobytes())
            likely = [probability for step in steps for probability in network.process_streaming(step)]
            if not likely:
                return False
            fires = armed and max(likely) > 0.5
            armed = max(likely) <= 0.5
            return fires

        return heard

    return open_word


def _missed(detector: Detector | None, word: str, clips: Sequence[Samples], aim: float = 0.0) -> float:
    """Return in how many of 100 clips the word is not heard; without a detector, what is aimed at."""
    if detector is None:
        return aim
    return 100 * sum(not _alarms(detector, word, [clip]) for clip in clips) / len(clips)


def _alarms(detector: Detector, word: str, sounds: Iterable[Samples]) -> int:
    """Return how often the word is heard, with a pause around each sound."""
    heard = detector(word)
    return sum(heard(frame) for sound in sounds for frame in _frames([_PAUSE, sound, _PAUSE]))


def _cost(detector: Detector, sound: Samples) -> float:
    """Return milliseconds of processor time for a second of sound."""
    heard, frames = detector("alexa"), list(_frames([sound]))
    began = time.process_time()
    for frame in frames:
        heard(frame)
    return 1000 * (time.process_time() - began) / (len(frames) * FRAME_SECONDS)


def _delay(clip: Samples) -> float | None:
    """Return seconds from the end of the voice to the frame in which the word is heard."""
    heard, spoken = _ours("alexa"), _voiced(clip)
    numbers = [number for number, frame in enumerate(_frames([clip, _PAUSE]), start=1) if heard(frame)]
    return numbers[0] * FRAME_SECONDS - spoken.stop / SAMPLE_RATE if numbers else None


# -- the command in the same breath -----------------------------------------------------------


def _same_breath(options: Options, alexa: Sequence[Samples]) -> float:
    """Return of how many commands in 100 the transcript is the same with and without the wake word before it."""
    transcriber = assembly.open_transcriber(Config(), quiet)
    same = []
    commands = [clip[_voiced(clip).start :] for _, clip in _clips(options, "speech/commands")]
    for word, command in zip(alexa, itertools.cycle(commands), strict=False):
        loud = command * float(np.abs(word).max() / np.abs(command).max())
        sound = [_PAUSE, word[: _voiced(word).stop], _PAUSE[:1600], loud, _PAUSE, _PAUSE]
        alone = _transcript(transcriber, _frames([_PAUSE, loud, _PAUSE, _PAUSE]))
        gate = Attention(ListenConfig("wake_word", "alexa"), lambda: WakeWord("alexa", 0.5), quiet, _nothing, _nothing)
        same.append(alone == _transcript(transcriber, gate.heed(_frames(sound))))
    return 100 * sum(same) / len(same)


def _transcript(transcriber: WhisperTranscriber, frames: Iterable[Frame | None]) -> list[str]:
    events = assembly.hear(frames, transcriber, _nothing, Config())
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
    return np.concatenate(list(assembly.recorded(str(file))))


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
    """Return shipped answers in the assistant's voice."""
    entries = assembly.read_files(Config()).knowledge.entries
    chosen = entries[:: max(1, len(entries) // _ANSWERS)]
    return np.concatenate([_spoken(entry.answer, 1.0) for entry in chosen])


def _spoken(text: str, speed: float) -> Samples:
    import soxr

    from assistant.reply.speak import Voice

    if speed not in _VOICES:
        _VOICES[speed] = Voice(VoiceConfig(speed=speed))
    parts = [soxr.resample(samples, rate, SAMPLE_RATE) for samples, rate in _VOICES[speed].synthesise(text)]
    return np.concatenate(parts).astype(np.float32) if parts else _PAUSE


_VOICES: dict[float, Any] = {}


def _minutes(sound: Samples) -> str:
    return f"{len(sound) / SAMPLE_RATE / 60:.0f}"


def _hours(sound: Samples) -> float:
    return len(sound) / SAMPLE_RATE / 3600
