"""Word error rate of what is heard live, against the same model on the whole recording, and without the word list.

Both sides are brought into the spelling of Whisper's own published scoring first: case, punctuation, numbers and
British spellings do not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from assistant.stt.prompt import compose_prompt
from assistant.values import Samples
from benchmarks import Options, Row, recordings
from benchmarks.hearing import COMMANDS, GENERAL, Hearing, plain_whisper, shipped, tell, whole

LIMIT = 1.0
"""Points that hearing live may cost."""

_LABEL = re.compile(r"[a-z]+-\d+")
"""A text that names the recording and does not say what is said in it."""

Words = list[str]

Normaliser = Callable[[str], Words]


@dataclass(slots=True)
class WordErrors:
    """Words of a set, transcribed by one method."""

    words: int = 0
    """Said."""
    wrong: int = 0
    """Put in, left out or changed."""
    listed: int = 0
    """Words of the list heard where they were not said."""

    @property
    def rate(self) -> float:
        """The per cent of words that are wrong."""
        return 100 * self.wrong / max(1, self.words)


@dataclass(slots=True)
class SetErrors:
    """Word errors of a set by each of three methods."""

    live: WordErrors = field(default_factory=WordErrors)
    plain: WordErrors = field(default_factory=WordErrors)
    unlisted: WordErrors = field(default_factory=WordErrors)
    """Live, without a prompt."""


def run(options: Options) -> list[Row]:
    """Count the word errors of every recording whose words are known."""
    normal = _normaliser()
    errors: dict[str, SetErrors] = {}
    with shipped() as hearing:
        plain, unprompted = plain_whisper(hearing.config), hearing.unprompted()
        hints, transcriber = hearing.session.matcher.hints, hearing.transcriber
        budget, count_tokens = transcriber.prompt_tokens, transcriber.count_tokens
        listed = frozenset(normal(compose_prompt(hints.words, hints.sentences, budget, count_tokens)))
        for name in (*GENERAL, COMMANDS):
            clips = [(clip, text) for clip, text in recordings(options.scored(name)) if not _LABEL.fullmatch(text)]
            for clip, text in options.drawn(clips):
                samples = whole(clip)
                transcripts = {
                    "live": _joined(hearing, samples),
                    "plain": plain(samples),
                    "unlisted": _joined(unprompted, samples),
                }
                set_errors = errors.setdefault(name, SetErrors())
                for method, transcript in transcripts.items():
                    _add(getattr(set_errors, method), normal(text), normal(transcript), listed)
                _tell(name, clip, text, transcripts, normal)
    return list(_table(errors))


def _joined(hearing: Hearing, samples: Samples) -> str:
    return " | ".join(utterance.text for utterance in hearing.utterances(samples))


def _add(errors: WordErrors, reference: Words, transcript: Words, listed: frozenset[str]) -> None:
    errors.words += len(reference)
    errors.wrong += Levenshtein.distance(reference, transcript)
    edits = Levenshtein.editops(reference, transcript)
    errors.listed += sum(edit.tag != "delete" and transcript[edit.dest_pos] in listed for edit in edits)


def _tell(name: str, clip: Path, text: str, transcripts: Mapping[str, str], normal: Normaliser) -> None:
    """Print the transcripts where one method does better than another."""
    wrong = {
        method: Levenshtein.distance(normal(text), normal(transcript)) for method, transcript in transcripts.items()
    }
    if len(set(wrong.values())) > 1:
        tell(f"\n{name} {clip.name}: {text}")
        for method, transcript in transcripts.items():
            tell(f"  {method:>8} {wrong[method]:>3}: {transcript}")


def _table(errors: Mapping[str, SetErrors]) -> Iterator[Row]:
    rival = "the same model offline"
    for name, set_errors in errors.items():
        label = f"words wrong, {name.split('/')[-1]} ({set_errors.live.words} words)"
        yield Row(label, set_errors.live.rate, "%", rival, set_errors.plain.rate)
    live, plain, _ = _pooled(errors.values())
    yield Row(f"words wrong, all ({live.words} words)", live.rate, "%", rival, plain.rate)
    yield Row("points that hearing live costs", live.rate - plain.rate, "points", "limit", LIMIT)
    without = "without the word list"
    for kind, some in (
        ("general speech", [set_errors for name, set_errors in errors.items() if name != COMMANDS]),
        ("commands", [set_errors for name, set_errors in errors.items() if name == COMMANDS]),
    ):
        live, _, unlisted = _pooled(some)
        yield Row(f"words wrong, {kind}", live.rate, "%", without, unlisted.rate)
        per = 1000 / max(1, live.words)
        yield Row(f"list words that nobody said, {kind}", live.listed * per, "in 1000", without, unlisted.listed * per)


def _pooled(errors: Iterable[SetErrors]) -> tuple[WordErrors, WordErrors, WordErrors]:
    total = (WordErrors(), WordErrors(), WordErrors())
    for set_errors in errors:
        for sum_, part in zip(total, (set_errors.live, set_errors.plain, set_errors.unlisted), strict=True):
            sum_.words += part.words
            sum_.wrong += part.wrong
            sum_.listed += part.listed
    return total


def _normaliser() -> Normaliser:
    from whisper_normalizer.english import EnglishTextNormalizer

    normalise = EnglishTextNormalizer()
    return lambda text: normalise(text.replace("|", " ")).split()
