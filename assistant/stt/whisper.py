"""Samples to text with Whisper: faster-whisper's model and features, decoded by our own short way.

faster-whisper pads every clip to 30 seconds, of which a command fills two, and spends most of its time on the
padding. CTranslate2 takes a shorter window, at a price: now and then the short window makes Whisper stop too
early or say things twice. It is not sure of itself then, and a final reading that it is not sure of is made
again in a longer window. What is said twice all the same is cut. And Whisper, which was trained on subtitles, finds
words in noise; how little sure it is of them gives that away.
"""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.config import SttConfig
from assistant.errors import ModelError, did_you_mean
from assistant.stt.agreement import key
from assistant.values import SAMPLE_RATE, Hypothesis, Samples

LONGEST_SECONDS = 30.0
"""Whisper hears no further."""

_MARGIN_SECONDS = 1.0
"""Of window after the speech, at least."""

_FRAMES_PER_SECOND = 100
_MOST_TOKENS = 448
_MOST_PROMPT_TOKENS = 223

_TOKENS_PER_SECOND, _TOKENS_AT_LEAST = 6, 12
"""More than the fastest speaker needs."""

_LEAST_SCORE = -1.5
"""Mean log probability of a token, less the probability that nobody speaks. Real commands in noise score more."""

_SURE_SCORE = -0.7
"""Mean log probability above which one reading is enough. Two different windows seldom fail alike."""

_NO_ECHO_SCORE = -0.4
"""Mean log probability above which a reading that is a part of the prompt is not suspected to come from there alone."""

_ECHO_LIKENESS = 0.7
"""Share of letters in common from which a reading may be a part of the prompt."""

_SAME_LIKENESS = 0.5
"""Share of letters in common from which two readings, with and without the prompt, are of the same sound."""

_NEARLY_AS_LIKELY = 12.0
"""Log probability, that of being misheard included, that a known sentence may lack. Of 93 orders in kitchen noise that
were misheard, it finds 68 and takes one for another; of 65 sentences read aloud it takes none for a command."""

_NEARLY_PER_TOKEN = 1.2
"""The same for each token of a shorter one: the beginning of a sentence is like many others."""

_MOST_COMPARED = 6
"""Known sentences compared with one reading; each takes a fiftieth of a second."""

_SECONDS_PER_WORD, _EDGES_SECONDS = 0.35, 0.5
"""Who speaks for a shorter time, the silence at the edges included, has not repeated himself."""

_RESTART_WORDS = 4
"""Nobody says so many words twice in a row."""


@dataclass(frozen=True, slots=True)
class _Window:
    """What Whisper sees of the sound, and beyond its end."""

    seconds: float
    """At least."""
    silent: bool
    """Beyond the end there is silence, as in Whisper's training; else an even murmur, as in faster-whisper."""


_WINDOWS = (_Window(8.0, silent=True), _Window(15.0, silent=False))
"""The first is tried first, the second where that leaves doubt."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One text that the model proposes."""

    text: str
    score: float
    """Mean log probability of its tokens."""
    sure: bool
    heard: str = ""
    """What it was heard as, where it is a known sentence."""


def _none(_: str) -> Sequence[tuple[str, float]]:
    return ()


class WhisperTranscriber:
    """A Whisper model in CTranslate2's format. One decode at a time.

    Raises:
        ModelError: a file is missing or unreadable, or the model or this machine cannot do what `config` asks.
    """

    backend: str
    """What it runs on: `cpu, int8, 2 threads`."""

    def __init__(self, folder: Path, config: SttConfig) -> None:
        self._config = config
        self._model = _load(folder, config)
        self._network = self._model.model
        self._tokenizer = _tokenizer(self._model, folder, config.language)
        threads = f", {_threads(config)} threads" if self._network.device == "cpu" else ""
        self.backend = f"{self._network.device}, {self._network.compute_type}{threads}"

    def count_tokens(self, text: str) -> int:
        """Return how many tokens of a prompt the text takes."""
        return len(self._tokenizer.encode(text))

    def decode(
        self,
        samples: Samples,
        prompt: str = "",
        final: bool = True,
        known: Callable[[str], Sequence[tuple[str, float]]] = _none,
    ) -> tuple[Hypothesis, ...]:
        """Return what is said in the samples, the likeliest reading first; nothing where nobody speaks.

        Args:
            samples: at most LONGEST_SECONDS of them.
            prompt: words to expect; the last of them where they are too many.
            final: False for a partial transcript, which may be cheaper.
            known: gives sentences that may have been misheard as a text, with the logarithm of how likely that is, or
                the text itself where it is known; asked about the likeliest final reading.

        Raises:
            ModelError: the model fails, as when memory runs out.
        """
        seconds = len(samples) / SAMPLE_RATE
        if seconds > LONGEST_SECONDS:
            raise ValueError(f"{seconds:.1f} s of audio in one piece; Whisper takes {LONGEST_SECONDS:g} s")
        if not len(samples) or not np.any(samples):
            return ()
        readings: list[_Reading] = []
        encodings: list[Any] = []
        meant: _Reading | None = None
        for window in _WINDOWS if final else _WINDOWS[:1]:
            if readings and seconds + _MARGIN_SECONDS >= window.seconds:
                break
            encodings.append(self._encoded(samples, window))
            readings += self._read(encodings[-1], seconds, prompt, self._config.beam if final else 1)
            readings.sort(key=_score, reverse=True)
            if any(reading.sure for reading in readings):
                break
            if final and readings and (meant := self._meant(readings[0], encodings[-1], prompt, known)):
                break
        if final and prompt and not readings:
            # A prompt that does not fit what is said makes the model doubt it; without one it may be sure.
            return self.decode(samples, "", final, known)
        if final and readings:
            if prompt and self._is_echo(readings[0], encodings[0], seconds, prompt):
                return ()
            if meant := meant or self._meant(readings[0], encodings[-1], prompt, known):
                readings.insert(0, meant)
        found: dict[str, Hypothesis] = {}
        for reading in readings:
            words = " ".join(map(key, reading.text.split()))
            found.setdefault(words, Hypothesis(reading.text, math.exp(reading.score), reading.heard))
        return tuple(found.values())

    def _read(self, encoded: Any, seconds: float, prompt: str, beam: int) -> list[_Reading]:
        """Return the readings of the encoder's output that can be believed."""
        start = self._start_tokens(prompt)
        most = int(seconds * _TOKENS_PER_SECOND) + _TOKENS_AT_LEAST
        try:
            result = self._network.generate(
                encoded,
                [start],
                beam_size=beam,
                num_hypotheses=beam,
                max_length=min(_MOST_TOKENS, len(start) + most),
                return_scores=True,
                return_no_speech_prob=True,
            )[0]
        except RuntimeError as error:
            raise ModelError(f"the speech model failed: {error}") from None
        readings = []
        for tokens, score in zip(result.sequences_ids, result.scores, strict=True):
            text = self._tokenizer.decode(tokens).strip()
            once = said_once(text, seconds)
            # Repeating is easy: the words before it bear the whole doubt.
            needed = len(tokens) if once == text else self.count_tokens(once)
            score *= len(tokens) / (needed + 1)
            if score - result.no_speech_prob >= _LEAST_SCORE and any(map(str.isalnum, once)):
                readings.append(_Reading(once, score, sure=score >= _SURE_SCORE and once == text))
        return readings

    def _is_echo(self, reading: _Reading, encoded: Any, seconds: float, prompt: str) -> bool:
        """Whether an unsure reading is but the prompt, heard in noise: without it, something else would be heard."""
        told = (each.strip() for each in re.split(r"[.,?!]", prompt))
        if reading.score >= _NO_ECHO_SCORE or not any(_likeness(reading.text, each) >= _ECHO_LIKENESS for each in told):
            return False
        others = [each.text for each in self._read(encoded, seconds, "", 1)]
        return not any(_likeness(reading.text, other) >= _SAME_LIKENESS for other in others)

    def _meant(
        self, reading: _Reading, encoded: Any, prompt: str, known: Callable[[str], Sequence[tuple[str, float]]]
    ) -> _Reading | None:
        """Return the known sentence that is nearly as likely as the one that was heard, which may be itself one."""
        sentences = known(reading.text)
        if not sentences or reading.text in (text for text, _ in sentences):
            return reading if sentences else None
        words = reading.text.rstrip(".,?!")
        end = reading.text[len(words) :][:1] or "."  # without it, the beginning of what was heard would seem likely
        allowance = min(_NEARLY_AS_LIKELY, _NEARLY_PER_TOKEN * self.count_tokens(words))
        needed = self._log_probability(words + end, encoded, prompt) - allowance
        found = []
        for text, misheard in sentences[:_MOST_COMPARED]:
            sentence = text[0].upper() + text[1:] + end
            likely = self._log_probability(sentence, encoded, prompt)
            if likely + misheard >= needed:
                score = likely / self.count_tokens(sentence)
                found.append((likely + misheard, _Reading(sentence, score, sure=True, heard=reading.text)))
        return max(found, key=lambda each: each[0])[1] if found else None

    def _log_probability(self, text: str, encoded: Any, prompt: str) -> float:
        """Return how likely the model would write the text for what it hears."""
        tokens = self._tokenizer.encode(f" {text}")
        # The alignment is not wanted, only the probabilities beside it: two frames of sound are enough.
        result = self._network.align(encoded, self._start_tokens(prompt), [tokens], 2)[0]
        return sum(math.log(max(each, 1e-9)) for each in result.text_token_probs)

    def _start_tokens(self, prompt: str) -> list[int]:
        tokenizer = self._tokenizer
        said = tokenizer.encode(f" {prompt.strip()}")[-_MOST_PROMPT_TOKENS:] if prompt.strip() else []
        before = [tokenizer.sot_prev, *said] if said else []
        return [*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]

    def _encoded(self, samples: Samples, window: _Window) -> Any:
        """Return the encoder's output for the samples in that window."""
        import ctranslate2

        mel = self._model.feature_extractor(samples)[:, :-1]
        bands, frames = mel.shape
        seconds = max(window.seconds, len(samples) / SAMPLE_RATE + _MARGIN_SECONDS)
        size = int(min(seconds, LONGEST_SECONDS) * _FRAMES_PER_SECOND) // 2 * 2
        features = np.full((1, bands, size), mel.min() if window.silent else 0, np.float32)
        features[0, :, : min(frames, size)] = mel[:, :size]
        return self._network.encode(ctranslate2.StorageView.from_array(features))


def _score(reading: _Reading) -> float:
    return reading.score


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def said_once(text: str, seconds: float) -> str:
    """Cut off what the text says again and again, as Whisper does when it has nothing more to tell.

    >>> said_once("Lock the front door. Lock the front door. Lock the fr", 2.1)
    'Lock the front door.'
    >>> said_once("Next. Next.", 0.9), said_once("No, no.", 1.8)
    ('Next.', 'No, no.')
    """
    words = text.split()
    keys = [key(word) for word in words]
    hurried = seconds < _EDGES_SECONDS + _SECONDS_PER_WORD * len(words)
    for unit in range(1, len(words)):
        start = _repeats_from(keys, unit)
        times = (len(words) - start) / unit
        doubled, restarted = times >= 2, len(words) - unit >= _RESTART_WORDS
        all_over = start == 0 and doubled + restarted + hurried >= 2
        if all_over or times >= (3 if unit > 1 else 5):
            return " ".join(words[: start + unit])
    return text


def _repeats_from(keys: list[str], unit: int) -> int:
    """Return where a tail begins in which every word is the one `unit` words before it; its last may be cut short."""
    start = len(keys) - unit
    while start > 0 and (
        keys[start - 1] == keys[start - 1 + unit]
        or (start + unit == len(keys) and keys[start - 1].startswith(keys[start - 1 + unit]))
    ):
        start -= 1
    return start


def _load(folder: Path, config: SttConfig) -> Any:
    for file in ("model.bin", "config.json", "tokenizer.json"):
        if not (folder / file).is_file():
            raise ModelError(f"{folder}: no speech model: {file} is missing; run `assistant models`")
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(
            str(folder), device="auto", compute_type=config.compute_type, cpu_threads=_threads(config),
            local_files_only=True,
        )  # fmt: skip
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(f"{folder}: the speech model cannot be loaded: {str(error).splitlines()[0]}") from None


def _threads(config: SttConfig) -> int:
    return config.threads or min(4, os.cpu_count() or 1)


def _tokenizer(model: Any, folder: Path, language: str) -> Any:
    from faster_whisper.tokenizer import Tokenizer

    languages = model.supported_languages
    if language not in languages:
        cure = did_you_mean(language, languages) if len(languages) > 1 else "; it only knows English (en)"
        raise ModelError(f"[stt] language: the model in {folder} does not know '{language}'{cure}")
    return Tokenizer(model.hf_tokenizer, model.model.is_multilingual, "transcribe", language)
