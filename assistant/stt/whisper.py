"""Whisper as a transcriber: faster-whisper's model and features, decoded in a window as short as the speech.

faster-whisper pads every clip to 30 seconds, of which a command fills two, and spends most of its time on the
padding. CTranslate2 takes a shorter window, at a price: now and then the short window makes Whisper stop too
early or repeat itself. Its score is low then, and a final decode with a low score is made again in a longer window.
Repetitions that remain are cut. And Whisper, which was trained on subtitles, finds words in noise; the low score of
those gives them away.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from assistant.config import SttConfig
from assistant.errors import ModelError, did_you_mean
from assistant.stt.agreement import key
from assistant.stt.readings import Chooser, Reading
from assistant.stt.repair import cut_repetition
from assistant.stt.stream import Confusable, Hypotheses, Transcriber, no_confusable
from assistant.values import SAMPLE_RATE, Hypothesis, Samples

_TOKENS_PER_SECOND, _TOKENS_AT_LEAST = 6, 12
"""Length of a transcript at most: more than the fastest speaker needs."""

_LOWEST_SCORE = -1.5
"""Mean log probability of a token, less the probability that nobody speaks, that a transcript needs. Real commands in
noise score more."""

_SURE_SCORE = -0.7
"""Mean log probability from which one window is enough. Two different windows seldom fail alike."""


@dataclass(frozen=True, slots=True)
class _Window:
    """The stretch of audio that Whisper sees: the samples, and padding beyond their end."""

    seconds: float
    """At least."""
    silent: bool
    """True: the padding is silence, as in Whisper's training; False: an even murmur, as in faster-whisper."""
    margin: float = 1.0
    """Seconds of padding, at least."""


_WINDOWS = (_Window(8.0, silent=True), _Window(15.0, silent=False))
"""In the order in which they are tried, until one gives a sure transcript."""


class WhisperTranscriber(Transcriber):
    """A Whisper model in CTranslate2's format, from a folder with its weights. One decode at a time."""

    prompt_tokens = 200
    """Whisper's 223, less the punctuation between words."""
    free_beam = 5
    """Hypotheses kept where no prompt tells what is said: 8.5 of 100 words are wrong then, with one hypothesis 9.3."""

    def __init__(self, folder: Path, config: SttConfig) -> None:
        self._folder = folder
        self._config = config
        self._model: Any = None
        self._network: Any = None
        self._tokenizer: Any = None

    def load(self) -> None:
        """Load the weights.

        Raises:
            ModelError: a file is missing or unreadable, or the model or this machine cannot do what the config asks.
        """
        self._model = _load(self._folder, self._config)
        self._network = self._model.model
        self._tokenizer = _tokenizer(self._model, self._folder, self._config.language)
        threads = f", {_threads(self._config)} threads" if self._network.device == "cpu" else ""
        self.backend = f"{self._network.device}, {self._network.compute_type}{threads}"

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens that the text takes in a prompt."""
        return len(self._tokenizer.encode(text))

    def decode(
        self, samples: Samples, prompt: str = "", final: bool = True, confusable: Confusable = no_confusable
    ) -> Hypotheses:
        """Return the hypotheses for the samples, best first; none where nobody speaks.

        A prompt that is too long loses its beginning.

        Raises:
            ModelError: the model fails, as when memory runs out.
            ValueError: there are more than `longest_seconds` of samples.
        """
        seconds = len(samples) / SAMPLE_RATE
        if seconds > self.longest_seconds:
            raise ValueError(f"{seconds:.1f} s of audio in one piece; Whisper takes {self.longest_seconds:g} s")
        if not len(samples) or not np.any(samples):
            return ()
        if not final:
            return _distinct(self._propose(self._encode(samples, _WINDOWS[0]), seconds, prompt, 1))
        likened, free_beam = cache(confusable), max(self.free_beam, self._config.beam)
        prompted: list[Reading] = []
        unprompted: list[Reading] = []
        chosen: tuple[Reading, ...] = ()
        for number, window in enumerate(_WINDOWS):
            if number and seconds + window.margin >= window.seconds:
                break
            encoded = self._encode(samples, window)
            chooser = Chooser(prompt, likened, partial(self._log_probability, encoded), self.count_tokens)
            prompted = _merged(prompted, self._propose(encoded, seconds, prompt, self._config.beam))
            if prompt and confusable is not no_confusable and not chooser.knows(prompted):
                free = self._propose(encoded, seconds, "", free_beam)
                unprompted = _merged(
                    unprompted, free[: self._config.beam]
                )  # the others would be taken for what was said
            chosen = chooser.choose(prompted, unprompted)
            if chosen and chosen[0].sure:
                break
        return _distinct(chosen)

    def _propose(self, encoded: Any, seconds: float, prompt: str, beam: int) -> list[Reading]:
        """Return the readings for the encoder's output that are likely enough."""
        start = self._start_tokens(prompt)
        longest = len(start) + int(seconds * _TOKENS_PER_SECOND) + _TOKENS_AT_LEAST
        try:
            result = self._network.generate(
                encoded,
                [start],
                beam_size=beam,
                num_hypotheses=beam,
                max_length=min(self._model.max_length, longest),
                return_scores=True,
                return_no_speech_prob=True,
            )[0]
        except RuntimeError as error:
            raise ModelError(f"the speech model failed: {error}") from None
        proposals = []
        for tokens, score in zip(result.sequences_ids, result.scores, strict=True):
            text = self._tokenizer.decode(tokens).strip()
            cut = cut_repetition(text, seconds)
            # Repeating is easy: the words before it bear the whole doubt.
            length = len(tokens) if cut == text else self.count_tokens(cut)
            score *= len(tokens) / (length + 1)
            if score - result.no_speech_prob >= _LOWEST_SCORE and any(map(str.isalnum, cut)):
                proposals.append(Reading(cut, score, sure=score >= _SURE_SCORE and cut == text))
        return proposals

    def _log_probability(self, encoded: Any, text: str) -> float:
        """Return the logarithm of the probability that the model writes the text for the audio, without a prompt.

        With one, 200 tokens would be read again for each text: six times the work.
        """
        tokens = self._tokenizer.encode(f" {text}")
        # The alignment is not wanted, only the probabilities beside it: two frames of sound are enough.
        result = self._network.align(encoded, self._start_tokens(""), [tokens], 2)[0]
        return sum(math.log(max(probability, 1e-9)) for probability in result.text_token_probs)

    def _start_tokens(self, prompt: str) -> list[int]:
        """Return the tokens after which the transcript begins; Whisper keeps half of its context for a prompt."""
        tokenizer = self._tokenizer
        most = self._model.max_length // 2 - 1
        tokens = tokenizer.encode(f" {prompt.strip()}")[-most:] if prompt.strip() else []
        before = [tokenizer.sot_prev, *tokens] if tokens else []
        return [*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]

    def _encode(self, samples: Samples, window: _Window) -> Any:
        """Return the encoder's output for the samples in the window."""
        import ctranslate2

        mel = self._model.feature_extractor(samples)[:, :-1]
        bands, frames = mel.shape
        seconds = min(max(window.seconds, len(samples) / SAMPLE_RATE + window.margin), self.longest_seconds)
        size = int(seconds * self._model.frames_per_second) // 2 * 2
        features = np.full((1, bands, size), mel.min() if window.silent else 0, np.float32)
        features[0, :, : min(frames, size)] = mel[:, :size]
        return self._network.encode(ctranslate2.StorageView.from_array(features))


def _merged(readings: list[Reading], more: list[Reading]) -> list[Reading]:
    return sorted((*readings, *more), key=lambda reading: reading.score, reverse=True)


def _distinct(readings: Sequence[Reading]) -> Hypotheses:
    """Return the readings as hypotheses, the first of those with the same words."""
    hypotheses: dict[str, Hypothesis] = {}
    for reading in readings:
        words = " ".join(map(key, reading.text.split()))
        hypotheses.setdefault(words, Hypothesis(reading.text, math.exp(reading.score), reading.heard))
    return tuple(hypotheses.values())


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
    return Tokenizer(_whole(model.hf_tokenizer, folder), model.model.is_multilingual, "transcribe", language)


def _whole(tokenizer: Any, folder: Path) -> Any:
    """Return the tokenizer of a folder with its first merge.

    The multilingual ones that go about lack it: each word that begins with a t is cut into a space and the rest of it
    then, which the model has never seen so, and finds as unlikely as can be. The merge is written into the text of the
    file: to read 2 MB of JSON and to write them holds every other thread for a quarter of a second.
    """
    if len(tokenizer.encode(" t", add_special_tokens=False).ids) == 1:
        return tokenizer
    import tokenizers

    text = (folder / "tokenizer.json").read_text(encoding="utf-8")
    if (merges := re.search(r'"merges":\s*\[\s*', text)) is None:
        return tokenizer
    first = '["\u0120", "t"], ' if text.startswith("[", merges.end()) else '"\u0120 t", '
    return tokenizers.Tokenizer.from_str(f"{text[: merges.end()]}{first}{text[merges.end() :]}")
